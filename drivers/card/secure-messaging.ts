// Secure messaging with 3DES (ICAO 9303-11 §9.8): every command is enciphered and every answer is proved before it is believed.
// Never accepts an unproved answer as data: a bare status word is passed on only when it reports an error.
import { ok, type Result } from '../../preload/contract/result.ts'
import { type Command, commandBytes, DONE, join, type Response, sameBytes, splitResponse } from './apdu.ts'
import type { KeyPair, SessionKeys } from './bac.ts'
import { type Transceive, UNREADABLE } from './transceive.ts'
import { BLOCK, decrypt, encrypt, pad, retailMac, unpad } from './triple-des.ts'

/** The counter plus one, big-endian, 8 bytes (§9.8.2). */
export function nextCounter(counter: Uint8Array): Uint8Array {
  const next = counter.slice()
  for (let at = next.length - 1; at >= 0; at -= 1) {
    next[at] = ((next[at] ?? 0) + 1) & 0xff
    if (next[at] !== 0) break
  }
  return next
}

/** A short TLV; the value has at most 255 bytes. */
function tagged(tag: number, value: Uint8Array): Uint8Array {
  const length = value.length < 0x80 ? Uint8Array.of(value.length) : Uint8Array.of(0x81, value.length)
  return join(Uint8Array.of(tag), length, value)
}

/** The protected command; `counter` is the value already raised for it. */
export function protect(keys: KeyPair, counter: Uint8Array, command: Command): Uint8Array {
  const header = Uint8Array.of(command.cla | 0x0c, command.ins, command.p1, command.p2)
  const { content, expected } = command
  const secret =
    content && content.length > 0
      ? tagged(0x87, join(Uint8Array.of(0x01), encrypt(keys.enc, pad(content))))
      : new Uint8Array(0)
  const wanted = expected === undefined ? new Uint8Array(0) : tagged(0x97, Uint8Array.of(expected & 0xff))
  const objects = join(secret, wanted)
  const proved = objects.length > 0 ? join(counter, pad(header), objects) : join(counter, header)
  const proof = tagged(0x8e, retailMac(keys.mac, pad(proved)))
  const [cla = 0, ins = 0, p1 = 0, p2 = 0] = header
  return commandBytes({ cla, ins, p1, p2, content: join(objects, proof), expected: 256 })
}

interface DataObject {
  readonly tag: number
  readonly value: Uint8Array
  readonly end: number
}

function readObject(bytes: Uint8Array, from: number): DataObject | null {
  const tag = bytes[from]
  const first = bytes[from + 1]
  if (tag === undefined || first === undefined) return null
  const long = first === 0x81 || first === 0x82 ? first - 0x80 : 0
  if (first >= 0x80 && long === 0) return null
  let length = long === 0 ? first : 0
  for (let at = 0; at < long; at += 1) length = length * 256 + (bytes[from + 2 + at] ?? 0)
  const start = from + 2 + long
  const end = start + length
  return end <= bytes.length ? { tag, value: bytes.slice(start, end), end } : null
}

/**
 * Proves and opens an answer; `counter` is the value already raised for it. Null when anything at all is not right:
 * missing or wrong MAC (8E), objects in another order than [87] 99 8E, bytes after the MAC, broken padding, another outer status.
 */
export function unprotect(keys: KeyPair, counter: Uint8Array, answer: Response): Response | null {
  const bytes = answer.content
  let at = 0
  let secret: Uint8Array | null = null
  let object = readObject(bytes, at)
  if (object?.tag === 0x87) {
    secret = object.value
    at = object.end
    object = readObject(bytes, at)
  }
  const [high, low] = object?.value ?? []
  if (object?.tag !== 0x99 || object.value.length !== 2 || high === undefined || low === undefined) return null
  const provedEnd = object.end
  const proof = readObject(bytes, provedEnd)
  if (proof?.tag !== 0x8e || proof.end !== bytes.length) return null
  if (!sameBytes(retailMac(keys.mac, pad(join(counter, bytes.slice(0, provedEnd)))), proof.value)) return null

  const status = (high << 8) | low
  if (status !== answer.status) return null
  if (!secret) return { content: new Uint8Array(0), status }
  if (secret[0] !== 0x01 || secret.length < 1 + BLOCK || (secret.length - 1) % BLOCK !== 0) return null
  const content = unpad(decrypt(keys.enc, secret.slice(1)))
  return content ? { content, status } : null
}

export type SecureChannel = (command: Command) => Promise<Result<Response>>

/**
 * A channel over `transceive` that keeps the counter. An unproved error status (the chip ended secure messaging) comes
 * through as a response without content; an unproved success is `device card unreadable`.
 */
export function openSecureChannel(transceive: Transceive, session: SessionKeys): SecureChannel {
  let counter = session.counter
  return async (command) => {
    counter = nextCounter(counter)
    const answer = await transceive(protect(session, counter, command))
    if (!answer.ok) return answer
    counter = nextCounter(counter)
    const response = splitResponse(answer.value)
    if (!response) return UNREADABLE
    if (response.content.length === 0 && response.status !== DONE) return ok(response)
    const opened = unprotect(session, counter, response)
    return opened ? ok(opened) : UNREADABLE
  }
}
