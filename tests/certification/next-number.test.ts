// Which number comes next, decided from rows and stretches alone: from 01 without a gap, what was given back today first.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bookOf,
  type FreedRow,
  gapsIn,
  nextNumbers,
  numberText,
  partsOfBook,
  ruleOn,
  type Stretch,
  seriesOf,
  volumeOf,
} from '../../main/certification/register.ts'

const TODAY = '2026-11-19'
const BOOK = '03/2026-SCT/BS'
const freed = (number: number, takenDay = TODAY, book = BOOK): FreedRow => ({
  seq: number * 10,
  number,
  book,
  takenDay,
})
const own = (next: number): Stretch => ({ book: BOOK, next, last: null })
const block = (next: number, last: number): Stretch => ({ book: '01/2026-SCT/BS', next, last })
const numbers = (rows: readonly FreedRow[], stretches: readonly Stretch[], count: number) =>
  nextNumbers(rows, stretches, TODAY, count).map((one) => one.number)

describe('the next number', () => {
  test('a book begins with 01 and goes on after the highest', () => {
    expect(nextNumbers([], [own(1)], TODAY, 1)).toEqual([{ book: BOOK, number: 1, reuse: null }])
    expect(numbers([], [own(3)], 2)).toEqual([3, 4])
    expect([1, 9, 10, 1520].map(numberText)).toEqual(['01', '09', '10', '1520'])
  })

  test('of the numbers given back today the lowest goes first, in the book it was taken from', () => {
    const rows = [freed(3), freed(2, TODAY, '03.2/2026-SCT/BS')]
    expect(nextNumbers(rows, [own(5)], TODAY, 3)).toEqual([
      { book: '03.2/2026-SCT/BS', number: 2, reuse: 20 },
      { book: BOOK, number: 3, reuse: 30 },
      { book: BOOK, number: 5, reuse: null },
    ])
  })

  test('a number given back on an earlier day is never used again', () => {
    expect(numbers([freed(1, '2026-11-18'), freed(2), freed(3, '2026-11-17')], [own(4)], 2)).toEqual([2, 4])
  })

  test('the blocks are used up one after the other; when they end, so do the numbers', () => {
    expect(numbers([], [block(9, 10), block(41, 42)], 9)).toEqual([9, 10, 41, 42])
    expect(numbers([freed(5)], [block(11, 10)], 2)).toEqual([5])
    expect(numbers([], [], 1)).toEqual([])
  })

  test('1520 on 31 December is followed by 01 in the book of the new year (T6)', () => {
    const rule = ruleOn([], '2026-12-31')
    expect(rule).toEqual({ from: '2015-04-10', mode: 'station', apart: false })
    const [old, fresh] = [2026, 2027].map((year) => seriesOf(rule, '03', year, 'SCT/BS'))
    expect([old, fresh]).toEqual(['03/2026-SCT/BS', '03/2027-SCT/BS'])
    expect(numbers([], [own(1521)], 1)).toEqual([1521])
  })

  test('a full book is followed by the next one of the station, and both have their names', () => {
    expect([1, 2, 3].map((nth) => bookOf(volumeOf('03', nth), 2026, 'SCT/BS'))).toEqual([
      '03/2026-SCT/BS',
      '03.2/2026-SCT/BS',
      '03.3/2026-SCT/BS',
    ])
    expect(partsOfBook('03.2/2026-SCT/CK,ĐC')).toEqual({ volume: '03.2', year: 2026, symbol: 'SCT/CK,ĐC' })
  })

  test('the setting that counts is the last that began: a unit may change it with the year', () => {
    const rules = [
      { from: '2027-01-01', mode: 'blocks' as const, apart: true },
      { from: '2026-01-01', mode: 'station' as const, apart: false },
    ]
    expect(['2025-12-31', '2026-12-31', '2027-01-01'].map((day) => ruleOn(rules, day).mode)).toEqual([
      'station',
      'station',
      'blocks',
    ])
  })

  test('a whole group is planned as it would be taken one by one', () => {
    const stretches = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: -1, max: 4 })), {
      maxLength: 4,
    })
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 12 }), stretches, fc.nat(20), (back, made, count) => {
        const rows = back.map((today, index) => freed(index + 1, today ? TODAY : '2026-11-18'))
        const blocks = made.map(([used, left], index) =>
          block(100 * (index + 1) + used, 100 * (index + 1) + used + left),
        )
        const oneByOne: number[] = []
        let [left, open] = [rows, blocks]
        for (let at = 0; at < count; at += 1) {
          const [next] = nextNumbers(left, open, TODAY, 1)
          if (next === undefined) break
          oneByOne.push(next.number)
          left = left.filter((row) => row.seq !== next.reuse)
          if (next.reuse === null)
            open = open.map((one) => (one.next === next.number ? { ...one, next: one.next + 1 } : one))
        }
        expect(numbers(rows, blocks, count)).toEqual(oneByOne)
        expect(new Set(oneByOne).size).toBe(oneByOne.length)
      }),
    )
  })

  test('a gap is a number that nobody can show a row for', () => {
    expect(gapsIn([])).toEqual([])
    expect(gapsIn([3, 1, 2])).toEqual([])
    expect(gapsIn([2, 5])).toEqual([1, 3, 4])
  })
})
