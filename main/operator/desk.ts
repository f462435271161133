// The operator's desk: from the closed store to a signed-in person. Decides what the window shows first.
// A damaged or newer store is explained, never erased; a passphrase or password is used once and forgotten.
import type { HandlersOf } from '../../preload/contract/border.ts'
import type { operator as declared, OperatorState } from '../../preload/contract/operator.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import { isDamage, type Keychain, type Keys, keyIn, makeKey, openKey, type Storage } from '../storage/index.ts'
import type { Operators } from './index.ts'
import type { Unit } from './unit.ts'

export interface OpenStore {
  readonly storage: Storage
  readonly operators: Operators
}

export interface Desk {
  readonly handlers: HandlersOf<typeof declared>
  /** Opens the store at once when the OS keychain holds its key. */
  start(): void
  state(): OperatorState
  lock(): void
}

export function openDesk(parts: {
  readonly folder: string
  readonly keychain: Keychain | null
  readonly unit: Unit
  /** Builds everything that needs the open store. May throw when the file is damaged. */
  readonly open: (keys: Keys) => OpenStore
  readonly signedOut: () => void
  readonly changed: (state: OperatorState) => void
}): Desk {
  const { folder, keychain, unit } = parts
  let store: OpenStore | null = null
  let damaged = false

  function state(): OperatorState {
    if (damaged || keyIn(folder) === 'damaged') return { at: 'damaged', why: 'damaged' }
    if (store === null)
      return keyIn(folder) === null ? { at: 'first-run', keychain: keychain !== null } : { at: 'store-locked' }
    if (store.storage.state !== 'fine') return { at: 'damaged', why: store.storage.state }
    // The key was made but the program died before the first account: nothing more is asked than that account.
    if (store.operators.isEmpty()) return { at: 'first-run', keychain: true }
    const where = { unit: unit.name, station: unit.station, specimen: unit.specimen }
    const session = store.operators.session()
    if (session === null) return { at: 'signed-out', ...where }
    return session.locked
      ? { at: 'locked', ...where, name: session.operator.name }
      : { at: 'signed-in', ...where, operator: session.operator }
  }
  const tell = (): Result<OperatorState> => {
    const now = state()
    parts.changed(now)
    return ok(now)
  }
  function open(keys: Keys): void {
    try {
      store = parts.open(keys)
    } catch (error) {
      if (!isDamage(error)) throw error
      damaged = true
    }
  }
  const operators = (): Operators | null => store?.operators ?? null
  const LOCKED = fail({ kind: 'storage', what: 'locked' })
  const then = <T>(done: Result<T>): Result<OperatorState> => (done.ok ? tell() : done)

  return {
    state,
    start: () => {
      if (keyIn(folder) !== 'keychain' || keychain === null) return
      const keys = openKey(folder, { keychain })
      if (keys.ok) open(keys.value)
      else damaged = true
    },
    lock: () => {
      operators()?.lock()
      tell()
    },
    handlers: {
      state: () => ok(state()),
      setUp: async ({ passphrase, login, name, password }) => {
        if (state().at !== 'first-run') return fail({ kind: 'stale' })
        if (store === null) {
          if (keychain !== null) open(makeKey(folder, { keychain }))
          else if (passphrase === undefined) return refuse('password-needed')
          else open(makeKey(folder, { passphrase }))
        }
        const desk = operators()
        if (desk === null) return fail({ kind: 'storage', what: 'damaged' })
        const added = await desk.add({ login, name, password, roles: ['supervisor', 'it'] }, 'program')
        return added.ok ? then(await desk.signIn(login, password)) : added
      },
      openStore: ({ passphrase }) => {
        if (store !== null) return tell()
        const keys = openKey(folder, { passphrase })
        if (!keys.ok) return keys
        open(keys.value)
        return tell()
      },
      signIn: async ({ login, password }) => {
        const desk = operators()
        return desk === null ? LOCKED : then(await desk.signIn(login, password))
      },
      signOut: () => {
        operators()?.signOut()
        parts.signedOut()
        return tell()
      },
      lock: () => {
        operators()?.lock()
        return tell()
      },
      unlock: async ({ password }) => {
        const desk = operators()
        return desk === null ? LOCKED : then(await desk.unlock(password))
      },
      reauthenticate: async ({ password }, caller) => {
        const proved = await (operators()?.reauthenticate(caller, password) ?? LOCKED)
        return proved.ok ? ok({}) : proved
      },
      list: () => ok([...(operators()?.list() ?? [])]),
      add: async (account, caller) => (await operators()?.add(account, caller.operatorId)) ?? LOCKED,
      enable: ({ id, enabled }, caller) => operators()?.enable(id, enabled, caller.operatorId) ?? LOCKED,
    },
  }
}
