// The objects of a PDF that somebody brings, found by looking for them in the bytes (workshop/pdf), as lenient as viewers are;
// where our reading could differ from a viewer's, pdf-file.ts compares the two. What cannot be read safely stops the import.
// Never reads what two growing filters hide in one another: that is how bombs are made.
import { searchPdf } from '../../../workshop/pdf/file.ts'
import { filtersOf as allFiltersOf, type Filter, type Look, type Unfolded } from '../../../workshop/pdf/filters.ts'
import { type Budget, budgetFor, type Trouble } from '../../../workshop/pdf/tokens.ts'
import {
  asName,
  asReference,
  at,
  type Dictionary,
  isDictionary,
  isStream,
  type Stream as PlainStream,
  type Value,
} from '../../../workshop/pdf/values.ts'
import { stop } from '../shapes.ts'

export type Stream = Required<PlainStream>

export interface Objects {
  readonly bytes: Buffer
  /** References followed; of a stream its dictionary. */
  readonly get: Look
  /** The stream that a reference names; null when it names none. */
  readonly stream: (value: Value | undefined) => Stream | null
  readonly filters: (stream: Stream) => readonly Filter[]
  /** Decrypted and unfolded up to an image coding. */
  readonly open: (stream: Stream, ceiling: number) => Unfolded
  readonly trailer: Dictionary
  readonly encrypted: boolean
  readonly budget: Budget
}

const UNSAFE: ReadonlySet<Trouble> = new Set([
  'budget-spent',
  'too-deep',
  'too-large',
  'too-many-objects',
  'too-many-pages',
])
export const stopReading = (trouble: Trouble): Error =>
  stop(UNSAFE.has(trouble) ? 'file-unsafe' : trouble === 'locked' ? 'file-locked' : 'file-damaged')

const GROWING = new Set(['FlateDecode', 'LZWDecode', 'RunLengthDecode'])

/** In the order in which they are undone. Two that can grow one after the other: `file-unsafe`. */
export function filtersOf(dictionary: Dictionary, get: Look): readonly Filter[] {
  const found = allFiltersOf(dictionary, get).filter(({ name }) => name !== '?')
  if (found.length > 8 || found.filter((each) => GROWING.has(each.name)).length > 1) throw stop('file-unsafe')
  return found
}

export function openObjects(bytes: Buffer): Objects {
  const pdf = searchPdf(bytes, { budget: budgetFor(bytes, stopReading) })
  const { look, trailer, budget } = pdf
  if (trailer.has('Encrypt') && !isDictionary(look(at(trailer, 'Encrypt')))) throw stop('file-damaged')
  if (pdf.encrypted === 'password') throw stop('file-locked')
  const get: Look = (value) => {
    const found = look(value)
    return isStream(found) ? found.dictionary : found
  }
  return {
    bytes,
    get,
    stream: (value) => {
      const found = look(asReference(value))
      return isStream(found) && found.object !== undefined && found.generation !== undefined ? (found as Stream) : null
    },
    filters: (stream) => filtersOf(stream.dictionary, get),
    open: (stream, ceiling) => {
      filtersOf(stream.dictionary, get)
      return pdf.open(stream, ceiling)
    },
    trailer,
    encrypted: pdf.encrypted !== 'no',
    budget,
  }
}

export const nameOf = (value: Value): string => asName(value) ?? ''
