// What the screen hears of evidence: counts, services, what a person must look at, and whose certificates end too soon.
import type { Evidence } from '../../../preload/contract/signature.ts'
import type { Documents } from '../../document/index.ts'
import { legalDay } from '../../dossier/index.ts'
import type { Storage } from '../../storage/index.ts'
import { expiryOf } from '../inventory.ts'
import { freeAt, type ServiceState } from './plan.ts'
import { countEvidence, countPressing, endings, nextMoment, refusedRows } from './rows.ts'
import type { Fault } from './time-authorities.ts'

const MONTH = 31 * 86_400_000
const MOST_SHOWN = 100
const instant = (at: number): string => new Date(at).toISOString()

export function tellEvidence(parts: {
  readonly storage: Storage
  readonly documents: Pick<Documents, 'find'>
  readonly faults: readonly { readonly name: string; readonly fault: Fault | null }[]
  readonly states: readonly ServiceState[]
  readonly now: Date
}): Evidence {
  const { storage, documents, faults, states, now } = parts
  return storage.read((r) => {
    const counts = countEvidence(r)
    const services = faults.map(({ name, fault }) => ({
      name,
      trouble: fault?.trouble ?? null,
      since: fault === null ? null : instant(fault.since),
      nextTry: fault === null ? null : instant(fault.notBefore),
    }))
    const free = states.map((state) => freeAt(state, now.getTime())).filter(Number.isFinite)
    const soonest = free.length === 0 ? null : Math.min(...free)
    const rowAt = nextMoment(r, now)
    const next = soonest !== null && soonest > now.getTime() ? soonest : rowAt
    const month = new Date(now.getTime() + MONTH)
    return {
      services,
      waiting: counts.waiting,
      done: counts.done,
      withoutProofs: counts.withoutProofs,
      refusedCount: counts.refused,
      nextTry: counts.waiting === 0 || next === null ? null : instant(next),
      refused: refusedRows(r, MOST_SHOWN).map(({ documentId, trouble, at }) => {
        const document = documents.find(r, documentId)
        return { documentId, title: document?.title ?? '', number: document?.number ?? '', trouble, at }
      }),
      pressing: countPressing(r, month),
      ending: byDay(endings(r, month), now),
    }
  })
}

/** Certificates end at a moment; a person reads days. */
function byDay(ends: readonly { readonly validTo: string; readonly copies: number }[], now: Date): Evidence['ending'] {
  const days = new Map<string, Evidence['ending'][number]>()
  for (const { validTo, copies } of ends) {
    const expiry = expiryOf(new Date(0), new Date(validTo), now)
    if (expiry === 'fine') continue
    const day = legalDay(new Date(validTo))
    const known = days.get(`${day} ${expiry}`)
    days.set(`${day} ${expiry}`, { validTo: day, expiry, copies: copies + (known?.copies ?? 0) })
  }
  return [...days.values()]
}
