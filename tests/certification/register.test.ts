// The register: one row a number, from 01 to the end of the year, whatever is taken, given back, finished or written off.
// The sequences run through the station's own face and the real database with its triggers.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gapsIn } from '../../main/certification/register.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { must } from '../bench/office.ts'
import { type Desk, openDesk, paper } from './desk.ts'

let at: Desk
beforeAll(async () => {
  at = await openDesk()
})
afterAll(() => at.close())
const station = () => at.counter.certifications
const shown = async (year: number) => must(await at.counter.handlers.certification.register({ year }, at.clerk))

test('one person, three papers, five copies of each: three numbers, and 5 in column (6) of each row (T4)', async () => {
  at.clear()
  at.clock = legalDate(2026, 11, 19, 9, 0)
  const papers = ['Giấy khai sinh', 'Bằng tốt nghiệp', 'Sổ hộ khẩu'].map((title) =>
    paper({ title, copies: 5, fee: 10_000 }),
  )
  expect(papers.map((one) => at.take(one))).toEqual([1, 2, 3])
  for (const one of papers) at.change((w) => station().certified(w, one.id, at.clock))
  expect(
    (await shown(2026)).map(({ number, originalTitle, copies, fee, state }) => ({
      number,
      originalTitle,
      copies,
      fee,
      state,
    })),
  ).toEqual(
    papers.map((one, index) => ({
      number: index + 1,
      originalTitle: one.title,
      copies: 5,
      fee: 10_000,
      state: 'certified',
    })),
  )
})

test('the same paper again an hour later gets a new number (T5)', () => {
  at.clear()
  at.clock = legalDate(2026, 11, 19, 9, 0)
  expect(at.take(paper({ title: 'Thẻ căn cước' }))).toBe(1)
  at.clock = legalDate(2026, 11, 19, 10, 0)
  expect(at.take(paper({ title: 'Thẻ căn cước' }))).toBe(2)
})

test('the new year begins with 01 at legal midnight, and the old book keeps its rows (T6)', async () => {
  at.clear()
  at.clock = legalDate(2026, 12, 31, 23, 59, 59)
  expect([at.take(), at.take(), at.take()]).toEqual([1, 2, 3])
  at.clock = legalDate(2027, 1, 1, 0, 0, 0)
  expect([at.take(), at.take()]).toEqual([1, 2])
  expect(new Set(at.rows(2026).map((one) => one.book))).toEqual(new Set(['03/2026-SCT/BS']))
  expect(new Set(at.rows(2027).map((one) => one.book))).toEqual(new Set(['03/2027-SCT/BS']))
  expect((await shown(2026)).length).toBe(3)
  expect(at.check()).toBeNull()
})

test('a planned number that somebody else took meanwhile is not taken twice', () => {
  at.clear()
  at.clock = legalDate(2026, 11, 19, 9, 0)
  const { certifications, storage } = at.counter
  const [first, second] = [paper(), paper()]
  const planned = (...list: (typeof first)[]) => must(certifications.plan(list, at.authority(), at.clock))
  const both = [first, second].flatMap((one) => planned(one).map(({ taken }) => taken))
  expect(planned(first, second).map(({ taken }) => taken.number)).toEqual([1, 2])
  expect(both.map((one) => one.number)).toEqual([1, 1])
  const done = both.map((taken, index) =>
    storage.write((w) => certifications.take(w, [first, second][index] ?? first, at.authority(), taken, at.clock)),
  )
  expect(done).toEqual([true, false])
  expect(at.rows().map((one) => one.number)).toEqual([1])
})

test('a number taken on the last day and never signed is not carried into the next year’s book', () => {
  at.clear()
  at.clock = legalDate(2026, 12, 31, 16, 50)
  const document = paper()
  at.take(document)
  at.clock = legalDate(2027, 1, 4, 8, 0)
  expect(at.take(document)).toBe(1)
  expect(
    [...at.rows(2026), ...at.rows(2027)].map(({ book, number, state, note }) => [book, number, state, note]),
  ).toEqual([
    ['03/2026-SCT/BS', 1, 'cancelled', 'Số đã lấy nhưng không ký trong năm'],
    ['03/2027-SCT/BS', 1, 'in-work', ''],
  ])
  expect(at.check()).toBeNull()
})

test('each row names the attestation that was printed: its key, its first day and the hash that was adopted', async () => {
  at.clear()
  at.clock = legalDate(2026, 11, 19, 9, 0)
  at.take()
  const adopted = at.raw((database) =>
    database.prepare("select entry_hash from dossier_adoption where key = 'certification.attestation'").pluck().get(),
  )
  expect((await shown(2026)).map((row) => row.template)).toEqual([
    `certification.attestation@2015-04-10 sha256:${adopted}`,
  ])
})

test('a delegation that ends in the middle of a batch stops the next number, not the one before (T15)', async () => {
  at.clear()
  at.clock = legalDate(2026, 11, 19, 9, 0)
  const { certification } = at.counter.handlers
  const given = {
    ...at.authority(),
    validFrom: '2026-11-01',
    titleLine: 'Công chức tư pháp',
    actingForm: 'TUQ.' as const,
  }
  const { id: _, ended: __, ...grant } = { ...given, decidedOn: '2026-10-30' }
  must(await certification.grant(grant, at.supervisor))
  const authority = at.authority()
  expect(authority).toMatchObject({ actingForm: 'TUQ.', decidedOn: '2026-10-30' })
  const { certifications, storage } = at.counter
  const [first, second] = [paper(), paper()]
  const plans = must(certifications.plan([first, second], authority, at.clock))
  const [one, other] = plans.map(({ taken }) => taken)
  expect(storage.write((w) => one !== undefined && certifications.take(w, first, authority, one, at.clock))).toBe(true)
  at.clock = legalDate(2026, 11, 19, 9, 1)
  must(await certification.endAuthority({ id: authority.id, why: 'QĐ thu hồi số 9' }, at.supervisor))
  expect(storage.write((w) => other !== undefined && certifications.take(w, second, authority, other, at.clock))).toBe(
    false,
  )
  const refused = { ok: false, failure: { kind: 'refused', rule: 'no-authority', detail: '2026-11-19' } }
  expect(certifications.plan([second], authority, at.clock)).toEqual(refused)
  expect(at.rows().map((row) => row.document)).toEqual([first.id])
  expect(await certification.endAuthority({ id: authority.id, why: 'lần nữa' }, at.supervisor)).toMatchObject({
    ok: false,
  })
  // The older delegation of the same person still holds.
  expect(at.authority().actingForm).toBe('KT.')
})

type Act = 'take' | 'free' | 'certify' | 'cancel' | 'next day' | 'next year' | 'next book'
const act = fc.record({
  what: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Act>('take') },
    { weight: 4, arbitrary: fc.constant<Act>('free') },
    { weight: 4, arbitrary: fc.constant<Act>('certify') },
    { weight: 2, arbitrary: fc.constant<Act>('cancel') },
    { weight: 2, arbitrary: fc.constant<Act>('next day') },
    { weight: 1, arbitrary: fc.constant<Act>('next year') },
    { weight: 1, arbitrary: fc.constant<Act>('next book') },
  ),
  which: fc.nat(50),
})

test('any sequence of days and books: no gap, no double; freed numbers go first the same day and are written off the next (T7)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 35 }), async (acts) => {
      at.clear()
      let [year, day] = [2026, 1]
      at.clock = legalDate(year, 3, day, 8, 0)
      for (const { what, which } of acts) {
        const before = at.rows(year)
        const today = `${year}-03-${String(day).padStart(2, '0')}`
        const inWork = at.rows().filter((one) => one.state === 'in-work')
        const one = inWork[which % Math.max(1, inWork.length)]
        if (what === 'next day') at.clock = legalDate(year, 3, ++day, 8, 0)
        else if (what === 'next year' && year === 2026) at.clock = legalDate(++year, 3, day, 8, 0)
        else if (what === 'next book')
          await at.counter.handlers.certification.changeBook({ year, series: `03/${year}-SCT/BS` }, at.supervisor)
        else if (what === 'take') {
          const freed = before.filter((each) => each.state === 'freed' && each.day === today).map((each) => each.number)
          const highest = Math.max(0, ...before.map((each) => each.number))
          expect(at.take()).toBe(freed.length > 0 ? Math.min(...freed) : highest + 1)
          const late = at.rows(year).filter((each) => each.state === 'freed' && each.day !== today)
          expect(late).toEqual([])
        } else if (one !== undefined)
          at.change((w) => {
            if (what === 'free') station().freed(w, one.document)
            if (what === 'certify') station().certified(w, one.document, at.clock)
            if (what === 'cancel') station().cancelled(w, one.document, 'Không hoàn thành')
          })
        const after = at.rows()
        for (const each of [2026, 2027]) {
          const numbers = after.filter((kept) => kept.series.includes(String(each))).map((kept) => kept.number)
          expect(gapsIn(numbers)).toEqual([])
          expect(new Set(numbers).size).toBe(numbers.length)
        }
        // What was finished stays as it is, and no row is ever lost.
        for (const kept of before.filter((each) => each.state === 'certified' || each.state === 'cancelled'))
          expect(after.find((each) => each.seq === kept.seq)).toEqual(kept)
        expect(after.length).toBeGreaterThanOrEqual(before.length)
      }
      expect(at.check()).toBeNull()
    }),
    { numRuns: 20, seed: 2026 },
  )
})

test('a number written off says why, and its row is shown in the book', async () => {
  at.clear()
  at.clock = legalDate(2026, 11, 19, 16, 0)
  const late = paper()
  at.take(late)
  at.change((w) => station().freed(w, late.id))
  at.clock = legalDate(2026, 11, 20, 8, 0)
  expect(at.take()).toBe(2)
  expect((await shown(2026)).map(({ number, state, note }) => ({ number, state, note }))).toEqual([
    { number: 1, state: 'cancelled', note: 'Số đã lấy nhưng không ký trong ngày' },
    { number: 2, state: 'in-work', note: '' },
  ])
})

test('the book that is read the next day, or the next year, has no gap although nobody took a number since', async () => {
  at.clear()
  at.clock = legalDate(2026, 12, 31, 16, 0)
  const [first, second] = [paper(), paper()]
  expect([at.take(first), at.take(second)]).toEqual([1, 2])
  at.change((w) => {
    station().freed(w, first.id)
    station().certified(w, second.id, at.clock)
  })
  at.clock = legalDate(2027, 1, 4, 8, 0)
  at.take()
  expect(gapsIn((await shown(2026)).map((one) => one.number))).toEqual([])
})

test('two documents gave their numbers back; the second comes again first, and the row it was given is the one certified', () => {
  at.clear()
  at.clock = legalDate(2026, 11, 19, 9, 0)
  const [first, second] = [paper(), paper()]
  expect([at.take(first), at.take(second)]).toEqual([1, 2])
  at.change((w) => station().freed(w, first.id))
  at.change((w) => station().freed(w, second.id))
  expect(at.take(second)).toBe(1)
  at.change((w) => station().certified(w, second.id, at.clock))
  expect(at.rows().map(({ number, state }) => ({ number, state }))).toEqual([
    { number: 1, state: 'certified' },
    { number: 2, state: 'freed' },
  ])
})
