// What the counter tells a province, in our own words; every generation of the interface maps these to its fields.
// A packet is plain JSON, so it can rest in the outbox; it never holds bytes, tokens or the time of sending.
import { z } from 'zod'
import { STATUS_CODES, type Status } from './statuses.ts'

/** A moment, ISO 8601 with its offset, e.g. `2026-11-21T08:30:00+07:00`. */
const Instant = z.iso.datetime({ offset: true })
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** Dossier code (Mã số hồ sơ): unit code ≤ 35 characters, date of six or eight digits, number of four to seven. */
export const DossierCode = z
  .string()
  .regex(/^[0-9A-Z]+(\.[0-9A-Z]+)*-\d{6}(\d{2})?-\d{4,7}$/)
  .refine((code) => code.indexOf('-') <= 35)

/** A file of a component. Without `fileId` the province waits for content with this hash: metadata first, then content. */
export const PacketFile = z.object({
  name: z.string().min(1).max(255),
  sha256: Sha256,
  fileId: z.string().min(1).optional(),
  /** Kind of result paper this file is (Mã kết quả). */
  resultCode: z.string().optional(),
  /** Reuse flags are sent only when true; a default of true would overstate reuse. */
  digitised: z.boolean().optional(),
  reused: z.boolean().optional(),
  fromNationalStore: z.boolean().optional(),
  replacesResult: z.string().optional(),
})

/** A line of the checklist (Thành phần hồ sơ). */
export const PacketComponent = z.object({
  code: z.string().min(1),
  name: z.string().min(1),
  copies: z.number().int().positive(),
  form: z.enum(['original', 'copy', 'electronic']),
  files: z.array(PacketFile),
})

export const Applicant = z.object({
  kind: z.enum(['citizen', 'enterprise', 'household-business']),
  name: z.string().min(1),
  /** Personal number (12 digits), former card number (9 digits) or the number of another paper. */
  number: z.string().optional(),
  phone: z.string().optional(),
  email: z.string().optional(),
  address: z.string().optional(),
})

/** A whole dossier as submitted (Nộp hồ sơ). `code` is the one the province gave before. */
export const DossierPacket = z.object({
  code: DossierCode,
  procedure: z.string().min(1),
  onlineService: z.string().optional(),
  channel: z.enum(['in-person', 'online', 'post']),
  applicant: Applicant,
  /** Who stands at the counter, when that is not the applicant. */
  submitter: Applicant.omit({ kind: true }).optional(),
  /** Receiving unit; the adapter's own unit when absent. */
  unit: z.string().max(35).optional(),
  summary: z.string().max(1000).optional(),
  submittedAt: Instant,
  receivedAt: Instant.optional(),
  dueAt: Instant.optional(),
  components: z.array(PacketComponent),
  /** Answers of the interactive form, passed through unread. */
  details: z.record(z.string(), z.unknown()).optional(),
})
export type DossierPacket = z.infer<typeof DossierPacket>

const STATUSES = Object.keys(STATUS_CODES) as [Status, ...Status[]]

/** One step of the work on a dossier (Tiến trình). */
export const ProgressRow = z.object({
  code: DossierCode,
  person: z.string().min(1).max(50),
  title: z.string().optional(),
  department: z.string().optional(),
  what: z.string().min(1),
  status: z.enum(STATUSES),
  at: Instant,
  startedAt: Instant.optional(),
  dueAt: Instant.optional(),
})
export type ProgressRow = z.infer<typeof ProgressRow>

/** A fee (Phí, lệ phí) in dong. `when` is the moment it is collected. */
export const PacketFee = z.object({
  code: z.string().optional(),
  name: z.string().min(1),
  amount: z.number().int().nonnegative(),
  when: z.enum(['at-intake', 'with-supplement', 'with-result']),
  paid: z.boolean(),
})

/** A result paper (Giấy tờ kết quả); its file was uploaded before. */
export const PacketResult = z.object({
  name: z.string().min(1),
  fileId: z.string().min(1),
  sha256: Sha256,
  component: z.string().optional(),
  /** Number of the result paper, when the province has already given one. */
  paperCode: z.string().optional(),
})

const change = {
  code: DossierCode,
  at: Instant,
  person: z.string().max(50).optional(),
  note: z.string().optional(),
  /** New due date (Ngày hẹn trả). */
  dueAt: Instant.optional(),
}
const WITH_PAPERS = ['supplement-requested', 'payment-requested', 'done'] as const
const WITHOUT_PAPERS = [
  'registered',
  'received',
  'not-received',
  'processing',
  'withdrawn',
  'stopped',
  'handed-over',
] as const

/** A change of status. Fees and results travel only with the three statuses that may carry them. */
export const StatusChange = z.discriminatedUnion('status', [
  z.strictObject({
    ...change,
    status: z.literal(WITH_PAPERS),
    fees: z.array(PacketFee).optional(),
    results: z.array(PacketResult).optional(),
  }),
  z.strictObject({ ...change, status: z.literal(WITHOUT_PAPERS) }),
])
export type StatusChange = z.infer<typeof StatusChange>
