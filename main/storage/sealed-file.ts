// One file at rest: encrypted (AES-256-GCM in chunks), named by the SHA-256 of its content, durable before it is named. The
// name is sealed with every chunk, so that a file under another file's name does not open.
// A ticket lets a process of the workshop read or write one file itself; it holds that file's key, never the store's.
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { syncFolder } from './key.ts'

/** SHA-256 of the plain content, lower-case hex. */
export type FileHash = string

/** The right to read one file. */
export interface ReadTicket {
  readonly path: string
  readonly hash: FileHash
  readonly fileKey: Uint8Array
}
/** The right to add one file. */
export interface WriteTicket {
  readonly folder: string
  readonly salt: Uint8Array
  readonly fileKey: Uint8Array
}

const MAGIC = Buffer.from('QUAYV1\n\0', 'latin1')
const SALT = 16
const CHUNK = 1024 * 1024
const TAG = 16

const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(String((error as { code?: unknown }).code))

/** One key a file (HKDF with its own salt), so chunk counters can serve as nonces; the last chunk is marked in the nonce. */
const nonceOf = (index: number, last: boolean): Buffer => {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 0)
  nonce[11] = last ? 1 : 0
  return nonce
}

const fileKeyOf = (key: Uint8Array, salt: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, salt, 'quay file', 32))

/** The file, piece by piece: its head, then each chunk and its tag. `hash` is the SHA-256 of the content. */
export function* encrypt(
  fileKey: Uint8Array,
  salt: Uint8Array,
  hash: FileHash,
  content: Uint8Array,
): Generator<Uint8Array> {
  const name = Buffer.from(hash, 'hex')
  yield Buffer.concat([MAGIC, salt])
  const chunks = Math.max(1, Math.ceil(content.length / CHUNK))
  for (let index = 0; index < chunks; index += 1) {
    const seal = createCipheriv('aes-256-gcm', fileKey, nonceOf(index, index === chunks - 1)).setAAD(name)
    yield seal.update(content.subarray(index * CHUNK, (index + 1) * CHUNK))
    yield Buffer.concat([seal.final(), seal.getAuthTag()])
  }
}

/** Null when a single byte is not what was written under this name. */
export function decrypt(fileKey: Uint8Array, hash: FileHash, box: Buffer): Buffer | null {
  if (box.length < MAGIC.length + SALT + TAG || !box.subarray(0, MAGIC.length).equals(MAGIC)) return null
  const name = Buffer.from(hash, 'hex')
  const body = box.subarray(MAGIC.length + SALT)
  const chunks = Math.max(1, Math.ceil(body.length / (CHUNK + TAG)))
  const parts: Buffer[] = []
  try {
    for (let index = 0; index < chunks; index += 1) {
      const part = body.subarray(index * (CHUNK + TAG), (index + 1) * (CHUNK + TAG))
      if (part.length < TAG) return null
      const open = createDecipheriv('aes-256-gcm', fileKey, nonceOf(index, index === chunks - 1))
      open.setAAD(name).setAuthTag(part.subarray(part.length - TAG))
      parts.push(open.update(part.subarray(0, part.length - TAG)))
      open.final()
    }
  } catch {
    return null
  }
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts)
}

const sha256 = (content: Uint8Array): FileHash => createHash('sha256').update(content).digest('hex')
export const placeOf = (folder: string, hash: FileHash): string => join(folder, hash.slice(0, 2), hash)

/** Durable when it answers. */
export function removeSealed(folder: string, hash: FileHash): void {
  const path = placeOf(folder, hash)
  if (!existsSync(path)) return
  rmSync(path, { force: true })
  syncFolder(dirname(path))
}

/** Null when there is no such file. */
export function ticketToRead(folder: string, key: Uint8Array, hash: FileHash): ReadTicket | null {
  const path = placeOf(folder, hash)
  const head = Buffer.alloc(MAGIC.length + SALT)
  try {
    const handle = openSync(path, 'r')
    try {
      readSync(handle, head, 0, head.length, 0)
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null
    throw error
  }
  return { path, hash, fileKey: fileKeyOf(key, head.subarray(MAGIC.length)) }
}

export function ticketToWrite(folder: string, key: Uint8Array): WriteTicket {
  const salt = new Uint8Array(randomBytes(SALT))
  return { folder, salt, fileKey: fileKeyOf(key, salt) }
}

/** The plain content, as it was put under its name. `storage damaged` when it is not what it was. */
export function readSealed(ticket: ReadTicket): Result<Buffer> {
  try {
    const content = decrypt(ticket.fileKey, ticket.hash, readFileSync(ticket.path))
    return content === null ? fail({ kind: 'storage', what: 'damaged' }) : ok(content)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return fail({ kind: 'storage', what: 'damaged' })
    throw error
  }
}

/** Durable when it answers. `storage full` when the disk has no room; nothing half stays. */
export function writeSealed(ticket: WriteTicket, content: Uint8Array): Result<FileHash> {
  const hash = sha256(content)
  const file = placeOf(ticket.folder, hash)
  if (existsSync(file)) {
    // An orphan put again is young again: its row comes a moment later, the sweep may come before it.
    const moment = new Date()
    utimesSync(file, moment, moment)
    return ok(hash)
  }
  const temporary = `${file}.${randomBytes(6).toString('hex')}.new`
  const inside = join(ticket.folder, hash.slice(0, 2))
  try {
    mkdirSync(inside, { recursive: true, mode: 0o700 })
    const handle = openSync(temporary, 'wx', 0o600)
    try {
      for (const part of encrypt(ticket.fileKey, ticket.salt, hash, content))
        for (let written = 0; written < part.length; ) written += writeSync(handle, part, written)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(temporary, file)
    syncFolder(inside)
    return ok(hash)
  } catch (error) {
    rmSync(temporary, { force: true })
    if (isFull(error)) return fail({ kind: 'storage', what: 'full' })
    throw error
  }
}
