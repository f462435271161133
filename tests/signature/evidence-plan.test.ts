// What is done next for evidence, decided without a clock or a network: limits are kept, services take turns, nothing waits for ever.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { patienceOf } from '../../main/signature/evidence/fetch-bounded.ts'
import {
  chooseService,
  copyWait,
  decide,
  freeAt,
  mayHeal,
  PATIENCE,
  quietAt,
  type ServiceState,
  servicesFreeAt,
  serviceWait,
} from '../../main/signature/evidence/plan.ts'

const NOW = Date.UTC(2026, 10, 22, 3)
const MINUTE = 60_000
const DAY = 86_400_000
const service = (name: string, more: Partial<ServiceState> = {}): ServiceState => ({
  name,
  perMinute: null,
  tries: 0,
  notBefore: 0,
  recent: [],
  inFlight: 0,
  known: true,
  ...more,
})

describe('services', () => {
  test('the first of the unit is asked; one that failed comes last; one that waits is left alone', () => {
    const [one, other] = [service('một'), service('hai')]
    const pick = (...all: ServiceState[]) => chooseService(all, NOW)?.name ?? null
    expect(pick(one, other)).toBe('một')
    expect(pick(service('một', { tries: 1, notBefore: NOW }), other)).toBe('hai')
    expect(pick(service('một', { notBefore: NOW + 1 }), other)).toBe('hai')
    expect(pick(service('một', { notBefore: NOW + 1 }))).toBeNull()
    expect(pick()).toBeNull()
  })

  test('a limit of two a minute lets the third wait for the first to be a minute old, and the other service help', () => {
    const full = service('một', { perMinute: 2, recent: [NOW - 50_000, NOW - 10_000] })
    expect(freeAt(full, NOW)).toBe(NOW + 10_000)
    expect(chooseService([full, service('hai')], NOW)?.name).toBe('hai')
    expect(servicesFreeAt([full], NOW)).toBe(NOW + 10_000)
    expect(freeAt({ ...full, recent: [NOW - 61_000, NOW - 10_000] }, NOW)).toBe(NOW)
  })

  test('a service that failed is tried by one copy, not by sixteen', () => {
    const failed = service('một', { tries: 1, notBefore: NOW - 1 })
    expect(chooseService([failed], NOW)?.name).toBe('một')
    expect(chooseService([{ ...failed, inFlight: 1 }], NOW)).toBeNull()
    expect(servicesFreeAt([{ ...failed, inFlight: 1 }], NOW)).toBeNull()
    expect(chooseService([service('một', { known: false, inFlight: 1 }), service('hai')], NOW)).toBeNull()
  })

  test('whatever was asked when: no minute ever holds more questions than the limit', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), steps, (perMinute, pauses) => {
        const asked: number[] = []
        let now = NOW
        for (const pause of pauses) {
          now += pause
          if (chooseService([service('một', { perMinute, recent: asked })], now) !== null) asked.push(now)
        }
        return asked.every((from) => asked.filter((at) => at >= from && at < from + MINUTE).length <= perMinute)
      }),
    )
  })

  test('waits grow to five minutes; a longer one that the service asks for is kept', () => {
    expect([1, 2, 3, 7, 50].map((tries) => serviceWait(tries, undefined))).toEqual(
      [5, 10, 20, 300, 300].map((s) => s * 1000),
    )
    expect([serviceWait(1, 120_000), serviceWait(1, 2_000), serviceWait(9, 0)]).toEqual([120_000, 2_000, 60_000])
    expect([1, 2, 6, 99].map(copyWait)).toEqual([1, 2, 30, 30].map((minutes) => minutes * MINUTE))
    const now = new Date(NOW)
    expect(
      ['5', ' 7 ', new Date(NOW + 9000).toUTCString(), '-3', 'mai', null].map((text) => patienceOf(text, now)),
    ).toEqual([5000, 7000, 9000, 0, null, null])
    expect(patienceOf('999999999', now)).toBe(3_600_000)
  })
})

describe('a copy', () => {
  const fine = { complete: true, trouble: null, revoked: false }
  const times = { now: NOW, filedAt: NOW - MINUTE, validTo: NOW + 300 * DAY }

  test('with all proofs is B-LT, with nobody to ask B-T', () => {
    expect(decide([fine, fine], times)).toEqual({ is: 'stamp', level: 'B-LT' })
    expect(decide([fine, { ...fine, complete: false }], times)).toEqual({ is: 'stamp', level: 'B-T' })
  })

  test('waits six hours for its issuer, then takes the time alone; sooner when its certificate ends', () => {
    const away = [fine, { complete: false, trouble: 'unreachable' as const, revoked: false }]
    expect(decide(away, times)).toEqual({ is: 'later', trouble: 'unreachable' })
    expect(decide(away, { ...times, filedAt: NOW - PATIENCE })).toEqual({ is: 'stamp', level: 'B-T' })
    expect(decide(away, { ...times, validTo: NOW + PATIENCE })).toEqual({ is: 'stamp', level: 'B-T' })
  })

  test('of a revoked, ended or unknown certificate is for a person', () => {
    expect(decide([fine, { ...fine, revoked: true }], times)).toEqual({ is: 'refuse', trouble: 'revoked' })
    expect(decide([fine], { ...times, validTo: NOW - 1 })).toEqual({ is: 'refuse', trouble: 'certificate-expired' })
    const unknown = [{ complete: false, trouble: 'status-unknown' as const, revoked: false }]
    expect(decide(unknown, times)).toEqual({ is: 'later', trouble: 'status-unknown' })
    expect(decide(unknown, { ...times, filedAt: NOW - PATIENCE })).toEqual({ is: 'refuse', trouble: 'status-unknown' })
  })

  test('a damaged file is not tried again, our own bug eight times, an issuer for ever', () => {
    expect([mayHeal('file', 1), mayHeal('failed', 7), mayHeal('failed', 8), mayHeal('unreachable', 999)]).toEqual([
      false,
      true,
      false,
      true,
    ])
  })

  test('while copies are still being filed nothing begins, but a quarter of an hour is enough', () => {
    expect(quietAt(NOW, NOW - MINUTE)).toBe(NOW + 5_000)
    expect(quietAt(NOW, NOW - 15 * MINUTE)).toBe(NOW)
  })
})
