// Reads what stands between `obj` and `endobj` (ISO 32000-1 §7.3.10), and the objects of object streams (§7.5.7).
// Strict: a stream needs an honest Length, an object its end. Never looks for anything.
import { filtersOf, type Look, type Unfolded, unfold } from './filters.ts'
import {
  type Budget,
  type Cursor,
  isWord,
  type Notes,
  readToken,
  readValue,
  skipWhite,
  spend,
  takeInteger,
  takeWord,
  troubled,
} from './tokens.ts'
import {
  asBuffer,
  asCount,
  asDictionary,
  asName,
  at,
  type Dictionary,
  isStream,
  type Stream,
  type Value,
} from './values.ts'

/** What every reader of one file shares. */
export interface Desk {
  readonly bytes: Uint8Array
  readonly budget: Budget
  readonly notes?: Notes
  readonly lenient: boolean
  /** By its cross-reference, but objects that are not written as they should be are read as viewers read them, and noted. */
  readonly mend?: boolean
}

export interface Indirect {
  readonly number: number
  readonly generation: number
  readonly value: Value
  /** Offset after `endobj`. */
  readonly end: number
}

/** Bytes out of one stream that structure needs. */
export const LARGEST_PART = 64 * 1024 * 1024

export const cursorAt = ({ bytes, budget, notes, lenient }: Desk, at: number, end = bytes.length): Cursor => ({
  bytes,
  at,
  end,
  budget,
  ...(notes === undefined ? {} : { notes }),
  lenient,
  spans: true,
})

/** `n g obj … endobj` at an offset. `look` may have to fetch the Length. Strict unless the desk mends. */
export function readIndirect(desk: Desk, offset: number, look: Look): Indirect {
  const cursor = cursorAt({ ...desk, lenient: desk.mend === true }, offset)
  skipWhite(cursor)
  const number = takeInteger(cursor)
  skipWhite(cursor)
  const generation = takeInteger(cursor)
  skipWhite(cursor)
  if (number < 0 || generation < 0 || !takeWord(cursor, 'obj')) throw troubled(desk.budget, 'broken-xref')
  const body = readValue(cursor)
  skipWhite(cursor)
  const dictionary = asDictionary(body)
  const isStreamHere = dictionary !== undefined && takeWord(cursor, 'stream')
  const value = isStreamHere
    ? { dictionary, raw: readData(desk, cursor, dictionary, look), object: number, generation }
    : body
  skipWhite(cursor)
  if (!takeWord(cursor, 'endobj')) {
    if (desk.mend !== true) throw troubled(desk.budget, 'broken-object')
    desk.notes?.add('no-end')
  }
  return { number, generation, value, end: cursor.at }
}

function readData(desk: Desk, cursor: Cursor, dictionary: Dictionary, look: Look): Uint8Array {
  if (cursor.bytes[cursor.at] === 13) cursor.at += 1
  if (cursor.bytes[cursor.at] === 10) cursor.at += 1
  const from = cursor.at
  cursor.at += asCount(look(at(dictionary, 'Length'))) ?? cursor.end
  const raw = cursor.bytes.subarray(from, cursor.at)
  if (cursor.at < cursor.end) skipWhite(cursor)
  if (cursor.at < cursor.end && takeWord(cursor, 'endstream')) return raw
  const found = desk.mend === true ? asBuffer(cursor.bytes).indexOf('endstream', from) : -1
  if (found < 0) throw troubled(cursor.budget, 'broken-stream')
  spend(desk.budget, (found - from) >> 4)
  desk.notes?.add('wrong-length')
  cursor.at = found + 9
  return cursor.bytes.subarray(from, found)
}

/** Unfolds a stream that structure needs, opened before if it was sealed. Another filter than one Flate is noted. */
export function unpackPart(desk: Desk, { dictionary }: Stream, raw: Uint8Array, look: Look): Unfolded {
  const filters = filtersOf(dictionary, look)
  if (filters.length > 1 || (filters[0]?.name ?? 'FlateDecode') !== 'FlateDecode') desk.notes?.add('unusual-filter')
  const { budget, lenient } = desk
  const unfolded = unfold(raw, filters, { ceiling: LARGEST_PART, budget, look, lenient, undo: true })
  if (unfolded.rest !== null && !lenient) throw troubled(budget, 'unknown-filter')
  return unfolded
}

export interface Container {
  /** Number and place of each object, in the order of their indices. */
  readonly places: readonly { readonly number: number; readonly offset: number }[]
  /** Unpacked bytes. */
  readonly source: Uint8Array
}

/** An object stream; a lenient reader takes what its head tells before it breaks off. */
export function openContainer(desk: Desk, value: Value, look: Look, open: (stream: Stream) => Uint8Array): Container {
  const { budget, lenient } = desk
  if (!isStream(value) || asName(look(at(value.dictionary, 'Type'))) !== 'ObjStm') {
    if (lenient) return { places: [], source: new Uint8Array() }
    throw troubled(budget, 'broken-object')
  }
  const count = asCount(look(at(value.dictionary, 'N'))) ?? -1
  const first = asCount(look(at(value.dictionary, 'First'))) ?? -1
  const source = unpackPart(desk, value, open(value), look).data
  if (!lenient && (count < 0 || first < 0 || first > source.length || count > source.length))
    throw troubled(budget, 'broken-object')
  const places: { readonly number: number; readonly offset: number }[] = []
  const head = cursorAt({ ...desk, bytes: source }, 0)
  const nextCount = (): number => {
    const token = readToken(head, false)
    return (isWord(token) ? undefined : asCount(token)) ?? -1
  }
  for (let i = 0; i < count && first >= 0; i += 1) {
    const [number, offset] = [nextCount(), nextCount()]
    if (number < 0 || offset < 0) {
      if (lenient) break
      throw troubled(budget, 'broken-object')
    }
    places.push({ number, offset: Math.min(source.length, first + offset) })
  }
  return { places, source }
}

/** The object of that number at that index. */
export function readContained(desk: Desk, { places, source }: Container, number: number, index: number): Value {
  const place = places[index]
  const sound = place?.number === number && place.offset < source.length
  if (!sound && !desk.lenient) throw troubled(desk.budget, 'broken-xref')
  if (!sound) return null
  const token = readToken(cursorAt({ ...desk, bytes: source }, place.offset), true)
  if (token !== undefined && !isWord(token)) return token
  if (desk.lenient) return null
  throw troubled(desk.budget, 'broken-object')
}
