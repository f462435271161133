// Finds the objects of a PDF by looking for them in the bytes, whatever its cross-reference says (ISO 32000-1 §7.3.10, §7.5.7):
// of two with the same number the later in the file counts, as in incremental updates. So a broken index breaks nothing.
// Promises bounded time and memory. Where it could differ from a viewer's reading, pages.ts compares the two.
import { stop } from '../shapes.ts'
import { type Filter, filtersOf, type Unfolded, unfold } from './filters.ts'
import { openSecret, type Secret } from './secret.ts'
import {
  type Budget,
  type Cursor,
  type Dictionary,
  isArray,
  isDictionary,
  isName,
  isReference,
  isText,
  isWhite,
  readToken,
  type Value,
} from './tokens.ts'

/** A stream object, where it lies in the file. */
export interface Stream {
  readonly dictionary: Dictionary
  readonly object: number
  readonly generation: number
  readonly from: number
  readonly to: number
}

export interface Objects {
  readonly bytes: Buffer
  readonly get: (value: Value | undefined) => Value
  /** The stream that a reference names; null when it names none. */
  readonly stream: (value: Value | undefined) => Stream | null
  readonly filters: (stream: Stream) => readonly Filter[]
  /** Decrypted and unfolded up to an image coding. */
  readonly open: (stream: Stream, ceiling: number) => Unfolded
  readonly root: Dictionary
  readonly encrypted: boolean
  readonly budget: Budget
}

interface Found {
  readonly generation: number
  /** Behind `obj`. */
  readonly at: number
  /** Of a stream: its data. */
  readonly data: { readonly from: number; readonly to: number } | null
  /** Inside this object stream instead, as its so-manieth. */
  readonly container?: { readonly object: number; readonly value: Value }
}

const MOST_OBJECTS = 500_000
const LARGEST_CONTAINER = 64 * 1024 * 1024
/** Bytes between an object's number and the start of its stream: its dictionary. */
const LONGEST_DICTIONARY = 1 << 20

export function openObjects(bytes: Buffer): Objects {
  const budget: Budget = { left: 200_000_000 + bytes.length * 4 }
  const cursorAt = (at: number, end = bytes.length): Cursor => ({ bytes, at, end, budget })
  const { found, trailers } = findObjects(bytes, cursorAt)
  const values = new Map<number, Value>()
  const underway = new Set<number>()
  let secret: Secret | null = null

  const load = (object: number): Value => {
    const ready = values.get(object)
    if (ready !== undefined) return ready
    const place = found.get(object)
    if (place === undefined || underway.has(object)) return null
    underway.add(object)
    const token = place.container === undefined ? readToken(cursorAt(place.at), true) : place.container.value
    underway.delete(object)
    const value = token === undefined || (typeof token === 'object' && token !== null && 'word' in token) ? null : token
    values.set(object, value)
    return value
  }
  const get = (value: Value | undefined): Value => {
    let current = value ?? null
    for (let hop = 0; isReference(current); hop += 1) {
      if (hop > 32) return null
      current = load(current.object)
    }
    return current
  }
  const streamOf = (object: number): Stream | null => {
    const place = found.get(object)
    const dictionary = load(object)
    if (place?.data == null || !isDictionary(dictionary)) return null
    return { dictionary, object, generation: place.generation, ...place.data }
  }
  const open = (stream: Stream, ceiling: number): Unfolded => {
    const raw = bytes.subarray(stream.from, stream.to)
    const isIndex = nameOf(get(stream.dictionary.get('Type'))) === 'XRef'
    const plain = secret === null || isIndex ? raw : secret.open(stream.object, stream.generation, raw)
    const unfolded = unfold(plain, filtersOf(stream.dictionary, get), ceiling)
    // Unfolding the same stream again and again must end too.
    if (unfolded.data !== plain) budget.left -= unfolded.data.length >> 3
    if (budget.left < 0) throw stop('file-unsafe')
    return unfolded
  }

  // Trailers: of tables, and the dictionaries of cross-reference streams; the last one with a root counts.
  const indexes = [...found]
    .filter(([, place]) => place.data !== null && isIndexNear(bytes, place.at))
    .flatMap(([object, place]) => {
      const value = load(object)
      return isDictionary(value) && value.has('Root') ? [{ at: place.at, dictionary: value }] : []
    })
  const ends = [...trailers, ...indexes].sort((one, other) => one.at - other.at).map((each) => each.dictionary)
  const newest = [...ends].reverse()
  const locked = newest.find((each) => each.has('Encrypt'))
  if (locked !== undefined) {
    const id = get(newest.find((each) => each.has('ID'))?.get('ID'))
    const first = isArray(id) ? get(id[0]) : null
    const lock = get(locked.get('Encrypt'))
    if (!isDictionary(lock)) throw stop('file-damaged')
    secret = openSecret(lock, isText(first) ? first.text : '', get)
    if (secret === null) throw stop('file-locked')
  }
  unpackContainers(bytes, found, { get, streamOf, open, budget })
  values.clear()

  const roots = newest.map((each) => get(each.get('Root')))
  const root = roots.find((each) => isDictionary(each) && each.has('Pages')) ?? findCatalogue(found, get)
  if (!isDictionary(root)) throw stop('file-damaged')
  return {
    bytes,
    get,
    stream: (value) => (isReference(value) ? streamOf(value.object) : null),
    filters: (stream) => filtersOf(stream.dictionary, get),
    open,
    root,
    encrypted: secret !== null,
    budget,
  }
}

export const nameOf = (value: Value): string => (isName(value) ? value.name : '')

const isIndexNear = (bytes: Buffer, at: number): boolean => bytes.toString('latin1', at, at + 4096).includes('XRef')

interface Trailer {
  readonly at: number
  readonly dictionary: Dictionary
}

function findObjects(bytes: Buffer, cursorAt: (at: number, end?: number) => Cursor) {
  const found = new Map<number, Found>()
  const trailers: Trailer[] = []
  for (let at = bytes.indexOf('trailer'); at >= 0 && trailers.length < 1000; at = bytes.indexOf('trailer', at + 7)) {
    const dictionary = readToken(cursorAt(at + 7), true)
    if (isDictionary(dictionary)) trailers.push({ at, dictionary })
  }
  let count = 0
  let nextStream = -1
  let nextEnd = -1
  for (let at = bytes.indexOf('obj'); at >= 0; ) {
    const head = headBefore(bytes, at)
    if (head === null) {
      at = bytes.indexOf('obj', at + 3)
      continue
    }
    count += 1
    if (count > MOST_OBJECTS) throw stop('file-unsafe')
    if (nextStream < at && nextStream !== Infinity) nextStream = orNever(bytes.indexOf('stream', at))
    if (nextEnd < at && nextEnd !== Infinity) nextEnd = orNever(bytes.indexOf('endobj', at))
    const data = nextStream < nextEnd ? dataAt(bytes, at + 3, nextStream, cursorAt) : null
    found.delete(head.object)
    found.set(head.object, { generation: head.generation, at: at + 3, data })
    at = bytes.indexOf('obj', data === null ? at + 3 : data.to)
  }
  return { found, trailers }
}

const orNever = (at: number): number => (at < 0 ? Infinity : at)

/** `12 0 ` before `obj`; null for `endobj` and for prose. */
export function headBefore(bytes: Buffer, at: number): { object: number; generation: number } | null {
  const head = /(?:^|[^0-9.+-])(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]*$/.exec(
    bytes.toString('latin1', Math.max(0, at - 32), at),
  )
  const object = Number(head?.[1] ?? 0)
  return object > 0 ? { object, generation: Number(head?.[2] ?? 0) } : null
}

/** Where the data of a stream lies: its own /Length when `endstream` follows there, else up to the next `endstream`. */
export function dataAt(
  bytes: Buffer,
  dictionaryAt: number,
  keyword: number,
  cursorAt: (at: number, end?: number) => Cursor,
): { from: number; to: number } | null {
  let before = keyword - 1
  while (isWhite(bytes[before]) && keyword - before < 64) before -= 1
  if (bytes[before] !== 0x3e || keyword - dictionaryAt > LONGEST_DICTIONARY) return null
  const from = afterLine(bytes, keyword + 6)
  const dictionary = readToken(cursorAt(dictionaryAt, keyword), true)
  const length = isDictionary(dictionary) ? dictionary.get('Length') : undefined
  if (typeof length === 'number' && length >= 0 && from + length <= bytes.length) {
    const tail = bytes.toString('latin1', from + length, from + length + 16)
    if (/^[\0\t\n\f\r ]{0,4}endstream/.test(tail)) return { from, to: from + length }
  }
  const end = bytes.indexOf('endstream', from)
  let to = end < 0 ? bytes.length : end
  if (end >= 0 && to > from && bytes[to - 1] === 10) to -= 1
  if (end >= 0 && to > from && bytes[to - 1] === 13) to -= 1
  return { from, to }
}

/** Viewers go to the next line after the word `stream`. */
function afterLine(bytes: Buffer, from: number): number {
  for (let at = from; at < Math.min(bytes.length, from + 64); at += 1) {
    if (bytes[at] === 13) return bytes[at + 1] === 10 ? at + 2 : at + 1
    if (bytes[at] === 10) return at + 1
  }
  return from
}

/** Puts the objects of object streams where they belong: they count as standing where their container stands. */
function unpackContainers(
  bytes: Buffer,
  found: Map<number, Found>,
  tools: Pick<Objects, 'get' | 'open' | 'budget'> & { streamOf: (object: number) => Stream | null },
): void {
  const placeOf = (object: number): number => {
    const place = found.get(object)
    return place?.container === undefined ? (place?.at ?? -1) : (found.get(place.container.object)?.at ?? -1)
  }
  const containers = [...found].filter(
    ([, place]) => place.data !== null && bytes.toString('latin1', place.at, place.at + 4096).includes('ObjStm'),
  )
  for (const [object, place] of containers) {
    const stream = tools.streamOf(object)
    if (stream === null || nameOf(tools.get(stream.dictionary.get('Type'))) !== 'ObjStm') continue
    const { data } = tools.open(stream, LARGEST_CONTAINER)
    const [count, first] = [tools.get(stream.dictionary.get('N')), tools.get(stream.dictionary.get('First'))]
    if (typeof count !== 'number' || typeof first !== 'number') continue
    const heads: Cursor = { bytes: data, at: 0, end: data.length, budget: tools.budget }
    for (let each = 0; each < Math.min(count, MOST_OBJECTS); each += 1) {
      const [number, offset] = [readToken(heads, false), readToken(heads, false)]
      if (typeof number !== 'number' || typeof offset !== 'number') break
      if (found.size > MOST_OBJECTS) throw stop('file-unsafe')
      if (placeOf(number) > place.at) continue
      const at = Math.max(0, Math.min(data.length, first + offset))
      const token = readToken({ bytes: data, at, end: data.length, budget: tools.budget }, true)
      if (token === undefined || (typeof token === 'object' && token !== null && 'word' in token)) continue
      found.set(number, { generation: 0, at: -1, data: null, container: { object, value: token } })
    }
  }
}

function findCatalogue(found: ReadonlyMap<number, Found>, get: Objects['get']): Value {
  for (const object of found.keys()) {
    const value = get({ object })
    if (isDictionary(value) && nameOf(get(value.get('Type'))) === 'Catalog' && value.has('Pages')) return value
  }
  return null
}
