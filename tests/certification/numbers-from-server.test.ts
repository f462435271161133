// A shared register on a server: numbers are asked for before the PIN, and whatever is lost on the way, none is lost in the book.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AskNumbers } from '../../main/certification/index.ts'
import { gapsIn } from '../../main/certification/register.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { fail, ok } from '../../preload/contract/result.ts'
import { must } from '../bench/office.ts'
import { certify, type Desk, openDesk, paper } from './desk.ts'

const UNREACHABLE = fail({ kind: 'unreachable', system: 'province' })
const from = '2026-01-01'

/** The register on a server: it may be away, and an answer may be lost on the way back. */
function openServer() {
  const state = { away: false, loseAnswer: false, asked: 0, next: 1 }
  const answers = new Map<string, readonly { book: string; first: number; last: number }[]>()
  const ask: AskNumbers = async ({ key, year, symbol, count }) => {
    state.asked += 1
    if (state.away) return UNREACHABLE
    const known = answers.get(key) ?? [
      { book: `01/${year}-${symbol}`, first: state.next, last: state.next + count - 1 },
    ]
    if (!answers.has(key)) state.next += count
    answers.set(key, known)
    if (!state.loseAnswer) return ok(known)
    state.loseAnswer = false
    return UNREACHABLE
  }
  return { state, ask, forget: () => Object.assign(state, { away: false, loseAnswer: false, asked: 0, next: 1 }) }
}

describe('numbers from a server', () => {
  const server = openServer()
  let at: Desk
  let other: Desk
  beforeAll(async () => {
    const books = [{ from, mode: 'server', apart: false }] as const
    at = await openDesk({ books, askNumbers: server.ask })
    other = await openDesk({ books, station: '04', askNumbers: server.ask })
  })
  afterAll(() => Promise.all([at.close(), other.close()]))
  const begin = () => {
    for (const one of [at, other]) {
      one.clear()
      one.clock = legalDate(2026, 11, 19, 9, 0)
    }
    server.forget()
  }
  const fetch = (desk: Desk, count: number) =>
    desk.counter.certifications.fetchNumbers(
      Array.from({ length: count }, () => paper()),
      desk.clock,
    )

  test('they are here before the PIN is asked for; looking again asks for no more than is missing', async () => {
    begin()
    expect(at.counter.certifications.plan([paper()], at.authority(), at.clock)).toMatchObject({ ok: false })
    must(await fetch(at, 3))
    must(await fetch(at, 3))
    must(await fetch(other, 2))
    expect(server.state).toMatchObject({ asked: 2, next: 6 })
    expect([certify(at, 3), certify(other, 2)]).toEqual([
      [1, 2, 3],
      [4, 5],
    ])
  })

  test('a server that does not answer: refused, and no number is taken', async () => {
    begin()
    server.state.away = true
    expect(await fetch(at, 3)).toEqual(UNREACHABLE)
    expect(at.rows()).toEqual([])
    server.state.away = false
    must(await fetch(at, 3))
    expect(server.state.next).toBe(4)
  })

  test('an answer that was lost is asked for again with the same key: no number falls between', async () => {
    begin()
    server.state.loseAnswer = true
    expect(await fetch(at, 2)).toEqual(UNREACHABLE)
    expect(server.state.next).toBe(3)
    must(await fetch(at, 2))
    expect(server.state.next).toBe(3)
    expect(certify(at, 2)).toEqual([1, 2])
  })

  test('the year is not closed while the server owes an answer: numbers it gave have rows here first', async () => {
    begin()
    server.state.loseAnswer = true
    expect(await fetch(at, 2)).toEqual(UNREACHABLE)
    const close = () =>
      at.counter.handlers.certification.closeYear({ year: 2026, series: '2026-SCT/BS' }, at.supervisor)
    at.clock = legalDate(2026, 12, 31, 17, 0)
    server.state.away = true
    expect(await close()).toEqual(UNREACHABLE)
    server.state.away = false
    must(await close())
    expect(at.rows().map(({ number, state }) => [number, state])).toEqual([
      [1, 'cancelled'],
      [2, 'cancelled'],
    ])
  })

  test('what was fetched and not used that day is written off the next: numbers go with the days', async () => {
    begin()
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

  test('an answer that contradicts what is written here is refused as a whole', async () => {
    begin()
    must(await fetch(at, 3))
    server.state.next = 2
    expect(await fetch(at, 6)).toEqual(fail({ kind: 'malformed', what: 'answer' }))
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
        begin()
        let day = 19
        for (const { what, who, count } of acts) {
          const desk = who ? at : other
          if (what === 'away' || what === 'back') server.state.away = what === 'away'
          if (what === 'lose') server.state.loseAnswer = true
          if (what === 'next day') for (const one of [at, other]) one.clock = legalDate(2026, 11, day + 1, 8, 0)
          if (what === 'next day') day += 1
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
        expect(numbers.length).toBe(server.state.next - 1)
        expect(gapsIn(numbers)).toEqual([])
        for (const one of [at, other]) expect(one.check()).toBeNull()
      }),
      { numRuns: 8, seed: 2026 },
    )
  })

  async function closeBoth(): Promise<void> {
    Object.assign(server.state, { away: false, loseAnswer: false })
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
