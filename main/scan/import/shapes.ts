// What passes between the importer's parts: the limits of a file from outside, the pages it gives, how a file is refused.
// Plain data and one way to stop; no reading.

import type { Refusal } from '../../../preload/contract/result.ts'
import type { Rotation } from '../../../preload/contract/scan.ts'

/** One page of a file from outside, ready to be kept as if it had been scanned. */
export interface ImportedPage {
  /** A JPEG of 8 bits (grey or RGB, Huffman), or a PNG of one bit a pixel (grey, 0 is black). */
  readonly picture: Uint8Array
  /** It is the PNG. */
  readonly bitonal: boolean
  /** Pixels, before `rotation`. */
  readonly width: number
  readonly height: number
  /** What the file says, else what makes an A4 sheet of it; whole number. */
  readonly dpi: number
  /** Clockwise, degrees: by which the picture must be turned to stand upright, as far as the file says so. */
  readonly rotation: Rotation
  /** The coded picture is bit for bit the one in the file. False: drawn or coded anew. */
  readonly untouched: boolean
  /**
   * Below `lowestDpi`. A note for the clerk, no refusal: TT 01/2023 wants at least 200 dpi of a digitised copy,
   * so such a page is better scanned again.
   */
  readonly lowResolution: boolean
}

export type FileKind = 'jpeg' | 'png' | 'tiff' | 'pdf'

/** The answer of the first look; handed back for every batch of pages. */
export interface LookedInto {
  readonly kind: FileKind
  readonly pages: number
  /** Of a PDF: pages that are one JPEG and nothing else. Of a TIFF: the directory of each page. Else empty. */
  readonly places: readonly number[]
}

export interface ImportParts {
  /** Pages below are marked `lowResolution`; 200 by law (TT 01/2023). */
  readonly lowestDpi: number
  /** Folder with `standard_fonts/` and `cmaps/` of pdfjs-dist, for PDF pages without their own fonts. */
  readonly pdfFolder: string
}

/** One answer of `takePages`; `next` is the page to go on with, null at the end. */
export interface Batch {
  readonly pages: readonly ImportedPage[]
  readonly next: number | null
}

export const LONGEST_SIDE = 20_000
export const MOST_PIXELS = 120_000_000
export const MOST_PAGES = 1000
/** Points; Acrobat's own limit (ISO 32000-1 Annex C). */
export const LONGEST_PAGE = 14_400
/** Milliseconds that one page may take to be drawn. */
export const PAGE_TIME = 20_000

interface Stop {
  readonly rule: Refusal
}

/** Stops the work on a file; becomes a refusal in open-file.ts. */
export const stop = (rule: Refusal): Error => new Error('file refused', { cause: { rule } satisfies Stop })

/** The rule of a stop; anything else that was thrown over foreign bytes means that they are damaged. */
export function ruleOf(thrown: unknown): Refusal {
  if (thrown instanceof Error && thrown.message === 'file refused') return (thrown.cause as Stop).rule
  // Node's own word for "no memory of that size", and V8's.
  if (thrown instanceof RangeError) return 'file-unsafe'
  return 'file-damaged'
}

/** Pixels that may be decoded; throws `file-too-large` beyond, `file-damaged` for none at all. */
export function checkSize(width: number, height: number): void {
  if (!(width >= 1 && height >= 1)) throw stop('file-damaged')
  if (Math.max(width, height) > LONGEST_SIDE || width * height > MOST_PIXELS) throw stop('file-too-large')
}
