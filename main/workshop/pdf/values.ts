// The objects of PDF (ISO 32000-1 §7.3) as plain values, small questions about them, and where a composite stood in its bytes.
// Never follows a reference (file.ts does) and never throws.

export interface Name {
  readonly name: string
}
export interface Reference {
  readonly object: number
  readonly generation: number
}
export type Dictionary = ReadonlyMap<string, Value>
export interface Stream {
  readonly dictionary: Dictionary
  /** As in the file: coded, and sealed when the file is encrypted. A view, so its offset in the file can be told. */
  readonly raw: Uint8Array
  /** Of the indirect object that it is; an encrypted file makes its key of them. */
  readonly object?: number
  readonly generation?: number
}
/** A string is its bytes; what they mean, `textOf` says. */
export type Value = null | boolean | number | Uint8Array | Name | Reference | readonly Value[] | Dictionary | Stream

/** Offsets in `source`, which is the file or an unpacked object stream. */
export interface Span {
  readonly source: Uint8Array
  readonly start: number
  readonly end: number
}

type Maybe = Value | undefined

const holds = (value: unknown, key: string): boolean => typeof value === 'object' && value !== null && key in value
export const isName = (value: unknown): value is Name => holds(value, 'name')
export const isReference = (value: unknown): value is Reference => holds(value, 'object') && !holds(value, 'raw')
export const isStream = (value: unknown): value is Stream => holds(value, 'raw')
export const isDictionary = (value: unknown): value is Dictionary => value instanceof Map
export const isArray = (value: unknown): value is readonly Value[] => Array.isArray(value)
export const isString = (value: unknown): value is Uint8Array => value instanceof Uint8Array

export const asReference = (value: Maybe): Reference | undefined => (isReference(value) ? value : undefined)
/** The dictionary itself, or that of a stream. */
export const asDictionary = (value: Maybe): Dictionary | undefined =>
  isDictionary(value) ? value : isStream(value) ? value.dictionary : undefined
export const asStream = (value: Maybe): Stream | undefined => (isStream(value) ? value : undefined)
export const asList = (value: Maybe): readonly Value[] | undefined => (isArray(value) ? value : undefined)
export const asString = (value: Maybe): Uint8Array | undefined => (isString(value) ? value : undefined)
export const asName = (value: Maybe): string | undefined => (isName(value) ? value.name : undefined)
export const asNumber = (value: Maybe): number | undefined => (typeof value === 'number' ? value : undefined)
/** A whole number, not negative. */
export const asCount = (value: Maybe): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

/** The value of a key as it stands, perhaps a reference. */
export const at = (dictionary: Dictionary | undefined, key: string): Maybe => dictionary?.get(key)

export const latin1 = (bytes: Uint8Array, from = 0, to = bytes.length): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.max(0, Math.min(to, bytes.length) - from)).toString('latin1')

/** The same memory with Buffer's methods. */
export const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

/** A text string (§7.9.2.2): UTF-16BE or UTF-8 by their marks, else taken as Latin. */
export function textOf(value: Maybe): string | undefined {
  const bytes = asString(value)
  if (bytes === undefined) return undefined
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const units: number[] = []
    for (let i = 2; i + 1 < bytes.length; i += 2) units.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0))
    return units.map((unit) => String.fromCharCode(unit)).join('')
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return asBuffer(bytes.subarray(3)).toString('utf8')
  return latin1(bytes)
}

const SPANS = new WeakMap<object, Span>()

/** Where an array or dictionary of an open file stood, delimiters included; undefined for one that was not read by `file.ts`. */
export const spanOf = (value: readonly Value[] | Dictionary): Span | undefined => SPANS.get(value)

/** For the readers of this folder. */
export function rememberSpan<T extends readonly Value[] | Dictionary>(value: T, span: Span | undefined): T {
  if (span !== undefined) SPANS.set(value, span)
  return value
}
