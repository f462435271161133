// Makes the PDF/A-2b of one paper: one page a picture, in order. JPEG bytes go in untouched, whatever the rotation.
// Promises the same bytes for the same input (id and time are arguments) and a page /Rotate that is never set.
// Never re-encodes, never reads a clock or a store, never trusts a picture's own orientation tag (EXIF).
import { ok, type Result, refuse } from '../../preload/contract/result.ts'
import { readJpegFacts } from '../workshop/jpeg-facts.ts'
import { type Drawing, openPaper, plainText } from '../workshop/open-paper.ts'
import { type DocumentMetadata, describeMetadata } from './metadata.ts'

export type Rotation = 0 | 90 | 180 | 270

export interface PictureOfPage {
  readonly jpeg: Uint8Array
  /** Degrees clockwise by which the picture must be turned to stand upright. */
  readonly rotation: Rotation
  /** Dots an inch of the scan; pixels / dpi × 72 is the page in points, so the copy prints at 100 %. */
  readonly dpi: number
}

export interface BuildInput {
  readonly pages: readonly PictureOfPage[]
  readonly metadata: DocumentMetadata
  readonly fontFolder: string
  /** `added-page`: a blank white page of the size of the last one follows, for the attestation (lời chứng). */
  readonly attestationSpace?: 'on-last-page' | 'added-page'
}

const MOST_PAGES = 1000
const MOST_BYTES = 64 * 1024 * 1024
const MOST_PIXELS_A_SIDE = 20_000
/** ISO 19005-2 §6.1.13: no page boundary below 3 or above 14 400 units. */
const SMALLEST_SIDE = 3
const LARGEST_SIDE = 14_400

interface Placed {
  readonly jpeg: Uint8Array
  readonly rotation: Rotation
  /** Points, before rotation. */
  readonly width: number
  readonly height: number
}

/**
 * Failures: `refused no-pages`, `refused no-title`, `refused not-an-image` (detail: page number and why: `jpeg` is no whole
 * JPEG, `colours` is not grey or RGB, `coding` is no 8-bit Huffman coding, `size` is too large or too small, `dpi`, `rotation`).
 */
export async function buildPdf(
  input: BuildInput,
): Promise<Result<{ readonly pdf: Uint8Array; readonly pages: number }>> {
  if (input.pages.length === 0) return refuse('no-pages')
  if (plainText(input.metadata.title) === '') return refuse('no-title')
  if (input.pages.length > MOST_PAGES) return refuse('not-an-image', `page ${MOST_PAGES + 1}: size`)
  const placed: Placed[] = []
  for (const [index, page] of input.pages.entries()) {
    const result = place(page)
    if (typeof result === 'string') return refuse('not-an-image', `page ${index + 1}: ${result}`)
    placed.push(result)
  }

  const { id, now, title, creator } = input.metadata
  const paper = openPaper({
    id,
    now,
    title,
    creator,
    fontFolder: input.fontFolder,
    moreXmp: describeMetadata(input.metadata),
  })
  for (const picture of placed) {
    paper.page(uprightSize(picture))
    drawPicture(paper.draw, picture)
  }
  const last = placed.at(-1)
  const added = input.attestationSpace === 'added-page' && last !== undefined
  if (added) paper.page(uprightSize(last))
  return ok({ pdf: await paper.close(), pages: placed.length + (added ? 1 : 0) })
}

/** The picture with its size in points, or why it cannot be used. */
function place({ jpeg, rotation, dpi }: PictureOfPage): Placed | string {
  if (jpeg.length > MOST_BYTES) return 'size'
  const facts = readJpegFacts(jpeg)
  if (facts === null) return 'jpeg'
  if (facts.components !== 1 && facts.components !== 3) return 'colours'
  if (facts.precision !== 8 || facts.frame > 0xc2) return 'coding'
  if (![0, 90, 180, 270].includes(rotation)) return 'rotation'
  if (!Number.isFinite(dpi) || dpi < 50 || dpi > 2400) return 'dpi'
  if (facts.width === 0 || facts.height === 0) return 'jpeg'
  if (Math.max(facts.width, facts.height) > MOST_PIXELS_A_SIDE) return 'size'
  const [width, height] = [(facts.width / dpi) * 72, (facts.height / dpi) * 72]
  if (Math.min(width, height) < SMALLEST_SIDE || Math.max(width, height) > LARGEST_SIDE) return 'size'
  return { jpeg, rotation, width, height }
}

const uprightSize = ({ rotation, width, height }: Placed): readonly [number, number] =>
  rotation === 90 || rotation === 270 ? [height, width] : [width, height]

/** Turns the drawing plane, not the picture: in pdfkit's plane (y downwards) positive angles run clockwise. */
function drawPicture(draw: Drawing, { jpeg, rotation, width, height }: Placed): void {
  const x = rotation === 180 || rotation === 270 ? -width : 0
  const y = rotation === 90 || rotation === 180 ? -height : 0
  draw.save()
  if (rotation !== 0) draw.rotate(rotation)
  // `ignoreOrientation` is documented by pdfkit but missing in its types: the EXIF tag must not turn the picture a second time.
  const options = { width, height, ignoreOrientation: true }
  draw.image(Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.length), x, y, options)
  draw.restore()
}
