// Promises: the few DER encodings (X.690) that a signature needs, written exactly, and one element read at a time.
// Never: BER's indefinite lengths, and never a judgement of what was read.
import { broken } from './broken.ts'

export const encode = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([Uint8Array.of(tag, ...lengthOctets(length)), ...parts])
}

/** Definite form, shortest (8.1.3, 10.1). */
function lengthOctets(length: number): readonly number[] {
  if (length < 128) return [length]
  const octets: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return [0x80 | octets.length, ...octets]
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => encode(0x30, ...parts)
/** SET OF: members in ascending order of their encodings (11.6). */
export const setOf = (members: readonly Uint8Array[], tag = 0x31): Buffer =>
  encode(tag, ...[...members].sort(Buffer.compare))
export const octetString = (bytes: Uint8Array): Buffer => encode(0x04, bytes)
/** Non-negative, below 128: versions. */
export const smallInteger = (value: number): Buffer => encode(0x02, Uint8Array.of(value))
/** An unsigned big-endian number of any length as INTEGER (8.3). */
export function unsignedInteger(bytes: Uint8Array): Buffer {
  let from = 0
  while (from < bytes.length - 1 && bytes[from] === 0) from++
  const magnitude = bytes.subarray(from)
  return (magnitude[0] ?? 0) > 127 ? encode(0x02, Uint8Array.of(0), magnitude) : encode(0x02, magnitude)
}
export const NULL = Buffer.from([5, 0])

/** OBJECT IDENTIFIER from dotted text (8.19). */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const octets = [first * 40 + second]
  for (const arc of rest) {
    const groups = [arc % 128]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left % 128) | 128)
    octets.push(...groups)
  }
  return encode(0x06, Uint8Array.from(octets))
}

export interface Element {
  readonly tag: number
  /** Tag, length and content. */
  readonly whole: Uint8Array
  readonly content: Uint8Array
  /** Offset after it. */
  readonly end: number
}

/** The element at an offset; definite lengths only. */
export function readElement(bytes: Uint8Array, start: number): Element {
  const tag = bytes[start]
  const short = bytes[start + 1]
  if (tag === undefined || short === undefined || (tag & 31) === 31) return broken('broken-der')
  let length = short
  let from = start + 2
  if (short > 127) {
    const count = short & 127
    if (count === 0 || count > 4) broken('broken-der')
    length = 0
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[from++] ?? 0)
  }
  const end = from + length
  if (end > bytes.length) broken('broken-der')
  return { tag, whole: bytes.subarray(start, end), content: bytes.subarray(from, end), end }
}

/** The elements that make up the content of a constructed one. */
export function readElements(content: Uint8Array): readonly Element[] {
  const elements: Element[] = []
  for (let at = 0; at < content.length; ) {
    const element = readElement(content, at)
    elements.push(element)
    at = element.end
  }
  return elements
}
