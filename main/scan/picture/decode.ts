// Foreign bytes to samples: the header is read first, so that no room is made for a picture that is too large.
// Never throws and never hangs: what cannot be decoded whole is refused with a word that says why.
import sharp from 'sharp'
import { ok, type Result, refuse } from '../../../preload/contract/result.ts'
import { readJpegFacts } from '../../workshop/jpeg-facts.ts'
import type { RawPage } from './shrink.ts'

/** Pixels a side, and in all: an A3 sheet at 600 dpi has 70 million. */
export const LONGEST_SIDE = 20_000
export const MOST_PIXELS = 120_000_000
/** Seconds; an A3 sheet at 600 dpi takes one. */
const DECODING_LIMIT = 20

export interface PictureFacts {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  /** One bit a pixel, black and white. */
  readonly bitonal: boolean
  /** A document may hold these bytes as they are: one or three channels of 8 bits, nothing that turns the picture on show. */
  readonly fitsAsItIs: boolean
}

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** Baseline, extended and progressive Huffman coding; the others are lossless or arithmetic. */
const DECODABLE_FRAMES = new Set([0xc0, 0xc1, 0xc2])

/** Facts of a JPEG or PNG from its header alone, or the reason for refusing it. */
export function readPictureFacts(bytes: Uint8Array): Result<PictureFacts> {
  const isPng = PNG_SIGNATURE.every((byte, index) => bytes[index] === byte)
  const facts = isPng ? readPngFacts(bytes) : readOurJpegFacts(bytes)
  if (facts === null) return refuse('not-an-image', 'unreadable')
  const { width, height } = facts
  if (width < 1 || height < 1) return refuse('not-an-image', 'empty')
  if (width > LONGEST_SIDE || height > LONGEST_SIDE || width * height > MOST_PIXELS)
    return refuse('not-an-image', 'too large')
  return ok(facts)
}

function readOurJpegFacts(bytes: Uint8Array): PictureFacts | null {
  const facts = readJpegFacts(bytes)
  if (facts === null || facts.precision !== 8 || !DECODABLE_FRAMES.has(facts.frame)) return null
  if (facts.components !== 1 && facts.components !== 3 && facts.components !== 4) return null
  return {
    width: facts.width,
    height: facts.height,
    channels: facts.components === 1 ? 1 : 3,
    bitonal: false,
    fitsAsItIs: facts.components !== 4 && !isTurnedOnShow(bytes),
  }
}

/** IHDR (PNG 11.2.1): width, height, bits a sample, kind of colour. */
function readPngFacts(bytes: Uint8Array): PictureFacts | null {
  if (bytes.length < 45) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== 0x49_48_44_52) return null
  const bits = view.getUint8(24)
  const kind = view.getUint8(25)
  const bitonal = bits === 1 && kind === 0
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    channels: kind === 0 || kind === 4 ? 1 : 3,
    bitonal,
    fitsAsItIs: bitonal,
  }
}

/** An Exif orientation other than upright (tag 0x0112): a viewer would turn the picture, a PDF reader would not. */
function isTurnedOnShow(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = Math.min(bytes.length - 4, 65_536)
  for (let at = 2; at < end && bytes[at] === 0xff && bytes[at + 1] !== 0xda; at += 2 + view.getUint16(at + 2)) {
    const isExif = bytes[at + 1] === 0xe1 && at + 18 < bytes.length && view.getUint32(at + 4) === 0x45_78_69_66
    if (isExif) return exifOrientation(view, at + 10) > 1
  }
  return false
}

function exifOrientation(view: DataView, tiff: number): number {
  const little = view.getUint16(tiff) === 0x4949
  const first = tiff + view.getUint32(tiff + 4, little)
  if (first + 2 > view.byteLength) return 1
  const entries = Math.min(view.getUint16(first, little), 64)
  for (let entry = 0; entry < entries; entry += 1) {
    const at = first + 2 + entry * 12
    if (at + 10 > view.byteLength) return 1
    if (view.getUint16(at, little) === 0x0112) return view.getUint16(at + 8, little)
  }
  return 1
}

/** Decodes the whole picture; a damaged or truncated one is refused. */
export async function decodePicture(bytes: Uint8Array, facts: PictureFacts, dpi: number): Promise<Result<RawPage>> {
  try {
    const reading = sharp(bytes, { failOn: 'warning', limitInputPixels: MOST_PIXELS, sequentialRead: true, pages: 1 })
      .timeout({ seconds: DECODING_LIMIT })
      .flatten({ background: '#ffffff' })
    const wanted = facts.channels === 1 ? reading.toColourspace('b-w') : reading.toColourspace('srgb')
    const { data, info } = await wanted.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
    const channels = info.channels === 1 ? 1 : info.channels === 3 ? 3 : null
    if (channels === null || info.width !== facts.width || info.height !== facts.height)
      return refuse('not-an-image', 'unreadable')
    return ok({ data, width: info.width, height: info.height, channels, dpi })
  } catch {
    return refuse('not-an-image', 'damaged')
  }
}
