// One conversation with the portal: bearer token fetched and refreshed once, every call with a time limit.
// It never follows a redirect, never sends the token to another origin, and logs neither bodies nor codes of dossiers.
import type { z } from 'zod'
import { type Failure, fail, ok, type Result } from '../../preload/contract/result.ts'
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

export interface Request {
  readonly name: string
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly limit: number
}

export interface Reply {
  readonly status: number
  header(name: string): string | null
  readonly text: string
}

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
  const origin = new URL(base).origin
  const paths: Paths = { ...PATHS, ...config.paths }
  const limit = config.limits?.answer ?? 30_000
  const ask = config.fetch ?? fetch
  let token: { readonly value: string; readonly until: number } | undefined
  let fetching: Promise<Result<string>> | undefined

  async function exchange(request: Request): Promise<Result<Reply>> {
    if (new URL(request.url).origin !== origin) {
      config.note?.(`province ${request.name}: answer names another origin`)
      return fail(MALFORMED)
    }
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(), request.limit)
    try {
      const response = await ask(request.url, {
        method: request.method,
        headers: request.headers,
        body: request.body,
        redirect: 'manual',
        signal: stop.signal,
      })
      const text = await readText(response)
      config.note?.(`province ${request.name}: ${response.status}`)
      if (text === undefined) return fail(MALFORMED)
      if (response.status >= 500) return fail(UNREACHABLE)
      return ok({ status: response.status, header: (name: string) => response.headers.get(name), text })
    } catch (error) {
      config.note?.(`province ${request.name}: ${stop.signal.aborted ? 'no answer in time' : causeOf(error)}`)
      return fail(UNREACHABLE)
    } finally {
      clearTimeout(timer)
    }
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

export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function readText(response: Response): Promise<string | undefined> {
  if (response.body === null) return ''
  const reader = response.body.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(parts).toString('utf8')
    length += value.length
    if (length > LONGEST_ANSWER) {
      await reader.cancel()
      return undefined
    }
    parts.push(value)
  }
}

/** The system's code of a broken connection, such as ECONNREFUSED; never its text. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined
  return typeof cause?.code === 'string' ? cause.code : 'connection broken'
}
