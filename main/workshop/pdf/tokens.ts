// Reads the tokens and values of PDF syntax (ISO 32000-1 §7.2, §7.3) from bytes that may be broken or hostile.
// Every byte looked at is paid from a budget, so reading always ends. Strict unless the cursor is lenient (as viewers are);
// what is odd but readable is noted, and whoever asked decides what to think of it. Never reads the data of a stream.
import {
  asBuffer,
  type Dictionary,
  isName,
  latin1,
  type Name,
  type Reference,
  rememberSpan,
  type Span,
  spanOf,
  type Value,
} from './values.ts'

/** An operator, or a delimiter without its partner. */
export interface Word {
  readonly word: string
}

/** Why reading cannot go on. */
export type Trouble =
  | 'budget-spent'
  | 'too-deep'
  | 'broken-object'
  | 'broken-stream'
  | 'broken-xref'
  | 'loop'
  | 'unknown-filter'
  | 'unreadable'
  | 'too-large'
  | 'too-many-objects'
  | 'too-many-pages'
  | 'too-many-fields'
  | 'locked'
  | 'no-header'
  | 'no-catalog'

/** What can be read, but not every reader would take it. */
export type Note =
  | 'doubled-key'
  | 'long-name'
  | 'long-string'
  | 'large-number'
  | 'odd-hexadecimal'
  | 'foreign-hexadecimal'
  | 'unusual-filter'
  | 'wrong-length'
  | 'no-end'

/** Takes notes; one that throws makes a strict reader of its own. A `Set` will do. */
export interface Notes {
  add(note: Note): unknown
}

/** What is left to spend, about one a byte looked at, and how reading stops when it cannot go on. Shared by one whole file. */
export interface Budget {
  left: number
  /** The error to throw; without it one whose cause is `{ pdf: trouble }`. */
  readonly stop?: (trouble: Trouble) => Error
}

export interface Cursor {
  readonly bytes: Uint8Array
  at: number
  readonly end: number
  readonly budget: Budget
  readonly notes?: Notes
  /** Broken syntax is read as viewers read it. */
  readonly lenient?: boolean
  /** Arrays and dictionaries remember where they stood (`spanOf`). */
  readonly spans?: boolean
}

export const troubled = (budget: Budget, trouble: Trouble): Error =>
  budget.stop?.(trouble) ?? new Error('broken pdf', { cause: { pdf: trouble } })

export function spend(budget: Budget, cost: number): void {
  budget.left -= cost
  if (budget.left < 0) throw troubled(budget, 'budget-spent')
}

/** Enough for any honest file of that size. */
export const budgetFor = (bytes: Uint8Array, stop?: Budget['stop']): Budget => ({
  left: 200_000_000 + bytes.length * 4,
  ...(stop === undefined ? {} : { stop }),
})

const MOST_NESTED = 64
/** Limits of Annex C that archival files keep. */
const LONGEST_STRING = 32_767
const LONGEST_NAME = 127
/** Of a name by a lenient reader; the rest is dropped. */
const LONGEST_KEPT = 512

/** By byte: 1 white space, 2 delimiter (§7.2.2), else 0. */
const KINDS = new Uint8Array(256)
for (const byte of [0, 9, 10, 12, 13, 32]) KINDS[byte] = 1
for (const sign of '()<>[]{}/%') KINDS[sign.charCodeAt(0)] = 2
export const isWhite = (byte: number | undefined): boolean => byte !== undefined && KINDS[byte] === 1
const isRegular = (byte: number | undefined): byte is number => byte !== undefined && KINDS[byte] === 0
const isDigit = (byte: number | undefined): byte is number => byte !== undefined && byte >= 0x30 && byte <= 0x39

export const isWord = (token: unknown): token is Word => typeof token === 'object' && token !== null && 'word' in token

export function skipWhite(cursor: Cursor): void {
  const { bytes, end } = cursor
  const from = cursor.at
  while (cursor.at < end) {
    const byte = bytes[cursor.at]
    if (byte === 0x25) while (cursor.at < end && bytes[cursor.at] !== 10 && bytes[cursor.at] !== 13) cursor.at += 1
    else if (isWhite(byte)) cursor.at += 1
    else break
  }
  spend(cursor.budget, cursor.at - from + 1)
}

/** True, and the cursor moved past it, when `word` stands here as a whole token. */
export function takeWord(cursor: Cursor, word: string): boolean {
  for (let i = 0; i < word.length; i += 1) if (cursor.bytes[cursor.at + i] !== word.charCodeAt(i)) return false
  if (isRegular(cursor.bytes[cursor.at + word.length])) return false
  cursor.at += word.length
  return true
}

/** An unsigned integer of at most 15 digits here, or -1 and the cursor unmoved. */
export function takeInteger(cursor: Cursor): number {
  let { at } = cursor
  let value = 0
  for (let byte = cursor.bytes[at]; isDigit(byte) && at - cursor.at < 16; at += 1, byte = cursor.bytes[at])
    value = value * 10 + byte - 0x30
  if (at === cursor.at || at - cursor.at > 15 || isRegular(cursor.bytes[at])) return -1
  cursor.at = at
  return value
}

/** The next value or word, undefined at the end. `references`: `12 0 R` is one value (not so in content streams). */
export function readToken(cursor: Cursor, references: boolean, depth = 0): Value | Word | undefined {
  skipWhite(cursor)
  if (cursor.at >= cursor.end) return undefined
  if (depth > MOST_NESTED) throw troubled(cursor.budget, 'too-deep')
  const byte = cursor.bytes[cursor.at]
  const next = cursor.bytes[cursor.at + 1]
  if (byte === 0x2f) return readName(cursor)
  if (byte === 0x28) return readLiteral(cursor)
  if (byte === 0x3c && next === 0x3c) return readDictionary(cursor, references, depth)
  if (byte === 0x3c) return readHexadecimal(cursor)
  if (byte === 0x5b) return readArray(cursor, references, depth)
  if (!isRegular(byte)) {
    // `]`, `>>`, `{`, `}`, `)` stand alone here; the caller knows whether they fit.
    const length = byte === 0x3e && next === 0x3e ? 2 : 1
    cursor.at += length
    return { word: String.fromCharCode(byte ?? 0).repeat(length) }
  }
  const word = readWord(cursor)
  const value = asNumber(word, cursor)
  if (value === undefined) return word === 'true' ? true : word === 'false' ? false : word === 'null' ? null : { word }
  if (!references || !/^\d{1,10}$/.test(word)) return value
  return readReference(cursor, value) ?? value
}

/** A value where only a value may stand. */
export function readValue(cursor: Cursor): Value {
  const token = readToken(cursor, true)
  if (token === undefined || isWord(token)) throw troubled(cursor.budget, 'broken-object')
  return token
}

function readWord(cursor: Cursor): string {
  const { bytes, end, at: from } = cursor
  while (cursor.at < end && cursor.at - from < 256 && isRegular(bytes[cursor.at])) cursor.at += 1
  spend(cursor.budget, cursor.at - from + 4)
  if (cursor.at - from > 16) return latin1(bytes, from, cursor.at)
  let word = ''
  for (let at = from; at < cursor.at; at += 1) word += String.fromCharCode(bytes[at] ?? 0)
  return word
}

function asNumber(word: string, { lenient, notes }: Cursor): number | undefined {
  // Nothing above 9 begins a number.
  if (word.charCodeAt(0) > 0x39) return undefined
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) {
    // `--5` and `1.2-3` come from real programs; viewers read -5 and 1.2.
    if (lenient !== true || !/^[+-]*(\d+\.?\d*|\.\d+)(-\d*)?$/.test(word)) return undefined
    return Number(word.replace(/^[+-]*(?=[+-])/, '').replace(/(?<=\d|\.)-.*$/, ''))
  }
  const value = Number(word)
  const size = Math.abs(value)
  if (word.includes('.') ? size > 3.403e38 : value > 2147483647 || value < -2147483648) notes?.add('large-number')
  if (size !== 0 && size < 1.175e-38) notes?.add('large-number')
  return value
}

/** `12 0 R` after the 12; leaves the cursor alone when it is no reference. */
function readReference(cursor: Cursor, object: number): Reference | undefined {
  const from = cursor.at
  skipWhite(cursor)
  const generation = isDigit(cursor.bytes[cursor.at]) ? readWord(cursor) : ''
  if (/^\d{1,5}$/.test(generation)) {
    skipWhite(cursor)
    if (cursor.at < cursor.end && cursor.bytes[cursor.at] === 0x52 && !isRegular(cursor.bytes[cursor.at + 1])) {
      cursor.at += 1
      return { object, generation: Number(generation) }
    }
  }
  cursor.at = from
  return undefined
}

function readName(cursor: Cursor): Name {
  cursor.at += 1
  const from = cursor.at
  while (cursor.at < cursor.end && isRegular(cursor.bytes[cursor.at])) cursor.at += 1
  spend(cursor.budget, cursor.at - from + 4)
  const to = cursor.lenient === true ? Math.min(cursor.at, from + LONGEST_KEPT) : cursor.at
  const raw = latin1(cursor.bytes, from, to)
  const name = raw.includes('#')
    ? raw.replace(/#([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : raw
  if (name.length > LONGEST_NAME) cursor.notes?.add('long-name')
  return { name }
}

const ESCAPES: Readonly<Record<number, number>> = { 110: 10, 114: 13, 116: 9, 98: 8, 102: 12 }

function readLiteral(cursor: Cursor): Uint8Array {
  const { bytes, end, at: from } = cursor
  let open = 0
  while (cursor.at < end) {
    const byte = bytes[cursor.at]
    cursor.at += byte === 0x5c ? 2 : 1
    if (byte === 0x28) open += 1
    else if (byte === 0x29) open -= 1
    if (open === 0) break
  }
  cursor.at = Math.min(cursor.at, end)
  if (open !== 0 && cursor.lenient !== true) throw troubled(cursor.budget, 'broken-object')
  spend(cursor.budget, cursor.at - from)
  return kept(withoutEscapes(bytes, from + 1, cursor.at - (open === 0 ? 1 : 0)), cursor)
}

/** A copy without the backslashes (§7.3.4.2). */
function withoutEscapes(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const out = new Uint8Array(Math.max(0, to - from))
  let length = 0
  for (let at = from; at < to; at += 1) {
    let byte = bytes[at] ?? 0
    if (byte === 0x5c) {
      at += 1
      const next = at < to ? (bytes[at] ?? 0) : 10
      if (next === 13 && bytes[at + 1] === 10) at += 1
      if (next === 13 || next === 10) continue
      byte = ESCAPES[next] ?? next
      if (next >= 0x30 && next <= 0x37) {
        byte = next - 0x30
        for (let more = 0; more < 2; more += 1) {
          const digit = at + 1 < to ? (bytes[at + 1] ?? 0) : 0
          if (digit < 0x30 || digit > 0x37) break
          byte = byte * 8 + digit - 0x30
          at += 1
        }
      }
    }
    out[length] = byte
    length += 1
  }
  return length === out.length ? out : out.slice(0, length)
}

/** By byte: the value of a hexadecimal digit, 255 for white space, 254 for anything else. */
const HEXADECIMAL = Uint8Array.from({ length: 256 }, (_, byte) => {
  const value = Number.parseInt(String.fromCharCode(byte), 16)
  return KINDS[byte] === 1 ? 255 : Number.isNaN(value) ? 254 : value
})

function readHexadecimal(cursor: Cursor): Uint8Array {
  const { bytes, end, lenient } = cursor
  const from = cursor.at + 1
  const stop = bytes.indexOf(0x3e, from)
  const missing = stop < 0 || stop >= end
  if (missing && lenient !== true) throw troubled(cursor.budget, 'broken-object')
  const to = missing ? end : stop
  spend(cursor.budget, to - from + 4)
  cursor.at = missing ? end : to + 1
  const out = new Uint8Array((to - from + 1) >> 1)
  // Digits and nothing else, as programs write them, are read in one go; it stops before anything that is no digit.
  if (asBuffer(out).write(latin1(bytes, from, to), 'hex') * 2 === to - from) return kept(out, cursor)
  out.fill(0)
  let digits = 0
  for (let at = from; at < to; at += 1) {
    const value = HEXADECIMAL[bytes[at] ?? 0] ?? 254
    if (value === 254) cursor.notes?.add('foreign-hexadecimal')
    if (value > 15) continue
    out[digits >> 1] = (out[digits >> 1] ?? 0) | (digits % 2 === 0 ? value << 4 : value)
    digits += 1
  }
  if (digits % 2 !== 0) cursor.notes?.add('odd-hexadecimal')
  const length = (digits + 1) >> 1
  return kept(length === out.length ? out : out.slice(0, length), cursor)
}

function kept(value: Uint8Array, { notes }: Cursor): Uint8Array {
  if (value.length > LONGEST_STRING) notes?.add('long-string')
  return value
}

const spanFrom = (cursor: Cursor, start: number): Span | undefined =>
  cursor.spans === true ? { source: cursor.bytes, start, end: cursor.at } : undefined

function readArray(cursor: Cursor, references: boolean, depth: number): readonly Value[] {
  const start = cursor.at
  cursor.at += 1
  const items: Value[] = []
  for (;;) {
    const token = readToken(cursor, references, depth + 1)
    if (isWord(token) || token === undefined) {
      const { word } = token ?? { word: '' }
      if (word === ']') return rememberSpan(items, spanFrom(cursor, start))
      if (cursor.lenient !== true) throw troubled(cursor.budget, 'broken-object')
      if (['', 'endobj', 'stream', '>>'].includes(word)) return rememberSpan(items, spanFrom(cursor, start))
    }
    spend(cursor.budget, 8)
    if (!isWord(token) && token !== undefined) items.push(token)
  }
}

/** How a dictionary ends; a lenient reader also takes the end of the file or of the object. */
const closes = (cursor: Cursor, token: Value | Word | undefined): boolean =>
  token === undefined
    ? cursor.lenient === true
    : isWord(token) && (token.word === '>>' || (cursor.lenient === true && token.word === 'endobj'))

function readDictionary(cursor: Cursor, references: boolean, depth: number): Dictionary {
  const start = cursor.at
  cursor.at += 2
  const entries = new Map<string, Value>()
  for (;;) {
    const key = readToken(cursor, references, depth + 1)
    if (closes(cursor, key)) break
    if (!isName(key) && cursor.lenient === true) continue
    const value = readToken(cursor, references, depth + 1)
    if (!isName(key) || value === undefined || isWord(value)) {
      if (cursor.lenient !== true || !isName(key)) throw troubled(cursor.budget, 'broken-object')
      if (closes(cursor, value)) break
    }
    spend(cursor.budget, 16)
    if (entries.has(key.name)) cursor.notes?.add('doubled-key')
    if (value !== undefined && !isWord(value)) entries.set(key.name, value)
  }
  return rememberSpan(entries, spanFrom(cursor, start))
}

/** Where the value of each key stands, without its key; of a dictionary that has a span, read again. Empty without one. */
export function spansOfEntries(dictionary: Dictionary): ReadonlyMap<string, Span> {
  const found = new Map<string, Span>()
  const span = spanOf(dictionary)
  if (span === undefined) return found
  const { source, start, end } = span
  const cursor: Cursor = {
    bytes: source,
    at: start + 2,
    end,
    budget: { left: (end - start) * 40 + 1000 },
    lenient: true,
  }
  for (;;) {
    const key = readToken(cursor, true)
    if (!isName(key)) {
      if (closes(cursor, key)) return found
      continue
    }
    skipWhite(cursor)
    const from = cursor.at
    const value = readToken(cursor, true)
    if (value === undefined || closes(cursor, value)) return found
    if (!isWord(value)) found.set(key.name, { source, start: from, end: cursor.at })
  }
}
