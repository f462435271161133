// Size and kind of a page picture from its header: JPEG, or PNG (ISO/IEC 15948) with its chunks. Never decodes it, never trusts
// a length, never throws.
import { readJpegFacts } from './jpeg-facts.ts'

export interface PictureFacts {
  readonly kind: 'jpeg' | 'png'
  /** Pixels. */
  readonly width: number
  readonly height: number
}

export interface PngHeader {
  /** Pixels; 0 in a file that lies. */
  readonly width: number
  readonly height: number
  /** Bits a sample. */
  readonly depth: number
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colour: number
  readonly interlaced: boolean
  /** Packed and filtered in the only ways that the standard knows. */
  readonly plain: boolean
}

export interface PngChunk {
  readonly name: string
  readonly body: Uint8Array
  /** Offset behind its checksum. */
  readonly end: number
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const IEND = 0x49454e44

export const isPng = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, index) => bytes[index] === byte)

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

/** In order up to IEND, or to the first that reaches beyond the file. Checksums are not looked at. */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk, void> {
  const view = viewOf(bytes)
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at)
    if (end > bytes.length) return
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    yield { name, body: bytes.subarray(at + 8, end - 4), end }
    if (name === 'IEND') return
    at = end
  }
}

/** Null: the bytes are no PNG that begins as it must (§11.2.2). */
export function readPngHeader(bytes: Uint8Array): PngHeader | null {
  const { value: first } = isPng(bytes) ? pngChunks(bytes).next() : { value: undefined }
  if (first === undefined || first.name !== 'IHDR' || first.body.length !== 13) return null
  const view = viewOf(first.body)
  const [depth = 0, colour = 0, packing, filtering, interlace] = first.body.subarray(8)
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth,
    colour,
    interlaced: interlace !== 0,
    plain: packing === 0 && filtering === 0,
  }
}

export function readPictureFacts(bytes: Uint8Array): PictureFacts | null {
  const jpeg = bytes[0] === 0xff
  const facts = jpeg ? readJpegFacts(bytes) : readPngHeader(bytes)
  if (facts === null || (!jpeg && (facts.width === 0 || facts.height === 0))) return null
  if (!jpeg && (bytes.length < 45 || viewOf(bytes).getUint32(bytes.length - 8) !== IEND)) return null
  return { kind: jpeg ? 'jpeg' : 'png', width: facts.width, height: facts.height }
}
