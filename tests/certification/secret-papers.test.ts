// A secret stamp (NĐ 23/2015/NĐ-CP Đ.22.3, case T10): the paper is refused, and no image, file or word of it is kept, whoever saw the
// stamp and whenever; a kill -9 in between changes nothing. What stays is its row: pages, title, who, when, hash.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pagesShowing } from '../../main/scan/purge.ts'
import type { Document } from '../../preload/contract/document.ts'
import { fail } from '../../preload/contract/result.ts'
import { must } from '../bench/office.ts'
import { drawPaper, PAPER_KINDS } from '../bench/scanner/paper.ts'
import { hasPoppler, textOf } from '../document/peers.ts'
import { root } from '../setup/place.ts'
import { openDossier, openWorkplace, type Workplace } from '../signature/workplace.ts'

const STALE = fail({ kind: 'stale' })
const REMOVED = fail({ kind: 'refused', rule: 'images-removed' })
let at: Workplace
let pictures: readonly Buffer[] = []
beforeAll(async () => {
  const drawn = await Promise.all(PAPER_KINDS.slice(0, 3).map((kind) => drawPaper(kind)))
  pictures = drawn.flatMap((paper) => paper.pages)
  at = await openWorkplace({ reading: true })
}, 60_000)
afterAll(() => at.close())

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const stations = () => at.counter.handlers
const pagesOf = async (dossierId: string) => must(await stations().scan.pages({ dossierId }, at.clerk)).pages
const isGone = (file: string): boolean => !at.counter.vault.has(file)

/** Every file that a row of this dossier's pages and documents has ever named. */
const filesOf = (dossierId: string): readonly string[] =>
  at.raw((database) =>
    ['scan_page', 'document_document'].flatMap((table) =>
      database
        .prepare(`select ${table === 'scan_page' ? 'file, picture, words' : 'file'} from ${table} where dossier_id = ?`)
        .raw()
        .all(dossierId)
        .flat()
        .filter((one) => one !== null),
    ),
  ) as unknown as readonly string[]

/** Rows in which this text stands, in any column of any table. */
const rowsWith = (text: string): readonly string[] =>
  at.raw((database) => {
    const tables = database.prepare("select name from sqlite_master where type = 'table'").pluck().all() as string[]
    return tables.flatMap((table) =>
      database
        .prepare(`select * from "${table}"`)
        .all()
        .filter((row) => JSON.stringify(row).includes(text))
        .map(() => table),
    )
  })

const audited = (event: string, subject: string): readonly unknown[] =>
  at.raw((database) =>
    database
      .prepare('select detail from audit_entry where event = ? and subject = ?')
      .pluck()
      .all(event, subject)
      .map((detail) => JSON.parse(String(detail))),
  )

/** Each picture is handed in as a file; each number is how many of them make a paper. */
async function handIn(images: readonly Buffer[], papers: readonly number[]) {
  const dossierId = (await openDossier(at)).id
  const { scan } = stations()
  for (const bytes of images) must(await scan.importFile({ dossierId, name: 'trang.jpg', bytes }, at.clerk))
  must(await scan.counts({ dossierId, counts: [...papers] }, at.clerk))
  return dossierId
}
/** Every page is worked on; with `read` its words are there too. */
const settled = (dossierId: string, read = false) =>
  expect
    .poll(async () => must(await stations().scan.pages({ dossierId }, at.clerk)), { timeout: 60_000, interval: 100 })
    .toMatchObject({ waiting: 0, ...(read ? { unread: 0 } : {}) })
async function made(dossierId: string, ...titles: readonly string[]): Promise<readonly Document[]> {
  const papers = titles.map((title) => ({ title, copies: 1 }))
  return must(await stations().document.make({ dossierId, papers }, at.clerk))
}
const letter = async (documentId: string): Promise<string> => {
  const { file } = must(await stations().certification.printRefusal({ documentId }, at.clerk))
  return hasPoppler ? textOf(must(at.counter.vault.get(file))) : ''
}

test('the officer refuses a secret paper for reason 3: nothing that shows or quotes it is kept, only its row, and the letter prints (T10)', async () => {
  const [first = Buffer.of(), second = Buffer.of(), again = Buffer.of()] = pictures
  // Page 2 was fed twice: the page taken out shows the paper too. The first page's bytes lie in another dossier as well.
  const dossierId = await handIn([first, second, again], [3])
  const other = await handIn([first], [1])
  const [, , third] = await pagesOf(dossierId)
  must(await stations().scan.remove({ pageId: third?.id ?? '', removed: true }, at.clerk))
  await settled(dossierId, true)
  await settled(other, true)
  const [paper] = await made(dossierId, 'Quyết định điều động')
  const [kept] = await made(other, 'Giấy khai sinh')
  if (paper === undefined || kept === undefined) throw new Error('nothing was made')
  const { certification, document } = stations()
  must(
    await document.confirmFields(
      { documentId: paper.id, values: [{ name: 'summary', value: 'CON ĐƯỜNG SỐ 77' }] },
      at.clerk,
    ),
  )
  must(await document.confirmCompared({ documentId: paper.id, seen: paper.file }, at.clerk))
  const before = filesOf(dossierId)
  expect(before.length).toBeGreaterThanOrEqual(6)
  expect(before.filter(isGone)).toEqual([])
  expect(rowsWith('CON ĐƯỜNG SỐ 77')).toEqual(['document_field'])

  const queue = must(await certification.hold({ documentId: paper.id, reason: 'reason-3', note: '' }, at.officer))

  const still = new Set(filesOf(other))
  expect(before.filter((file) => !isGone(file))).toEqual(before.filter((file) => still.has(file)))
  expect([...still].filter(isGone)).toEqual([])
  expect(still.has(hash(first))).toBe(true)
  expect(rowsWith('CON ĐƯỜNG SỐ 77')).toEqual([])
  expect(queue.items.find((item) => item.document.id === paper.id)?.document).toMatchObject({
    title: 'Quyết định điều động',
    pages: 2,
    file: paper.file,
    state: 'held',
    purged: true,
    fields: 'none',
  })
  expect((await pagesOf(dossierId)).map(({ purged, findings, filed }) => [purged, findings, filed])).toEqual([
    [true, null, true],
    [true, null, true],
    [true, null, false],
  ])
  expect(audited('certification.images-removed', paper.id)).toEqual([
    { file: paper.file, pages: 3, reason: 'reason-3' },
  ])
  expect(await certification.release({ documentId: paper.id }, at.officer)).toEqual(REMOVED)
  expect(await document.confirmFields({ documentId: paper.id, values: [] }, at.clerk)).toEqual(REMOVED)
  expect(await certification.review({ documentId: paper.id, seen: paper.file }, at.officer)).toEqual(STALE)
  const words = await letter(paper.id)
  if (hasPoppler)
    for (const part of ['đóng dấu mật', 'Quyết định điều động', 'Số trang của bản chính: 2'])
      expect(words).toContain(part)
  // Nothing of it was ever promised to the province, and no number was taken.
  expect(
    at.raw((database) => database.prepare("select count(*) from outbox_parcel where kind <> 'dossier'").pluck().get()),
  ).toBe(0)
  expect(at.raw((database) => database.prepare('select count(*) from certification_row').pluck().get())).toBe(0)
}, 90_000)

test('the clerk sees the stamp while comparing: refused without the officer, images gone, the letter can be given at once (T10)', async () => {
  const dossierId = await handIn(pictures.slice(0, 2), [1, 1])
  await settled(dossierId)
  const [secret, plain] = await made(dossierId, 'Công văn mật', 'Giấy khai sinh')
  if (secret === undefined || plain === undefined) throw new Error('nothing was made')
  const { certification } = stations()
  expect(await certification.secret({ documentId: secret.id, seen: plain.file }, at.clerk)).toEqual(STALE)
  must(await certification.secret({ documentId: secret.id, seen: secret.file }, at.clerk))
  expect(isGone(secret.file)).toBe(true)
  expect(isGone(plain.file)).toBe(false)
  expect(await certification.secret({ documentId: secret.id, seen: secret.file }, at.clerk)).toEqual(STALE)
  const words = await letter(secret.id)
  if (hasPoppler) expect(words).toContain('Công văn mật')
  // Evidence of a forgery is another matter: it stays until a supervisor ends that (TT 01/2020/TT-BTP Đ.11.2).
  must(await certification.forgery({ documentId: plain.id, signs: 'Dấu nổi không có' }, at.clerk))
  expect(await certification.secret({ documentId: plain.id, seen: plain.file }, at.clerk)).toEqual(
    fail({ kind: 'refused', rule: 'paper-locked' }),
  )
  expect(isGone(plain.file)).toBe(false)
}, 60_000)

test('the clerk sees the stamp while scanning: that paper goes, the others stay, and no key brings it back (T10)', async () => {
  const dossierId = await handIn(pictures.slice(0, 3), [2, 1])
  const { scan } = stations()
  const [one, two, three] = await pagesOf(dossierId)
  if (one === undefined || two === undefined || three === undefined) throw new Error('three pages')
  // At once, while the workshop still has them in hand: what comes back later is not kept either.
  must(await scan.rotate({ pageId: two.id, by: 90 }, at.clerk))
  const shown = must(await scan.secret({ pageId: two.id }, at.clerk))
  expect(shown.pages.map((page) => [page.purged, page.removed])).toEqual([
    [true, true],
    [true, true],
    [false, false],
  ])
  await settled(dossierId)
  const left = new Set(
    await pagesOf(dossierId).then((pages) => pages.flatMap((page) => (page.purged ? [] : [page.file, page.picture]))),
  )
  const named = at.counter.storage.read((r) => at.counter.scans.purgedFiles(r))
  expect(
    named.filter((file) => !isGone(file) && !at.counter.storage.read((r) => at.counter.scans.files(r)).includes(file)),
  ).toEqual([])
  expect([...left].filter(isGone)).toEqual([])
  must(await scan.undo({ dossierId }, at.clerk))
  expect((await pagesOf(dossierId)).map((page) => page.removed)).toEqual([true, true, false])
  for (const change of [
    scan.remove({ pageId: one.id, removed: false }, at.clerk),
    scan.rotate({ pageId: one.id, by: 90 }, at.clerk),
    scan.secret({ pageId: one.id }, at.clerk),
  ])
    expect(await change).toEqual(STALE)
  expect(audited('scan.images-removed', dossierId)).toEqual([{ page: two.id, pages: 2 }])
  expect(await made(dossierId, 'Giấy khai sinh')).toHaveLength(1)
}, 60_000)

test('the stamp is seen while the file is being made: nothing is filed, and the file that was made does not lie about (T10)', async () => {
  const dossierId = await handIn(pictures.slice(0, 1), [1])
  await settled(dossierId)
  const [page] = await pagesOf(dossierId)
  const before = new Set(at.counter.vault.list())
  const making = stations().document.make({ dossierId, papers: [{ title: 'Công văn mật', copies: 1 }] }, at.clerk)
  must(await stations().scan.secret({ pageId: page?.id ?? '' }, at.clerk))
  expect(await making).toEqual(STALE)
  expect(at.counter.vault.list().filter((file) => !before.has(file))).toEqual([])
}, 60_000)

test('kill -9 between the refusal and the removal: at the next start the images are gone before anything else (T10)', async () => {
  const dossierId = await handIn([pictures[1] ?? Buffer.of(), pictures[2] ?? Buffer.of()], [2])
  await settled(dossierId)
  const [paper] = await made(dossierId, 'Công văn mật')
  if (paper === undefined) throw new Error('nothing was made')
  must(await stations().document.confirmCompared({ documentId: paper.id, seen: paper.file }, at.clerk))
  const child = spawnSync(process.execPath, [join(root, 'tests/certification/secret-child.ts'), at.folder, paper.id], {
    encoding: 'utf8',
  })
  expect([child.signal, child.stderr.replaceAll(/.*Warning.*\n?/g, '')]).toEqual(['SIGKILL', ''])
  expect(at.counter.storage.read((r) => at.counter.documents.find(r, paper.id)?.purgedAt)).not.toBeNull()
  expect(isGone(paper.file)).toBe(false)
  await at.reopen()
  await at.counter.start()
  const named = at.counter.storage.read(
    (r) => new Set([...at.counter.scans.files(r), ...at.counter.documents.files(r)]),
  )
  expect(filesOf(dossierId).filter((file) => !isGone(file) && !named.has(file))).toEqual([])
  expect(isGone(paper.file)).toBe(true)
}, 60_000)

test('what shows a paper is its pages and what was left out between and beside them; never a kept page of another, nor a separator', () => {
  const stack = fc.array(
    fc.record({ removed: fc.boolean(), blank: fc.boolean(), separator: fc.boolean(), filed: fc.boolean() }),
    { minLength: 1, maxLength: 12 },
  )
  fc.assert(
    fc.property(stack, fc.nat(), fc.nat(), (marks, from, length) => {
      const pages = marks.map(({ filed, ...mark }, position) => ({
        id: `p${position}`,
        position,
        dossierId: 'A',
        startsPaper: false,
        title: null,
        documentId: filed ? 'other' : null,
        ...mark,
      }))
      const own = new Set(
        pages
          .slice(from % pages.length)
          .slice(0, 1 + (length % 3))
          .map((page) => page.id),
      )
      const shows = pagesShowing(pages, own)
      const ids = new Set(shows.map((page) => page.id))
      for (const id of own) expect(ids.has(id)).toBe(true)
      for (const page of shows.filter(({ id }) => !own.has(id)))
        expect([page.removed || page.blank, page.separator, page.documentId]).toEqual([true, false, null])
      // Nothing left out right beside a page that goes is forgotten.
      for (const [index, page] of pages.entries())
        if (ids.has(page.id) || page.separator || page.documentId !== null || !(page.removed || page.blank)) continue
        else
          expect([pages[index - 1], pages[index + 1]].some((next) => next !== undefined && ids.has(next.id))).toBe(
            false,
          )
    }),
  )
})
