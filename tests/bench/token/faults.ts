// What a test says to the faulting PKCS#11 module, and what the module wrote down: the script and the ledger.
import { createHash, randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type LedgerLine, readLedger, readSignatures, type SignatureLine } from './ledger.ts'

/** One C_Login of the user that reached the token. `code` is the CKR number it answered. */
export interface Try {
  readonly token: string
  readonly code: number
  readonly left: number
}

export interface Faults {
  /** For the process that loads the module. */
  readonly env: Readonly<Record<string, string>>
  /**
   * The rules from now on, as `faulting-pkcs11.c` lists them; none means a faultless token. Rejects a rule with an unknown
   * verb or without a value: a story must not pass because its fault never came.
   */
  say(...rules: readonly string[]): Promise<void>
  tries(): Promise<readonly Try[]>
  /** How many calls have begun to hang. */
  hangs(): Promise<number>
  /** Everything: logins of user and security officer, changes of PINs, and the events hang, pull and crash. */
  ledger(): Promise<readonly LedgerLine[]>
  /** Every C_Sign, when it was asked for. */
  signatures(): Promise<readonly SignatureLine[]>
  /** What the ledger shows instead of this PIN on this token. */
  hashOf(token: string, pin: string): string
}

/** The verbs of the script. */
export const VERBS = [
  ...['pulled', 'pull-after', 'held', 'slot', 'label'],
  ...['tries', 'max-tries', 'so-tries', 'silent', 'flags', 'pin-min', 'pin-max'],
  ...['login-error', 'set-pin-error', 'init-pin-error', 'login-delay', 'pin-pad', 'pad-pin', 'pad-new-pin'],
  ...['sign-time', 'sign-delay', 'sign-error', 'garble-after', 'crash-after', 'hang', 'hang-after', 'always-auth'],
  ...['hide', 'certificate'],
] as const

export interface FaultsOptions {
  /** Have every C_Sign written down (some 10 µs each). */
  readonly signatures?: boolean
}

/** `name` keeps the script and the ledger of one story apart from others in `dir`. */
export function openFaults(dir: string, name: string, options: FaultsOptions = {}): Faults {
  const script = join(dir, `${name}.script`)
  const ledger = join(dir, `${name}.ledger`)
  const signatures = join(dir, `${name}.signatures`)
  const salt = randomBytes(16).toString('hex')
  const read = async () => readLedger(await readFile(ledger, 'utf8').catch(() => ''))
  return {
    env: {
      QUAY_FAULTY_SCRIPT: script,
      QUAY_FAULTY_LEDGER: ledger,
      QUAY_FAULTY_SALT: salt,
      ...(options.signatures === true ? { QUAY_FAULTY_SIGNATURES: signatures } : {}),
    },
    async say(...rules) {
      for (const rule of rules) {
        const [verb, label, value] = rule.split(' ')
        if (!VERBS.some((known) => known === verb) || !label || !value) throw new Error(`not a rule: ${rule}`)
      }
      await writeFile(`${script}.new`, `${rules.join('\n')}\n`)
      await rename(`${script}.new`, script) // the module reads before every call, never a half file
    },
    tries: async () =>
      (await read())
        .filter((line) => line.kind === 'login' || line.kind === 'login-context')
        .map(({ token, code, left }) => ({ token, code, left })),
    hangs: async () => (await read()).filter((line) => line.kind === 'hang').length,
    ledger: read,
    signatures: async () => readSignatures(await readFile(signatures, 'utf8').catch(() => '')),
    hashOf: (token, pin) => createHash('sha256').update(`${salt}\0${token}\0${pin}`).digest('hex').slice(0, 32),
  }
}
