// From pages to documents at the counter: one checked PDF/A file a paper, nothing filed from pages that moved meanwhile,
// the comparison of exactly the file that was shown, and the fee by the pages of the original.
import { readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { feeFor } from '../../main/document/fee.ts'
import { checkPdfA } from '../../main/document/index.ts'
import type { Document } from '../../preload/contract/document.ts'
import { must } from '../bench/office.ts'
import { type Paper, threePapers } from '../bench/scanner/paper.ts'
import { hasAirscan } from '../scan/bench.ts'
import { COPY, openDossier, openWorkplace, scanPapers, type Workplace } from '../signature/workplace.ts'

const story = test.skipIf(!hasAirscan)
const STALE = { ok: false, failure: { kind: 'stale' } }

let papers: readonly Paper[] = []
let at: Workplace
beforeAll(async () => {
  papers = await threePapers()
  at = await openWorkplace({ scanner: true })
})
afterAll(() => at.close())

/** A dossier of its own for each story, with these papers scanned. */
async function scanned(procedure: string, stack: readonly (readonly Buffer[])[]) {
  const dossierId = (await openDossier(at, procedure)).id
  const pages = await scanPapers(at, dossierId, stack)
  return { dossierId, pages, ...at.counter.handlers }
}
const three = () => papers.map((paper) => paper.pages)
const WANTED = [
  { title: 'Giấy khai sinh', copies: 1 },
  { title: 'Bằng tốt nghiệp trung học phổ thông', copies: 2 },
  { title: 'Giấy chứng nhận quyền sử dụng đất', copies: 5 },
]

story('three papers become three PDF/A files in the vault, each with its own pages and fee', async () => {
  const { dossierId, document, dossier, scan } = await scanned(COPY, three())
  const made = must(await document.make({ dossierId, papers: WANTED }, at.clerk))
  expect(
    made.map(({ title, pages, copies, fee, state, number }) => ({ title, pages, copies, fee, state, number })),
  ).toEqual([
    { ...WANTED[0], pages: 1, fee: 2_000, state: 'made', number: null },
    { ...WANTED[1], pages: 1, fee: 4_000, state: 'made', number: null },
    { ...WANTED[2], pages: 2, fee: 20_000, state: 'made', number: null },
  ])
  expect(new Set(made.map((one) => one.feeSource))).toEqual(new Set(['TT 226/2016/TT-BTC [S]']))
  for (const one of made) {
    const pdf = must(at.counter.vault.get(one.file))
    expect(pdf.length).toBe(one.bytes)
    expect(checkPdfA(pdf)).toMatchObject({ ok: true })
  }
  // The land certificate is full to the bottom: a page for the attestation is added, and costs nothing.
  const filePages = at.raw((database) =>
    database
      .prepare('select file_pages from document_document where dossier_id = ? order by position')
      .pluck()
      .all(dossierId),
  )
  expect(filePages).toEqual([1, 1, 3])
  expect(must(await dossier.show({ id: dossierId }, at.clerk))).toMatchObject({
    pages: 4,
    documents: 3,
    certified: 0,
    fee: 26_000,
  })
  expect(must(await scan.pages({ dossierId }, at.clerk)).pages.map((page) => page.filed)).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(await document.make({ dossierId, papers: WANTED }, at.clerk)).toEqual({
    ok: false,
    failure: { kind: 'refused', rule: 'no-pages' },
  })
})

story(
  'a page that is turned, moved or taken out while the files are made: nothing is filed, and the next try is good',
  async () => {
    const { dossierId, pages, document, scan } = await scanned(COPY, three())
    const pageId = pages[0]?.id ?? ''
    await expect.poll(async () => must(await scan.pages({ dossierId }, at.clerk)).waiting, { timeout: 20_000 }).toBe(0)
    const meanwhile = [
      () => scan.rotate({ pageId, by: 90 }, at.clerk),
      () => scan.move({ pageId, to: 4 }, at.clerk),
      () => scan.remove({ pageId, removed: true }, at.clerk),
    ]
    /** A name for each paper, as the pages lie now. */
    const wanted = async () => {
      const kept = must(await scan.pages({ dossierId }, at.clerk)).pages.filter((page) => !page.removed)
      return WANTED.slice(0, kept.filter((page, index) => index === 0 || page.startsPaper).length)
    }
    for (const change of meanwhile) {
      const making = document.make({ dossierId, papers: await wanted() }, at.clerk)
      must(await change())
      expect(await making).toEqual(STALE)
    }
    expect(must(await document.list({ dossierId }, at.clerk))).toEqual([])
    expect(must(await scan.pages({ dossierId }, at.clerk)).pages.some((page) => page.filed)).toBe(false)
    const papersNow = await wanted()
    expect(must(await document.make({ dossierId, papers: papersNow }, at.clerk))).toHaveLength(papersNow.length)
  },
)

story('names for two papers when three lie there are refused: the window was out of date', async () => {
  const { dossierId, document } = await scanned(COPY, three())
  expect(await document.make({ dossierId, papers: WANTED.slice(0, 2) }, at.clerk)).toEqual(STALE)
  expect(must(await document.list({ dossierId }, at.clerk))).toEqual([])
})

story('the clerk confirms exactly the file she was shown, once; the word of another file is not taken', async () => {
  const { dossierId, document } = await scanned(COPY, three().slice(0, 2))
  const [birth, diploma] = must(await document.make({ dossierId, papers: WANTED.slice(0, 2) }, at.clerk)) as [
    Document,
    Document,
  ]
  expect(await document.confirmCompared({ documentId: birth.id, seen: diploma.file }, at.clerk)).toEqual(STALE)
  expect(must(await document.list({ dossierId }, at.clerk)).map((one) => one.compared)).toEqual([null, null])
  const done = must(await document.confirmCompared({ documentId: birth.id, seen: birth.file }, at.clerk))
  expect(done).toEqual({ ...birth, state: 'compared', compared: { by: 'Trần Thị Mai Mẫu', at: expect.any(String) } })
  expect(await document.confirmCompared({ documentId: birth.id, seen: birth.file }, at.clerk)).toEqual(STALE)
})

story('a procedure that certifies nothing has documents without a fee', async () => {
  const { dossierId, document } = await scanned('1.004873', three().slice(0, 1))
  const [made] = must(await document.make({ dossierId, papers: WANTED.slice(0, 1) }, at.clerk))
  expect(made).toMatchObject({ fee: 0, feeSource: '', pages: 1 })
})

story('a file that is damaged on the disk is not made into a document', async () => {
  const { dossierId, pages, document } = await scanned(COPY, three().slice(0, 1))
  const file = pages[0]?.file ?? ''
  const path = `${at.folder}/store/vault/${file.slice(0, 2)}/${file}`
  const bytes = readFileSync(path)
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
  writeFileSync(path, bytes)
  expect(await document.make({ dossierId, papers: WANTED.slice(0, 1) }, at.clerk)).toEqual({
    ok: false,
    failure: { kind: 'storage', what: 'damaged' },
  })
  expect(must(await document.list({ dossierId }, at.clerk))).toEqual([])
})

describe('the fee of a certified copy (TT 226/2016/TT-BTC)', () => {
  const RULE = { firstPages: 2, firstRate: 2_000, furtherRate: 1_000, cap: 200_000 }

  test('2,000 đồng a page, from the third page 1,000, at most 200,000 a copy', () => {
    const table = [1, 2, 3, 10, 197, 198, 199, 250].map((pages) => [pages, feeFor(pages, 1, RULE)])
    expect(table).toEqual([
      [1, 2_000],
      [2, 4_000],
      [3, 5_000],
      [10, 12_000],
      [197, 199_000],
      [198, 200_000],
      [199, 200_000],
      [250, 200_000],
    ])
  })

  test('two copies of an original of three pages cost 10,000 đồng (T8)', () => {
    expect(feeFor(3, 2, RULE)).toBe(10_000)
  })

  test('an original of 250 pages costs 200,000 đồng a copy, not more (T9)', () => {
    expect([1, 2, 7].map((copies) => feeFor(250, copies, RULE))).toEqual([200_000, 400_000, 1_400_000])
  })

  test('more pages never cost less, the cap is never passed, and copies are simply counted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 99 }), (pages, copies) => {
        const one = feeFor(pages, 1, RULE)
        expect(feeFor(pages + 1, 1, RULE)).toBeGreaterThanOrEqual(one)
        expect(one).toBeLessThanOrEqual(RULE.cap)
        expect(feeFor(pages, copies, RULE)).toBe(copies * one)
        expect(one).toBe(Math.min(200_000, pages <= 2 ? 2_000 * pages : 4_000 + 1_000 * (pages - 2)))
      }),
    )
  })
})
