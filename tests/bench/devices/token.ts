// Signature tokens made of files, with the PIN counter of a real one: three tries, the last one only on demand, then locked.
// The counter lies in the ledger, so that it outlives the process. A token that was pulled never speaks to an old session.
import { isUtf8 } from 'node:buffer'
import { createHash, createPrivateKey, type KeyObject, privateEncrypt, X509Certificate } from 'node:crypto'
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { DeviceId, Driver, PinState, TokenSession } from '../../../drivers/contract.ts'
import { digestInfo } from '../../../drivers/signature/encoding.ts'
import { type Failure, fail, ok, type Result, refuse } from '../../../preload/contract/result.ts'
import { type Desk, rulesIn, type TokenWriting, textOf, watchFile } from './desk.ts'

const TRIES = 3
/** CKR_PIN_INCORRECT, as the ledger of tests/bench/token/faults.ts writes it. */
const [GOOD, INCORRECT] = [0x0, 0xa0]

const device = (what: 'absent' | 'removed' | 'busy' | 'timeout' | 'unsupported'): Failure => ({
  kind: 'device',
  device: 'signature',
  what,
})
const pinTrouble = (what: 'wrong' | 'last-try' | 'locked' | 'withheld' | 'new-refused') => fail({ kind: 'pin', what })

interface Rules {
  readonly pulled: boolean
  readonly tries: number
  /** Pulled in the middle of the signature after so many. */
  readonly pullAfter: number
  readonly signDelay: number
}

export const TOKEN_RULES = ['pulled', 'tries', 'pull-after', 'sign-delay'] as const

function rulesFor(label: string, script: string): Rules {
  const said = new Map(
    rulesIn(script).flatMap(([rule = '', of, value]) => (of === label ? [[rule, Number(value)]] : [])),
  )
  return {
    pulled: (said.get('pulled') ?? 0) !== 0,
    tries: said.get('tries') ?? TRIES,
    pullAfter: said.get('pull-after') ?? Number.POSITIVE_INFINITY,
    signDelay: said.get('sign-delay') ?? 0,
  }
}

/** Tries left: what the last login left, unless the script has begun anew with another number. */
export function triesLeft(label: string, first: number, ledger: string): number {
  const last = rulesIn(ledger)
    .filter(([of]) => of === label)
    .at(-1)
  return last !== undefined && Number(last[3]) === first ? Number(last[2]) : first
}

export const pinStateAt = (left: number): PinState => ({
  countLow: left < TRIES,
  finalTry: left === 1,
  locked: left <= 0,
  pinPad: false,
  code: { countLow: false, finalTry: false, locked: false },
  length: { min: 4, max: 64 },
})

interface Token {
  readonly id: DeviceId
  readonly label: string
  rules: Rules
  /** Good signatures since the `pull-after` rule was last changed, and whether that rule has struck. */
  signatures: number
  fallen: boolean
}

interface Held extends TokenSession {
  readonly token: Token
  lost(): void
}

export function benchTokens(desk: Desk): Driver<TokenSession> {
  const known = new Map<string, Token>()
  const sessions = new Map<DeviceId, Held>()

  const writingOf = (label: string) =>
    JSON.parse(readFileSync(join(desk.tokens, label, 'token.json'), 'utf8')) as TokenWriting

  function tokenNamed(label: string): Token {
    const id = `token-${createHash('sha256')
      .update(`${label}\0${writingOf(label).serial}`)
      .digest('hex')
      .slice(0, 32)}`
    const token = known.get(label) ?? { id, label, rules: rulesFor(label, ''), signatures: 0, fallen: false }
    known.set(label, token)
    return token
  }

  /** The tokens that are in now; sessions of the others end. */
  function look(): readonly Token[] {
    const script = textOf(desk.tokenScript)
    const all = readdirSync(desk.tokens).sort().map(tokenNamed)
    for (const token of all) {
      const rules = rulesFor(token.label, script)
      if (rules.pullAfter !== token.rules.pullAfter) Object.assign(token, { signatures: 0, fallen: false })
      token.rules = rules
    }
    const present = all.filter((token) => !token.rules.pulled && !token.fallen)
    for (const session of sessions.values()) if (!present.includes(session.token)) session.lost()
    return present
  }

  return {
    name: 'bench tokens',
    watch: (nudge) =>
      watchFile(desk.tokenScript, () => {
        look()
        nudge()
      }),

    async present(signal) {
      if (signal.aborted) return fail(device('timeout'))
      return ok(look().map(({ id, label }) => ({ id, kind: 'signature', name: label, loaded: true })))
    },

    async open(id, signal) {
      if (signal.aborted) return fail(device('timeout'))
      const token = look().find((one) => one.id === id)
      if (token === undefined) return fail(device('absent'))
      if (sessions.has(id)) return fail(device('busy'))
      const released = () => void sessions.delete(id)
      const session = openSession({ desk, token, writing: writingOf(token.label), look, signal, released })
      sessions.set(id, session)
      return ok(session)
    },
  }
}

interface Certified {
  readonly fingerprint: string
  readonly der: Uint8Array
  readonly key: KeyObject
}

function certifiedOn(folder: string): readonly Certified[] {
  const names = readdirSync(folder)
  return names
    .filter((name) => name.endsWith('.der') && names.includes(name.replace(/\.der$/, '.key')))
    .map((name) => {
      const { raw } = new X509Certificate(readFileSync(join(folder, name)))
      const key = createPrivateKey(readFileSync(join(folder, name.replace(/\.der$/, '.key'))))
      return { fingerprint: createHash('sha256').update(raw).digest('hex'), der: Uint8Array.from(raw), key }
    })
}

interface SessionParts {
  readonly desk: Desk
  readonly token: Token
  readonly writing: TokenWriting
  /** Obeys the script; may end this very session. */
  readonly look: () => unknown
  readonly signal: AbortSignal
  readonly released: () => void
}

function openSession({ desk, token, look, signal, released, ...parts }: SessionParts): Held {
  let { writing } = parts
  const folder = join(desk.tokens, token.label)
  let loggedIn = false
  let ending: Failure | undefined
  let tell = (_failure: Result<never>) => {}
  const ended = new Promise<Result<never>>((resolve) => {
    tell = resolve
  })
  let turn: Promise<unknown> = Promise.resolve()

  const end = (failure: Failure): void => {
    if (ending !== undefined) return
    ending = failure
    loggedIn = false
    signal.removeEventListener('abort', abort)
    released()
    tell(fail(failure))
  }
  const abort = () => end(device('timeout'))
  signal.addEventListener('abort', abort, { once: true })

  /** One call at a time; whoever waits hears it at once when the session ends. */
  function inTurn<T>(work: () => Result<T> | Promise<Result<T>>): Promise<Result<T>> {
    const answer = turn.then(async () => {
      look()
      return ending === undefined ? work() : fail(ending)
    })
    turn = answer.catch(() => undefined)
    return Promise.race([answer, ended])
  }
  const left = () => triesLeft(token.label, token.rules.tries, textOf(desk.tokenLedger))

  function tryOnce(pin: Uint8Array, insist: boolean): Result<void> {
    const before = left()
    if (before <= 0) return pinTrouble('locked')
    if (before === 1 && !insist) return pinTrouble('last-try')
    if (pin.every((byte) => byte === 0)) return pinTrouble('withheld')
    if (!isUtf8(pin)) return fail({ kind: 'malformed', what: 'argument' })
    const right = Buffer.from(writing.pin, 'utf8').equals(pin)
    const after = right ? TRIES : before - 1
    const now = Math.floor(Date.now() / 1000)
    const row = [token.label, right ? GOOD : INCORRECT, after, token.rules.tries, now]
    appendFileSync(desk.tokenLedger, `${row.join(' ')}\n`)
    if (right) return ok(undefined)
    return pinTrouble(after <= 0 ? 'locked' : 'wrong')
  }

  return {
    token,
    lost: () => end(device('removed')),
    pinState: () => inTurn(() => ok(pinStateAt(left()))),
    certificates: () => inTurn(() => ok(certifiedOn(folder).map(({ fingerprint, der }) => ({ fingerprint, der })))),

    login: (pin, insist) =>
      inTurn(() => {
        const tried = tryOnce(pin, insist)
        loggedIn = tried.ok
        return tried
      }),

    changePin: (old, fresh, insist) =>
      inTurn(() => {
        if (fresh.length < 4 || !isUtf8(fresh)) return pinTrouble('new-refused')
        const tried = tryOnce(old, insist)
        if (!tried.ok) return tried
        writing = { ...writing, pin: Buffer.from(fresh).toString('utf8') }
        writeFileSync(join(folder, 'token.json'), JSON.stringify(writing))
        return tried
      }),
    // These tokens have no security officer.
    unblock: () => inTurn(() => fail(device('unsupported'))),

    sign: (fingerprint, digest) => {
      if (digest.length !== 32) return Promise.resolve(fail({ kind: 'malformed', what: 'argument' }))
      const own = Uint8Array.from(digest)
      return inTurn(async () => {
        if (!loggedIn) return pinTrouble('withheld')
        const certified = certifiedOn(folder).find((one) => one.fingerprint === fingerprint)
        if (certified === undefined) return refuse('certificate-missing')
        if (certified.key.asymmetricKeyType !== 'rsa') return fail(device('unsupported'))
        if (token.rules.signDelay > 0) await wait(token.rules.signDelay)
        token.fallen ||= token.signatures >= token.rules.pullAfter
        look()
        if (ending !== undefined) return fail(ending)
        // PKCS#1 v1.5 over a digest that is there already: the DigestInfo, padded and raised to the private exponent.
        const signature = privateEncrypt(certified.key, digestInfo(own))
        token.signatures += 1
        return ok(Uint8Array.from(signature))
      })
    },

    logout: async () => {
      await inTurn(() => {
        loggedIn = false
        return ok(undefined)
      })
    },
    close: async () => {
      end(device('absent'))
      await turn
    },
  }
}
