// What a PKCS#11 return value (CKR_…) means to the person at the counter: one row a code, looked up by number.
// A code without a row is reported in full to `note`. It never reads message text, and no vague code becomes a wrong PIN.
import type { Failure } from '../../preload/contract/result.ts'

/** Hears every CKR number that has no row in the table. */
export type Note = (code: number) => void

export const CKR_ATTRIBUTE_SENSITIVE = 0x11
export const CKR_ATTRIBUTE_TYPE_INVALID = 0x12
export const CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191
export const CKR_ARGUMENTS_BAD = 0x7

const device = (what: Extract<Failure, { kind: 'device' }>['what']): Failure => ({
  kind: 'device',
  device: 'signature',
  what,
})
const pin = (what: Extract<Failure, { kind: 'pin' }>['what']): Failure => ({ kind: 'pin', what })

export const REMOVED = device('removed')
export const FAILED = device('failed')
export const UNSUPPORTED = device('unsupported')
export const BUSY = device('busy')
export const TIMEOUT = device('timeout')
export const ABSENT = device('absent')
export const PIN_WRONG = pin('wrong')
export const PIN_LAST_TRY = pin('last-try')
export const PIN_LOCKED = pin('locked')
export const PIN_WITHHELD = pin('withheld')
export const PIN_EXPIRED = pin('expired')
export const NEW_REFUSED = pin('new-refused')
export const CODE_WRONG = pin('code-wrong')
export const CODE_LAST_TRY = pin('code-last-try')
export const CODE_LOCKED = pin('code-locked')
export const PAD_REFUSED = pin('pad')

/** The code alone does not tell: look whether the token is still there, then `removed` or `failed`. */
export const LOOK = 'look'

const MEANINGS: ReadonlyMap<number, Failure | typeof LOOK> = new Map<number, Failure | typeof LOOK>([
  [0x1, PIN_WITHHELD], //    CKR_CANCEL: stopped on the reader's own keys
  [0x2, FAILED], //          CKR_HOST_MEMORY
  [0x3, REMOVED], //         CKR_SLOT_ID_INVALID: the slot left together with its token
  [0x5, LOOK], //            CKR_GENERAL_ERROR: also what many modules say when the token is pulled mid-signature
  [0x6, LOOK], //            CKR_FUNCTION_FAILED: the same; never a wrong PIN
  [0x7, FAILED], //          CKR_ARGUMENTS_BAD
  [0xa, UNSUPPORTED], //     CKR_CANT_LOCK: the module cannot be used from more than one thread
  [0x13, FAILED], //         CKR_ATTRIBUTE_VALUE_INVALID
  [0x20, UNSUPPORTED], //    CKR_DATA_INVALID
  [0x21, UNSUPPORTED], //    CKR_DATA_LEN_RANGE
  [0x30, LOOK], //           CKR_DEVICE_ERROR
  [0x31, LOOK], //           CKR_DEVICE_MEMORY
  [0x32, REMOVED], //        CKR_DEVICE_REMOVED
  [0x50, PIN_WITHHELD], //   CKR_FUNCTION_CANCELED
  [0x54, UNSUPPORTED], //    CKR_FUNCTION_NOT_SUPPORTED
  [0x60, LOOK], //           CKR_KEY_HANDLE_INVALID
  [0x62, UNSUPPORTED], //    CKR_KEY_SIZE_RANGE
  [0x63, UNSUPPORTED], //    CKR_KEY_TYPE_INCONSISTENT
  [0x68, UNSUPPORTED], //    CKR_KEY_FUNCTION_NOT_PERMITTED
  [0x70, UNSUPPORTED], //    CKR_MECHANISM_INVALID
  [0x71, UNSUPPORTED], //    CKR_MECHANISM_PARAM_INVALID
  [0x82, LOOK], //           CKR_OBJECT_HANDLE_INVALID
  [0x90, BUSY], //           CKR_OPERATION_ACTIVE
  [0x91, LOOK], //           CKR_OPERATION_NOT_INITIALIZED
  [0xa0, PIN_WRONG], //      CKR_PIN_INCORRECT
  [0xa1, PIN_WRONG], //      CKR_PIN_INVALID: characters no PIN of this token can have
  [0xa2, PIN_WRONG], //      CKR_PIN_LEN_RANGE: a length no PIN of this token can have
  [0xa3, PIN_EXPIRED], //    CKR_PIN_EXPIRED: to be changed before it can be used
  [0xa4, PIN_LOCKED], //     CKR_PIN_LOCKED
  [0xb0, REMOVED], //        CKR_SESSION_CLOSED: we did not close it, so the token left (even if it is back by now)
  [0xb1, BUSY], //           CKR_SESSION_COUNT
  [0xb3, REMOVED], //        CKR_SESSION_HANDLE_INVALID: as CKR_SESSION_CLOSED
  [0xb4, UNSUPPORTED], //    CKR_SESSION_PARALLEL_NOT_SUPPORTED
  [0xb5, FAILED], //         CKR_SESSION_READ_ONLY: changes of the PIN open a session of their own
  [0xb7, BUSY], //           CKR_SESSION_READ_ONLY_EXISTS: the security officer cannot come in beside a reader
  [0xb8, BUSY], //           CKR_SESSION_READ_WRITE_SO_EXISTS
  [0xe0, REMOVED], //        CKR_TOKEN_NOT_PRESENT
  [0xe1, UNSUPPORTED], //    CKR_TOKEN_NOT_RECOGNIZED
  [0xe2, UNSUPPORTED], //    CKR_TOKEN_WRITE_PROTECTED
  [0x100, BUSY], //          CKR_USER_ALREADY_LOGGED_IN
  [0x101, PIN_WITHHELD], //  CKR_USER_NOT_LOGGED_IN: the token forgot the PIN; a person must give it again
  [0x102, UNSUPPORTED], //   CKR_USER_PIN_NOT_INITIALIZED
  [0x103, UNSUPPORTED], //   CKR_USER_TYPE_INVALID: no security officer, or no login for one signature
  [0x104, BUSY], //          CKR_USER_ANOTHER_ALREADY_LOGGED_IN
  [0x105, BUSY], //          CKR_USER_TOO_MANY_TYPES
  [0x150, FAILED], //        CKR_BUFFER_TOO_SMALL
  [0x190, FAILED], //        CKR_CRYPTOKI_NOT_INITIALIZED
  [0x1b8, UNSUPPORTED], //   CKR_PIN_TOO_WEAK: only for a new PIN
  [0x200, PIN_WITHHELD], //  CKR_FUNCTION_REJECTED: the person refused on the token itself
])

/** What was being done, where the same number means something else: setting a new PIN, or trying the unblocking code. */
export type Act = 'pin' | 'new-pin' | 'code'

const OF_ACTS: Readonly<Record<Act, ReadonlyMap<number, Failure>>> = {
  pin: new Map(),
  'new-pin': new Map([
    [0xa1, NEW_REFUSED], //  CKR_PIN_INVALID: "only applies to functions which attempt to set a PIN" (v2.40 §5.1)
    [0xa2, NEW_REFUSED], //  CKR_PIN_LEN_RANGE: the same
    [0x1b8, NEW_REFUSED], // CKR_PIN_TOO_WEAK
  ]),
  code: new Map([
    [0xa0, CODE_WRONG], //   CKR_PIN_INCORRECT
    [0xa1, CODE_WRONG], //   CKR_PIN_INVALID
    [0xa2, CODE_WRONG], //   CKR_PIN_LEN_RANGE
    [0xa4, CODE_LOCKED], //  CKR_PIN_LOCKED
    [0x102, UNSUPPORTED], // CKR_USER_PIN_NOT_INITIALIZED
  ]),
}

/** What `code` means (PKCS#11 v2.40, CK_RV). Unknown codes are noted and answered with `LOOK`. */
export function meaningOf(code: number, note: Note, act: Act = 'pin'): Failure | typeof LOOK {
  const meaning = OF_ACTS[act].get(code) ?? MEANINGS.get(code)
  if (meaning !== undefined) return meaning
  note(code)
  return LOOK
}

/**
 * The CKR number inside what pkcs11js throws, or undefined when it is no PKCS#11 answer at all (then it is a bug of ours).
 * pkcs11js gives `code`, except from C_FindObjects, which throws `CKR_NAME:number` bare; only the number is used.
 */
export function codeOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error)) return undefined
  if ('code' in thrown && typeof thrown.code === 'number' && thrown.code > 0) return thrown.code
  const bare = /^CKR_\w+:(\d+)$/.exec(thrown.message)?.[1]
  return bare === undefined ? undefined : Number(bare)
}
