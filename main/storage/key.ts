// The one key of the store: 32 random bytes, kept only wrapped – by the OS keychain, or by a passphrase (scrypt).
// Keys for the database, the vault and the hash chains are derived from it and never written.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scryptSync } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { fail, ok, type Result } from '../../preload/contract/result.ts'

/** What the OS keychain can do for us; null where there is none, or where it would be silently weaker. */
export interface Keychain {
  wrap(secret: Uint8Array): Uint8Array
  unwrap(box: Uint8Array): Uint8Array
}

export interface Keys {
  readonly database: Buffer
  readonly vault: Buffer
  readonly chain: Buffer
}

const Wrapped = z.discriminatedUnion('by', [
  z.object({ version: z.literal(1), by: z.literal('keychain'), box: z.string() }),
  z.object({
    version: z.literal(1),
    by: z.literal('passphrase'),
    n: z
      .number()
      .int()
      .max(2 ** 20),
    r: z.number().int().max(32),
    p: z.number().int().max(16),
    salt: z.string(),
    nonce: z.string(),
    box: z.string(),
  }),
])
type Wrapped = z.infer<typeof Wrapped>

const FILE = 'key.json'
/** 64 MB and about a fifth of a second on a slow PC. */
const COST = { n: 2 ** 16, r: 8, p: 1 }

const stretch = (passphrase: string, salt: Buffer, cost: { n: number; r: number; p: number }): Buffer =>
  scryptSync(passphrase.normalize('NFC'), salt, 32, { N: cost.n, r: cost.r, p: cost.p, maxmem: 256 * cost.n * cost.r })

const derive = (master: Uint8Array): Keys => {
  const key = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), `quay ${purpose}`, 32))
  return { database: key('database'), vault: key('vault'), chain: key('chain') }
}

/** A renamed file is durable only when its folder is. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}

function keep(folder: string, wrapped: Wrapped): void {
  const file = join(folder, FILE)
  const handle = openSync(`${file}.new`, 'w', 0o600)
  writeSync(handle, JSON.stringify(wrapped))
  fsyncSync(handle)
  closeSync(handle)
  renameSync(`${file}.new`, file)
  syncFolder(folder)
}

/** How the key of this folder is wrapped, or null when there is none yet. */
export function keyIn(folder: string): Wrapped['by'] | 'damaged' | null {
  if (!existsSync(join(folder, FILE))) return null
  const parsed = readWrapped(folder)
  return parsed === null ? 'damaged' : parsed.by
}

function readWrapped(folder: string): Wrapped | null {
  try {
    return Wrapped.parse(JSON.parse(readFileSync(join(folder, FILE), 'utf8')))
  } catch {
    return null
  }
}

/** Makes the key of a new store. Without keychain and without passphrase it refuses: no silently weaker storage. */
export function makeKey(folder: string, by: { keychain: Keychain } | { passphrase: string }): Keys {
  if (existsSync(join(folder, FILE))) throw new Error('there is a key already')
  const master = randomBytes(32)
  if ('keychain' in by)
    keep(folder, { version: 1, by: 'keychain', box: Buffer.from(by.keychain.wrap(master)).toString('base64') })
  else {
    const salt = randomBytes(16)
    const nonce = randomBytes(12)
    const seal = createCipheriv('aes-256-gcm', stretch(by.passphrase, salt, COST), nonce)
    const box = Buffer.concat([seal.update(master), seal.final(), seal.getAuthTag()])
    const text = (bytes: Buffer): string => bytes.toString('base64')
    keep(folder, { version: 1, by: 'passphrase', ...COST, salt: text(salt), nonce: text(nonce), box: text(box) })
  }
  const keys = derive(master)
  master.fill(0)
  return keys
}

export function openKey(folder: string, by: { keychain: Keychain } | { passphrase: string }): Result<Keys> {
  const wrapped = readWrapped(folder)
  if (wrapped === null) return fail({ kind: 'storage', what: 'damaged' })
  try {
    if (wrapped.by === 'keychain') {
      if (!('keychain' in by)) return fail({ kind: 'storage', what: 'locked' })
      return ok(derive(by.keychain.unwrap(Buffer.from(wrapped.box, 'base64'))))
    }
    if (!('passphrase' in by)) return fail({ kind: 'storage', what: 'locked' })
    const box = Buffer.from(wrapped.box, 'base64')
    const open = createDecipheriv(
      'aes-256-gcm',
      stretch(by.passphrase, Buffer.from(wrapped.salt, 'base64'), wrapped),
      Buffer.from(wrapped.nonce, 'base64'),
    )
    open.setAuthTag(box.subarray(box.length - 16))
    const master = Buffer.concat([open.update(box.subarray(0, box.length - 16)), open.final()])
    const keys = derive(master)
    master.fill(0)
    return ok(keys)
  } catch {
    return fail({ kind: 'storage', what: 'wrong-passphrase' })
  }
}
