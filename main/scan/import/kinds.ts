// What a file is, by its content and never by its name, and whether it is there to its end.
// Pure and quick; a file that is whole here may still be damaged inside.
import { isPng } from '../../workshop/picture-facts.ts'
import { walkJpeg } from './jpeg-file.ts'
import { readPngFacts } from './png-file.ts'
import type { FileKind } from './shapes.ts'
import { isTiff, readTiffPages } from './tiff-file.ts'

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

/** Null: none of the kinds that are taken in (HEIC, WebP, office files …). */
export function kindOf(bytes: Uint8Array): FileKind | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg'
  if (isPng(bytes)) return 'png'
  if (isTiff(bytes)) return 'tiff'
  // Mail programs and scanners put up to a kilobyte before it (ISO 32000-1 Annex H.3 note 13).
  return latin1(bytes.subarray(0, 1024)).includes('%PDF-') ? 'pdf' : null
}

/** Nothing is missing at the end: JPEG has its end of image, PNG its IEND, PDF its %%EOF, TIFF all that its directories name. */
export function isWhole(bytes: Uint8Array): boolean {
  switch (kindOf(bytes)) {
    case 'jpeg':
      return walkJpeg(bytes) !== null
    case 'png':
      return readPngFacts(bytes) !== null
    case 'tiff':
      return readTiffPages(bytes) !== null
    case 'pdf':
      return latin1(bytes.subarray(Math.max(0, bytes.length - 2048))).includes('%%EOF')
    case null:
      return false
  }
}
