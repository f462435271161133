// Reads a PNG of one bit a pixel (ISO/IEC 15948), grey or with a palette of two: what the picture pipeline makes of a
// black-and-white page. Answers null for every other PNG and for bytes that are none; bounded memory, never throws.
import { inflateSync } from 'node:zlib'

export interface BitonalPicture {
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** One bit a pixel, 1 is black; every row begins with a new byte, bits behind the last pixel are 0. */
  readonly black: Uint8Array
}

export interface BitonalHeader {
  readonly width: number
  readonly height: number
  /** The two values stand for entries of a palette. */
  readonly palette: boolean
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** Sum of red, green and blue from which a palette entry counts as paper. */
const LIGHT = 384

export const isPng = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, index) => bytes[index] === byte)

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The first chunk (§11.2.2): null unless one bit a pixel, not interlaced. */
export function readBitonalHeader(bytes: Uint8Array): BitonalHeader | null {
  if (!isPng(bytes) || bytes.length < 33) return null
  const view = viewOf(bytes)
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== 0x49484452) return null
  const [depth, colour, packing, filtering, interlace] = bytes.subarray(24, 29)
  if (depth !== 1 || (colour !== 0 && colour !== 3) || packing !== 0 || filtering !== 0 || interlace !== 0) return null
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  return width === 0 || height === 0 ? null : { width, height, palette: colour === 3 }
}

/** `mostPixels` a side bounds the memory: a header that says more gives null. */
export function readBitonalPng(bytes: Uint8Array, mostPixels: number): BitonalPicture | null {
  const header = readBitonalHeader(bytes)
  if (header === null || Math.max(header.width, header.height) > mostPixels) return null
  const parts = gatherParts(bytes)
  if (parts === null) return null
  const { width, height } = header
  const row = (width + 7) >> 3
  let packed: Uint8Array
  try {
    packed = inflateSync(Buffer.concat(parts.data), { maxOutputLength: (row + 1) * height })
  } catch {
    return null
  }
  if (packed.length !== (row + 1) * height) return null
  const black = new Uint8Array(row * height)
  const meaning = header.palette ? meaningOf(parts.palette) : ([true, false] as const)
  if (meaning === null || !undoFilters(packed, black, row, height)) return null
  paint(black, meaning)
  const rest = width & 7
  if (rest !== 0) for (let at = row - 1; at < black.length; at += row) black[at] = (black[at] ?? 0) & (0xff00 >> rest)
  return { width, height, black }
}

/** The palette and the compressed data, up to IEND, which must be there. */
function gatherParts(bytes: Uint8Array): { readonly palette: Uint8Array; readonly data: readonly Uint8Array[] } | null {
  const view = viewOf(bytes)
  const data: Uint8Array[] = []
  let palette = new Uint8Array()
  for (let at = 33; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    const name = view.getUint32(at + 4)
    if (length > bytes.length - at - 12) return null
    const body = bytes.subarray(at + 8, at + 8 + length)
    if (name === 0x504c5445) palette = new Uint8Array(body)
    if (name === 0x49444154) data.push(body)
    if (name === 0x49454e44) return { palette, data }
    at += 12 + length
  }
  return null
}

/** Whether the values 0 and 1 are black. */
function meaningOf(palette: Uint8Array): readonly [boolean, boolean] | null {
  if (palette.length < 3 || palette.length % 3 !== 0) return null
  const dark = (entry: number): boolean =>
    (palette[entry * 3] ?? 255) + (palette[entry * 3 + 1] ?? 255) + (palette[entry * 3 + 2] ?? 255) < LIGHT
  return [dark(0), dark(1)]
}

function paint(bits: Uint8Array, [zero, one]: readonly [boolean, boolean]): void {
  if (zero === one) bits.fill(zero ? 0xff : 0)
  else if (zero) for (let at = 0; at < bits.length; at += 1) bits[at] = ~(bits[at] ?? 0)
}

/** Row filters (§9.2); eight pixels are one byte, so the neighbour on the left is the byte before. */
function undoFilters(packed: Uint8Array, out: Uint8Array, row: number, height: number): boolean {
  for (let y = 0; y < height; y += 1) {
    const kind = packed[y * (row + 1)] ?? 5
    const from = y * (row + 1) + 1
    const to = y * row
    if (kind > 4) return false
    if (kind === 0) {
      out.set(packed.subarray(from, from + row), to)
      continue
    }
    for (let x = 0; x < row; x += 1) {
      const left = x > 0 ? (out[to + x - 1] ?? 0) : 0
      const up = y > 0 ? (out[to + x - row] ?? 0) : 0
      const corner = x > 0 && y > 0 ? (out[to + x - row - 1] ?? 0) : 0
      const add = kind === 1 ? left : kind === 2 ? up : kind === 3 ? (left + up) >> 1 : paeth(left, up, corner)
      out[to + x] = (packed[from + x] ?? 0) + add
    }
  }
  return true
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)]
  return a <= b && a <= c ? left : b <= c ? up : corner
}
