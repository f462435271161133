// Reads the header of a JPEG (ISO/IEC 10918-1 Annex B): size, components, precision, coding. A few hundred bytes are read.
// Never decodes the picture and never throws: bytes that are no whole JPEG give null.

export interface JpegFacts {
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** 1 grey, 3 colour, 4 CMYK. */
  readonly components: number
  /** Bits a sample; PDF's DCTDecode knows 8 only. */
  readonly precision: number
  /** Start-of-frame marker: 0xc0 baseline, 0xc1 extended, 0xc2 progressive; the others are lossless or arithmetic. */
  readonly frame: number
}

const APP0_TO_COM_WITHOUT_SIZE = new Set([0x01, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7])
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

export function readJpegFacts(bytes: Uint8Array): JpegFacts | null {
  const at = (index: number) => bytes[index] ?? -1
  if (at(0) !== 0xff || at(1) !== 0xd8) return null
  let position = 2
  let facts: JpegFacts | null = null
  while (position < bytes.length) {
    if (at(position) !== 0xff) return null
    while (at(position) === 0xff) position += 1
    const marker = at(position)
    position += 1
    if (APP0_TO_COM_WITHOUT_SIZE.has(marker)) continue
    const size = at(position) * 256 + at(position + 1)
    if (at(position + 1) < 0 || size < 2 || position + size > bytes.length) return null
    if (isFrame(marker)) {
      if (size < 8 || facts !== null) return null
      facts = {
        precision: at(position + 2),
        height: at(position + 3) * 256 + at(position + 4),
        width: at(position + 5) * 256 + at(position + 6),
        components: at(position + 7),
        frame: marker,
      }
    }
    position += size
    if (marker === 0xda) return facts !== null && endsWithEoi(bytes, position) ? facts : null
    if (marker === 0xd9) return null
  }
  return null
}

/** End of image must be there; some scanners pad a few zero bytes behind it. */
function endsWithEoi(bytes: Uint8Array, from: number): boolean {
  for (let index = bytes.length - 2; index >= Math.max(from, bytes.length - 4096); index -= 1)
    if (bytes[index] === 0xff && bytes[index + 1] === 0xd9) return true
  return false
}
