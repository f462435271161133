// Station 6, signature: tokens, one PIN for one batch, the officer first and the agency's seal after.
// The PIN travels by a port from its own window to the token host and is no part of the station's calls.
import { z } from 'zod'
import { call, news, nothing } from './border.ts'
import { Failure, resultOf } from './result.ts'
import { Day, Id, Instant, Sha256 } from './terms.ts'

/**
 * The officer, the agency after the officer, the person who scanned (người sao chụp, TT 01/2023 Đ.8), and the agency on a copy of its
 * own (sao y, NĐ 30/2020 Đ.25.1c).
 */
export const SigningRole = z.enum(['officer', 'agency', 'scanner', 'copy'])
export type SigningRole = z.infer<typeof SigningRole>

/** What a token tells of its tries, of the PIN or of the unblocking code (PUK, mã mở khóa). */
export const PinTries = z.object({ countLow: z.boolean(), finalTry: z.boolean(), locked: z.boolean() })

export const PinState = PinTries.extend({
  /** The PIN is typed on the reader's own keys. */
  pinPad: z.boolean(),
  /** Of the unblocking code. */
  code: PinTries.optional(),
  /** How long a PIN of this token may be; null when the token does not say. */
  length: z.object({ min: z.number().int(), max: z.number().int() }).nullable().optional(),
})
export type PinState = z.infer<typeof PinState>

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
  /** Its key wants the PIN before every signature (CKA_ALWAYS_AUTHENTICATE); absent: not known before the first login. */
  everySignature: z.boolean().optional(),
})
export type Certificate = z.infer<typeof Certificate>

/** Where one document rests in the batch (architecture §8). */
export const ItemState = z.enum([
  'waiting',
  'prepared',
  'officer-signed',
  'officer-closed',
  'agency-signed',
  'scanner-signed',
  'copy-signed',
  'filed',
  'set-aside',
])
export type ItemState = z.infer<typeof ItemState>

export const BatchItem = z.object({
  documentId: Id,
  dossierCode: z.string(),
  citizenName: z.string(),
  title: z.string(),
  pages: z.number().int(),
  /** A PDF that a person brought, certified as it is, and how many signatures it had; absent: a paper scanned here. */
  brought: z.object({ earlier: z.number().int() }).optional(),
  number: z.string().nullable(),
  /** The file to be signed, where the list is looked through on this screen; absent: it was reviewed before. */
  file: Sha256.optional(),
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
  /** `waiting`: the token is gone or held; the batch goes on by itself, after its PIN, when the same certificate is back. */
  state: z.enum(['ready', 'blocked', 'running', 'waiting', 'paused', 'finished']),
  /** Why it is blocked, waiting or paused. */
  trouble: Failure.nullable(),
  done: z.number().int(),
  total: z.number().int(),
})
export type Batch = z.infer<typeof Batch>

/** How near the end of a certificate is: 30, 7 and 0 days. */
export const Expiry = z.enum(['not-yet', 'fine', 'month', 'week', 'today', 'expired'])
export type Expiry = z.infer<typeof Expiry>

/** A certificate this counter has seen, on a token that is in now or was in once. */
export const KnownCertificate = z.object({
  fingerprint: Sha256,
  holder: z.string(),
  organisation: z.string(),
  issuer: z.string(),
  validFrom: Day,
  validTo: Day,
  daysLeft: z.number().int(),
  expiry: Expiry,
  lastSeen: Instant,
  everySignature: z.boolean().nullable(),
  /** The token it lies on; null when that token is not in. */
  tokenId: z.string().nullable(),
})
export type KnownCertificate = z.infer<typeof KnownCertificate>

/** A token that is in. `trouble`: why it could not be asked, for example because another program holds it. */
export const PresentToken = z.object({
  id: z.string(),
  name: z.string(),
  pin: PinState.nullable(),
  trouble: Failure.nullable(),
})
export type PresentToken = z.infer<typeof PresentToken>

/** Who may certify by decision, or seals, and has no certificate known here that is valid now. */
export const Shortfall = z.object({
  role: z.enum(['officer', 'agency']),
  who: z.string(),
  title: z.string(),
  why: z.enum(['not-seen', 'expired', 'not-yet']),
  /** The day the last certificate ended, or the next one begins. */
  day: Day.nullable(),
})
export type Shortfall = z.infer<typeof Shortfall>

export const Inventory = z.object({
  tokens: z.array(PresentToken),
  /** Soonest end first. */
  certificates: z.array(KnownCertificate),
  cannotSign: z.array(Shortfall),
})
export type Inventory = z.infer<typeof Inventory>

/** Why a timestamp or a proof is not there yet. Each has one sentence in renderer/words. */
export const EVIDENCE_TROUBLES = [
  'unreachable',
  'busy',
  'refused-by-service',
  'malformed',
  'wrong-answer',
  'wrong-signature',
  'wrong-certificate',
  'untrusted',
  'wrong-time',
  'stale',
  'partial-list',
  'status-unknown',
  'revoked',
  'certificate-expired',
  'file',
  'storage',
  'failed',
] as const
export const EvidenceTrouble = z.enum(EVIDENCE_TROUBLES)
export type EvidenceTrouble = z.infer<typeof EvidenceTrouble>

/** B-T: a document timestamp; B-LT: with it every certificate and proof that later checking needs (EN 319 142-1). */
export const EvidenceLevel = z.enum(['B-T', 'B-LT'])
export type EvidenceLevel = z.infer<typeof EvidenceLevel>

/** Dấu thời gian và bằng chứng of the certified copies of this counter. */
export const Evidence = z.object({
  /** Empty: no time-stamping service is set up; the copies stay as they are. */
  services: z.array(
    z.object({
      name: z.string(),
      /** The last failure since it last answered well. */
      trouble: EvidenceTrouble.nullable(),
      since: Instant.nullable(),
      nextTry: Instant.nullable(),
    }),
  ),
  waiting: z.number().int(),
  done: z.number().int(),
  /** Of those done, without the proofs that no certificate was revoked. */
  withoutProofs: z.number().int(),
  refusedCount: z.number().int(),
  nextTry: Instant.nullable(),
  /** Copies that a person must look at, the latest first, at most 100. */
  refused: z.array(
    z.object({ documentId: Id, title: z.string(), number: z.string(), trouble: EvidenceTrouble, at: Instant }),
  ),
  /** Copies that are refused or ending, each once. */
  pressing: z.number().int(),
  /** Copies without a timestamp whose first certificate ends within 30 days, soonest end first. */
  ending: z.array(z.object({ validTo: Day, expiry: Expiry, copies: z.number().int() })),
})
export type Evidence = z.infer<typeof Evidence>

const OnToken = z.object({ tokenId: z.string().min(1).max(200) }).strict()

export const signature = {
  certificates: call('signed-in', nothing, z.array(Certificate)),
  /** How many documents wait for each signature. */
  counts: call(
    'signed-in',
    nothing,
    z.object({
      officer: z.number().int(),
      agency: z.number().int(),
      scanner: z.number().int(),
      copy: z.number().int(),
    }),
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
  /** The person at the PC no longer waits for the token: the batch rests as it stands. */
  stopWaiting: call(['clerk', 'officer', 'seal-keeper', 'supervisor'], nothing, nothing),
  changed: news(Batch),
  /** Certificates of the tokens that are in and of those seen before, and who cannot sign. */
  inventory: call('signed-in', nothing, Inventory),
  /** Opens the PIN window: old PIN, new PIN. One try; answers when it was made or the window was closed. */
  changePin: call('signed-in', OnToken, nothing),
  /** Opens the PIN window: unblocking code (PUK), new PIN. One try. */
  unblock: call('signed-in', OnToken, nothing),
  /** Timestamps and proofs of the certified copies: what is there, what waits, what a person must look at. */
  evidence: call('signed-in', nothing, Evidence),
  /** A person has looked and wants it tried again now: everything that waits or was refused. */
  retryEvidence: call('signed-in', nothing, Evidence),
}

export const PinTask = z.enum(['sign', 'change', 'unblock'])
export type PinTask = z.infer<typeof PinTask>

/** What the PIN window shows. It never shows or knows more. */
export const PinQuestion = z.object({
  /** Left out: `sign`. Otherwise count, list and role mean nothing. */
  task: PinTask.optional(),
  signer: z.string(),
  holder: z.string(),
  tokenName: z.string(),
  count: z.number().int(),
  listCode: z.string(),
  role: SigningRole,
  pin: PinState,
  /** The officer's title and decision; left out for who signs without one. */
  authority: z.string().optional(),
  /** What is in the list, most often first. */
  kinds: z.array(z.object({ title: z.string(), count: z.number().int() })).optional(),
  /** The key wants its PIN at every signature; left out: not known before the login. */
  everySignature: z.boolean().optional(),
  language: z.enum(['vi', 'en']),
})
export type PinQuestion = z.infer<typeof PinQuestion>

/** A PIN on its way: UTF-8, so that whoever has it can wipe it. Empty when it is typed on the reader's own keys. */
const Secret = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= 256)

/**
 * The one message on the PIN window's port, and its answer from the token host. `pin` is the PIN, for `unblock` the
 * unblocking code. `insist`: spend the last try of a change or an unblocking; a batch insists before its window opens.
 */
export const PinMessage = z.object({ pin: Secret, newPin: Secret.optional(), insist: z.boolean().optional() }).strict()
export type PinMessage = z.infer<typeof PinMessage>
export const PinAnswer = resultOf(nothing)
export type PinAnswer = z.infer<typeof PinAnswer>
