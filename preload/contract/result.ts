// What every call answers: a value, or a failure from the closed list below.
// A failure names what the person at the counter can do next; it never carries personal data or foreign error text.
// Every word here has one sentence in renderer/words and one paragraph in resources/help (a test looks for missing ones).
import { z } from 'zod'

/** Rules that can say no. Each is named after what is missing or wrong, so that the sentence can name the next step. */
export const REFUSALS = [
  'not-signed-in',
  'wrong-role',
  'wrong-password',
  'password-needed',
  'weak-password',
  'login-taken',
  'card-unknown',
  'card-key-wrong',
  'qr-unknown',
  'no-reading',
  'procedure-unknown',
  'no-pages',
  'no-title',
  'not-compared',
  'pages-missing',
  'not-an-image',
  'file-unknown',
  'file-too-large',
  'file-locked',
  'file-damaged',
  'file-unsafe',
  'file-resolution-low',
  'pages-undecided',
  'profile-locked',
  'scan-signature-missing',
  'copy-not-colour',
  'copy-too-coarse',
  'copy-signed-already',
  'separator-title-unknown',
  'pdf-not-archival',
  'document-changed',
  'not-reviewed',
  'rule-missing',
  'rule-expired',
  'rule-not-adopted',
  'no-authority',
  'no-number-left',
  'numbers-not-set',
  'numbers-refused',
  'numbers-wrong',
  'review-mode',
  'sample-held',
  'sample-not-seen',
  'numbers-in-work',
  'block-overlaps',
  'paper-locked',
  'images-removed',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-not-the-signers',
  'certificate-missing',
  'officer-signature-missing',
  'pdf-unsupported',
  'signature-invalid',
  'batch-empty',
  'batch-running',
  'province-refused',
  'province-conflict',
] as const

export const Failure = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('device'),
    device: z.enum(['card', 'scan', 'signature']),
    what: z.enum([
      'absent',
      'removed',
      'busy',
      'jammed',
      'double-fed',
      'feeder-empty',
      'cover-open',
      'unsupported',
      'timeout',
      'unreadable',
      'failed',
    ]),
    /** Pages, files or signatures that are safe when the device stopped. */
    kept: z.number().int().nonnegative().optional(),
  }),
  z.object({
    kind: z.literal('pin'),
    /** `code-…`: the unblocking code (PUK). `pad`: this reader's library does not let its own keys be used from here. */
    what: z.enum([
      'wrong',
      'last-try',
      'locked',
      'withheld',
      'expired',
      'new-refused',
      'code-wrong',
      'code-last-try',
      'code-locked',
      'pad',
    ]),
  }),
  z.object({
    kind: z.literal('refused'),
    rule: z.enum(REFUSALS),
    /** A code or key that the sentence may quote: a rule key, a procedure code, a date. Never personal data. */
    detail: z.string().max(200).optional(),
  }),
  z.object({ kind: z.literal('stale') }),
  z.object({ kind: z.literal('unreachable'), system: z.enum(['province', 'numbers']) }),
  z.object({ kind: z.literal('malformed'), what: z.enum(['argument', 'answer', 'file', 'card']) }),
  z.object({ kind: z.literal('storage'), what: z.enum(['full', 'damaged', 'newer', 'locked', 'wrong-passphrase']) }),
  z.object({ kind: z.literal('bug'), ref: z.string() }),
])
export type Failure = z.infer<typeof Failure>
export type Refusal = (typeof REFUSALS)[number]

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
export const fail = (failure: Failure): Result<never> => ({ ok: false, failure })
export const refuse = (rule: Refusal, detail?: string): Result<never> =>
  fail(detail === undefined ? { kind: 'refused', rule } : { kind: 'refused', rule, detail })

/** The schema of an answer, from the schema of its value. */
export const resultOf = <T extends z.ZodType>(value: T) =>
  z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), value }),
    z.object({ ok: z.literal(false), failure: Failure }),
  ])

/** The compiler proves that no case was forgotten; at run time it is a bug with a stack. */
export function never(value: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`)
}
