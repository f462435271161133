// Opens the standard security handler of PDF with the empty user password (ISO 32000-1 §7.6.3, ISO 32000-2 §7.6.4):
// RC4, AES-128 and AES-256. Many scanners "protect" their files so. Never tries another password.
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import type { Get } from './filters.ts'
import { type Dictionary, isDictionary, isName, isText, type Value } from './tokens.ts'

export interface Secret {
  readonly open: (object: number, generation: number, data: Buffer) => Buffer
}

const PADDING = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex')
type Method = 'none' | 'rc4' | 'aes-128' | 'aes-256'

/** Null: it wants a password, or a handler that is not known here. */
export function openSecret(lock: Dictionary, id: string, get: Get): Secret | null {
  const number = (key: string, otherwise: number): number => {
    const value = get(lock.get(key))
    return typeof value === 'number' ? value : otherwise
  }
  const bytes = (key: string): Buffer => {
    const value = get(lock.get(key))
    return Buffer.from(isText(value) ? value.text : '', 'latin1')
  }
  if (nameOf(get(lock.get('Filter'))) !== 'Standard') return null
  const [version, revision] = [number('V', 0), number('R', 0)]
  const method = methodOf(lock, version, get)
  if (method === null) return null
  if (revision >= 5) {
    const key = keyOfSix(bytes('U'), bytes('UE'), revision)
    return key === null ? null : { open: (_, __, data) => decrypt(method, key, data) }
  }
  const length = version === 1 ? 5 : Math.min(16, Math.max(5, number('Length', version === 4 ? 128 : 40) >> 3))
  const words = Buffer.alloc(4)
  words.writeInt32LE(number('P', 0) | 0)
  const idBytes = Buffer.from(id, 'latin1')
  const open = get(lock.get('EncryptMetadata')) === false && revision >= 4 ? [Buffer.from('ffffffff', 'hex')] : []
  let key = md5(PADDING, bytes('O').subarray(0, 32), words, idBytes, ...open)
  if (revision >= 3) for (let round = 0; round < 50; round += 1) key = md5(key.subarray(0, length))
  key = key.subarray(0, length)
  if (!isRight(key, bytes('U'), idBytes, revision)) return null
  return {
    open: (object, generation, data) => {
      const tail = Buffer.from(
        [object, object >> 8, object >> 16, generation, generation >> 8].map((part) => part & 255),
      )
      const salt = method === 'aes-128' ? [Buffer.from('sAlT', 'latin1')] : []
      return decrypt(method, md5(key, tail, ...salt).subarray(0, Math.min(16, key.length + 5)), data)
    },
  }
}

const nameOf = (value: Value): string => (isName(value) ? value.name : '')
const md5 = (...parts: readonly Uint8Array[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest()

function methodOf(lock: Dictionary, version: number, get: Get): Method | null {
  if (version === 1 || version === 2) return 'rc4'
  if (version !== 4 && version !== 5) return null
  const wanted = nameOf(get(lock.get('StmF'))) || 'Identity'
  if (wanted === 'Identity') return 'none'
  const filters = get(lock.get('CF'))
  const filter = isDictionary(filters) ? get(filters.get(wanted)) : null
  const method = isDictionary(filter) ? nameOf(get(filter.get('CFM'))) : ''
  const known: Readonly<Record<string, Method>> = { None: 'none', V2: 'rc4', AESV2: 'aes-128', AESV3: 'aes-256' }
  return known[method] ?? null
}

/** Algorithms 6.4 to 6.6: does the key of the empty password give the /U of the file? */
function isRight(key: Buffer, user: Buffer, id: Buffer, revision: number): boolean {
  if (revision === 2) return rc4(key, PADDING).equals(user.subarray(0, 32))
  let value = rc4(key, md5(PADDING, id))
  for (let round = 1; round <= 19; round += 1)
    value = rc4(
      key.map((byte) => byte ^ round),
      value,
    )
  return value.subarray(0, 16).equals(user.subarray(0, 16))
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
