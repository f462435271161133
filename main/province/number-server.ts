// Asks the office's server for certification numbers: Quầy's own interface, described in resources/interfaces/numbers.md.
// Only year, symbol, count, key and the unit's code leave; a question whose answer was lost is put again with the same key.
import { z } from 'zod'
import { type Failure, fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import { Day } from '../../preload/contract/terms.ts'
import type { AskNumbers } from '../certification/index.ts'
import { openExchange, parse, type Reply, type Request } from './exchange.ts'

export interface NumberServerConfig {
  /** The whole address that is posted to; https, or http to this very machine. */
  readonly url: string
  /** Empty: the server asks for none. */
  readonly token: string
  /** Mã định danh of the unit. */
  readonly unitCode: string
  readonly now: () => Date
  readonly note?: (line: string) => void
  /** Milliseconds until a whole answer, and before the question is put again. */
  readonly limits?: { readonly answer?: number; readonly pause?: number }
}

export interface NumberServer {
  readonly ask: AskNumbers
  /** The machine that is asked, for the person who wants to know. */
  readonly host: string
  /** Ends a question that is under way; nothing is asked any more. */
  stop(): void
}

const UNREACHABLE: Failure = { kind: 'unreachable', system: 'numbers' }
const NOT_READABLE: Failure = { kind: 'refused', rule: 'numbers-wrong', detail: 'form' }
/** Bytes: a hundred runs with long names are less. */
const LONGEST_ANSWER = 65_536
/** The answer of a weak line; the officer waits before the PIN window. */
const PATIENCE = 20_000
const PAUSE = 1_000
/** A server that asks for more patience than this is asked another time, by a person. */
const LONGEST_PAUSE = 3_000
const TRIES = 2

const Run = z.object({
  book: z.string().min(1).max(80),
  first: z.number().int().min(1).max(9_999_999),
  last: z.number().int().min(1).max(9_999_999),
})
/** `key` as it was asked: an answer to somebody else's question is none. */
const Granted = z.object({ key: z.string(), day: Day, runs: z.array(Run).max(100) })

/** Opens no connection yet. */
export function openNumberServer(config: NumberServerConfig): NumberServer {
  const { url, token } = config
  const { origin, host } = new URL(url)
  const control = new AbortController()
  const exchange = openExchange({
    system: 'numbers',
    origin,
    note: config.note,
    longest: LONGEST_ANSWER,
    unreachable: UNREACHABLE,
    malformed: NOT_READABLE,
    signal: control.signal,
  })

  async function ask({ key, year, symbol, count }: Parameters<AskNumbers>[0]): ReturnType<AskNumbers> {
    const request: Request = {
      name: 'grant',
      method: 'POST',
      url,
      headers: {
        Accept: 'application/json',
        'Content-Type': 'application/json',
        'Idempotency-Key': key,
        ...(token === '' ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ key, unit: config.unitCode, year, symbol, count }),
      limit: config.limits?.answer ?? PATIENCE,
    }
    for (let tried = 1; ; tried += 1) {
      const reply = await exchange(request)
      const answer = reply.ok ? readGrant(reply.value, key) : reply
      const pause = pauseAfter(reply, config.limits?.pause ?? PAUSE, config.now())
      if (answer.ok || answer.failure.kind !== 'unreachable' || pause === null || tried === TRIES) return answer
      await sleep(pause, control.signal)
      if (control.signal.aborted) return answer
    }
  }
  return { ask, host, stop: () => control.abort() }
}

/** Pure: the numbers of a good answer to the question with this key, or what the clerk is told instead. */
export function readGrant(reply: Reply, key: string): Awaited<ReturnType<AskNumbers>> {
  const { status } = reply
  // A log-in page of the building's network redirects; 408, 429 and 5xx pass by waiting; every other 4xx needs IT.
  if (status >= 500 || status === 408 || status === 429 || (status >= 300 && status < 400)) return fail(UNREACHABLE)
  if (status !== 200 && status !== 201) return refuse('numbers-refused', `HTTP-${status}`)
  const type = (reply.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  const body = type === 'application/json' ? Granted.safeParse(parse(reply.text)) : undefined
  if (body?.success !== true) return fail(NOT_READABLE)
  const { day, runs } = body.data
  return body.data.key === key ? ok({ day, runs }) : refuse('numbers-wrong', 'key')
}

/** Milliseconds until the question may be put again at once; null: the server wants to be left alone for longer. */
export function pauseAfter(reply: Result<Reply>, pause: number, now: Date): number | null {
  const header = reply.ok ? reply.value.header('retry-after') : null
  if (header === null) return pause
  const wait = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now.getTime()
  if (!Number.isFinite(wait)) return pause
  return wait > LONGEST_PAUSE ? null : Math.max(0, wait)
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
  })
}
