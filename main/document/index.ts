// Station 4, document: one checked PDF/A-2b per paper, and the clerk's word that it equals the original.
// A file that does not pass the check is not filed; pages of a filed document no longer change.
import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Caller, HandlersOf } from '../../preload/contract/border.ts'
import type { Document, document as declared } from '../../preload/contract/document.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { Audit } from '../audit/index.ts'
import { CERTIFIED_COPY, findDossier, fold, type Law, markScanned, score } from '../dossier/index.ts'
import type { PageRow, Scans } from '../scan/index.ts'
import type { Reader, Storage, Vault, Writer } from '../storage/index.ts'
import type { Rotation } from './build-pdf.ts'
import { FeeRule, feeFor } from './fee.ts'
import type { MakeInput } from './make.ts'
import {
  type DocumentRow,
  type DocumentState,
  documentsIn,
  documentsOf,
  findDocument,
  turnDocument,
  viewOf,
} from './store.ts'
import { documentDocument } from './table.ts'

export { checkPdfA } from './check-pdf.ts'
export { ATTESTATION_BAND, type MakeInput, makePdf } from './make.ts'
export type { DocumentRow, DocumentState } from './store.ts'

export interface Documents {
  readonly handlers: HandlersOf<typeof declared>
  find(r: Reader | Writer, id: string): DocumentRow | undefined
  of(r: Reader | Writer, dossierId: string): readonly DocumentRow[]
  inStates(r: Reader | Writer, states: readonly DocumentState[]): readonly DocumentRow[]
  turn(w: Writer, id: string, from: readonly DocumentState[], set: Partial<DocumentRow>): boolean
  view(r: Reader | Writer, row: DocumentRow): Document
  tell(id: string): void
  /** Vault hashes that rows name. */
  files(r: Reader): readonly string[]
}

/** Common originals at a commune's counter, most used first; any other title is typed. */
const TITLES = [
  'Giấy khai sinh',
  'Trích lục khai sinh (bản chính)',
  'Bằng tốt nghiệp trung học phổ thông',
  'Giấy chứng nhận quyền sử dụng đất',
  'Giấy chứng nhận kết hôn',
  'Học bạ trung học cơ sở',
  'Học bạ trung học phổ thông',
  'Bằng tốt nghiệp đại học',
  'Căn cước công dân',
  'Thẻ căn cước',
  'Giấy xác nhận tình trạng hôn nhân',
  'Giấy phép lái xe',
  'Hộ chiếu',
  'Sổ hộ khẩu',
  'Chứng chỉ ngoại ngữ',
  'Quyết định',
  'Giấy chứng nhận đăng ký hộ kinh doanh',
] as const

export function openDocuments(parts: {
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly law: Law
  readonly scans: Scans
  readonly unitName: string
  readonly fontFolder: string
  readonly now: () => Date
  readonly make: (input: MakeInput) => Promise<Result<{ readonly pdf: Uint8Array; readonly pages: number }>>
  readonly changed: (document: Document) => void
}): Documents {
  const { storage, vault, audit, law, scans, now } = parts
  const view = (r: Reader | Writer, row: DocumentRow): Document => viewOf(r, row)
  const tell = (id: string): void => {
    const document = storage.read((r) => {
      const row = findDocument(r, id)
      return row === undefined ? null : view(r, row)
    })
    if (document !== null) parts.changed(document)
  }

  interface Wanted {
    readonly title: string
    readonly copies: number
  }

  async function makeOne(pages: readonly PageRow[], wanted: Wanted, certified: boolean): Promise<Result<DocumentRow>> {
    const pictures: MakeInput['pages'][number][] = []
    for (const page of pages) {
      const jpeg = vault.get(page.file)
      if (!jpeg.ok) return jpeg
      pictures.push({ jpeg: jpeg.value, rotation: page.rotation as Rotation, dpi: page.dpi })
    }
    const id = randomUUID()
    const made = await parts.make({
      pages: pictures,
      metadata: { id, now: now(), title: wanted.title, creator: parts.unitName },
      fontFolder: parts.fontFolder,
      certified,
    })
    if (!made.ok) return made
    const stored = vault.put(made.value.pdf)
    if (!stored.ok) return stored
    const rule = certified ? law.get('certification.fee', FeeRule) : null
    if (rule !== null && !rule.ok) return rule
    return ok({
      id,
      dossierId: pages[0]?.dossierId ?? '',
      position: 0,
      title: wanted.title,
      originalPages: pages.length,
      filePages: made.value.pages,
      file: stored.value,
      bytes: made.value.pdf.length,
      copies: wanted.copies,
      fee: rule === null ? 0 : feeFor(pages.length, wanted.copies, rule.value),
      feeSource: rule === null ? '' : law.sourceOf('certification.fee'),
      state: 'made',
      heldFor: null,
      comparedBy: null,
      comparedByName: null,
      comparedAt: null,
      reviewedBy: null,
      reviewedAt: null,
      number: null,
      copyFile: null,
      createdAt: now().toISOString(),
    } satisfies DocumentRow)
  }

  async function make(dossierId: string, wanted: readonly Wanted[], caller: Caller): Promise<Result<Document[]>> {
    const dossier = storage.read((r) => findDossier(r, dossierId))
    if (dossier === undefined) return fail({ kind: 'stale' })
    const papers = storage.read((r) => scans.openPapers(r, dossierId))
    if (papers.length === 0) return refuse('no-pages')
    if (papers.length !== wanted.length) return fail({ kind: 'stale' })
    const made: { row: DocumentRow; pages: readonly PageRow[] }[] = []
    for (const [index, pages] of papers.entries()) {
      const want = wanted[index]
      if (want === undefined) return refuse('no-title')
      const one = await makeOne(pages, want, dossier.procedureCode === CERTIFIED_COPY)
      if (!one.ok) return one
      made.push({ row: one.value, pages })
    }
    const done = storage.write((w) => {
      // The pages may have been turned or moved while the files were built: then nothing is filed.
      const still = scans.openPapers(w, dossierId)
      if (JSON.stringify(still) !== JSON.stringify(papers)) return false
      const before =
        w
          .select({ n: sql<number | null>`max(${documentDocument.position})` })
          .from(documentDocument)
          .get()?.n ?? 0
      for (const [index, { row, pages }] of made.entries()) {
        w.insert(documentDocument)
          .values({ ...row, position: before + index + 1 })
          .run()
        scans.file(
          w,
          pages.map((page) => page.id),
          row.id,
        )
        markScanned(w, dossierId)
        audit.append(w, {
          actor: caller.operatorId,
          event: 'document.made',
          subject: row.id,
          detail: { dossier: dossierId, file: row.file, pages: row.filePages },
        })
      }
      return true
    })
    if (!done) return fail({ kind: 'stale' })
    scans.tell(dossierId)
    for (const { row } of made) tell(row.id)
    return ok(storage.read((r) => documentsOf(r, dossierId).map((row) => view(r, row))))
  }

  function confirmCompared(documentId: string, seen: string, caller: Caller): Result<Document> {
    const turned = storage.write((w) => {
      const row = findDocument(w, documentId)
      if (row === undefined || row.file !== seen) return null
      const done = turnDocument(w, documentId, ['made'], {
        state: 'compared',
        comparedBy: caller.operatorId,
        comparedByName: caller.name,
        comparedAt: now().toISOString(),
      })
      if (!done) return null
      audit.append(w, {
        actor: caller.operatorId,
        event: 'document.compared',
        subject: documentId,
        detail: { file: seen },
      })
      const after = findDocument(w, documentId)
      return after === undefined ? null : view(w, after)
    })
    if (turned === null) return fail({ kind: 'stale' })
    parts.changed(turned)
    return ok(turned)
  }

  return {
    handlers: {
      titles: ({ query }) => {
        const hits = TITLES.map((title) => ({ title, points: score(fold(title), query) })).filter(
          ({ points }) => points > 0,
        )
        return ok(hits.sort((a, b) => b.points - a.points).map(({ title }) => title))
      },
      make: ({ dossierId, papers }, caller) => make(dossierId, papers, caller),
      list: ({ dossierId }) => ok(storage.read((r) => documentsOf(r, dossierId).map((row) => view(r, row)))),
      confirmCompared: ({ documentId, seen }, caller) => confirmCompared(documentId, seen, caller),
    },
    find: findDocument,
    of: documentsOf,
    inStates: documentsIn,
    turn: turnDocument,
    files: (r) =>
      r
        .select({ file: documentDocument.file, copy: documentDocument.copyFile })
        .from(documentDocument)
        .all()
        .flatMap(({ file, copy }) => (copy === null ? [file] : [file, copy])),
    view,
    tell,
  }
}
