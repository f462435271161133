// Papers that are not certified: refused in writing for a legal reason, or kept because they may be forged.
// No number is taken; what was refused and why stays readable, also after it was withdrawn. Nothing is deleted, but the images of a
// secret paper: of those nothing is kept.
import { and, desc, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Caller } from '../../preload/contract/border.ts'
import type { Refusal, RefusalReason } from '../../preload/contract/certification.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { DocumentRow } from '../document/index.ts'
import type { Law } from '../dossier/index.ts'
import type { Reader, Writer } from '../storage/index.ts'
import { signerTitle } from './authority.ts'
import type { CertificationParts } from './parts.ts'
import type { Signers } from './signers.ts'
import { certificationRefusal } from './table.ts'

export type RefusalRow = typeof certificationRefusal.$inferSelect

/** What stands against this document now. */
export const standing = (r: Reader | Writer, documentId: string): RefusalRow | undefined =>
  r
    .select()
    .from(certificationRefusal)
    .where(and(eq(certificationRefusal.documentId, documentId), isNull(certificationRefusal.withdrawnAt)))
    .orderBy(desc(certificationRefusal.seq))
    .limit(1)
    .get()

export const toRefusal = ({ kind, reason, note, byName, at }: RefusalRow): Refusal => ({
  kind,
  reason,
  note,
  by: byName,
  at,
})

const Reasons = z.object({ reasons: z.array(z.string()) })
const Secret = z.object({ reason: z.number().int() })
const Exempt = z.object({ reason: z.number().int(), kinds: z.array(z.string()) })

/** The six reasons, verbatim, with what a person must know before choosing one. */
export function reasonsNow(law: Law): Result<RefusalReason[]> {
  const found = law.get('certification.refusals', Reasons)
  if (!found.ok) return found
  const source = law.sourceOf('certification.refusals')
  const secret = law.get('certification.secret-papers', Secret)
  if (!secret.ok) return secret
  const exempt = law.get('certification.legalisation-exempt', Exempt)
  return ok(
    found.value.reasons.map((text, index) => {
      const applies = exempt.ok && exempt.value.reason === index + 1
      const hint = applies
        ? `Không áp dụng cho: ${exempt.value.kinds.join(', ')} (${law.sourceOf('certification.legalisation-exempt')}).`
        : ''
      const removesImages = secret.value.reason === index + 1
      return { id: `reason-${index + 1}`, text, source, hint, removesImages }
    }),
  )
}

export interface Refusals {
  readonly reasons: () => Result<RefusalReason[]>
  /** Holds the document: for one of the reasons it is refused, else it waits with the note. Stale when it is not in the queue any more. */
  hold(
    w: Writer,
    row: DocumentRow,
    ask: { readonly reason: string; readonly note: string },
    caller: Caller,
  ): Result<void>
  /** Seen to be secret before or in the queue: refused for that reason, and nothing that shows it is kept. */
  secret(w: Writer, row: DocumentRow, seen: string, caller: Caller): Result<void>
  /** Back to the queue; what a supervisor has to end stays. */
  release(w: Writer, row: DocumentRow, caller: Caller): Result<void>
  forgery(w: Writer, row: DocumentRow, signs: string, caller: Caller): Result<void>
  endForgery(w: Writer, row: DocumentRow, why: string, caller: Caller): Result<void>
}

export function openRefusals(parts: CertificationParts, signers: Signers): Refusals {
  const { documents, law, audit, now } = parts

  const titleOf = (w: Writer, caller: Caller): string => {
    const own = signers.list(w).find((one) => one.operatorId === caller.operatorId)
    return own === undefined ? '' : signerTitle(own)
  }
  function record(
    w: Writer,
    row: DocumentRow,
    what: Pick<RefusalRow, 'kind' | 'reason' | 'source' | 'note'>,
    caller: Caller,
  ): void {
    w.insert(certificationRefusal)
      .values({
        ...what,
        documentId: row.id,
        by: caller.operatorId,
        byName: caller.name,
        byTitle: titleOf(w, caller),
        at: now().toISOString(),
      })
      .run()
  }
  /** In the same transaction as the refusal. The audit says that it was done, never what stood on the paper. */
  function removeImages(w: Writer, row: DocumentRow, reason: string, caller: Caller): void {
    const pages = documents.purge(w, row.id)
    audit.append(w, {
      actor: caller.operatorId,
      event: 'certification.images-removed',
      subject: row.id,
      detail: { file: row.file, pages, reason },
    })
  }
  /** Nothing stands against the document any more. */
  function withdraw(w: Writer, documentId: string, why: string, caller: Caller): void {
    w.update(certificationRefusal)
      .set({ withdrawnAt: now().toISOString(), withdrawnBy: caller.operatorId, withdrawnWhy: why })
      .where(and(eq(certificationRefusal.documentId, documentId), isNull(certificationRefusal.withdrawnAt)))
      .run()
  }
  /** Where it was before somebody held it. */
  const back = (w: Writer, row: DocumentRow): Result<void> => {
    const set = { heldFor: null, reviewedBy: null, reviewedAt: null, reviewMode: null } as const
    const state = row.comparedAt === null ? ('made' as const) : ('compared' as const)
    return documents.turn(w, row.id, ['held', 'reviewed'], { ...set, state }) ? ok(undefined) : fail({ kind: 'stale' })
  }
  const reasons = () => reasonsNow(law)

  return {
    reasons,
    hold: (w, row, { reason, note }, caller) => {
      const all = reasons()
      if (!all.ok && reason.startsWith('reason-')) return all
      const known = all.ok ? all.value.find((one) => one.id === reason) : undefined
      const heldFor = known?.text ?? note
      if (!documents.turn(w, row.id, ['compared', 'reviewed'], { state: 'held', heldFor }))
        return fail({ kind: 'stale' })
      if (known !== undefined)
        record(w, row, { kind: 'refusal', reason: known.text, source: known.source, note }, caller)
      if (known?.removesImages === true) removeImages(w, row, known.id, caller)
      return ok(undefined)
    },
    secret: (w, row, seen, caller) => {
      const all = reasons()
      if (!all.ok) return all
      const known = all.value.find((one) => one.removesImages)
      if (known === undefined || !row.certifiedCopy || row.purgedAt !== null || row.file !== seen)
        return fail({ kind: 'stale' })
      if (standing(w, row.id)?.kind === 'forgery') return refuse('paper-locked')
      const held = { state: 'held', heldFor: known.text } as const
      if (!documents.turn(w, row.id, ['made', 'compared', 'reviewed', 'held'], held)) return fail({ kind: 'stale' })
      withdraw(w, row.id, '', caller)
      record(w, row, { kind: 'refusal', reason: known.text, source: known.source, note: '' }, caller)
      removeImages(w, row, known.id, caller)
      return ok(undefined)
    },
    release: (w, row, caller) => {
      const known = standing(w, row.id)
      if (known?.kind === 'forgery') return refuse('paper-locked')
      if (row.purgedAt !== null) return refuse('images-removed')
      const done = back(w, row)
      if (done.ok && known !== undefined) withdraw(w, row.id, '', caller)
      return done
    },
    forgery: (w, row, signs, caller) => {
      if (!row.certifiedCopy || row.purgedAt !== null || standing(w, row.id)?.kind === 'forgery')
        return fail({ kind: 'stale' })
      const held = { state: 'held', heldFor: signs } as const
      if (!documents.turn(w, row.id, ['made', 'compared', 'reviewed', 'held'], held)) return fail({ kind: 'stale' })
      const source = law.sourceOf('certification.forgery')
      record(w, row, { kind: 'forgery', reason: signs, source, note: '' }, caller)
      return ok(undefined)
    },
    endForgery: (w, row, why, caller) => {
      const known = standing(w, row.id)
      if (known?.kind !== 'forgery') return fail({ kind: 'stale' })
      const done = back(w, row)
      if (done.ok) withdraw(w, row.id, why, caller)
      return done
    },
  }
}
