// One question to a scanner over HTTP or TLS, and its answer, within limits of time and size.
// Never follows a redirect, never keeps a connection, never sends a word to a device whose certificate has changed.
import { type IncomingMessage, request } from 'node:http'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import type { Address } from './escl-address.ts'

/**
 * SHA-256 fingerprints of the certificates first seen, by `host:port`. Scanners sign their certificates themselves, so the
 * first one is believed and then held to for as long as this process lives: who listens later must show the same one.
 */
export type Pins = Map<string, string>

export interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** From the root of the device. */
  readonly path: string
  /** XML. */
  readonly body?: string
  /** Largest answer, in bytes. */
  readonly most: number
  /** Milliseconds without a byte. */
  readonly silenceMs: number
  /** Milliseconds in all: a device that sends a byte now and then is ended too. */
  readonly wholeMs: number
}

export interface Answer {
  readonly code: number
  readonly location: string | undefined
  /** Seconds. */
  readonly retryAfter: number | undefined
  readonly body: Uint8Array
  /** IP address that answered. */
  readonly from: string | undefined
}

/**
 * `unreachable`: nobody there, or the line was cut. `silent`: a limit of time. `garbled`: not HTTP, or more than was allowed.
 * `stranger`: another certificate than before. `aborted`: we were told to stop.
 */
export type LineTrouble = 'unreachable' | 'silent' | 'garbled' | 'stranger' | 'aborted'
export type Asked =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly trouble: LineTrouble }

const HEADER_LIMIT = 16 * 1024

/** A connected line; for TLS the certificate is known to be the one of before. */
function openLine(
  address: Address,
  pins: Pins,
): { readonly line: Socket; readonly ready: Promise<LineTrouble | null> } {
  const { host, port } = address
  if (!address.secure) {
    const line = connect({ host, port })
    return { line, ready: new Promise((done) => line.once('connect', () => done(null))) }
  }
  const name = isIP(host) === 0 ? { servername: host } : {}
  // Self-signed on nearly every device: not judged by an authority, but held to (see Pins).
  const line = connectSecure({ host, port, rejectUnauthorized: false, ...name })
  const ready = new Promise<LineTrouble | null>((done) => {
    line.once('secureConnect', () => {
      const seen = line.getPeerCertificate(false).fingerprint256
      const key = `${host}:${port}`
      const known = pins.get(key)
      if (typeof seen !== 'string' || seen === '' || (known !== undefined && known !== seen)) return done('stranger')
      pins.set(key, seen)
      done(null)
    })
  })
  return { line, ready }
}

const isProtocolError = (error: unknown): boolean => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code.startsWith('HPE_') || code.startsWith('ERR_SSL_') || code.startsWith('ERR_HTTP')
}

function answerOf(response: IncomingMessage, body: Uint8Array, from: string | undefined): Answer {
  const wait = /^\d{1,4}$/.exec(response.headers['retry-after'] ?? '')
  return {
    code: response.statusCode ?? 0,
    location: response.headers.location,
    retryAfter: wait === null ? undefined : Number(wait[0]),
    body,
    from,
  }
}

/** Asks once. Every end is an answer or a named trouble; it never rejects, and nothing stays open behind it. */
export function ask(address: Address, question: Question, pins: Pins, signal: AbortSignal): Promise<Asked> {
  if (signal.aborted) return Promise.resolve({ ok: false, trouble: 'aborted' })
  return new Promise((done) => {
    const { line, ready } = openLine(address, pins)
    let silence: NodeJS.Timeout | undefined
    const finish = (end: Asked) => {
      clearTimeout(silence)
      clearTimeout(whole)
      signal.removeEventListener('abort', abort)
      line.destroy()
      done(end)
    }
    const cut = (trouble: LineTrouble) => finish({ ok: false, trouble })
    const failed = (error: unknown) => cut(isProtocolError(error) ? 'garbled' : 'unreachable')
    const abort = () => cut('aborted')
    const hear = () => {
      clearTimeout(silence)
      silence = setTimeout(() => cut('silent'), question.silenceMs)
    }
    const whole = setTimeout(() => cut('silent'), question.wholeMs)
    hear()
    signal.addEventListener('abort', abort, { once: true })
    line.on('error', failed)
    const gone = () => cut('unreachable')
    line.once('close', gone)

    const speak = () => {
      // From here on the answer itself tells whether it came to its end.
      line.off('close', gone)
      const from = line.remoteAddress
      const body = question.body === undefined ? undefined : Buffer.from(question.body, 'utf8')
      const said = request({
        createConnection: () => line,
        host: address.host,
        port: address.port,
        method: question.method,
        path: question.path,
        maxHeaderSize: HEADER_LIMIT,
        headers: {
          connection: 'close',
          ...(body === undefined ? {} : { 'content-type': 'text/xml', 'content-length': String(body.length) }),
        },
      })
      said.on('error', failed)
      said.once('response', (response) => {
        const parts: Uint8Array[] = []
        let length = 0
        hear()
        response.on('error', failed)
        response.on('data', (part: Uint8Array) => {
          hear()
          length += part.length
          if (length > question.most) return cut('garbled')
          parts.push(part)
        })
        response.once('close', gone)
        response.once('end', () => {
          if (!response.complete) return gone()
          finish({ ok: true, answer: answerOf(response, Buffer.concat(parts, length), from) })
        })
      })
      said.end(body)
    }
    void ready.then((trouble) => (trouble === null ? speak() : cut(trouble)))
  })
}
