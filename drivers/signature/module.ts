// One vendor's PKCS#11 library: loaded once, asked which tokens lie in its slots now.
// A token is named by what is written in it, never by its slot number. Nothing here knows a PIN.
import { createHash } from 'node:crypto'
import type { PKCS11, TokenInfo } from 'pkcs11js'
import pkcs11js from 'pkcs11js'
import type { DeviceId } from '../contract.ts'
import { BUSY, CKR_CRYPTOKI_ALREADY_INITIALIZED, codeOf, LOOK, meaningOf, type Note, REMOVED } from './codes.ts'

export interface PresentToken {
  readonly id: DeviceId
  readonly label: string
  /** Good until the next pull: slot numbers change when a token is put back. */
  readonly slot: Buffer
  /** It lies in its slot and cannot be asked anything: another program has the reader to itself. */
  readonly held: boolean
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
 * left out, so that one sick token does not hide the others, unless it is `remembered` from before: then another program
 * holds it. `signing` spares a token at work the question.
 */
export function listTokens(
  module: PKCS11,
  signing: (slot: Buffer) => PresentToken | undefined,
  remembered: (slot: Buffer) => PresentToken | undefined,
  note: Note,
): Listed {
  const tokens: PresentToken[] = []
  let unread = false
  for (const slot of module.C_GetSlotList(true)) {
    const token = signing(slot) ?? readToken(module, slot, remembered, note)
    if (typeof token === 'object') tokens.push(token)
    unread ||= token === 'unread'
  }
  return { tokens, unread }
}

export interface Listed {
  readonly tokens: readonly PresentToken[]
  /** A slot holds something that cannot be asked now and was never seen before: any token may be behind it. */
  readonly unread: boolean
}

/** C_GetMechanismList; undefined when the library will not say, or says that there are none. */
export function mechanismsOf(module: PKCS11, slot: Buffer): readonly number[] | undefined {
  try {
    const offered = module.C_GetMechanismList(slot)
    return offered.length === 0 ? undefined : offered
  } catch (thrown) {
    if (codeOf(thrown) === undefined) throw thrown
    return undefined
  }
}

function readToken(
  module: PKCS11,
  slot: Buffer,
  remembered: (slot: Buffer) => PresentToken | undefined,
  note: Note,
): PresentToken | 'unread' | undefined {
  try {
    const info = module.C_GetTokenInfo(slot)
    if ((info.flags & pkcs11js.CKF_TOKEN_INITIALIZED) === 0) return undefined
    return { id: identify(info), label: text(info.label), slot, held: false }
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === undefined) throw thrown
    const meaning = meaningOf(code, note)
    const isVague = meaning === LOOK || meaning === BUSY
    const before = isVague ? remembered(slot) : undefined
    if (before !== undefined) return { ...before, held: true }
    if (meaning !== REMOVED) note(code)
    return isVague ? 'unread' : undefined
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
