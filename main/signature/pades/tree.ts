// The pages of a document to be signed, when its page tree is exactly as it should be (ISO 32000-1 7.7.3); else `broken-pages`.
// Never: content streams or annotations other than by reference.
import { type Box, boxesMeet, readBox, walkPages } from '../../workshop/pdf/pages.ts'
import { asNumber, at, type Dictionary, type Reference } from '../../workshop/pdf/values.ts'
import { broken } from './broken.ts'
import type { Pdf } from './file.ts'

export interface Page {
  readonly reference: Reference
  readonly dictionary: Dictionary
  /** The visible box [left, bottom, right, top] in PDF points: crop box, else media box. */
  readonly box: Box
  readonly rotate: number
  /** Points to one unit of the page (UserUnit), 1 as a rule. */
  readonly unit: number
}

/** All pages in order. */
export function listPages(pdf: Pdf): readonly Page[] {
  const pages: Page[] = []
  for (const { reference, dictionary, inherited } of walkPages(pdf, () => broken('broken-pages'))) {
    const media = readBox(pdf.look, inherited.get('MediaBox'))
    if (media === undefined || reference === null) return broken('broken-pages')
    const box = boxesMeet(media, readBox(pdf.look, inherited.get('CropBox')) ?? media)
    const turn = asNumber(pdf.look(inherited.get('Rotate')) ?? 0) ?? Number.NaN
    const unit = asNumber(pdf.look(at(dictionary, 'UserUnit')) ?? 1) ?? Number.NaN
    if (!(box[2] > box[0] && box[3] > box[1]) || turn % 90 !== 0 || !(unit > 0)) return broken('broken-pages')
    pages.push({ reference, dictionary, box, rotate: ((turn % 360) + 360) % 360, unit })
  }
  return pages
}

/** Width and height in points as the page is shown: turned, and in its own unit. */
export function shownSize({ box, rotate, unit }: Page): { readonly width: number; readonly height: number } {
  const [across, up] = [(box[2] - box[0]) * unit, (box[3] - box[1]) * unit]
  return rotate % 180 === 0 ? { width: across, height: up } : { width: up, height: across }
}

/** A place on the page as it is shown (points from its lower left corner) in the units of the page. */
export function placeOnPage({ box, rotate, unit }: Page, place: Box): Box {
  const [left, bottom, right, top] = place.map((value) => value / unit) as [number, number, number, number]
  const [x, y, endX, endY] = box
  if (rotate === 90) return [endX - top, y + left, endX - bottom, y + right]
  if (rotate === 180) return [endX - right, endY - top, endX - left, endY - bottom]
  if (rotate === 270) return [x + bottom, endY - right, x + top, endY - left]
  return [x + left, y + bottom, x + right, y + top]
}
