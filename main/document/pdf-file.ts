// Opens a PDF by its own cross-reference (tables, streams, hybrids, incremental updates; ISO 32000-1 §7.5) and gives objects by number.
// Promises bounded time and memory whatever the bytes: each object is read once, decoded bytes are counted, loops are cut.
// Never repairs and never searches for objects: an archival file whose index is wrong is refused.
import { inflateSync } from 'node:zlib'
import {
  type Budget,
  brokenPdf,
  type Cursor,
  isArray,
  isDictionary,
  isName,
  isReference,
  isStream,
  isWhite,
  isWord,
  latin1,
  type PdfDictionary,
  type PdfStream,
  type PdfValue,
  readToken,
  readValue,
  skipWhite,
  spend,
} from './pdf-objects.ts'

export interface PdfFile {
  readonly bytes: Uint8Array
  /** The newest trailer. */
  readonly trailer: PdfDictionary
  /** Any revision carries /Encrypt. */
  readonly encrypted: boolean
  readonly notes: Set<string>
  readonly budget: Budget
  /** Follows references (at most 32 in a row); an object that is not there is null (§7.3.10). */
  readonly get: (value: PdfValue | undefined) => PdfValue
  /** Bytes after no filter or FlateDecode; undefined for any other filter. */
  readonly decode: (stream: PdfStream) => Uint8Array | undefined
}

type Place =
  | { readonly kind: 'free' }
  | { readonly kind: 'at'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'in'; readonly container: number }

interface Index {
  readonly places: Map<number, Place>
  readonly trailers: PdfDictionary[]
}

const MOST_SECTIONS = 500
const MOST_OBJECTS = 500_000
const MOST_DECODED_AT_ONCE = 32 * 1024 * 1024

export function openPdfFile(bytes: Uint8Array, budget: Budget, notes: Set<string>): PdfFile {
  const cursorAt = (at: number): Cursor => ({ bytes, at, end: bytes.length, budget, notes })
  const index = readIndex(cursorAt, findStart(bytes))
  const trailer = index.trailers[0]
  if (trailer === undefined) throw brokenPdf('own-xref')
  const known = new Map<number, PdfValue>()
  const containers = new Map<number, ReadonlyMap<number, PdfValue>>()
  const underway = new Set<number>()

  const load = (object: number): PdfValue => {
    const ready = known.get(object)
    if (ready !== undefined) return ready
    const place = index.places.get(object)
    if (place === undefined || place.kind === 'free') return null
    if (underway.has(object)) throw brokenPdf('own-xref')
    underway.add(object)
    const value =
      place.kind === 'at'
        ? readIndirect(cursorAt(place.offset), object, place.generation, get)
        : unpack(object, place.container)
    underway.delete(object)
    known.set(object, value)
    return value
  }
  const get = (value: PdfValue | undefined): PdfValue => {
    let current = value ?? null
    for (let hop = 0; isReference(current); hop += 1) {
      if (hop > 32) throw brokenPdf('own-xref')
      current = load(current.object)
    }
    return current
  }
  const unpack = (object: number, container: number): PdfValue => {
    let inside = containers.get(container)
    if (inside === undefined) {
      if (index.places.get(container)?.kind !== 'at') throw brokenPdf('own-xref')
      const stream = load(container)
      if (!isStream(stream)) throw brokenPdf('own-xref')
      inside = readObjectStream(stream, get, budget, notes)
      containers.set(container, inside)
    }
    return inside.get(object) ?? null
  }
  return {
    bytes,
    trailer,
    encrypted: index.trailers.some((each) => each.has('Encrypt')),
    notes,
    budget,
    get,
    decode: (stream) => decodeStream(stream, get, budget),
  }
}

/** Offset after the last `startxref` (§7.5.5). */
function findStart(bytes: Uint8Array): number {
  const tail = latin1(bytes.subarray(Math.max(0, bytes.length - 2048)))
  const found = /startxref[\0\t\n\f\r ]+(\d{1,12})[\0\t\n\f\r ]+%%EOF/.exec(
    tail.slice(Math.max(0, tail.lastIndexOf('startxref'))),
  )
  const offset = Number(found?.[1] ?? -1)
  if (offset < 0 || offset >= bytes.length) throw brokenPdf('own-xref')
  return offset
}

function readIndex(cursorAt: (at: number) => Cursor, start: number): Index {
  const index: Index = { places: new Map(), trailers: [] }
  const seen = new Set<number>()
  const waiting = [start]
  for (let offset = waiting.shift(); offset !== undefined; offset = waiting.shift()) {
    if (seen.has(offset)) continue
    if (seen.size > MOST_SECTIONS) throw brokenPdf('own-xref')
    seen.add(offset)
    const cursor = cursorAt(offset)
    if (offset < 0 || offset >= cursor.end) throw brokenPdf('own-xref')
    const classic = latin1(cursor.bytes.subarray(offset, offset + 4)) === 'xref'
    const trailer = classic ? readTable(cursor, index) : readXrefStream(cursor, index)
    index.trailers.push(trailer)
    for (const key of classic ? ['XRefStm', 'Prev'] : ['Prev']) {
      const next = trailer.get(key)
      if (typeof next === 'number') waiting.push(next)
    }
  }
  return index
}

/** The newest word on an object counts; sections come newest first. */
function place(index: Index, object: number, at: Place): void {
  if (index.places.size >= MOST_OBJECTS) throw brokenPdf('own-budget')
  if (!index.places.has(object)) index.places.set(object, at)
}

function readTable(cursor: Cursor, index: Index): PdfDictionary {
  cursor.at += 4
  const head = latin1(cursor.bytes.subarray(cursor.at, cursor.at + 40))
  if (!/^(\r\n|\n|\r)\d+ \d+[ ]?(\r\n|\n|\r)/.test(head)) cursor.notes.add('6.1.4-xref')
  for (;;) {
    const first = readToken(cursor, false)
    if (isWord(first) && first.word === 'trailer') break
    const count = readToken(cursor, false)
    if (typeof first !== 'number' || typeof count !== 'number' || count < 0 || first < 0) throw brokenPdf('own-xref')
    while (isWhite(cursor.bytes[cursor.at])) cursor.at += 1
    if (count * 20 > cursor.end - cursor.at) throw brokenPdf('own-xref')
    for (let row = 0; row < count; row += 1) {
      const entry = /^(\d{10}) (\d{5}) ([nf])(\r\n| \n| \r)$/.exec(
        latin1(cursor.bytes.subarray(cursor.at, cursor.at + 20)),
      )
      if (entry === null) throw brokenPdf('own-xref')
      spend(cursor.budget, 20)
      cursor.at += 20
      const at: Place =
        entry[3] === 'n' ? { kind: 'at', offset: Number(entry[1]), generation: Number(entry[2]) } : { kind: 'free' }
      place(index, first + row, at)
    }
  }
  const trailer = readValue(cursor)
  if (!isDictionary(trailer)) throw brokenPdf('own-xref')
  return trailer
}

function readXrefStream(cursor: Cursor, index: Index): PdfDictionary {
  // Its own Length and filters may not be indirect (§7.5.8.2): there is no index yet to find them with.
  const direct = (value: PdfValue | undefined): PdfValue => (value === undefined || isReference(value) ? null : value)
  const stream = readIndirect(cursor, undefined, undefined, direct)
  if (!isStream(stream)) throw brokenPdf('own-xref')
  const { dictionary } = stream
  const widths = dictionary.get('W')
  const size = dictionary.get('Size')
  const data = decodeStream(stream, direct, cursor.budget)
  if (!isArray(widths) || typeof size !== 'number' || data === undefined) throw brokenPdf('own-xref')
  const [w1, w2, w3] = widths.map((width) => (typeof width === 'number' && width >= 0 && width <= 7 ? width : -1))
  if (w1 === undefined || w2 === undefined || w3 === undefined || Math.min(w1, w2, w3) < 0 || w1 + w2 + w3 === 0)
    throw brokenPdf('own-xref')
  const number = (from: number, width: number, otherwise: number): number => {
    let value = width === 0 ? otherwise : 0
    for (let each = 0; each < width; each += 1) value = value * 256 + (data[from + each] ?? 0)
    return value
  }
  const ranges = dictionary.get('Index') ?? [0, size]
  if (!isArray(ranges)) throw brokenPdf('own-xref')
  let at = 0
  for (let range = 0; range + 1 < ranges.length; range += 2) {
    const [first, count] = [ranges[range], ranges[range + 1]]
    if (typeof first !== 'number' || typeof count !== 'number' || count < 0) throw brokenPdf('own-xref')
    for (let row = 0; row < count && at + w1 + w2 + w3 <= data.length; row += 1) {
      const [kind, second, third] = [number(at, w1, 1), number(at + w1, w2, 0), number(at + w1 + w2, w3, 0)]
      at += w1 + w2 + w3
      spend(cursor.budget, 8)
      if (kind === 0) place(index, first + row, { kind: 'free' })
      if (kind === 1) place(index, first + row, { kind: 'at', offset: second, generation: third })
      if (kind === 2) place(index, first + row, { kind: 'in', container: second })
    }
  }
  return dictionary
}

const isEol = (byte: number | undefined): boolean => byte === 10 || byte === 13

/** `12 0 obj … endobj` at the cursor (§7.3.10); `object` undefined accepts any number. */
function readIndirect(
  cursor: Cursor,
  object: number | undefined,
  generation: number | undefined,
  get: (value: PdfValue | undefined) => PdfValue,
): PdfValue {
  const head = latin1(cursor.bytes.subarray(cursor.at, cursor.at + 40))
  const found = /^(\d{1,10})([\0\t\n\f\r ]+)(\d{1,5})([\0\t\n\f\r ]+)obj/.exec(head)
  if (found === null || (object !== undefined && Number(found[1]) !== object)) throw brokenPdf('own-xref')
  if (generation !== undefined && Number(found[3]) !== generation) throw brokenPdf('own-xref')
  cursor.at += found[0].length
  const tidy =
    found[2]?.length === 1 &&
    found[4]?.length === 1 &&
    isEol(cursor.bytes[cursor.at]) &&
    startsLine(cursor, found[0].length)
  const value = readValue(cursor)
  skipWhite(cursor)
  const after = latin1(cursor.bytes.subarray(cursor.at, cursor.at + 8))
  const whole = isDictionary(value) && after.startsWith('stream') ? readStream(cursor, value, get) : value
  skipWhite(cursor)
  if (latin1(cursor.bytes.subarray(cursor.at, cursor.at + 6)) !== 'endobj') throw brokenPdf('own-syntax')
  if (!tidy || !isEol(cursor.bytes[cursor.at - 1]) || !isEol(cursor.bytes[cursor.at + 6]))
    cursor.notes.add('6.1.9-spacing')
  return whole
}

const startsLine = (cursor: Cursor, headLength: number): boolean => isEol(cursor.bytes[cursor.at - headLength - 1])

function readStream(
  cursor: Cursor,
  dictionary: PdfDictionary,
  get: (value: PdfValue | undefined) => PdfValue,
): PdfStream {
  cursor.at += 6
  const [first, second] = [cursor.bytes[cursor.at], cursor.bytes[cursor.at + 1]]
  if (first === 13 && second === 10) cursor.at += 2
  else if (first === 10) cursor.at += 1
  else throw brokenPdf('6.1.7.1-length')
  const length = get(dictionary.get('Length'))
  if (typeof length !== 'number' || !Number.isInteger(length) || length < 0 || length > cursor.end - cursor.at)
    throw brokenPdf('6.1.7.1-length')
  const raw = cursor.bytes.subarray(cursor.at, cursor.at + length)
  cursor.at += length
  spend(cursor.budget, 64)
  const tail = latin1(cursor.bytes.subarray(cursor.at, cursor.at + 11))
  if (!/^(\r\n|\n|\r)?endstream/.test(tail)) throw brokenPdf('6.1.7.1-length')
  if (!isEol(cursor.bytes[cursor.at])) cursor.notes.add('6.1.7.1-length')
  cursor.at += tail.indexOf('endstream') + 9
  return { dictionary, raw }
}

function readObjectStream(
  stream: PdfStream,
  get: (value: PdfValue | undefined) => PdfValue,
  budget: Budget,
  notes: Set<string>,
): ReadonlyMap<number, PdfValue> {
  const data = decodeStream(stream, get, budget)
  const [count, first] = [get(stream.dictionary.get('N')), get(stream.dictionary.get('First'))]
  if (data === undefined || typeof count !== 'number' || typeof first !== 'number') throw brokenPdf('own-xref')
  const heads: Cursor = { bytes: data, at: 0, end: data.length, budget, notes }
  const inside = new Map<number, PdfValue>()
  for (let each = 0; each < count; each += 1) {
    const [object, offset] = [readToken(heads, false), readToken(heads, false)]
    if (typeof object !== 'number' || typeof offset !== 'number') throw brokenPdf('own-xref')
    inside.set(object, readValue({ bytes: data, at: first + offset, end: data.length, budget, notes }))
  }
  return inside
}

export function filtersOf(
  dictionary: PdfDictionary,
  get: (value: PdfValue | undefined) => PdfValue,
): readonly string[] {
  const filter = get(dictionary.get('Filter'))
  // Nobody needs more than eight filters; a longer list would only cost time, so its ninth stands for an unknown one.
  const list = isArray(filter)
    ? [...filter.slice(0, 8).map(get), ...(filter.length > 8 ? [null] : [])]
    : filter === null
      ? []
      : [filter]
  return list.map((each) => (isName(each) ? each.name : '?'))
}

function decodeStream(
  stream: PdfStream,
  get: (value: PdfValue | undefined) => PdfValue,
  budget: Budget,
): Uint8Array | undefined {
  const filters = filtersOf(stream.dictionary, get)
  if (filters.length === 0) return stream.raw
  if (filters.length > 1 || filters[0] !== 'FlateDecode') return undefined
  const parameters = get(stream.dictionary.get('DecodeParms'))
  const first = isArray(parameters) ? get(parameters[0]) : parameters
  try {
    const data = inflateSync(stream.raw, { maxOutputLength: MOST_DECODED_AT_ONCE })
    spend(budget, data.length >> 2)
    return isDictionary(first) ? undoPredictor(data, first, get) : data
  } catch (error) {
    throw error instanceof Error && error.message === 'broken pdf' ? error : brokenPdf('own-flate')
  }
}

/** PNG predictors (§7.4.4.4), eight bits a component, as cross-reference streams use them. */
function undoPredictor(
  data: Uint8Array,
  parameters: PdfDictionary,
  get: (value: PdfValue | undefined) => PdfValue,
): Uint8Array {
  const number = (key: string, otherwise: number): number => {
    const value = get(parameters.get(key))
    return typeof value === 'number' ? value : otherwise
  }
  if (number('Predictor', 1) < 2) return data
  const pixel = number('Colors', 1)
  const row = pixel * number('Columns', 1)
  if (number('Predictor', 1) < 10 || number('BitsPerComponent', 8) !== 8) throw brokenPdf('own-flate')
  if (!(row >= 1 && row <= 1 << 20 && pixel >= 1 && pixel <= 32)) throw brokenPdf('own-flate')
  const rows = Math.floor(data.length / (row + 1))
  const out = new Uint8Array(rows * row)
  for (let y = 0; y < rows; y += 1) {
    const kind = data[y * (row + 1)] ?? 0
    for (let x = 0; x < row; x += 1) {
      const left = x >= pixel ? (out[y * row + x - pixel] ?? 0) : 0
      const up = y > 0 ? (out[(y - 1) * row + x] ?? 0) : 0
      const corner = x >= pixel && y > 0 ? (out[(y - 1) * row + x - pixel] ?? 0) : 0
      out[y * row + x] = (data[y * (row + 1) + 1 + x] ?? 0) + predicted(kind, left, up, corner)
    }
  }
  return out
}

function predicted(kind: number, left: number, up: number, corner: number): number {
  if (kind === 1) return left
  if (kind === 2) return up
  if (kind === 3) return (left + up) >> 1
  if (kind !== 4) return 0
  const estimate = left + up - corner
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)]
  return a <= b && a <= c ? left : b <= c ? up : corner
}
