// Everything a server of numbers can do wrong, over a real line: the clerk reads what is the matter, no number is taken, none is
// lost; and when it behaves again the same question is put with the same key.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readUnit } from '../../main/operator/index.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { type Failure, fail, refuse } from '../../preload/contract/result.ts'
import { sentenceFor } from '../../renderer/words/index.ts'
import { type NumberServer, startNumberServer, type WrongNumbers } from '../bench/numbers/number-server.ts'
import { must, openNodeCounter } from '../bench/office.ts'
import type { Manner } from '../bench/trust/manners.ts'
import { certify, type Desk, openDesk, paper } from './desk.ts'

const UNREACHABLE: Failure = { kind: 'unreachable', system: 'numbers' }
const refused = (detail: string): Failure => ({ kind: 'refused', rule: 'numbers-refused', detail })
const wrong = (detail: string): Failure => ({ kind: 'refused', rule: 'numbers-wrong', detail })
const books = [{ from: '2026-01-01', mode: 'server', apart: false }] as const

describe('a server of numbers', () => {
  let server: NumberServer
  let at: Desk
  const log: string[] = []
  beforeAll(async () => {
    server = await startNumberServer()
    at = await openDesk({ books, numbers: { url: server.url, token: server.token } })
  })
  afterAll(() => Promise.all([at.close(), server.close()]))
  const begin = async (): Promise<void> => {
    at.clear()
    at.clock = legalDate(2026, 11, 19, 9, 0)
    await server.forget()
    server.day = '2026-11-19'
  }
  const fetch = (count: number) =>
    at.counter.certifications.fetchNumbers(
      Array.from({ length: count }, () => paper()),
      at.clock,
    )
  const source = async () => must(await at.counter.handlers.certification.numberSource({}, at.officer))
  const open = () =>
    at.raw((database) =>
      database.prepare('select count(*) from certification_ask where answered_at is null').pluck().get(),
    )

  test.each<[string, Manner<WrongNumbers>, Failure]>([
    ['nobody listens', { down: 'refused' }, UNREACHABLE],
    ['it says nothing', { down: 'silent' }, UNREACHABLE],
    ['it breaks the line', { down: 'reset' }, UNREACHABLE],
    ['the answer is lost after it gave the numbers', { wrong: 'cut' }, UNREACHABLE],
    ['the answer drips, byte after byte', { wrong: 'drip' }, UNREACHABLE],
    ['it is slower than anybody waits', { slowMs: 900 }, UNREACHABLE],
    ['it has a fault (500)', { down: 500 }, UNREACHABLE],
    ['it is being repaired (503)', { down: 503 }, UNREACHABLE],
    ['it wants to be left alone (429)', { limit: { perSecond: 0, retryAfter: 600 } }, UNREACHABLE],
    ['a log-in page redirects', { wrong: 'elsewhere' }, UNREACHABLE],
    ['it asks for a token (401)', { down: 401 }, refused('HTTP-401')],
    ['it forbids (403)', { wrong: 'forbidden' }, refused('HTTP-403')],
    ['the address is wrong (404)', { down: 404 }, refused('HTTP-404')],
    ['it has another question under this key (409)', { wrong: 'conflict' }, refused('HTTP-409')],
    ['it answers nothing, well (204)', { down: 204 }, refused('HTTP-204')],
    ['a log-in page with status 200', { wrong: 'portal' }, wrong('form')],
    ['bytes without meaning', { wrong: 'garbage' }, wrong('form')],
    ['an empty answer', { wrong: 'empty' }, wrong('form')],
    ['an enormous answer', { wrong: 'huge' }, wrong('form')],
    ['an answer without end', { wrong: 'endless' }, wrong('form')],
    ['the answer twice', { wrong: 'twice' }, wrong('form')],
    ['the answer as a web page', { wrong: 'as-html' }, wrong('form')],
    ['a field is missing', { wrong: 'no-runs' }, wrong('form')],
    ['numbers as text', { wrong: 'text-numbers' }, wrong('form')],
    ['a thousand runs', { wrong: 'thousand-runs' }, wrong('form')],
    ['the answer to another question', { wrong: 'other-key' }, wrong('key')],
    ['numbers of another year', { wrong: 'other-year' }, wrong('year')],
    ['numbers of another register', { wrong: 'other-symbol' }, wrong('symbol')],
    ['a book without a name', { wrong: 'no-volume' }, wrong('book')],
    ['a run that goes backwards', { wrong: 'backwards' }, wrong('range')],
    ['runs that meet', { wrong: 'meeting-runs' }, wrong('overlap')],
    ['numbers that are here already', { wrong: 'overlap' }, wrong('overlap')],
    ['more than was asked for', { wrong: 'too-many' }, wrong('count')],
  ])(
    '%s: it is said, nothing is taken, and later the same question gets its numbers',
    async (_what, manner, failure) => {
      await begin()
      must(await fetch(1))
      expect(certify(at)).toEqual([1])
      const before = at.rows()
      await server.behave(manner)
      expect(await fetch(3)).toEqual(fail(failure))
      expect(at.rows()).toEqual(before)
      expect([open(), server.strangers()]).toEqual([1, 0])
      expect(await source()).toMatchObject({
        host: new URL(server.url).host,
        openSince: at.clock.toISOString(),
        trouble: failure,
      })
      for (const language of ['vi', 'en'] as const)
        expect(sentenceFor(failure, language)).not.toMatch(/undefined|null|\(\)/)
      await server.behave()
      must(await fetch(3))
      expect(certify(at, 3)).toEqual([2, 3, 4])
      expect(server.next).toBe(5)
      const keys = server.heard.slice(1).map(({ key }) => key)
      expect(new Set(keys).size).toBe(1)
      expect(open()).toBe(0)
      expect(await source()).toMatchObject({ openSince: null, trouble: null, answeredAt: at.clock.toISOString() })
      expect(at.check()).toBeNull()
      // Questions that nobody waited for are still heard by a slow server; the next story is another one.
      await wait(manner.slowMs ?? 0)
    },
  )

  test.each<[string, Manner<WrongNumbers>]>([
    ['the line breaks once', { down: 'reset', times: 1 }],
    ['an answer is lost once', { wrong: 'cut', times: 1 }],
    ['it has one fault', { down: 502, times: 1 }],
    ['it is slow, but not too slow', { slowMs: 300 }],
  ])('%s: nobody notices', async (_what, manner) => {
    await begin()
    await server.behave(manner)
    must(await fetch(3))
    expect([certify(at, 3), server.next]).toEqual([[1, 2, 3], 4])
  })

  test('it gives fewer than were asked for: it is asked again for the rest, with another key', async () => {
    await begin()
    await server.behave({ wrong: 'too-few', times: 2 })
    must(await fetch(10))
    expect(server.heard.map(({ count }) => count)).toEqual([10, 5, 2])
    expect(certify(at, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  test('it has none left: that is an answer, and the clerk reads that the register is full', async () => {
    await begin()
    await server.behave({ wrong: 'none' })
    expect(await fetch(2)).toEqual(refuse('no-number-left', '2026-SCT/BS'))
    expect([open(), at.rows()]).toEqual([0, []])
  })

  test('what is asked says year, register, count, unit and key, and nothing of any person', async () => {
    await begin()
    must(await fetch(2))
    expect(server.heard).toEqual([{ key: expect.any(String), unit: 'H55.242', year: 2026, symbol: 'SCT/BS', count: 2 }])
  })

  test('the token leaves unit.json for the store; the next start has it from there', async () => {
    await begin()
    const file = join(at.folder, 'unit.json')
    expect(readFileSync(file, 'utf8')).not.toContain(server.token)
    const unit = readUnit(file)
    expect(unit?.numbers).toEqual({ url: server.url })
    if (unit === null) return
    const again = openNodeCounter({
      folder: at.folder,
      unit,
      now: () => at.clock,
      log: (event, facts) => void log.push(JSON.stringify({ event, ...facts })),
    })
    must(await again.certifications.fetchNumbers([paper()], at.clock))
    await again.close()
    expect(log).toEqual([JSON.stringify({ event: 'certification.note', line: 'numbers_grant:_200' })])
  })

  test('a program that ends does not wait for it', async () => {
    const desk = await openDesk({ books, numbers: { url: server.url, token: server.token } })
    await server.behave({ down: 'silent' })
    const asked = desk.counter.certifications.fetchNumbers([paper()], desk.clock)
    await desk.close()
    expect(await asked).toEqual(fail(UNREACHABLE))
  })
})

test('a unit that takes its numbers from a server and names none reads so in the queue, before anybody is asked for a PIN', async () => {
  const at = await openDesk({ books })
  const { certification } = at.counter.handlers
  expect(must(await certification.queue({}, at.officer)).blocked).toEqual([{ key: '2026-SCT/BS', why: 'no-server' }])
  const notSet = refuse('numbers-not-set', '2026-SCT/BS')
  expect(at.counter.certifications.hasNumbers([paper()], at.clock)).toEqual(notSet)
  expect(await at.counter.certifications.fetchNumbers([paper()], at.clock)).toEqual(notSet)
  expect(must(await certification.numberSource({}, at.officer))).toEqual({
    host: null,
    answeredAt: null,
    openSince: null,
    trouble: null,
  })
  await at.close()
})
