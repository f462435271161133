// Reads the objects of PDF syntax (ISO 32000-1 §7.2, §7.3) from bytes that may be broken or hostile.
// Lenient where viewers are, because people bring such files; every byte looked at is paid from a budget, so reading ends.
import { stop } from '../shapes.ts'

export interface Name {
  readonly name: string
}
export interface Reference {
  readonly object: number
}
export type Dictionary = ReadonlyMap<string, Value>
/** Strings are kept as bytes in latin1; nothing here reads text. */
export interface Text {
  readonly text: string
}
export type Value = null | boolean | number | Text | Name | Reference | readonly Value[] | Dictionary

/** An operator, or a delimiter without its partner. */
export interface Word {
  readonly word: string
}

/** What is left to spend, about one a byte. */
export interface Budget {
  left: number
}

export interface Cursor {
  readonly bytes: Buffer
  at: number
  readonly end: number
  readonly budget: Budget
}

export const isName = (value: unknown): value is Name => typeof value === 'object' && value !== null && 'name' in value
export const isReference = (value: unknown): value is Reference =>
  typeof value === 'object' && value !== null && 'object' in value
export const isText = (value: unknown): value is Text => typeof value === 'object' && value !== null && 'text' in value
export const isWord = (value: unknown): value is Word => typeof value === 'object' && value !== null && 'word' in value
export const isDictionary = (value: unknown): value is Dictionary => value instanceof Map
export const isArray = (value: unknown): value is readonly Value[] => Array.isArray(value)

const MOST_NESTED = 60
const WHITE = new Set([0, 9, 10, 12, 13, 32])
const DELIMITERS = new Set([...'()<>[]{}/%'].map((sign) => sign.charCodeAt(0)))
export const isWhite = (byte: number | undefined): boolean => byte !== undefined && WHITE.has(byte)
const isRegular = (byte: number | undefined): byte is number =>
  byte !== undefined && !WHITE.has(byte) && !DELIMITERS.has(byte)

function pay(cursor: Cursor, cost: number): void {
  cursor.budget.left -= cost
  if (cursor.budget.left < 0) throw stop('file-unsafe')
}

export function skipWhite(cursor: Cursor): void {
  const from = cursor.at
  while (cursor.at < cursor.end) {
    const byte = cursor.bytes[cursor.at]
    if (byte === 0x25)
      while (cursor.at < cursor.end && cursor.bytes[cursor.at] !== 10 && cursor.bytes[cursor.at] !== 13) cursor.at += 1
    else if (isWhite(byte)) cursor.at += 1
    else break
  }
  pay(cursor, cursor.at - from + 1)
}

/** The next value or word, undefined at the end. `references`: `12 0 R` is one value (not so in content streams). */
export function readToken(cursor: Cursor, references: boolean, depth = 0): Value | Word | undefined {
  skipWhite(cursor)
  if (cursor.at >= cursor.end) return undefined
  if (depth > MOST_NESTED) throw stop('file-unsafe')
  const byte = cursor.bytes[cursor.at]
  const next = cursor.bytes[cursor.at + 1]
  if (byte === 0x2f) return readName(cursor)
  if (byte === 0x28) return readLiteral(cursor)
  if (byte === 0x3c && next === 0x3c) return readDictionary(cursor, references, depth)
  if (byte === 0x3c) return readHexadecimal(cursor)
  if (byte === 0x5b) return readArray(cursor, references, depth)
  if (!isRegular(byte)) {
    const length = byte === 0x3e && next === 0x3e ? 2 : 1
    cursor.at += length
    return { word: String.fromCharCode(byte ?? 0).repeat(length) }
  }
  const from = cursor.at
  while (cursor.at < cursor.end && cursor.at - from < 256 && isRegular(cursor.bytes[cursor.at])) cursor.at += 1
  pay(cursor, cursor.at - from + 4)
  const word = cursor.bytes.toString('latin1', from, cursor.at)
  if (/^[+-]*(\d+\.?\d*|\.\d+)(-\d*)?$/.test(word)) {
    // `--5` and `1.2-3` come from real programs; viewers read -5 and 1.2.
    const value = Number(word.replace(/^[+-]*(?=[+-])/, '').replace(/(?<=\d|\.)-.*$/, ''))
    return (references && /^\d{1,10}$/.test(word) && readReference(cursor, value)) || value
  }
  return word === 'true' ? true : word === 'false' ? false : word === 'null' ? null : { word }
}

/** `12 0 R` after the 12; leaves the cursor alone when it is no reference. */
function readReference(cursor: Cursor, object: number): Reference | undefined {
  const found = /^[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>[\]{}/%])/.exec(
    cursor.bytes.toString('latin1', cursor.at, Math.min(cursor.end, cursor.at + 24)),
  )
  if (found === null) return undefined
  cursor.at += found[0].length
  return { object }
}

function readName(cursor: Cursor): Name {
  cursor.at += 1
  const from = cursor.at
  while (cursor.at < cursor.end && isRegular(cursor.bytes[cursor.at])) cursor.at += 1
  pay(cursor, cursor.at - from + 4)
  const raw = cursor.bytes.toString('latin1', from, Math.min(cursor.at, from + 512))
  return { name: raw.replace(/#([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

function readLiteral(cursor: Cursor): Text {
  const from = cursor.at
  let open = 0
  while (cursor.at < cursor.end) {
    const byte = cursor.bytes[cursor.at]
    cursor.at += byte === 0x5c ? 2 : 1
    if (byte === 0x28) open += 1
    if (byte === 0x29) open -= 1
    if (open === 0) break
  }
  cursor.at = Math.min(cursor.at, cursor.end)
  pay(cursor, cursor.at - from)
  const raw = cursor.bytes.toString('latin1', from + 1, cursor.at - (open === 0 ? 1 : 0))
  const text = raw.replace(/\\(\r\n|[0-7]{1,3}|[\s\S])/g, (_, code: string) => {
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 255)
    return code === '\r\n' || code === '\n' || code === '\r' ? '' : (ESCAPES[code] ?? code)
  })
  return { text }
}

function readHexadecimal(cursor: Cursor): Text {
  const from = cursor.at + 1
  const found = cursor.bytes.indexOf(0x3e, from)
  const to = found < 0 || found > cursor.end ? cursor.end : found
  pay(cursor, to - from + 4)
  cursor.at = Math.min(cursor.end, to + 1)
  const digits = cursor.bytes.toString('latin1', from, to).replace(/[^0-9a-fA-F]+/g, '')
  return { text: Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex').toString('latin1') }
}

function readArray(cursor: Cursor, references: boolean, depth: number): readonly Value[] {
  cursor.at += 1
  const items: Value[] = []
  for (;;) {
    const token = readToken(cursor, references, depth + 1)
    if (token === undefined || (isWord(token) && token.word === ']')) return items
    if (isWord(token) && (token.word === 'endobj' || token.word === 'stream' || token.word === '>>')) return items
    pay(cursor, 8)
    if (!isWord(token)) items.push(token)
  }
}

function readDictionary(cursor: Cursor, references: boolean, depth: number): Dictionary {
  cursor.at += 2
  const entries = new Map<string, Value>()
  for (;;) {
    const key = readToken(cursor, references, depth + 1)
    if (key === undefined || (isWord(key) && (key.word === '>>' || key.word === 'endobj'))) return entries
    if (!isName(key)) continue
    const value = readToken(cursor, references, depth + 1)
    if (value === undefined || (isWord(value) && (value.word === '>>' || value.word === 'endobj'))) return entries
    pay(cursor, 16)
    if (!isWord(value)) entries.set(key.name, value)
  }
}
