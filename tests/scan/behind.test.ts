// What happens behind the feeder: pages are made right while the next are fed, separator sheets route them, files and folders
// come in the same way, words are read when nothing else is to do, and everything the program did can be undone.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from '../../preload/contract/scan.ts'
import { must } from '../bench/office.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { openDossier, openWorkplace, scanPapers, type Workplace } from '../signature/workplace.ts'
import { hasAirscan } from './bench.ts'

let at: Workplace
let birth: Buffer
let degree: Buffer
const WHITE = { r: 252, g: 251, b: 248 }
const sheet = (picture: Sharp): Promise<Buffer> =>
  picture.withMetadata({ density: 300 }).jpeg({ quality: 88 }).toBuffer()

beforeAll(async () => {
  at = await openWorkplace({ scanner: true, reading: true, hotFolder: true })
  await at.counter.start()
  birth = (await drawPaper('birth')).pages[0] ?? Buffer.alloc(0)
  degree = (await drawPaper('diploma')).pages[0] ?? Buffer.alloc(0)
})
afterAll(() => at.close())

const scan = () => at.counter.handlers.scan
const pagesOf = async (dossierId: string | null): Promise<readonly Page[]> =>
  must(await scan().pages({ dossierId }, at.clerk)).pages
const settled = (dossierId: string | null) =>
  expect
    .poll(async () => must(await scan().pages({ dossierId }, at.clerk)).waiting, { timeout: 40_000, interval: 100 })
    .toBe(0)

async function separatorsFor(dossierId: string, titles: string[]): Promise<readonly Buffer[]> {
  const { file } = must(await scan().separators({ dossierId, titles }, at.clerk))
  const folder = join(at.folder, `separators-${dossierId}`)
  mkdirSync(folder)
  writeFileSync(join(folder, 'sheets.pdf'), must(at.counter.vault.get(file)))
  execFileSync('pdftoppm', ['-r', '300', '-jpeg', join(folder, 'sheets.pdf'), join(folder, 'sheet')])
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jpg'))
    .sort()
    .map((name) => readFileSync(join(folder, name)))
}
const feedMixed = async (sheets: readonly Buffer[]) => {
  at.scanner?.load(sheets)
  const profile = { source: 'feeder', mode: 'colour', dpi: 300 } as const
  expect(must(await scan().start({ dossierId: null, profile, place: null }, at.clerk))).toMatchObject({ trouble: null })
  await settled(null)
}

describe.skipIf(!hasAirscan)('a page that was fed', () => {
  test('upside down and askew stands upright and straight, keeps its original, and can be had back as scanned', async () => {
    const dossierId = (await openDossier(at)).id
    const askew = await sheet(
      sharp(await sharp(birth).rotate(181.8, { background: WHITE }).toBuffer()).resize(2480, 3508, { fit: 'cover' }),
    )
    await scanPapers(at, dossierId, [[askew]])
    await settled(dossierId)
    const [page] = await pagesOf(dossierId)
    expect(page).toMatchObject({ work: 'done', rotation: 180, blank: false, asScanned: false })
    expect(Math.abs((page?.findings?.skew.degrees ?? 0) - 1.8)).toBeLessThan(0.25)
    expect(page?.findings?.skew.straightened).toBe(true)
    expect(page?.picture).not.toBe(page?.file)
    const pageId = page?.id ?? ''
    const kept = must(await scan().asScanned({ pageId, asScanned: true }, at.clerk)).pages[0]
    expect(kept?.picture).toBe(page?.file)
    const undone = must(await scan().undo({ dossierId }, at.clerk)).pages[0]
    expect(undone?.picture).toBe(page?.picture)
    expect(at.counter.vault.get(page?.file ?? '').ok).toBe(true)
  })

  test('blank is greyed and left out of the paper, never gone; one key brings it in', async () => {
    const dossierId = (await openDossier(at)).id
    const blank = await sheet(
      sharp({
        create: {
          width: 2480,
          height: 3508,
          channels: 3,
          background: WHITE,
          noise: { type: 'gaussian', mean: 250, sigma: 3 },
        },
      }),
    )
    await scanPapers(at, dossierId, [[birth, blank]])
    await settled(dossierId)
    const pages = await pagesOf(dossierId)
    expect(pages.map((page) => page.blank)).toEqual([false, true])
    const papers = async () => must(await at.counter.handlers.document.papers({ dossierId }, at.clerk))
    expect((await papers()).map((paper) => paper.pages.length)).toEqual([1])
    must(await scan().blank({ pageId: pages[1]?.id ?? '', blank: false }, at.clerk))
    expect((await papers()).map((paper) => paper.pages.length)).toEqual([2])
  })
})

describe.skipIf(!hasAirscan)('a mixed stack', () => {
  test('is told apart by its sheets; each paper is in its dossier under its name, and a sheet from elsewhere leaks nothing', async () => {
    const [one, two] = [await openDossier(at), await openDossier(at)]
    const [first = birth, second = birth] = await separatorsFor(one.id, ['Giấy khai sinh', 'Hộ chiếu'])
    const [third = birth] = await separatorsFor(two.id, ['Bằng tốt nghiệp đại học'])
    const upsideDown = await sheet(sharp(third).rotate(180))
    await feedMixed([first, birth, degree, second, birth, upsideDown, degree])
    const pages = await pagesOf(null)
    expect(pages.map((page) => [page.dossierId, page.separator, page.startsPaper, page.title])).toEqual([
      [one.id, true, false, null],
      [one.id, false, true, 'Giấy khai sinh'],
      [one.id, false, false, null],
      [one.id, true, false, null],
      [one.id, false, true, 'Hộ chiếu'],
      [two.id, true, false, null],
      [two.id, false, true, 'Bằng tốt nghiệp đại học'],
    ])
    const { document } = at.counter.handlers
    const papers = must(await document.papers({ dossierId: null }, at.clerk))
    expect(papers.map((paper) => [paper.dossierId, paper.title, paper.titleFrom, paper.pages.length])).toEqual([
      [one.id, 'Giấy khai sinh', 'separator', 2],
      [one.id, 'Hộ chiếu', 'separator', 1],
      [two.id, 'Bằng tốt nghiệp đại học', 'separator', 1],
    ])
    must(await document.make({ dossierId: null, papers: papers.map(({ title }) => ({ title, copies: 1 })) }, at.clerk))
    expect(await pagesOf(null)).toEqual([])
    expect(must(await document.list({ dossierId: two.id }, at.clerk)).map((made) => made.title)).toEqual([
      'Bằng tốt nghiệp đại học',
    ])
  })

  test('with pages nobody knows where to put is not filed until a person says so', async () => {
    const dossier = await openDossier(at)
    await feedMixed([birth])
    const [page] = await pagesOf(null)
    expect(page).toMatchObject({ dossierId: null, reasons: ['no-dossier'] })
    const { document } = at.counter.handlers
    const make = () => document.make({ dossierId: null, papers: [{ title: 'Giấy khai sinh', copies: 1 }] }, at.clerk)
    expect(await make()).toEqual({ ok: false, failure: { kind: 'refused', rule: 'pages-undecided' } })
    expect(must(await scan().unfinished({}, at.clerk)).find((one) => one.dossierId === null)).toMatchObject({
      pages: 1,
      toCheck: 1,
    })
    must(await scan().send({ pageId: page?.id ?? '', dossierId: dossier.id }, at.clerk))
    expect(must(await make())).toHaveLength(1)
  })
})

describe('files from outside', () => {
  test('a PDF a citizen brought becomes pages like any other, and its JPEG passes untouched', async () => {
    const dossierId = (await openDossier(at)).id
    const folder = join(at.folder, 'brought')
    mkdirSync(folder)
    writeFileSync(join(folder, 'a.jpg'), birth)
    execFileSync('img2pdf', ['-o', join(folder, 'a.pdf'), join(folder, 'a.jpg'), join(folder, 'a.jpg')])
    const bytes = new Uint8Array(readFileSync(join(folder, 'a.pdf')))
    const run = must(await scan().importFile({ dossierId, name: 'ban-chup.pdf', bytes }, at.clerk))
    expect(run).toMatchObject({ received: 2, trouble: null })
    const pages = await pagesOf(dossierId)
    expect(pages.map((page) => [page.dpi, page.startsPaper])).toEqual([
      [300, true],
      [300, false],
    ])
    expect(must(at.counter.vault.get(pages[0]?.file ?? '')).equals(birth)).toBe(true)
    await settled(dossierId)
  })

  test('below 200 dots an inch is taken, and the clerk is told that it is coarse', async () => {
    const dossierId = (await openDossier(at)).id
    const bytes = await sharp(birth).resize(1240).withMetadata({ density: 150 }).jpeg({ quality: 90 }).toBuffer()
    must(await scan().importFile({ dossierId, name: 'ban-chup.jpg', bytes: new Uint8Array(bytes) }, at.clerk))
    await settled(dossierId)
    const [page] = await pagesOf(dossierId)
    expect(page?.reasons).toEqual(['low-resolution'])
    expect(must(await scan().check({ pageId: page?.id ?? '' }, at.clerk)).pages[0]?.reasons).toEqual([])
  })

  test('what is no picture is refused with the reason, and nothing is kept', async () => {
    const dossierId = (await openDossier(at)).id
    const refused = async (bytes: Uint8Array) => {
      const answer = await scan().importFile({ dossierId, name: 'x', bytes }, at.clerk)
      return answer.ok ? answer.value : answer.failure
    }
    expect(await refused(Buffer.from('không phải ảnh'))).toEqual({ kind: 'refused', rule: 'file-unknown' })
    expect(await refused(birth.subarray(0, birth.length / 2))).toEqual({ kind: 'refused', rule: 'file-damaged' })
    expect(await pagesOf(dossierId)).toEqual([])
  })

  test('the watched folder is emptied into the mixed stack; what cannot be used is set aside with its reason', async () => {
    const hot = at.unit.hotFolder ?? ''
    writeFileSync(join(hot, 'xap-1.jpg'), degree)
    writeFileSync(join(hot, 'ghi-chu.jpg'), 'đây không phải ảnh')
    writeFileSync(join(hot, 'dang-chep.jpg'), degree.subarray(0, 5_000))
    await expect.poll(async () => (await pagesOf(null)).length, { timeout: 30_000 }).toBe(1)
    await expect.poll(() => existsSync(join(hot, 'xap-1.jpg')), { timeout: 10_000 }).toBe(false)
    expect(must(await scan().hotFolder({}, at.clerk))).toMatchObject({ state: 'watching', folder: hot })
    // A file that is still being written is neither taken nor set aside.
    expect(existsSync(join(hot, 'dang-chep.jpg'))).toBe(true)
    writeFileSync(join(hot, 'dang-chep.jpg'), degree)
    await expect.poll(async () => (await pagesOf(null)).length, { timeout: 30_000 }).toBe(2)
  })
})

describe.skipIf(!hasAirscan)('reading', () => {
  test('comes after everything else; what was read becomes the text of the file and suggestions for its form', async () => {
    const dossierId = (await openDossier(at, '2.000884')).id
    await scanPapers(at, dossierId, [[birth]])
    await settled(dossierId)
    const { document } = at.counter.handlers
    const [paper] = await expect
      .poll(async () => must(await document.papers({ dossierId }, at.clerk)).map((one) => one.titleFrom), {
        timeout: 60_000,
      })
      .toEqual(['page'])
      .then(async () => must(await document.papers({ dossierId }, at.clerk)))
    expect(paper?.title).toBe('TRÍCH LỤC KHAI SINH')
    const made = must(
      await document.make({ dossierId, papers: [{ title: paper?.title ?? '', copies: 1 }] }, at.clerk),
    )[0]
    expect(made).toMatchObject({ level: '2u', fields: 'suggested', certifiedCopy: false })
    const path = join(at.folder, 'read.pdf')
    writeFileSync(path, must(at.counter.vault.get(made?.file ?? '')))
    expect(execFileSync('pdftotext', [path, '-'], { encoding: 'utf8' }).normalize('NFC')).toContain('KHAI SINH')
    const form = must(await document.fields({ documentId: made?.id ?? '' }, at.clerk))
    expect(form.fields.find(({ name }) => name === 'issuedOn')?.value).toMatch(/^\d{4}-\d\d-\d\d$/)
    expect(form.reading).toBe(false)
  })

  test('goes on for the form of a paper that was filed before its words were known; the file is 2b then', async () => {
    const dossierId = (await openDossier(at, '2.000884')).id
    await scanPapers(at, dossierId, [[birth]])
    const { document } = at.counter.handlers
    const [made] = must(
      await document.make({ dossierId, papers: [{ title: 'TRÍCH LỤC KHAI SINH', copies: 1 }] }, at.clerk),
    )
    const documentId = made?.id ?? ''
    const form = async () => must(await document.fields({ documentId }, at.clerk))
    expect(made).toMatchObject({ level: '2b', fields: 'none' })
    expect((await form()).reading).toBe(true)
    await expect.poll(async () => (await form()).reading, { timeout: 60_000 }).toBe(false)
    const day = (await form()).fields.find(({ name }) => name === 'issuedOn')
    expect(day?.value).toMatch(/^\d{4}-\d\d-\d\d$/)
    expect(day?.place).not.toBe(null)
    expect(must(await document.list({ dossierId }, at.clerk))[0]).toMatchObject({
      file: made?.file,
      fields: 'suggested',
    })
  })
})
