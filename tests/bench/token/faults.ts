// What a test says to the faulting PKCS#11 module, and what the module wrote down: the script and the ledger.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One C_Login that reached the token. `code` is the CKR number it answered. */
export interface Try {
  readonly token: string
  readonly code: number
  readonly left: number
}

export interface Faults {
  /** For the process that loads the module. */
  readonly env: Readonly<Record<string, string>>
  /** The rules from now on, as `faulting-pkcs11.c` lists them; none means a faultless token. */
  say(...rules: readonly string[]): Promise<void>
  tries(): Promise<readonly Try[]>
  /** How many calls have begun to hang. */
  hangs(): Promise<number>
}

/** What the ledger shows instead of a CKR number when a call begins to hang. */
const HANGS = 0xffffffff

/** `name` keeps the script and the ledger of one story apart from others in `dir`. */
export function openFaults(dir: string, name: string): Faults {
  const script = join(dir, `${name}.script`)
  const ledger = join(dir, `${name}.ledger`)
  const read = async (): Promise<readonly Try[]> => {
    const lines = (await readFile(ledger, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '')
    return lines.map((line) => {
      const [token = '', code, left] = line.split(' ')
      return { token, code: Number(code), left: Number(left) }
    })
  }
  return {
    env: { QUAY_FAULTY_SCRIPT: script, QUAY_FAULTY_LEDGER: ledger },
    async say(...rules) {
      await writeFile(`${script}.new`, `${rules.join('\n')}\n`)
      await rename(`${script}.new`, script) // the module reads before every call, never a half file
    },
    tries: async () => (await read()).filter((line) => line.code !== HANGS),
    hangs: async () => (await read()).filter((line) => line.code === HANGS).length,
  }
}
