// The standard security handler of PDF with the empty user password (ISO 32000-1 §7.6, ISO 32000-2 §7.6.4): RC4 of 40 to 128
// bits, AES-128, AES-256 (revisions 5 and 6). Many scanners "protect" their files so. Never tries another password.
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import type { Look } from './filters.ts'
import {
  asBuffer,
  asName,
  asString,
  at,
  type Dictionary,
  isArray,
  isDictionary,
  isStream,
  isString,
  rememberSpan,
  spanOf,
  type Value,
} from './values.ts'

export type Sealed = 'stream' | 'string'

export interface Secret {
  readonly open: (kind: Sealed, object: number, generation: number, data: Uint8Array) => Buffer
  /** For what is appended to such a file. `vector`: 16 random bytes, not used by RC4. */
  readonly seal: (kind: Sealed, object: number, generation: number, data: Uint8Array, vector: Uint8Array) => Buffer
  /** The metadata stream stands there in the clear. */
  readonly plainMetadata: boolean
}

const PADDING = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex')
type Method = 'none' | 'rc4' | 'aes-128' | 'aes-256'
const METHODS: Readonly<Record<string, Method>> = { None: 'none', V2: 'rc4', AESV2: 'aes-128', AESV3: 'aes-256' }

/** `lock` is the Encrypt dictionary, `id` the first file identifier. Null: it wants a password, or a handler not known here. */
export function openSecret(lock: Dictionary, id: Uint8Array, look: Look): Secret | null {
  const number = (key: string, otherwise: number): number => {
    const value = look(lock.get(key))
    return typeof value === 'number' ? value : otherwise
  }
  const bytes = (key: string): Buffer => asBuffer(asString(look(lock.get(key))) ?? new Uint8Array())
  if (asName(look(lock.get('Filter'))) !== 'Standard') return null
  const [version, revision] = [number('V', 0), number('R', 0)]
  const methods = { stream: methodOf(lock, version, 'StmF', look), string: methodOf(lock, version, 'StrF', look) }
  if (methods.stream === null) return null
  const plainMetadata = look(lock.get('EncryptMetadata')) === false && revision >= 4
  const told = number('Length', version === 4 ? 128 : 40)
  // Some writers count bytes.
  const bits = told < 40 ? told * 8 : told
  const key =
    revision >= 5
      ? keyOfSix(bytes('U'), bytes('UE'), revision)
      : keyOfFour(bytes('O'), bytes('U'), number('P', 0), asBuffer(id), {
          revision,
          length: version === 1 ? 5 : Math.min(16, Math.max(5, bits >> 3)),
          plainMetadata,
        })
  if (key === null || !Object.values(methods).every((method) => fits(method, key))) return null
  const keyFor = (method: Method, object: number, generation: number): Buffer => {
    if (revision >= 5) return key
    const tail = Buffer.from([object, object >> 8, object >> 16, generation, generation >> 8].map((part) => part & 255))
    const salt = method === 'aes-128' ? [Buffer.from('sAlT', 'latin1')] : []
    return md5(key, tail, ...salt).subarray(0, Math.min(16, key.length + 5))
  }
  return {
    open: (kind, object, generation, data) => {
      const method = methods[kind] ?? 'none'
      return decrypt(method, keyFor(method, object, generation), asBuffer(data))
    },
    seal: (kind, object, generation, data, vector) => {
      const method = methods[kind] ?? 'none'
      return encrypt(method, keyFor(method, object, generation), asBuffer(data), vector)
    },
    plainMetadata,
  }
}

/** A file may name a method that its own key is too short or too long for. */
const fits = (method: Method | null, key: Buffer): boolean =>
  method === 'aes-256' ? key.length === 32 : method === 'aes-128' ? key.length >= 11 && key.length <= 16 : true

const md5 = (...parts: readonly Uint8Array[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest()

function methodOf(lock: Dictionary, version: number, which: 'StmF' | 'StrF', look: Look): Method | null {
  if (version === 1 || version === 2) return 'rc4'
  if (version !== 4 && version !== 5) return null
  const wanted = asName(look(lock.get(which))) ?? 'Identity'
  if (wanted === 'Identity') return 'none'
  const filters = look(lock.get('CF'))
  const filter = isDictionary(filters) ? look(filters.get(wanted)) : null
  return METHODS[(isDictionary(filter) && asName(look(filter.get('CFM')))) || ''] ?? null
}

/** Algorithms 2, 4 and 5 of ISO 32000-1 §7.6.3: the key of the empty password, when it gives the /U of the file. */
function keyOfFour(
  owner: Buffer,
  user: Buffer,
  permissions: number,
  id: Buffer,
  how: { readonly revision: number; readonly length: number; readonly plainMetadata: boolean },
): Buffer | null {
  const words = Buffer.alloc(4)
  words.writeInt32LE(permissions | 0)
  let key = md5(PADDING, owner.subarray(0, 32), words, id, Buffer.alloc(how.plainMetadata ? 4 : 0, 0xff))
  if (how.revision >= 3) for (let round = 0; round < 50; round += 1) key = md5(key.subarray(0, how.length))
  key = key.subarray(0, how.length)
  if (how.revision === 2) return rc4(key, PADDING).equals(user.subarray(0, 32)) ? key : null
  let value = rc4(key, md5(PADDING, id))
  for (let round = 1; round <= 19; round += 1)
    value = rc4(
      key.map((byte) => byte ^ round),
      value,
    )
  return value.subarray(0, 16).equals(user.subarray(0, 16)) ? key : null
}

/** ISO 32000-2 §7.6.4.4.10: the file key of AES-256, from the empty user password. */
function keyOfSix(user: Buffer, sealed: Buffer, revision: number): Buffer | null {
  if (user.length < 48 || sealed.length < 32) return null
  const hash = revision === 5 ? sha256 : hashOfSix
  if (!hash(user.subarray(32, 40)).equals(user.subarray(0, 32))) return null
  const open = createDecipheriv('aes-256-cbc', hash(user.subarray(40, 48)), Buffer.alloc(16)).setAutoPadding(false)
  return Buffer.concat([open.update(sealed.subarray(0, 32)), open.final()])
}

const sha256 = (data: Buffer): Buffer => createHash('sha256').update(data).digest()

/** Algorithm 2.B for an empty password. */
function hashOfSix(salt: Buffer): Buffer {
  let value = sha256(salt)
  for (let round = 0; ; round += 1) {
    const seal = createCipheriv('aes-128-cbc', value.subarray(0, 16), value.subarray(16, 32)).setAutoPadding(false)
    const mixed = seal.update(Buffer.concat(Array.from({ length: 64 }, () => value)))
    const rest = mixed.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) % 3
    value = createHash(['sha256', 'sha384', 'sha512'][rest] ?? 'sha256')
      .update(mixed)
      .digest()
    if (round >= 63 && (mixed[mixed.length - 1] ?? 0) <= round - 31) return value.subarray(0, 32)
  }
}

function decrypt(method: Method, key: Buffer, data: Buffer): Buffer {
  if (method === 'none') return data
  if (method === 'rc4') return rc4(key, data)
  // The first block is the initial vector; what is no whole block is cut, padding is taken off by hand.
  const whole = data.length - (data.length % 16)
  if (whole < 32) return Buffer.alloc(0)
  const open = createDecipheriv(`${method}-cbc`, key, data.subarray(0, 16)).setAutoPadding(false)
  const plain = Buffer.concat([open.update(data.subarray(16, whole)), open.final()])
  const padding = plain[plain.length - 1] ?? 0
  return padding >= 1 && padding <= 16 ? plain.subarray(0, plain.length - padding) : plain
}

function encrypt(method: Method, key: Buffer, data: Buffer, vector: Uint8Array): Buffer {
  if (method === 'none') return data
  if (method === 'rc4') return rc4(key, data)
  const seal = createCipheriv(`${method}-cbc`, key, vector)
  return Buffer.concat([vector, seal.update(data), seal.final()])
}

/** By hand: newer crypto libraries no longer have it. */
function rc4(key: Uint8Array, data: Uint8Array): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index)
  for (let i = 0, j = 0; i < 256; i += 1) {
    const here = state[i] ?? 0
    j = (j + here + (key[i % key.length] ?? 0)) & 255
    state[i] = state[j] ?? 0
    state[j] = here
  }
  const out = Buffer.alloc(data.length)
  for (let at = 0, i = 0, j = 0; at < data.length; at += 1) {
    i = (i + 1) & 255
    const here = state[i] ?? 0
    j = (j + here) & 255
    const there = state[j] ?? 0
    state[i] = there
    state[j] = here
    out[at] = (data[at] ?? 0) ^ (state[(here + there) & 255] ?? 0)
  }
  return out
}

/** The same value with its strings opened; the value of a signature stands there in the clear (ISO 32000-2 §7.6.2). */
export function openStrings(value: Value, open: (data: Uint8Array) => Uint8Array): Value {
  if (isString(value)) return open(value)
  if (isArray(value))
    return rememberSpan(
      value.map((each) => openStrings(each, open)),
      spanOf(value),
    )
  if (isStream(value)) return { ...value, dictionary: openStrings(value.dictionary, open) as Dictionary }
  if (!isDictionary(value)) return value
  const entries = new Map<string, Value>()
  for (const [key, each] of value)
    entries.set(key, key === 'Contents' && at(value, 'ByteRange') !== undefined ? each : openStrings(each, open))
  return rememberSpan(entries, spanOf(value))
}
