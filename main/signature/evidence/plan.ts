// What is done next for evidence: which copy, which service, or when to look again. Pure; time is an argument.
import type { EvidenceTrouble } from '../../../preload/contract/signature.ts'

/** Copies worked on at the same time. */
export const MOST_IN_FLIGHT = 16

/** A time-stamping service as it stands. Times: milliseconds since the epoch. */
export interface ServiceState {
  readonly name: string
  readonly perMinute: number | null
  /** Failures since it last answered well. */
  readonly tries: number
  readonly notBefore: number
  /** When it was asked within the last minute, or is about to be. */
  readonly recent: readonly number[]
  readonly inFlight: number
  /** It has answered before, so that its certificates are known. */
  readonly known: boolean
}

const MINUTE = 60_000
const LATER = Number.POSITIVE_INFINITY

/** When this service may be asked next; never while one that failed, or that is not known yet, is being tried. */
export function freeAt(service: ServiceState, now: number): number {
  if ((service.tries > 0 || !service.known) && service.inFlight > 0) return LATER
  const recent = service.recent.filter((at) => at > now - MINUTE).sort((one, other) => one - other)
  const over = service.perMinute === null ? -1 : recent.length - service.perMinute
  const oldest = over >= 0 ? recent[over] : undefined
  return Math.max(service.notBefore, oldest === undefined ? now : oldest + MINUTE)
}

/**
 * The first that may be asked now: in the order of the unit, those that failed last. While the first of them is being got to
 * know, nobody goes to the next one instead: that takes a moment only.
 */
export function chooseService(services: readonly ServiceState[], now: number): ServiceState | null {
  const ordered = services
    .map((service, order) => ({ service, order }))
    .sort((one, other) => one.service.tries - other.service.tries || one.order - other.order)
  for (const { service } of ordered) {
    if (freeAt(service, now) <= now) return service
    if (service.tries === 0 && !service.known && service.inFlight > 0) return null
  }
  return null
}

/** When to look again because of the services; null: never. */
export function servicesFreeAt(services: readonly ServiceState[], now: number): number | null {
  const times = services.map((service) => freeAt(service, now)).filter((at) => at < LATER)
  return times.length === 0 ? null : Math.min(...times)
}

/** 5 s, 10 s … 5 minutes; what the service itself asks for instead, when that is not much shorter. */
export function serviceWait(tries: number, retryAfter: number | undefined): number {
  const own = Math.min(5 * MINUTE, 5_000 * 2 ** Math.min(20, Math.max(0, tries - 1)))
  return retryAfter === undefined ? own : Math.max(retryAfter, own / 5)
}

/** 1, 2, 4 … 30 minutes: an issuer is away, a disk is full. */
export const copyWait = (tries: number): number =>
  Math.min(30 * MINUTE, MINUTE * 2 ** Math.min(20, Math.max(0, tries - 1)))

/** While copies are still being filed the workshop belongs to them; a quarter of an hour is long enough to wait. */
export const QUIET = 5_000
const LONGEST_QUIET = 15 * MINUTE
export const quietAt = (lastFiled: number, oldest: number, quiet = QUIET): number =>
  Math.min(lastFiled + quiet, oldest + LONGEST_QUIET)

/** So long a copy waits for the proofs of its certificates; afterwards the time alone is better than nothing. */
export const PATIENCE = 6 * 60 * MINUTE
const MOST_TRIES = 8

export type Decision =
  | { readonly is: 'stamp'; readonly level: 'B-T' | 'B-LT' }
  | { readonly is: 'later'; readonly trouble: EvidenceTrouble }
  | { readonly is: 'refuse'; readonly trouble: EvidenceTrouble }

/** What the proofs of all certificates allow. `validTo`: end of the signers' certificate that ends first. */
export function decide(
  gathered: readonly {
    readonly complete: boolean
    readonly trouble: EvidenceTrouble | null
    readonly revoked: boolean
  }[],
  times: { readonly now: number; readonly filedAt: number; readonly validTo: number },
): Decision {
  if (gathered.some((one) => one.revoked)) return { is: 'refuse', trouble: 'revoked' }
  if (times.now > times.validTo) return { is: 'refuse', trouble: 'certificate-expired' }
  const trouble = gathered.find((one) => one.trouble !== null)?.trouble ?? null
  if (trouble === null) return { is: 'stamp', level: gathered.every((one) => one.complete) ? 'B-LT' : 'B-T' }
  // A certificate that ends within the patience gets its time now.
  const waits = times.now < Math.min(times.filedAt + PATIENCE, times.validTo - PATIENCE)
  if (waits) return { is: 'later', trouble }
  return trouble === 'status-unknown' ? { is: 'refuse', trouble } : { is: 'stamp', level: 'B-T' }
}

/** Whether trouble with this copy goes on being tried. What the file itself is wrong in, no time heals. */
export const mayHeal = (trouble: EvidenceTrouble, tries: number): boolean =>
  trouble !== 'file' &&
  trouble !== 'certificate-expired' &&
  trouble !== 'revoked' &&
  (trouble !== 'failed' || tries < MOST_TRIES)
