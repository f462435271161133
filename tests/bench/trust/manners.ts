// A small HTTP service, of a certification authority or another office, that can be slow, down, rate-limited or rude, as a test says at run time.
// On loopback only, over TLS where it is given a key. What it answers when it behaves is the business of who opens it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** Answers that are wrong before anybody reads them, whatever the service. */
export type Rudeness =
  /** Bytes without meaning, of the right length and media type. */
  | 'garbage'
  /** Nothing at all, under the right media type. */
  | 'empty'
  /** The beginning of the right answer; then the connection is cut. */
  | 'cut'
  /** The head of an enormous DER value, and 64 MB behind it. */
  | 'huge'
  /** The same without end, as fast as it is read. */
  | 'endless'
  /** The right answer, one byte every 100 ms. */
  | 'drip'
  /** The log-in page of somebody's network, as HTML with status 200. */
  | 'portal'

export interface Manner<Wrong extends string> {
  /** Milliseconds before every answer. */
  readonly slowMs?: number
  /** `refused`: nobody listens; `silent`: no answer ever; `reset`: the connection breaks; else this HTTP status. */
  readonly down?: 'refused' | 'silent' | 'reset' | number
  /** At most so many a second; then 429 with this Retry-After, in seconds. */
  readonly limit?: { readonly perSecond: number; readonly retryAfter: number }
  readonly wrong?: Wrong | Rudeness
  /** `wrong` and `down` strike so many requests only; then all is well again. Not with `refused`. */
  readonly times?: number
}

export interface Counts {
  readonly requests: number
  /** By what was asked: timestamp, ocsp-post, ocsp-get, crl, issuer, other. */
  readonly kinds: Readonly<Record<string, number>>
  /** By what became of it: right, wrong (as said by the manner), limited, down. */
  readonly outcomes: Readonly<Record<string, number>>
  readonly inFlight: number
  readonly mostInFlight: number
  /** Requests that came although a 429 had asked for patience: later than 250 ms after it, before Retry-After was over. */
  readonly hasty: number
}

export interface Service<Wrong extends string> {
  readonly url: string
  /** How it behaves from now on; without an argument it behaves well. Resolves when that is so. */
  behave(manner?: Manner<Wrong>): Promise<void>
  counts(): Counts
  forgetCounts(): void
}

export interface Asked {
  readonly method: string
  readonly path: string
  readonly body: Buffer
  header(name: string): string
}

/** A status alone when there is nothing to say. */
export type Said =
  | { readonly type: string; readonly body: Buffer }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }

export interface Answering<Wrong extends string> {
  kindOf(asked: Asked): string
  /** May throw: then it is 500 and the test sees it in the counts. */
  answer(asked: Asked, wrong: Wrong | undefined): Said
}

const MOST_BYTES = 1_000_000
const HEAD_OF_GIANT = Buffer.from('3084ffffff00', 'hex')
const RUDE = ['garbage', 'empty', 'cut', 'huge', 'endless', 'drip', 'portal'] as const
const isRude = (wrong: string): wrong is Rudeness => RUDE.some((one) => one === wrong)
const PORTAL = '<!doctype html><html><body><h1>Wi-Fi</h1><form>Đăng nhập để dùng mạng</form></body></html>'

export async function openService<Wrong extends string>(
  answering: Answering<Wrong>,
  tls?: { readonly key: string; readonly cert: string },
): Promise<Service<Wrong> & { close(): Promise<void> }> {
  let manner: Manner<Wrong> = {}
  let struck = 0
  let counts = noCounts()
  let recent: number[] = []
  let patience = { from: 0, until: 0 }
  let port = 0
  let server: Server | null = null

  /** Whether this request is over the limit; the patience it was asked for begins now. */
  function isLimited(limit: NonNullable<Manner<Wrong>['limit']>): boolean {
    const now = performance.now()
    recent = recent.filter((at) => at > now - 1000)
    if (recent.length < limit.perSecond) {
      recent.push(now)
      return false
    }
    if (now >= patience.until) patience = { from: now + 250, until: now + limit.retryAfter * 1000 }
    return true
  }

  async function respond(asked: Asked, response: ServerResponse): Promise<string> {
    const { slowMs, limit, down, wrong, times } = manner
    const now = performance.now()
    if (now > patience.from && now < patience.until) counts.hasty += 1
    if (limit !== undefined && isLimited(limit)) {
      response.writeHead(429, { 'retry-after': String(limit.retryAfter) }).end()
      return 'limited'
    }
    const strikes = (down !== undefined || wrong !== undefined) && (times === undefined || struck < times)
    if (strikes) struck += 1
    if (slowMs !== undefined) await wait(slowMs)
    if (strikes && down !== undefined) {
      if (typeof down === 'number') response.writeHead(down).end()
      else if (down === 'reset') response.destroy()
      return 'down'
    }
    const rude = strikes && wrong !== undefined && isRude(wrong) ? wrong : undefined
    const said = answering.answer(asked, strikes && wrong !== undefined && !isRude(wrong) ? wrong : undefined)
    if ('status' in said) {
      response.writeHead(said.status, said.headers).end()
      return said.status < 400 ? 'right' : 'refused'
    }
    if (rude === undefined) response.writeHead(200, { 'content-type': said.type }).end(said.body)
    else beRude(rude, said, response)
    return strikes ? 'wrong' : 'right'
  }

  const hear = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const own = counts
    own.requests += 1
    own.inFlight += 1
    own.mostInFlight = Math.max(own.mostInFlight, own.inFlight)
    response.on('close', () => {
      own.inFlight -= 1
    })
    response.on('error', () => undefined)
    try {
      const body = await bodyOf(request)
      const header = (name: string): string => String(request.headers[name] ?? '')
      const asked = { method: request.method ?? 'GET', path: request.url ?? '/', body, header }
      count(own.kinds, answering.kindOf(asked))
      count(own.outcomes, await respond(asked, response))
    } catch (thrown) {
      count(own.outcomes, 'failed')
      if (!response.headersSent) response.writeHead(500).end(String(thrown))
      else response.destroy()
    }
  }

  async function listen(): Promise<void> {
    const listener = (request: IncomingMessage, response: ServerResponse): void => void hear(request, response)
    const next = tls === undefined ? createServer(listener) : createSecureServer(tls, listener)
    await new Promise<void>((resolve, reject) => {
      next.once('error', reject)
      next.listen(port, '127.0.0.1', resolve)
    })
    server = next
    port = (next.address() as AddressInfo).port
  }

  async function leave(): Promise<void> {
    const old = server
    server = null
    if (old === null) return
    const closed = new Promise((resolve) => old.close(resolve))
    old.closeAllConnections()
    await closed
  }

  await listen()
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    async behave(next = {}) {
      manner = next
      struck = 0
      recent = []
      patience = { from: 0, until: 0 }
      if (next.down === 'refused') await leave()
      else if (server === null) await listen()
    },
    counts: () => structuredClone(counts),
    forgetCounts: () => {
      counts = noCounts()
    },
    close: leave,
  }
}

function beRude(rude: Rudeness, right: { type: string; body: Buffer }, response: ServerResponse): void {
  const head = { 'content-type': right.type }
  switch (rude) {
    case 'garbage':
      return void response.writeHead(200, head).end(Buffer.from(right.body.map((byte, at) => (byte * 7 + at) & 0xff)))
    case 'empty':
      return void response.writeHead(200, head).end()
    case 'portal':
      return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PORTAL)
    case 'cut':
      response.writeHead(200, { ...head, 'content-length': right.body.length })
      return void response.write(right.body.subarray(0, right.body.length / 2), () => response.destroy())
    case 'huge':
    case 'endless':
      flood(response.writeHead(200, head), rude === 'huge' ? 1024 : Number.POSITIVE_INFINITY)
      return
    case 'drip': {
      response.writeHead(200, { ...head, 'content-length': right.body.length })
      let sent = 0
      const clock = setInterval(() => {
        sent += 1
        if (response.destroyed || sent > right.body.length) clearInterval(clock)
        else response.write(right.body.subarray(sent - 1, sent))
      }, 100)
      return
    }
  }
}

/** Blocks of 64 KB, as fast as they are read. */
function flood(response: ServerResponse, blocks: number): void {
  const block = Buffer.alloc(65_536, 0x04)
  let left = blocks
  response.write(HEAD_OF_GIANT)
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= 1
      if (!response.write(block)) return
    }
    if (!response.destroyed) response.end()
  }
  response.on('drain', more)
  more()
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > MOST_BYTES) throw new Error('request too long')
    parts.push(part)
  }
  return Buffer.concat(parts)
}

interface Counting {
  requests: number
  inFlight: number
  mostInFlight: number
  hasty: number
  kinds: Record<string, number>
  outcomes: Record<string, number>
}
const noCounts = (): Counting => ({ requests: 0, inFlight: 0, mostInFlight: 0, hasty: 0, kinds: {}, outcomes: {} })
const count = (of: Record<string, number>, word: string): void => {
  of[word] = (of[word] ?? 0) + 1
}
