// Finds the objects of a PDF by looking for `N G obj` in the bytes, whatever its cross-reference says (ISO 32000-1 §7.3.10):
// of two with the same number the later in the file counts, as in incremental updates. So a broken index breaks nothing.
// Linear in the length of the file. Reads as viewers do; where it could differ from theirs, the caller must compare.

import { cursorAt, type Desk } from './indirect.ts'
import { isWhite, isWord, readToken, spend, troubled } from './tokens.ts'
import { asBuffer, type Dictionary, isDictionary, type Value } from './values.ts'

export interface Place {
  readonly from: number
  readonly to: number
}

export interface FoundObject {
  readonly generation: number
  /** Offset of its number. */
  readonly offset: number
  /** Behind `obj`. */
  readonly at: number
  /** Of a stream: its data. */
  readonly data: Place | null
}

export interface Findings {
  /** In the order of the file. */
  readonly objects: ReadonlyMap<number, FoundObject>
  readonly trailers: readonly { readonly at: number; readonly dictionary: Dictionary }[]
}

export const MOST_OBJECTS = 500_000
const MOST_TRAILERS = 1000
/** Bytes between an object's number and the start of its stream: its dictionary. */
const LONGEST_DICTIONARY = 1 << 20
/** What a look at one place costs. */
const LOOK = 128

/** Where a word comes next, `Infinity` for never. Asked with growing offsets it looks at no byte twice. */
export type Next = (from: number) => number

export function nextOf(bytes: Uint8Array, word: string): Next {
  const buffer = asBuffer(bytes)
  let [asked, found] = [-1, -1]
  return (from) => {
    if (asked >= 0 && from >= asked && from <= found) return found
    const at = buffer.indexOf(word, from)
    ;[asked, found] = [from, at < 0 ? Number.POSITIVE_INFINITY : at]
    return found
  }
}

export function findObjects(desk: Desk): Findings {
  const { bytes, budget } = desk
  const objects = new Map<number, FoundObject>()
  const trailers: { readonly at: number; readonly dictionary: Dictionary }[] = []
  const [nextTrailer, nextObject] = [nextOf(bytes, 'trailer'), nextOf(bytes, 'obj')]
  for (let at = nextTrailer(0); at < bytes.length && trailers.length < MOST_TRAILERS; at = nextTrailer(at + 7)) {
    const dictionary = readToken(cursorAt(desk, at + 7), true)
    if (isDictionary(dictionary)) trailers.push({ at, dictionary })
  }
  const [nextStream, nextEnd, nextStreamEnd] = [
    nextOf(bytes, 'stream'),
    nextOf(bytes, 'endobj'),
    nextOf(bytes, 'endstream'),
  ]
  let count = 0
  for (let at = nextObject(0); at < bytes.length; ) {
    const head = headBefore(bytes, at)
    spend(budget, LOOK)
    if (head === null) {
      at = nextObject(at + 3)
      continue
    }
    count += 1
    if (count > MOST_OBJECTS) throw troubled(budget, 'too-many-objects')
    const stream = nextStream(at)
    const data = stream < nextEnd(at) ? dataAt(desk, at + 3, stream, nextStreamEnd) : null
    objects.delete(head.object)
    objects.set(head.object, { generation: head.generation, offset: head.offset, at: at + 3, data })
    at = nextObject(data === null ? at + 3 : data.to)
  }
  return { objects, trailers }
}

export interface Head {
  readonly object: number
  readonly generation: number
  /** Of the number. */
  readonly offset: number
}

/** `12 0 ` before `obj`; null for `endobj` and for prose. */
export function headBefore(bytes: Uint8Array, at: number): Head | null {
  const before = bytes[at - 1] ?? 0
  if (!isWhite(before) && !(before >= 0x30 && before <= 0x39)) return null
  const from = Math.max(0, at - 32)
  const text = asBuffer(bytes).toString('latin1', from, at)
  const head = /(?:^|[^0-9.+-])(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]*$/.exec(text)
  const object = Number(head?.[1] ?? 0)
  if (head === null || object === 0) return null
  const offset = from + head.index + head[0].indexOf(head[1] ?? '')
  return { object, generation: Number(head[2] ?? 0), offset }
}

/**
 * Where the data of a stream lies: its own Length when `endstream` follows there, else up to the next `endstream`.
 * `dictionaryAt` is behind `obj`, `keyword` at the word `stream`; null when no dictionary ends before it.
 */
export function dataAt(desk: Desk, dictionaryAt: number, keyword: number, nextStreamEnd: Next): Place | null {
  const { bytes } = desk
  let before = keyword - 1
  while (isWhite(bytes[before]) && keyword - before < 64) before -= 1
  if (bytes[before] !== 0x3e || keyword - dictionaryAt > LONGEST_DICTIONARY) return null
  const from = afterLine(bytes, keyword + 6)
  const dictionary = readToken(cursorAt(desk, dictionaryAt, keyword), true)
  const length = isDictionary(dictionary) ? dictionary.get('Length') : undefined
  if (typeof length === 'number' && Number.isInteger(length) && length >= 0 && from + length <= bytes.length) {
    const tail = asBuffer(bytes).toString('latin1', from + length, from + length + 16)
    if (/^[\0\t\n\f\r ]{0,4}endstream/.test(tail)) return { from, to: from + length }
  }
  const end = nextStreamEnd(from)
  if (end >= bytes.length) return { from, to: bytes.length }
  let to = end
  if (to > from && bytes[to - 1] === 10) to -= 1
  if (to > from && bytes[to - 1] === 13) to -= 1
  return { from, to }
}

/** Viewers go to the next line after the word `stream`. */
function afterLine(bytes: Uint8Array, from: number): number {
  for (let at = from; at < Math.min(bytes.length, from + 64); at += 1) {
    if (bytes[at] === 13) return bytes[at + 1] === 10 ? at + 2 : at + 1
    if (bytes[at] === 10) return at + 1
  }
  return from
}

/** The object at a place that was found; null where no value stands behind `obj`. */
export function readFound(desk: Desk, place: FoundObject | undefined, number: number): Value {
  const token = place === undefined ? null : readToken(cursorAt(desk, place.at), true)
  if (place === undefined || token === undefined || isWord(token)) return null
  if (place.data === null || !isDictionary(token)) return token
  const raw = desk.bytes.subarray(place.data.from, place.data.to)
  return { dictionary: token, raw, object: number, generation: place.generation }
}
