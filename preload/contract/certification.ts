// Station 5, certification (chứng thực): the legal act. Review, hold, register, the dated legal entries and their adoption.
import { z } from 'zod'
import { call, news, nothing } from './border.ts'
import { Document } from './document.ts'
import { Day, Dong, Id, Instant, line, Mark, Sha256 } from './terms.ts'

/** One of the six reasons of NĐ 23/2015 Đ.22, verbatim, or a note why it waits. */
export const RefusalReason = z.object({ id: z.string(), text: z.string(), source: z.string() })

export const QueueItem = z.object({
  document: Document,
  /** What will be printed, line by line, as the unit's template says today; numbers are taken when signing. */
  attestation: z.array(z.string()),
})
export type QueueItem = z.infer<typeof QueueItem>

export const Queue = z.object({
  items: z.array(QueueItem),
  reviewed: z.number().int(),
  held: z.number().int(),
  /** Why nothing can be certified now, if so: the missing, expired or not adopted entries. */
  blocked: z.array(z.object({ key: z.string(), why: z.enum(['missing', 'expired', 'not-adopted']) })),
  specimen: z.boolean(),
})
export type Queue = z.infer<typeof Queue>

/** A legal entry with its source: form, text, fee, deadline, reason … */
export const Rule = z.object({
  key: z.string(),
  title: z.string(),
  value: z.string(),
  validFrom: Day,
  validTo: Day.nullable(),
  source: z.string(),
  mark: Mark,
  checkedOn: Day,
  note: z.string(),
  adopted: z.object({ by: z.string(), on: Day, source: z.string() }).nullable(),
  state: z.enum(['usable', 'expired', 'not-adopted', 'future']),
})
export type Rule = z.infer<typeof Rule>

export const RegisterRow = z.object({
  book: z.string(),
  number: z.number().int(),
  at: Instant,
  requester: z.string(),
  originalTitle: z.string(),
  signer: z.string(),
  signerTitle: z.string(),
  copies: z.number().int(),
  fee: Dong,
  state: z.enum(['in-work', 'certified', 'cancelled']),
  note: z.string(),
})
export type RegisterRow = z.infer<typeof RegisterRow>

/** Who may sign what, from when to when, and how (KT., TUQ., TL.). */
export const Authority = z.object({
  id: Id,
  personName: z.string(),
  /** The personal number as it stands in the certificate's subject (serialNumber); binds person and certificate. */
  personNumber: z.string(),
  operatorId: Id.nullable(),
  titleLine: z.string(),
  actingForm: z.enum(['', 'KT.', 'TUQ.', 'TL.']),
  decision: z.string(),
  validFrom: Day,
  validTo: Day,
  kinds: z.array(z.enum(['SCT/BS'])),
})
export type Authority = z.infer<typeof Authority>

export const certification = {
  queue: call('signed-in', nothing, Queue),
  reasons: call('signed-in', nothing, z.array(RefusalReason)),
  /** The officer has seen exactly this file; a file that changed since is refused as stale. */
  review: call(['officer'], z.object({ documentId: Id, seen: Sha256 }).strict(), Queue),
  hold: call(['officer'], z.object({ documentId: Id, reason: z.string().max(40), note: line(300) }).strict(), Queue),
  release: call(['officer'], z.object({ documentId: Id }).strict(), Queue),
  rules: call('signed-in', nothing, z.array(Rule)),
  adopt: call(['supervisor'], z.object({ key: z.string().max(80), source: line(300).min(4) }).strict(), z.array(Rule)),
  authorities: call('signed-in', nothing, z.array(Authority)),
  grant: call(['supervisor'], Authority.omit({ id: true }).strict(), z.array(Authority)),
  register: call('signed-in', z.object({ year: z.number().int().min(2000).max(2200) }).strict(), z.array(RegisterRow)),
  printRegister: call(
    ['officer', 'seal-keeper', 'supervisor'],
    z.object({ year: z.number().int().min(2000).max(2200), month: z.number().int().min(1).max(12) }).strict(),
    z.object({ file: Sha256 }),
  ),
  changed: news(Queue),
}
