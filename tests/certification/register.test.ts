// The register: one row a number, from 01 to the end of the year, whatever is taken, given back, finished or written off.
// The sequences run through the station's own face and the real database with its triggers.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bookOf, gapsIn, nextNumber, numberText } from '../../main/certification/register.ts'
import type { DocumentRow } from '../../main/document/index.ts'
import type { Authority } from '../../preload/contract/certification.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { must } from '../bench/office.ts'
import { openWorkplace, type Workplace } from '../signature/workplace.ts'

const TODAY = '2026-11-19'
type State = 'in-work' | 'freed' | 'certified' | 'cancelled'
const row = (number: number, state: State = 'certified', takenDay = TODAY) => ({
  seq: number * 10,
  number,
  takenDay,
  state,
})

describe('the next number', () => {
  test('a book begins with 01 and goes on after the highest', () => {
    expect(nextNumber([], TODAY)).toEqual({ number: 1, reuse: null })
    expect(nextNumber([row(2), row(1)], TODAY)).toEqual({ number: 3, reuse: null })
    expect([1, 9, 10, 1520].map(numberText)).toEqual(['01', '09', '10', '1520'])
  })

  test('of the numbers given back today the lowest goes first', () => {
    const rows = [row(1), row(2, 'freed'), row(3, 'freed'), row(4)]
    expect(nextNumber(rows, TODAY)).toEqual({ number: 2, reuse: 20 })
  })

  test('a number given back on an earlier day is written off, never used again', () => {
    const rows = [row(1, 'freed', '2026-11-18'), row(2, 'freed'), row(3, 'freed', '2026-11-17')]
    expect(nextNumber(rows, TODAY)).toEqual({ number: 2, reuse: 20 })
    expect(nextNumber([row(1, 'freed', '2026-11-18')], TODAY)).toEqual({ number: 2, reuse: null })
  })

  test('1520 on 31 December is followed by 01 in the book of the new year (T6)', () => {
    const year = Array.from({ length: 1520 }, (_, index) => row(index + 1, 'certified', '2026-12-31'))
    expect(nextNumber(year, '2026-12-31').number).toBe(1521)
    expect(bookOf('03', 2026, 'SCT/BS')).not.toBe(bookOf('03', 2027, 'SCT/BS'))
    expect(nextNumber([], '2027-01-02').number).toBe(1)
    expect(gapsIn(year.map((one) => one.number))).toEqual([])
  })

  test('an electronic book is never full: after 800 comes 801 (T7)', () => {
    const june = Array.from({ length: 800 }, (_, index) => row(index + 1, 'certified', '2026-06-30'))
    expect(nextNumber(june, '2026-06-30').number).toBe(801)
  })

  test('a gap is a number that nobody can show a row for', () => {
    expect(gapsIn([])).toEqual([])
    expect(gapsIn([3, 1, 2])).toEqual([])
    expect(gapsIn([2, 5])).toEqual([1, 3, 4])
  })
})

const NOBODY: Authority = {
  id: '00000000-0000-4000-8000-00000000000a',
  personName: 'Nguyễn Văn Đức',
  personNumber: '001085000123',
  operatorId: null,
  titleLine: 'Phó Chủ tịch UBND phường',
  actingForm: 'KT.',
  decision: '',
  validFrom: '2026-01-01',
  validTo: '2027-12-31',
  kinds: ['SCT/BS'],
}
let counted = 0
function paper(special: Partial<DocumentRow> = {}): DocumentRow {
  counted += 1
  return {
    id: `document-${counted}`,
    dossierId: 'dossier',
    position: counted,
    title: 'Giấy khai sinh',
    originalPages: 1,
    filePages: 1,
    file: '',
    bytes: 1,
    copies: 1,
    fee: 2_000,
    feeSource: '',
    state: 'reviewed',
    heldFor: null,
    comparedBy: null,
    comparedByName: null,
    comparedAt: null,
    reviewedBy: null,
    reviewedAt: null,
    certifiedCopy: true,
    fileName: '',
    level: '2b',
    scannedBy: '',
    scannedByName: '',
    scannedAt: '',
    scanSignedAt: null,
    scanFile: null,
    fields: 'none',
    fieldsBy: null,
    fieldsByName: null,
    fieldsAt: null,
    number: null,
    copyFile: null,
    createdAt: '',
    ...special,
  }
}

describe('the book in the database', () => {
  let at: Workplace
  beforeAll(async () => {
    at = await openWorkplace()
  })
  afterAll(() => at.close())

  const now = () => at.clock ?? new Date(0)
  const change = (
    work: (
      station: Workplace['counter']['certifications'],
      w: Parameters<typeof at.counter.certifications.take>[0],
    ) => unknown,
  ) => at.counter.storage.write((w) => void work(at.counter.certifications, w))
  /** As the engine does it: plan, then take exactly what was planned. */
  function take(document = paper()): number {
    const { certifications, storage } = at.counter
    const { taken } = must(certifications.plan(document, NOBODY, now()))
    expect(storage.write((w) => certifications.take(w, document, NOBODY, taken, now()))).toBe(true)
    return taken.number
  }
  interface Kept {
    readonly seq: number
    readonly book: string
    readonly number: number
    readonly document: string
    readonly day: string
    readonly state: State
    readonly note: string
  }
  const book = (year?: number) =>
    at.raw((database) =>
      database
        .prepare(
          'select seq, book, number, document_id as document, taken_day as day, state, note from certification_row where ? is null or year = ? order by seq',
        )
        .all(year ?? null, year ?? null),
    ) as readonly Kept[]
  /** Every story has a database without rows before it. */
  const empty = () =>
    at.raw((database) => {
      const trigger = database
        .prepare("select sql from sqlite_master where name = 'certification_row_stays'")
        .pluck()
        .get() as string
      database.exec(
        `drop trigger certification_row_stays; delete from certification_row; delete from audit_head where id = 2; ${trigger}`,
      )
    })
  const check = () => at.counter.storage.read((r) => at.counter.certifications.check(r))
  const shown = async (year: number) => must(await at.counter.handlers.certification.register({ year }, at.clerk))

  test('one person, three papers, five copies of each: three numbers, and 5 in column (6) of each row (T4)', async () => {
    empty()
    at.clock = legalDate(2026, 11, 19, 9, 0)
    const papers = ['Giấy khai sinh', 'Bằng tốt nghiệp', 'Sổ hộ khẩu'].map((title) =>
      paper({ title, copies: 5, fee: 10_000 }),
    )
    expect(papers.map((one) => take(one))).toEqual([1, 2, 3])
    for (const one of papers) change((station, w) => station.certified(w, one.id, now()))
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
    empty()
    at.clock = legalDate(2026, 11, 19, 9, 0)
    expect(take(paper({ title: 'Thẻ căn cước' }))).toBe(1)
    at.clock = legalDate(2026, 11, 19, 10, 0)
    expect(take(paper({ title: 'Thẻ căn cước' }))).toBe(2)
  })

  test('the new year begins with 01 at legal midnight, and the old book keeps its total (T6)', async () => {
    empty()
    at.clock = legalDate(2026, 12, 31, 23, 59, 59)
    expect([take(), take(), take()]).toEqual([1, 2, 3])
    at.clock = legalDate(2027, 1, 1, 0, 0, 0)
    expect([take(), take()]).toEqual([1, 2])
    expect(new Set(book(2026).map((one) => one.book))).toEqual(new Set(['03/2026-SCT/BS']))
    expect(new Set(book(2027).map((one) => one.book))).toEqual(new Set(['03/2027-SCT/BS']))
    expect((await shown(2026)).length).toBe(3)
    expect(check()).toBeNull()
  })

  test('a planned number that somebody else took meanwhile is not taken twice', () => {
    empty()
    at.clock = legalDate(2026, 11, 19, 9, 0)
    const { certifications, storage } = at.counter
    const [first, second] = [paper(), paper()]
    const both = [first, second].map((one) => must(certifications.plan(one, NOBODY, now())).taken)
    expect(both.map((one) => one.number)).toEqual([1, 1])
    const done = both.map((taken, index) =>
      storage.write((w) => certifications.take(w, [first, second][index] ?? first, NOBODY, taken, now())),
    )
    expect(done).toEqual([true, false])
    expect(book().map((one) => one.number)).toEqual([1])
  })

  type Act = 'take' | 'free' | 'certify' | 'cancel' | 'next day' | 'next year'
  const act = fc.record({
    what: fc.oneof(
      { weight: 6, arbitrary: fc.constant<Act>('take') },
      { weight: 4, arbitrary: fc.constant<Act>('free') },
      { weight: 4, arbitrary: fc.constant<Act>('certify') },
      { weight: 2, arbitrary: fc.constant<Act>('cancel') },
      { weight: 2, arbitrary: fc.constant<Act>('next day') },
      { weight: 1, arbitrary: fc.constant<Act>('next year') },
    ),
    which: fc.nat(50),
  })

  test('any sequence of days: no gap, no double; freed numbers go first the same day and are written off the next', () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 5, maxLength: 40 }), (acts) => {
        empty()
        let [year, day] = [2026, 1]
        at.clock = legalDate(year, 3, day, 8, 0)
        for (const { what, which } of acts) {
          const before = book(year)
          const today = `${year}-03-${String(day).padStart(2, '0')}`
          const inWork = book().filter((one) => one.state === 'in-work')
          const one = inWork[which % Math.max(1, inWork.length)]
          if (what === 'next day') at.clock = legalDate(year, 3, ++day, 8, 0)
          else if (what === 'next year' && year === 2026) at.clock = legalDate(++year, 3, day, 8, 0)
          else if (what === 'take') {
            const freed = before
              .filter((each) => each.state === 'freed' && each.day === today)
              .map((each) => each.number)
            const highest = Math.max(0, ...before.map((each) => each.number))
            expect(take()).toBe(freed.length > 0 ? Math.min(...freed) : highest + 1)
            const late = book(year).filter((each) => each.state === 'freed' && each.day !== today)
            expect(late).toEqual([])
          } else if (one !== undefined)
            change((station, w) => {
              if (what === 'free') station.freed(w, one.document)
              if (what === 'certify') station.certified(w, one.document, now())
              if (what === 'cancel') station.cancelled(w, one.document, 'Không hoàn thành')
            })
          for (const each of [2026, 2027]) {
            const numbers = book(each).map((kept) => kept.number)
            expect(gapsIn(numbers)).toEqual([])
            expect(new Set(numbers).size).toBe(numbers.length)
          }
          // What was finished stays as it is, and no row is ever lost.
          const after = book()
          for (const kept of before.filter((each) => each.state === 'certified' || each.state === 'cancelled'))
            expect(after.find((each) => each.seq === kept.seq)).toEqual(kept)
          expect(after.length).toBeGreaterThanOrEqual(before.length)
        }
        expect(check()).toBeNull()
      }),
      { numRuns: 25, seed: 2026 },
    )
  })

  test('a number written off says why, and its row is shown in the book', async () => {
    empty()
    at.clock = legalDate(2026, 11, 19, 16, 0)
    const late = paper()
    take(late)
    change((station, w) => station.freed(w, late.id))
    at.clock = legalDate(2026, 11, 20, 8, 0)
    expect(take()).toBe(2)
    expect((await shown(2026)).map(({ number, state, note }) => ({ number, state, note }))).toEqual([
      { number: 1, state: 'cancelled', note: 'Số đã lấy nhưng không ký trong ngày' },
      { number: 2, state: 'in-work', note: '' },
    ])
  })
  test('the book that is read the next day, or the next year, has no gap although nobody took a number since', async () => {
    empty()
    at.clock = legalDate(2026, 12, 31, 16, 0)
    const [first, second] = [paper(), paper()]
    expect([take(first), take(second)]).toEqual([1, 2])
    change((station, w) => {
      station.freed(w, first.id)
      station.certified(w, second.id, now())
    })
    at.clock = legalDate(2027, 1, 4, 8, 0)
    take()
    expect(gapsIn((await shown(2026)).map((one) => one.number))).toEqual([])
  })
  test('two documents gave their numbers back; the second comes again first, and the row it was given is the one certified', async () => {
    empty()
    at.clock = legalDate(2026, 11, 19, 9, 0)
    const [first, second] = [paper(), paper()]
    expect([take(first), take(second)]).toEqual([1, 2])
    change((station, w) => station.freed(w, first.id))
    change((station, w) => station.freed(w, second.id))
    expect(take(second)).toBe(1)
    change((station, w) => station.certified(w, second.id, now()))
    expect(book().map(({ number, state }) => ({ number, state }))).toEqual([
      { number: 1, state: 'certified' },
      { number: 2, state: 'freed' },
    ])
  })

  describe('a row changed behind the program is found', () => {
    /** Seven numbers; then a change in the database with its triggers taken away; answers what the check says. */
    function tamper(...statements: readonly string[]): number | null {
      empty()
      at.clock = legalDate(2026, 11, 19, 9, 0)
      for (let index = 0; index < 7; index += 1) {
        const one = paper()
        take(one)
        change((station, w) => station.certified(w, one.id, now()))
      }
      expect(check()).toBeNull()
      const first = book()[0]?.seq ?? 0
      return at.raw((database) => {
        const triggers = database
          .prepare("select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'certification_row'")
          .all() as { name: string; sql: string }[]
        for (const { name } of triggers) database.exec(`drop trigger ${name}`)
        for (const statement of statements) database.exec(statement.replaceAll('#', `${first} + `))
        for (const { sql } of triggers) database.exec(sql)
        const found = check()
        return found === null ? null : found - first + 1
      })
    }

    test('the database itself refuses to change or remove a number', () => {
      tamper()
      at.raw((database) => {
        for (const statement of [
          'update certification_row set number = 99 where number = 7',
          "update certification_row set taken_day = '2026-01-01'",
          "update certification_row set requester = 'người khác'",
          'delete from certification_row where number = 7',
        ])
          expect(() => database.exec(statement)).toThrow(/register/)
      })
    })

    test.for([
      ['another number', 'update certification_row set number = 99 where seq = #2', 3],
      ['another day', "update certification_row set taken_day = '2026-01-01' where seq = #4", 5],
      ['another moment', "update certification_row set taken_at = '2026-01-01T00:00:00.000Z' where seq = #0", 1],
      ['another book', "update certification_row set book = '04/2026-SCT/BS' where seq = #6", 7],
      [
        'another link',
        "update certification_row set hash = '00' || substr(hash, 3) where seq = #1 and hash not like '00%'",
        2,
      ],
      ['a row dropped from the middle', 'delete from certification_row where seq = #3', 5],
    ] as const)('%s', ([, statement, found]) => {
      expect(tamper(statement)).toBe(found)
    })

    test('two rows that changed places', () => {
      const swap = (from: string, to: string) => `update certification_row set seq = ${to} where seq = ${from}`
      expect(tamper(swap('#2', '-1'), swap('#3', '#2'), swap('-1', '#3'))).toBe(3)
    })
    test('the last row dropped', () => {
      expect(tamper('delete from certification_row where seq = #6')).not.toBeNull()
    })
    test.for([
      ['another requester', "update certification_row set requester = 'người khác' where seq = #2"],
      ['another fee', 'update certification_row set fee = 0 where seq = #2'],
    ] as const)('%s in a finished row', ([, statement]) => {
      expect(tamper(statement)).toBe(3)
    })
  })
})
