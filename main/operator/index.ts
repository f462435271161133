// Who is at the keyboard: accounts, sign-in, the lock screen, and the proof asked for just before signing.
// One person at a time; a locked screen answers nobody; a password is never kept.
import { randomUUID } from 'node:crypto'
import { asc, eq } from 'drizzle-orm'
import type { Caller, Role } from '../../preload/contract/border.ts'
import type { Operator } from '../../preload/contract/operator.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { Audit } from '../audit/index.ts'
import type { Storage } from '../storage/index.ts'
import { hashPassword, passwordFits } from './password.ts'
import { operatorAccount } from './table.ts'

export { type Desk, openDesk } from './desk.ts'
export { keepSecrets, readTrust, readUnit, Unit } from './unit.ts'

export interface Operators {
  /** Null when nobody is signed in or the screen is locked. */
  caller(): Caller | null
  session(): { readonly operator: Operator; readonly locked: boolean } | null
  isEmpty(): boolean
  signIn(login: string, password: string): Promise<Result<Operator>>
  signOut(): void
  lock(): void
  unlock(password: string): Promise<Result<Operator>>
  reauthenticate(caller: Caller, password: string): Promise<Result<void>>
  /** True once, within two minutes after the person at the keyboard proved to be the same. */
  spendReauthentication(caller: Caller): boolean
  list(): readonly Operator[]
  add(account: NewAccount, actor: string): Promise<Result<Operator>>
  enable(id: string, enabled: boolean, actor: string): Result<Operator>
}

export interface NewAccount {
  readonly login: string
  readonly name: string
  readonly password: string
  readonly roles: readonly Role[]
}

const PROOF_LIVES = 2 * 60_000

export function openOperators({ storage, audit, now }: { storage: Storage; audit: Audit; now: () => Date }): Operators {
  let current: { operator: Operator; locked: boolean } | null = null
  let proof: { id: string; until: number } | null = null

  const view = (row: typeof operatorAccount.$inferSelect): Operator => ({
    id: row.id,
    login: row.login,
    name: row.name,
    roles: JSON.parse(row.roles) as Role[],
    enabled: row.enabled,
  })
  const byLogin = (login: string) =>
    storage.read((r) => r.select().from(operatorAccount).where(eq(operatorAccount.login, login)).get())
  const note = (event: string, actor: string, subject = actor): void => {
    if (storage.state === 'fine') storage.write((w) => audit.append(w, { actor, event: `operator.${event}`, subject }))
  }
  /** An unknown login costs as much time as a wrong password. */
  let decoy: Promise<string> | null = null
  const check = async (login: string, password: string): Promise<Operator | null> => {
    const row = byLogin(login)
    decoy ??= hashPassword(randomUUID())
    const fits = await passwordFits(password, row?.password ?? (await decoy))
    return row?.enabled === true && fits ? view(row) : null
  }

  return {
    caller: () =>
      current?.locked !== false
        ? null
        : { operatorId: current.operator.id, name: current.operator.name, roles: current.operator.roles },
    session: () => current,
    isEmpty: () => storage.read((r) => r.select().from(operatorAccount).limit(1).get()) === undefined,
    signIn: async (login, password) => {
      const operator = await check(login.trim().toLowerCase(), password)
      if (operator === null) {
        note('sign-in-refused', 'program')
        return refuse('wrong-password')
      }
      current = { operator, locked: false }
      proof = null
      note('signed-in', operator.id)
      return ok(operator)
    },
    signOut: () => {
      if (current !== null) note('signed-out', current.operator.id)
      current = null
      proof = null
    },
    lock: () => {
      if (current?.locked !== false) return
      note('locked', current.operator.id)
      current = { ...current, locked: true }
      proof = null
    },
    unlock: async (password) => {
      if (current === null) return refuse('not-signed-in')
      const seat = current
      const operator = await check(seat.operator.login, password)
      if (current !== seat) return refuse('not-signed-in')
      if (operator === null) {
        note('unlock-refused', current.operator.id)
        return refuse('wrong-password')
      }
      current = { operator, locked: false }
      note('unlocked', operator.id)
      return ok(operator)
    },
    reauthenticate: async (caller, password) => {
      const seat = current
      const account = seat?.operator
      if (account === undefined || account.id !== caller.operatorId) return refuse('not-signed-in')
      if ((await check(account.login, password)) === null) {
        note('reauthentication-refused', caller.operatorId)
        return refuse('wrong-password')
      }
      if (current !== seat) return refuse('not-signed-in')
      proof = { id: caller.operatorId, until: now().getTime() + PROOF_LIVES }
      return ok(undefined)
    },
    spendReauthentication: (caller) => {
      const fits = proof !== null && proof.id === caller.operatorId && now().getTime() < proof.until
      proof = null
      return fits
    },
    list: () =>
      storage.read((r) => r.select().from(operatorAccount).orderBy(asc(operatorAccount.login)).all()).map(view),
    add: async (account, actor) => {
      if (account.password.length < 8) return refuse('weak-password')
      const password = await hashPassword(account.password)
      return storage.write((w) => {
        if (w.select().from(operatorAccount).where(eq(operatorAccount.login, account.login)).get())
          return refuse('login-taken')
        const row = {
          id: randomUUID(),
          login: account.login,
          name: account.name,
          roles: JSON.stringify(account.roles),
          password,
          enabled: true,
          createdAt: now().toISOString(),
        }
        w.insert(operatorAccount).values(row).run()
        audit.append(w, { actor, event: 'operator.added', subject: row.id, detail: { roles: account.roles.join(' ') } })
        return ok(view(row))
      })
    },
    enable: (id, enabled, actor) => {
      // Nobody closes the door behind themselves: the last supervisor could never come back.
      if (id === actor) return refuse('wrong-role')
      return storage.write((w) => {
        w.update(operatorAccount).set({ enabled }).where(eq(operatorAccount.id, id)).run()
        const row = w.select().from(operatorAccount).where(eq(operatorAccount.id, id)).get()
        if (row === undefined) return fail({ kind: 'stale' })
        audit.append(w, { actor, event: enabled ? 'operator.enabled' : 'operator.disabled', subject: id })
        return ok(view(row))
      })
    },
  }
}
