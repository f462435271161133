// A PDF that a person brings becomes a document as it is (giữ nguyên tệp), where the unit's dated rule allows it, and is compared
// with the original page by page: each page is opened, ticked and written down.
// Never: a byte kept of what is refused, and never a page ticked for somebody else.
import { randomUUID } from 'node:crypto'
import { and, asc, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Caller, HandlersOf } from '../../preload/contract/border.ts'
import type { BroughtFacts, Document, document as declared } from '../../preload/contract/document.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { Audit } from '../audit/index.ts'
import { CERTIFIED_COPY, findDossier, type Law, legalDay, markScanned } from '../dossier/index.ts'
import { type Log, traceOf } from '../log.ts'
import type { Reader, Storage, Vault, Writer } from '../storage/index.ts'
import { NO_AGENCY_COPY } from './agency-copy.ts'
import { FeeRule, feeFor } from './fee.ts'
import { fileNameFor } from './file-name.ts'
import { type DocumentRow, documentsOf, findDocument } from './store.ts'
import { documentDocument, documentPageCompared } from './table.ts'

/** The dated entry that must be usable before a brought file is certified as a file. */
export const BROUGHT_RULE = 'certification.brought-file'
const BroughtRule = z.object({ act: z.literal('keep-file') })

/** What the workshop answers of a file that can be certified. */
export interface BroughtFile extends Omit<BroughtFacts, 'file'> {
  /** The bytes to be compared and signed; null: the ones that were brought. */
  readonly file: Uint8Array | null
  /** Of the brought file: the base of the fee, and what is compared. */
  readonly pages: number
  /** With the page that was added. */
  readonly filePages: number
  readonly level: DocumentRow['level']
}

/** What the columns of a brought file say for a paper scanned here. */
export const SCANNED = {
  origin: 'scan',
  broughtFile: null,
  mended: null,
  carried: null,
  earlierSignatures: null,
} as const

interface BroughtParts {
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly law: Law
  readonly log: Log
  readonly titles: readonly string[]
  readonly now: () => Date
  readonly accept: (bytes: Uint8Array) => Promise<Result<BroughtFile>>
  readonly view: (r: Reader, row: DocumentRow) => Document
  readonly tell: (id: string) => void
}

export interface Brought {
  readonly handlers: Pick<HandlersOf<typeof declared>, 'mayKeepFile' | 'keepFile' | 'pagesCompared' | 'comparePage'>
  /** A scanned paper is always ready; of a brought file this person must have ticked every page, and the rule must still stand. */
  readyToConfirm(w: Writer, row: DocumentRow, caller: Caller): Result<void>
}

/** JSON of a list; null when there is nothing in it. */
const listed = (values: readonly unknown[]): string | null => (values.length === 0 ? null : JSON.stringify(values))

export function openBrought(parts: BroughtParts): Brought {
  const { storage, vault, audit, law, now } = parts
  const allowed = (): Result<unknown> => law.get(BROUGHT_RULE, BroughtRule)

  /** `no-header` and the like come from the workshop; a bench that the file took down says that it does harm. */
  const accepted = (bytes: Uint8Array): Promise<Result<BroughtFile>> =>
    parts.accept(bytes).catch((error: unknown) => {
      parts.log('document.file-not-judged', traceOf(error))
      return refuse('file-unsafe')
    })

  async function keep(
    ask: { readonly dossierId: string; readonly bytes: Uint8Array; readonly title: string; readonly copies: number },
    caller: Caller,
  ): Promise<Result<Document>> {
    const dossier = storage.read((r) => findDossier(r, ask.dossierId))
    if (dossier === undefined) return fail({ kind: 'stale' })
    if (dossier.procedureCode !== CERTIFIED_COPY) return refuse('rule-missing', BROUGHT_RULE)
    const rule = allowed()
    if (!rule.ok) return rule
    const fee = law.get('certification.fee', FeeRule)
    if (!fee.ok) return fee
    const taken = await accepted(ask.bytes)
    if (!taken.ok) return taken
    const brought = vault.put(ask.bytes)
    if (!brought.ok) return brought
    const { file: made, pages, filePages, level, mended, carried, earlier } = taken.value
    const file = made === null ? brought : vault.put(made)
    if (!file.ok) return file
    const id = randomUUID()
    const at = now()
    const row = storage.write((w) => {
      const last =
        w
          .select({ n: sql<number | null>`max(${documentDocument.position})` })
          .from(documentDocument)
          .get()?.n ?? 0
      const fileName = fileNameFor({
        dossierCode: dossier.provisionalCode,
        position: documentsOf(w, dossier.id).length + 1,
        title: ask.title,
        day: legalDay(at),
        titles: parts.titles,
      })
      const row: DocumentRow = {
        id,
        dossierId: dossier.id,
        position: last + 1,
        title: ask.title,
        originalPages: pages,
        filePages,
        file: file.value,
        bytes: (made ?? ask.bytes).length,
        copies: ask.copies,
        fee: feeFor(pages, ask.copies, fee.value),
        feeSource: law.sourceOf('certification.fee'),
        state: 'made',
        heldFor: null,
        comparedBy: null,
        comparedByName: null,
        comparedAt: null,
        reviewedBy: null,
        reviewedAt: null,
        reviewMode: null,
        certifiedCopy: true,
        fileName,
        level,
        countedPages: null,
        purgedAt: null,
        origin: 'file',
        broughtFile: brought.value,
        mended,
        carried: listed(carried),
        earlierSignatures: listed(earlier),
        scannedBy: caller.operatorId,
        scannedByName: caller.name,
        scannedAt: at.toISOString(),
        scanSignedAt: null,
        scanFile: null,
        ...NO_AGENCY_COPY,
        fields: 'none',
        fieldsBy: null,
        fieldsByName: null,
        fieldsAt: null,
        number: null,
        copyFile: null,
        createdAt: at.toISOString(),
      }
      w.insert(documentDocument).values(row).run()
      markScanned(w, dossier.id)
      audit.append(w, {
        actor: caller.operatorId,
        event: 'document.file-kept',
        subject: id,
        detail: {
          dossier: dossier.id,
          file: row.file,
          brought: brought.value,
          pages,
          mended,
          addedPage: filePages > pages,
          earlier: earlier.length,
        },
      })
      return row
    })
    parts.tell(id)
    return ok(storage.read((r) => parts.view(r, row)))
  }

  const ticked = (r: Reader | Writer, row: DocumentRow, caller: Caller): number[] =>
    r
      .select({ page: documentPageCompared.page })
      .from(documentPageCompared)
      .where(
        and(
          eq(documentPageCompared.documentId, row.id),
          eq(documentPageCompared.by, caller.operatorId),
          eq(documentPageCompared.file, row.file),
        ),
      )
      .orderBy(asc(documentPageCompared.page))
      .all()
      .map(({ page }) => page)

  function comparePage(
    { documentId, seen, page }: { readonly documentId: string; readonly seen: string; readonly page: number },
    caller: Caller,
  ): Result<number[]> {
    return storage.write((w): Result<number[]> => {
      const row = findDocument(w, documentId)
      if (row === undefined || row.file !== seen || row.origin !== 'file' || row.state !== 'made')
        return fail({ kind: 'stale' })
      if (page > row.originalPages) return fail({ kind: 'malformed', what: 'argument' })
      const before = ticked(w, row, caller)
      if (before.includes(page)) return ok(before)
      w.insert(documentPageCompared)
        .values({ documentId, page, by: caller.operatorId, file: seen, at: now().toISOString() })
        .run()
      audit.append(w, {
        actor: caller.operatorId,
        event: 'document.page-compared',
        subject: documentId,
        detail: { file: seen, page, of: row.originalPages },
      })
      return ok(ticked(w, row, caller))
    })
  }

  return {
    handlers: {
      mayKeepFile: ({ dossierId }) => {
        const dossier = storage.read((r) => findDossier(r, dossierId))
        if (dossier === undefined) return fail({ kind: 'stale' })
        const rule = allowed()
        return ok({
          offered: dossier.procedureCode === CERTIFIED_COPY,
          why: rule.ok ? null : rule.failure,
          source: law.sourceOf(BROUGHT_RULE),
        })
      },
      keepFile: keep,
      pagesCompared: ({ documentId }, caller) =>
        storage.read((r): Result<number[]> => {
          const row = findDocument(r, documentId)
          return row === undefined ? fail({ kind: 'stale' }) : ok(ticked(r, row, caller))
        }),
      comparePage,
    },
    readyToConfirm: (w, row, caller) => {
      if (row.origin === 'scan') return ok(undefined)
      if (ticked(w, row, caller).length < row.originalPages) return refuse('not-compared')
      const rule = allowed()
      return rule.ok ? ok(undefined) : rule
    },
  }
}
