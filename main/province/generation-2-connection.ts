// One conversation with the portal: bearer token fetched and refreshed once, every call with a time limit.
// It never follows a redirect, never sends the token to another origin, and logs neither bodies nor codes of dossiers.
import type { z } from 'zod'
import { type Failure, fail, ok, type Result } from '../../preload/contract/result.ts'
import { openExchange, parse, type Reply, type Request } from './exchange.ts'
import { failureOf, MALFORMED, TokenAnswer, UNREACHABLE } from './generation-2-answers.ts'

export interface Generation2Config {
  /** Address of the portal without a trailing service name, e.g. `https://dichvucong.example.vn`. */
  readonly baseUrl: string
  readonly clientId: string
  readonly clientSecret: string
  /** Identifier of the receiving unit, ≤ 35 characters. */
  readonly unitCode: string
  readonly now: () => Date
  readonly fetch?: typeof fetch
  readonly note?: (line: string) => void
  /** Service addresses below `baseUrl`; portals name them differently (NopHoSo is also seen as NoiHoSo). */
  readonly paths?: Partial<Paths>
  /** Milliseconds until an answer, and until one piece of an upload is taken. */
  readonly limits?: { readonly answer?: number; readonly piece?: number }
  /** Bytes sent in one piece of an upload. */
  readonly pieceSize?: number
}

export const PATHS = {
  token: 'api/Token',
  nextValue: 'api/GetNextValue',
  submit: 'api/NopHoSo',
  progress: 'api/CapNhatTienTrinh',
  status: 'api/CapNhatTrangThai',
  dossier: 'dossiers',
  upload: 'tus',
  health: 'health',
} as const
export type Paths = { readonly [Name in keyof typeof PATHS]: string }

export interface Connection {
  urlOf(path: keyof Paths, rest?: string): string
  /** One exchange without a token. Answers below 500 come back as they are. */
  exchange(request: Request): Promise<Result<Reply>>
  /** One exchange with a token, repeated once with a fresh token after 401. */
  send(request: Request): Promise<Result<Reply>>
  /** JSON there and back; the answer must have the shape. */
  call<T extends z.ZodType>(request: JsonCall, shape: T): Promise<Result<z.infer<T>>>
}

export interface JsonCall {
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly url: string
  /** Idempotency key of a write. */
  readonly key?: string
  readonly body?: unknown
}

/** An answer longer than this is not one of ours. */
const LONGEST_ANSWER = 1 << 20

export function openConnection(config: Generation2Config): Connection {
  const base = config.baseUrl.replace(/\/+$/, '')
  const paths: Paths = { ...PATHS, ...config.paths }
  const limit = config.limits?.answer ?? 30_000
  const once = openExchange({
    system: 'province',
    origin: new URL(base).origin,
    fetch: config.fetch,
    note: config.note,
    longest: LONGEST_ANSWER,
    unreachable: UNREACHABLE,
    malformed: MALFORMED,
  })
  let token: { readonly value: string; readonly until: number } | undefined
  let fetching: Promise<Result<string>> | undefined

  async function exchange(request: Request): Promise<Result<Reply>> {
    const reply = await once(request)
    return reply.ok && reply.value.status >= 500 ? fail(UNREACHABLE) : reply
  }

  async function fetchToken(): Promise<Result<string>> {
    const reply = await exchange({
      name: 'Token',
      method: 'POST',
      url: urlOf('token'),
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ client_id: config.clientId, client_secret: config.clientSecret }),
      limit,
    })
    const answer = reply.ok ? readJson(reply.value, TokenAnswer) : reply
    if (!answer.ok) return answer
    const { access_token: value, expires_in: seconds } = answer.value.data
    token = { value, until: config.now().getTime() + seconds * 1000 - Math.min(30_000, seconds * 100) }
    return ok(value)
  }

  function currentToken(): Promise<Result<string>> {
    if (token !== undefined && config.now().getTime() < token.until) return Promise.resolve(ok(token.value))
    fetching ??= fetchToken().finally(() => {
      fetching = undefined
    })
    return fetching
  }

  async function send(request: Request): Promise<Result<Reply>> {
    for (let last = false; ; last = true) {
      const bearer = await currentToken()
      if (!bearer.ok) return bearer
      const headers = { ...request.headers, Authorization: `Bearer ${bearer.value}` }
      const reply = await exchange({ ...request, headers })
      if (!reply.ok || reply.value.status !== 401 || last) return reply
      if (token?.value === bearer.value) token = undefined
    }
  }

  async function call<T extends z.ZodType>(request: JsonCall, shape: T): Promise<Result<z.infer<T>>> {
    const headers: Record<string, string> = { Accept: 'application/json' }
    if (request.body !== undefined) headers['Content-Type'] = 'application/json'
    if (request.key !== undefined) headers['Idempotency-Key'] = request.key
    const body = request.body === undefined ? undefined : JSON.stringify(request.body)
    const reply = await send({ name: request.name, method: request.method, url: request.url, headers, body, limit })
    return reply.ok ? readJson(reply.value, shape) : reply
  }

  function urlOf(path: keyof Paths, rest?: string): string {
    return `${base}/${paths[path]}${rest === undefined ? '' : `/${encodeURIComponent(rest)}`}`
  }

  return { urlOf, exchange, send, call }
}

/** Pure: the value of a 2xx reply with the right shape, or the failure the status line means. */
export function readJson<T extends z.ZodType>(reply: Reply, shape: T): Result<z.infer<T>> {
  const body = parse(reply.text)
  const failure: Failure | undefined = failureOf(reply.status, body)
  if (failure !== undefined) return fail(failure)
  const parsed = shape.safeParse(body)
  return parsed.success ? ok(parsed.data) : fail(MALFORMED)
}
