// One file at rest: encrypted (AES-256-GCM in chunks), named by the SHA-256 of its content, durable before it is named. The
// name is sealed with every chunk, so that a file under another file's name does not open.
// A ticket lets a process of the workshop read or write one file itself; it holds that file's key, never the store's.
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
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
/** A cipher answers with new memory each time: in small pieces it is soon used again. */
const PIECE = 64 * 1024
/** Larger files get memory of their own, which is given back. */
const MOST_KEPT = 8 * 1024 * 1024

/** Memory of a process that works at one file after the other: what lies in it is gone with the next. */
export interface Memory {
  /** As it stands on the disk, and its content. */
  readonly box: (bytes: number) => Buffer
  readonly content: (bytes: number) => Buffer
}
export function openMemory(): Memory {
  const open = () => {
    let kept = Buffer.alloc(0)
    return (bytes: number): Buffer => {
      if (bytes > MOST_KEPT) return Buffer.allocUnsafeSlow(bytes)
      if (bytes > kept.length) kept = Buffer.allocUnsafeSlow(Math.min(MOST_KEPT, Math.ceil(bytes * 1.25)))
      return kept.subarray(0, bytes)
    }
  }
  return { box: open(), content: open() }
}
const OWN: Memory = { box: Buffer.allocUnsafeSlow, content: Buffer.allocUnsafeSlow }

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE)
}

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
    for (const piece of piecesOf(content.subarray(index * CHUNK, (index + 1) * CHUNK))) yield seal.update(piece)
    yield Buffer.concat([seal.final(), seal.getAuthTag()])
  }
}

/** Null when a single byte is not what was written under this name. `room`: the memory it is written to. */
export function decrypt(
  fileKey: Uint8Array,
  hash: FileHash,
  box: Buffer,
  room: (bytes: number) => Buffer = Buffer.allocUnsafeSlow,
): Buffer | null {
  if (box.length < MAGIC.length + SALT + TAG || !box.subarray(0, MAGIC.length).equals(MAGIC)) return null
  const name = Buffer.from(hash, 'hex')
  const body = box.subarray(MAGIC.length + SALT)
  const chunks = Math.max(1, Math.ceil(body.length / (CHUNK + TAG)))
  const length = body.length - chunks * TAG
  if (length < 0) return null
  const content = room(length)
  let written = 0
  try {
    for (let index = 0; index < chunks; index += 1) {
      const part = body.subarray(index * (CHUNK + TAG), (index + 1) * (CHUNK + TAG))
      if (part.length < TAG) return null
      const open = createDecipheriv('aes-256-gcm', fileKey, nonceOf(index, index === chunks - 1))
      open.setAAD(name).setAuthTag(part.subarray(part.length - TAG))
      for (const piece of piecesOf(part.subarray(0, part.length - TAG)))
        written += open.update(piece).copy(content, written)
      open.final()
    }
  } catch {
    return null
  }
  return content
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

/**
 * The plain content, as it was put under its name. `storage damaged` when it is not what it was. In `memory` the content may be
 * followed by `spare` bytes of room.
 */
export function readSealed(ticket: ReadTicket, memory = OWN, spare = 0): Result<Buffer> {
  try {
    const content = decrypt(ticket.fileKey, ticket.hash, readBox(ticket.path, memory), (bytes) =>
      memory.content(bytes + spare).subarray(0, bytes),
    )
    return content === null ? fail({ kind: 'storage', what: 'damaged' }) : ok(content)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return fail({ kind: 'storage', what: 'damaged' })
    throw error
  }
}
function readBox(path: string, { box }: Memory): Buffer {
  const handle = openSync(path, 'r')
  try {
    const whole = box(fstatSync(handle).size)
    let read = 0
    while (read < whole.length) {
      const more = readSync(handle, whole, read, whole.length - read, null)
      if (more === 0) break
      read += more
    }
    return whole.subarray(0, read)
  } finally {
    closeSync(handle)
  }
}

/** Durable when it answers. `storage full` when the disk has no room; nothing half stays. `hash`: when it is known already. */
export function writeSealed(ticket: WriteTicket, content: Uint8Array, hash = sha256(content)): Result<FileHash> {
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
