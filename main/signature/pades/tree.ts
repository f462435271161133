// The pages of a document to be signed, when its page tree is exactly as it should be (ISO 32000-1 7.7.3); else `broken-pages`.
// Never: content streams or annotations other than by reference.
import { type Box, boxesMeet, readBox, walkPages } from '../../workshop/pdf/pages.ts'
import { asNumber, type Dictionary, type Reference } from '../../workshop/pdf/values.ts'
import { broken } from './broken.ts'
import type { Pdf } from './file.ts'

export interface Page {
  readonly reference: Reference
  readonly dictionary: Dictionary
  /** The visible box [left, bottom, right, top] in PDF points: crop box, else media box. */
  readonly box: Box
  readonly rotate: number
}

/** All pages in order. */
export function listPages(pdf: Pdf): readonly Page[] {
  const pages: Page[] = []
  for (const { reference, dictionary, inherited } of walkPages(pdf, () => broken('broken-pages'))) {
    const media = readBox(pdf.look, inherited.get('MediaBox'))
    if (media === undefined || reference === null) return broken('broken-pages')
    const box = boxesMeet(media, readBox(pdf.look, inherited.get('CropBox')) ?? media)
    const turn = asNumber(pdf.look(inherited.get('Rotate')) ?? 0) ?? Number.NaN
    if (!(box[2] > box[0] && box[3] > box[1]) || turn % 90 !== 0) return broken('broken-pages')
    pages.push({ reference, dictionary, box, rotate: ((turn % 360) + 360) % 360 })
  }
  return pages
}
