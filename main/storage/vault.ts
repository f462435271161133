// Files at rest: each encrypted (AES-256-GCM in chunks), named by the SHA-256 of its content, durable before it is named.
// It never writes plain bytes to disk and never overwrites a file.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import {
  type FileHash,
  placeOf,
  type ReadTicket,
  readSealed,
  removeSealed,
  ticketToRead,
  ticketToWrite,
  type WriteTicket,
  writeSealed,
} from './sealed-file.ts'

export interface Vault {
  /** Durable when it answers. The same content twice is one file. `storage full` when the disk has no room; nothing half stays. */
  put(content: Uint8Array): Result<FileHash>
  /** The plain content, checked against its name. `storage damaged` when it is not what it was. */
  get(hash: FileHash): Result<Buffer>
  /** For a process of the workshop, which then reads the file itself. `storage damaged` when there is none. */
  reading(hash: FileHash): Result<ReadTicket>
  writing(): WriteTicket
  has(hash: FileHash): boolean
  /** Gone for good, at once. Nothing happens when there is no such file; whether a row still names it is the caller's to know. */
  remove(hash: FileHash): void
  /** Files older than a day that no row names are removed; answers how many. */
  sweep(named: ReadonlySet<FileHash>, now: Date): number
  list(): readonly FileHash[]
}

const DAY = 86_400_000

export function openVault(folder: string, key: Buffer): Vault {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const list = (): FileHash[] =>
    readdirSync(folder)
      .filter((name) => /^[0-9a-f]{2}$/.test(name))
      .flatMap((name) => readdirSync(join(folder, name)).filter((file) => /^[0-9a-f]{64}$/.test(file)))
  return {
    put: (content) => writeSealed(ticketToWrite(folder, key), content),
    get: (hash) => {
      const ticket = ticketToRead(folder, key, hash)
      return ticket === null ? fail({ kind: 'storage', what: 'damaged' }) : readSealed(ticket)
    },
    reading: (hash) => {
      const ticket = ticketToRead(folder, key, hash)
      return ticket === null ? fail({ kind: 'storage', what: 'damaged' }) : ok(ticket)
    },
    writing: () => ticketToWrite(folder, key),
    has: (hash) => existsSync(placeOf(folder, hash)),
    list,
    remove: (hash) => removeSealed(folder, hash),
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
