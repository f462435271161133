// Who is at the keyboard: opening the store, signing in, the lock screen, re-authentication, accounts.
import { z } from 'zod'
import { call, news, nothing, Role } from './border.ts'
import { Id, line } from './terms.ts'

export const Operator = z.object({
  id: Id,
  login: z.string(),
  name: z.string(),
  roles: z.array(Role),
  enabled: z.boolean(),
})
export type Operator = z.infer<typeof Operator>

/**
 * What the window must show first:
 * `first-run` no store yet: set the passphrase and the first supervisor; `store-locked` a passphrase opens the store;
 * `damaged` the store opened read-only; then `signed-out`, `signed-in`, `locked` (work is kept, nothing is shown).
 */
export const OperatorState = z.discriminatedUnion('at', [
  z.object({ at: z.literal('first-run'), keychain: z.boolean() }),
  z.object({ at: z.literal('store-locked') }),
  z.object({ at: z.literal('damaged'), why: z.enum(['damaged', 'newer']) }),
  z.object({ at: z.literal('signed-out'), unit: z.string(), station: z.string(), specimen: z.boolean() }),
  z.object({
    at: z.literal('signed-in'),
    unit: z.string(),
    station: z.string(),
    specimen: z.boolean(),
    operator: Operator,
  }),
  z.object({ at: z.literal('locked'), unit: z.string(), station: z.string(), specimen: z.boolean(), name: z.string() }),
])
export type OperatorState = z.infer<typeof OperatorState>

const Login = line(40).regex(/^[a-z0-9._-]{2,40}$/)
/** A new password: at least 8 characters; what it is made of is the person's business. */
const NewPassword = z.string().min(8).max(200)
const Password = z.string().max(200)

export const operator = {
  state: call('anyone', nothing, OperatorState),
  /** First start: passphrase of the store (omitted when the OS keychain keeps the key) and the first supervisor. */
  setUp: call(
    'anyone',
    z
      .object({
        passphrase: z.string().min(8).max(200).optional(),
        login: Login,
        name: line(100),
        password: NewPassword,
      })
      .strict(),
    OperatorState,
  ),
  openStore: call('anyone', z.object({ passphrase: z.string().max(200) }).strict(), OperatorState),
  signIn: call('anyone', z.object({ login: z.string().max(40), password: Password }).strict(), OperatorState),
  /** Also from the lock screen: who is away must not hold the counter. */
  signOut: call('anyone', nothing, OperatorState),
  lock: call('signed-in', nothing, OperatorState),
  unlock: call('anyone', z.object({ password: Password }).strict(), OperatorState),
  /** Asked before signing: the same person, still at the keyboard. Valid for one signing start within two minutes. */
  reauthenticate: call('signed-in', z.object({ password: Password }).strict(), nothing),
  list: call(['supervisor', 'it'], nothing, z.array(Operator)),
  add: call(
    ['supervisor', 'it'],
    z.object({ login: Login, name: line(100).min(1), password: NewPassword, roles: z.array(Role).min(1) }).strict(),
    Operator,
  ),
  enable: call(['supervisor', 'it'], z.object({ id: Id, enabled: z.boolean() }).strict(), Operator),
  changed: news(OperatorState),
}
