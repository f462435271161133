// A certification against the rules has no value: whoever may cancels it by a decision (hủy bỏ, TT 01/2020/TT-BTP Đ.7).
// The row of the register stays exactly as it was; the decision is written beside it, sealed, and stands in column 8.
import { and, eq } from 'drizzle-orm'
import type { Caller } from '../../preload/contract/border.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { linkAfter, sameHash } from '../audit/index.ts'
import { legalDay } from '../dossier/index.ts'
import type { Reader, Writer } from '../storage/index.ts'
import type { BookRow } from './book.ts'
import type { CertificationParts } from './parts.ts'
import { numberText, type Taken } from './register.ts'
import { certificationAnnulment, certificationRow } from './table.ts'

export type AnnulmentRow = typeof certificationAnnulment.$inferSelect

export interface Decision {
  readonly decision: string
  /** Legal day. */
  readonly decidedOn: string
  readonly reason: string
}

const sealOf = (key: Buffer, row: Pick<BookRow, 'hash'>, one: Omit<AnnulmentRow, 'seal'>): string =>
  linkAfter(key, row.hash, [one.rowSeq, one.decision, one.decidedOn, one.reason, one.by, one.byName, one.at])

export const annulments = (r: Reader | Writer): ReadonlyMap<number, AnnulmentRow> =>
  new Map(
    r
      .select()
      .from(certificationAnnulment)
      .all()
      .map((one) => [one.rowSeq, one]),
  )

/** Column 8: `Hủy bỏ theo 12/QĐ-UBND ngày 05/12/2026: lý do`. */
export const annulledNote = ({ decision, decidedOn, reason }: Decision): string =>
  `Hủy bỏ theo ${decision} ngày ${decidedOn.replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$3/$2/$1')}: ${reason}`

/** The first row whose annulment was changed behind the program, or null. */
export function checkAnnulments(key: Buffer, rows: ReadonlyMap<number, BookRow>, r: Reader): number | null {
  for (const one of annulments(r).values()) {
    const row = rows.get(one.rowSeq)
    if (row === undefined || row.state !== 'certified' || !sameHash(one.seal, sealOf(key, row, one))) return one.rowSeq
  }
  return null
}

export function annul(
  parts: CertificationParts,
  taken: Taken,
  decision: Decision,
  caller: Caller,
): Result<{ readonly documentId: string }> {
  const { storage, documents, audit, chainKey, now } = parts
  const at = now()
  // A decision of tomorrow cannot be written in the book today.
  if (decision.decidedOn > legalDay(at)) return fail({ kind: 'malformed', what: 'argument' })
  return storage.write((w) => {
    const row = w
      .select()
      .from(certificationRow)
      .where(and(eq(certificationRow.book, taken.book), eq(certificationRow.number, taken.number)))
      .get()
    if (row === undefined || row.state !== 'certified' || annulments(w).has(row.seq)) return fail({ kind: 'stale' })
    const { operatorId: by, name: byName } = caller
    const one = { rowSeq: row.seq, ...decision, by, byName, at: at.toISOString() }
    w.insert(certificationAnnulment)
      .values({ ...one, seal: sealOf(chainKey, row, one) })
      .run()
    documents.turn(w, row.documentId, ['certified', 'delivered'], { state: 'annulled' })
    audit.append(w, {
      actor: by,
      event: 'certification.annulled',
      subject: row.documentId,
      detail: { book: row.book, number: row.number, decision: decision.decision },
    })
    const document = documents.find(w, row.documentId)
    const number = `${numberText(row.number)} · ${row.book}`
    if (document !== undefined) parts.annulled(w, { document, number, ...decision, at: one.at })
    return ok({ documentId: row.documentId })
  })
}
