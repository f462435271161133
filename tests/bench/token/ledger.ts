// Reads what the faulting PKCS#11 module wrote down, and judges it: did every PIN that reached a token come from a person?
// Pure. It knows PINs by their salted hashes only.

export type LedgerKind =
  | 'login'
  | 'login-context'
  | 'login-so'
  | 'set-pin'
  | 'set-so-pin'
  | 'init-pin'
  | 'hang'
  | 'pull'
  | 'crash'

export interface LedgerLine {
  readonly token: string
  /** CKR number; 4294967295 for an event. */
  readonly code: number
  /** Tries left afterwards, of the user or (…-so…) of the security officer. */
  readonly left: number
  /** What the counter began with; another number in the script begins anew. */
  readonly first: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly process: number
  readonly kind: LedgerKind
  /** Tries left before; null where the writer did not say. */
  readonly before: number | null
  /** Salted hash of the PIN that was sent, or typed at the reader; null when there was none, and for events. */
  readonly pin: string | null
  readonly newPin: string | null
}

export interface SignatureLine {
  readonly token: string
  readonly code: number
  readonly at: number
  /** How long C_Sign took. */
  readonly ms: number
  readonly process: number
  /** What was signed, hex; for RSA PKCS#1 v1.5 the digest inside the DigestInfo. */
  readonly digest: string
}

const EVENT = 0xffffffff
const DIGEST_INFO_SHA256 = '3031300d060960864801650304020105000420'
const lines = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' '))

export function readLedger(text: string): readonly LedgerLine[] {
  return lines(text).map(([token = '', code, left, first, at, process, kind, before, pin = '-', newPin = '-']) => ({
    token,
    code: Number(code),
    left: Number(left),
    first: Number(first),
    at: Number(at) * 1000,
    process: Number(process ?? 0),
    kind: (kind ?? (Number(code) === EVENT ? 'hang' : 'login')) as LedgerKind,
    before: before === undefined ? null : Number(before),
    pin: pin === '-' || Number(code) === EVENT ? null : pin,
    newPin: newPin === '-' ? null : newPin,
  }))
}

export function readSignatures(text: string): readonly SignatureLine[] {
  return lines(text).map(([token = '', code, at, ms, process, signed = '']) => ({
    token,
    code: Number(code),
    at: Number(at) * 1000,
    ms: Number(ms),
    process: Number(process),
    digest: signed.startsWith(DIGEST_INFO_SHA256) ? signed.slice(DIGEST_INFO_SHA256.length) : signed,
  }))
}

/** One PIN as a person typed it, once. `insist`: that person was told it may be the last try. */
export interface Typed {
  readonly token: string
  readonly pin: string
  readonly insist?: boolean
}

/**
 * What the ledger shows against the rule "one entry, one try": a PIN that reached a token without having been typed for it,
 * or more often than it was typed; a last try without insisting; anything sent to a locked token. `login-context` (a key
 * that wants its PIN before every signature) may repeat a PIN that has just opened the token, and nothing else.
 * Empty when all is well; a sentence a breach, without any PIN.
 */
export function pinBreaches(
  ledger: readonly LedgerLine[],
  typed: readonly Typed[],
  hashOf: (token: string, pin: string) => string,
): readonly string[] {
  const unused = typed.map((one) => ({
    token: one.token,
    pin: hashOf(one.token, one.pin),
    insist: one.insist ?? false,
  }))
  const good = new Map<string, string>()
  const breaches: string[] = []
  for (const [index, line] of ledger.entries()) {
    const { token, kind, pin, before } = line
    if (pin === null) continue
    const where = `line ${index + 1}, ${kind} on ${token}`
    const repeats = kind === 'login-context' && good.get(token) === pin
    const at = repeats ? -1 : unused.findIndex((one) => one.token === token && one.pin === pin)
    const [entry] = at < 0 ? [] : unused.splice(at, 1)
    if (!repeats && entry === undefined) breaches.push(`${where}: sent without being typed for it`)
    if (before !== null && before <= 0) breaches.push(`${where}: the token was locked`)
    if (before === 1 && entry?.insist !== true) breaches.push(`${where}: the last try, and nobody insisted`)
    if (kind === 'login' && line.code === 0) good.set(token, pin)
    if (line.code !== 0 && good.get(token) === pin) good.delete(token)
  }
  return breaches
}
