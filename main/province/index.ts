// Station 8, province: one adapter per target system, the light that tells whether it answers, and what it confirmed.
// What the province said wins; what it has not answered is never shown as delivered.
import { desc } from 'drizzle-orm'
import type { HandlersOf } from '../../preload/contract/border.ts'
import type { province as declared, ProvinceState } from '../../preload/contract/province.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Delivered, Outgoing } from '../outbox/index.ts'
import type { Storage } from '../storage/index.ts'
import type { ProvinceAdapter } from './adapter.ts'
import { type PushParts, pushWith } from './push.ts'
import { provinceDossier, provinceFile } from './table.ts'

export type { ProvinceAdapter } from './adapter.ts'
export { openGeneration2 } from './generation-2.ts'
export { type NumberServer, type NumberServerConfig, openNumberServer } from './number-server.ts'
export { openPromises, type Promises } from './promise.ts'
export type { AnnulledBody, CopyBody, EvidenceBody, PaperBody, ReturnedBody } from './push.ts'

export interface Provinces {
  readonly handlers: HandlersOf<typeof declared>
  deliver(parcel: Outgoing): Promise<Result<Delivered>>
  /** Asks the province whether it is there, now and every half minute. */
  start(): void
  stop(): void
}

const BEAT_ONLINE = 30_000
const BEAT_OFFLINE = 5_000

export function openProvince(
  parts: Omit<PushParts, 'adapter'> & {
    readonly storage: Storage
    readonly name: string
    readonly adapter: ProvinceAdapter | null
    readonly changed: (state: ProvinceState) => void
    /** The line is back: the outbox need not wait any longer. */
    readonly back: () => void
  },
): Provinces {
  const { storage, adapter, now } = parts
  let state: ProvinceState = {
    name: parts.name,
    configured: adapter !== null,
    online: false,
    lastAnswerAt: null,
    clockSkewSeconds: null,
  }
  let timer: NodeJS.Timeout | null = null
  let stopped = false
  const push = adapter === null ? null : pushWith({ ...parts, adapter })

  function turn(online: boolean, skew: number | null): void {
    const was = state
    state = {
      ...state,
      online,
      lastAnswerAt: online ? now().toISOString() : state.lastAnswerAt,
      clockSkewSeconds: skew ?? state.clockSkewSeconds,
    }
    if (was.online !== online || was.clockSkewSeconds !== state.clockSkewSeconds) parts.changed(state)
    if (!was.online && online) parts.back()
  }
  async function look(): Promise<void> {
    if (adapter === null || stopped) return
    const answer = await adapter.health()
    // Local minus province: the adapter tells the other way round.
    turn(answer.ok, answer.ok ? -answer.value.skewSeconds : null)
    if (!stopped) timer = setTimeout(() => void look(), answer.ok ? BEAT_ONLINE : BEAT_OFFLINE)
  }

  return {
    handlers: {
      state: () => ok(state),
      arrivals: () =>
        ok(
          storage.read((r) => {
            const files = r.select().from(provinceFile).all()
            return r
              .select()
              .from(provinceDossier)
              .orderBy(desc(provinceDossier.at))
              .limit(200)
              .all()
              .map((row) => {
                const dossier = parts.dossiers.find(r, row.dossierId)
                return {
                  dossierCode: row.code,
                  provinceId: row.provinceId,
                  citizenName: dossier?.citizenName ?? '',
                  procedure: dossier?.procedureCode ?? '',
                  status: row.status,
                  results: files.filter((file) => file.dossierId === row.dossierId).length,
                  at: row.at,
                }
              })
          }),
        ),
    },
    deliver: async (parcel) => {
      if (push === null) return fail({ kind: 'unreachable', system: 'province' })
      const answer = await push(parcel)
      if (answer.ok || answer.failure.kind !== 'unreachable') turn(true, null)
      else turn(false, null)
      return answer
    },
    start: () => void look(),
    stop: () => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}
