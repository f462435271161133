// Law is data: dated entries with source and mark. An entry that is missing, expired or (when not confirmed) not adopted
// by a supervisor of the unit blocks the act that needs it, and names itself. It never falls back silently.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { ok, type Result, refuse } from '../../preload/contract/result.ts'
import { Day, Mark } from '../../preload/contract/terms.ts'

export const LawEntry = z.object({
  key: z.string(),
  title: z.string(),
  value: z.unknown(),
  validFrom: Day,
  validTo: Day.nullable(),
  sourceDocument: z.string().min(1),
  sourceArticle: z.string(),
  mark: Mark,
  checkedOn: Day,
  note: z.string(),
})
export type LawEntry = z.infer<typeof LawEntry>

export interface Adoption {
  readonly key: string
  readonly validFrom: string
  /** SHA-256 of the adopted entry: an entry that changed afterwards is not adopted. */
  readonly entryHash: string
  readonly byName: string
  readonly on: string
  readonly source: string
}

export type EntryState = 'usable' | 'expired' | 'not-adopted' | 'future'

export const hashOfEntry = (entry: LawEntry): string =>
  createHash('sha256')
    .update(JSON.stringify([entry.key, entry.value, entry.validFrom, entry.validTo, entry.sourceDocument]))
    .digest('hex')

export const adoptionOf = (entry: LawEntry, adoptions: readonly Adoption[]): Adoption | null =>
  adoptions.find(
    (one) => one.key === entry.key && one.validFrom === entry.validFrom && one.entryHash === hashOfEntry(entry),
  ) ?? null

/** `day` is a legal day, yyyy-mm-dd. Only a confirmed entry may be open-ended. */
export function stateOf(entry: LawEntry, day: string, adoptions: readonly Adoption[]): EntryState {
  if (day < entry.validFrom) return 'future'
  if (entry.validTo === null ? entry.mark !== 'C' : day > entry.validTo) return 'expired'
  return entry.mark === 'C' || adoptionOf(entry, adoptions) !== null ? 'usable' : 'not-adopted'
}

/** The entry of this key in force on `day`, or the refusal that names it. */
export function entryFor(
  entries: readonly LawEntry[],
  key: string,
  day: string,
  adoptions: readonly Adoption[],
): Result<LawEntry> {
  const known = entries.filter((entry) => entry.key === key)
  const states = known.map((entry) => ({ entry, state: stateOf(entry, day, adoptions) }))
  const usable = states
    .filter(({ state }) => state === 'usable')
    .sort((a, b) => b.entry.validFrom.localeCompare(a.entry.validFrom))[0]
  if (usable !== undefined) return ok(usable.entry)
  if (states.some(({ state }) => state === 'not-adopted')) return refuse('rule-not-adopted', key)
  return states.some(({ state }) => state === 'expired') ? refuse('rule-expired', key) : refuse('rule-missing', key)
}
