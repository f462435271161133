// Who is at the keyboard: sign-in, the lock screen, the proof before signing, accounts. Each step is in the audit.
import { randomUUID, scryptSync } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { openAudit } from '../../main/audit/index.ts'
import { auditEntry } from '../../main/audit/table.ts'
import { type NewAccount, openOperators } from '../../main/operator/index.ts'
import { operatorAccount } from '../../main/operator/table.ts'
import type { Caller } from '../../preload/contract/border.ts'
import type { Operator } from '../../preload/contract/operator.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import { storeIn, tempFolders } from '../storage/store.ts'

const folders = tempFolders()
const open: { close(): unknown }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
  folders.clean()
})

const MAI: NewAccount = { login: 'mai', name: 'Trần Thị Mai Mẫu', password: 'mat-khau-mai', roles: ['clerk'] }
const DUC: NewAccount = {
  login: 'duc',
  name: 'Nguyễn Văn Đức',
  password: 'mat-khau-duc',
  roles: ['officer', 'supervisor'],
}
const WRONG = refuse('wrong-password')

function counter() {
  const storage = storeIn(folders.make()).open()
  open.push(storage)
  const clock = { at: Date.parse('2026-11-21T03:00:00Z') }
  const now = (): Date => new Date(clock.at)
  const operators = openOperators({ storage, audit: openAudit(Buffer.alloc(32, 1), now), now })
  return {
    storage,
    operators,
    /** An account from a time when the cost of a password was small: these tests check many. */
    hire: (account: NewAccount): Operator => {
      const key = scryptSync(account.password, 'salt', 32, { N: 16, r: 1, p: 1 }).toString('base64')
      const row = { id: randomUUID(), login: account.login, name: account.name, enabled: true, createdAt: 'x' }
      const kept = { ...row, roles: JSON.stringify(account.roles), password: `16:1:1:${btoa('salt')}:${key}` }
      storage.write((w) => void w.insert(operatorAccount).values(kept).run())
      return { id: row.id, login: row.login, name: row.name, roles: [...account.roles], enabled: true }
    },
    clock,
    caller: (): Caller => operators.caller() ?? { operatorId: 'nobody', name: '', roles: [] },
    events: () => storage.read((r) => r.select().from(auditEntry).all()).map((row) => row.event),
  }
}
const must = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

describe('signing in', () => {
  test('with the right password, whatever the case of the login and the blanks around it', async () => {
    const { operators, events } = counter()
    expect(operators.isEmpty()).toBe(true)
    const mai = must(await operators.add(MAI, 'program'))
    expect(operators.isEmpty()).toBe(false)
    expect(mai).toEqual({ id: mai.id, login: 'mai', name: 'Trần Thị Mai Mẫu', roles: ['clerk'], enabled: true })
    expect(operators.caller()).toBe(null)
    expect(await operators.signIn('  MAI ', 'mat-khau-mai')).toEqual(ok(mai))
    expect(operators.caller()).toEqual({ operatorId: mai.id, name: 'Trần Thị Mai Mẫu', roles: ['clerk'] })
    expect(operators.session()).toEqual({ operator: mai, locked: false })
    expect(events()).toEqual(['operator.added', 'operator.signed-in'])
  })

  test('a wrong password and an unknown login get the same answer and leave nobody signed in', async () => {
    const { operators, events, hire } = counter()
    hire(MAI)
    expect(await operators.signIn('mai', 'mat-khau-mao')).toEqual(WRONG)
    expect(await operators.signIn('mao', 'mat-khau-mai')).toEqual(WRONG)
    expect(await operators.signIn('', '')).toEqual(WRONG)
    expect([operators.session(), operators.caller()]).toEqual([null, null])
    expect(events()).toEqual([...Array(3).fill('operator.sign-in-refused')])
  })

  test('a failed try at the sign-in does not throw out who is there', async () => {
    const { operators, hire } = counter()
    const mai = hire(MAI)
    await operators.signIn('mai', MAI.password)
    expect(await operators.signIn('duc', 'x')).toEqual(WRONG)
    expect(operators.session()).toEqual({ operator: mai, locked: false })
  })

  test('a disabled account stays in the list and signs nobody in, until it is enabled again', async () => {
    const { operators, events, hire } = counter()
    const [mai, duc] = [hire(MAI), hire(DUC)]
    expect(operators.enable(mai.id, false, duc.id)).toEqual(ok({ ...mai, enabled: false }))
    expect(await operators.signIn('mai', MAI.password)).toEqual(WRONG)
    expect(operators.list()).toEqual([duc, { ...mai, enabled: false }])
    expect(operators.enable(mai.id, true, duc.id)).toEqual(ok(mai))
    expect((await operators.signIn('mai', MAI.password)).ok).toBe(true)
    expect(operators.enable('6f1c2f5e-8a40-4c1e-9b2d-0d7f6a1b2c3d', false, duc.id)).toEqual(fail({ kind: 'stale' }))
    expect(events()).toEqual([
      'operator.disabled',
      'operator.sign-in-refused',
      'operator.enabled',
      'operator.signed-in',
    ])
  })

  test('the next person takes the seat; signing out leaves it empty', async () => {
    const { operators, hire } = counter()
    hire(MAI)
    const duc = hire(DUC)
    await operators.signIn('mai', MAI.password)
    await operators.signIn('duc', DUC.password)
    expect(operators.caller()?.operatorId).toBe(duc.id)
    operators.signOut()
    expect([operators.caller(), operators.session()]).toEqual([null, null])
  })
})

describe('the locked screen', () => {
  test('answers nobody, keeps the session, and opens for the same password only', async () => {
    const { operators, events, hire } = counter()
    const mai = hire(MAI)
    hire(DUC)
    await operators.signIn('mai', MAI.password)
    operators.lock()
    operators.lock()
    expect(operators.caller()).toBe(null)
    expect(operators.session()).toEqual({ operator: mai, locked: true })
    expect(await operators.unlock(DUC.password)).toEqual(WRONG)
    expect(operators.caller()).toBe(null)
    expect(await operators.unlock(MAI.password)).toEqual(ok(mai))
    expect(operators.caller()?.operatorId).toBe(mai.id)
    expect(events()).toEqual(['operator.signed-in', 'operator.locked', 'operator.unlock-refused', 'operator.unlocked'])
  })
  test('does not open for an account that was disabled meanwhile', async () => {
    const { operators, hire } = counter()
    const mai = hire(MAI)
    await operators.signIn('mai', MAI.password)
    operators.lock()
    operators.enable(mai.id, false, 'program')
    expect(await operators.unlock(MAI.password)).toEqual(WRONG)
    expect(operators.caller()).toBe(null)
  })
  test('has nothing to open when nobody was signed in', async () => {
    const { operators, events } = counter()
    operators.lock()
    expect(await operators.unlock('x')).toEqual(refuse('not-signed-in'))
    expect(events()).toEqual([])
  })
  test('stays shut when the person was signed out while their password was being checked', async () => {
    const { operators, hire } = counter()
    hire(MAI)
    await operators.signIn('mai', MAI.password)
    operators.lock()
    const opening = operators.unlock(MAI.password)
    operators.signOut()
    await opening
    expect(operators.session()).toBe(null)
  })
})

describe('the proof before signing', () => {
  const TWO_MINUTES = 2 * 60_000
  async function ready() {
    const office = counter()
    office.hire(MAI)
    office.hire(DUC)
    await office.operators.signIn('duc', DUC.password)
    return office
  }

  test('is good for one signing and no second', async () => {
    const { operators, caller } = await ready()
    expect(operators.spendReauthentication(caller())).toBe(false)
    expect(await operators.reauthenticate(caller(), DUC.password)).toEqual(ok(undefined))
    expect(operators.spendReauthentication(caller())).toBe(true)
    expect(operators.spendReauthentication(caller())).toBe(false)
  })
  test('is good for two minutes and no longer', async () => {
    const { operators, caller, clock } = await ready()
    for (const [later, good] of [
      [0, true],
      [TWO_MINUTES - 1, true],
      [TWO_MINUTES, false],
      [TWO_MINUTES + 60_000, false],
    ] as const) {
      await operators.reauthenticate(caller(), DUC.password)
      clock.at += later
      expect(operators.spendReauthentication(caller()), `${later} ms later`).toBe(good)
    }
  })
  test('is refused with a wrong password, and the refusal is in the audit', async () => {
    const { operators, caller, events } = await ready()
    expect(await operators.reauthenticate(caller(), MAI.password)).toEqual(WRONG)
    expect(operators.spendReauthentication(caller())).toBe(false)
    expect(events().at(-1)).toBe('operator.reauthentication-refused')
  })
  test('is the person’s own: not for another caller, not after a change of seat', async () => {
    const { operators, caller } = await ready()
    const duc = caller()
    const stranger: Caller = { ...duc, operatorId: '6f1c2f5e-8a40-4c1e-9b2d-0d7f6a1b2c3d' }
    expect(await operators.reauthenticate(stranger, DUC.password)).toEqual(refuse('not-signed-in'))
    await operators.reauthenticate(duc, DUC.password)
    expect(operators.spendReauthentication(stranger)).toBe(false)
    await operators.reauthenticate(duc, DUC.password)
    await operators.signIn('mai', MAI.password)
    expect(operators.spendReauthentication(caller())).toBe(false)
    expect(operators.spendReauthentication(duc)).toBe(false)
  })
  test.each(['lock', 'signOut'] as const)('is gone after %s', async (leave) => {
    const { operators, caller } = await ready()
    const duc = caller()
    await operators.reauthenticate(duc, DUC.password)
    operators[leave]()
    if (leave === 'lock') await operators.unlock(DUC.password)
    else await operators.signIn('duc', DUC.password)
    expect(operators.spendReauthentication(duc)).toBe(false)
  })
  test('is not made when the screen locked while the password was being checked', async () => {
    const { operators, caller } = await ready()
    const duc = caller()
    const proving = operators.reauthenticate(duc, DUC.password)
    operators.lock()
    await proving
    await operators.unlock(DUC.password)
    expect(operators.spendReauthentication(duc)).toBe(false)
  })
})

describe('accounts', () => {
  test('a short password, a taken login: nothing is added', async () => {
    const { operators, events } = counter()
    expect(await operators.add({ ...MAI, password: '1234567' }, 'program')).toEqual(refuse('weak-password'))
    expect(operators.isEmpty()).toBe(true)
    await operators.add(MAI, 'program')
    expect(await operators.add({ ...DUC, login: 'mai' }, 'program')).toEqual(refuse('login-taken'))
    expect(operators.list()).toHaveLength(1)
    expect(events()).toEqual(['operator.added'])
  })
  test('two at once with the same login: one gets it', async () => {
    const { operators } = counter()
    const both = await Promise.all([
      operators.add(MAI, 'program'),
      operators.add({ ...MAI, name: 'Trần Văn Mãi' }, 'program'),
    ])
    expect(both.filter((one) => one.ok)).toHaveLength(1)
    expect(both).toContainEqual(refuse('login-taken'))
  })
  test('rows hold no password, and what is told to the window holds no hash', async () => {
    const { operators, storage } = counter()
    const mai = must(await operators.add(MAI, 'program'))
    await operators.signIn('mai', MAI.password)
    const rows = storage.read((r) => [...r.select().from(operatorAccount).all(), ...r.select().from(auditEntry).all()])
    expect(JSON.stringify(rows)).not.toContain(MAI.password)
    expect(JSON.stringify([mai, operators.list(), operators.session(), operators.caller()])).not.toMatch(
      /32768:|password/,
    )
  })
})
