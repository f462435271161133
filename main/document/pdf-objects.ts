// Reads the objects of PDF syntax (ISO 32000-1 §7.2, §7.3) from bytes that may be hostile.
// Every byte looked at is paid from a budget, so reading always ends; trouble is one thrown `brokenPdf`, caught in check-pdf.ts.
// Lexical rules of ISO 19005-2 that only the raw bytes can tell are noted on the way. Never repairs.

export interface PdfName {
  readonly name: string
}
export interface PdfReference {
  readonly object: number
  readonly generation: number
}
export type PdfDictionary = ReadonlyMap<string, PdfValue>
export interface PdfStream {
  readonly dictionary: PdfDictionary
  /** As in the file, not decoded. */
  readonly raw: Uint8Array
}
export type PdfValue =
  | null
  | boolean
  | number
  | Uint8Array
  | PdfName
  | PdfReference
  | readonly PdfValue[]
  | PdfDictionary
  | PdfStream

/** An operator or another bare word; only where a caller asks for words. */
export interface Word {
  readonly word: string
}

/** What is left to spend, in bytes looked at and objects made. Shared by one whole check. */
export interface Budget {
  left: number
}

export interface Cursor {
  readonly bytes: Uint8Array
  at: number
  readonly end: number
  readonly budget: Budget
  /** Ids of lexical rules found broken (archival-rules.ts). */
  readonly notes: Set<string>
}

/** `rule` is the id of the rule that cannot hold any more. */
export const brokenPdf = (rule: string): Error => new Error('broken pdf', { cause: rule })

export function spend(budget: Budget, cost: number): void {
  budget.left -= cost
  if (budget.left < 0) throw brokenPdf('own-budget')
}

export const isName = (value: unknown): value is PdfName =>
  typeof value === 'object' && value !== null && 'name' in value
export const isReference = (value: unknown): value is PdfReference =>
  typeof value === 'object' && value !== null && 'object' in value
export const isStream = (value: unknown): value is PdfStream =>
  typeof value === 'object' && value !== null && 'raw' in value
export const isDictionary = (value: unknown): value is PdfDictionary => value instanceof Map
export const isArray = (value: PdfValue | undefined): value is readonly PdfValue[] => Array.isArray(value)
export const isString = (value: unknown): value is Uint8Array => value instanceof Uint8Array

/** By byte: 1 white space, 2 delimiter (§7.2.2), else 0. */
const KINDS = new Uint8Array(256)
for (const byte of [0, 9, 10, 12, 13, 32]) KINDS[byte] = 1
for (const sign of '()<>[]{}/%') KINDS[sign.charCodeAt(0)] = 2
export const isWhite = (byte: number | undefined): boolean => byte !== undefined && KINDS[byte] === 1
const isRegular = (byte: number | undefined): byte is number => byte !== undefined && KINDS[byte] === 0

const MOST_NESTED = 64
const LONGEST_STRING = 32_767
const LONGEST_NAME = 127

export function skipWhite(cursor: Cursor): void {
  const from = cursor.at
  while (cursor.at < cursor.end) {
    const byte = cursor.bytes[cursor.at]
    if (byte === 0x25) {
      while (cursor.at < cursor.end && cursor.bytes[cursor.at] !== 10 && cursor.bytes[cursor.at] !== 13) cursor.at += 1
    } else if (isWhite(byte)) cursor.at += 1
    else break
  }
  spend(cursor.budget, cursor.at - from + 1)
}

/** The next value, or a bare word (`obj`, `R`, `BT` …), or undefined at the end. */
export function readToken(cursor: Cursor, references: boolean, depth = 0): PdfValue | Word | undefined {
  skipWhite(cursor)
  if (cursor.at >= cursor.end) return undefined
  if (depth > MOST_NESTED) throw brokenPdf('own-nesting')
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
  const value = asNumber(word, cursor.notes)
  if (value === undefined) return word === 'true' ? true : word === 'false' ? false : word === 'null' ? null : { word }
  if (!references || !/^\d{1,10}$/.test(word)) return value
  return readReference(cursor, value) ?? value
}

/** A value where only a value may stand. */
export function readValue(cursor: Cursor, depth = 0): PdfValue {
  const token = readToken(cursor, true, depth)
  if (token === undefined || isWord(token)) throw brokenPdf('own-syntax')
  return token
}

export const isWord = (token: unknown): token is Word => typeof token === 'object' && token !== null && 'word' in token

function readWord(cursor: Cursor): string {
  const from = cursor.at
  while (cursor.at < cursor.end && cursor.at - from < 256 && isRegular(cursor.bytes[cursor.at])) cursor.at += 1
  spend(cursor.budget, cursor.at - from + 4)
  if (cursor.at - from > 16) return latin1(cursor.bytes.subarray(from, cursor.at))
  let word = ''
  for (let at = from; at < cursor.at; at += 1) word += String.fromCharCode(cursor.bytes[at] ?? 0)
  return word
}

function asNumber(word: string, notes: Set<string>): number | undefined {
  // Nothing above 9 begins a number.
  if (word.charCodeAt(0) > 0x39 || !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) return undefined
  const value = Number(word)
  if (!word.includes('.') && (value > 2147483647 || value < -2147483648)) notes.add('6.1.13-number')
  if (word.includes('.') && Math.abs(value) > 3.403e38) notes.add('6.1.13-number')
  if (value !== 0 && Math.abs(value) < 1.175e-38) notes.add('6.1.13-number')
  return value
}

/** `12 0 R` after the 12; leaves the cursor alone when it is no reference. */
function readReference(cursor: Cursor, object: number): PdfReference | undefined {
  const from = cursor.at
  skipWhite(cursor)
  const generation = readWord(cursor)
  if (/^\d{1,5}$/.test(generation)) {
    skipWhite(cursor)
    if (cursor.bytes[cursor.at] === 0x52 && !isRegular(cursor.bytes[cursor.at + 1])) {
      cursor.at += 1
      return { object, generation: Number(generation) }
    }
  }
  cursor.at = from
  return undefined
}

function readName(cursor: Cursor): PdfName {
  cursor.at += 1
  const from = cursor.at
  while (cursor.at < cursor.end && isRegular(cursor.bytes[cursor.at])) cursor.at += 1
  spend(cursor.budget, cursor.at - from + 4)
  if (cursor.at - from > 4096) throw brokenPdf('6.1.13-name')
  const name = latin1(cursor.bytes.subarray(from, cursor.at)).replace(/#([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  if (name.length > LONGEST_NAME) cursor.notes.add('6.1.13-name')
  return { name }
}

function readLiteral(cursor: Cursor): Uint8Array {
  const { bytes, end } = cursor
  const out: number[] = []
  let open = 0
  const from = cursor.at
  for (;;) {
    const byte = bytes[cursor.at]
    if (byte === undefined || cursor.at >= end) throw brokenPdf('own-syntax')
    cursor.at += 1
    if (byte === 0x28 && open++ === 0) continue
    if (byte === 0x29 && --open === 0) break
    if (byte !== 0x5c) out.push(byte)
    else readEscape(cursor, out)
    if (out.length > 16 * LONGEST_STRING) throw brokenPdf('6.1.13-string')
  }
  spend(cursor.budget, cursor.at - from)
  return keepString(Uint8Array.from(out), cursor.notes)
}

const ESCAPES: Readonly<Record<number, number>> = { 110: 10, 114: 13, 116: 9, 98: 8, 102: 12 }

function readEscape(cursor: Cursor, out: number[]): void {
  const byte = cursor.bytes[cursor.at] ?? 0
  cursor.at += 1
  if (byte >= 0x30 && byte <= 0x37) {
    let value = byte - 0x30
    for (let more = 0; more < 2; more += 1) {
      const digit = cursor.bytes[cursor.at] ?? 0
      if (digit < 0x30 || digit > 0x37) break
      value = value * 8 + digit - 0x30
      cursor.at += 1
    }
    out.push(value & 255)
  } else if (byte === 13) {
    if (cursor.bytes[cursor.at] === 10) cursor.at += 1
  } else if (byte !== 10) out.push(ESCAPES[byte] ?? byte)
}

function readHexadecimal(cursor: Cursor): Uint8Array {
  cursor.at += 1
  const from = cursor.at
  const stop = cursor.bytes.indexOf(0x3e, from)
  if (stop < 0 || stop >= cursor.end) throw brokenPdf('own-syntax')
  spend(cursor.budget, stop - from + 4)
  if (stop - from > 4 * 1024 * 1024) throw brokenPdf('6.1.13-string')
  cursor.at = stop + 1
  const digits = latin1(cursor.bytes.subarray(from, stop)).replace(/[\0\t\n\f\r ]+/g, '')
  if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) cursor.notes.add('6.1.6-hexadecimal')
  const out = new Uint8Array(Math.ceil(digits.length / 2))
  for (let index = 0; index < out.length; index += 1)
    out[index] = Number.parseInt(digits.slice(index * 2, index * 2 + 2).padEnd(2, '0'), 16)
  return keepString(out, cursor.notes)
}

function keepString(value: Uint8Array, notes: Set<string>): Uint8Array {
  if (value.length > LONGEST_STRING) notes.add('6.1.13-string')
  return value
}

function readArray(cursor: Cursor, references: boolean, depth: number): readonly PdfValue[] {
  cursor.at += 1
  const items: PdfValue[] = []
  for (;;) {
    const token = readToken(cursor, references, depth + 1)
    if (token === undefined) throw brokenPdf('own-syntax')
    if (isWord(token)) {
      if (token.word === ']') return items
      throw brokenPdf('own-syntax')
    }
    spend(cursor.budget, 8)
    items.push(token)
  }
}

function readDictionary(cursor: Cursor, references: boolean, depth: number): PdfDictionary {
  cursor.at += 2
  const entries = new Map<string, PdfValue>()
  for (;;) {
    const key = readToken(cursor, references, depth + 1)
    if (isWord(key) && key.word === '>>') return entries
    const value = readToken(cursor, references, depth + 1)
    if (!isName(key) || value === undefined || isWord(value)) throw brokenPdf('own-syntax')
    spend(cursor.budget, 16)
    entries.set(key.name, value)
  }
}

export const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
