// Where a token is when its library answers only something vague: in its place, held by another program, or gone.
// Decided by return codes alone, and in doubt for "held": that costs a wait, while "gone" costs the batch its session.
import type { Handle, PKCS11 } from 'pkcs11js'
import { codeOf, meaningOf, REMOVED } from './codes.ts'
import { identify, type PresentToken } from './module.ts'

/** PKCS#11 v2.40 §3.2, CK_SLOT_INFO; pkcs11js does not name it. */
const CKF_TOKEN_PRESENT = 1

export type Whereabouts = 'there' | 'held' | 'gone'

/** What three questions were answered that spend no try; a number is the CKR code of one that failed. */
export interface Traces {
  /** C_GetTokenInfo: the token that was opened, or another one. */
  readonly token: 'ours' | 'other' | number
  /** C_GetSlotInfo: CKF_TOKEN_PRESENT. */
  readonly slot: 'full' | 'empty' | number
  /** C_GetSessionInfo: sessions die with a pull, even when the token is back by now. */
  readonly session: 'alive' | 'none' | number
}

/** Already asked about once: what has no row in the table is noted where it came from. */
const saysGone = (trace: string | number): boolean =>
  typeof trace === 'number' && meaningOf(trace, () => {}) === REMOVED

export function whereIs({ token, slot, session }: Traces): Whereabouts {
  if (token === 'other' || slot === 'empty' || [token, slot, session].some(saysGone)) return 'gone'
  if (token === 'ours') return typeof session === 'number' ? 'gone' : 'there'
  return 'held'
}

export function traceToken(module: PKCS11, token: PresentToken, handle: Handle | undefined): Traces {
  return {
    token: ask(() => (identify(module.C_GetTokenInfo(token.slot)) === token.id ? 'ours' : 'other')),
    slot: ask(() => ((module.C_GetSlotInfo(token.slot).flags & CKF_TOKEN_PRESENT) === 0 ? 'empty' : 'full')),
    session: ask(() => {
      if (handle === undefined) return 'none'
      module.C_GetSessionInfo(handle)
      return 'alive'
    }),
  }
}

function ask<Said extends string>(question: () => Said): Said | number {
  try {
    return question()
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === undefined) throw thrown
    return code
  }
}
