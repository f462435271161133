// The program's own diary for the help desk: one JSON line an event, in a file that is rotated.
// It never holds people's data: only codes, numbers and ids pass; any other text is replaced before it is written.
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

export type LogValue = string | number | boolean | null | undefined
export type Log = (event: string, facts?: Readonly<Record<string, LogValue>>) => void

/** One word of codes. With blanks between words a name without its diacritics would pass, with `@` an e-mail address. */
const CODE = /^[A-Za-z0-9_.:/+~,-]{0,600}$/
/** Numbers of people, telephones, birth dates, PINs: six digits however they are grouped, or four and more alone. */
const LONG_NUMBER = /\d(?:[./-]?\d){5,}|^\d{4,}$/g
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/
const HASH = /^[0-9a-f]{64}$/

/** Ids, hashes and codes pass; long numbers are masked; anything with other letters becomes `[text]`. */
export function harmless(value: LogValue): LogValue {
  if (typeof value === 'number') return Math.abs(value) < 1e9 ? value : '#'
  if (typeof value !== 'string') return value
  if (UUID.test(value) || HASH.test(value)) return value
  return CODE.test(value) ? value.replace(LONG_NUMBER, '#') : '[text]'
}

/** What a thrown error may leave in the log: its class, its code, and where in our code it happened. */
export function traceOf(error: unknown): Readonly<Record<string, LogValue>> {
  if (!(error instanceof Error)) return { error: typeof error }
  const code = (error as { code?: unknown }).code
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((row) => row.trim().startsWith('at '))
    .slice(0, 6)
    .map((row) => row.trim().replace(/\(?(?:file:|\/|[A-Za-z]:\\)[^)]*[\\/]([^\\/)]+)\)?$/, '$1'))
    .map((row) =>
      row
        .slice(3)
        .replace(/[^A-Za-z0-9_.:/ -]/g, '')
        .replace(/ +/g, '~'),
    )
  return {
    error: error.name,
    code: typeof code === 'string' || typeof code === 'number' ? code : null,
    at: frames.join(','),
  }
}

export function openLog(folder: string, now: () => Date, limit = 5_000_000): Log {
  try {
    mkdirSync(folder, { recursive: true })
  } catch {
    // No diary then; the counter works on.
  }
  const file = join(folder, 'quay.log')
  return (event, facts = {}) => {
    const safe = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, harmless(value)]))
    try {
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > limit) renameSync(file, `${file}.1`)
      appendFileSync(file, `${JSON.stringify({ at: now().toISOString(), event, ...safe })}\n`, { mode: 0o600 })
    } catch {
      // A full disk must not stop the counter because of its diary.
    }
  }
}
