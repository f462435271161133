// Promises: small questions about PDF values, answered without throwing.
// Never: follows a reference; that is the file's business.
import { type Dictionary, type List, latin1, type Reference, type Stream, type Text, type Value } from './syntax.ts'

type Maybe = Value | undefined

const composite = (value: Maybe): Exclude<Value, null | boolean | number> | undefined =>
  typeof value === 'object' && value !== null ? value : undefined

export const asReference = (value: Maybe): Reference | undefined => {
  const it = composite(value)
  return it?.kind === 'reference' ? it : undefined
}
/** The dictionary itself, or that of a stream. */
export const asDictionary = (value: Maybe): Dictionary | undefined => {
  const it = composite(value)
  return it?.kind === 'dictionary' ? it : it?.kind === 'stream' ? it.dictionary : undefined
}
export const asStream = (value: Maybe): Stream | undefined => {
  const it = composite(value)
  return it?.kind === 'stream' ? it : undefined
}
export const asList = (value: Maybe): List | undefined => {
  const it = composite(value)
  return it?.kind === 'list' ? it : undefined
}
export const asText = (value: Maybe): Text | undefined => {
  const it = composite(value)
  return it?.kind === 'text' ? it : undefined
}
export const asName = (value: Maybe): string | undefined => {
  const it = composite(value)
  return it?.kind === 'name' ? it.name : undefined
}
export const asNumber = (value: Maybe): number | undefined => (typeof value === 'number' ? value : undefined)
export const asCount = (value: Maybe): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

/** The value of a key as it stands, perhaps a reference. */
export const at = (dictionary: Dictionary | undefined, key: string): Maybe => dictionary?.entries.get(key)?.value

/** A text string (7.9.2.2): UTF-16BE with byte-order mark, UTF-8 with mark, or taken as Latin. */
export function textOf(value: Maybe): string | undefined {
  const bytes = asText(value)?.bytes
  if (bytes === undefined) return undefined
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const units: number[] = []
    for (let i = 2; i + 1 < bytes.length; i += 2) units.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0))
    return units.map((unit) => String.fromCharCode(unit)).join('')
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return Buffer.from(bytes.subarray(3)).toString('utf8')
  return latin1(bytes, 0, bytes.length)
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && Buffer.compare(a, b) === 0

/** Equal as objects, however they were written. References are equal when they name the same object. */
export function isSame(left: Maybe, right: Maybe): boolean {
  const a = composite(left)
  const b = composite(right)
  if (a === undefined || b === undefined) return (left ?? null) === (right ?? null)
  if (a.kind === 'name') return b.kind === 'name' && a.name === b.name
  if (a.kind === 'text') return b.kind === 'text' && sameBytes(a.bytes, b.bytes)
  if (a.kind === 'reference') return b.kind === 'reference' && a.number === b.number && a.generation === b.generation
  if (a.kind === 'list')
    return (
      b.kind === 'list' && a.items.length === b.items.length && a.items.every((item, i) => isSame(item, b.items[i]))
    )
  if (a.kind === 'stream') return b.kind === 'stream' && sameBytes(a.data, b.data) && isSame(a.dictionary, b.dictionary)
  return b.kind === 'dictionary' && isSameExcept(a, b, [])
}

/** Equal dictionaries when the named keys are left out. */
export function isSameExcept(a: Dictionary, b: Dictionary, except: readonly string[]): boolean {
  for (const key of new Set([...a.entries.keys(), ...b.entries.keys()]))
    if (!except.includes(key) && !isSame(at(a, key), at(b, key))) return false
  return true
}
