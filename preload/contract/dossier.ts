// Station 2, dossier (hồ sơ): what the citizen came for, what is still missing, when it is due.
import { z } from 'zod'
import { call, news, nothing } from './border.ts'
import { Dong, Id, Instant, line, Mark, Sha256 } from './terms.ts'

export const Procedure = z.object({
  code: z.string(),
  name: z.string(),
  field: z.string(),
  /** Shown under the name: time and fee in words, as the catalogue gives them. */
  hint: z.string(),
  mark: Mark,
})
export type Procedure = z.infer<typeof Procedure>

/** One line of the checklist (thành phần hồ sơ). */
export const Component = z.object({
  code: z.string(),
  name: z.string(),
  state: z.enum(['to-scan', 'from-card', 'scanned', 'not-needed']),
})
export type Component = z.infer<typeof Component>

export const Due = z.object({
  at: Instant,
  sameDay: z.boolean(),
  /** Received after 15:00: a slip with hour and date is handed out (TT 01/2020 Đ.2.1). */
  slip: z.boolean(),
  /** Why not today: the holiday or weekend that was skipped, if any. */
  skipped: z.array(z.string()),
})

export const Quote = z.object({ procedure: Procedure, components: z.array(Component), due: Due, feeHint: z.string() })
export type Quote = z.infer<typeof Quote>

/** National status list 1–10 (province.md §5). */
export const DossierStatus = z.enum([
  'received',
  'in-work',
  'waiting-for-citizen',
  'withdrawn',
  'stopped',
  'done',
  'returned',
])
export type DossierStatus = z.infer<typeof DossierStatus>

export const Dossier = z.object({
  id: Id,
  /** TAM-… until the province has given a code; both stay on paper until synchronised. */
  provisionalCode: z.string(),
  code: z.string().nullable(),
  provinceId: z.string().nullable(),
  procedure: Procedure,
  citizenName: z.string(),
  /** Masked: first six and last three digits. */
  citizenNumber: z.string(),
  phone: z.string(),
  email: z.string(),
  status: DossierStatus,
  components: z.array(Component),
  receivedAt: Instant,
  dueAt: Instant,
  dueSameDay: z.boolean(),
  pages: z.number().int(),
  documents: z.number().int(),
  certified: z.number().int(),
  fee: Dong,
})
export type Dossier = z.infer<typeof Dossier>

export const dossier = {
  /** Every word without diacritics, any order; an empty query lists the most used. */
  procedures: call('signed-in', z.object({ query: z.string().max(200) }).strict(), z.array(Procedure)),
  quote: call('signed-in', z.object({ procedureCode: z.string().max(40) }).strict(), Quote),
  open: call(
    ['clerk', 'officer', 'supervisor'],
    z
      .object({
        readingId: Id,
        procedureCode: z.string().max(40),
        phone: line(20).regex(/^[0-9 +]*$/),
        email: line(120),
      })
      .strict(),
    Dossier,
  ),
  list: call('signed-in', z.object({ query: z.string().max(200).optional() }).strict(), z.array(Dossier)),
  show: call('signed-in', z.object({ id: Id }).strict(), Dossier),
  /** Mẫu 01 as a PDF in the vault; the window shows and prints it. */
  printReceipt: call(['clerk', 'officer', 'supervisor'], z.object({ id: Id }).strict(), z.object({ file: Sha256 })),
  counts: call('signed-in', nothing, z.object({ open: z.number().int() })),
  changed: news(Dossier),
}
