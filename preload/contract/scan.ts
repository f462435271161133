// Station 3, scan: the paper, page by page. A page that is shown is already durable.
import { z } from 'zod'
import { call, news, nothing } from './border.ts'
import { Failure } from './result.ts'
import { Id, Sha256 } from './terms.ts'

export const ScanProfile = z
  .object({
    source: z.enum(['feeder', 'flatbed']),
    mode: z.enum(['colour', 'grey']),
    dpi: z.number().int().min(200).max(600),
  })
  .strict()
export type ScanProfile = z.infer<typeof ScanProfile>

export const Rotation = z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)])

export const Page = z.object({
  id: Id,
  dossierId: Id,
  /** Position in the dossier, from 1. */
  number: z.number().int(),
  file: Sha256,
  /** Pixels as scanned, before rotation. */
  width: z.number().int(),
  height: z.number().int(),
  dpi: z.number().int(),
  /** Clockwise, degrees. */
  rotation: Rotation,
  /** A new paper begins with this page. */
  startsPaper: z.boolean(),
  /** Taken out by the clerk; kept until the dossier is purged, so it can come back. */
  removed: z.boolean(),
  /** Already part of a document; such a page no longer changes. */
  filed: z.boolean(),
})
export type Page = z.infer<typeof Page>

export const Pages = z.object({ dossierId: Id, pages: z.array(Page) })
export type Pages = z.infer<typeof Pages>

/** How a run ended: `trouble` is null at the normal end. Pages are safe in both cases. */
export const ScanRun = z.object({ dossierId: Id, received: z.number().int(), trouble: Failure.nullable() })
export type ScanRun = z.infer<typeof ScanRun>

const staff = ['clerk', 'officer', 'supervisor'] as const

export const scan = {
  abilities: call(
    staff,
    nothing,
    z.object({
      name: z.string(),
      sources: z.array(z.enum(['feeder', 'flatbed'])),
      modes: z.array(z.enum(['colour', 'grey'])),
      dpi: z.array(z.number().int()),
    }),
  ),
  /** Answers when the run has ended; pages arrive meanwhile as news. */
  start: call(staff, z.object({ dossierId: Id, profile: ScanProfile }).strict(), ScanRun),
  stop: call(staff, nothing, nothing),
  pages: call('signed-in', z.object({ dossierId: Id }).strict(), Pages),
  rotate: call(
    staff,
    z.object({ pageId: Id, by: z.union([z.literal(90), z.literal(-90), z.literal(180)]) }).strict(),
    Pages,
  ),
  /** `to` counts from 1. */
  move: call(staff, z.object({ pageId: Id, to: z.number().int().min(1) }).strict(), Pages),
  remove: call(staff, z.object({ pageId: Id, removed: z.boolean() }).strict(), Pages),
  startPaper: call(staff, z.object({ pageId: Id, starts: z.boolean() }).strict(), Pages),
  changed: news(Pages),
}
