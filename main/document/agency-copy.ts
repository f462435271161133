// The agency's own electronic copy of a paper (sao y, NĐ 30/2020/NĐ-CP Đ.25.1c): a clerk asks for it, and may take that back until
// the agency has signed. No number, no register, no fee.
// Never: a page that the dated entry does not allow; its limits are the entry's, not this file's.
import { z } from 'zod'
import type { Caller, HandlersOf } from '../../preload/contract/border.ts'
import type { Document, document as declared } from '../../preload/contract/document.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { Audit } from '../audit/index.ts'
import type { Law } from '../dossier/index.ts'
import type { PageRow, Scans } from '../scan/index.ts'
import type { Reader, Storage, Writer } from '../storage/index.ts'
import { type DocumentRow, findDocument, turnDocument } from './store.ts'

/** The dated entry that must be usable before a copy is asked for, and again when it is signed. */
export const AGENCY_COPY_RULE = 'document.agency-copy'
const AgencyCopyRule = z.object({
  /** Hình thức sao, as it stands on the copy. */
  form: z.string().min(1),
  /** Every page scanned in colour. */
  colour: z.boolean(),
  leastDpi: z.number().int().positive(),
  /** Of the mark: `{form}`, `{agency}`, `{time}`; sizes in points. */
  lines: z
    .array(z.object({ text: z.string(), size: z.number().positive(), weight: z.enum(['regular', 'bold']) }))
    .min(1),
})
export type AgencyCopyRule = z.infer<typeof AgencyCopyRule>

/** What the columns say while nobody has asked. */
export const NO_AGENCY_COPY = {
  agencyCopyAskedBy: null,
  agencyCopyAskedAt: null,
  agencyCopySigner: null,
  agencyCopySignedAt: null,
  agencyCopyFile: null,
} as const

/** Which page of the paper (from 1) may not be copied so, or nothing. Pure. */
export function fitsRule(
  pages: readonly Pick<PageRow, 'mode' | 'dpi' | 'lowResolution'>[],
  { colour, leastDpi }: Pick<AgencyCopyRule, 'colour' | 'leastDpi'>,
): Result<void> {
  const pale = pages.findIndex((page) => colour && page.mode !== 'colour')
  if (pale >= 0) return refuse('copy-not-colour', String(pale + 1))
  // A file may have been drawn at another resolution than its pictures have.
  const coarse = pages.findIndex((page) => page.dpi < leastDpi || page.lowResolution)
  if (coarse < 0) return ok(undefined)
  const dpi = pages[coarse]?.dpi ?? 0
  return refuse('copy-too-coarse', `${coarse + 1}: ${dpi < leastDpi ? `${dpi} ` : ''}< ${leastDpi} dpi`)
}

export interface AgencyCopies {
  readonly handlers: Pick<HandlersOf<typeof declared>, 'askAgencyCopy'>
  rule(): Result<AgencyCopyRule>
}

export function openAgencyCopies(parts: {
  readonly storage: Storage
  readonly audit: Audit
  readonly law: Law
  readonly scans: Pick<Scans, 'pagesOf'>
  readonly now: () => Date
  readonly view: (r: Reader | Writer, row: DocumentRow) => Document
  readonly changed: (document: Document) => void
}): AgencyCopies {
  const { storage, audit, law, scans, now } = parts
  const rule = (): Result<AgencyCopyRule> => law.get(AGENCY_COPY_RULE, AgencyCopyRule)

  /** Whether this paper may be asked for. */
  function mayAsk(w: Writer, row: DocumentRow): Result<void> {
    if (row.purgedAt !== null) return refuse('images-removed')
    // A certified copy is another act, with a number and another signature.
    if (row.certifiedCopy || row.origin !== 'scan') return fail({ kind: 'stale' })
    const found = rule()
    return found.ok ? fitsRule(scans.pagesOf(w, row.id), found.value) : found
  }

  function ask(documentId: string, wanted: boolean, caller: Caller): Result<Document> {
    const answer = storage.write((w): Result<{ readonly document: Document; readonly moved: boolean }> => {
      const row = findDocument(w, documentId)
      if (row === undefined) return fail({ kind: 'stale' })
      if ((row.agencyCopyAskedAt !== null) === wanted) return ok({ document: parts.view(w, row), moved: false })
      if (row.agencyCopyFile !== null) return refuse('copy-signed-already')
      const may = wanted ? mayAsk(w, row) : ok(undefined)
      if (!may.ok) return may
      const set = wanted
        ? { agencyCopyAskedBy: caller.name, agencyCopyAskedAt: now().toISOString() }
        : { agencyCopyAskedBy: null, agencyCopyAskedAt: null }
      if (!turnDocument(w, documentId, ['made', 'delivered'], set)) return fail({ kind: 'stale' })
      audit.append(w, {
        actor: caller.operatorId,
        event: wanted ? 'document.agency-copy-asked' : 'document.agency-copy-taken-back',
        subject: documentId,
        detail: { file: row.file },
      })
      return ok({ document: parts.view(w, { ...row, ...set }), moved: true })
    })
    if (!answer.ok) return answer
    if (answer.value.moved) parts.changed(answer.value.document)
    return ok(answer.value.document)
  }

  return { rule, handlers: { askAgencyCopy: ({ documentId, wanted }, caller) => ask(documentId, wanted, caller) } }
}
