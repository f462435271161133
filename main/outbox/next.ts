// Which parcel goes next, and how long to wait after a failure: decided here, purely.
import type { Failure } from '../../preload/contract/result.ts'

export interface Waiting {
  readonly id: string
  readonly seq: number
  readonly lane: string
  readonly state: 'waiting' | 'sending' | 'delivered' | 'needs-a-person'
  readonly tries: number
  /** Milliseconds since the epoch, or null. */
  readonly notBefore: number | null
}

const FIRST_WAIT = 2_000
const LONGEST_WAIT = 3 * 60_000

/** 2 s, 4 s, 8 s … never more than three minutes (a queue that waits for hours looks stuck and is). */
export const waitAfter = (tries: number): number =>
  Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(30, Math.max(0, tries - 1)))

/** The oldest undelivered parcel of each lane is its head; of the heads that may go now, the oldest. Lanes never wait for each other. */
export function nextParcel(parcels: readonly Waiting[], now: number): Waiting | null {
  const heads = new Map<string, Waiting>()
  for (const parcel of parcels) {
    if (parcel.state === 'delivered') continue
    const head = heads.get(parcel.lane)
    if (head === undefined || parcel.seq < head.seq) heads.set(parcel.lane, parcel)
  }
  const ready = [...heads.values()].filter((head) => head.state === 'waiting' && (head.notBefore ?? 0) <= now)
  return ready.sort((one, other) => one.seq - other.seq)[0] ?? null
}

/** When to look again, in milliseconds from now; null when only a new parcel or a person can change anything. */
export function nextLook(parcels: readonly Waiting[], now: number): number | null {
  const waits = parcels
    .filter((parcel) => parcel.state === 'waiting' && parcel.notBefore !== null)
    .map((parcel) => (parcel.notBefore ?? 0) - now)
  return waits.length === 0 ? null : Math.max(50, Math.min(...waits))
}

/** A failure that time heals is tried again; one that says "no" waits for a person. Nothing is ever given up. */
export const healsWithTime = (failure: Failure): boolean =>
  failure.kind === 'unreachable' || failure.kind === 'bug' || failure.kind === 'storage'
