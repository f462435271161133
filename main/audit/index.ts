// Who did what, when, to which dossier: append-only and chained. Written in the same transaction as the fact.
// The detail names codes and ids, never a citizen.
import { asc, desc } from 'drizzle-orm'
import { type Looks, placeholdersOf, type Reader, type Writer } from '../storage/index.ts'
import { firstBreak, linkAfter } from './chain.ts'
import { checkHead, setHead } from './heads.ts'
import { auditEntry } from './table.ts'

export { firstBreak, linkAfter, sameHash } from './chain.ts'
export { checkHead, setHead } from './heads.ts'

export interface AuditEvent {
  /** Operator id, or 'program'. */
  readonly actor: string
  /** `station.what-happened` */
  readonly event: string
  /** Id of the dossier, document, batch, rule … */
  readonly subject: string
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>
}

export interface Audit {
  append(w: Writer, event: AuditEvent): void
  /** Null when the whole chain holds; else the sequence number of the first row that does not. */
  verify(r: Reader): number | null
}

type Entry = typeof auditEntry.$inferSelect
const columns = (row: Omit<Entry, 'hash'>): readonly (string | number)[] => [
  row.seq,
  row.at,
  row.actor,
  row.event,
  row.subject,
  row.detail,
]

const lastEntry = (db: Looks) =>
  db
    .select({ seq: auditEntry.seq, hash: auditEntry.hash })
    .from(auditEntry)
    .orderBy(desc(auditEntry.seq))
    .limit(1)
    .prepare()
const addEntry = (db: Pick<Writer, 'insert'>) => db.insert(auditEntry).values(placeholdersOf(auditEntry)).prepare()

export function openAudit(key: Buffer, now: () => Date): Audit {
  return {
    append: (w, event) => {
      const last = w.kept(lastEntry).get()
      const row = {
        seq: (last?.seq ?? 0) + 1,
        at: now().toISOString(),
        actor: event.actor,
        event: event.event,
        subject: event.subject,
        detail: JSON.stringify(event.detail ?? {}),
      }
      const hash = linkAfter(key, last?.hash ?? '', columns(row))
      w.kept(addEntry).run({ ...row, hash })
      setHead(w, key, 'audit', { seq: row.seq, hash })
    },
    verify: (r) => {
      const rows = r.select().from(auditEntry).orderBy(asc(auditEntry.seq)).all()
      const broken = firstBreak(key, rows, columns, (row) => row.hash)
      if (broken !== null) return rows[broken]?.seq ?? broken + 1
      return checkHead(r, key, 'audit', rows.at(-1))
    },
  }
}
