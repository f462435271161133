// A damaged database: found wherever it is hurt, opened for reading, never repaired away and never erased.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterEach, describe, expect, test } from 'vitest'
import { operatorSetting } from '../../main/operator/table.ts'
import { isDamage, openStorage, type Storage, type Writer } from '../../main/storage/index.ts'
import { MIGRATIONS, storeIn, tempFolders } from './store.ts'

const folders = tempFolders()
const open: Storage[] = []
afterEach(() => {
  for (const storage of open.splice(0)) storage.close()
  folders.clean()
})
const opened = (storage: Storage): Storage => {
  open.push(storage)
  return storage
}
const set = (w: Writer, key: string, value = 'x'): void => void w.insert(operatorSetting).values({ key, value }).run()
const codeOf = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

describe('a damaged page', () => {
  /** A store of some thirty pages, closed, with the bytes it had. */
  function whole(): { file: string; key: Buffer; bytes: Buffer; reopen: () => Storage } {
    const store = storeIn(folders.make())
    const storage = store.open()
    storage.write((w) => {
      for (let count = 0; count < 30; count += 1) set(w, `key ${count}`, 'x'.repeat(1000))
    })
    storage.close()
    return { file: store.file, key: store.key, bytes: readFileSync(store.file), reopen: store.open }
  }
  const PAGE = 4096
  const hurt = (bytes: Buffer, page: number, at = 1000): Buffer => {
    const changed = Buffer.from(bytes)
    changed[page * PAGE + at] = (changed[page * PAGE + at] ?? 0) ^ 0xff
    return changed
  }
  /** What a start with this file says: the state, or the code it throws. */
  function start(file: string, reopen: () => Storage): string {
    try {
      const storage = reopen()
      const said = storage.state
      if (said === 'damaged')
        expect(codeOf(() => storage.write((w) => set(w, 'more')))).toMatch(
          /SQLITE_READONLY|SQLITE_CORRUPT|SQLITE_NOTADB|SQLITE_IOERR/,
        )
      storage.close()
      return said
    } catch (error) {
      expect(isDamage(error), `${file}: ${String((error as { code?: unknown }).code)}`).toBe(true)
      return 'thrown as damage'
    }
  }

  test('is found on every page, never taken for fine, and never erased or repaired away', () => {
    const { file, bytes, reopen } = whole()
    const pages = bytes.length / PAGE
    expect(pages).toBeGreaterThan(20)
    const taken: string[] = []
    for (let page = 0; page < pages; page += 1) {
      const hurtBytes = hurt(bytes, page)
      writeFileSync(file, hurtBytes)
      if (start(file, reopen) === 'fine') taken.push(`page ${page}`)
      expect(readFileSync(file).equals(hurtBytes), `page ${page} was touched`).toBe(true)
    }
    expect(taken).toEqual([])
  })

  test('away from the heart of the file leaves the rest readable for an export', () => {
    const { file, bytes, reopen } = whole()
    writeFileSync(file, hurt(bytes, bytes.length / PAGE - 1))
    const storage = opened(reopen())
    expect(storage.state).toBe('damaged')
    expect(storage.check()).toBe(false)
    expect(
      storage.read((r) => r.select().from(operatorSetting).where(eq(operatorSetting.key, 'key 3')).get())?.key,
    ).toBe('key 3')
    expect(codeOf(() => storage.write((w) => set(w, 'more')))).toMatch(/SQLITE_READONLY/)
  })

  /** The first page of each table and index, by name, counted from 0. */
  const firstPages = (file: string, key: Buffer): ReadonlyMap<string, number> => {
    const raw = storeIn(dirname(file), key).raw()
    const rows = raw.prepare('select name, rootpage from sqlite_master where rootpage > 0').all() as {
      name: string
      rootpage: number
    }[]
    raw.close()
    return new Map(rows.map((row) => [row.name, row.rootpage - 1]))
  }

  test('of any table of ours opens read-only instead of throwing', () => {
    const { file, key, bytes, reopen } = whole()
    const pages = [...firstPages(file, key)].filter(([name]) => !name.includes('__drizzle_migrations'))
    expect(pages.length).toBeGreaterThan(20)
    const said = pages.map(([name, page]) => {
      writeFileSync(file, hurt(bytes, page))
      return `${name} ${start(file, reopen)}`
    })
    expect(said).toEqual(pages.map(([name]) => `${name} damaged`))
  })

  test('of the list of applied migrations opens read-only too', () => {
    const { file, key, bytes, reopen } = whole()
    writeFileSync(file, hurt(bytes, firstPages(file, key).get('__drizzle_migrations') ?? 0))
    expect(start(file, reopen)).toBe('damaged')
  })

  test('cut short it is damaged too, and stays as it is', () => {
    const { file, bytes, reopen } = whole()
    for (const length of [bytes.length - PAGE, bytes.length - 100, PAGE + 10, 100]) {
      writeFileSync(file, bytes.subarray(0, length))
      expect(start(file, reopen), `cut to ${length}`).not.toBe('fine')
      expect(readFileSync(file).length).toBe(length)
    }
  })
})

test('check finds damage that came while the store was open elsewhere', () => {
  const store = storeIn(folders.make())
  const storage = store.open()
  storage.write((w) => set(w, 'a', 'x'.repeat(100_000)))
  expect(storage.check()).toBe(true)
  storage.close()
  const copy = join(folders.make(), 'quay.db')
  copyFileSync(store.file, copy)
  const bytes = readFileSync(copy)
  // In the middle of what was written last, far from the tables' own descriptions.
  const at = bytes.length - 10 * 4096
  bytes.fill(0, at, at + 4096)
  writeFileSync(copy, bytes)
  const hurt = opened(openStorage({ file: copy, key: store.key, migrations: MIGRATIONS }))
  expect([hurt.state, hurt.check()]).toEqual(['damaged', false])
})
