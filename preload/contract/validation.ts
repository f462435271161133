// Station 6 too: what is found when a file is checked (kiểm tra tệp), and the report of a signed batch (báo cáo phiên ký).
// Words of a verdict are codes here; the window and the printed report have the sentences.
import { z } from 'zod'
import { call } from './border.ts'
import { Id, Instant, line, Sha256 } from './terms.ts'

/** `unsigned`: nothing to judge. `unjudged`: locked, or written so that programs read it differently. */
export const CheckVerdict = z.enum(['valid', 'reserved', 'invalid', 'unsigned', 'unjudged'])
export type CheckVerdict = z.infer<typeof CheckVerdict>

/** Why a signature is not valid. */
export const CheckFault = z.enum([
  /** /Contents holds no CMS (or token) with exactly one signer whose certificate is known. */
  'unreadable',
  /** The byte range leaves out other bytes than the signature's own value, or covers no whole revision. */
  'coverage',
  /** The covered bytes are not the signed ones. */
  'digest',
  /** The signature value is not this certificate's. */
  'value',
  /** signing-certificate-v2 names another certificate, or is missing where PAdES demands it. */
  'other-certificate',
  /** MD5, SHA-1; RSA below 2048 bits; an algorithm that is not known here. */
  'weak-algorithm',
  'weak-key',
  'unknown-algorithm',
  /** No path to a root that the unit trusts: broken on the way, or its issuer is not known. */
  'untrusted',
  'incomplete',
  'expired',
  'not-yet-valid',
  'revoked',
  /** What stands on the pages, or what works in the file, was changed afterwards. */
  'changed',
  /** Changed beyond what the certification (DocMDP) or the lock of fields (FieldMDP) allows. */
  'certified-changed',
  'locked-changed',
  /** Another signature claims the same field, the same value or the same bytes. */
  'same-field',
])
export type CheckFault = z.infer<typeof CheckFault>

/** What a person has to know beside a good signature. */
export const CheckReservation = z.enum([
  /** The certificate has ended since, and only the signer's own clock says that it was made before. */
  'time-not-proven',
  'revocation-unknown',
  /** Revoked after the proven time. */
  'revoked-later',
  /** There is a time stamp, and it proves nothing. */
  'stamp-unsound',
  'form-filled',
  'annotated',
  'metadata-changed',
  'bytes-added',
])
export type CheckReservation = z.infer<typeof CheckReservation>

/** What was added or changed after a signature. */
export const CheckChange = z.enum([
  'signature',
  'timestamp',
  'validation-data',
  'pages',
  'content',
  'annotations',
  'form-values',
  'metadata',
  /** Layers, actions, scripts, attachments, bookmarks: what the catalogue holds beside pages. */
  'document',
  'signature-replaced',
  /** Objects that nothing uses, and bytes that belong to nothing. */
  'hidden-objects',
  'hidden-bytes',
  'bytes-after-end',
])
export type CheckChange = z.infer<typeof CheckChange>

const CheckedPerson = z.object({
  name: z.string(),
  organisation: z.string(),
  /** First six and last three digits. */
  personNumber: z.string(),
  issuer: z.string(),
  validFrom: Instant,
  validTo: Instant,
  fingerprint: Sha256,
})

export const CheckedSignature = z.object({
  kind: z.enum(['signature', 'timestamp']),
  fieldName: z.string(),
  verdict: z.enum(['valid', 'reserved', 'invalid']),
  faults: z.array(CheckFault),
  reservations: z.array(CheckReservation),
  signer: CheckedPerson.nullable(),
  /** By the signer's own clock. */
  claimedAt: Instant.nullable(),
  /** By a time-stamping authority with a path to a trusted root. */
  provenAt: Instant.nullable(),
  provenBy: z.string(),
  /** For example `RSA-2048 PKCS#1 v1.5, SHA-256`. */
  algorithm: z.string(),
  /** ETSI EN 319 142-1, by what is really there; `CMS`: an older form. */
  level: z.enum(['none', 'CMS', 'B-B', 'B-T', 'B-LT', 'B-LTA']),
  integrity: z.boolean(),
  path: z.enum(['trusted', 'untrusted', 'incomplete']),
  revocation: z.enum(['good', 'revoked', 'unknown']),
  revokedAt: Instant.nullable(),
  coversWholeFile: z.boolean(),
  changes: z.array(CheckChange),
  /** Pages (from 1) whose content or annotations were changed; the first 50. */
  changedPages: z.array(z.number().int()),
})
export type CheckedSignature = z.infer<typeof CheckedSignature>

export const ValidationReport = z.object({
  /** SHA-256 of the file. */
  hash: Sha256,
  bytes: z.number().int(),
  /** Null where they could not be counted. */
  pages: z.number().int().nullable(),
  /** What the file says of itself (`2B`), and whether the rules of PDF/A-2 hold; null: it claims nothing. */
  archival: z.object({ claim: z.string(), holds: z.boolean() }).nullable(),
  verdict: CheckVerdict,
  /** What is odd about the file as a whole. */
  notes: z.array(z.enum(['ambiguous', 'damaged', 'encrypted', 'stray-signature', 'too-many'])),
  /** DocMDP level of the first certification; null: not certified. */
  certified: z.number().int().nullable(),
  /** In the order of signing. */
  signatures: z.array(CheckedSignature),
  checkedAt: Instant,
})
export type ValidationReport = z.infer<typeof ValidationReport>

/** Largest file checked at the window, bytes. */
export const LARGEST_CHECK = 64 * 1024 * 1024

export const CheckedFile = z.object({
  /** Main keeps the report under it for a while, so that it can be printed as it was shown. */
  checkId: Id,
  report: ValidationReport,
  /** The file in the vault; null: it was brought, and is not kept. */
  file: Sha256.nullable(),
})
export type CheckedFile = z.infer<typeof CheckedFile>

export const BatchReport = z.object({
  file: Sha256,
  /** By the token of the batch, within its sitting; false: it was gone, or the batch has not finished. */
  signed: z.boolean(),
  at: Instant,
})
export type BatchReport = z.infer<typeof BatchReport>

/** Calls of the station beside those above. */
export const signatureReports = {
  /** Judges a file from disk, or the finished copy of a document. Nothing of a file from disk is kept. */
  checkFile: call(
    'signed-in',
    z.union([
      z
        .object({
          bytes: z.custom<Uint8Array>((file) => file instanceof Uint8Array && file.length <= LARGEST_CHECK),
        })
        .strict(),
      z.object({ documentId: Id }).strict(),
    ]),
    CheckedFile,
  ),
  /** The report of a check as a PDF. `name`: what the file is called on the screen. */
  printValidation: call('signed-in', z.object({ checkId: Id, name: line(255) }).strict(), z.object({ file: Sha256 })),
  /** The report of a batch that finished or rests; printed now when there is none of how it stands. */
  batchReport: call('signed-in', z.object({ batchId: Id }).strict(), BatchReport),
}
