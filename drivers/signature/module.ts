// One vendor's PKCS#11 library: loaded once, asked which tokens lie in its slots now.
// A token is named by what is written in it, never by its slot number. Nothing here knows a PIN.
import { createHash } from 'node:crypto'
import type { PKCS11, TokenInfo } from 'pkcs11js'
import pkcs11js from 'pkcs11js'
import type { DeviceId } from '../contract.ts'
import { CKR_CRYPTOKI_ALREADY_INITIALIZED, codeOf, meaningOf, type Note, REMOVED } from './codes.ts'

export interface PresentToken {
  readonly id: DeviceId
  readonly label: string
  /** Good until the next pull: slot numbers change when a token is put back. */
  readonly slot: Buffer
}

/** `unloadable`: the file is missing, for another machine, or no PKCS#11 module. Thrown CKR codes pass through. */
export function loadModule(path: string): PKCS11 | 'unloadable' {
  const module = new pkcs11js.PKCS11()
  try {
    module.load(path)
  } catch {
    return 'unloadable'
  }
  try {
    // Without CKF_OS_LOCKING_OK two signatures on two tokens of one module can crash the process.
    module.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK })
  } catch (thrown) {
    if (codeOf(thrown) !== CKR_CRYPTOKI_ALREADY_INITIALIZED) throw thrown
  }
  return module
}

/**
 * The personalised tokens in the slots (PKCS#11 v2.40 §5.5: asking for the list refreshes it). A slot that fails is
 * left out, so that one sick token does not hide the others. `known` spares a token that is signing the question.
 */
export function listTokens(
  module: PKCS11,
  known: (slot: Buffer) => PresentToken | undefined,
  note: Note,
): readonly PresentToken[] {
  const tokens: PresentToken[] = []
  for (const slot of module.C_GetSlotList(true)) {
    const token = known(slot) ?? readToken(module, slot, note)
    if (token !== undefined) tokens.push(token)
  }
  return tokens
}

function readToken(module: PKCS11, slot: Buffer, note: Note): PresentToken | undefined {
  try {
    const info = module.C_GetTokenInfo(slot)
    if ((info.flags & pkcs11js.CKF_TOKEN_INITIALIZED) === 0) return undefined
    return { id: identify(info), label: text(info.label), slot }
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === undefined) throw thrown
    if (meaningOf(code, note) !== REMOVED) note(code)
    return undefined
  }
}

/** The same token gets the same id in any slot, on any day. A hash, because labels often carry a person's name. */
export function identify(info: Pick<TokenInfo, 'manufacturerID' | 'model' | 'serialNumber' | 'label'>): DeviceId {
  const written = [info.manufacturerID, info.model, info.serialNumber, info.label].map(text).join('\0')
  return `token-${createHash('sha256').update(written).digest('hex').slice(0, 32)}`
}

/** PKCS#11 pads with blanks; some vendors with zeros. */
function text(padded: string): string {
  return padded.replace(/[\0 ]+$/, '')
}
