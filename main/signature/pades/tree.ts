// Promises: the parts of a document that signing touches: catalogue, pages, form, signature fields.
// Never: content streams or annotations other than by reference.
import { broken } from './broken.ts'
import type { Pdf } from './file.ts'
import type { Dictionary, Reference, Text, Value } from './syntax.ts'
import { asCount, asDictionary, asList, asName, asNumber, asReference, at, textOf } from './values.ts'

export interface Page {
  readonly reference: Reference
  readonly dictionary: Dictionary
  /** The visible box [left, bottom, right, top] in PDF points: crop box, else media box. */
  readonly box: readonly [number, number, number, number]
  readonly rotate: number
}

export interface SignatureField {
  readonly reference: Reference
  readonly name: string
  readonly field: Dictionary
  /** The signature dictionary, absent in an empty field. */
  readonly signature: Dictionary | undefined
  /** Number of the object that is the signature dictionary. */
  readonly signatureNumber: number | undefined
  readonly contents: Text | undefined
  /** The field itself, or its kids, when they are widgets. */
  readonly widgets: readonly Reference[]
}

const MOST_PAGES = 20_000
const MOST_FIELDS = 20_000

export function findCatalog(pdf: Pdf): { readonly reference: Reference; readonly dictionary: Dictionary } {
  const reference = asReference(at(pdf.trailer, 'Root'))
  const dictionary = asDictionary(pdf.look(reference))
  if (reference === undefined || dictionary === undefined || asName(pdf.look(at(dictionary, 'Type'))) !== 'Catalog')
    return broken('no-catalog')
  return { reference, dictionary }
}

/** All pages in order (7.7.3). */
export function listPages(pdf: Pdf): readonly Page[] {
  const pages: Page[] = []
  const seen = new Set<number>()
  const inherited = { MediaBox: null as Value, CropBox: null as Value, Rotate: null as Value }
  const visit = (value: Value | undefined, above: typeof inherited, depth: number): void => {
    const reference = asReference(value)
    const node = asDictionary(pdf.look(value))
    if (reference === undefined || node === undefined || seen.has(reference.number) || depth > 64)
      broken('broken-pages')
    seen.add(reference.number)
    if (seen.size > MOST_PAGES) broken('too-many-pages')
    const own = {
      MediaBox: pdf.look(at(node, 'MediaBox') ?? above.MediaBox),
      CropBox: pdf.look(at(node, 'CropBox') ?? above.CropBox),
      Rotate: pdf.look(at(node, 'Rotate') ?? above.Rotate),
    }
    const kids = at(node, 'Kids')
    if (kids === undefined) {
      if (asName(pdf.look(at(node, 'Type'))) !== 'Page') broken('broken-pages')
      pages.push(describePage(pdf, reference, node, own))
      return
    }
    const list = asList(pdf.look(kids))
    if (list === undefined) broken('broken-pages')
    for (const kid of list.items) visit(kid, own, depth + 1)
  }
  visit(at(findCatalog(pdf).dictionary, 'Pages'), inherited, 0)
  return pages
}

function describePage(
  pdf: Pdf,
  reference: Reference,
  dictionary: Dictionary,
  own: { MediaBox: Value; CropBox: Value; Rotate: Value },
): Page {
  const media = readBox(pdf, own.MediaBox)
  if (media === undefined) return broken('broken-pages')
  const crop = readBox(pdf, own.CropBox) ?? media
  const box = [
    Math.max(media[0], crop[0]),
    Math.max(media[1], crop[1]),
    Math.min(media[2], crop[2]),
    Math.min(media[3], crop[3]),
  ] as const
  const turn = own.Rotate === null ? 0 : (asNumber(own.Rotate) ?? Number.NaN)
  if (!(box[2] > box[0] && box[3] > box[1]) || turn % 90 !== 0) return broken('broken-pages')
  return { reference, dictionary, box, rotate: ((turn % 360) + 360) % 360 }
}

/** A rectangle (7.9.5) put in order, or undefined. */
export function readBox(pdf: Pdf, value: Value | undefined): readonly [number, number, number, number] | undefined {
  const items = asList(pdf.look(value))?.items.map((item) => asNumber(pdf.look(item)))
  if (items?.length !== 4) return undefined
  const [a, b, c, d] = items
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]
}

export function findForm(pdf: Pdf): Dictionary | undefined {
  return asDictionary(pdf.look(at(findCatalog(pdf).dictionary, 'AcroForm')))
}

/** Every signature field of the form, filled or empty, in the form's order (12.7.4.5). */
export function listSignatureFields(pdf: Pdf): readonly SignatureField[] {
  const found: SignatureField[] = []
  const seen = new Set<number>()
  const visit = (value: Value, path: string, type: Value, depth: number): void => {
    const reference = asReference(value)
    const field = asDictionary(pdf.look(value))
    if (reference === undefined || field === undefined || seen.has(reference.number) || depth > 32) return
    seen.add(reference.number)
    if (seen.size > MOST_FIELDS) broken('too-many-fields')
    const part = textOf(pdf.look(at(field, 'T')))
    const name = part === undefined ? path : path === '' ? part : `${path}.${part}`
    const own = pdf.look(at(field, 'FT') ?? type)
    const kids = asList(pdf.look(at(field, 'Kids')))?.items ?? []
    const areWidgets = kids.every((kid) => at(asDictionary(pdf.look(kid)), 'T') === undefined)
    if (asName(own) === 'Sig' && areWidgets) found.push(describeField(pdf, reference, name, field, kids))
    else for (const kid of kids) visit(kid, name, own, depth + 1)
  }
  for (const field of asList(pdf.look(at(findForm(pdf), 'Fields')))?.items ?? []) visit(field, '', null, 0)
  return found
}

function describeField(
  pdf: Pdf,
  reference: Reference,
  name: string,
  field: Dictionary,
  kids: readonly Value[],
): SignatureField {
  const value = at(field, 'V')
  const signature = asDictionary(pdf.look(value))
  const contents = at(signature, 'Contents')
  return {
    reference,
    name,
    field,
    signature,
    signatureNumber: asReference(value)?.number,
    contents: typeof contents === 'object' && contents !== null && contents.kind === 'text' ? contents : undefined,
    widgets: kids.length === 0 ? [reference] : kids.flatMap((kid) => asReference(kid) ?? []),
  }
}

/** The P of a certification signature (12.8.2.2): 1 forbids any change; undefined when the document is not certified. */
export function certificationLevel(pdf: Pdf): number | undefined {
  const permissions = asDictionary(pdf.look(at(findCatalog(pdf).dictionary, 'Perms')))
  const certified = asDictionary(pdf.look(at(permissions, 'DocMDP')))
  if (certified === undefined) return undefined
  for (const item of asList(pdf.look(at(certified, 'Reference')))?.items ?? []) {
    const reference = asDictionary(pdf.look(item))
    if (asName(pdf.look(at(reference, 'TransformMethod'))) !== 'DocMDP') continue
    return asCount(pdf.look(at(asDictionary(pdf.look(at(reference, 'TransformParams'))), 'P'))) ?? 2
  }
  return 2
}
