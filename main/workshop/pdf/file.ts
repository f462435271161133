// Opens a PDF (ISO 32000) and gives its objects by number: by its own cross-reference, by searching, or by whichever holds.
// Promises: bounded time and memory on any bytes; `Error('broken pdf')` or what the budget's `stop` makes; facts, no judgement.
// Never: a changed byte, a password other than the empty one, content or fonts.
import {
  type Entry,
  findMisplaced,
  findRevisions,
  findStart,
  mergeEntries,
  type Revision,
  readSections,
  type Section,
} from './cross-reference.ts'
import type { Look } from './filters.ts'
import { type Desk, type Indirect, readIndirect } from './indirect.ts'
import { type Lock, type Lookups, lookupsOf } from './lookups.ts'
import { type FoundObject, findObjects, MOST_OBJECTS, readFound } from './search.ts'
import { type Budget, budgetFor, type Notes, troubled } from './tokens.ts'
import { asDictionary, asName, at, type Dictionary, latin1, type Value } from './values.ts'

export interface Pdf extends Lookups, Lock {
  readonly bytes: Uint8Array
  /** Newest first; empty when the objects were searched for. */
  readonly sections: readonly Section[]
  /** The newest word on each number. */
  readonly entries: ReadonlyMap<number, Entry>
  /** Of the newest section; when searched, the newest word on each key that matters. */
  readonly trailer: Dictionary
  /** What the last `startxref` says, -1 when searched. */
  readonly start: number
  /** Offset after the last `%%EOF`, or -1. */
  readonly end: number
  readonly searched: boolean
  readonly budget: Budget
  /** The object with its end, for one that stands in the file by itself; undefined when searched. Strings as they stand. */
  readonly locate: (number: number) => Indirect | undefined
  /** The object at an offset, whatever the entries say. Strings as they stand. */
  readonly readAt: (offset: number) => Indirect
  /** States that were saved, oldest first; none when searched. Looks through the whole file each time. */
  readonly revisions: () => readonly Revision[]
}

export interface Options {
  readonly budget?: Budget
  readonly notes?: Notes
  /** Objects that are not written as they should be are read as viewers read them, and noted. */
  readonly mend?: boolean
}

const deskOf = (bytes: Uint8Array, { budget, notes, mend }: Options, lenient: boolean): Desk => ({
  bytes,
  budget: budget ?? budgetFor(bytes),
  ...(notes === undefined ? {} : { notes }),
  ...(mend === undefined ? {} : { mend }),
  lenient,
})

/** By its cross-reference; what that does not reach does not exist. Anything unreadable on the way to it throws. */
export function openPdf(bytes: Uint8Array, options: Options = {}): Pdf {
  const desk = deskOf(bytes, options, false)
  if (latin1(bytes, 0, 5) !== '%PDF-') throw troubled(desk.budget, 'no-header')
  const { start, end } = findStart(desk)
  return openSections(desk, readSections(desk, start), start, end)
}

/** The file as it was at one of its revisions; its budget goes on. */
export const openRevision = (pdf: Pdf, { start, end, length, sections }: Revision): Pdf =>
  openSections({ bytes: pdf.bytes.subarray(0, length), budget: pdf.budget, lenient: false }, sections, start, end)

function openSections(desk: Desk, sections: readonly Section[], start: number, end: number): Pdf {
  const { bytes, budget } = desk
  const entries = mergeEntries(sections)
  const { trailer } = sections[0] ?? { trailer: new Map() }
  const locate = (number: number, look: Look): Indirect | undefined => {
    const entry = entries.get(number)
    if (entry?.kind !== 'here') return undefined
    if (entry.offset >= bytes.length) throw troubled(budget, 'broken-xref')
    const indirect = readIndirect(desk, entry.offset, look)
    if (indirect.number === number && indirect.generation === entry.generation) return indirect
    throw troubled(budget, 'broken-xref')
  }
  const { lookups, unlock } = lookupsOf(desk, entries, (number, look) => locate(number, look)?.value ?? null)
  return {
    bytes,
    sections,
    entries,
    trailer,
    start,
    end,
    searched: false,
    ...unlock(trailer),
    ...lookups,
    budget,
    locate: (number) => locate(number, lookups.look),
    readAt: (offset) => readIndirect(desk, offset, lookups.look),
    revisions: () => findRevisions(bytes, sections),
  }
}

/** By searching for its objects, as lenient as viewers. Throws when there is no catalogue among them. */
export function searchPdf(bytes: Uint8Array, options: Options = {}): Pdf {
  const desk = deskOf(bytes, options, true)
  const { objects, trailers } = findObjects(desk)
  const entries = new Map<number, Entry>()
  for (const [number, { offset, generation }] of objects) entries.set(number, { kind: 'here', offset, generation })
  const { lookups, container, unlock, forget } = lookupsOf(desk, entries, (number) =>
    readFound(desk, objects.get(number), number),
  )
  const { read, look } = lookups

  const streamsWith = (word: string): readonly (readonly [number, FoundObject])[] =>
    [...objects].filter(([, { at, data }]) => data !== null && latin1(bytes, at, at + 4096).includes(word))
  // Trailers: of tables, and the dictionaries of cross-reference streams; the later in the file the newer.
  const indexes = streamsWith('XRef').flatMap(([number, place]) => {
    const dictionary = asDictionary(read(number))
    return dictionary?.has('Root') === true ? [{ at: place.at, dictionary }] : []
  })
  const newest = [...trailers, ...indexes].sort((one, other) => other.at - one.at).map((each) => each.dictionary)
  const trailer = new Map<string, Value>()
  for (const key of ['Encrypt', 'ID', 'Info', 'Size']) {
    const value = newest.find((each) => each.has(key))?.get(key)
    if (value !== undefined) trailer.set(key, value)
  }
  const lock = unlock(trailer)
  if (lock.encrypted !== 'password')
    for (const [number] of streamsWith('ObjStm')) {
      if (asName(look(at(asDictionary(read(number)), 'Type'))) !== 'ObjStm') continue
      // Its objects count as standing where it stands.
      const standsAt = (object: number): number => {
        const entry = entries.get(object)
        return objects.get(entry?.kind === 'inside' ? entry.stream : object)?.at ?? -1
      }
      for (const [index, place] of container(number).places.entries()) {
        if (entries.size > MOST_OBJECTS) throw troubled(desk.budget, 'too-many-objects')
        if (standsAt(place.number) <= standsAt(number))
          entries.set(place.number, { kind: 'inside', stream: number, index })
      }
    }
  forget()
  const hasPages = (value: Value | undefined): boolean => asDictionary(look(value))?.has('Pages') === true
  const root = newest.map((each) => each.get('Root')).find(hasPages) ?? findCatalogue(entries, look)
  if (root !== undefined) trailer.set('Root', root)
  else if (lock.encrypted !== 'password') throw troubled(desk.budget, 'no-catalog')
  return {
    bytes,
    sections: [],
    entries,
    trailer,
    start: -1,
    end: -1,
    searched: true,
    ...lock,
    ...lookups,
    budget: desk.budget,
    locate: () => undefined,
    readAt: (offset) => readIndirect(desk, offset, look),
    revisions: () => [],
  }
}

function findCatalogue(entries: ReadonlyMap<number, Entry>, look: Look): Value | undefined {
  for (const object of entries.keys()) {
    const dictionary = asDictionary(look({ object, generation: 0 }))
    if (dictionary?.has('Pages') === true && asName(look(at(dictionary, 'Type'))) === 'Catalog')
      return { object, generation: 0 }
  }
  return undefined
}

/** By its cross-reference, mended, when that holds for every object and leads to pages; else by searching. */
export function openAnyPdf(bytes: Uint8Array, options: Options = {}): Pdf {
  const shared = { mend: true, ...options, budget: options.budget ?? budgetFor(bytes) }
  try {
    const pdf = openPdf(bytes, shared)
    const root = asDictionary(pdf.look(at(pdf.trailer, 'Root')))
    const sound = findMisplaced(bytes, pdf.entries).length === 0
    // Behind a password the catalogue may be sealed in an object stream.
    if (sound && (pdf.encrypted === 'password' || asDictionary(pdf.look(at(root, 'Pages'))) !== undefined)) return pdf
  } catch {
    // What reading it so has cost stays paid, so that both together end.
  }
  return searchPdf(bytes, shared)
}
