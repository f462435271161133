// Papers that are books: a copy has every page of the original that carries information (TT 01/2020/TT-BTP Đ.10, case T13). The
// clerk counts them; fewer pages scanned is said with the sentence of the law, and nothing is confirmed until they are there.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bookKind } from '../../main/document/book.ts'
import { PaperTitles } from '../../main/scan/index.ts'
import type { Document } from '../../preload/contract/document.ts'
import { fail } from '../../preload/contract/result.ts'
import { must } from '../bench/office.ts'
import { drawPaper, PAPER_KINDS } from '../bench/scanner/paper.ts'
import { root } from '../setup/place.ts'
import { COPY, openDossier, openWorkplace, type Workplace } from '../signature/workplace.ts'

const STALE = fail({ kind: 'stale' })
const missing = (detail?: string) =>
  fail({ kind: 'refused', rule: 'pages-missing', ...(detail === undefined ? {} : { detail }) })
const RULE = 'Bản sao từ bản chính để chứng thực phải gồm đầy đủ số trang có thông tin của bản chính.'
let at: Workplace
let pictures: readonly Buffer[] = []
beforeAll(async () => {
  const drawn = await Promise.all(PAPER_KINDS.slice(0, 4).map((kind) => drawPaper(kind)))
  pictures = drawn.flatMap((paper) => paper.pages)
  at = await openWorkplace()
}, 60_000)
afterAll(() => at.close())

const stations = () => at.counter.handlers
async function handIn(dossierId: string, count: number): Promise<void> {
  const { scan } = stations()
  for (const bytes of pictures.slice(0, count))
    must(await scan.importFile({ dossierId, name: 'trang.jpg', bytes }, at.clerk))
  const pages = must(await scan.pages({ dossierId }, at.clerk)).pages.filter((page) => !page.filed)
  must(await scan.counts({ dossierId, counts: [pages.length] }, at.clerk))
}
async function made(title: string, pages: number, procedure = COPY): Promise<Document> {
  const dossierId = (await openDossier(at, procedure)).id
  await handIn(dossierId, pages)
  const [one] = must(await stations().document.make({ dossierId, papers: [{ title, copies: 1 }] }, at.clerk))
  if (one === undefined) throw new Error('nothing was made')
  return one
}
const count = (one: Document, pages: number | null) =>
  stations().document.countPages({ documentId: one.id, pages }, at.clerk)
const confirm = (one: Document) => stations().document.confirmCompared({ documentId: one.id, seen: one.file }, at.clerk)
const audited = (subject: string) =>
  at.raw((database) =>
    database
      .prepare("select event, detail from audit_entry where subject = ? and event <> 'document.made' order by seq")
      .all(subject)
      .map((row) => {
        const { event, detail } = row as { event: string; detail: string }
        return [event, JSON.parse(detail)]
      }),
  )

test('a passport of which 2 of 5 pages were scanned is warned of, with the sentence of the law, and is not confirmed (T13)', async () => {
  const passport = await made('Hộ chiếu', 2)
  expect(passport.book).toEqual({ cover: true, counted: null, rule: RULE, source: 'TT 01/2020/TT-BTP Đ.10 [C]' })
  // Nobody has counted yet: that alone is not enough.
  expect(await confirm(passport)).toEqual(missing())
  expect(must(await count(passport, 5)).book?.counted).toBe(5)
  expect(await confirm(passport)).toEqual(missing('2/5'))
  expect(must(await stations().document.list({ dossierId: passport.dossierId }, at.clerk))[0]?.compared).toBeNull()
  // Mistyped: the clerk takes the number back and counts again; both stand in the audit.
  expect(must(await count(passport, null)).book?.counted).toBeNull()
  expect(await confirm(passport)).toEqual(missing())
  must(await count(passport, 2))
  expect(must(await confirm(passport)).state).toBe('compared')
  expect(await count(passport, 1)).toEqual(STALE)
  expect(audited(passport.id)).toEqual([
    ['document.pages-counted', { counted: 5, scanned: 2 }],
    ['document.count-taken-back', { counted: 5, scanned: 2 }],
    ['document.pages-counted', { counted: 2, scanned: 2 }],
    ['document.compared', { file: passport.file, counted: 2 }],
  ])
})

test('the missing pages are scanned: the file is given up, its pages are open again, and the whole book is made and confirmed (T13)', async () => {
  const passport = await made('Hộ chiếu', 2)
  const { dossierId } = passport
  const { document, scan } = stations()
  must(await count(passport, 4))
  must(await document.takeApart({ documentId: passport.id }, at.clerk))
  expect(at.counter.vault.has(passport.file)).toBe(false)
  expect(must(await document.list({ dossierId }, at.clerk))).toEqual([])
  const open = must(await scan.pages({ dossierId }, at.clerk)).pages
  expect(open.map((page) => [page.filed, page.title])).toEqual([
    [false, 'Hộ chiếu'],
    [false, null],
  ])
  expect(await document.takeApart({ documentId: passport.id }, at.clerk)).toEqual(STALE)
  await handIn(dossierId, 2)
  const [whole] = must(await document.make({ dossierId, papers: [{ title: 'Hộ chiếu', copies: 1 }] }, at.clerk))
  if (whole === undefined) throw new Error('nothing was made')
  expect([whole.pages, whole.fee]).toEqual([4, 6_000])
  must(await count(whole, 4))
  expect(must(await confirm(whole)).state).toBe('compared')
  expect(await document.takeApart({ documentId: whole.id }, at.clerk)).toEqual(STALE)
})

test('a paper that is no book is compared as ever, and a paper of a dossier that certifies nothing has no pages to count', async () => {
  const birth = await made('Giấy khai sinh', 1)
  expect(birth.book).toBeNull()
  expect(await count(birth, 3)).toEqual(STALE)
  expect(must(await confirm(birth)).state).toBe('compared')
  expect((await made('Hộ chiếu', 1, '1.004873')).book).toBeNull()
})

test('which papers are books stands in the catalogue; a title may be longer or shorter than its kind', () => {
  const titles = PaperTitles.parse(
    JSON.parse(readFileSync(join(root, 'resources/catalogue/paper-titles.json'), 'utf8')),
  )
  const kinds = (...names: readonly string[]) => names.map((name) => bookKind(name, titles))
  expect(kinds('Hộ chiếu', 'hộ chiếu Nguyễn Thị Mẫu')).toEqual(['cover-and-pages', 'cover-and-pages'])
  expect(kinds('Sổ hộ khẩu', 'Học bạ', 'Học bạ trung học cơ sở (bản chính)')).toEqual(['pages', 'pages', 'pages'])
  expect(kinds('Giấy khai sinh', 'Sổ', 'Hộ', 'Học', 'Giấy xác nhận đã nộp hộ chiếu', '')).toEqual(Array(6).fill(null))
})
