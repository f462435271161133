// A conversation with one token: its PIN state, its certificates, one login, and signatures one after the other.
// It never tries a PIN twice by itself, never calls a vague error a wrong PIN, and is over for good once the token was pulled.
// The one PIN it keeps is that of a key which asks for it before every signature (`#repeatPin`), until trouble or the end.
import type { PKCS11 } from 'pkcs11js'
import pkcs11js from 'pkcs11js'
import { type Failure, fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { PinState, TokenCertificate, TokenSession } from '../contract.ts'
import * as codes from './codes.ts'
import { Connection } from './connection.ts'
import { privateKeys, type SigningKey, signersOf, signingKey, storedCertificates } from './keys.ts'
import { hashOfLength, type Way, wayFor } from './mechanism.ts'
import { mechanismsOf, type PresentToken } from './module.ts'
import { AT_THE_PAD, asText, refuseChange, refuseLogin, refuseUnblock } from './pin.ts'
import type { Hash, PublicKey } from './public-key.ts'

/** PKCS#11 v2.40 §3.3: a read-only session that is logged in. */
const CKS_RO_USER_FUNCTIONS = 1

/** Room for an RSA signature of 8192 bits. */
const SIGNATURE_ROOM = 1024
const NO_PIN = new Uint8Array()

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
  readonly #connection: Connection
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
  #offered: readonly number[] | undefined
  /** A copy of the PIN, only while a key of this token asks for it before every signature. Overwritten, not just dropped. */
  #repeated: Buffer | undefined

  /** Throws what C_OpenSession throws. */
  constructor(setting: SessionSetting) {
    const { module, token, note } = setting
    this.token = token
    this.#module = module
    this.#released = setting.released
    this.#signal = setting.signal
    this.#connection = new Connection({ module, token, note, lost: () => this.lost() })
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
    return this.#inTurn(() => ok(this.#connection.readState()))
  }

  certificates(): Promise<Result<readonly TokenCertificate[]>> {
    return this.#inTurn(() => {
      const { handle } = this.#connection
      const keys = privateKeys(this.#module, handle)
      const ids = this.#loggedIn ? keys.map((key) => key.id) : 'not-visible'
      const signers = signersOf(storedCertificates(this.#module, handle), ids)
      const useful = signers.filter(({ publicKey }) => publicKey !== undefined && this.#wayFor(publicKey, 'sha256'))
      // Certificates, and not one that this token could sign with: nobody shall type a PIN for that.
      if (signers.length > 0 && useful.length === 0) return fail(codes.UNSUPPORTED)
      return ok(
        useful.map(({ fingerprint, der, id }) => {
          const key = keys.find((one) => one.id.equals(id))
          const facts = { fingerprint, der: Uint8Array.from(der) }
          return key === undefined ? facts : { ...facts, everySignature: key.everySignature }
        }),
      )
    })
  }

  /** A PIN that was sent to the token is wiped here at once; one that was not sent is left for the caller to wipe. */
  login(pin: Uint8Array, insist: boolean): Promise<Result<void>> {
    return this.#inTurn(() => {
      const state = this.#connection.readState()
      const refusal = refuseLogin(state, pin, insist)
      if (refusal !== undefined) return fail(refusal)
      const { handle } = this.#connection
      if (this.#module.C_GetSessionInfo(handle).state === CKS_RO_USER_FUNCTIONS) this.#forgetLogin()
      try {
        const text = state.pinPad ? AT_THE_PAD : asText(pin)
        const failure = this.#connection.attempt('pin', state, () =>
          this.#module.C_Login(handle, pkcs11js.CKU_USER, text),
        )
        if (failure !== undefined) return fail(failure)
        this.#loggedIn = true
        if (!state.pinPad && this.#asksEveryTime()) this.#repeated = Buffer.from(pin)
        return ok(undefined)
      } finally {
        pin.fill(0)
      }
    })
  }

  /** Both PINs are wiped here once they were sent. */
  changePin(old: Uint8Array, fresh: Uint8Array, insist: boolean): Promise<Result<void>> {
    return this.#inTurn(() => {
      const state = this.#connection.readState()
      const refusal = refuseChange(state, old, fresh, insist)
      if (refusal !== undefined) return fail(refusal)
      this.#disown()
      const [was, will] = state.pinPad ? [AT_THE_PAD, AT_THE_PAD] : [asText(old), asText(fresh)]
      return this.#connection.alone([old, fresh], (handle) =>
        this.#connection.attempt('new-pin', state, () => this.#module.C_SetPIN(handle, was, will)),
      )
    })
  }

  /** As `changePin`. The code is tried once; a new PIN that the token then refuses costs no further try. */
  unblock(code: Uint8Array, fresh: Uint8Array, insist: boolean): Promise<Result<void>> {
    return this.#inTurn(() => {
      const state = this.#connection.readState()
      const refusal = refuseUnblock(state, code, fresh, insist)
      if (refusal !== undefined) return fail(refusal)
      this.#disown()
      const [key, will] = state.pinPad ? [AT_THE_PAD, AT_THE_PAD] : [asText(code), asText(fresh)]
      return this.#connection.alone(
        [code, fresh],
        (handle) =>
          this.#connection.attempt('code', state, () => this.#module.C_Login(handle, pkcs11js.CKU_SO, key)) ??
          this.#connection.attempt('new-pin', state, () => this.#module.C_InitPIN(handle, will)),
      )
    })
  }

  sign(fingerprint: string, digest: Uint8Array): Promise<Result<Uint8Array>> {
    const hash = hashOfLength(digest.length)
    if (hash === undefined) return Promise.resolve(fail({ kind: 'malformed', what: 'argument' }))
    const own = Buffer.from(digest)
    return this.#inTurn(async () => {
      if (!this.#loggedIn) return fail(codes.PIN_WITHHELD)
      const key = this.#keys.get(fingerprint) ?? this.#findKey(fingerprint)
      if (key === 'missing') return refuse('certificate-missing')
      const way = key === 'unsupported' ? undefined : this.#wayFor(key.publicKey, hash)
      if (key === 'unsupported' || way === undefined) return fail(codes.UNSUPPORTED)
      this.#keys.set(fingerprint, key)
      return this.#signOnce(key, way, own)
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
          const failure = this.#connection.explain(thrown)
          if (failure === codes.PIN_WITHHELD) this.#disown()
          return fail(failure)
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
    this.#wipe()
    for (const cut of this.#waiting) cut(this.#ending)
    this.#signal.removeEventListener('abort', this.#abort)
    this.#release ??= this.#turn.then(() => this.#letGo())
    return this.#release
  }

  #letGo(): void {
    try {
      if (this.#loggedIn) this.#forgetLogin()
    } catch {
      // a token that left has logged itself out
    }
    this.#connection.close()
    this.#released()
  }

  #forgetLogin(): void {
    this.#disown()
    this.#module.C_Logout(this.#connection.handle)
  }

  /** Whatever comes next needs a person with a PIN. */
  #disown(): void {
    this.#loggedIn = false
    this.#keys.clear()
    this.#wipe()
  }

  #wipe(): void {
    this.#repeated?.fill(0)
    this.#repeated = undefined
  }

  /** Right after the login. In doubt no: then such a key says that its PIN is missing, and a person gives it again. */
  #asksEveryTime(): boolean {
    try {
      return privateKeys(this.#module, this.#connection.handle).some((key) => key.everySignature)
    } catch {
      return false
    }
  }

  #findKey(fingerprint: string): SigningKey | 'missing' | 'unsupported' {
    const { handle } = this.#connection
    const certificate = storedCertificates(this.#module, handle).find((one) => one.fingerprint === fingerprint)
    return certificate === undefined ? 'missing' : signingKey(this.#module, handle, certificate)
  }

  /** What the token offers does not change while it is in: asked once it answers. */
  #wayFor(key: PublicKey, hash: Hash): Way | undefined {
    this.#offered ??= mechanismsOf(this.#module, this.token.slot)
    return wayFor(key, this.#offered, hash)
  }

  async #signOnce(key: SigningKey, way: Way, digest: Buffer): Promise<Result<Uint8Array>> {
    const input = way.input(digest)
    const state = key.everySignature ? this.#connection.readState() : undefined
    const refusal = state === undefined ? undefined : refuseLogin(state, this.#repeated ?? NO_PIN, false)
    if (refusal !== undefined) return this.#stop(refusal)
    this.#signing = input
    try {
      this.#module.C_SignInit(this.#connection.handle, way.mechanism, key.handle)
      const stopped = state === undefined ? undefined : this.#repeatPin(state)
      if (stopped !== undefined) return this.#stop(stopped)
      const raw = await this.#module.C_SignAsync(this.#connection.handle, input, this.#signature)
      const signature = way.output(raw, digest)
      // What is no signature of this key over this digest is not let through.
      return signature === undefined ? fail(codes.FAILED) : ok(signature)
    } finally {
      this.#signing = undefined
    }
  }

  /**
   * C_Login(CKU_CONTEXT_SPECIFIC), between C_SignInit and C_Sign of a key with CKA_ALWAYS_AUTHENTICATE (PKCS#11 v2.40
   * §5.6), once, with the PIN that opened this batch; on a reader with its own keys the person types.
   */
  #repeatPin(state: PinState): Failure | undefined {
    const text = state.pinPad ? AT_THE_PAD : asText(this.#repeated ?? NO_PIN)
    return this.#connection.attempt('pin', state, () =>
      this.#module.C_Login(this.#connection.handle, pkcs11js.CKU_CONTEXT_SPECIFIC, text),
    )
  }

  /** Trouble with a PIN in the middle of a batch: wiped, logged out, the begun operation dropped with its session. */
  #stop(failure: Failure): Result<never> {
    this.#disown()
    if (!this.over) this.#connection.renew() // else the end does it
    return fail(failure)
  }
}
