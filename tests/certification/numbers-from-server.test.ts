// A shared register on a server: numbers are asked for before the PIN, and whatever is lost on the way, none is lost in the book.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gapsIn } from '../../main/certification/register.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { fail, refuse } from '../../preload/contract/result.ts'
import { type NumberServer, startNumberServer } from '../bench/numbers/number-server.ts'
import { must } from '../bench/office.ts'
import { certify, type Desk, openDesk, paper } from './desk.ts'

const UNREACHABLE = fail({ kind: 'unreachable', system: 'numbers' })
const from = '2026-01-01'

describe('numbers from a server', () => {
  let server: NumberServer
  let at: Desk
  let other: Desk
  beforeAll(async () => {
    server = await startNumberServer()
    const books = [{ from, mode: 'server', apart: false }] as const
    const numbers = { url: server.url, token: server.token }
    at = await openDesk({ books, numbers })
    other = await openDesk({ books, numbers, station: '04' })
  })
  afterAll(() => Promise.all([at.close(), other.close(), server.close()]))
  const begin = async () => {
    for (const one of [at, other]) {
      one.clear()
      one.clock = legalDate(2026, 11, 19, 9, 0)
    }
    await server.forget()
    server.day = '2026-11-19'
  }
  const fetch = (desk: Desk, count: number) =>
    desk.counter.certifications.fetchNumbers(
      Array.from({ length: count }, () => paper()),
      desk.clock,
    )

  test('they are here before the PIN is asked for; looking again asks for no more than is missing', async () => {
    await begin()
    expect(at.counter.certifications.plan([paper()], at.authority(), at.clock)).toMatchObject({ ok: false })
    must(await fetch(at, 3))
    must(await fetch(at, 3))
    must(await fetch(other, 2))
    expect([server.counts().requests, server.next]).toEqual([2, 6])
    expect([certify(at, 3), certify(other, 2)]).toEqual([
      [1, 2, 3],
      [4, 5],
    ])
  })

  test('a server that does not answer: refused, and no number is taken', async () => {
    await begin()
    await server.behave({ down: 'refused' })
    expect(await fetch(at, 3)).toEqual(UNREACHABLE)
    expect(at.rows()).toEqual([])
    await server.behave()
    must(await fetch(at, 3))
    expect(server.next).toBe(4)
  })

  test('an answer that was lost is asked for again with the same key: no number falls between', async () => {
    await begin()
    await server.behave({ wrong: 'cut' })
    expect(await fetch(at, 2)).toEqual(UNREACHABLE)
    expect(server.next).toBe(3)
    await server.behave()
    must(await fetch(at, 2))
    expect(server.next).toBe(3)
    expect(certify(at, 2)).toEqual([1, 2])
  })

  test('the year is not closed while the server owes an answer: numbers it gave have rows here first', async () => {
    await begin()
    await server.behave({ wrong: 'cut' })
    expect(await fetch(at, 2)).toEqual(UNREACHABLE)
    const close = () =>
      at.counter.handlers.certification.closeYear({ year: 2026, series: '2026-SCT/BS' }, at.supervisor)
    at.clock = legalDate(2026, 12, 31, 17, 0)
    await server.behave({ down: 'refused' })
    expect(await close()).toEqual(UNREACHABLE)
    await server.behave()
    must(await close())
    expect(at.rows().map(({ number, state }) => [number, state])).toEqual([
      [1, 'cancelled'],
      [2, 'cancelled'],
    ])
  })

  test('what was fetched and not used that day is written off the next: numbers go with the days', async () => {
    await begin()
    must(await fetch(at, 3))
    certify(at)
    at.clock = legalDate(2026, 11, 20, 8, 0)
    must(await fetch(at, 1))
    expect(certify(at)).toEqual([4])
    expect(at.rows().map(({ number, state, note }) => [number, state, note])).toEqual([
      [1, 'certified', ''],
      [2, 'cancelled', 'Số dành riêng không dùng: hết ngày'],
      [3, 'cancelled', 'Số dành riêng không dùng: hết ngày'],
      [4, 'certified', ''],
    ])
  })

  test('an answer that was lost in the evening is asked for in the morning: the numbers are yesterday’s, and today gets its own', async () => {
    await begin()
    await server.behave({ wrong: 'cut' })
    expect(await fetch(at, 2)).toEqual(UNREACHABLE)
    for (const one of [at, other]) one.clock = legalDate(2026, 11, 20, 8, 0)
    server.day = '2026-11-20'
    await server.behave()
    must(await fetch(other, 1))
    must(await fetch(at, 2))
    expect([certify(other), certify(at, 2)]).toEqual([[3], [4, 5]])
    expect(at.rows().map(({ number, day, state }) => [number, day, state])).toEqual([
      [1, '2026-11-20', 'cancelled'],
      [2, '2026-11-20', 'cancelled'],
      [4, '2026-11-20', 'certified'],
      [5, '2026-11-20', 'certified'],
    ])
  })

  test('a question that never got there in the evening gets the morning’s numbers: none is written off', async () => {
    await begin()
    await server.behave({ down: 'refused' })
    expect(await fetch(at, 2)).toEqual(UNREACHABLE)
    at.clock = legalDate(2026, 11, 20, 8, 0)
    server.day = '2026-11-20'
    await server.behave()
    must(await fetch(at, 2))
    expect([certify(at, 2), at.rows().length]).toEqual([[1, 2], 2])
  })

  test.each(['2020-02-29', '2099-12-31'])('a server whose calendar shows %s does no harm', async (day) => {
    await begin()
    server.day = day
    must(await fetch(at, 2))
    must(await fetch(at, 2))
    expect([certify(at, 2), server.next, at.check()]).toEqual([[1, 2], 3, null])
  })

  test('an answer that contradicts what is written here is refused as a whole', async () => {
    await begin()
    must(await fetch(at, 3))
    server.next = 2
    expect(await fetch(at, 6)).toEqual(refuse('numbers-wrong', 'overlap'))
    expect(at.raw((database) => database.prepare('select count(*) from certification_stretch').pluck().get())).toBe(1)
  })

  type Act = 'batch' | 'free' | 'certify' | 'cancel' | 'next day' | 'away' | 'back' | 'lose'
  const act = fc.record({
    what: fc.constantFrom<Act>(
      'batch',
      'batch',
      'batch',
      'free',
      'certify',
      'certify',
      'cancel',
      'next day',
      'away',
      'back',
      'back',
      'lose',
    ),
    who: fc.boolean(),
    count: fc.integer({ min: 1, max: 4 }),
  })

  test('two stations, any weather: after the closing the register has every number exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
        await begin()
        let day = 19
        for (const { what, who, count } of acts) {
          const desk = who ? at : other
          if (what === 'away') await server.behave({ down: 'refused' })
          if (what === 'back') await server.behave()
          // Longer than one question is patient, or just short enough that the second try of it heals.
          if (what === 'lose') await server.behave({ wrong: 'cut', times: count })
          if (what === 'next day') for (const one of [at, other]) one.clock = legalDate(2026, 11, day + 1, 8, 0)
          if (what === 'next day') {
            day += 1
            server.day = `2026-11-${day}`
          }
          if (what === 'batch') {
            const before = desk.rows().filter((row) => row.state !== 'cancelled')
            const papers = Array.from({ length: count }, () => paper())
            const here = await desk.counter.certifications.fetchNumbers(papers, desk.clock)
            if (here.ok) for (const one of papers) desk.take(one)
            else expect(desk.rows().filter((row) => row.state !== 'cancelled')).toEqual(before)
          }
          const inWork = desk.rows().find((row) => row.state === 'in-work')
          if (inWork !== undefined)
            desk.change((w) => {
              if (what === 'free') desk.counter.certifications.freed(w, inWork.document)
              if (what === 'certify') desk.counter.certifications.certified(w, inWork.document, desk.clock)
              if (what === 'cancel') desk.counter.certifications.cancelled(w, inWork.document, 'Không hoàn thành')
            })
        }
        await closeBoth()
        const numbers = [...at.rows(), ...other.rows()].map((row) => row.number)
        expect(new Set(numbers).size).toBe(numbers.length)
        expect(numbers.length).toBe(server.next - 1)
        expect(gapsIn(numbers)).toEqual([])
        for (const one of [at, other]) expect(one.check()).toBeNull()
      }),
      { numRuns: 8, seed: 2026 },
    )
  })

  async function closeBoth(): Promise<void> {
    await server.behave()
    for (const desk of [at, other]) {
      for (const row of desk.rows().filter((one) => one.state === 'in-work'))
        desk.change((w) => desk.counter.certifications.certified(w, row.document, desk.clock))
      const ask = { year: 2026, series: '2026-SCT/BS' }
      desk.clock = legalDate(2026, 12, 31, 17, 0)
      const { closeYear } = desk.counter.handlers.certification
      const closed = await closeYear(ask, desk.supervisor)
      // A station that never asked has no book to close.
      if (!closed.ok) expect([closed.failure, desk.rows()]).toEqual([{ kind: 'stale' }, []])
    }
  }
})
