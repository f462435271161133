// Law is data: which entry holds on a day, which needs a supervisor's word, and that nothing falls back silently.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Adoption, entryFor, hashOfEntry, type LawEntry, stateOf } from '../../main/dossier/law.ts'

const FEE: LawEntry = {
  key: 'certification.fee',
  title: 'Phí chứng thực',
  value: { cap: 200_000 },
  validFrom: '2026-01-01',
  validTo: '2026-12-31',
  sourceDocument: 'TT 226/2016/TT-BTC',
  sourceArticle: '',
  mark: 'S',
  checkedOn: '2026-11-21',
  note: '',
}
const adopted = (entry: LawEntry): Adoption => ({
  key: entry.key,
  validFrom: entry.validFrom,
  entryHash: hashOfEntry(entry),
  byName: 'Lê Thị Lan Mẫu',
  on: '2026-11-21',
  source: 'Công văn mẫu',
})
const on = (day: string, entries: readonly LawEntry[], adoptions: readonly Adoption[] = []) => {
  const found = entryFor(entries, FEE.key, day, adoptions)
  return found.ok ? found.value.value : found.failure
}
const refused = (rule: string) => ({ kind: 'refused', rule, detail: FEE.key })

test('an entry that is not confirmed blocks until a supervisor has adopted it, and says which one', () => {
  expect(on('2026-06-01', [FEE])).toEqual(refused('rule-not-adopted'))
  expect(on('2026-06-01', [FEE], [adopted(FEE)])).toEqual({ cap: 200_000 })
})

test('a confirmed entry needs nobody, on its first and on its last day too', () => {
  const confirmed: LawEntry = { ...FEE, mark: 'C' }
  expect(on('2026-01-01', [confirmed])).toEqual({ cap: 200_000 })
  expect(on('2026-12-31', [confirmed])).toEqual({ cap: 200_000 })
})

test('expired is expired, adopted or not; an entry of the future does not hold yet', () => {
  expect(on('2027-01-01', [FEE], [adopted(FEE)])).toEqual(refused('rule-expired'))
  expect(on('2027-01-01', [{ ...FEE, mark: 'C' }])).toEqual(refused('rule-expired'))
  expect(on('2025-12-31', [FEE], [adopted(FEE)])).toEqual(refused('rule-missing'))
  expect(on('2026-06-01', [])).toEqual(refused('rule-missing'))
})

test('an entry that changed after its adoption is no longer adopted', () => {
  const raised: LawEntry = { ...FEE, value: { cap: 300_000 } }
  expect(on('2026-06-01', [raised], [adopted(FEE)])).toEqual(refused('rule-not-adopted'))
  const longer: LawEntry = { ...FEE, validTo: '2027-12-31' }
  expect(on('2026-06-01', [longer], [adopted(FEE)])).toEqual(refused('rule-not-adopted'))
  const elsewhere: LawEntry = { ...FEE, sourceDocument: 'TT khác' }
  expect(on('2026-06-01', [elsewhere], [adopted(FEE)])).toEqual(refused('rule-not-adopted'))
})

test('only a confirmed entry may be open-ended', () => {
  expect(stateOf({ ...FEE, validTo: null, mark: 'C' }, '2090-01-01', [])).toBe('usable')
  for (const mark of ['S', 'R', '?'] as const) {
    const open: LawEntry = { ...FEE, validTo: null, mark }
    expect(stateOf(open, '2026-06-01', [adopted(open)])).toBe('expired')
  }
})

test('of two that hold, the newer one does', () => {
  const newer: LawEntry = { ...FEE, mark: 'C', validFrom: '2026-07-01', value: { cap: 250_000 } }
  const older: LawEntry = { ...FEE, mark: 'C' }
  expect(on('2026-06-30', [newer, older])).toEqual({ cap: 200_000 })
  expect(on('2026-07-01', [newer, older])).toEqual({ cap: 250_000 })
})

test('on any day, for any shelf of entries: what is given out holds on that day, and nothing that holds is passed over', () => {
  const day = fc.integer({ min: 0, max: 800 }).map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10))
  const entry = fc
    .record({
      validFrom: day,
      validTo: fc.option(day),
      mark: fc.constantFrom('C' as const, 'S' as const, 'R' as const, '?' as const),
      value: fc.integer(),
      isAdopted: fc.boolean(),
    })
    .map(({ isAdopted, ...one }) => ({ entry: { ...FEE, ...one } satisfies LawEntry, isAdopted }))
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 6 }), day, (shelf, today) => {
      const entries = shelf.map((one) => one.entry)
      const adoptions = shelf.filter((one) => one.isAdopted).map((one) => adopted(one.entry))
      const holds = entries.filter((one) => {
        const inTime = one.validFrom <= today && (one.validTo === null ? one.mark === 'C' : today <= one.validTo)
        return inTime && (one.mark === 'C' || adoptions.some((word) => word.entryHash === hashOfEntry(one)))
      })
      const found = entryFor(entries, FEE.key, today, adoptions)
      const given = found.ok ? [found.value] : []
      expect(given.length).toBe(Math.min(1, holds.length))
      for (const one of given) {
        expect(holds).toContain(one)
        expect(holds.filter((other) => other.validFrom > one.validFrom)).toEqual([])
      }
    }),
    { numRuns: 300 },
  )
})
