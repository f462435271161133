// Promises: what stands in a PDF that whoever certifies it must know or must not certify: programs, media, attachments, layers,
// forms whose look is left to the viewer, signatures anywhere, pages whose content cannot be read.
// Never: content drawn, a picture unpacked, an object that nothing refers to.
import type { CARRIED, NOT_KEPT } from '../../../preload/contract/document.ts'
import { filtersOf, unfold } from '../../workshop/pdf/filters.ts'
import { walkPages } from '../../workshop/pdf/pages.ts'
import { spend } from '../../workshop/pdf/tokens.ts'
import {
  asCount,
  asDictionary,
  asList,
  asName,
  at,
  type Dictionary,
  isArray,
  isReference,
  isStream,
  type Reference,
  type Stream,
  type Value,
} from '../../workshop/pdf/values.ts'
import type { Pdf } from './file.ts'

/**
 * Runs or starts something, shows other content than the file's own, or shows it differently from viewer to viewer:
 * a certified copy must show the same to everyone (NĐ 23/2015/NĐ-CP: bản sao has the whole content of the original).
 */
export type Forbidden = Extract<
  (typeof NOT_KEPT)[number],
  'javascript' | 'launch' | 'portfolio' | 'outside-content' | 'appearances-missing' | 'page-unreadable'
>

/** Carried along and not shown on the printed page, or possibly not: said to whoever certifies. */
export type Carried = (typeof CARRIED)[number]

export interface Content {
  readonly forbidden: readonly Forbidden[]
  readonly carried: readonly Carried[]
  /** A signature dictionary is among the objects, whether a form names it or not. */
  readonly signature: boolean
  /** The data of a stream breaks off at the end of the file. */
  readonly truncated: boolean
  /** Highest number that something refers to, whether the file has it or not: an update must not give it a meaning. */
  readonly highestReference: number
}

const RUNS: Readonly<Record<string, Forbidden>> = {
  JavaScript: 'javascript',
  Launch: 'launch',
  ImportData: 'launch',
  GoToE: 'launch',
}
const ACTS: readonly string[] = ['SubmitForm', 'ResetForm', 'Hide', 'SetOCGState', 'Rendition', 'GoTo3DView', 'Named']
const MEDIA: readonly string[] = ['Movie', 'Sound', 'Screen', '3D', 'RichMedia']
const MOST_CONTENT = 256 * 1024 * 1024

/** Reads every object that the catalogue leads to; throws what the reader throws. */
export function inspectContent(pdf: Pdf): Content {
  const forbidden = new Set<Forbidden>()
  const carried = new Set<Carried>()
  const seen = { signature: false, truncated: false, highestReference: 0 }
  const catalogue = asDictionary(pdf.look(at(pdf.trailer, 'Root')))
  const form = asDictionary(pdf.look(at(catalogue, 'AcroForm')))
  if (at(catalogue, 'Collection') !== undefined) forbidden.add('portfolio')
  if (at(catalogue, 'OCProperties') !== undefined) carried.add('layers')
  if ((asList(pdf.look(at(form, 'Fields'))) ?? []).length > 0) carried.add('form')
  const viewerDraws = pdf.look(at(form, 'NeedAppearances')) === true
  const meet = (value: Stream | Reference): void => {
    if (isReference(value)) seen.highestReference = Math.max(seen.highestReference, value.object)
    else if (endsWithFile(pdf, value)) seen.truncated = true
  }
  for (const dictionary of dictionariesOf(pdf, meet)) {
    const action = asName(pdf.look(at(dictionary, 'S')))
    const runs = action === undefined ? undefined : RUNS[action]
    if (runs !== undefined) forbidden.add(runs)
    if (at(dictionary, 'JS') !== undefined) forbidden.add('javascript')
    if (action !== undefined && ACTS.includes(action)) carried.add('actions')
    const kind = asName(pdf.look(at(dictionary, 'Subtype')))
    if (kind === 'Form' && asDictionary(pdf.look(at(dictionary, 'Ref')))?.has('F') === true)
      forbidden.add('outside-content')
    if (kind !== undefined && MEDIA.includes(kind)) carried.add('multimedia')
    if (at(dictionary, 'EF') !== undefined) carried.add('attachments')
    if (at(dictionary, 'ByteRange') !== undefined) seen.signature = true
    const hidden = ((asCount(pdf.look(at(dictionary, 'F'))) ?? 0) & (2 | 32)) !== 0
    if (at(dictionary, 'Rect') !== undefined && hidden) carried.add('hidden-annotations')
    if (viewerDraws && kind === 'Widget' && !hidden && leavesLook(pdf, dictionary)) forbidden.add('appearances-missing')
  }
  for (const page of walkPages(pdf, () => undefined))
    if (!hasReadableContent(pdf, page.dictionary)) forbidden.add('page-unreadable')
  return { forbidden: [...forbidden], carried: [...carried], ...seen }
}

/** A field that shows a value and brings no face of its own. */
const leavesLook = ({ look }: Pdf, widget: Dictionary): boolean => {
  const parent = asDictionary(look(at(widget, 'Parent')))
  const inherited = (key: string): Value => look(at(widget, key) ?? at(parent, key))
  return (
    asName(inherited('FT')) !== 'Sig' &&
    inherited('V') !== null &&
    look(at(asDictionary(look(at(widget, 'AP'))), 'N')) === null
  )
}

/** Every dictionary that the catalogue leads to, those of streams too, once each. */
function* dictionariesOf(pdf: Pdf, meet: (value: Stream | Reference) => void): Generator<Dictionary, void> {
  const met = new Set<number>()
  const waiting: Value[] = [at(pdf.trailer, 'Root') ?? null]
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (isReference(value)) {
      if (met.has(value.object)) continue
      met.add(value.object)
      meet(value)
      spend(pdf.budget, 16)
      waiting.push(pdf.look(value))
    } else if (isArray(value)) for (const item of value) waiting.push(item)
    else {
      const dictionary = asDictionary(value)
      if (dictionary === undefined) continue
      if (isStream(value)) meet(value)
      yield dictionary
      for (const item of dictionary.values()) if (typeof item === 'object' && item !== null) waiting.push(item)
    }
  }
}

const endsWithFile = ({ bytes }: Pdf, { raw }: Stream): boolean =>
  raw.buffer === bytes.buffer && raw.byteOffset + raw.length >= bytes.byteOffset + bytes.length

/** Whether the content of a page unfolds to its end, without a viewer's guess. */
function hasReadableContent(pdf: Pdf, page: Dictionary): boolean {
  const contents = pdf.look(at(page, 'Contents'))
  const streams = isArray(contents) ? contents.map(pdf.look) : [contents]
  const { look, budget } = pdf
  return streams.every((stream) => {
    if (!isStream(stream)) return stream === null
    try {
      const ways = { ceiling: MOST_CONTENT, budget, look, lenient: false, undo: false }
      return unfold(pdf.unseal(stream), filtersOf(stream.dictionary, look), ways).rest === null
    } catch {
      return false
    }
  })
}
