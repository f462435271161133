// The scan station over the real scanimage and the virtual scanner: a page that is shown is safe, trouble keeps what came,
// and what the clerk does to the pages never touches what the scanner gave.
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Result } from '../../preload/contract/result.ts'
import type { Page, Pages, ScanRun } from '../../preload/contract/scan.ts'
import { must, NO_NEWS } from '../bench/office.ts'
import { threePapers } from '../bench/scanner/paper.ts'
import { FEEDER, openDossier, openWorkplace, type Workplace } from '../signature/workplace.ts'
import { hasAirscan } from './bench.ts'

const story = test.skipIf(!hasAirscan)

let four: readonly Buffer[] = []
beforeAll(async () => {
  four = (await threePapers()).flatMap((paper) => paper.pages)
})
let at: Workplace
/** What the window does with the news of the scan station. */
let hear: (pages: Pages) => void = () => undefined
beforeAll(async () => {
  at = await openWorkplace({ scanner: true, tell: { scan: { ...NO_NEWS.scan, changed: (pages) => hear(pages) } } })
})
afterEach(() => {
  hear = () => undefined
  at.scanner?.set({ jamAfter: undefined, slow: 80 })
})
afterAll(() => at.close())

/** A dossier of its own for each story. */
async function counterWithScanner() {
  const dossierId = (await openDossier(at)).id
  const { scan } = at.counter.handlers
  const pages = async (): Promise<readonly Page[]> => must(await scan.pages({ dossierId }, at.clerk)).pages
  const start = async () => must(await scan.start({ dossierId, profile: FEEDER, place: null }, at.clerk))
  if (at.scanner === null) throw new Error('no scanner')
  return { scan, dossierId, pages, start, scanner: at.scanner }
}

/** The page as a sentence: which sheet of the stack, and what was done to it. */
const seen = (pages: readonly Page[], order: readonly Page[]) =>
  pages.map((page) =>
    [
      page.number,
      order.findIndex((one) => one.id === page.id) + 1,
      ...(page.rotation === 0 ? [] : [`turned ${page.rotation}`]),
      ...(page.startsPaper ? ['begins a paper'] : []),
      ...(page.removed ? ['taken out'] : []),
      ...(page.filed ? ['filed'] : []),
    ].join(' '),
  )

story('a page is told only when its file is in the vault and its row survives the program', async () => {
  const heard: (readonly [pages: number, safe: number])[] = []
  const { start, pages: kept, scanner } = await counterWithScanner()
  hear = ({ pages }) => {
    const rows = at.raw((database) => database.prepare('select file from scan_page').pluck().all())
    const { vault } = at.counter
    heard.push([pages.length, pages.filter((page) => vault.get(page.file).ok && rows.includes(page.file)).length])
  }
  scanner.load(four)
  expect(await start()).toMatchObject({ received: 4, trouble: null })
  expect(heard).toEqual([1, 2, 3, 4].map((count) => [count, count]))
  for (const [index, page] of (await kept()).entries()) {
    const { width, height } = await sharp(four[index]).metadata()
    expect(page).toMatchObject({
      number: index + 1,
      width,
      height,
      dpi: 300,
      rotation: 0,
      startsPaper: index === 0,
      removed: false,
      filed: false,
    })
  }
})

story('a jam on page 3 keeps two pages and says so; the rest of the stack follows after them', async () => {
  const { start, pages, scanner } = await counterWithScanner()
  scanner.load(four)
  scanner.set({ jamAfter: 2 })
  expect(await start()).toMatchObject({
    received: 2,
    trouble: { kind: 'device', device: 'scan', what: 'jammed', kept: 2 },
  })
  const two = await pages()
  expect(two).toHaveLength(2)
  scanner.load(four.slice(2))
  expect(await start()).toMatchObject({ received: 2, trouble: null })
  const all = await pages()
  expect(all.slice(0, 2)).toEqual(two)
  expect(all.map((page) => page.number)).toEqual([1, 2, 3, 4])
  // What comes after a jam goes on with the same paper.
  expect(all.map((page) => page.startsPaper)).toEqual([true, false, false, false])
})

story('an empty feeder, no dossier and no scanner are told apart, and nothing is kept', async () => {
  const { scan, start, pages, scanner } = await counterWithScanner()
  scanner.load([])
  expect(await start()).toMatchObject({
    received: 0,
    trouble: { kind: 'device', device: 'scan', what: 'feeder-empty' },
  })
  const nobody = '00000000-0000-4000-8000-000000000000'
  expect(await scan.start({ dossierId: nobody, profile: FEEDER, place: null }, at.clerk)).toEqual({
    ok: false,
    failure: { kind: 'stale' },
  })
  expect(await pages()).toEqual([])
})

story('turning, moving, taking out and putting back change the row, never the file', async () => {
  const { scan, dossierId, start, pages, scanner } = await counterWithScanner()
  scanner.load(four)
  await start()
  const order = await pages()
  const id = (sheet: number) => order[sheet - 1]?.id ?? ''
  const files = order.map((page) => page.file)
  must(await scan.rotate({ pageId: id(2), by: 90 }, at.clerk))
  must(await scan.rotate({ pageId: id(2), by: 180 }, at.clerk))
  must(await scan.rotate({ pageId: id(3), by: -90 }, at.clerk))
  must(await scan.rotate({ pageId: id(3), by: 90 }, at.clerk))
  must(await scan.move({ pageId: id(4), to: 1 }, at.clerk))
  must(await scan.startPaper({ pageId: id(3), starts: true }, at.clerk))
  const shown = must(await scan.remove({ pageId: id(1), removed: true }, at.clerk))
  const after = ['1 4', '2 1 begins a paper taken out', '3 2 turned 270', '4 3 begins a paper']
  expect(seen(shown.pages, order)).toEqual(after)
  await at.reopen()
  const later = must(await at.counter.handlers.scan.pages({ dossierId }, at.clerk)).pages
  expect(seen(later, order)).toEqual(after)
  const back = must(await at.counter.handlers.scan.remove({ pageId: id(1), removed: false }, at.clerk))
  expect(seen(back.pages, order)).toEqual(['1 4', '2 1 begins a paper', '3 2 turned 270', '4 3 begins a paper'])
  expect([...back.pages].map((page) => page.file).sort()).toEqual([...files].sort())
  const said = at.raw((database) =>
    database.prepare("select event from audit_entry where event like 'scan.%' and subject = ?").pluck().all(dossierId),
  )
  expect(said).toEqual([
    ...Array<string>(4).fill('scan.page-kept'),
    ...Array<string>(4).fill('scan.page-rotated'),
    'scan.page-moved',
    'scan.paper-marked',
    'scan.page-taken-out',
    'scan.page-put-back',
  ])
})

story('pages that became a document no longer change, and a later page does not push them about', async () => {
  const { scan, dossierId, start, pages, scanner } = await counterWithScanner()
  scanner.load(four.slice(0, 2))
  await start()
  must(
    await at.counter.handlers.document.make({ dossierId, papers: [{ title: 'Giấy khai sinh', copies: 1 }] }, at.clerk),
  )
  const filed = await pages()
  expect(filed.map((page) => page.filed)).toEqual([true, true])
  const pageId = filed[0]?.id ?? ''
  const stale = { ok: false, failure: { kind: 'stale' } }
  expect([
    await scan.rotate({ pageId, by: 90 }, at.clerk),
    await scan.move({ pageId, to: 2 }, at.clerk),
    await scan.remove({ pageId, removed: true }, at.clerk),
    await scan.startPaper({ pageId, starts: false }, at.clerk),
  ]).toEqual([stale, stale, stale, stale])
  scanner.load(four.slice(2))
  await start()
  const late = (await pages()).find((page) => !page.filed)
  must(await scan.move({ pageId: late?.id ?? '', to: 1 }, at.clerk))
  const now = await pages()
  expect(now.filter((page) => page.filed).map((page) => page.id)).toEqual(filed.map((page) => page.id))
  expect(now.map((page) => page.number)).toEqual([1, 2, 3, 4])
})

async function stoppedInTheMiddle(first: Promise<Result<ScanRun>>, pages: () => Promise<readonly Page[]>) {
  await expect.poll(async () => (await pages()).length, { timeout: 10_000 }).toBe(2)
  must(await at.counter.handlers.scan.stop({}, at.clerk))
  return must(await first)
}
const BUSY = { ok: false, failure: { kind: 'device', device: 'scan', what: 'busy' } }

story('two clerks cannot scan at once, and stopping keeps what had arrived', async () => {
  const { scan, dossierId, pages, scanner } = await counterWithScanner()
  must(await scan.abilities({}, at.clerk))
  scanner.load(four)
  scanner.set({ slow: 300 })
  const first = Promise.resolve(scan.start({ dossierId, profile: FEEDER, place: null }, at.clerk))
  expect(await scan.start({ dossierId, profile: FEEDER, place: null }, at.supervisor)).toEqual(BUSY)
  const run = await stoppedInTheMiddle(first, pages)
  expect(run).toMatchObject({ received: 2, putBack: 3, trouble: null })
  expect(await pages()).toHaveLength(2)
})
story('two quick presses on "scan" before the scanner was found leave a run that can still be stopped', async () => {
  const { dossierId, scanner } = await counterWithScanner()
  await at.reopen()
  scanner.load(four)
  scanner.set({ slow: 300 })
  const again = at.counter.handlers.scan
  const first = Promise.resolve(again.start({ dossierId, profile: FEEDER, place: null }, at.clerk))
  expect(await again.start({ dossierId, profile: FEEDER, place: null }, at.clerk)).toEqual(BUSY)
  const now = async () => must(await again.pages({ dossierId }, at.clerk)).pages
  expect((await stoppedInTheMiddle(first, now)).received).toBe(2)
})
