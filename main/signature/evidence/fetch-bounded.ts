// Promises: one exchange over http or https with a limit of bytes and of time, whatever the other side does.
// Never: another scheme, a redirect of a question, a header or text of the answer in what is told.
import type { EvidenceTrouble } from '../../../preload/contract/signature.ts'
import { isWeb } from '../pades/certificate-addresses.ts'

export type Fetched<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false
      readonly trouble: EvidenceTrouble
      /** What the service asks for, in milliseconds from now. */
      readonly retryAfter?: number
    }

export interface Exchange {
  readonly url: string
  /** A question is posted; without one the address is fetched, and at most three redirects followed. */
  readonly question?: { readonly type: string; readonly body: Uint8Array }
  readonly mostBytes: number
  /** Milliseconds from the first byte out to the last byte in. */
  readonly within: number
  readonly now: () => Date
  /** Aborted when the program ends. */
  readonly signal: AbortSignal
}

const MOST_REDIRECTS = 3
const LONGEST_PATIENCE = 3_600_000

export async function fetchBounded(exchange: Exchange): Promise<Fetched<Buffer>> {
  const control = new AbortController()
  const stop = (): void => control.abort()
  const clock = setTimeout(stop, exchange.within)
  exchange.signal.addEventListener('abort', stop, { once: true })
  if (exchange.signal.aborted) stop()
  try {
    return await follow(exchange, control)
  } catch {
    return { ok: false, trouble: 'unreachable' }
  } finally {
    clearTimeout(clock)
    exchange.signal.removeEventListener('abort', stop)
  }
}

async function follow({ url, question, mostBytes, now }: Exchange, control: AbortController): Promise<Fetched<Buffer>> {
  let place = url
  for (let turn = 0; turn <= MOST_REDIRECTS; turn++) {
    if (!isWeb(place)) return { ok: false, trouble: 'refused-by-service' }
    const response = await fetch(place, {
      redirect: 'manual',
      signal: control.signal,
      ...(question === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': question.type }, body: Uint8Array.from(question.body) }),
    })
    const next = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && next !== null && question === undefined) {
      await response.body?.cancel()
      place = new URL(next, place).href
      continue
    }
    if (response.status !== 200) {
      await response.body?.cancel()
      const busy = response.status === 429 || response.status === 503
      const wait = patienceOf(response.headers.get('retry-after'), now())
      return {
        ok: false,
        trouble: busy ? 'busy' : 'refused-by-service',
        ...(busy && wait !== null ? { retryAfter: wait } : {}),
      }
    }
    return readBody(response, mostBytes)
  }
  return { ok: false, trouble: 'refused-by-service' }
}

async function readBody(response: Response, mostBytes: number): Promise<Fetched<Buffer>> {
  const reader = response.body?.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  while (reader !== undefined) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > mostBytes) {
      await reader.cancel()
      return { ok: false, trouble: 'malformed' }
    }
    parts.push(value)
  }
  return length === 0 ? { ok: false, trouble: 'malformed' } : { ok: true, value: Buffer.concat(parts) }
}

/** Retry-After (RFC 9110 10.2.3): seconds or a date; an hour at most is believed. */
export function patienceOf(header: string | null, now: Date): number | null {
  if (header === null) return null
  const wait = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now.getTime()
  return Number.isFinite(wait) ? Math.min(LONGEST_PATIENCE, Math.max(0, wait)) : null
}
