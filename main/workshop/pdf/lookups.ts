// Objects by number for an open file: references followed, object streams unpacked, sealed strings and streams opened.
// Promises that every object is read once, loops are cut, and no more than 128 MB of unpacked object streams are kept.
import type { Entry } from './cross-reference.ts'
import { filtersOf, type Look, type Unfolded, unfold } from './filters.ts'
import { type Container, type Desk, openContainer, readContained, unpackPart } from './indirect.ts'
import { openSecret, openStrings, type Secret } from './secret.ts'
import { troubled } from './tokens.ts'
import {
  asDictionary,
  asName,
  asReference,
  at,
  type Dictionary,
  isArray,
  isReference,
  isString,
  type Stream,
  type Value,
} from './values.ts'

const MOST_HOPS = 32
const MOST_UNPACKED = 128 * 1024 * 1024

export interface Lock {
  /** `password`: it wants one that is not empty, or is locked in a way not known here; streams and strings stay sealed. */
  readonly encrypted: 'no' | 'empty-password' | 'password'
  /** Opens and seals strings and streams; null unless `empty-password`. */
  readonly secret: Secret | null
}

export interface Lookups {
  /** The object of that number, `null` when there is none (§7.3.10). Strings are open, streams still sealed. */
  readonly read: (number: number) => Value
  /** The value itself, references followed. */
  readonly look: Look
  /** The bytes of a stream, opened when they are sealed, still in their filters. */
  readonly unseal: (stream: Stream) => Uint8Array
  /** Opened and unfolded up to an image coding, predictors left. Out of each filter come at most `ceiling` bytes. */
  readonly open: (stream: Stream, ceiling: number) => Unfolded
  /** Opened and unfolded to the end, predictors undone, at most 64 MB; throws where an image coding is left. */
  readonly decode: (stream: Stream) => Buffer
}

/** `entries` may still grow; `forget` what was read before they did. `fetch` gives an object that stands by itself, sealed. */
export function lookupsOf(
  desk: Desk,
  entries: ReadonlyMap<number, Entry>,
  fetch: (number: number, look: Look) => Value,
) {
  const { budget, lenient } = desk
  const known = new Map<number, Value>()
  const containers = new Map<number, Container>()
  const underway = new Set<number>()
  let unpacked = 0
  let lock: Lock = { encrypted: 'no', secret: null }
  /** The Encrypt dictionary itself is in the clear. */
  let clear: { readonly number: number; readonly value: Value } | null = null

  const container = (number: number): Container => {
    const ready = containers.get(number)
    if (ready !== undefined) return ready
    // By searching, what stands there by itself is the container, whatever else claims its number.
    const opened = openContainer(desk, lenient ? fetch(number, look) : read(number), look, rawOf)
    unpacked += opened.source.length
    for (const [old, { source }] of containers) {
      if (unpacked <= MOST_UNPACKED) break
      containers.delete(old)
      unpacked -= source.length
    }
    containers.set(number, opened)
    return opened
  }
  const fetchSealed = (number: number): Value => {
    const entry = entries.get(number)
    if (entry === undefined || entry.kind === 'free') return null
    if (entry.kind === 'inside') {
      if (entries.get(entry.stream)?.kind !== 'here' && !lenient) throw troubled(budget, 'broken-xref')
      return readContained(desk, container(entry.stream), number, entry.index)
    }
    const value = fetch(number, look)
    const { secret } = lock
    if (secret === null) return value
    return openStrings(value, (data) => secret.open('string', number, entry.generation, data))
  }
  const read = (number: number): Value => {
    const before = known.get(number)
    if (before !== undefined) return before
    if (underway.has(number)) {
      if (lenient) return null
      throw troubled(budget, 'loop')
    }
    underway.add(number)
    try {
      const value = fetchSealed(number)
      known.set(number, value)
      return value
    } finally {
      underway.delete(number)
    }
  }
  const look: Look = (value) => {
    let current = value ?? null
    for (let hops = 0; isReference(current); hops += 1) {
      if (hops >= MOST_HOPS) {
        if (lenient) return null
        throw troubled(budget, 'loop')
      }
      const { object, generation } = current
      const entry = entries.get(object)
      const meant = lenient || generation === (entry?.kind === 'here' ? entry.generation : 0)
      current = meant ? read(object) : null
    }
    return current
  }
  /** The bytes of a stream, opened when they are sealed. */
  const rawOf = (stream: Stream): Uint8Array => {
    const { dictionary, object, generation, raw } = stream
    if (lock.encrypted === 'no' || object === undefined) return raw
    const type = asName(look(at(dictionary, 'Type')))
    if (type === 'XRef' || (type === 'Metadata' && lock.secret?.plainMetadata === true)) return raw
    const crypt = filtersOf(dictionary, look).find(({ name }) => name === 'Crypt')
    if (crypt !== undefined && (asName(look(at(crypt.parameters ?? undefined, 'Name'))) ?? 'Identity') === 'Identity')
      return raw
    if (lock.secret === null) throw troubled(budget, 'locked')
    return lock.secret.open('stream', object, generation ?? 0, raw)
  }
  const forget = (): void => {
    known.clear()
    if (clear !== null) known.set(clear.number, clear.value)
  }
  const unlock = (trailer: Dictionary): Lock => {
    const value = at(trailer, 'Encrypt')
    if (value === undefined) return lock
    const readable = <T>(what: () => T): T | undefined => {
      try {
        return what()
      } catch {
        return undefined
      }
    }
    const dictionary = readable(() => asDictionary(look(value)))
    const ids = readable(() => look(at(trailer, 'ID')))
    const id = isArray(ids) && isString(ids[0]) ? ids[0] : new Uint8Array()
    const secret = (dictionary && readable(() => openSecret(dictionary, id, look))) ?? null
    const number = asReference(value)?.object
    if (number !== undefined && dictionary !== undefined) clear = { number, value: dictionary }
    lock = { encrypted: secret === null ? 'password' : 'empty-password', secret }
    forget()
    return lock
  }
  const lookups: Lookups = {
    read,
    look,
    unseal: rawOf,
    open: (stream, ceiling) =>
      unfold(
        rawOf(stream),
        filtersOf(stream.dictionary, look).filter(({ name }) => !lenient || name !== '?'),
        { ceiling, budget, look, lenient, undo: false },
      ),
    decode: (stream) => {
      const { data, rest } = unpackPart(desk, stream, rawOf(stream), look)
      if (rest !== null) throw troubled(budget, 'unknown-filter')
      return data
    },
  }
  return { lookups, container, unlock, forget }
}
