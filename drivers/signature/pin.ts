// What a token says about its PIN before anybody types it, and when a PIN is better not sent at all.
// Pure, except for the one string a PIN has to become; it keeps nothing.
import { isUtf8 } from 'node:buffer'
import type { TokenInfo } from 'pkcs11js'
import pkcs11js from 'pkcs11js'
import type { Failure } from '../../preload/contract/result.ts'
import type { PinState } from '../contract.ts'
import { CODE_LAST_TRY, CODE_LOCKED, NEW_REFUSED, PIN_LAST_TRY, PIN_LOCKED, PIN_WITHHELD } from './codes.ts'

/** No PIN window takes more; a module that says 0, or "unknown", or less than its minimum, says nothing. */
const LONGEST = 64

/** PKCS#11 v2.40 §3.2, CK_TOKEN_INFO. */
export function pinStateOf(info: Pick<TokenInfo, 'flags' | 'minPinLen' | 'maxPinLen'>): PinState {
  const has = (flag: number): boolean => (info.flags & flag) !== 0
  const { minPinLen: min, maxPinLen: max } = info
  return {
    countLow: has(pkcs11js.CKF_USER_PIN_COUNT_LOW),
    finalTry: has(pkcs11js.CKF_USER_PIN_FINAL_TRY),
    locked: has(pkcs11js.CKF_USER_PIN_LOCKED),
    pinPad: has(pkcs11js.CKF_PROTECTED_AUTHENTICATION_PATH),
    code: {
      countLow: has(pkcs11js.CKF_SO_PIN_COUNT_LOW),
      finalTry: has(pkcs11js.CKF_SO_PIN_FINAL_TRY),
      locked: has(pkcs11js.CKF_SO_PIN_LOCKED),
    },
    length: max > 0 && min >= 0 && min <= max && min <= LONGEST ? { min, max: Math.min(max, LONGEST) } : null,
  }
}

/** Nothing typed, or a buffer that was wiped already: sending it would only cost a try. */
const isEmpty = (secret: Uint8Array): boolean => secret.every((byte) => byte === 0)

/** Why a PIN is not even sent: every try that cannot succeed, or that nobody asked for, is saved. */
export function refuseLogin(state: PinState, pin: Uint8Array, insist: boolean): Failure | undefined {
  if (state.locked) return PIN_LOCKED
  if (state.finalTry && !insist) return PIN_LAST_TRY
  return state.pinPad ? undefined : refuseText(pin)
}

/** The same for a change; the new PIN is judged before the old one is tried. */
export function refuseChange(
  state: PinState,
  old: Uint8Array,
  fresh: Uint8Array,
  insist: boolean,
): Failure | undefined {
  return refuseLogin(state, old, insist) ?? refuseFresh(state, fresh)
}

/** The same for the unblocking code, which has tries of its own: when they are spent, the token is lost for good. */
export function refuseUnblock(
  state: PinState,
  code: Uint8Array,
  fresh: Uint8Array,
  insist: boolean,
): Failure | undefined {
  if (state.code.locked) return CODE_LOCKED
  if (state.code.finalTry && !insist) return CODE_LAST_TRY
  if (state.pinPad) return undefined
  return refuseText(code) ?? refuseFresh(state, fresh)
}

function refuseText(secret: Uint8Array): Failure | undefined {
  if (isEmpty(secret)) return PIN_WITHHELD
  return isUtf8(secret) ? undefined : { kind: 'malformed', what: 'argument' }
}

function refuseFresh({ pinPad, length }: PinState, fresh: Uint8Array): Failure | undefined {
  if (pinPad) return undefined
  const refusal = refuseText(fresh)
  if (refusal !== undefined || length === null) return refusal
  return fresh.length < length.min || fresh.length > length.max ? NEW_REFUSED : undefined
}

/**
 * What goes to the library instead of a PIN that is typed on the reader's own keys. PKCS#11 v2.40 §5.6 wants a null pointer;
 * pkcs11js has none to give: it hands over a pointer to an empty text of length 0. Most modules look at the length; one that
 * insists on the null pointer answers CKR_ARGUMENTS_BAD before anybody can type, which `explain` calls `pin pad`.
 */
export const AT_THE_PAD = ''

/**
 * pkcs11js takes the PIN as a string only. This view copies nothing, so there is one string (V8 collects it; it cannot be
 * wiped) and the library's one UTF-8 copy of it during the call. Hence: a host process a module, ended after the batch.
 */
export function asText(pin: Uint8Array): string {
  return Buffer.from(pin.buffer, pin.byteOffset, pin.byteLength).toString('utf8')
}
