// Files of the vault that nothing names: leftovers of a crashed moment after a day, images of secret papers at once.
// It decides nothing: what is named and what has to go it is told, and what a row names it never removes.
import type { Log } from '../log.ts'
import type { Reader, Storage } from './open.ts'
import type { FileHash } from './sealed-file.ts'
import type { Vault } from './vault.ts'

/** Milliseconds after the start, when the first citizen has been served. */
const SWEEP_AFTER = 10 * 60_000

export interface Clearing {
  /** What has to go, and these files too; but for what a row names. Not inside a transaction. */
  erase(files?: readonly FileHash[]): void
  /** What a killed program left: images that had to go now, before anything else; the rest in ten minutes. */
  start(): void
  stop(): void
}

export function openClearing(parts: {
  readonly storage: Storage
  readonly vault: Vault
  readonly log: Log
  readonly now: () => Date
  /** Files of secret papers. Another row may name the same bytes. */
  readonly gone: (r: Reader) => readonly FileHash[]
  /** Files that pages and documents name. */
  readonly named: (r: Reader) => readonly FileHash[]
  /** Files that the journal of signing and the evidence name: always those of a document, secret or not. */
  readonly signed: (r: Reader) => readonly FileHash[]
}): Clearing {
  const { storage, vault, log } = parts
  let sweeping: NodeJS.Timeout | null = null

  const erase = (files: readonly FileHash[] = []): void => {
    const there = storage.read((r) => [...files, ...parts.gone(r)]).filter((hash) => vault.has(hash))
    if (there.length === 0) return
    const named = storage.read((r) => new Set(parts.named(r)))
    const gone = there.filter((hash) => !named.has(hash))
    for (const hash of gone) vault.remove(hash)
    log('storage.erased', { files: gone.length })
  }
  const sweep = (): void => {
    const named = storage.read((r) => new Set([...parts.named(r), ...parts.signed(r)]))
    log('storage.swept', { files: vault.sweep(named, parts.now()) })
  }
  return {
    erase,
    start: () => {
      erase()
      sweeping = setTimeout(sweep, SWEEP_AFTER)
    },
    stop: () => {
      if (sweeping !== null) clearTimeout(sweeping)
    },
  }
}
