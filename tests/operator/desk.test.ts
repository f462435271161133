// The desk as the window meets it: first start, closed store, sign-in, damage. No secret word is left in any file.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { openAudit } from '../../main/audit/index.ts'
import { openLog, traceOf } from '../../main/log.ts'
import { type Desk, openDesk, openOperators, type Unit } from '../../main/operator/index.ts'
import { type Keychain, type Keys, makeKey, openKey, openStorage, type Storage } from '../../main/storage/index.ts'
import type { Caller } from '../../preload/contract/border.ts'
import type { OperatorState } from '../../preload/contract/operator.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import { MIGRATIONS, storeIn, tempFolders } from '../storage/store.ts'

const folders = tempFolders()
const open: Storage[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
  folders.clean()
})

const PASSPHRASE = 'kho mẫu của quầy 03'
const PASSWORD = 'mat-khau-lan-rat-dai'
const FIRST = { login: 'lan', name: 'Lê Thị Lan Mẫu', password: PASSWORD }
const UNIT: Unit = {
  name: 'Trung tâm PVHCC phường Mẫu',
  code: 'H55.242',
  place: 'Phường Mẫu',
  address: '',
  phone: '',
  station: '03',
  specimen: true,
  closesAt: { hour: 17, minute: 0 },
  agency: { name: 'UBND Phường Mẫu', identifier: '' },
  trust: [],
  tokenModules: [],
  province: null,
}
const WHERE = { unit: 'Trung tâm PVHCC phường Mẫu', station: '03', specimen: true }
const KEYCHAIN: Keychain = {
  wrap: (secret) => secret.map((byte) => byte ^ 0x5a),
  unwrap: (box) => box.map((byte) => byte ^ 0x5a),
}
const NOBODY: Caller = { operatorId: 'nobody', name: '', roles: [] }
const now = (): Date => new Date('2026-11-21T03:00:00Z')

interface Office {
  readonly desk: Desk
  /** What the window was told, in order. */
  readonly told: readonly OperatorState['at'][]
  readonly left: readonly string[]
  readonly storage: () => Storage | undefined
}
/** One start of the program over this folder. */
function start(folder: string, keychain: Keychain | null = null): Office {
  const told: OperatorState['at'][] = []
  const left: string[] = []
  let storage: Storage | undefined
  const desk = openDesk({
    folder,
    keychain,
    unit: UNIT,
    open: (keys: Keys) => {
      storage = openStorage({ file: join(folder, 'quay.db'), key: keys.database, migrations: MIGRATIONS })
      open.push(storage)
      return { storage, operators: openOperators({ storage, audit: openAudit(keys.chain, now), now }) }
    },
    signedOut: () => left.push('signed out'),
    changed: (state) => told.push(state.at),
  })
  desk.start()
  return { desk, told, left, storage: () => storage }
}
const end = (office: Office): void => office.storage()?.close()
const at = (answer: Result<OperatorState>): string => (answer.ok ? answer.value.at : JSON.stringify(answer.failure))

describe('a day at a counter with a passphrase', () => {
  test('first run, signed in, locked, unlocked, signed out; the next morning the store is locked', async () => {
    const folder = folders.make()
    const first = start(folder)
    const { handlers } = first.desk
    expect(first.desk.state()).toEqual({ at: 'first-run', keychain: false })
    expect(await handlers.signIn({ login: 'lan', password: PASSWORD }, NOBODY)).toEqual(
      fail({ kind: 'storage', what: 'locked' }),
    )
    expect(await handlers.unlock({ password: PASSWORD }, NOBODY)).toEqual(fail({ kind: 'storage', what: 'locked' }))

    const set = await handlers.setUp({ passphrase: PASSPHRASE, ...FIRST }, NOBODY)
    const lan = set.ok && set.value.at === 'signed-in' ? set.value.operator : null
    expect(set).toEqual(
      ok({
        at: 'signed-in',
        ...WHERE,
        operator: { id: lan?.id, login: 'lan', name: 'Lê Thị Lan Mẫu', roles: ['supervisor', 'it'], enabled: true },
      }),
    )
    expect(await handlers.setUp({ passphrase: PASSPHRASE, ...FIRST, login: 'second' }, NOBODY)).toEqual(
      fail({ kind: 'stale' }),
    )

    const caller: Caller = { operatorId: lan?.id ?? '', name: 'Lê Thị Lan Mẫu', roles: ['supervisor', 'it'] }
    expect(await handlers.lock({}, caller)).toEqual(ok({ at: 'locked', ...WHERE, name: 'Lê Thị Lan Mẫu' }))
    expect(at(await handlers.unlock({ password: 'x' }, NOBODY))).toBe('{"kind":"refused","rule":"wrong-password"}')
    expect(first.desk.state().at).toBe('locked')
    expect(at(await handlers.unlock({ password: PASSWORD }, NOBODY))).toBe('signed-in')
    expect(await handlers.reauthenticate({ password: PASSWORD }, caller)).toEqual(ok({}))
    expect(await handlers.reauthenticate({ password: 'x' }, caller)).toEqual(refuse('wrong-password'))
    expect(await handlers.signOut({}, caller)).toEqual(ok({ at: 'signed-out', ...WHERE }))
    expect(first.told).toEqual(['signed-in', 'locked', 'signed-in', 'signed-out'])
    expect(first.left).toEqual(['signed out'])
    end(first)

    const next = start(folder)
    expect(next.desk.state()).toEqual({ at: 'store-locked' })
    expect(await next.desk.handlers.signIn({ login: 'lan', password: PASSWORD }, NOBODY)).toEqual(
      fail({ kind: 'storage', what: 'locked' }),
    )
    expect(await next.desk.handlers.openStore({ passphrase: PASSWORD }, NOBODY)).toEqual(
      fail({ kind: 'storage', what: 'wrong-passphrase' }),
    )
    expect(next.desk.state()).toEqual({ at: 'store-locked' })
    expect(at(await next.desk.handlers.openStore({ passphrase: PASSPHRASE }, NOBODY))).toBe('signed-out')
    expect(at(await next.desk.handlers.openStore({ passphrase: 'x' }, NOBODY)), 'open already').toBe('signed-out')
    expect(at(await next.desk.handlers.signIn({ login: 'lan', password: PASSWORD }, NOBODY))).toBe('signed-in')
    next.desk.lock()
    expect(next.desk.state().at).toBe('locked')
  })

  test('without keychain and passphrase no store is made: there is no weaker one', async () => {
    const folder = folders.make()
    const { desk } = start(folder)
    expect(await desk.handlers.setUp(FIRST, NOBODY)).toEqual(refuse('password-needed'))
    expect(readdirSync(folder)).toEqual([])
    expect(desk.state()).toEqual({ at: 'first-run', keychain: false })
  })

  test('a program that died between the key and the first account asks for that account only', async () => {
    const folder = folders.make()
    makeKey(folder, { passphrase: PASSPHRASE })
    const { desk } = start(folder)
    expect(desk.state()).toEqual({ at: 'store-locked' })
    expect(at(await desk.handlers.openStore({ passphrase: PASSPHRASE }, NOBODY))).toBe('first-run')
    expect(desk.state()).toEqual({ at: 'first-run', keychain: true })
    expect(at(await desk.handlers.setUp(FIRST, NOBODY))).toBe('signed-in')
  })
})

describe('a counter whose OS keeps the key', () => {
  test('opens by itself; without that keychain it stays locked and no passphrase helps', async () => {
    const folder = folders.make()
    const first = start(folder, KEYCHAIN)
    expect(first.desk.state()).toEqual({ at: 'first-run', keychain: true })
    expect(at(await first.desk.handlers.setUp(FIRST, NOBODY))).toBe('signed-in')
    end(first)
    const next = start(folder, KEYCHAIN)
    expect(next.desk.state().at).toBe('signed-out')
    end(next)
    const moved = start(folder, null)
    expect(moved.desk.state()).toEqual({ at: 'store-locked' })
    expect(await moved.desk.handlers.openStore({ passphrase: PASSPHRASE }, NOBODY)).toEqual(
      fail({ kind: 'storage', what: 'locked' }),
    )
  })
  test('a keychain that does not know the key any more is explained, not answered with a new store', () => {
    const folder = folders.make()
    makeKey(folder, { keychain: KEYCHAIN })
    const before = readFileSync(join(folder, 'key.json'), 'utf8')
    const forgetful: Keychain = {
      ...KEYCHAIN,
      unwrap: () => {
        throw new Error('unknown')
      },
    }
    expect(start(folder, forgetful).desk.state()).toEqual({ at: 'damaged', why: 'damaged' })
    expect(readFileSync(join(folder, 'key.json'), 'utf8')).toBe(before)
  })
})

describe('damage', () => {
  async function furnished(): Promise<string> {
    const folder = folders.make()
    const office = start(folder)
    await office.desk.handlers.setUp({ passphrase: PASSPHRASE, ...FIRST }, NOBODY)
    end(office)
    return folder
  }
  test('of the key file is said at once, and setting up again is refused', async () => {
    const folder = await furnished()
    writeFileSync(join(folder, 'key.json'), '{"version":1')
    const { desk } = start(folder)
    expect(desk.state()).toEqual({ at: 'damaged', why: 'damaged' })
    expect(await desk.handlers.setUp({ passphrase: PASSPHRASE, ...FIRST }, NOBODY)).toEqual(fail({ kind: 'stale' }))
    expect(readFileSync(join(folder, 'key.json'), 'utf8')).toBe('{"version":1')
  })
  test.each([
    ['the first page', 100],
    ['a page further in', 12 * 4096 + 100],
  ])('of the database in %s is said after the passphrase, and the file stays as it is', async (_, place) => {
    const folder = await furnished()
    const file = join(folder, 'quay.db')
    const bytes = readFileSync(file)
    bytes[place] = (bytes[place] ?? 0) ^ 0xff
    writeFileSync(file, bytes)
    const office = start(folder)
    expect(await office.desk.handlers.openStore({ passphrase: PASSPHRASE }, NOBODY)).toEqual(
      ok({ at: 'damaged', why: 'damaged' }),
    )
    expect(await office.desk.handlers.setUp({ passphrase: PASSPHRASE, ...FIRST }, NOBODY)).toEqual(
      fail({ kind: 'stale' }),
    )
    end(office)
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })
})

test('no file of the counter holds a password or the passphrase, nor do the rows, nor the log of a failing call', async () => {
  const folder = folders.make()
  const log = openLog(join(folder, 'log'), now)
  const office = start(folder)
  await office.desk.handlers.setUp({ passphrase: PASSPHRASE, ...FIRST }, NOBODY)
  await office.desk.handlers.signIn({ login: 'lan', password: 'sai-mat-khau-roi' }, NOBODY)
  const calls = [
    () => office.desk.handlers.signIn({ login: 'lan', password: PASSWORD }, NOBODY),
    () => office.desk.handlers.unlock({ password: PASSWORD }, NOBODY),
  ]
  end(office)
  // The store is gone under the desk: what the door logs of such a bug is all that leaves.
  for (const call of calls)
    await Promise.resolve()
      .then(call)
      .catch((error: unknown) => log('ipc.bug', traceOf(error)))
  expect(readFileSync(join(folder, 'log/quay.log'), 'utf8')).toContain('ipc.bug')

  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(files.map((entry) => entry.name).sort()).toEqual(['key.json', 'quay.db', 'quay.log'])
  const bytes = Buffer.concat(files.map((entry) => readFileSync(join(entry.parentPath, entry.name))))
  const reopened = start(folder)
  await reopened.desk.handlers.openStore({ passphrase: PASSPHRASE }, NOBODY)
  expect(reopened.desk.state().at).toBe('signed-out')
  end(reopened)
  const rows = rowsOf(folder)
  for (const secret of [PASSWORD, PASSPHRASE, 'sai-mat-khau-roi'])
    for (const form of [
      secret,
      secret.normalize('NFD'),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('hex'),
    ]) {
      expect(bytes.includes(form), form).toBe(false)
      expect(rows.includes(form), form).toBe(false)
    }
  expect(rows, 'the rows were really read').toContain('Lê Thị Lan Mẫu')
})

/** Every row of every table as text, read past the program. */
function rowsOf(folder: string): string {
  const keys = openKey(folder, { passphrase: PASSPHRASE })
  if (!keys.ok) return ''
  const raw = storeIn(folder, keys.value.database).raw()
  const tables = raw.prepare("select name from sqlite_master where type = 'table'").all() as { name: string }[]
  const text = tables.map(({ name }) => JSON.stringify(raw.prepare(`select * from "${name}"`).all())).join('\n')
  raw.close()
  return text
}
