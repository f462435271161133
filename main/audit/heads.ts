// Where a chain ends, sealed with the store's key: a dropped last row is found too.
import { eq, sql } from 'drizzle-orm'
import { placeholdersOf, type Reader, type Writer } from '../storage/index.ts'
import { linkAfter, sameHash } from './chain.ts'
import { auditHead } from './table.ts'

/** Which chain: the audit itself, or the register of certifications. */
export const CHAINS = { audit: 1, register: 2 } as const

interface End {
  readonly seq: number
  readonly hash: string
}

const sealOf = (key: Buffer, id: number, { seq, hash }: End): string => linkAfter(key, 'head', [id, seq, hash])

const put = (db: Pick<Writer, 'insert'>) =>
  db
    .insert(auditHead)
    .values(placeholdersOf(auditHead))
    .onConflictDoUpdate({
      target: auditHead.id,
      set: { seq: sql`excluded.seq`, hash: sql`excluded.hash`, seal: sql`excluded.seal` },
    })
    .prepare()

/** The chain now ends here; in the transaction that adds the row. */
export function setHead(w: Writer, key: Buffer, chain: keyof typeof CHAINS, { seq, hash }: End): void {
  const id = CHAINS[chain]
  w.kept(put).run({ id, seq, hash, seal: sealOf(key, id, { seq, hash }) })
}

/** Null when the chain really ends with `last`; else the sequence number where something is missing or wrong. */
export function checkHead(r: Reader, key: Buffer, chain: keyof typeof CHAINS, last: End | undefined): number | null {
  const head = r.select().from(auditHead).where(eq(auditHead.id, CHAINS[chain])).get()
  if (last === undefined) return head === undefined ? null : head.seq
  if (head === undefined || head.seq !== last.seq || !sameHash(head.hash, last.hash)) return last.seq + 1
  return sameHash(head.seal, sealOf(key, head.id, head)) ? null : head.seq
}
