// Station 7, outbox: promised, not yet delivered. Nothing leaves it before the province has answered with its id.
import { z } from 'zod'
import { call, news, nothing } from './border.ts'
import { Failure } from './result.ts'
import { Id, Instant } from './terms.ts'

export const Parcel = z.object({
  id: Id,
  lane: z.string(),
  laneName: z.string(),
  kind: z.enum(['dossier', 'paper', 'copy', 'evidence', 'annulled', 'returned']),
  /** Of the paper it brings; empty for what brings none. */
  title: z.string(),
  state: z.enum(['waiting', 'sending', 'delivered', 'needs-a-person']),
  tries: z.number().int(),
  createdAt: Instant,
  notBefore: Instant.nullable(),
  failure: Failure.nullable(),
  provinceId: z.string().nullable(),
  deliveredAt: Instant.nullable(),
  bytes: z.number().int(),
})
export type Parcel = z.infer<typeof Parcel>

export const OutboxState = z.object({
  waiting: z.number().int(),
  sending: z.number().int(),
  needsPerson: z.number().int(),
  delivered: z.number().int(),
  lastDeliveredAt: Instant.nullable(),
})
export type OutboxState = z.infer<typeof OutboxState>

export const outbox = {
  list: call('signed-in', nothing, z.array(Parcel)),
  state: call('signed-in', nothing, OutboxState),
  /** A person has looked and wants it tried again now. */
  retry: call('signed-in', z.object({ parcelId: Id }).strict(), OutboxState),
  changed: news(OutboxState),
}
