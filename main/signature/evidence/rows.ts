// The rows of evidence: which copies wait, until when, and what became of them. Reads and writes, no decision.
import { and, asc, count, desc, eq, gt, isNotNull, isNull, lte, max, min, ne, or } from 'drizzle-orm'
import type { EvidenceTrouble } from '../../../preload/contract/signature.ts'
import { placeholdersOf, type Reader, type Writer } from '../../storage/index.ts'
import { signatureEvidence } from '../table.ts'

export type EvidenceRow = typeof signatureEvidence.$inferSelect

export const findEvidence = (r: Reader | Writer, documentId: string): EvidenceRow | undefined =>
  r.select().from(signatureEvidence).where(eq(signatureEvidence.documentId, documentId)).get()

const newRow = (db: Pick<Writer, 'insert'>) =>
  db.insert(signatureEvidence).values(placeholdersOf(signatureEvidence)).onConflictDoNothing().prepare()
const EMPTY: Omit<EvidenceRow, 'documentId' | 'parentFile' | 'filedAt'> = {
  state: 'waiting',
  tries: 0,
  notBefore: null,
  trouble: null,
  troubleAt: null,
  validTo: null,
  level: null,
  file: null,
  service: null,
  stampedAt: null,
  askedAt: null,
}
export const startEvidence = (w: Writer, documentId: string, parentFile: string, at: Date): void =>
  void w.kept(newRow).run({ ...EMPTY, documentId, parentFile, filedAt: at.toISOString() })

export const setEvidence = (w: Writer, documentId: string, set: Partial<EvidenceRow>): void =>
  void w.update(signatureEvidence).set(set).where(eq(signatureEvidence.documentId, documentId)).run()

const waiting = eq(signatureEvidence.state, 'waiting')

/** Those that may be tried now, first filed first. */
export const readyRows = (r: Reader, at: Date, most: number): readonly EvidenceRow[] =>
  r
    .select()
    .from(signatureEvidence)
    .where(and(waiting, or(isNull(signatureEvidence.notBefore), lte(signatureEvidence.notBefore, at.toISOString()))))
    .orderBy(asc(signatureEvidence.filedAt))
    .limit(most)
    .all()

/** Those whose certificates nobody has looked at yet. */
export const strangeRows = (r: Reader, most: number): readonly EvidenceRow[] =>
  r
    .select()
    .from(signatureEvidence)
    .where(and(waiting, isNull(signatureEvidence.validTo), isNull(signatureEvidence.trouble)))
    .orderBy(asc(signatureEvidence.filedAt))
    .limit(most)
    .all()

/** The next moment at which a waiting copy may be tried again, after `at`. */
export function nextMoment(r: Reader, at: Date): number | null {
  const row = r
    .select({ at: min(signatureEvidence.notBefore) })
    .from(signatureEvidence)
    .where(and(waiting, gt(signatureEvidence.notBefore, at.toISOString())))
    .get()
  return row?.at == null ? null : Date.parse(row.at)
}

export interface Counts {
  readonly waiting: number
  readonly done: number
  readonly refused: number
  readonly withoutProofs: number
}
export function countEvidence(r: Reader): Counts {
  const rows = r
    .select({ state: signatureEvidence.state, level: signatureEvidence.level, count: count() })
    .from(signatureEvidence)
    .groupBy(signatureEvidence.state, signatureEvidence.level)
    .all()
  const sum = (which: (row: (typeof rows)[number]) => boolean): number =>
    rows.filter(which).reduce((total, row) => total + row.count, 0)
  return {
    waiting: sum(({ state }) => state === 'waiting'),
    done: sum(({ state }) => state === 'done'),
    refused: sum(({ state }) => state === 'refused'),
    withoutProofs: sum(({ state, level }) => state === 'done' && level === 'B-T'),
  }
}

/** Copies that a person should know of, each once: refused, or without a timestamp while a certificate ends up to `until`. */
export const countPressing = (r: Reader, until: Date): number =>
  r
    .select({ copies: count() })
    .from(signatureEvidence)
    .where(or(eq(signatureEvidence.state, 'refused'), endsBy(until)))
    .get()?.copies ?? 0

const endsBy = (until: Date) =>
  and(
    ne(signatureEvidence.state, 'done'),
    isNotNull(signatureEvidence.validTo),
    lte(signatureEvidence.validTo, until.toISOString()),
  )

/** Ends of certificates of copies without a timestamp, up to `until`. */
export const endings = (r: Reader, until: Date): readonly { readonly validTo: string; readonly copies: number }[] =>
  r
    .select({ validTo: signatureEvidence.validTo, copies: count() })
    .from(signatureEvidence)
    .where(endsBy(until))
    .groupBy(signatureEvidence.validTo)
    .orderBy(asc(signatureEvidence.validTo))
    .all()
    .flatMap(({ validTo, copies }) => (validTo === null ? [] : [{ validTo, copies }]))

export interface RefusedRow {
  readonly documentId: string
  readonly trouble: EvidenceTrouble
  readonly at: string
}
export const refusedRows = (r: Reader, most: number): readonly RefusedRow[] =>
  r
    .select()
    .from(signatureEvidence)
    .where(eq(signatureEvidence.state, 'refused'))
    .orderBy(desc(signatureEvidence.troubleAt))
    .limit(most)
    .all()
    .map((row) => ({
      documentId: row.documentId,
      trouble: (row.trouble ?? 'failed') as EvidenceTrouble,
      at: row.troubleAt ?? row.filedAt,
    }))

export const lastFiled = (r: Reader): number => {
  const row = r
    .select({ at: max(signatureEvidence.filedAt) })
    .from(signatureEvidence)
    .where(waiting)
    .get()
  return row?.at == null ? 0 : Date.parse(row.at)
}

/** Questions of the last minute before a restart, so that a limit holds over it. */
export const askedSince = (r: Reader, since: Date): readonly { readonly service: string; readonly at: number }[] =>
  r
    .select({ service: signatureEvidence.service, at: signatureEvidence.askedAt })
    .from(signatureEvidence)
    .where(gt(signatureEvidence.askedAt, since.toISOString()))
    .all()
    .flatMap(({ service, at }) => (service === null || at === null ? [] : [{ service, at: Date.parse(at) }]))

/** Waits are forgotten. A person has those refused tried again as well; answers them. */
export function wakeRows(w: Writer, refusedToo: boolean): readonly string[] {
  const isRefused = eq(signatureEvidence.state, 'refused')
  const refused = refusedToo
    ? w.select({ id: signatureEvidence.documentId }).from(signatureEvidence).where(isRefused).all()
    : []
  if (refusedToo) w.update(signatureEvidence).set({ state: 'waiting', tries: 0, trouble: null }).where(isRefused).run()
  w.update(signatureEvidence).set({ notBefore: null }).where(eq(signatureEvidence.state, 'waiting')).run()
  return refused.map(({ id }) => id)
}

export const filesOfEvidence = (r: Reader): readonly string[] =>
  r
    .select({ parent: signatureEvidence.parentFile, file: signatureEvidence.file })
    .from(signatureEvidence)
    .all()
    .flatMap(({ parent, file }) => (file === null ? [parent] : [parent, file]))
