// Station 4, document: one checked PDF/A-2b per paper, and the clerk's word that it equals the original.
// A file that does not pass the check is not filed; pages of a filed document no longer change.
import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Caller, HandlersOf } from '../../preload/contract/border.ts'
import type { Document, document as declared, Fields, OpenPaper } from '../../preload/contract/document.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { Audit } from '../audit/index.ts'
import { CERTIFIED_COPY, findDossier, fold, type Law, legalDay, markScanned, score } from '../dossier/index.ts'
import type { Log } from '../log.ts'
import type { PageRow, Paper, PaperTitles, ReadyPage, Scans, View, Words } from '../scan/index.ts'
import type { Reader, Storage, Vault, Writer } from '../storage/index.ts'
import { type AgencyCopyRule, NO_AGENCY_COPY, openAgencyCopies } from './agency-copy.ts'
import { openBooks } from './book.ts'
import { type BroughtFile, openBrought, SCANNED } from './brought.ts'
import { extractFields } from './extract-fields.ts'
import { FeeRule, feeFor } from './fee.ts'
import { openFields } from './fields.ts'
import { fileNameFor } from './file-name.ts'
import type { MadePdf, MakeInput } from './make.ts'
import { documentFiles, purgeDocument } from './purge.ts'
import {
  agencyCopiesIn,
  allOver,
  type DocumentRow,
  type DocumentState,
  documentsIn,
  documentsOf,
  findDocument,
  turnDocument,
  viewOf,
} from './store.ts'
import { documentDocument } from './table.ts'

export { AGENCY_COPY_RULE, type AgencyCopyRule } from './agency-copy.ts'
export { BROUGHT_RULE, type BroughtFile } from './brought.ts'
export { checkPdfA } from './check-pdf.ts'
export { lastPageHasRoom } from './free-space.ts'
export { ATTESTATION_BAND, type MakeInput, makePdf } from './make.ts'
export { type DocumentRow, type DocumentState, earlierOf } from './store.ts'

export interface Documents {
  readonly handlers: HandlersOf<typeof declared>
  find(r: Reader | Writer, id: string): DocumentRow | undefined
  of(r: Reader | Writer, dossierId: string): readonly DocumentRow[]
  /** Nothing of this dossier is still to be certified. */
  allOver(r: Reader | Writer, dossierId: string): boolean
  inStates(r: Reader | Writer, states: readonly DocumentState[]): readonly DocumentRow[]
  turn(w: Writer, id: string, from: readonly DocumentState[], set: Partial<DocumentRow>): boolean
  /** Asked for and not signed by the agency yet (sao y). */
  agencyCopies(r: Reader): readonly DocumentRow[]
  /** The dated entry about them, or the refusal that names it. */
  agencyCopyRule(): Result<AgencyCopyRule>
  view(r: Reader | Writer, row: DocumentRow): Document
  tell(id: string): void
  /** The words of a page of this document are there. */
  heard(documentId: string): void
  /** In the caller's transaction: nothing that shows or quotes this secret paper is kept. Answers how many pages went. */
  purge(w: Writer, documentId: string): number
  /** Vault hashes that rows name; not those of secret papers. */
  files(r: Reader): readonly string[]
  /** Vault hashes that secret papers had. */
  purgedFiles(r: Reader): readonly string[]
}

export function openDocuments(parts: {
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly law: Law
  readonly log: Log
  readonly scans: Scans
  readonly unitName: string
  /** Titles a clerk picks from; any other title is typed. */
  readonly titles: PaperTitles
  readonly now: () => Date
  readonly make: (input: MakeInput) => Promise<Result<MadePdf>>
  /** Whether a PDF that a person brings can be certified as it is; the workshop's answer. */
  readonly accept: (bytes: Uint8Array) => Promise<Result<BroughtFile>>
  readonly changed: (document: Document) => void
  readonly fieldsChanged: (fields: Fields) => void
  /** Removes these files too, unless a row names them. */
  readonly erase: (files: readonly string[]) => void
}): Documents {
  const { storage, vault, audit, law, scans, now } = parts
  /** Most used first. */
  const titles = [...parts.titles].sort((one, other) => one.order - other.order).map((title) => title.name)
  const books = openBooks({ storage, audit, law, scans, titles: parts.titles })
  const view = (r: Reader | Writer, row: DocumentRow): Document => viewOf(r, row, books.of(row))
  const tell = (id: string): void => {
    const document = storage.read((r) => {
      const row = findDocument(r, id)
      return row === undefined ? null : view(r, row)
    })
    if (document !== null) parts.changed(document)
  }
  const fields = openFields({ storage, audit, scans, titles, now, changed: parts.fieldsChanged, told: tell })

  const brought = openBrought({ ...parts, titles, view, tell })
  const agencyCopies = openAgencyCopies({ ...parts, view })

  interface Wanted {
    readonly title: string
    readonly copies: number
  }

  /** The page's words, from the vault; a page that was not read in this picture and rotation has none. */
  function wordsOf(page: ReadyPage): Words | null {
    const file = page.words === null ? null : vault.get(page.words)
    return file === null || !file.ok ? null : (JSON.parse(file.value.toString('utf8')) as Words)
  }

  async function makeOne(
    paper: Paper<PageRow>,
    wanted: Wanted,
    position: number,
    caller: Caller,
  ): Promise<Result<DocumentRow>> {
    const dossier = storage.read((r) => findDossier(r, paper.dossierId ?? ''))
    const [first] = paper.pages
    if (dossier === undefined || first === undefined) return fail({ kind: 'stale' })
    const certified = dossier.procedureCode === CERTIFIED_COPY
    const pictures: MakeInput['pages'][number][] = []
    for (const page of paper.pages.map(scans.ready)) {
      const picture = vault.get(page.picture)
      if (!picture.ok) return picture
      const words = wordsOf(page)
      pictures.push({ picture: picture.value, rotation: page.rotation, dpi: page.row.dpi, words })
    }
    const id = randomUUID()
    const made = await parts.make({
      pages: pictures,
      metadata: { id, now: now(), title: wanted.title, creator: parts.unitName },
      certified,
    })
    if (!made.ok) return made
    const stored = vault.put(made.value.pdf)
    if (!stored.ok) return stored
    const rule = certified ? law.get('certification.fee', FeeRule) : null
    if (rule !== null && !rule.ok) return rule
    return ok({
      id,
      dossierId: dossier.id,
      position: 0,
      title: wanted.title,
      originalPages: paper.pages.length,
      filePages: made.value.pages,
      file: stored.value,
      bytes: made.value.pdf.length,
      copies: wanted.copies,
      fee: rule === null ? 0 : feeFor(paper.pages.length, wanted.copies, rule.value),
      feeSource: rule === null ? '' : law.sourceOf('certification.fee'),
      state: 'made',
      heldFor: null,
      comparedBy: null,
      comparedByName: null,
      comparedAt: null,
      reviewedBy: null,
      reviewedAt: null,
      reviewMode: null,
      certifiedCopy: certified,
      fileName: fileNameFor({
        dossierCode: dossier.provisionalCode,
        position,
        title: wanted.title,
        day: legalDay(now()),
        titles,
      }),
      level: made.value.level,
      ...SCANNED,
      // Nobody fed what came through the watched folder: who takes it into the dossier signs for it (TT 01/2023 Đ.8).
      scannedBy: first.scannedByName === '' ? caller.operatorId : first.scannedBy,
      scannedByName: first.scannedByName === '' ? caller.name : first.scannedByName,
      scannedAt: first.scannedAt,
      scanSignedAt: null,
      scanFile: null,
      ...NO_AGENCY_COPY,
      fields: pictures.some((page) => page.words !== null) ? 'suggested' : 'none',
      fieldsBy: null,
      fieldsByName: null,
      fieldsAt: null,
      number: null,
      copyFile: null,
      countedPages: null,
      purgedAt: null,
      createdAt: now().toISOString(),
    } satisfies DocumentRow)
  }

  /** Papers whose dossier is known; a mixed stack may still have others. */
  const papersOf = (r: Reader | Writer, stack: View): readonly Paper<PageRow>[] =>
    scans.openPapers(r, stack).filter((paper) => paper.dossierId !== null)
  /** What would make another file of them. Words that were read meanwhile do not. */
  const essence = (papers: readonly Paper<PageRow>[]): string =>
    JSON.stringify(
      papers.map((paper) => [
        paper.dossierId,
        paper.pages.map(scans.ready).map(({ row, picture, rotation }) => [row.id, picture, rotation]),
      ]),
    )

  async function make(stack: View, wanted: readonly Wanted[], caller: Caller): Promise<Result<Document[]>> {
    // The titles were given for the papers as they are now: when the work behind the feeder makes others of them, they no longer fit.
    const shape = (): string =>
      JSON.stringify(
        storage.read((r) => papersOf(r, stack)).map((paper) => [paper.dossierId, paper.pages.map(({ id }) => id)]),
      )
    const before = shape()
    if (scans.isWaiting(stack)) await scans.settled(stack)
    if (shape() !== before) return fail({ kind: 'stale' })
    const { papers, undecided } = storage.read((r) => ({
      papers: papersOf(r, stack),
      undecided: scans.openPapers(r, stack).some((paper) => paper.dossierId === null),
    }))
    if (undecided) return refuse('pages-undecided')
    if (papers.length === 0) return refuse('no-pages')
    if (papers.length !== wanted.length) return fail({ kind: 'stale' })
    const made: { row: DocumentRow; pages: readonly PageRow[] }[] = []
    /** A page may have turned out to be secret meanwhile: files that nobody files do not lie about. */
    const givenUp = (why: Result<never>): Result<never> => {
      parts.erase(made.map(({ row }) => row.file))
      return why
    }
    for (const [index, paper] of papers.entries()) {
      const want = wanted[index]
      if (want === undefined) return givenUp(refuse('no-title'))
      const already = storage.read((r) => documentsOf(r, paper.dossierId ?? '')).length
      const position = already + made.filter(({ row }) => row.dossierId === paper.dossierId).length + 1
      const one = await makeOne(paper, want, position, caller)
      if (!one.ok) return givenUp(one)
      made.push({ row: one.value, pages: paper.pages })
    }
    const done = storage.write((w) => {
      // The pages may have been turned or moved while the files were built: then nothing is filed.
      if (essence(papersOf(w, stack)) !== essence(papers)) return false
      const last =
        w
          .select({ n: sql<number | null>`max(${documentDocument.position})` })
          .from(documentDocument)
          .get()?.n ?? 0
      for (const [index, { row, pages }] of made.entries()) {
        w.insert(documentDocument)
          .values({ ...row, position: last + index + 1 })
          .run()
        scans.file(
          w,
          pages.map((page) => page.id),
          row.id,
        )
        markScanned(w, row.dossierId)
        audit.append(w, {
          actor: caller.operatorId,
          event: 'document.made',
          subject: row.id,
          detail: { dossier: row.dossierId, file: row.file, pages: row.filePages },
        })
      }
      return true
    })
    if (!done) return givenUp(fail({ kind: 'stale' }))
    const dossiers = [...new Set(made.map(({ row }) => row.dossierId))]
    for (const view of new Set<View>([stack, ...dossiers])) scans.tell(view)
    for (const { row } of made) tell(row.id)
    return ok(storage.read((r) => dossiers.flatMap((id) => documentsOf(r, id).map((row) => view(r, row)))))
  }

  /** What the paper is: the separator sheet or the clerk said so, or its first pages do. */
  function openPaper(r: Reader, paper: Paper<PageRow>): OpenPaper[] {
    const dossier = findDossier(r, paper.dossierId ?? '')
    const [first] = paper.pages
    if (dossier === undefined || first === undefined) return []
    const words = paper.title === null ? wordsOf(scans.ready(first)) : null
    const read = words === null ? undefined : extractFields([words], { titles }).find(({ name }) => name === 'title')
    return [
      {
        dossierId: dossier.id,
        dossierCode: dossier.code ?? dossier.provisionalCode,
        citizenName: dossier.citizenName,
        certifiedCopy: dossier.procedureCode === CERTIFIED_COPY,
        pages: paper.pages.map((page) => page.id),
        title: paper.title ?? read?.value ?? '',
        titleFrom:
          paper.title !== null
            ? first.titleFrom === 'typed'
              ? 'typed'
              : 'separator'
            : (read?.value ?? '') === ''
              ? 'none'
              : 'page',
      },
    ]
  }

  function confirmCompared(documentId: string, seen: string, caller: Caller): Result<Document> {
    const turned = storage.write((w): Result<Document> | null => {
      const row = findDocument(w, documentId)
      if (row === undefined || row.file !== seen) return null
      const complete = row.state === 'made' ? books.complete(row) : ok(undefined)
      if (!complete.ok) return complete
      const ready = brought.readyToConfirm(w, row, caller)
      if (!ready.ok) return ready
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
        detail: { file: seen, ...(row.countedPages === null ? {} : { counted: row.countedPages }) },
      })
      const after = findDocument(w, documentId)
      return after === undefined ? null : ok(view(w, after))
    })
    if (turned === null) return fail({ kind: 'stale' })
    if (turned.ok) parts.changed(turned.value)
    return turned
  }

  function countPages(documentId: string, pages: number | null, caller: Caller): Result<Document> {
    const done = books.count(documentId, pages, caller)
    const row = storage.read((r) => findDocument(r, documentId))
    if (!done.ok || row === undefined) return done.ok ? fail({ kind: 'stale' }) : done
    const document = storage.read((r) => view(r, row))
    parts.changed(document)
    return ok(document)
  }

  function takeApart(documentId: string, caller: Caller): Result<Record<string, never>> {
    const done = books.takeApart(documentId, caller)
    if (!done.ok) return done
    parts.erase([done.value.file, done.value.broughtFile].filter((file) => file !== null))
    scans.tell(done.value.dossierId)
    return ok({})
  }

  return {
    handlers: {
      titles: ({ query }) => {
        const hits = titles
          .map((title) => ({ title, points: score(fold(title), query) }))
          .filter(({ points }) => points > 0)
        return ok(hits.sort((a, b) => b.points - a.points).map(({ title }) => title))
      },
      papers: ({ dossierId }) =>
        ok(storage.read((r) => papersOf(r, dossierId).flatMap((paper) => openPaper(r, paper)))),
      make: ({ dossierId, papers }, caller) => make(dossierId, papers, caller),
      list: ({ dossierId }) => ok(storage.read((r) => documentsOf(r, dossierId).map((row) => view(r, row)))),
      countPages: ({ documentId, pages }, caller) => countPages(documentId, pages, caller),
      takeApart: ({ documentId }, caller) => takeApart(documentId, caller),
      confirmCompared: ({ documentId, seen }, caller) => confirmCompared(documentId, seen, caller),
      ...brought.handlers,
      ...agencyCopies.handlers,
      fields: ({ documentId }) => fields.show(documentId),
      confirmFields: ({ documentId, values }, caller) => fields.confirm(documentId, values, caller),
    },
    find: findDocument,
    of: documentsOf,
    allOver,
    inStates: documentsIn,
    turn: turnDocument,
    agencyCopies: agencyCopiesIn,
    agencyCopyRule: agencyCopies.rule,
    purge: (w, documentId) => {
      purgeDocument(w, documentId, now())
      return scans.purge(
        w,
        scans.pagesOf(w, documentId).map((page) => page.id),
      )
    },
    files: (r) => documentFiles(r, 'kept'),
    purgedFiles: (r) => documentFiles(r, 'purged'),
    heard: fields.heard,
    view,
    tell,
  }
}
