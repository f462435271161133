// Promises: the objects of PDF (ISO 32000-1 7.3) read from bytes, each composite remembering where it stood.
// Never: an endless loop, a guess at broken syntax, or a copy of the file.
import { broken } from './broken.ts'

export interface Name {
  readonly kind: 'name'
  readonly name: string
}
/** A string object; `start` and `end` are the offsets of its delimiters in `source`. */
export interface Text {
  readonly kind: 'text'
  readonly bytes: Uint8Array
  readonly hexadecimal: boolean
  readonly source: Uint8Array
  readonly start: number
  readonly end: number
}
export interface Reference {
  readonly kind: 'reference'
  readonly number: number
  readonly generation: number
}
export interface List {
  readonly kind: 'list'
  readonly items: readonly Value[]
  readonly source: Uint8Array
  readonly start: number
  readonly end: number
}
export interface DictionaryEntry {
  readonly value: Value
  /** Offsets of the value, without its key, in the dictionary's source. */
  readonly start: number
  readonly end: number
}
export interface Dictionary {
  readonly kind: 'dictionary'
  readonly entries: ReadonlyMap<string, DictionaryEntry>
  readonly source: Uint8Array
  readonly start: number
  readonly end: number
}
export interface Stream {
  readonly kind: 'stream'
  readonly dictionary: Dictionary
  /** The bytes as they stand in the file, still encoded. */
  readonly data: Uint8Array
}
export type Value = null | boolean | number | Name | Text | Reference | List | Dictionary | Stream

export interface Cursor {
  readonly source: Uint8Array
  at: number
}

const MOST_NESTING = 64

/** White space of 7.2.2: NUL, TAB, LF, FF, CR, SPACE. */
export const isSpace = (byte: number | undefined): boolean =>
  byte === 32 || byte === 10 || byte === 13 || byte === 9 || byte === 0 || byte === 12
const isDelimiter = (byte: number | undefined): boolean =>
  byte === 0x28 ||
  byte === 0x29 ||
  byte === 0x3c ||
  byte === 0x3e ||
  byte === 0x5b ||
  byte === 0x5d ||
  byte === 0x7b ||
  byte === 0x7d ||
  byte === 0x2f ||
  byte === 0x25
const isRegular = (byte: number | undefined): boolean => byte !== undefined && !isSpace(byte) && !isDelimiter(byte)
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57
const hexDigit = (byte: number | undefined): number => {
  if (byte === undefined) return -1
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}

export const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.max(0, Math.min(to, bytes.length) - from)).toString('latin1')

export function skipSpace(cursor: Cursor): void {
  const { source } = cursor
  for (;;) {
    const byte = source[cursor.at]
    if (isSpace(byte)) cursor.at++
    else if (byte === 0x25)
      while (cursor.at < source.length && source[cursor.at] !== 10 && source[cursor.at] !== 13) cursor.at++
    else return
  }
}

/** True, and the cursor moved past it, when `word` stands here as a whole token. */
export function takeWord(cursor: Cursor, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (cursor.source[cursor.at + i] !== word.charCodeAt(i)) return false
  if (isRegular(cursor.source[cursor.at + word.length])) return false
  cursor.at += word.length
  return true
}

/** An unsigned integer of at most 15 digits here, or -1 and the cursor unmoved. */
export function takeInteger(cursor: Cursor): number {
  let at = cursor.at
  let value = 0
  while (isDigit(cursor.source[at])) value = value * 10 + (cursor.source[at++] ?? 48) - 48
  if (at === cursor.at || at - cursor.at > 15 || isRegular(cursor.source[at])) return -1
  cursor.at = at
  return value
}

/** Reads one object at the cursor (after white space and comments). Streams are read by the caller that knows lengths. */
export function readValue(cursor: Cursor, nesting = 0): Value {
  if (nesting > MOST_NESTING) broken('too-deep')
  skipSpace(cursor)
  const first = cursor.source[cursor.at]
  if (first === 0x2f) return { kind: 'name', name: readName(cursor) }
  if (first === 0x28) return readLiteral(cursor)
  if (first === 0x5b) return readList(cursor, nesting)
  if (first === 0x3c)
    return cursor.source[cursor.at + 1] === 0x3c ? readDictionary(cursor, nesting) : readHexadecimal(cursor)
  if (isDigit(first)) return readReference(cursor) ?? readNumber(cursor)
  if (first === 0x2b || first === 0x2d || first === 0x2e) return readNumber(cursor)
  if (takeWord(cursor, 'true')) return true
  if (takeWord(cursor, 'false')) return false
  if (takeWord(cursor, 'null')) return null
  return broken('broken-object')
}

function readName(cursor: Cursor): string {
  const { source } = cursor
  let name = ''
  cursor.at++
  while (isRegular(source[cursor.at])) {
    const byte = source[cursor.at] ?? 0
    const high = byte === 0x23 ? hexDigit(source[cursor.at + 1]) : -1
    const low = high >= 0 ? hexDigit(source[cursor.at + 2]) : -1
    name += String.fromCharCode(low >= 0 ? high * 16 + low : byte)
    cursor.at += low >= 0 ? 3 : 1
  }
  return name
}

function readReference(cursor: Cursor): Reference | undefined {
  const ahead: Cursor = { source: cursor.source, at: cursor.at }
  const number = takeInteger(ahead)
  if (number < 0 || !isSpace(ahead.source[ahead.at])) return undefined
  skipSpace(ahead)
  const generation = takeInteger(ahead)
  if (generation < 0) return undefined
  skipSpace(ahead)
  if (!takeWord(ahead, 'R')) return undefined
  cursor.at = ahead.at
  return { kind: 'reference', number, generation }
}

function readNumber(cursor: Cursor): number {
  let end = cursor.at
  while (isRegular(cursor.source[end]) && end - cursor.at < 40) end++
  const word = latin1(cursor.source, cursor.at, end)
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) broken('broken-object')
  cursor.at = end
  return Number(word)
}

function readHexadecimal(cursor: Cursor): Text {
  const { source, at: start } = cursor
  const end = source.indexOf(0x3e, start) + 1
  if (end === 0) broken('broken-object')
  const digits = latin1(source, start + 1, end - 1).replaceAll(/[\0\t\n\f\r ]+/g, '')
  if (!/^[0-9A-Fa-f]*$/.test(digits)) broken('broken-object')
  cursor.at = end
  const bytes = new Uint8Array(Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex'))
  return { kind: 'text', bytes, hexadecimal: true, source, start, end }
}

const ESCAPED = new Map([
  [0x6e, 10],
  [0x72, 13],
  [0x74, 9],
  [0x62, 8],
  [0x66, 12],
])

function readLiteral(cursor: Cursor): Text {
  const { source, at: start } = cursor
  const bytes: number[] = []
  let open = 1
  let at = start + 1
  while (open > 0) {
    const byte = source[at++]
    if (byte === undefined) broken('broken-object')
    if (byte === 0x5c) {
      const next = source[at]
      if (next === 13) at += source[at + 1] === 10 ? 2 : 1
      else if (next === 10) at++
      else if (next !== undefined && next >= 48 && next <= 55) {
        let code = 0
        for (let i = 0; i < 3 && (source[at] ?? 0) >= 48 && (source[at] ?? 0) <= 55; i++)
          code = code * 8 + (source[at++] ?? 48) - 48
        bytes.push(code & 255)
      } else if (next !== undefined) {
        bytes.push(ESCAPED.get(next) ?? next)
        at++
      }
      continue
    }
    if (byte === 0x28) open++
    if (byte === 0x29) open--
    if (open > 0) bytes.push(byte)
  }
  cursor.at = at
  return { kind: 'text', bytes: Uint8Array.from(bytes), hexadecimal: false, source, start, end: at }
}

function readList(cursor: Cursor, nesting: number): List {
  const { source, at: start } = cursor
  const items: Value[] = []
  cursor.at++
  for (;;) {
    skipSpace(cursor)
    if (source[cursor.at] === 0x5d) {
      cursor.at++
      return { kind: 'list', items, source, start, end: cursor.at }
    }
    items.push(readValue(cursor, nesting + 1))
  }
}

function readDictionary(cursor: Cursor, nesting: number): Dictionary {
  const { source, at: start } = cursor
  const entries = new Map<string, DictionaryEntry>()
  cursor.at += 2
  for (;;) {
    skipSpace(cursor)
    if (source[cursor.at] === 0x3e && source[cursor.at + 1] === 0x3e) {
      cursor.at += 2
      return { kind: 'dictionary', entries, source, start, end: cursor.at }
    }
    if (source[cursor.at] !== 0x2f) broken('broken-object')
    const key = readName(cursor)
    if (entries.has(key)) broken('doubled-key')
    skipSpace(cursor)
    const from = cursor.at
    const value = readValue(cursor, nesting + 1)
    entries.set(key, { value, start: from, end: cursor.at })
  }
}
