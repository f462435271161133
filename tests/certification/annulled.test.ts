// A certification against the rules has no value: cancelled by a decision. The row stays, the copy and the province are told.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { fail } from '../../preload/contract/result.ts'
import { must } from '../bench/office.ts'
import { hasPoppler, textOf } from '../document/peers.ts'
import { type Desk, openDesk } from './desk.ts'

let at: Desk
beforeAll(async () => {
  at = await openDesk()
})
afterAll(() => at.close())
beforeEach(() => {
  at.clear()
  at.clock = legalDate(2026, 11, 19, 9, 0)
})
const station = () => at.counter.handlers.certification
const BOOK = '03/2026-SCT/BS'
const decision = { decision: '12/QĐ-UBND', decidedOn: '2026-12-05', reason: 'Chứng thực sai thẩm quyền' }
const annul = (number: number, caller = at.supervisor, special: Partial<typeof decision> = {}) =>
  station().annul({ book: BOOK, number, ...decision, ...special }, caller)
/** Certified as the seal keeper's batch leaves it. */
function certified(): ReturnType<Desk['lay']> {
  const one = at.lay({ state: 'reviewed', copies: 2, fee: 4_000 })
  at.take(one)
  at.change((w) => {
    at.counter.certifications.certified(w, one.id, at.clock)
    at.counter.documents.turn(w, one.id, ['reviewed'], { state: 'certified' })
  })
  return one
}

test('the row stays as it was with the decision in column 8, the copy says so, and the province is told once', async () => {
  const [one] = [certified(), certified()]
  const before = at.rows()
  const parcels = () =>
    at.raw((database) =>
      database.prepare("select body from outbox_parcel where kind = 'annulled'").pluck().all(),
    ) as readonly string[]
  const told = parcels().length
  at.clock = legalDate(2026, 12, 6, 8, 0)
  const rows = must(await annul(1))
  expect(rows.map(({ number, state, note, copies, fee }) => [number, state, note, copies, fee])).toEqual([
    [1, 'annulled', 'Hủy bỏ theo 12/QĐ-UBND ngày 05/12/2026: Chứng thực sai thẩm quyền', 2, 4_000],
    [2, 'certified', '', 2, 4_000],
  ])
  expect(at.rows()).toEqual(before)
  expect(at.counter.storage.read((r) => at.counter.documents.find(r, one.id))?.state).toBe('annulled')
  expect(
    parcels()
      .slice(told)
      .map((body) => JSON.parse(body)),
  ).toEqual([
    {
      dossierId: one.dossierId,
      documentId: one.id,
      title: one.title,
      number: '01 · 03/2026-SCT/BS',
      ...decision,
      person: 'Trung tâm PVHCC phường Mẫu',
      at: at.clock.toISOString(),
    },
  ])
  expect(await annul(1)).toEqual(fail({ kind: 'stale' }))
  expect(at.check()).toBeNull()
})

test('only what was certified can be cancelled, and not by a decision of tomorrow', async () => {
  certified()
  at.take()
  at.clock = legalDate(2026, 12, 5, 8, 0)
  expect(await annul(2)).toEqual(fail({ kind: 'stale' }))
  expect(await annul(9)).toEqual(fail({ kind: 'stale' }))
  expect(await annul(1, at.supervisor, { decidedOn: '2026-12-06' })).toEqual(
    fail({ kind: 'malformed', what: 'argument' }),
  )
  must(await annul(1))
})

test('an officer cancels only while the officer has authority; a clerk never', async () => {
  certified()
  const { contract } = await import('../../preload/contract/index.ts')
  expect(contract.certification.annul.may).toEqual(['supervisor', 'officer'])
  at.clock = legalDate(2028, 1, 3, 8, 0)
  expect(await annul(1, at.officer, { decidedOn: '2028-01-03' })).toEqual(
    fail({ kind: 'refused', rule: 'no-authority', detail: '2027-12-31' }),
  )
  at.clock = legalDate(2026, 12, 6, 8, 0)
  must(await annul(1, at.officer))
})

test.skipIf(!hasPoppler)(
  'the print of the month says it in column 8 and in the closing sentence; the number is not struck (T23)',
  async () => {
    certified()
    certified()
    at.clock = legalDate(2026, 12, 6, 8, 0)
    must(await annul(2))
    const { file } = must(await station().printRegister({ year: 2026, month: 11 }, at.supervisor))
    const text = textOf(must(at.counter.vault.get(file)))
    expect(text).toContain('UBND ngày 05/12/2026: Chứng thực sai thẩm quyền')
    expect(text).toContain('trong đó 0 số đã hủy; 4 bản sao')
    expect(text).toContain('Có 1 việc chứng thực đã bị hủy bỏ bằng quyết định')
  },
)
