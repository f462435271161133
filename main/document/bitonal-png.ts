// Reads a PNG of one bit a pixel (ISO/IEC 15948), grey or with a palette of two: what the picture pipeline makes of a
// black-and-white page. Answers null for every other PNG and for bytes that are none; bounded memory, never throws.
import { inflateSync } from 'node:zlib'
import { undoRowFilters } from '../workshop/pdf/row-filters.ts'
import { pngChunks, readPngHeader } from '../workshop/picture-facts.ts'

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

/** Sum of red, green and blue from which a palette entry counts as paper. */
const LIGHT = 384

/** Null unless one bit a pixel, not interlaced. */
export function readBitonalHeader(bytes: Uint8Array): BitonalHeader | null {
  const header = readPngHeader(bytes)
  if (header === null || !header.plain || header.interlaced || header.depth !== 1) return null
  const { width, height, colour } = header
  if ((colour !== 0 && colour !== 3) || width === 0 || height === 0) return null
  return { width, height, palette: colour === 3 }
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
  const meaning = header.palette ? meaningOf(parts.palette) : ([true, false] as const)
  const black = undoRowFilters(packed, 1, row)
  if (meaning === null || black === null) return null
  paint(black, meaning)
  const rest = width & 7
  if (rest !== 0) for (let at = row - 1; at < black.length; at += row) black[at] = (black[at] ?? 0) & (0xff00 >> rest)
  return { width, height, black }
}

/** The palette and the compressed data, up to IEND, which must be there. */
function gatherParts(bytes: Uint8Array): { readonly palette: Uint8Array; readonly data: readonly Uint8Array[] } | null {
  const data: Uint8Array[] = []
  let palette = new Uint8Array()
  for (const { name, body } of pngChunks(bytes)) {
    if (name === 'PLTE') palette = new Uint8Array(body)
    if (name === 'IDAT') data.push(body)
    if (name === 'IEND') return { palette, data }
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
