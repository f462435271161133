// What is fed after a run that was cut short: the rest of its stack goes on with it, also after the program was started again;
// the next stack never does.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Page } from '../../preload/contract/scan.ts'
import { must } from '../bench/office.ts'
import { threePapers } from '../bench/scanner/paper.ts'
import { FEEDER, openDossier, openWorkplace, type Workplace } from '../signature/workplace.ts'
import { hasAirscan } from './bench.ts'

const story = test.skipIf(!hasAirscan)

let four: readonly Buffer[] = []
let at: Workplace
beforeAll(async () => {
  four = (await threePapers()).flatMap((paper) => paper.pages)
  at = await openWorkplace({ scanner: true })
})
afterAll(() => at.close())

const pagesOf = async (dossierId: string | null): Promise<readonly Page[]> =>
  must(await at.counter.handlers.scan.pages({ dossierId }, at.clerk)).pages

async function feed(dossierId: string | null, sheets: readonly Buffer[], jamAfter?: number) {
  at.scanner?.load(sheets)
  at.scanner?.set({ jamAfter })
  const run = must(await at.counter.handlers.scan.start({ dossierId, profile: FEEDER, place: null }, at.clerk))
  at.scanner?.set({ jamAfter: undefined })
  return run
}

/** One separator sheet as it comes out of the printer. */
async function printSeparator(dossierId: string, title: string): Promise<Buffer> {
  const { file } = must(await at.counter.handlers.scan.separators({ dossierId, titles: [title] }, at.clerk))
  const folder = mkdtempSync(join(tmpdir(), 'quay-separator-'))
  try {
    writeFileSync(join(folder, 'sheet.pdf'), must(at.counter.vault.get(file)))
    execFileSync('pdftoppm', ['-r', '300', '-jpeg', '-singlefile', join(folder, 'sheet.pdf'), join(folder, 'sheet')])
    return readFileSync(join(folder, 'sheet.jpg'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

story('a jam, and the program is started again: the rest of the stack goes on with the same paper', async () => {
  const { id } = await openDossier(at)
  expect(await feed(id, four, 2)).toMatchObject({ received: 2, putBack: 3 })
  await at.reopen()
  expect(await feed(id, four.slice(2))).toMatchObject({ received: 2, trouble: null })
  expect((await pagesOf(id)).map((page) => page.startsPaper)).toEqual([true, false, false, false])
})

story('a stack that jammed at its last sheet was filed: the next stack does not go to its dossier', async () => {
  const { id } = await openDossier(at)
  const separator = await printSeparator(id, 'Giấy khai sinh')
  expect(await feed(null, [separator, ...four.slice(0, 2)], 2)).toMatchObject({ received: 2, putBack: 3 })
  await expect.poll(async () => (await pagesOf(id)).filter((page) => page.work === 'done').length).toBe(2)
  must(
    await at.counter.handlers.document.make(
      { dossierId: id, papers: [{ title: 'Giấy khai sinh', copies: 1 }] },
      at.clerk,
    ),
  )
  expect(await feed(null, four.slice(2, 3))).toMatchObject({ received: 1, trouble: null })
  await expect.poll(async () => (await pagesOf(null)).at(-1)?.work).toBe('done')
  expect((await pagesOf(null)).at(-1)).toMatchObject({ dossierId: null, startsPaper: true, reasons: ['no-dossier'] })
})
