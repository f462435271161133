// Every cross-reference section of a file (ISO 32000-1 §7.5.4, §7.5.8), newest first: tables, streams, both beside each other,
// linearised files too. Never searches for lost objects (search.ts does); a chain that breaks is `broken-xref`.
import type { Look } from './filters.ts'
import { cursorAt, type Desk, readIndirect, unpackPart } from './indirect.ts'
import { type Cursor, isWhite, readValue, skipWhite, spend, takeInteger, takeWord, troubled } from './tokens.ts'
import {
  asBuffer,
  asCount,
  asDictionary,
  asList,
  asName,
  asStream,
  at,
  type Dictionary,
  isReference,
  latin1,
  type Value,
} from './values.ts'

export type Entry =
  | { readonly kind: 'free' }
  | { readonly kind: 'here'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'inside'; readonly stream: number; readonly index: number }

export interface Section {
  readonly kind: 'table' | 'stream'
  /** A table with a stream beside it (§7.5.8.4). */
  readonly hybrid: boolean
  readonly start: number
  readonly end: number
  readonly entries: ReadonlyMap<number, Entry>
  readonly trailer: Dictionary
}

const MOST_SECTIONS = 512
const MOST_ENTRIES = 2_000_000
const MOST_NUMBER = 8_388_607
const FREE: Entry = { kind: 'free' }

const WORD = 'startxref'
/** What follows a `startxref`: the offset it gives, and where the `%%EOF` behind it ends (-1 when it is missing). */
function readMarker(bytes: Uint8Array, word: number): { readonly start: number; readonly end: number } {
  const found = /^[\t\n\r ]*(\d{1,15})(?![^\0\t\n\f\r ()<>[\]{}/%])[\t\n\r ]*(%%EOF)?/.exec(
    latin1(bytes, word + WORD.length, word + WORD.length + 256),
  )
  if (found === null) return { start: -1, end: -1 }
  return { start: Number(found[1]), end: found[2] === undefined ? -1 : word + WORD.length + found[0].length }
}

/** The offset that the last `startxref` gives, and where the file's last `%%EOF` ends (-1 when it is missing). */
export function findStart({ bytes, budget }: Desk): { readonly start: number; readonly end: number } {
  const word = asBuffer(bytes).lastIndexOf(WORD)
  const marker = word < 0 ? { start: -1, end: -1 } : readMarker(bytes, word)
  if (marker.start <= 0 || marker.start >= word) throw troubled(budget, 'broken-xref')
  return marker
}

/** A state of the file that somebody saved (§7.5.6). */
export interface Revision {
  /** What its `startxref` says. */
  readonly start: number
  /** Offset after its `%%EOF`. */
  readonly end: number
  /** Length of the file as it was saved: the end of that line too. */
  readonly length: number
  /** Its sections and all older ones, newest first. */
  readonly sections: readonly Section[]
}

const MOST_MARKERS = 10_000

/** Oldest first. Sections without a `startxref` of their own belong to the newer one that leads to them (linearised files). */
export function findRevisions(bytes: Uint8Array, sections: readonly Section[]): readonly Revision[] {
  const buffer = asBuffer(bytes)
  const markers: { readonly start: number; readonly end: number; readonly at: number }[] = []
  for (let at = buffer.indexOf(WORD); at >= 0 && markers.length < MOST_MARKERS; at = buffer.indexOf(WORD, at + 9))
    markers.push({ ...readMarker(bytes, at), at })
  const revisions = sections.flatMap((section, index): readonly Revision[] => {
    const own = markers.find(({ start, at, end }) => start === section.start && at >= section.end && end >= 0)
    if (own === undefined) return []
    const line = /^[ \t]*(\r\n|\n|\r)?/.exec(latin1(bytes, own.end, own.end + 16))?.[0].length ?? 0
    return [{ start: own.start, end: own.end, length: own.end + line, sections: sections.slice(index) }]
  })
  return revisions.reverse()
}

/** All sections from `start` along /Prev, newest first. */
export function readSections(desk: Desk, start: number): readonly Section[] {
  const sections: Section[] = []
  const seen = new Set<number>()
  let entries = 0
  for (let next: number | undefined = start; next !== undefined; ) {
    if (seen.has(next) || sections.length >= MOST_SECTIONS) throw troubled(desk.budget, 'broken-xref')
    seen.add(next)
    const section = readSection(desk, next)
    sections.push(section)
    entries += section.entries.size
    const previous = at(section.trailer, 'Prev')
    next = asCount(previous)
    const astray = previous !== undefined && (next === undefined || next >= desk.bytes.length)
    if (astray || entries > MOST_ENTRIES) throw troubled(desk.budget, 'broken-xref')
  }
  return sections
}

/** The newest word on each object. */
export function mergeEntries(sections: readonly Section[]): ReadonlyMap<number, Entry> {
  if (sections.length === 1 && sections[0] !== undefined) return sections[0].entries
  const entries = new Map<number, Entry>()
  for (const section of sections)
    for (const [number, entry] of section.entries) if (!entries.has(number)) entries.set(number, entry)
  return entries
}

function readSection(desk: Desk, start: number): Section {
  const cursor = cursorAt(desk, start)
  skipWhite(cursor)
  return takeWord(cursor, 'xref') ? readTable(desk, cursor, start) : readCrossStream(desk, start)
}

function readTable(desk: Desk, cursor: Cursor, start: number): Section {
  const entries = new Map<number, Entry>()
  for (;;) {
    skipWhite(cursor)
    if (takeWord(cursor, 'trailer')) break
    const first = takeInteger(cursor)
    skipWhite(cursor)
    const count = takeInteger(cursor)
    if (first < 0 || count < 0 || first + count > MOST_NUMBER + 1) throw troubled(desk.budget, 'broken-xref')
    for (let i = 0; i < count; i += 1) entries.set(first + i, readTableEntry(cursor))
  }
  const trailer = asDictionary(readValue(cursor))
  if (trailer === undefined) throw troubled(desk.budget, 'broken-xref')
  const beside = at(trailer, 'XRefStm')
  const section: Section = { kind: 'table', hybrid: beside !== undefined, start, end: cursor.at, entries, trailer }
  if (beside === undefined) return section
  for (const [number, entry] of readCrossStream(desk, asCount(beside) ?? -1).entries)
    if (entries.get(number)?.kind !== 'here') entries.set(number, entry)
  return section
}

function readTableEntry(cursor: Cursor): Entry {
  skipWhite(cursor)
  const offset = takeInteger(cursor)
  skipWhite(cursor)
  const generation = takeInteger(cursor)
  skipWhite(cursor)
  if (offset < 0 || generation < 0) throw troubled(cursor.budget, 'broken-xref')
  if (takeWord(cursor, 'n')) return { kind: 'here', offset, generation }
  if (takeWord(cursor, 'f')) return FREE
  throw troubled(cursor.budget, 'broken-xref')
}

function readCrossStream(desk: Desk, start: number): Section {
  if (start < 0 || start >= desk.bytes.length) throw troubled(desk.budget, 'broken-xref')
  // Inside a cross-reference stream nothing may be indirect (§7.5.8.2).
  const direct: Look = (value) => {
    if (isReference(value)) throw troubled(desk.budget, 'broken-xref')
    return value ?? null
  }
  const indirect = readIndirect(desk, start, direct)
  const stream = asStream(indirect.value)
  if (stream === undefined || asName(at(stream.dictionary, 'Type')) !== 'XRef')
    throw troubled(desk.budget, 'broken-xref')
  const trailer = stream.dictionary
  const [one = 99, two = 99, three = 99] = (asList(at(trailer, 'W')) ?? []).map((width) => asCount(width) ?? 99)
  if (one > 6 || two > 6 || three > 6 || one + two + three === 0) throw troubled(desk.budget, 'broken-xref')
  const index = asList(at(trailer, 'Index')) ?? [0, at(trailer, 'Size') ?? -1]
  const entries = readRows(desk, unpackPart(desk, stream, stream.raw, direct).data, index, [one, two, three])
  return { kind: 'stream', hybrid: false, start, end: indirect.end, entries, trailer }
}

function readRows(
  desk: Desk,
  rows: Uint8Array,
  index: readonly Value[],
  widths: readonly [number, number, number],
): ReadonlyMap<number, Entry> {
  const entries = new Map<number, Entry>()
  let position = 0
  const take = (width: number): number => {
    let value = 0
    for (let i = 0; i < width; i += 1) value = value * 256 + (rows[position++] ?? 0)
    return value
  }
  for (let i = 0; i < index.length; i += 2) {
    const [first, count] = [asCount(index[i]), asCount(index[i + 1])]
    if (first === undefined || count === undefined || first + count > MOST_NUMBER + 1)
      throw troubled(desk.budget, 'broken-xref')
    if (position + count * (widths[0] + widths[1] + widths[2]) > rows.length) throw troubled(desk.budget, 'broken-xref')
    spend(desk.budget, count * 8)
    for (let number = first; number < first + count; number += 1) {
      const kind = widths[0] === 0 ? 1 : take(widths[0])
      const [two, three] = [take(widths[1]), take(widths[2])]
      if (kind === 1) entries.set(number, { kind: 'here', offset: two, generation: three })
      else entries.set(number, kind === 2 ? { kind: 'inside', stream: two, index: three } : FREE)
    }
  }
  return entries
}

/** Numbers of objects in use that do not stand where their entry says; entries that say 0 count as free. */
export function findMisplaced(bytes: Uint8Array, entries: ReadonlyMap<number, Entry>): readonly number[] {
  const wrong: number[] = []
  for (const [number, entry] of entries) {
    if (number === 0 || entry.kind === 'free' || (entry.kind === 'here' && entry.offset === 0)) continue
    const right =
      entry.kind === 'inside'
        ? entries.get(entry.stream)?.kind === 'here'
        : isHeadAt(bytes, entry.offset, number, entry.generation)
    if (!right) wrong.push(number)
  }
  return wrong
}

function isHeadAt(bytes: Uint8Array, offset: number, number: number, generation: number): boolean {
  if (offset >= bytes.length) return false
  let at = offset
  while (isWhite(bytes[at]) && at < offset + 16) at += 1
  const found = /^0*(\d+)[\0\t\n\f\r ]+0*(\d+)[\0\t\n\f\r ]+obj/.exec(latin1(bytes, at, at + 40))
  return found?.[1] === String(number) && found[2] === String(generation)
}
