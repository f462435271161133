// Promises: every cross-reference section of a file (7.5.4, 7.5.8), newest first, tables and streams, linearised files too.
// Never: a search through the file for lost objects; a file with a broken chain stays unread.
import { broken } from './broken.ts'
import { decode } from './filters.ts'
import {
  type Cursor,
  type Dictionary,
  readValue,
  type Stream,
  skipSpace,
  takeInteger,
  takeWord,
  type Value,
} from './syntax.ts'
import { asCount, asDictionary, asList, asName, asReference, asStream, at } from './values.ts'

export type Entry =
  | { readonly kind: 'free' }
  | { readonly kind: 'here'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'inside'; readonly stream: number; readonly index: number }

export interface Section {
  readonly kind: 'table' | 'stream'
  /** A table with a stream beside it (7.5.8.4). */
  readonly hybrid: boolean
  readonly start: number
  readonly end: number
  readonly entries: ReadonlyMap<number, Entry>
  readonly trailer: Dictionary
}

export interface Indirect {
  readonly number: number
  readonly generation: number
  readonly value: Value
  /** Offset after `endobj`. */
  readonly end: number
}

type Look = (value: Value | undefined) => Value

const MOST_SECTIONS = 512
const MOST_ENTRIES = 2_000_000
const MOST_NUMBER = 8_388_607

/** Reads `n g obj … endobj` (7.3.10) at an offset. A stream needs an honest Length, which `look` may have to fetch. */
export function readIndirect(bytes: Uint8Array, offset: number, look: Look): Indirect {
  const cursor: Cursor = { source: bytes, at: offset }
  skipSpace(cursor)
  const number = takeInteger(cursor)
  skipSpace(cursor)
  const generation = takeInteger(cursor)
  skipSpace(cursor)
  if (number < 0 || generation < 0 || !takeWord(cursor, 'obj')) broken('broken-xref')
  const body = readValue(cursor)
  skipSpace(cursor)
  const dictionary = asDictionary(body)
  const value = dictionary !== undefined && takeWord(cursor, 'stream') ? readStream(cursor, dictionary, look) : body
  skipSpace(cursor)
  if (!takeWord(cursor, 'endobj')) broken('broken-object')
  return { number, generation, value, end: cursor.at }
}

function readStream(cursor: Cursor, dictionary: Dictionary, look: Look): Stream {
  if (cursor.source[cursor.at] === 13) cursor.at++
  if (cursor.source[cursor.at] === 10) cursor.at++
  const length = asCount(look(at(dictionary, 'Length')))
  if (length === undefined || cursor.at + length > cursor.source.length) return broken('broken-stream')
  const data = cursor.source.subarray(cursor.at, cursor.at + length)
  cursor.at += length
  skipSpace(cursor)
  if (!takeWord(cursor, 'endstream')) broken('broken-stream')
  return { kind: 'stream', dictionary, data }
}

/** The offset that the last `startxref` gives, and where the file's last `%%EOF` ends (-1 when it is missing). */
export function findStart(bytes: Uint8Array): { readonly start: number; readonly end: number } {
  const word = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf('startxref')
  if (word < 0) broken('broken-xref')
  const cursor: Cursor = { source: bytes, at: word + 9 }
  while ([9, 10, 13, 32].includes(bytes[cursor.at] ?? 0)) cursor.at++
  const start = takeInteger(cursor)
  if (start <= 0 || start >= word) broken('broken-xref')
  while ([9, 10, 13, 32].includes(bytes[cursor.at] ?? 0)) cursor.at++
  const marked =
    Buffer.from(bytes.buffer, bytes.byteOffset + cursor.at, Math.min(5, bytes.length - cursor.at)).toString(
      'latin1',
    ) === '%%EOF'
  return { start, end: marked ? cursor.at + 5 : -1 }
}

/** All sections from `start` along /Prev, newest first. */
export function readSections(bytes: Uint8Array, start: number): readonly Section[] {
  const sections: Section[] = []
  const seen = new Set<number>()
  let entries = 0
  for (let next: number | undefined = start; next !== undefined; ) {
    if (seen.has(next) || sections.length >= MOST_SECTIONS) broken('broken-xref')
    seen.add(next)
    const section = readSection(bytes, next)
    sections.push(section)
    entries += section.entries.size
    if (entries > MOST_ENTRIES) broken('broken-xref')
    const previous = at(section.trailer, 'Prev')
    next = asCount(previous)
    if (previous !== undefined && (next === undefined || next >= bytes.length)) broken('broken-xref')
  }
  return sections
}

function readSection(bytes: Uint8Array, start: number): Section {
  const cursor: Cursor = { source: bytes, at: start }
  skipSpace(cursor)
  return takeWord(cursor, 'xref') ? readTable(cursor, start) : readCrossStream(bytes, start)
}

function readTable(cursor: Cursor, start: number): Section {
  const entries = new Map<number, Entry>()
  for (;;) {
    skipSpace(cursor)
    if (takeWord(cursor, 'trailer')) break
    const first = takeInteger(cursor)
    skipSpace(cursor)
    const count = takeInteger(cursor)
    if (first < 0 || count < 0 || first + count > MOST_NUMBER + 1) broken('broken-xref')
    for (let i = 0; i < count; i++) entries.set(first + i, readTableEntry(cursor))
  }
  const trailer = asDictionary(readValue(cursor))
  if (trailer === undefined) return broken('broken-xref')
  const beside = at(trailer, 'XRefStm')
  if (beside === undefined) return { kind: 'table', hybrid: false, start, end: cursor.at, entries, trailer }
  for (const [number, entry] of readCrossStream(cursor.source, asCount(beside) ?? -1).entries)
    if (entries.get(number)?.kind !== 'here') entries.set(number, entry)
  return { kind: 'table', hybrid: true, start, end: cursor.at, entries, trailer }
}

function readTableEntry(cursor: Cursor): Entry {
  skipSpace(cursor)
  const offset = takeInteger(cursor)
  skipSpace(cursor)
  const generation = takeInteger(cursor)
  skipSpace(cursor)
  if (offset < 0 || generation < 0) broken('broken-xref')
  if (takeWord(cursor, 'n')) return { kind: 'here', offset, generation }
  if (takeWord(cursor, 'f')) return { kind: 'free' }
  return broken('broken-xref')
}

/** Inside a cross-reference stream nothing may be indirect (7.5.8.2). */
const direct: Look = (value) => (asReference(value) === undefined ? (value ?? null) : broken('broken-xref'))

function readCrossStream(bytes: Uint8Array, start: number): Section {
  if (start < 0 || start >= bytes.length) broken('broken-xref')
  const indirect = readIndirect(bytes, start, direct)
  const stream = asStream(indirect.value)
  if (stream === undefined || asName(at(stream.dictionary, 'Type')) !== 'XRef') return broken('broken-xref')
  const trailer = stream.dictionary
  const widths = (asList(at(trailer, 'W'))?.items ?? []).map((width) => asCount(width) ?? 99)
  const [one = 99, two = 99, three = 99] = widths
  if (one > 6 || two > 6 || three > 6 || one + two + three === 0) broken('broken-xref')
  const index = asList(at(trailer, 'Index'))?.items ?? [0, at(trailer, 'Size') ?? -1]
  return {
    kind: 'stream',
    hybrid: false,
    start,
    end: indirect.end,
    entries: readRows(decode(stream, direct), index, [one, two, three]),
    trailer,
  }
}

function readRows(
  rows: Uint8Array,
  index: readonly Value[],
  widths: readonly [number, number, number],
): ReadonlyMap<number, Entry> {
  const entries = new Map<number, Entry>()
  let position = 0
  const take = (width: number): number => {
    let value = 0
    for (let i = 0; i < width; i++) value = value * 256 + (rows[position++] ?? 0)
    return value
  }
  for (let i = 0; i < index.length; i += 2) {
    const first = asCount(index[i])
    const count = asCount(index[i + 1])
    if (first === undefined || count === undefined || first + count > MOST_NUMBER + 1) return broken('broken-xref')
    if (position + count * (widths[0] + widths[1] + widths[2]) > rows.length) broken('broken-xref')
    for (let number = first; number < first + count; number++) {
      const kind = widths[0] === 0 ? 1 : take(widths[0])
      const two = take(widths[1])
      const three = take(widths[2])
      if (kind === 1) entries.set(number, { kind: 'here', offset: two, generation: three })
      else if (kind === 2) entries.set(number, { kind: 'inside', stream: two, index: three })
      else entries.set(number, { kind: 'free' })
    }
  }
  return entries
}
