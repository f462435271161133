// Station 6, signature: tokens, one PIN for one batch, the officer first and the agency's seal after.
// The PIN travels by a port from its own window to the token host and is no part of the station's calls.
import { z } from 'zod'
import { call, news, nothing } from './border.ts'
import { Failure, resultOf } from './result.ts'
import { Day, Id, Sha256 } from './terms.ts'

/** The officer, the agency after the officer, and the person who scanned (người sao chụp, TT 01/2023 Đ.8). */
export const SigningRole = z.enum(['officer', 'agency', 'scanner'])
export type SigningRole = z.infer<typeof SigningRole>

export const PinState = z.object({
  countLow: z.boolean(),
  finalTry: z.boolean(),
  locked: z.boolean(),
  pinPad: z.boolean(),
})

export const Certificate = z.object({
  fingerprint: Sha256,
  tokenId: z.string(),
  tokenName: z.string(),
  holder: z.string(),
  organisation: z.string(),
  issuer: z.string(),
  validFrom: Day,
  validTo: Day,
  daysLeft: z.number().int(),
  pin: PinState,
})
export type Certificate = z.infer<typeof Certificate>

/** Where one document rests in the batch (architecture §8). */
export const ItemState = z.enum([
  'waiting',
  'prepared',
  'officer-signed',
  'officer-closed',
  'agency-prepared',
  'agency-signed',
  'scanner-prepared',
  'scanner-signed',
  'filed',
  'set-aside',
])
export type ItemState = z.infer<typeof ItemState>

export const BatchItem = z.object({
  documentId: Id,
  title: z.string(),
  pages: z.number().int(),
  number: z.string().nullable(),
  state: ItemState,
  failure: Failure.nullable(),
})

/** What a person is about to sign, or is signing now. */
export const Batch = z.object({
  id: Id,
  role: SigningRole,
  items: z.array(BatchItem),
  /** Short code of the list (first 8 hex digits of the SHA-256 over ids and file hashes), shown again at the PIN. */
  listCode: z.string(),
  signer: z.string(),
  signerTitle: z.string(),
  certificate: Certificate.nullable(),
  state: z.enum(['ready', 'blocked', 'running', 'paused', 'finished']),
  /** Why it is blocked or paused. */
  trouble: Failure.nullable(),
  done: z.number().int(),
  total: z.number().int(),
})
export type Batch = z.infer<typeof Batch>

export const signature = {
  certificates: call('signed-in', nothing, z.array(Certificate)),
  /** How many documents wait for each signature. */
  counts: call(
    'signed-in',
    nothing,
    z.object({ officer: z.number().int(), agency: z.number().int(), scanner: z.number().int() }),
  ),
  /** What would be signed now in this role; null when nothing waits. */
  next: call(
    ['clerk', 'officer', 'seal-keeper', 'supervisor'],
    z.object({ role: SigningRole }).strict(),
    Batch.nullable(),
  ),
  /**
   * Opens the PIN window for the batch and signs. Needs `operator.reauthenticate` just before.
   * `insist`: spend the token's last try. Answers when the batch finished, paused or was refused.
   */
  start: call(
    ['clerk', 'officer', 'seal-keeper', 'supervisor'],
    z.object({ batchId: Id, listCode: z.string().max(20), insist: z.boolean() }).strict(),
    Batch,
  ),
  changed: news(Batch),
}

/** What the PIN window shows. It never shows or knows more. */
export const PinQuestion = z.object({
  signer: z.string(),
  holder: z.string(),
  tokenName: z.string(),
  count: z.number().int(),
  listCode: z.string(),
  role: SigningRole,
  pin: PinState,
  language: z.enum(['vi', 'en']),
})
export type PinQuestion = z.infer<typeof PinQuestion>

/** The one message on the PIN window's port, and its answer from the token host. */
export const PinMessage = z.object({ pin: z.string().min(1).max(64) }).strict()
export const PinAnswer = resultOf(nothing)
export type PinAnswer = z.infer<typeof PinAnswer>
