// The pages of a PDF that somebody brings: the box that is seen, how it is turned, how large its units are.
// As lenient as viewers; throws only for too many. Never draws.
import { type Box, boxesMeet, type PageNode, readBox, walkPages } from '../../../workshop/pdf/pages.ts'
import { asDictionary, type Dictionary, type Value } from '../../../workshop/pdf/values.ts'
import { LONGEST_PAGE, MOST_PAGES, stop } from '../shapes.ts'
import type { Objects } from './objects.ts'

export type { Box } from '../../../workshop/pdf/pages.ts'

export interface PdfPage {
  readonly dictionary: Dictionary
  readonly resources: Dictionary | null
  /** The crop box inside the media box: what is seen. */
  readonly box: Box
  /** Clockwise, degrees: 0, 90, 180, 270. */
  readonly rotate: number
  /** Points a unit. */
  readonly unit: number
}

const LETTER: Box = [0, 0, 612, 792]

export function readPages(objects: Objects): readonly PdfPage[] {
  const pages: PdfPage[] = []
  for (const node of walkPages({ ...objects, look: objects.get }, () => undefined)) {
    pages.push(pageOf(node, objects.get))
    if (pages.length > MOST_PAGES) throw stop('file-too-large')
  }
  return pages
}

function pageOf({ dictionary, inherited }: PageNode, get: Objects['get']): PdfPage {
  const turn = get(inherited.get('Rotate'))
  const media = boxOf(inherited.get('MediaBox'), get) ?? LETTER
  const inside = boxesMeet(media, boxOf(inherited.get('CropBox'), get) ?? media)
  const unit = get(dictionary.get('UserUnit'))
  return {
    dictionary,
    resources: asDictionary(get(inherited.get('Resources'))) ?? null,
    box: inside[2] > inside[0] && inside[3] > inside[1] ? inside : media,
    rotate: typeof turn === 'number' && turn % 90 === 0 ? ((turn % 360) + 360) % 360 : 0,
    unit: typeof unit === 'number' && unit > 0 ? unit : 1,
  }
}

/** Null for a box without an area. */
export function boxOf(value: Value | undefined, get: Objects['get']): Box | null {
  const box = readBox(get, value)
  return box !== undefined && box[2] > box[0] && box[3] > box[1] ? box : null
}

/** Throws `file-too-large` for a page that no reader must show (ISO 32000-1 Annex C: 14,400 units). */
export function checkPageSize(width: number, height: number): void {
  if (!(width > 0 && height > 0)) throw stop('file-damaged')
  if (Math.max(width, height) > LONGEST_PAGE) throw stop('file-too-large')
}
