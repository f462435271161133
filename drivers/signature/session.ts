// A conversation with one token: its PIN state, its certificates, one login, and signatures one after the other.
// It never tries a PIN twice, never calls a vague error a wrong PIN, and is over for good once the token was pulled.
import { constants, type KeyObject, publicDecrypt } from 'node:crypto'
import type { Handle, PKCS11 } from 'pkcs11js'
import pkcs11js from 'pkcs11js'
import { type Failure, fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { PinState, TokenCertificate, TokenSession } from '../contract.ts'
import * as codes from './codes.ts'
import { digestInfo, ecdsaToDer } from './encoding.ts'
import { privateKeyIds, type SigningKey, signersOf, signingKey, storedCertificates } from './keys.ts'
import { identify, type PresentToken } from './module.ts'
import { asText, pinStateOf, refuseLogin } from './pin.ts'

/** PKCS#11 v2.40 §3.3: a read-only session that is logged in. */
const CKS_RO_USER_FUNCTIONS = 1

/** Room for an RSA signature of 8192 bits. */
const SIGNATURE_ROOM = 1024

export interface SessionSetting {
  readonly module: PKCS11
  readonly token: PresentToken
  readonly signal: AbortSignal
  readonly note: codes.Note
  /** Called once, when the library has let go of the token and it may be opened again. */
  readonly released: () => void
}

export class Pkcs11Session implements TokenSession {
  readonly token: PresentToken
  readonly #module: PKCS11
  readonly #handle: Handle
  readonly #note: codes.Note
  readonly #released: () => void
  readonly #signal: AbortSignal
  readonly #abort = () => this.#end(codes.TIMEOUT)
  readonly #waiting = new Set<(failure: Failure) => void>()
  readonly #keys = new Map<string, SigningKey>()
  /** C_SignAsync keeps no hold on its buffers; the session does, which is enough as one signature is in flight. */
  readonly #signature = Buffer.alloc(SIGNATURE_ROOM)
  #signing: Buffer | undefined
  #turn: Promise<void> = Promise.resolve()
  #release: Promise<void> | undefined
  #ending: Failure | undefined
  #loggedIn = false

  /** Throws what C_OpenSession throws. */
  constructor(setting: SessionSetting) {
    this.token = setting.token
    this.#module = setting.module
    this.#note = setting.note
    this.#released = setting.released
    this.#signal = setting.signal
    this.#handle = this.#module.C_OpenSession(setting.token.slot, pkcs11js.CKF_SERIAL_SESSION)
    this.#signal.addEventListener('abort', this.#abort, { once: true })
  }

  /** While a signature is being made the token is not to be disturbed with questions. */
  get signing(): boolean {
    return this.#signing !== undefined
  }

  /** Closed, aborted or pulled: only what is in flight is still to return. */
  get over(): boolean {
    return this.#ending !== undefined
  }

  pinState(): Promise<Result<PinState>> {
    return this.#inTurn(() => ok(pinStateOf(this.#readFlags())))
  }

  certificates(): Promise<Result<readonly TokenCertificate[]>> {
    return this.#inTurn(() => {
      const keys = this.#loggedIn ? privateKeyIds(this.#module, this.#handle) : 'not-visible'
      const signers = signersOf(storedCertificates(this.#module, this.#handle), keys)
      return ok(signers.map(({ fingerprint, der }) => ({ fingerprint, der: Uint8Array.from(der) })))
    })
  }

  /** A PIN that was sent to the token is wiped here at once; one that was not sent is left for the caller to wipe. */
  login(pin: Uint8Array, insist: boolean): Promise<Result<void>> {
    return this.#inTurn(() => {
      const state = pinStateOf(this.#readFlags())
      const refusal = refuseLogin(state, pin, insist)
      if (refusal !== undefined) return fail(refusal)
      const before = this.#module.C_GetSessionInfo(this.#handle).state
      if (before === CKS_RO_USER_FUNCTIONS) this.#forgetLogin()
      try {
        this.#module.C_Login(this.#handle, pkcs11js.CKU_USER, state.pinPad ? '' : asText(pin))
        this.#loggedIn = true
        return ok(undefined)
      } catch (thrown) {
        const failure = this.#explain(thrown)
        return fail(failure === codes.PIN_WRONG && this.#isLockedNow() ? codes.PIN_LOCKED : failure)
      } finally {
        pin.fill(0)
      }
    })
  }

  sign(fingerprint: string, digest: Uint8Array): Promise<Result<Uint8Array>> {
    if (digest.length !== 32) return Promise.resolve(fail({ kind: 'malformed', what: 'argument' }))
    const own = Buffer.from(digest)
    return this.#inTurn(async () => {
      if (!this.#loggedIn) return fail(codes.PIN_WITHHELD)
      const key = this.#keys.get(fingerprint) ?? this.#findKey(fingerprint)
      if (key === 'missing') return refuse('certificate-missing')
      if (key === 'unsupported') return fail(codes.UNSUPPORTED)
      this.#keys.set(fingerprint, key)
      const signature = await this.#signOnce(key, own)
      return signature === undefined ? fail(codes.FAILED) : ok(signature)
    })
  }

  async logout(): Promise<void> {
    await this.#inTurn(() => {
      if (this.#loggedIn) this.#forgetLogin()
      return ok(undefined)
    })
  }

  /** Waits for a signature in flight, unless the signal says not to. */
  async close(): Promise<void> {
    const release = this.#end(codes.ABSENT)
    if (this.#signal.aborted) return
    let stop = () => {}
    const aborted = new Promise<void>((resolve) => {
      stop = resolve
    })
    this.#signal.addEventListener('abort', stop, { once: true })
    await Promise.race([release, aborted])
    this.#signal.removeEventListener('abort', stop)
  }

  /** The token is known to be gone: whoever waits hears it now. */
  lost(): void {
    this.#end(codes.REMOVED)
  }

  /** One call at a time; an answer comes at the latest when the session ends. */
  #inTurn<T>(work: () => Result<T> | Promise<Result<T>>): Promise<Result<T>> {
    return new Promise((resolve, reject) => {
      const cut = (failure: Failure) => resolve(fail(failure))
      this.#waiting.add(cut)
      const answer = async (): Promise<Result<T>> => {
        if (this.#ending !== undefined) return fail(this.#ending)
        try {
          return await work()
        } catch (thrown) {
          return fail(this.#explain(thrown))
        }
      }
      this.#turn = this.#turn
        .then(answer)
        .then(resolve, reject)
        .finally(() => this.#waiting.delete(cut))
    })
  }

  #end(failure: Failure): Promise<void> {
    this.#ending ??= failure
    for (const cut of this.#waiting) cut(this.#ending)
    this.#signal.removeEventListener('abort', this.#abort)
    this.#release ??= this.#turn.then(() => this.#letGo())
    return this.#release
  }

  #letGo(): void {
    this.#keys.clear()
    try {
      if (this.#loggedIn) this.#forgetLogin()
    } catch {
      // a token that left has logged itself out
    }
    try {
      this.#module.C_CloseSession(this.#handle)
    } catch {
      // and closed its sessions
    }
    this.#released()
  }

  #forgetLogin(): void {
    this.#loggedIn = false
    this.#keys.clear()
    this.#module.C_Logout(this.#handle)
  }

  /** Also proves that the slot still holds the token we opened: no PIN may ever reach another one. */
  #readFlags(): number {
    const info = this.#module.C_GetTokenInfo(this.token.slot)
    if (identify(info) !== this.token.id) throw new TokenExchanged()
    return info.flags
  }

  /** Reading the flags spends no try, and tells the wrong PIN that locked the token from one more wrong PIN. */
  #isLockedNow(): boolean {
    try {
      return pinStateOf(this.#readFlags()).locked
    } catch {
      return false
    }
  }

  #findKey(fingerprint: string): SigningKey | 'missing' | 'unsupported' {
    const certificates = storedCertificates(this.#module, this.#handle)
    const certificate = certificates.find((candidate) => candidate.fingerprint === fingerprint)
    return certificate === undefined ? 'missing' : signingKey(this.#module, this.#handle, certificate)
  }

  /** Undefined when what the token made is no signature of this key over this digest. */
  async #signOnce(key: SigningKey, digest: Buffer): Promise<Uint8Array | undefined> {
    const { publicKey, handle } = key
    const input = publicKey.type === 'rsa' ? digestInfo(digest) : digest
    const mechanism = publicKey.type === 'rsa' ? pkcs11js.CKM_RSA_PKCS : pkcs11js.CKM_ECDSA
    this.#signing = input
    try {
      this.#module.C_SignInit(this.#handle, { mechanism }, handle)
      const raw = await this.#module.C_SignAsync(this.#handle, input, this.#signature)
      if (publicKey.type === 'ec') return ecdsaToDer(raw)
      const signature = Uint8Array.from(raw)
      return opens(publicKey.key, signature, input) ? signature : undefined
    } finally {
      this.#signing = undefined
    }
  }

  #explain(thrown: unknown): Failure {
    const failure = thrown instanceof TokenExchanged ? codes.REMOVED : this.#meaning(thrown)
    if (failure === codes.PIN_WITHHELD) {
      this.#loggedIn = false
      this.#keys.clear()
    }
    if (failure === codes.REMOVED) this.lost()
    return failure
  }

  #meaning(thrown: unknown): Failure {
    const code = codes.codeOf(thrown)
    if (code === undefined) throw thrown
    const meaning = codes.meaningOf(code, this.#note)
    if (meaning !== codes.LOOK) return meaning
    return this.#isThere() ? codes.FAILED : codes.REMOVED
  }

  /** The token is in its slot and has not been out since we opened it (sessions die with a pull). */
  #isThere(): boolean {
    try {
      this.#readFlags()
      this.#module.C_GetSessionInfo(this.#handle)
      return true
    } catch {
      return false
    }
  }
}

class TokenExchanged extends Error {}

/** RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2), about 0.03 ms: a token's bad signature is found before it is built in. */
function opens(key: KeyObject, signature: Uint8Array, input: Buffer): boolean {
  try {
    return publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature).equals(input)
  } catch {
    return false
  }
}
