// Makes the picture of one page ready for a PDF: a JPEG goes in untouched, a PNG of one bit a pixel becomes fax group 4.
// Answers why a picture cannot be used instead of throwing. Never re-encodes a JPEG, never believes its orientation tag (EXIF).
import { readJpegFacts } from '../workshop/jpeg-facts.ts'
import { isPng } from '../workshop/picture-facts.ts'
import { readBitonalHeader, readBitonalPng } from './bitonal-png.ts'
import { encodeGroupFour } from './group-four.ts'
import type { PageWords } from './text-layer.ts'
import { decimal } from './write-pdf.ts'

export type Rotation = 0 | 90 | 180 | 270

export interface PictureOfPage {
  /** A whole JPEG, grey or colour, or a PNG of one bit a pixel. */
  readonly picture: Uint8Array
  /** Degrees clockwise by which the picture must be turned to stand upright. */
  readonly rotation: Rotation
  /** Dots an inch of the scan; pixels / dpi × 72 is the page in points, so the copy prints at 100 %. */
  readonly dpi: number
  /** What was read on the upright page; null when it has not been read (yet). */
  readonly words: PageWords | null
}

export interface Placed {
  /** Entries of the picture's dictionary and its data as they go into the file. */
  readonly entries: string
  readonly data: Uint8Array
  /** Width and height of the upright page in points. */
  readonly size: readonly [number, number]
  /** Operands of `cm`: from the unit square to the page (ISO 32000-1 §8.9.5.1). */
  readonly matrix: string
  readonly words: PageWords | null
}

const MOST_BYTES = 64 * 1024 * 1024
const MOST_PIXELS_A_SIDE = 20_000
/** ISO 19005-2 §6.1.13: no page boundary below 3 or above 14 400 units. */
const SMALLEST_SIDE = 3
const LARGEST_SIDE = 14_400

/** The picture in its place, or one word why not: `jpeg`, `png`, `colours`, `coding`, `size`, `dpi`, `rotation`. */
export function placePicture({ picture, rotation, dpi, words }: PictureOfPage): Placed | string {
  if (picture.length > MOST_BYTES) return 'size'
  const pixels = isPng(picture) ? (readBitonalHeader(picture) ?? 'png') : factsOf(picture)
  if (typeof pixels === 'string') return pixels
  if (![0, 90, 180, 270].includes(rotation)) return 'rotation'
  if (!Number.isFinite(dpi) || dpi < 50 || dpi > 2400) return 'dpi'
  if (Math.max(pixels.width, pixels.height) > MOST_PIXELS_A_SIDE) return 'size'
  const [width, height] = [(pixels.width / dpi) * 72, (pixels.height / dpi) * 72]
  if (Math.min(width, height) < SMALLEST_SIDE || Math.max(width, height) > LARGEST_SIDE) return 'size'
  const coded = 'colours' in pixels ? { data: picture, entries: pixels.colours } : packBitonal(picture)
  if (coded === null) return 'png'
  return {
    data: coded.data,
    entries: `/Type /XObject /Subtype /Image /Width ${pixels.width} /Height ${pixels.height} ${coded.entries}`,
    size: rotation === 90 || rotation === 270 ? [height, width] : [width, height],
    matrix: matrixOf(rotation, width, height),
    words,
  }
}

function factsOf(
  jpeg: Uint8Array,
): { readonly width: number; readonly height: number; readonly colours: string } | string {
  const facts = readJpegFacts(jpeg)
  if (facts === null) return 'jpeg'
  if (facts.components !== 1 && facts.components !== 3) return 'colours'
  if (facts.precision !== 8 || facts.frame > 0xc2) return 'coding'
  if (facts.width === 0 || facts.height === 0) return 'jpeg'
  const space = facts.components === 1 ? '/DeviceGray' : '/DeviceRGB'
  return { ...facts, colours: `/ColorSpace ${space} /BitsPerComponent 8 /Filter /DCTDecode` }
}

/** Decoded group 4 gives 0 for black as DeviceGray wants it, since BlackIs1 is false (ISO 32000-1 Table 11). */
function packBitonal(png: Uint8Array): { readonly data: Uint8Array; readonly entries: string } | null {
  const bitonal = readBitonalPng(png, MOST_PIXELS_A_SIDE)
  if (bitonal === null) return null
  const parameters = `/K -1 /Columns ${bitonal.width} /Rows ${bitonal.height} /BlackIs1 false`
  return {
    data: encodeGroupFour(bitonal),
    entries: `/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << ${parameters} >>`,
  }
}

/** Turns the unit square clockwise and moves it back onto the page, whose lower left corner is the origin. */
function matrixOf(rotation: Rotation, width: number, height: number): string {
  const turned = {
    0: [width, 0, 0, height, 0, 0],
    90: [0, -width, height, 0, 0, width],
    180: [-width, 0, 0, -height, width, height],
    270: [0, width, -height, 0, height, 0],
  }[rotation]
  return turned.map(decimal).join(' ')
}
