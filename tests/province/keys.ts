// Idempotency: the same key with the same body gets the stored answer, with another body 409 KHOA_DUNG_LAI.
// Only answers of work that was done are kept; a refused write leaves nothing, so it may be tried again.
import { createHash } from 'node:crypto'
import { Refused } from './answer.ts'
import { type Database, type Query, sqlState } from './database.ts'

/** JSON with sorted names, so that the same packet is recognised however it was written down. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([name, part]) => `${JSON.stringify(name)}:${canonical(part)}`).join(',')}}`
}

export const fingerprint = (body: unknown): string => createHash('sha256').update(canonical(body)).digest('hex')

export async function once<T>(
  database: Database,
  call: { readonly route: string; readonly key: string; readonly body: unknown; readonly duplicateAnswer: boolean },
  work: (query: Query) => Promise<T>,
): Promise<T> {
  const { route, key } = call
  const hash = fingerprint(call.body)
  try {
    const [answer, repeated] = await database.transaction(async (query) => {
      const sql =
        'insert into answers (key, route, body_sha256) values ($1, $2, $3) on conflict do nothing returning key'
      const fresh = await query(sql, [key, route, hash])
      if (fresh.length > 0) {
        const value = await work(query)
        await query('update answers set answer = $1 where key = $2', [JSON.stringify(value), key])
        return [value, false] as const
      }
      const rows = await query<{ route: string; body_sha256: string; answer: T }>(
        'update answers set repeats = repeats + 1 where key = $1 returning route, body_sha256, answer',
        [key],
      )
      const stored = rows[0]
      if (stored === undefined || stored.route !== route || stored.body_sha256 !== hash) {
        throw new Refused(409, 'KHOA_DUNG_LAI')
      }
      return [stored.answer, true] as const
    })
    if (repeated && call.duplicateAnswer) throw new Refused(409, 'DA_TON_TAI')
    return answer
  } catch (error) {
    if (sqlState(error) === '23505') throw new Refused(409, 'DA_TON_TAI')
    throw error
  }
}
