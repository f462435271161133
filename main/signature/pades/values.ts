// Promises: whether PDF values are the same, however they were written.
// Never: follows a reference; that is the file's business.
import {
  at,
  type Dictionary,
  isArray,
  isDictionary,
  isName,
  isReference,
  isStream,
  isString,
  type Value,
} from '../../workshop/pdf/values.ts'

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && Buffer.compare(a, b) === 0

/** Equal as objects, however they were written. References are equal when they name the same object. */
export function isSame(left: Value | undefined, right: Value | undefined): boolean {
  const [a, b] = [left ?? null, right ?? null]
  if (isName(a)) return isName(b) && a.name === b.name
  if (isString(a)) return isString(b) && sameBytes(a, b)
  if (isReference(a)) return isReference(b) && a.object === b.object && a.generation === b.generation
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i]))
  if (isStream(a)) return isStream(b) && sameBytes(a.raw, b.raw) && isSame(a.dictionary, b.dictionary)
  if (isDictionary(a)) return isDictionary(b) && isSameExcept(a, b, [])
  return a === b
}

/** Equal dictionaries when the named keys are left out. */
export function isSameExcept(a: Dictionary, b: Dictionary, except: readonly string[]): boolean {
  for (const key of new Set([...a.keys(), ...b.keys()]))
    if (!except.includes(key) && !isSame(at(a, key), at(b, key))) return false
  return true
}
