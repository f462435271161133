// A real store in a folder of its own, for tests: with its key, and a back door that knows the key.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { openStorage, type Storage } from '../../main/storage/index.ts'
import { root } from '../setup/place.ts'

export const MIGRATIONS = join(root, 'main/storage/migrations')

/** A folder that is gone when the test is: hand `clean` to afterEach or afterAll. */
export function tempFolders(): { make(): string; clean(): void } {
  const made: string[] = []
  return {
    make: () => {
      const folder = mkdtempSync(join(tmpdir(), 'quay-test-'))
      made.push(folder)
      return folder
    },
    clean: () => {
      for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
    },
  }
}

export interface TestStore {
  readonly file: string
  readonly key: Buffer
  open(): Storage
  /** Past every rule of the program, with the key: what a thief of the key, or a careless repair, could do. */
  raw(): Database.Database
}

export function storeIn(folder: string, key = randomBytes(32), migrations = MIGRATIONS): TestStore {
  const file = join(folder, 'quay.db')
  return {
    file,
    key,
    open: () => openStorage({ file, key, migrations }),
    raw: () => {
      const database = new Database(file)
      database.pragma("cipher='chacha20'")
      database.pragma(`key='raw:${key.toString('hex')}'`)
      return database
    },
  }
}
