// The PKCS#11 session below a conversation: opened for reading, asked for flags, and the one place where a PIN is sent.
// It sends a PIN exactly once a call, only to the token it was opened on, and keeps none.
import type { Handle, PKCS11 } from 'pkcs11js'
import pkcs11js from 'pkcs11js'
import { type Failure, fail, ok, type Result } from '../../preload/contract/result.ts'
import type { PinState } from '../contract.ts'
import * as codes from './codes.ts'
import { identify, type PresentToken } from './module.ts'
import { pinStateOf } from './pin.ts'
import { traceToken, whereIs } from './presence.ts'

const READING = pkcs11js.CKF_SERIAL_SESSION
const WRITING = pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION

export interface ConnectionSetting {
  readonly module: PKCS11
  readonly token: PresentToken
  readonly note: codes.Note
  /** The token is gone. */
  readonly lost: () => void
}

class TokenExchanged extends Error {}

export class Connection {
  readonly module: PKCS11
  readonly token: PresentToken
  readonly #note: codes.Note
  readonly #lost: () => void
  #handle: Handle | undefined

  /** Throws what C_OpenSession throws. */
  constructor({ module, token, note, lost }: ConnectionSetting) {
    this.module = module
    this.token = token
    this.#note = note
    this.#lost = lost
    this.#handle = module.C_OpenSession(token.slot, READING)
  }

  /** Opened again when it had to be given up; throws what C_OpenSession throws. */
  get handle(): Handle {
    this.#handle ??= this.module.C_OpenSession(this.token.slot, READING)
    return this.#handle
  }

  /** Also proves that the slot still holds the token we opened: no PIN may ever reach another one. */
  readState(): PinState {
    const info = this.module.C_GetTokenInfo(this.token.slot)
    if (identify(info) !== this.token.id) throw new TokenExchanged()
    return pinStateOf(info)
  }

  /**
   * Sends a PIN. Reading the flags afterwards spends no try, and tells the wrong PIN that locked the token from one more
   * wrong PIN.
   */
  attempt(act: codes.Act, state: PinState, send: () => void): Failure | undefined {
    try {
      send()
      return undefined
    } catch (thrown) {
      if (state.pinPad && codes.codeOf(thrown) === codes.CKR_ARGUMENTS_BAD) return codes.PAD_REFUSED
      const failure = this.explain(thrown, act)
      if (failure === codes.PIN_WRONG && this.#isNow((now) => now.locked)) return codes.PIN_LOCKED
      return failure === codes.CODE_WRONG && this.#isNow((now) => now.code.locked) ? codes.CODE_LOCKED : failure
    }
  }

  /**
   * PINs are changed in a read-write session, and the security officer is let in only while no read-only one exists
   * (PKCS#11 v2.40 §5.6): so ours is closed for that long. Logged out before and after; `secrets` are wiped.
   */
  alone(secrets: readonly Uint8Array[], work: (handle: Handle) => Failure | undefined): Result<void> {
    try {
      this.module.C_CloseSession(this.handle)
      this.#handle = undefined
      const handle = this.module.C_OpenSession(this.token.slot, WRITING)
      this.#handle = handle
      const failure = work(handle)
      return failure === undefined ? ok(undefined) : fail(failure)
    } finally {
      for (const secret of secrets) secret.fill(0)
      this.renew()
    }
  }

  /** A fresh session, now or when it is next needed: what was going on in the old one is over, and so is its login. */
  renew(): void {
    this.close()
    try {
      this.#handle = this.module.C_OpenSession(this.token.slot, READING)
    } catch (thrown) {
      this.explain(thrown)
    }
  }

  close(): void {
    const handle = this.#handle
    this.#handle = undefined
    if (handle === undefined) return
    for (const last of [() => this.module.C_Logout(handle), () => this.module.C_CloseSession(handle)])
      try {
        last()
      } catch {
        // nobody was logged in, or the token left and took its sessions along
      }
  }

  /** What a thrown CKR code means here and now. Anything else that is thrown is a bug and passes through. */
  explain(thrown: unknown, act: codes.Act = 'pin'): Failure {
    const failure = thrown instanceof TokenExchanged ? codes.REMOVED : this.#meaning(thrown, act)
    if (failure === codes.REMOVED) this.#lost()
    return failure
  }

  #meaning(thrown: unknown, act: codes.Act): Failure {
    const code = codes.codeOf(thrown)
    if (code === undefined) throw thrown
    const meaning = codes.meaningOf(code, this.#note, act)
    if (meaning !== codes.LOOK) return meaning
    const where = whereIs(traceToken(this.module, this.token, this.#handle))
    return where === 'there' ? codes.FAILED : where === 'held' ? codes.BUSY : codes.REMOVED
  }

  #isNow(claim: (state: PinState) => boolean): boolean {
    try {
      return claim(this.readState())
    } catch {
      return false
    }
  }
}
