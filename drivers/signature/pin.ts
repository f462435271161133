// What a token says about its PIN before anybody types it, and when a PIN is better not sent at all.
// Pure, except for the one string a PIN has to become; it keeps nothing.
import { isUtf8 } from 'node:buffer'
import pkcs11js from 'pkcs11js'
import type { Failure } from '../../preload/contract/result.ts'
import type { PinState } from '../contract.ts'
import { PIN_LAST_TRY, PIN_LOCKED, PIN_WITHHELD } from './codes.ts'

/** PKCS#11 v2.40 §3.2, CK_TOKEN_INFO flags. */
export function pinStateOf(flags: number): PinState {
  return {
    countLow: (flags & pkcs11js.CKF_USER_PIN_COUNT_LOW) !== 0,
    finalTry: (flags & pkcs11js.CKF_USER_PIN_FINAL_TRY) !== 0,
    locked: (flags & pkcs11js.CKF_USER_PIN_LOCKED) !== 0,
    pinPad: (flags & pkcs11js.CKF_PROTECTED_AUTHENTICATION_PATH) !== 0,
  }
}

/** Why a PIN is not even sent: every try that cannot succeed, or that nobody asked for, is saved. */
export function refuseLogin(state: PinState, pin: Uint8Array, insist: boolean): Failure | undefined {
  if (state.locked) return PIN_LOCKED
  if (state.finalTry && !insist) return PIN_LAST_TRY
  if (state.pinPad) return undefined
  // Nothing typed, or a buffer that was wiped already: sending it would only cost a try.
  if (pin.every((byte) => byte === 0)) return PIN_WITHHELD
  return isUtf8(pin) ? undefined : { kind: 'malformed', what: 'argument' }
}

/**
 * pkcs11js takes the PIN as a string only. This view copies nothing, so there is one string (V8 collects it; it cannot be
 * wiped) and the library's one UTF-8 copy of it during the call. Hence: a host process a module, ended after the batch.
 */
export function asText(pin: Uint8Array): string {
  return Buffer.from(pin.buffer, pin.byteOffset, pin.byteLength).toString('utf8')
}
