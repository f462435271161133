// The books of a year: one goes on in the next, a shared one is handed out in blocks or by a server, and at its end it is closed.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gapsIn } from '../../main/certification/register.ts'
import type { YearBook } from '../../preload/contract/certification.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { fail, ok } from '../../preload/contract/result.ts'
import { must } from '../bench/office.ts'
import { certify, type Desk, openDesk, paper } from './desk.ts'

const from = '2026-01-01'
const only = (books: readonly YearBook[]): YearBook => {
  const [one] = books
  if (one === undefined) throw new Error('no book')
  return one
}

describe('one book a station', () => {
  let at: Desk
  beforeAll(async () => {
    at = await openDesk()
  })
  afterAll(() => at.close())
  const certification = () => at.counter.handlers.certification
  const books = async (year: number) => only(must(await certification().books({ year }, at.clerk)))
  const SERIES = '03/2026-SCT/BS'

  test('the book is full in June at 800: the new one starts at 801 (T7)', async () => {
    at.clear()
    at.clock = legalDate(2026, 6, 30, 9, 0)
    certify(at, 2)
    // Eight hundred rows take long to write and prove no more than this: the book stands at 800.
    at.raw((database) => database.exec('update certification_stretch set next = 801'))
    must(await certification().changeBook({ year: 2026, series: SERIES }, at.supervisor))
    expect(certify(at, 2)).toEqual([801, 802])
    expect(
      (await books(2026)).parts.map(({ book, first, last, next, open }) => [book, first, last, next, open]),
    ).toEqual([
      ['03/2026-SCT/BS', 1, 800, 801, false],
      ['03.2/2026-SCT/BS', 801, null, 803, true],
    ])
    expect(at.rows().map((row) => row.book)).toEqual([SERIES, SERIES, '03.2/2026-SCT/BS', '03.2/2026-SCT/BS'])
  })

  test('an empty book is not changed for another, and a number given back before the change goes first', async () => {
    at.clear()
    at.clock = legalDate(2026, 6, 30, 9, 0)
    const change = () => certification().changeBook({ year: 2026, series: SERIES }, at.supervisor)
    expect(await change()).toMatchObject({ ok: false })
    const [one, other] = [paper(), paper()]
    expect([at.take(one), at.take(other)]).toEqual([1, 2])
    at.change((w) => at.counter.certifications.freed(w, one.id))
    must(await change())
    expect(await change()).toMatchObject({ ok: false })
    expect(certify(at, 2)).toEqual([1, 3])
    expect(at.rows().map(({ book, number }) => `${number} ${book}`)).toEqual([
      '1 03/2026-SCT/BS',
      '2 03/2026-SCT/BS',
      '3 03.2/2026-SCT/BS',
    ])
    expect(at.check()).toBeNull()
  })

  test('on 31 December the year is closed with its total; the request of 2 January gets 01 (T6)', async () => {
    at.clear()
    at.clock = legalDate(2026, 12, 31, 9, 0)
    const close = () => certification().closeYear({ year: 2026, series: SERIES }, at.supervisor)
    certify(at, 12)
    const [late, back] = [paper(), paper()]
    at.take(late)
    at.take(back)
    at.change((w) => at.counter.certifications.freed(w, back.id))
    at.clock = legalDate(2026, 12, 30, 18, 0)
    expect(await close()).toEqual(fail({ kind: 'stale' }))
    at.clock = legalDate(2026, 12, 31, 18, 0)
    expect(await close()).toEqual(fail({ kind: 'refused', rule: 'numbers-in-work', detail: '1' }))
    at.change((w) => at.counter.certifications.certified(w, late.id, at.clock))
    const closed = only(must(await close()))
    expect(closed).toMatchObject({
      series: SERIES,
      rows: 14,
      copies: 13,
      fee: 26_000,
      inWork: 0,
      closed: { by: 'Lê Thị Lan Mẫu', rows: 14 },
    })
    expect(at.rows(2026).at(-1)).toMatchObject({ number: 14, state: 'cancelled' })
    // After the closing nothing is written any more that day, and a PIN is not asked for.
    const refused = fail({ kind: 'refused', rule: 'no-number-left', detail: SERIES })
    expect(at.counter.certifications.hasNumbers([paper()], at.clock)).toEqual(refused)
    expect(at.counter.certifications.plan([paper()], at.authority(), at.clock)).toEqual(refused)
    expect(must(await certification().queue({}, at.officer)).blocked).toEqual([{ key: SERIES, why: 'used-up' }])
    at.clock = legalDate(2027, 1, 2, 8, 0)
    expect(certify(at)).toEqual([1])
    expect(await close()).toEqual(fail({ kind: 'stale' }))
    expect(at.check()).toBeNull()
  })

  test('an ordinary clerk closes no year and receives no block', async () => {
    const { contract } = await import('../../preload/contract/index.ts')
    const { changeBook, grantBlock, closeBlock, closeYear, endForgery, adopt, grant } = contract.certification
    for (const one of [changeBook, grantBlock, closeBlock, closeYear, endForgery, adopt, grant])
      expect(one.may).toEqual(['supervisor'])
  })
})

describe('blocks of a shared book', () => {
  let at: Desk
  beforeAll(async () => {
    at = await openDesk({ books: [{ from, mode: 'blocks', apart: false }] })
  })
  afterAll(() => at.close())
  const certification = () => at.counter.handlers.certification
  const grant = (first: number, last: number, volume = '01', year = 2026) =>
    certification().grantBlock(
      { year, form: 'electronic', volume, first, last, grant: 'Biên bản giao số 01' },
      at.supervisor,
    )

  test('without a block nothing is certified, and that is said before a PIN is typed', async () => {
    at.clear()
    at.clock = legalDate(2026, 11, 19, 9, 0)
    const none = fail({ kind: 'refused', rule: 'no-number-left', detail: '2026-SCT/BS' })
    expect(at.counter.certifications.hasNumbers([paper()], at.clock)).toEqual(none)
    expect(await at.counter.certifications.fetchNumbers([paper()], at.clock)).toEqual(none)
    must(await grant(41, 43))
    expect(certify(at, 2)).toEqual([41, 42])
    expect(at.counter.certifications.hasNumbers([paper()], at.clock)).toEqual(ok(undefined))
    expect(at.counter.certifications.hasNumbers([paper(), paper()], at.clock)).toEqual(none)
    expect(at.rows().map(({ book, number }) => `${number} ${book}`)).toEqual(['41 01/2026-SCT/BS', '42 01/2026-SCT/BS'])
  })

  test('a block that meets numbers already handed out is refused; the next book goes on with its own', async () => {
    at.clear()
    must(await grant(1, 10))
    for (const [first, last] of [
      [10, 12],
      [1, 1],
      [0, 3],
      [5, 4],
      [1, 9_000],
    ] as const)
      expect(await grant(first, last), `${first}–${last}`).toMatchObject({ ok: false })
    must(await grant(801, 810, '02'))
    expect(only(must(await certification().books({ year: 2026 }, at.clerk))).books).toEqual([
      '01/2026-SCT/BS',
      '02/2026-SCT/BS',
    ])
  })

  test('what is left of a block is written off number by number, with the note in column 8', async () => {
    at.clear()
    at.clock = legalDate(2026, 11, 19, 9, 0)
    const [block] = only(must(await grant(41, 44))).parts
    certify(at)
    must(await certification().closeBlock({ year: 2026, id: block?.id ?? '', why: 'chuyển quầy' }, at.supervisor))
    expect(
      must(await certification().register({ year: 2026 }, at.clerk)).map(({ number, state, note }) => [
        number,
        state,
        note,
      ]),
    ).toEqual([
      [41, 'certified', ''],
      [42, 'cancelled', 'Số dành riêng không dùng: chuyển quầy'],
      [43, 'cancelled', 'Số dành riêng không dùng: chuyển quầy'],
      [44, 'cancelled', 'Số dành riêng không dùng: chuyển quầy'],
    ])
    expect(
      await certification().closeBlock({ year: 2026, id: block?.id ?? '', why: 'hai lần' }, at.supervisor),
    ).toEqual(fail({ kind: 'stale' }))
    expect(at.check()).toBeNull()
  })

  test('what lies unused at the year’s end is written off by the closing, in December of its book', async () => {
    at.clear()
    at.clock = legalDate(2026, 12, 30, 9, 0)
    must(await grant(1, 5))
    certify(at, 2)
    at.clock = legalDate(2027, 1, 4, 8, 0)
    const [closed] = must(await certification().closeYear({ year: 2026, series: '2026-SCT/BS' }, at.supervisor))
    expect(closed).toMatchObject({ rows: 5, copies: 2, months: [{ month: 12, rows: 5 }] })
    expect(gapsIn(at.rows(2026).map((one) => one.number))).toEqual([])
    expect(await grant(6, 9)).toEqual(fail({ kind: 'stale' }))
    must(await grant(1, 9, '01', 2027))
    expect(certify(at)).toEqual([1])
  })
})

test('electronic copies in a book of their own need its symbol, which a supervisor has to adopt first', async () => {
  const at = await openDesk({ books: [{ from, mode: 'station', apart: true }] })
  try {
    certify(at, 2)
    expect(at.rows().map(({ book, number }) => `${number} ${book}`)).toEqual([
      '1 03/2026-SCTĐT/BS',
      '2 03/2026-SCTĐT/BS',
    ])
    const years = must(await at.counter.handlers.certification.books({ year: 2026 }, at.clerk))
    expect(years.map(({ series, forms }) => [series, forms])).toEqual([
      ['03/2026-SCT/BS', ['paper']],
      ['03/2026-SCTĐT/BS', ['electronic']],
    ])
    at.raw((database) =>
      database.exec("delete from dossier_adoption where key = 'certification.electronic-book-symbol'"),
    )
    expect(must(await at.counter.handlers.certification.queue({}, at.officer)).blocked).toEqual([
      { key: 'certification.electronic-book-symbol', why: 'not-adopted' },
    ])
    expect(at.counter.certifications.plan([paper()], at.authority(), at.clock)).toMatchObject({
      failure: { rule: 'rule-not-adopted' },
    })
  } finally {
    await at.close()
  }
})

test('two stations with blocks of one book: whatever happens, after the closing every number stands there once', async () => {
  const books = [{ from, mode: 'blocks', apart: false }] as const
  const desks = [await openDesk({ books }), await openDesk({ books, station: '04' })]
  try {
    const act = fc.record({
      what: fc.constantFrom('grant', 'take', 'take', 'take', 'free', 'certify', 'next day', 'close'),
      who: fc.integer({ min: 0, max: 1 }),
      count: fc.integer({ min: 1, max: 6 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 30 }), async (acts) => {
        let [ledger, day] = [1, 1]
        for (const one of desks) {
          one.clear()
          one.clock = legalDate(2026, 3, day, 8, 0)
        }
        const grant = async (desk: Desk, count: number) => {
          const block = { year: 2026, form: 'electronic', volume: '01', grant: 'Biên bản giao số' } as const
          const [first, last] = [ledger, ledger + count - 1]
          must(await desk.counter.handlers.certification.grantBlock({ ...block, first, last }, desk.supervisor))
          ledger += count
        }
        for (const desk of desks) await grant(desk, 3)
        for (const { what, who, count } of acts) {
          const desk = desks[who]
          if (desk === undefined) throw new Error('no such desk')
          const { certifications, handlers } = desk.counter
          if (what === 'grant') await grant(desk, count)
          if (what === 'next day') day += 1
          for (const one of desks) one.clock = legalDate(2026, 3, day, 8, 0)
          if (what === 'take' && certifications.hasNumbers([paper()], desk.clock).ok) desk.take()
          const inWork = desk.rows().find((row) => row.state === 'in-work')
          if (inWork !== undefined && what === 'free') desk.change((w) => certifications.freed(w, inWork.document))
          if (inWork !== undefined && what === 'certify')
            desk.change((w) => certifications.certified(w, inWork.document, desk.clock))
          if (what === 'close') {
            const open = only(must(await handlers.certification.books({ year: 2026 }, desk.clerk))).parts.find(
              (part) => part.open,
            )
            if (open !== undefined)
              must(
                await handlers.certification.closeBlock({ year: 2026, id: open.id, why: 'trả lại' }, desk.supervisor),
              )
          }
        }
        for (const desk of desks) {
          for (const row of desk.rows().filter((one) => one.state === 'in-work'))
            desk.change((w) => desk.counter.certifications.certified(w, row.document, desk.clock))
          desk.clock = legalDate(2026, 12, 31, 17, 0)
          must(
            await desk.counter.handlers.certification.closeYear({ year: 2026, series: '2026-SCT/BS' }, desk.supervisor),
          )
          expect(desk.check()).toBeNull()
        }
        const numbers = desks.flatMap((desk) => desk.rows().map((row) => row.number)).sort((a, b) => a - b)
        expect(numbers).toEqual(Array.from({ length: ledger - 1 }, (_, index) => index + 1))
      }),
      { numRuns: 8, seed: 2026 },
    )
  } finally {
    await Promise.all(desks.map((desk) => desk.close()))
  }
})
