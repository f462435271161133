// The board on which PC/SC readers and their cards are written up: one background watch, shared by all who hold it.
// Promises to come back by itself when the PC/SC service starts or restarts: the binding's client is dropped and made anew.
// Never connects to a card, and never believes the ATR of a change event (it is wrong; the connected card's is right).
import type { Client, Reader } from 'pcsc-mini'
import { pcscCodeOf } from './pcsc-codes.ts'

export type Binding = typeof import('pcsc-mini')
/** For the host's diary: an event and a code. Nothing personal. */
export type CardLog = (event: string, code: string | number | null) => void

/** How long to wait for the first word of a freshly started watch; with no reader attached no word ever comes. */
const FIRST_WORD_MS = 300
const RETRY_MS = 1000

/** How long the watch must have been quiet before it is stopped, see `stopWhenQuiet`. */
const QUIET_MS = 1000

/**
 * Clients that reported an error. The binding cannot stop them, and when the garbage collector takes one, its finalizer
 * throws an error nobody can catch: so they are kept, a few kilobytes for each restart of the service.
 */
const abandoned: Client[] = []

interface Row {
  readonly reader: Reader
  readonly loaded: boolean
}

interface Watch {
  readonly client: Client
  readonly rows: Map<string, Row>
  readonly settled: Promise<void>
}

export interface AttachedReader {
  readonly reader: Reader
  /** Must stay referenced while a card of it is connected: the binding keeps the connection inside its client. */
  readonly client: Client
}

export interface ReaderBoard {
  /** Keeps the watch running until the returned function is called. `nudge`: something changed, look again. */
  hold(nudge?: () => void): () => void
  /** Resolves when the board shows what is attached now (or the service is found not running). */
  settled(): Promise<void>
  readers(): readonly { readonly name: string; readonly loaded: boolean }[]
  find(name: string): AttachedReader | undefined
  /** Resolves true once the card has left the reader (or the reader is gone), false if it still lies there after `ms`. */
  leaves(name: string, ms: number): Promise<boolean>
}

export function createReaderBoard(load: () => Promise<Binding>, log: CardLog): ReaderBoard {
  const holders = new Map<symbol, () => void>()
  let watch: Watch | null = null
  let starting: Promise<void> | null = null
  let retry: NodeJS.Timeout | null = null
  let stopping: NodeJS.Timeout | null = null
  /** An outage is written down once, not every second. */
  let outage: string | number | null = null

  const changed = () => {
    for (const nudge of [...holders.values()]) nudge()
  }

  /**
   * The binding's `stop` is a cancel that is lost while its thread is between two waits, and then blocks this thread for a
   * minute. So a watch is stopped only when nobody holds it and nothing has happened for a while.
   */
  const stopWhenQuiet = () => {
    if (stopping) clearTimeout(stopping)
    stopping = null
    if (holders.size > 0) return
    stopping = setTimeout(() => {
      stopping = null
      const client = watch?.client
      if (holders.size > 0 || !client) return
      watch = null
      try {
        client.stop()
      } catch (error) {
        abandoned.push(client)
        log('card-watch-stop', pcscCodeOf(error))
      }
    }, QUIET_MS)
  }

  const begin = async () => {
    const binding = await load().catch((error: unknown) => {
      log('card-binding', pcscCodeOf(error))
      return null
    })
    if (!binding || watch || holders.size === 0) return
    const { Client: NewClient, ReaderStatus } = binding
    const client = new NewClient()
    const rows = new Map<string, Row>()
    let firstWord: () => void = () => {}
    const settled = new Promise<void>((resolve) => {
      const limit = setTimeout(resolve, FIRST_WORD_MS)
      // The first readers come one after the other in the same turn: look once more after it.
      firstWord = () => {
        clearTimeout(limit)
        setImmediate(resolve)
      }
    })
    client.on('reader', (reader) => {
      reader.on('change', (status) => {
        rows.set(reader.name(), { reader, loaded: status.has(ReaderStatus.PRESENT) })
        firstWord()
        changed()
        if (stopping) stopWhenQuiet()
      })
      reader.on('disconnect', () => {
        rows.delete(reader.name())
        changed()
      })
    })
    client.on('error', (error) => {
      if (watch?.client !== client) return
      log('card-watch', pcscCodeOf(error))
      watch = null
      abandoned.push(client)
      rows.clear()
      firstWord()
      changed()
      again()
    })
    try {
      client.start()
    } catch (error) {
      firstWord()
      const code = pcscCodeOf(error)
      if (code !== outage) log('card-watch-start', code)
      outage = code
      return
    }
    outage = null
    watch = { client, rows, settled }
    changed()
  }

  const start = () => {
    starting ??= begin().finally(() => {
      starting = null
      if (!watch) again()
    })
    return starting
  }

  const again = () => {
    if (retry || holders.size === 0) return
    retry = setTimeout(() => {
      retry = null
      if (!watch && holders.size > 0) void start()
    }, RETRY_MS)
    retry.unref()
  }

  const loaded = (name: string) => watch?.rows.get(name)?.loaded ?? false

  return {
    hold(nudge = () => {}) {
      const mine = Symbol('holder')
      holders.set(mine, nudge)
      if (stopping) stopWhenQuiet()
      if (!watch) void start()
      return () => {
        holders.delete(mine)
        if (holders.size > 0) return
        if (retry) clearTimeout(retry)
        retry = null
        stopWhenQuiet()
      }
    },
    async settled() {
      if (!watch) await start()
      await watch?.settled
    },
    readers: () => [...(watch?.rows ?? [])].map(([name, row]) => ({ name, loaded: row.loaded })),
    find(name) {
      const row = watch?.rows.get(name)
      return watch && row ? { reader: row.reader, client: watch.client } : undefined
    },
    leaves(name, ms) {
      if (!loaded(name)) return Promise.resolve(true)
      return new Promise((resolve) => {
        const mine = Symbol('leaving')
        const end = (left: boolean) => {
          clearTimeout(limit)
          holders.delete(mine)
          resolve(left)
        }
        const limit = setTimeout(() => end(false), ms)
        holders.set(mine, () => {
          if (!loaded(name)) end(true)
        })
      })
    },
  }
}
