// Small pure steps between a request and its answer: who asks, which fault comes first, how a refusal looks.
// Nothing here touches the database.
import type { IncomingMessage } from 'node:http'
import { type Answer, errorBody, Refused } from './answer.ts'
import { type Mood, withoutIdentifiers } from './misbehaviour.ts'
import type { Province } from './routes.ts'

export function webRequest(request: IncomingMessage, url: URL, body: ReadableStream<Uint8Array>): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string' && !name.startsWith(':')) headers.set(name, value)
  }
  const hasBody = request.method === 'PATCH' || request.method === 'POST'
  const options: RequestInit & { duplex: 'half' } = { method: request.method, headers, duplex: 'half' }
  return new Request(new URL(url.pathname, `http://${request.headers.host ?? 'province'}`), {
    ...options,
    ...(hasBody ? { body } : {}),
  })
}

export function unitOf(province: Province, authorization: string | undefined): string {
  const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1]
  const known = token === undefined ? undefined : province.tokens.get(token)
  if (known === undefined || known.until <= province.now().getTime()) throw new Refused(401, 'TOKEN_KHONG_HOP_LE')
  return known.unit
}

export function faultBefore(mood: Mood): Answer | undefined {
  if (mood.down !== false) return { status: 503, body: errorBody('TAM_NGUNG') }
  if (mood.failNext > 0) {
    mood.failNext -= 1
    return { status: 500, body: errorBody('LOI_HE_THONG') }
  }
  return mood.lie === 'error-body' ? { status: 200, body: errorBody('LOI_HE_THONG') } : undefined
}

export function anonymous(answer: Answer): Answer {
  const headers = Object.entries(answer.headers ?? {}).filter(([name]) => !/^(id|hash)-tep-tin$/i.test(name))
  const isRaw = typeof answer.body === 'string' || answer.body instanceof Uint8Array
  return {
    ...answer,
    headers: Object.fromEntries(headers),
    body: isRaw ? answer.body : withoutIdentifiers(answer.body),
  }
}

export function refusal(error: unknown): Answer {
  if (error instanceof Refused) return { status: error.status, headers: error.headers, body: errorBody(error.code) }
  return { status: 500, body: errorBody('LOI_HE_THONG') }
}

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    throw new Refused(400, 'GOI_TIN_SAI')
  }
}

export function cached<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
