// Station 8, province: delivered, and what came back.
import { z } from 'zod'
import { call, news, nothing } from './border.ts'
import { DossierStatus } from './dossier.ts'
import { Instant } from './terms.ts'

export const ProvinceState = z.object({
  name: z.string(),
  configured: z.boolean(),
  online: z.boolean(),
  lastAnswerAt: Instant.nullable(),
  /** Local clock minus the province's, seconds; null until it answered once. More than 120 either way is shown. */
  clockSkewSeconds: z.number().int().nullable(),
})
export type ProvinceState = z.infer<typeof ProvinceState>

export const Arrival = z.object({
  dossierCode: z.string(),
  provinceId: z.string(),
  citizenName: z.string(),
  procedure: z.string(),
  status: DossierStatus,
  results: z.number().int(),
  at: Instant,
})
export type Arrival = z.infer<typeof Arrival>

export const province = {
  state: call('signed-in', nothing, ProvinceState),
  /** What the province has confirmed, newest first. */
  arrivals: call('signed-in', nothing, z.array(Arrival)),
  changed: news(ProvinceState),
}
