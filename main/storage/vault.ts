// Files at rest: each encrypted (AES-256-GCM in chunks), named by the SHA-256 of its content, durable before it is named.
// It never writes plain bytes to disk and never overwrites a file.
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { syncFolder } from './key.ts'

/** SHA-256 of the plain content, lower-case hex. */
export type FileHash = string

export interface Vault {
  /** Durable when it answers. The same content twice is one file. `storage full` when the disk has no room; nothing half stays. */
  put(content: Uint8Array): Result<FileHash>
  /** The plain content, checked against its name. `storage damaged` when it is not what it was. */
  get(hash: FileHash): Result<Buffer>
  has(hash: FileHash): boolean
  /** Files older than a day that no row names are removed; answers how many. */
  sweep(named: ReadonlySet<FileHash>, now: Date): number
  list(): readonly FileHash[]
}

const MAGIC = Buffer.from('QUAYV1\n\0', 'latin1')
const SALT = 16
const CHUNK = 64 * 1024
const TAG = 16
const DAY = 86_400_000

const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(String((error as { code?: unknown }).code))

/** One key a file (HKDF with its own salt), so chunk counters can serve as nonces; the last chunk is marked in the nonce. */
const nonceOf = (index: number, last: boolean): Buffer => {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 0)
  nonce[11] = last ? 1 : 0
  return nonce
}

export function encrypt(key: Buffer, content: Uint8Array, salt = randomBytes(SALT)): Buffer {
  const fileKey = Buffer.from(hkdfSync('sha256', key, salt, 'quay file', 32))
  const parts: Buffer[] = [MAGIC, salt]
  const chunks = Math.max(1, Math.ceil(content.length / CHUNK))
  for (let index = 0; index < chunks; index += 1) {
    const seal = createCipheriv('aes-256-gcm', fileKey, nonceOf(index, index === chunks - 1))
    parts.push(seal.update(content.subarray(index * CHUNK, (index + 1) * CHUNK)), seal.final(), seal.getAuthTag())
  }
  return Buffer.concat(parts)
}

/** Null when a single byte is not what was written. */
export function decrypt(key: Buffer, box: Buffer): Buffer | null {
  if (box.length < MAGIC.length + SALT + TAG || !box.subarray(0, MAGIC.length).equals(MAGIC)) return null
  const fileKey = Buffer.from(hkdfSync('sha256', key, box.subarray(MAGIC.length, MAGIC.length + SALT), 'quay file', 32))
  const body = box.subarray(MAGIC.length + SALT)
  const chunks = Math.max(1, Math.ceil(body.length / (CHUNK + TAG)))
  const parts: Buffer[] = []
  try {
    for (let index = 0; index < chunks; index += 1) {
      const part = body.subarray(index * (CHUNK + TAG), (index + 1) * (CHUNK + TAG))
      if (part.length < TAG) return null
      const open = createDecipheriv('aes-256-gcm', fileKey, nonceOf(index, index === chunks - 1))
      open.setAuthTag(part.subarray(part.length - TAG))
      parts.push(open.update(part.subarray(0, part.length - TAG)), open.final())
    }
  } catch {
    return null
  }
  return Buffer.concat(parts)
}

const sha256 = (content: Uint8Array): FileHash => createHash('sha256').update(content).digest('hex')

export function openVault(folder: string, key: Buffer): Vault {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const place = (hash: FileHash): string => join(folder, hash.slice(0, 2), hash)
  const list = (): FileHash[] =>
    readdirSync(folder)
      .filter((name) => /^[0-9a-f]{2}$/.test(name))
      .flatMap((name) => readdirSync(join(folder, name)).filter((file) => /^[0-9a-f]{64}$/.test(file)))
  return {
    put: (content) => {
      const hash = sha256(content)
      const file = place(hash)
      if (existsSync(file)) {
        // An orphan put again is young again: its row comes a moment later, the sweep may come before it.
        const moment = new Date()
        utimesSync(file, moment, moment)
        return ok(hash)
      }
      const temporary = `${file}.${randomBytes(6).toString('hex')}.new`
      try {
        mkdirSync(join(folder, hash.slice(0, 2)), { recursive: true, mode: 0o700 })
        const handle = openSync(temporary, 'wx', 0o600)
        try {
          const box = encrypt(key, content)
          for (let written = 0; written < box.length; ) written += writeSync(handle, box, written)
          fsyncSync(handle)
        } finally {
          closeSync(handle)
        }
        renameSync(temporary, file)
        syncFolder(join(folder, hash.slice(0, 2)))
        return ok(hash)
      } catch (error) {
        rmSync(temporary, { force: true })
        if (isFull(error)) return fail({ kind: 'storage', what: 'full' })
        throw error
      }
    },
    get: (hash) => {
      try {
        const content = decrypt(key, readFileSync(place(hash)))
        return content !== null && sha256(content) === hash ? ok(content) : fail({ kind: 'storage', what: 'damaged' })
      } catch (error) {
        if ((error as { code?: unknown }).code === 'ENOENT') return fail({ kind: 'storage', what: 'damaged' })
        throw error
      }
    },
    has: (hash) => existsSync(place(hash)),
    list,
    sweep: (named, now) => {
      let removed = 0
      for (const name of readdirSync(folder).filter((part) => /^[0-9a-f]{2}$/.test(part)))
        for (const file of readdirSync(join(folder, name))) {
          const path = join(folder, name, file)
          const old = now.getTime() - statSync(path).mtimeMs > DAY
          if (old && !named.has(file)) {
            rmSync(path, { force: true })
            removed += 1
          }
        }
      return removed
    },
  }
}
