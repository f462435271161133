// Promises: a PDF opened for reading: any object by number, references followed, revisions in order.
// Never: a repair; what the cross-reference does not reach does not exist.
import { broken } from './broken.ts'
import { type Entry, findStart, type Indirect, readIndirect, readSections, type Section } from './cross-reference.ts'
import { decode } from './filters.ts'
import { type Cursor, type Dictionary, readValue, skipSpace, takeInteger, type Value } from './syntax.ts'
import { asCount, asName, asReference, asStream, at } from './values.ts'

export interface Pdf {
  readonly bytes: Uint8Array
  /** Newest first. */
  readonly sections: readonly Section[]
  readonly entries: ReadonlyMap<number, Entry>
  /** Of the newest section. */
  readonly trailer: Dictionary
  /** What the last `startxref` says. */
  readonly start: number
  /** Offset after the last `%%EOF`, or -1. */
  readonly end: number
  /** The object of that number, `null` when there is none (7.3.10). */
  readonly read: (number: number) => Value
  /** The value itself, references followed. */
  readonly look: (value: Value | undefined) => Value
  /** The object at its place in the file, for one that stands there by itself. */
  readonly locate: (number: number) => Indirect | undefined
}

const MOST_HOPS = 32

/** Opens the file; throws `broken` for anything unreadable (see broken.ts). */
export function openPdf(bytes: Uint8Array): Pdf {
  if (Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(5, bytes.length)).toString('latin1') !== '%PDF-')
    broken('no-header')
  const { start, end } = findStart(bytes)
  const sections = readSections(bytes, start)
  const newest = sections[0]
  if (newest === undefined) return broken('broken-xref')
  const entries = new Map<number, Entry>()
  for (const section of sections)
    for (const [number, entry] of section.entries) if (!entries.has(number)) entries.set(number, entry)
  return { bytes, sections, entries, trailer: newest.trailer, start, end, ...readers(bytes, entries) }
}

function readers(bytes: Uint8Array, entries: ReadonlyMap<number, Entry>): Pick<Pdf, 'read' | 'look' | 'locate'> {
  const known = new Map<number, Value>()
  const containers = new Map<number, ReturnType<typeof openContainer>>()
  const underway = new Set<number>()

  const locate = (number: number): Indirect | undefined => {
    const entry = entries.get(number)
    if (entry?.kind !== 'here') return undefined
    if (entry.offset >= bytes.length) broken('broken-xref')
    const indirect = readIndirect(bytes, entry.offset, look)
    return indirect.number === number && indirect.generation === entry.generation ? indirect : broken('broken-xref')
  }
  const fetch = (number: number): Value => {
    const entry = entries.get(number)
    if (entry === undefined || entry.kind === 'free') return null
    if (entry.kind === 'here') return locate(number)?.value ?? null
    if (entries.get(entry.stream)?.kind !== 'here') return broken('broken-xref')
    const container = containers.get(entry.stream) ?? openContainer(read(entry.stream), look)
    containers.set(entry.stream, container)
    return container(number, entry.index)
  }
  const read = (number: number): Value => {
    const before = known.get(number)
    if (before !== undefined) return before
    if (underway.has(number)) broken('loop')
    underway.add(number)
    try {
      const value = fetch(number)
      known.set(number, value)
      return value
    } finally {
      underway.delete(number)
    }
  }
  const look = (value: Value | undefined): Value => {
    let current = value ?? null
    for (let hops = 0; hops < MOST_HOPS; hops++) {
      const reference = asReference(current)
      if (reference === undefined) return current
      const entry = entries.get(reference.number)
      const generation = entry?.kind === 'here' ? entry.generation : 0
      current = reference.generation === generation ? read(reference.number) : null
    }
    return broken('loop')
  }
  return { read, look, locate }
}

/** An object stream (7.5.7): gives the object of a number at an index. */
function openContainer(
  value: Value,
  look: (value: Value | undefined) => Value,
): (number: number, index: number) => Value {
  const stream = asStream(value)
  if (stream === undefined || asName(at(stream.dictionary, 'Type')) !== 'ObjStm') return broken('broken-object')
  const count = asCount(look(at(stream.dictionary, 'N'))) ?? -1
  const first = asCount(look(at(stream.dictionary, 'First'))) ?? -1
  const source = decode(stream, look)
  if (count < 0 || first < 0 || first > source.length || count > source.length) return broken('broken-object')
  const places: { readonly number: number; readonly offset: number }[] = []
  const header: Cursor = { source, at: 0 }
  for (let i = 0; i < count; i++) {
    skipSpace(header)
    const number = takeInteger(header)
    skipSpace(header)
    const offset = takeInteger(header)
    if (number < 0 || offset < 0) broken('broken-object')
    places.push({ number, offset: first + offset })
  }
  return (number, index) => {
    const place = places[index]
    if (place?.number !== number || place.offset >= source.length) return broken('broken-xref')
    return readValue({ source, at: place.offset })
  }
}
