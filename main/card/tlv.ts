// BER-TLV as cards use it (ISO/IEC 7816-4 §5.2.2, X.690 §8.1): tags of one or two bytes, definite lengths up to four bytes.
// Pure and total: any bytes give a list or null, never an exception, and never a value longer than its container.

export interface Tlv {
  /** One byte, or two as one number (0x5F1F). */
  readonly tag: number
  readonly value: Uint8Array
  /** Tag, length and value together, in bytes. */
  readonly size: number
}

/** The object at the start of `bytes`; null when it is truncated or not in a known form. */
export function readTlv(bytes: Uint8Array): Tlv | null {
  const first = bytes[0]
  const second = bytes[1]
  if (first === undefined || second === undefined) return null
  const wide = (first & 0x1f) === 0x1f
  if (wide && (second & 0x80) !== 0) return null
  const tag = wide ? first * 256 + second : first
  const lengthAt = wide ? 2 : 1
  const short = bytes[lengthAt]
  if (short === undefined) return null
  const more = short < 0x80 ? 0 : short - 0x80
  if (short >= 0x80 && (more < 1 || more > 4)) return null
  const start = lengthAt + 1 + more
  if (start > bytes.length) return null
  const length = more === 0 ? short : bytes.slice(lengthAt + 1, start).reduce((whole, byte) => whole * 256 + byte, 0)
  const size = start + length
  return size <= bytes.length ? { tag, value: bytes.slice(start, size), size } : null
}

/** All objects in a row; null when the bytes are not wholly used up by them. */
export function readTlvs(bytes: Uint8Array): readonly Tlv[] | null {
  const objects: Tlv[] = []
  for (let rest = bytes; rest.length > 0; ) {
    const object = readTlv(rest)
    if (!object) return null
    objects.push(object)
    rest = rest.slice(object.size)
  }
  return objects
}

/** The value of the first object with this tag among the objects of `bytes`; null when there is none. */
export const findTlv = (bytes: Uint8Array, tag: number): Uint8Array | null =>
  readTlvs(bytes)?.find((object) => object.tag === tag)?.value ?? null
