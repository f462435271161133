// Promises: one exchange with one origin, with a limit of time and of bytes, whatever the other side does.
// Never: a redirect followed, a header sent to another origin, a text of the answer in what is noted.
import { type Failure, fail, ok, type Result } from '../../preload/contract/result.ts'

export interface Request {
  readonly name: string
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
  /** Milliseconds from the first byte out to the last byte in. */
  readonly limit: number
}

export interface Reply {
  readonly status: number
  header(name: string): string | null
  readonly text: string
}

export interface ExchangeConfig {
  /** Who is asked, as the notes call it. */
  readonly system: string
  readonly origin: string
  readonly fetch?: typeof fetch | undefined
  readonly note?: ((line: string) => void) | undefined
  /** Bytes of the longest answer. */
  readonly longest: number
  /** No whole answer came, for whatever reason. */
  readonly unreachable: Failure
  /** An answer that is longer than any of theirs, or an address of another origin. */
  readonly malformed: Failure
  /** Aborted when the program ends. */
  readonly signal?: AbortSignal | undefined
}

/** Every status comes back as it is, 3xx and 5xx too. */
export type Exchange = (request: Request) => Promise<Result<Reply>>

export function openExchange(config: ExchangeConfig): Exchange {
  const ask = config.fetch ?? fetch
  const { signal } = config
  return async (request) => {
    const note = (what: string | number): void => config.note?.(`${config.system} ${request.name}: ${what}`)
    if (new URL(request.url).origin !== config.origin) {
      note('answer names another origin')
      return fail(config.malformed)
    }
    const control = new AbortController()
    const stop = (): void => control.abort()
    const timer = setTimeout(stop, request.limit)
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted === true) stop()
    try {
      const response = await ask(request.url, {
        method: request.method,
        headers: request.headers,
        body: request.body,
        redirect: 'manual',
        signal: control.signal,
      })
      const text = await readText(response, config.longest)
      note(response.status)
      if (text === undefined) return fail(config.malformed)
      return ok({ status: response.status, header: (name: string) => response.headers.get(name), text })
    } catch (error) {
      note(control.signal.aborted ? 'no answer in time' : causeOf(error))
      return fail(config.unreachable)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
    }
  }
}

async function readText(response: Response, longest: number): Promise<string | undefined> {
  if (response.body === null) return ''
  const reader = response.body.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(parts).toString('utf8')
    length += value.length
    if (length > longest) {
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

export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
