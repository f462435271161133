// Station 4, document: the PDF/A-2b made of one paper, with its title, copies wanted, and the comparison with the original.
import { z } from 'zod'
import { call, news } from './border.ts'
import { Dong, Id, Instant, line, Sha256 } from './terms.ts'

export const Document = z.object({
  id: Id,
  dossierId: Id,
  dossierCode: z.string(),
  citizenName: z.string(),
  /** Name of the original paper (tên giấy tờ), as it goes into the register, column 4. */
  title: z.string(),
  pages: z.number().int(),
  file: Sha256,
  bytes: z.number().int(),
  /** Electronic certified copies asked for (column 6). */
  copies: z.number().int(),
  fee: Dong,
  feeSource: z.string(),
  /** The receiver has compared the copy with the original (TT 01/2020 Đ.11.1). */
  compared: z.object({ by: z.string(), at: Instant }).nullable(),
  state: z.enum(['made', 'compared', 'reviewed', 'held', 'signing', 'certified', 'delivered']),
  heldFor: z.string().nullable(),
  /** Shown with the number of the register once taken. */
  number: z.string().nullable(),
  /** The certified copy, once filed. */
  copyFile: Sha256.nullable(),
})
export type Document = z.infer<typeof Document>

const staff = ['clerk', 'officer', 'supervisor'] as const

export const document = {
  /** Titles the clerk picks from, most used first. */
  titles: call('signed-in', z.object({ query: z.string().max(100) }).strict(), z.array(z.string())),
  /** One PDF per paper, from the marks of the scan station, in order. `papers[i]` names the i-th paper. */
  make: call(
    staff,
    z
      .object({
        dossierId: Id,
        papers: z
          .array(z.object({ title: line(200).min(2), copies: z.number().int().min(1).max(99) }).strict())
          .min(1)
          .max(100),
      })
      .strict(),
    z.array(Document),
  ),
  list: call('signed-in', z.object({ dossierId: Id }).strict(), z.array(Document)),
  /** The clerk has the original in hand and confirms page by page that the copy equals it. */
  confirmCompared: call(staff, z.object({ documentId: Id, seen: Sha256 }).strict(), Document),
  changed: news(Document),
}
