// Hash chains over rows: each link is an HMAC over the one before and the row's unchanging columns.
// Without the key of the store nobody can make a link; a changed, dropped or reordered row breaks the chain.
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'

export type Columns = readonly (string | number | null)[]

/** A key is made ready once, not at each link. */
const ready = new WeakMap<Buffer, KeyObject>()
function readyKey(key: Buffer): KeyObject {
  const known = ready.get(key) ?? createSecretKey(key)
  ready.set(key, known)
  return known
}

/** The link after `before` ('' for the first row): lower-case hex, 64 characters. */
export const linkAfter = (key: Buffer, before: string, columns: Columns): string =>
  createHmac('sha256', readyKey(key)).update(before).update('\n').update(JSON.stringify(columns)).digest('hex')

export const sameHash = (one: string, other: string): boolean =>
  Buffer.byteLength(one) === Buffer.byteLength(other) && timingSafeEqual(Buffer.from(one), Buffer.from(other))

/** The index of the first row whose link is wrong, or null when the whole chain holds. */
export function firstBreak<Row>(
  key: Buffer,
  rows: readonly Row[],
  columns: (row: Row) => Columns,
  hash: (row: Row) => string,
): number | null {
  let before = ''
  for (const [index, row] of rows.entries()) {
    const link = linkAfter(key, before, columns(row))
    if (!sameHash(link, hash(row))) return index
    before = link
  }
  return null
}
