// What the parts of the picture pipeline hand to each other. Plain data; no code.
import type { Findings, FoundCode } from '../../../preload/contract/scan.ts'

/** Grey samples, one byte a pixel, row by row without padding; 0 black, 255 white. */
export interface GreyPicture {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  readonly dpi: number
}

/** A part of the page at full resolution; arguments in pixels of the small picture. Answers what lies inside the page. */
export type LookCloser = (left: number, top: number, width: number, height: number) => GreyPicture

/** Bar codes, QR and patch codes of a page, from a small picture (a quarter of 300 dpi) and a way to look closer. */
export type ReadCodes = (small: GreyPicture, closer: LookCloser) => Promise<readonly FoundCode[]>

export interface MakeRightInput {
  /** The page as scanned: a JPEG of any size, or a PNG of one bit a pixel. */
  readonly picture: Uint8Array
  readonly dpi: number
  /** `bitonal`: the made picture is black and white, a PNG of one bit a pixel. */
  readonly mode: 'colour' | 'grey' | 'bitonal'
  /** Whiten the ground of a picture that is made anew; stamps and signatures keep their colour. */
  readonly clean: boolean
}

export interface MadeRight {
  readonly findings: Findings
  /** Null when the page is already right: its bytes pass through untouched. Never turned by quarters: that is the viewer's and PDF's matrix. */
  readonly made: { readonly picture: Uint8Array; readonly width: number; readonly height: number } | null
}
