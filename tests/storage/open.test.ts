// The database: encrypted, all or nothing, never erased. Newer or damaged, it opens for reading and says so.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { asc, eq, sql } from 'drizzle-orm'
import { afterEach, describe, expect, test } from 'vitest'
import { auditEntry } from '../../main/audit/table.ts'
import { operatorSetting } from '../../main/operator/table.ts'
import {
  isDamage,
  isFull,
  type Looks,
  placeholdersOf,
  type Reader,
  type Storage,
  type Writer,
} from '../../main/storage/index.ts'
import { canMount, smallDisk } from './small-disk.ts'
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
const fresh = (): Storage => opened(storeIn(folders.make()).open())

const MARK = 'Nguyễn Thị Mẫu 001190123456'
const set = (w: Writer, key: string, value = MARK): void => void w.insert(operatorSetting).values({ key, value }).run()
const both = (w: Writer, one: string, other: string, value = MARK): string => {
  set(w, one, value)
  set(w, other, value)
  return 'done'
}
const keys = (r: Reader): readonly string[] =>
  r
    .select()
    .from(operatorSetting)
    .orderBy(asc(operatorSetting.key))
    .all()
    .map((row) => row.key)
const codeOf = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

describe('one transaction', () => {
  test('writes everything, durable when it answers', () => {
    const store = storeIn(folders.make())
    const storage = store.open()
    expect(storage.write((w) => both(w, 'a', 'b'))).toBe('done')
    storage.close()
    expect(opened(store.open()).read(keys)).toEqual(['a', 'b'])
  })

  test('that throws leaves nothing, and the next one works', () => {
    const storage = fresh()
    storage.write((w) => set(w, 'before'))
    const trouble = new Error('a bug in the middle')
    expect(() =>
      storage.write((w) => {
        set(w, 'half')
        w.update(operatorSetting).set({ value: 'changed' }).where(eq(operatorSetting.key, 'before')).run()
        throw trouble
      }),
    ).toThrow(trouble)
    expect(storage.read((r) => r.select().from(operatorSetting).all())).toEqual([{ key: 'before', value: MARK }])
    storage.write((w) => set(w, 'after'))
    expect(storage.read(keys)).toEqual(['after', 'before'])
  })

  test('refused by the database leaves nothing either', () => {
    const storage = fresh()
    storage.write((w) => set(w, 'taken'))
    expect(() => storage.write((w) => both(w, 'new', 'taken'))).toThrow()
    expect(storage.read(keys)).toEqual(['taken'])
  })

  test('that does not wait for the disk is over at once, in its order, and durable when told', async () => {
    const store = storeIn(folders.make())
    const storage = opened(store.open())
    const first = storage.writeSoon((w) => both(w, '1', '2'))
    expect([first.answer, storage.read(keys)]).toEqual(['done', ['1', '2']])
    expect(codeOf(() => storage.writeSoon((w) => both(w, '3', '2')))).toMatch('SQLITE_CONSTRAINT')
    const inner = storage.write((w) => [set(w, '4'), storage.writeSoon((own) => set(own, '5'))] as const)[1]
    await Promise.all([first.durable, inner.durable])
    storage.close()
    expect(opened(store.open()).read(keys)).toEqual(['1', '2', '4', '5'])
  })

  test('inside another is part of it', () => {
    const storage = fresh()
    expect(() =>
      storage.write((w) => {
        set(w, 'outer')
        storage.write((inner) => set(inner, 'inner'))
        throw new Error('after all')
      }),
    ).toThrow('after all')
    expect(storage.read(keys)).toEqual([])
  })

  test('cannot wait for anything: an async function does not compile, and is refused when forced', () => {
    const storage = fresh()
    const never = (): void => {
      // @ts-expect-error a transaction is synchronous
      storage.write(async (w) => set(w, 'a'))
      // @ts-expect-error nor may it answer a promise
      storage.write((w) => Promise.resolve(set(w, 'a')))
    }
    expect(never).toBeTypeOf('function')
    const forced = storage.write as (change: (w: Writer) => unknown) => unknown
    expect(() => forced(async (w) => set(w, 'a'))).toThrow()
    expect(storage.read(keys)).toEqual([])
  })

  test('to look is not to change: a Reader has no verbs for it', () => {
    const storage = fresh()
    storage.read((r) => {
      // @ts-expect-error a Reader cannot insert
      expect(r.insert).toBe(undefined)
      // @ts-expect-error a Reader cannot delete
      expect(r.delete).toBe(undefined)
      // @ts-expect-error a Reader is no Writer
      const wanted: (w: Writer) => void = (_: Writer & { readonly only: Reader }) => undefined
      return wanted
    })
  })
})

describe('a kept sentence', () => {
  const add = (db: Pick<Writer, 'insert'>) =>
    db.insert(operatorSetting).values(placeholdersOf(operatorSetting)).prepare()
  const lookUp = (db: Looks) =>
    db
      .select({ value: operatorSetting.value })
      .from(operatorSetting)
      .where(eq(operatorSetting.key, sql.placeholder('key')))
      .prepare()

  test('is built once and answers for every key, inside a write and outside', () => {
    const storage = fresh()
    const built: unknown[] = []
    for (const key of ['a', 'b'])
      storage.write((w) => {
        built.push(w.kept(add))
        w.kept(add).run({ key, value: `${key} ${MARK}` })
        expect(w.kept(lookUp).get({ key })).toEqual({ value: `${key} ${MARK}` })
      })
    expect(built[0]).toBe(built[1])
    expect(storage.read((r) => ['a', 'b', 'c'].map((key) => r.kept(lookUp).get({ key })?.value))).toEqual([
      `a ${MARK}`,
      `b ${MARK}`,
      undefined,
    ])
  })

  test('of a transaction that throws leaves nothing', () => {
    const storage = fresh()
    expect(() =>
      storage.write((w) => {
        w.kept(add).run({ key: 'a', value: MARK })
        throw new Error('torn')
      }),
    ).toThrow('torn')
    expect(storage.read(keys)).toEqual([])
  })
})

describe('a Writer kept after its transaction', () => {
  const VERBS = ['select', 'selectDistinct', 'insert', 'update', 'delete'] as const
  test.each(VERBS)('throws on %s, after success and after failure', (verb) => {
    const storage = fresh()
    const kept: Writer[] = []
    storage.write((w) => void kept.push(w))
    expect(() =>
      storage.write((w) => {
        kept.push(w)
        throw new Error('no')
      }),
    ).toThrow('no')
    for (const writer of kept) {
      const use = writer[verb] as (table: unknown) => unknown
      expect(() => use(operatorSetting)).toThrow('a Writer was used after its transaction ended')
    }
    expect(kept).toHaveLength(2)
  })

  test('throws also when a sentence begun inside is finished outside', () => {
    const storage = fresh()
    const begun: { run(): unknown }[] = []
    storage.write((w) => void begun.push(w.insert(operatorSetting).values({ key: 'late', value: MARK })))
    expect(() => begun[0]?.run()).toThrow()
    expect(storage.read(keys)).toEqual([])
  })
})

describe('on disk', () => {
  test('no file of the store holds a word of it, also while it is open and after a kill', () => {
    const folder = folders.make()
    const store = storeIn(folder)
    const storage = opened(store.open())
    storage.write((w) => set(w, 'mark-of-a-key', MARK.repeat(2000)))
    const files = readdirSync(folder)
    expect(files).toContain('quay.db-wal')
    const whole = Buffer.concat(files.map((name) => readFileSync(join(folder, name))))
    for (const word of [
      MARK,
      'Nguyễn',
      '001190123456',
      'mark-of-a-key',
      'operator_setting',
      'CREATE TABLE',
      'SQLite format 3',
    ])
      expect(whole.includes(word), word).toBe(false)
    expect(whole.includes(store.key)).toBe(false)
    expect(whole.includes(store.key.toString('hex'))).toBe(false)
  })

  test('another key does not open it, and changes nothing', () => {
    const folder = folders.make()
    const store = storeIn(folder)
    const storage = store.open()
    storage.write((w) => set(w, 'a'))
    storage.close()
    const before = readFileSync(store.file)
    expect(codeOf(() => storeIn(folder, randomBytes(32)).open())).toBe('SQLITE_NOTADB')
    expect(isDamage(Object.assign(new Error(), { code: 'SQLITE_NOTADB' }))).toBe(true)
    expect(readFileSync(store.file).equals(before)).toBe(true)
    expect(opened(store.open()).read(keys)).toEqual(['a'])
  })

  test('a file that is no database of ours is not turned into one', () => {
    const store = storeIn(folders.make())
    writeFileSync(store.file, 'Danh sách hồ sơ tháng 11'.repeat(500))
    const before = readFileSync(store.file)
    expect(codeOf(() => store.open())).toBe('SQLITE_NOTADB')
    expect(readFileSync(store.file).equals(before)).toBe(true)
  })

  test('killed between any two moments: every promised pair is there, no pair is half', async () => {
    const store = storeIn(folders.make())
    let next = 0
    for (const round of [1, 2, 3]) {
      const script = fileURLToPath(new URL('./write-and-die.ts', import.meta.url))
      const child = spawn(process.execPath, [script, store.file, store.key.toString('hex'), MIGRATIONS, String(next)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = once(child, 'exit')
      const promised: number[] = []
      for await (const line of createInterface({ input: child.stdout })) {
        promised.push(Number(line))
        if (promised.length === 5 * round) setTimeout(() => child.kill('SIGKILL'), round)
      }
      expect((await ended)[1]).toBe('SIGKILL')
      const storage = store.open()
      const found = storage.read(keys)
      expect(found).toEqual(expect.arrayContaining(promised.flatMap((count) => [`${count}a`, `${count}b`])))
      expect(found.filter((key) => key.endsWith('a')).length).toBe(found.filter((key) => key.endsWith('b')).length)
      expect([storage.state, storage.check()]).toEqual(['fine', true])
      next = Math.max(...found.map((key) => Number.parseInt(key, 10))) + 1
      storage.close()
    }
  })
})

describe('the shape of the store', () => {
  test('is made from nothing, and made again changes nothing', () => {
    const store = storeIn(folders.make())
    store.open().close()
    const tables = (): unknown => store.raw().prepare('select type, name, sql from sqlite_master order by name').all()
    const before = tables()
    store.open().close()
    expect(tables()).toEqual(before)
    const names = (before as { type: string; name: string }[])
      .filter((one) => one.type === 'table')
      .map((one) => one.name)
    expect(names).toEqual(
      expect.arrayContaining(['audit_entry', 'audit_head', 'certification_row', 'operator_account', 'outbox_parcel']),
    )
  })

  test('rows that never change are kept by the database itself', () => {
    const store = storeIn(folders.make())
    const storage = opened(store.open())
    const row = { seq: 1, at: 'x', actor: 'x', event: 'x', subject: 'x', detail: '{}', hash: 'x' }
    storage.write((w) => void w.insert(auditEntry).values(row).run())
    const raw = store.raw()
    raw.exec(`insert into certification_row (book, year, number, taken_at, taken_day, document_id, requester, original_title, signer, signer_title, copies, fee, state, note, hash)
      values ('SCT/BS', 2026, 17, 'x', 'x', 'x', 'x', 'x', 'x', 'x', 1, 2000, 'in-work', '', 'x')`)
    raw.exec(`insert into outbox_parcel (id, lane, lane_name, kind, body, body_hash, files, bytes, created_at, state, tries, uploads)
      values ('p', 'l', 'l', 'copy', '{}', 'x', '[]', 2, 'x', 'waiting', 0, '{}')`)
    const refused = (sql: string): string => {
      try {
        raw.exec(sql)
        return 'done'
      } catch (error) {
        return (error as Error).message
      }
    }
    expect(refused('delete from audit_entry')).toBe('audit rows stay')
    for (const column of Object.keys(row))
      expect(refused(`update audit_entry set ${column} = 9`), column).toBe('audit rows do not change')
    expect(refused('delete from certification_row')).toBe('a number of the register stays')
    for (const column of ['seq', 'book', 'year', 'number', 'taken_at', 'taken_day', 'hash'])
      expect(refused(`update certification_row set ${column} = 9`), column).toBe(
        'a number of the register does not change',
      )
    expect(refused("update certification_row set signer = 'y'"), 'still in work').toBe('done')
    expect(refused("update certification_row set state = 'certified'")).toBe('done')
    for (const column of ['document_id', 'requester', 'original_title', 'signer', 'signer_title', 'copies', 'fee'])
      expect(refused(`update certification_row set ${column} = 9`), column).toBe(
        'a finished row of the register does not change',
      )
    expect(refused('delete from outbox_parcel')).toBe('a parcel stays')
    for (const column of ['id', 'lane', 'kind', 'body', 'body_hash', 'files', 'created_at'])
      expect(refused(`update outbox_parcel set ${column} = 'y'`), column).toBe('a promise does not change')
    expect(refused("update outbox_parcel set state = 'delivered', tries = 1")).toBe('done')
    raw.close()
  })

  test('of a newer program: read-only, said so, nothing touched', () => {
    const folder = folders.make()
    const later = join(folder, 'later')
    cpSync(MIGRATIONS, later, { recursive: true })
    const journal = JSON.parse(readFileSync(join(later, 'meta/_journal.json'), 'utf8')) as {
      entries: { idx: number; when: number; tag: string }[]
    }
    const last = journal.entries.at(-1)
    journal.entries.push({ ...last, idx: journal.entries.length, when: (last?.when ?? 0) + 1000, tag: '9999_later' })
    writeFileSync(join(later, 'meta/_journal.json'), JSON.stringify(journal))
    writeFileSync(join(later, '9999_later.sql'), 'CREATE TABLE later_things (id text);')
    const store = storeIn(folder)
    const newer = storeIn(folder, store.key, later).open()
    expect(newer.state).toBe('fine')
    newer.write((w) => set(w, 'kept'))
    newer.close()

    const storage = opened(store.open())
    expect(storage.state).toBe('newer')
    expect(storage.read(keys)).toEqual(['kept'])
    expect(codeOf(() => storage.write((w) => set(w, 'more')))).toBe('SQLITE_READONLY')
    expect(storage.read(keys)).toEqual(['kept'])
    expect(storeIn(folder, store.key, later).raw().prepare('select count(*) as n from later_things').get()).toEqual({
      n: 0,
    })
  })
})

describe.skipIf(!canMount)('a full disk', () => {
  test('refuses the whole transaction in one word, loses nothing, and goes on when there is room', () => {
    const disk = smallDisk(1024)
    try {
      const ballast = join(disk.folder, 'somebody-else')
      writeFileSync(ballast, Buffer.alloc(200_000))
      const store = storeIn(disk.folder)
      const storage = opened(store.open())
      storage.write((w) => set(w, 'first'))
      let written = 0
      const fill = (): unknown =>
        codeOf(() => {
          for (; written < 1000; written += 1)
            storage.write((w) => both(w, `a${written}`, `b${written}`, 'x'.repeat(5000)))
        })
      const code = fill()
      expect(isFull({ code }), String(code)).toBe(true)
      expect(storage.read(keys)).toHaveLength(1 + 2 * written)
      expect(isFull({ code: codeOf(() => storage.write((w) => set(w, 'more', 'x'.repeat(50_000)))) })).toBe(true)
      storage.close()

      const again = opened(store.open())
      expect([again.state, again.check()]).toEqual(['fine', true])
      expect(again.read(keys)).toHaveLength(1 + 2 * written)
      rmSync(ballast)
      again.write((w) => set(w, 'last', 'x'.repeat(50_000)))
      expect(again.read(keys)).toHaveLength(2 + 2 * written)
    } finally {
      for (const storage of open.splice(0)) storage.close()
      disk.end()
    }
  })
})
