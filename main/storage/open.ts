// The encrypted database: opened with its key, brought to the newest shape, read with read(), changed only inside write().
// A database that is newer than the program or damaged opens read-only and says so; nothing here ever erases.
import { closeSync, existsSync, fdatasync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { getTableColumns, sql } from 'drizzle-orm'
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'

type Drizzle = BetterSQLite3Database<Record<string, never>>

declare const mayRead: unique symbol
declare const mayWrite: unique symbol

export type Looks = Pick<Drizzle, 'select' | 'selectDistinct'>
type Changes = Pick<Drizzle, 'select' | 'selectDistinct' | 'insert' | 'update' | 'delete'>

/** The right to look. */
export type Reader = Looks & {
  /** A prepared sentence with placeholders, built the first time and then only said: for what is asked thousands of times. */
  kept<S>(sentence: (db: Looks) => S): S
  readonly [mayRead]: true
}
/** The right to change, alive only inside one `write`. Kept and used later, it throws. */
export type Writer = Changes & {
  /** As the reader's; the sentence may change something. */
  kept<S>(sentence: (db: Changes) => S): S
  readonly [mayRead]: true
  readonly [mayWrite]: true
}

/** Every column of a table as a placeholder of its own name: `insert(table).values(placeholdersOf(table)).prepare()`. */
export function placeholdersOf<T extends SQLiteTable>(table: T): T['$inferInsert'] {
  return Object.fromEntries(Object.keys(getTableColumns(table)).map((name) => [name, sql.placeholder(name)])) as never
}

/** A transaction is synchronous: handing in an async function does not compile. */
type Plain<T> = T extends PromiseLike<unknown> ? never : T

export interface Storage {
  read<T>(look: (r: Reader) => T): T
  /** One synchronous transaction: everything or nothing, durable when it answers. */
  write<T>(change: (w: Writer) => Plain<T>): T
  /** As `write`, but the thread does not wait for the disk: it is over at once, and durable when the promise answers. */
  writeSoon<T>(change: (w: Writer) => Plain<T>): { readonly answer: T; readonly durable: Promise<void> }
  /** 'fine', or why nothing may be written. */
  readonly state: 'fine' | 'damaged' | 'newer'
  /** True when every page decrypts and the structure holds (PRAGMA integrity_check, cipher MACs). */
  check(): boolean
  close(): void
}

export interface StorageOptions {
  readonly file: string
  /** 32 bytes. */
  readonly key: Buffer
  readonly migrations: string
  /** The driver's binary, where the one in its package does not fit the runtime. */
  readonly nativeBinding?: string
}

interface Journal {
  readonly entries: readonly { readonly when: number }[]
}

function isNewer(database: Database.Database, migrations: string): boolean {
  const known = JSON.parse(readFileSync(join(migrations, 'meta/_journal.json'), 'utf8')) as Journal
  const last = Math.max(0, ...known.entries.map((entry) => entry.when))
  const table = database.prepare("select 1 from sqlite_master where name = '__drizzle_migrations'").get()
  if (table === undefined) return false
  const applied = database.prepare('select max(created_at) as at from __drizzle_migrations').get() as {
    at: number | null
  }
  return (applied.at ?? 0) > last
}

/** Throws only for a wrong key or a file that is no database of ours: `SQLITE_NOTADB`. */
export function openStorage(options: StorageOptions): Storage {
  const existed = existsSync(options.file)
  const database = new Database(options.file, options.nativeBinding ? { nativeBinding: options.nativeBinding } : {})
  database.pragma("cipher='chacha20'")
  database.pragma(`key='raw:${options.key.toString('hex')}'`)
  database.prepare('select count(*) from sqlite_master').get()
  let state: Storage['state'] = 'fine'
  try {
    if (existed && isNewer(database, options.migrations)) state = 'newer'
    else {
      database.pragma('journal_mode = wal')
      database.pragma('synchronous = full')
      database.pragma('foreign_keys = on')
      // So that INSERT OR REPLACE meets the triggers that forbid removal.
      database.pragma('recursive_triggers = on')
      // Sorting a long list must not put its rows into a plain temporary file.
      database.pragma('temp_store = memory')
      if (existed && !sound(database)) state = 'damaged'
      else migrate(drizzle(database), { migrationsFolder: options.migrations })
    }
  } catch (error) {
    if (!isDamage(error)) throw error
    state = 'damaged'
  }
  if (state !== 'fine') database.pragma('query_only = on')
  return face(database, state, openWalSync(options.file))
}

const DAMAGE = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_IOERR_DATA', 'SQLITE_IOERR_SHORT_READ'])
export const isDamage = (error: unknown): boolean =>
  DAMAGE.has(String((error as { code?: unknown }).code).replace(/_VTAB$/, ''))
export const isFull = (error: unknown): boolean =>
  ['SQLITE_FULL', 'ENOSPC'].includes(String((error as { code?: unknown }).code))

function sound(database: Database.Database): boolean {
  try {
    return database.pragma('quick_check(1)', { simple: true }) === 'ok'
  } catch {
    return false
  }
}

const MOST_KEPT = 300

/** A sentence is compiled once, not each time it is said: the same few are said thousands of times a batch. */
function keepStatements(database: Database.Database): (sql: string) => Database.Statement {
  const kept = new Map<string, Database.Statement>()
  return (sql) => {
    const known = kept.get(sql)
    if (known !== undefined && !known.busy) return known.reader ? known.raw(false) : known
    const made = database.prepare(sql)
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(sql, made)
    return made
  }
}

interface WalSync {
  /** Everything committed up to now is on the disk when it answers. */
  sync(): Promise<void>
  close(): void
}

/**
 * Asks the disk from another thread (SQLite asks from ours, which meanwhile answers nobody). The write-ahead log has no locks that
 * a second handle could lose; it stays as long as the database is open.
 */
function openWalSync(file: string): WalSync {
  let handle: number | null = null
  return {
    sync: () =>
      new Promise((resolve, reject) => {
        handle ??= openSync(`${file}-wal`, 'r+')
        fdatasync(handle, (error) => (error === null ? resolve() : reject(error)))
      }),
    close: () => {
      if (handle !== null) closeSync(handle)
      handle = null
    },
  }
}

function face(database: Database.Database, state: Storage['state'], wal: WalSync): Storage {
  const statements = keepStatements(database)
  const orm: Drizzle = drizzle(Object.create(database, { prepare: { value: statements } }) as Database.Database)
  const plain: Drizzle = drizzle(database)
  const sentences = new Map<unknown, unknown>()
  function kept<S>(sentence: (db: Drizzle) => S): S {
    const known = sentences.get(sentence)
    if (known !== undefined) return known as S
    const made = sentence(plain)
    sentences.set(sentence, made)
    return made
  }
  const reader = {
    select: orm.select.bind(orm),
    selectDistinct: orm.selectDistinct.bind(orm),
    kept,
  } as unknown as Reader
  let inside = false
  const over = (): never => {
    throw new Error('a Writer was used after its transaction ended')
  }
  // A sentence begun inside and run outside asks for its statement outside: that is refused too.
  const client = Object.create(database, { prepare: { value: (sql: string) => (inside ? statements(sql) : over()) } })
  const own: Drizzle = drizzle(client as Database.Database)
  const borrow = (): { writer: Writer; end: () => void } => {
    let alive = true
    const guarded = <F>(use: F): F => (alive ? use : over())
    const writer = {
      select: (fields: never) => guarded(own.select.bind(own))(fields),
      selectDistinct: (fields: never) => guarded(own.selectDistinct.bind(own))(fields),
      insert: (table: never) => guarded(own.insert.bind(own))(table),
      update: (table: never) => guarded(own.update.bind(own))(table),
      delete: (table: never) => guarded(own.delete.bind(own))(table),
      kept: (sentence: never) => guarded(kept)(sentence),
    } as unknown as Writer
    return {
      writer,
      end: () => {
        alive = false
      },
    }
  }
  const transaction = <T>(change: (w: Writer) => Plain<T>): T => {
    const { writer, end } = borrow()
    const before = inside
    inside = true
    try {
      return database.transaction(() => change(writer)).immediate() as T
    } finally {
      inside = before
      end()
    }
  }
  return {
    state,
    read: (look) => look(reader),
    write: transaction,
    writeSoon: (change) => {
      // Inside a transaction of `write` it is part of that one, which waits for the disk itself.
      if (inside) return { answer: transaction(change), durable: Promise.resolve() }
      database.pragma('synchronous = normal')
      try {
        return { answer: transaction(change), durable: wal.sync() }
      } finally {
        database.pragma('synchronous = full')
      }
    },
    check: () => sound(database),
    close: () => {
      wal.close()
      database.close()
    },
  }
}
