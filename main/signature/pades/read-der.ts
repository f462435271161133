// Promises: the parts of foreign ASN.1 (X.690, DER) by position and tag: of signatures, certificates, and answers of services.
// Never: a guess; whatever is not as the standard says is `broken-der`.
import { broken } from './broken.ts'
import { type Element, encode, readElement, readElements } from './der.ts'

/** The one element that these bytes are, nothing behind it. */
export function onlyElement(bytes: Uint8Array): Element {
  const element = readElement(bytes, 0)
  return element.end === bytes.length ? element : broken('broken-der')
}

/** The parts of a constructed element with this tag (SEQUENCE unless told). */
export const partsOf = (element: Element | undefined, tag = 0x30): readonly Element[] =>
  element?.tag === tag ? readElements(element.content) : broken('broken-der')

export const need = (element: Element | undefined, tag: number): Element =>
  element?.tag === tag ? element : broken('broken-der')

/** Dotted text of an OBJECT IDENTIFIER (8.19). */
export function dottedOf(element: Element | undefined): string {
  const octets = need(element, 0x06).content
  const arcs: number[] = []
  let arc = 0
  for (const octet of octets) {
    arc = arc * 128 + (octet & 127)
    if (arc > Number.MAX_SAFE_INTEGER) broken('broken-der')
    if (octet < 128) {
      arcs.push(arc)
      arc = 0
    }
  }
  const [joined = 0, ...rest] = arcs
  const first = Math.min(2, Math.floor(joined / 40))
  return [first, joined - first * 40, ...rest].join('.')
}

/** A whole number that fits; versions, statuses, seconds. */
export function countOf(element: Element | undefined, tag = 0x02): number {
  const octets = need(element, tag).content
  if (octets.length === 0 || octets.length > 6 || (octets[0] ?? 0) > 127) broken('broken-der')
  return octets.reduce((sum, octet) => sum * 256 + octet, 0)
}

/** The magnitude of an INTEGER that is not negative, without zeros before it. */
export function magnitudeOf(bytes: Uint8Array): Uint8Array {
  let from = 0
  while (from < bytes.length - 1 && bytes[from] === 0) from++
  return bytes.subarray(from)
}

/** UTCTime or GeneralizedTime in UTC (RFC 5280 4.1.2.5; fractions of a second as RFC 3161 allows). */
export function timeOf(element: Element | undefined): Date {
  const text = Buffer.from(element?.content ?? new Uint8Array()).toString('latin1')
  const full = element?.tag === 0x18 ? text : element?.tag === 0x17 ? `${text < '5' ? '20' : '19'}${text}` : ''
  const found = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{1,9}))?Z$/.exec(full)
  if (found === null) return broken('broken-der')
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number)
  const milliseconds = Math.floor(Number(`0.${found[7] ?? '0'}`) * 1000)
  const time = new Date(Date.UTC(year, month - 1, day, hour, minute, second, milliseconds))
  if (!(time.getTime() > 0) || time.getUTCMonth() !== month - 1 || time.getUTCDate() !== day) broken('broken-der')
  return time
}

const DEEPEST = 32
const [PIECES, STRING] = [0x24, 0x04]

export interface DefiniteForm {
  readonly whole: Uint8Array
  /** Offset after it in the bytes that were read. */
  readonly end: number
  /** False: it stands in DER already. */
  readonly changed: boolean
}

/** BER with indefinite lengths (8.1.3.6) or octets in pieces (8.7.3) with one length each; what is definite stays byte for byte. */
export function definiteForm(bytes: Uint8Array, start = 0, depth = 0): DefiniteForm {
  const tag = bytes[start] ?? 0
  const open = bytes[start + 1] === 0x80
  const element = open ? undefined : readElement(bytes, start)
  if (element !== undefined && (tag & 0x20) === 0) return { whole: element.whole, end: element.end, changed: false }
  // Only what is made of parts may leave its length open (8.1.3.2).
  if (depth > DEEPEST || (tag & 0x20) === 0 || (tag & 31) === 31) broken('broken-der')
  const content = element?.content ?? bytes
  const parts: DefiniteForm[] = []
  let at = open ? start + 2 : 0
  while (open ? bytes[at] !== 0 || bytes[at + 1] !== 0 : at < content.length) {
    const part = definiteForm(content, at, depth + 1)
    parts.push(part)
    at = part.end
  }
  const end = element?.end ?? at + 2
  const inside = parts.map(({ whole }) => (tag === PIECES ? need(onlyElement(whole), STRING).content : whole))
  if (element !== undefined && tag !== PIECES && parts.every(({ changed }) => !changed))
    return { whole: element.whole, end, changed: false }
  return { whole: encode(tag === PIECES ? STRING : tag, ...inside), end, changed: true }
}

export const sameBytes = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
  one !== undefined && other !== undefined && one.length === other.length && Buffer.compare(one, other) === 0
