// Size and kind of a page picture from its header: JPEG, or PNG (ISO/IEC 15948). Never decodes it and never throws.
import { readJpegFacts } from './jpeg-facts.ts'

export interface PictureFacts {
  readonly kind: 'jpeg' | 'png'
  /** Pixels. */
  readonly width: number
  readonly height: number
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const IHDR = 0x49484452
const IEND = 0x49454e44

export function readPictureFacts(bytes: Uint8Array): PictureFacts | null {
  if (bytes[0] === 0xff) {
    const facts = readJpegFacts(bytes)
    return facts === null ? null : { kind: 'jpeg', width: facts.width, height: facts.height }
  }
  if (bytes.length < 45 || PNG.some((byte, index) => bytes[index] !== byte)) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== IHDR || view.getUint32(bytes.length - 8) !== IEND) return null
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  return width === 0 || height === 0 ? null : { kind: 'png', width, height }
}
