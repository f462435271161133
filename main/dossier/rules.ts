// The unit's legal entries as they stand today: the shipped list, and what its supervisor adopted.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Rule } from '../../preload/contract/certification.ts'
import { ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { Audit } from '../audit/index.ts'
import type { Reader, Storage, Writer } from '../storage/index.ts'
import { legalDay, type WorkingCalendar } from './due.ts'
import { type Adoption, adoptionOf, entryFor, hashOfEntry, LawEntry, stateOf } from './law.ts'
import { dossierAdoption } from './table.ts'

export interface Law {
  /** The entry in force today, parsed; or the refusal that names what is missing. */
  get<T>(key: string, shape: z.ZodType<T>, on?: Date): Result<T>
  /** The whole entry in force today, for forms that print their source. */
  entry(key: string): Result<LawEntry>
  /** Source in words: `NĐ 23/2015/NĐ-CP Đ.7 [C]`. */
  sourceOf(key: string): string
  calendar(): WorkingCalendar
  list(): readonly Rule[]
  adopt(key: string, source: string, by: { readonly id: string; readonly name: string }): Result<void>
}

const Holidays = z.object({ year: z.number().int(), days: z.record(z.string(), z.string()) })

export function openLaw({
  files,
  storage,
  audit,
  now,
}: {
  files: readonly string[]
  storage: Storage
  audit: Audit
  now: () => Date
}): Law {
  const entries = files.flatMap((file) => {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return z.array(LawEntry).parse(Array.isArray(content) ? content : [content])
  })
  const adoptions = (r: Reader | Writer): readonly Adoption[] => r.select().from(dossierAdoption).all()
  const current = (): readonly Adoption[] => storage.read(adoptions)
  const words = (entry: LawEntry): string => [entry.sourceDocument, entry.sourceArticle].filter(Boolean).join(' ')
  const today = (): string => legalDay(now())
  return {
    get: (key, shape, on) => {
      const found = entryFor(entries, key, legalDay(on ?? now()), current())
      return found.ok ? ok(shape.parse(found.value.value)) : found
    },
    entry: (key) => entryFor(entries, key, today(), current()),
    sourceOf: (key) => {
      const found = entryFor(entries, key, today(), current())
      return found.ok ? `${words(found.value)} [${found.value.mark}]` : ''
    },
    calendar: () => {
      const adopted = current()
      const years = entries
        .filter((entry) => entry.key === 'dossier.holidays')
        // A calendar may be used ahead of its year: only its adoption counts here.
        .filter((entry) => stateOf(entry, entry.validFrom, adopted) === 'usable')
        .map((entry) => Holidays.parse(entry.value))
      return { years: years.map((one) => one.year), holidays: Object.assign({}, ...years.map((one) => one.days)) }
    },
    list: () => {
      const adopted = current()
      return entries.map((entry) => {
        const adoption = adoptionOf(entry, adopted)
        return {
          key: `${entry.key}@${entry.validFrom}`,
          title: entry.title,
          value: JSON.stringify(entry.value),
          validFrom: entry.validFrom,
          validTo: entry.validTo,
          source: words(entry),
          mark: entry.mark,
          checkedOn: entry.checkedOn,
          note: entry.note,
          adopted: adoption === null ? null : { by: adoption.byName, on: adoption.on, source: adoption.source },
          state: stateOf(entry, today(), adopted),
        }
      })
    },
    adopt: (key, source, by) => {
      const entry = entries.find((one) => `${one.key}@${one.validFrom}` === key)
      if (entry === undefined) return refuse('rule-missing', key)
      if (entry.validTo !== null && today() > entry.validTo) return refuse('rule-expired', entry.key)
      storage.write((w) => {
        if (adoptionOf(entry, adoptions(w)) !== null) return
        const row = {
          key: entry.key,
          validFrom: entry.validFrom,
          entryHash: hashOfEntry(entry),
          by: by.id,
          byName: by.name,
          on: today(),
          source,
        }
        w.insert(dossierAdoption).values(row).run()
        audit.append(w, { actor: by.id, event: 'dossier.rule-adopted', subject: key, detail: { hash: row.entryHash } })
      })
      return ok(undefined)
    },
  }
}
