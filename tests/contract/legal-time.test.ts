// Legal time is the same on every machine, whatever zone the PC believes in.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatLegal, legalDate, legalParts } from '../../preload/contract/legal-time.ts'

test('half past ten on a Saturday in November, in all the ways it is printed', () => {
  const at = legalDate(2026, 11, 21, 10, 30, 5)
  expect(at.toISOString()).toBe('2026-11-21T03:30:05.000Z')
  expect(legalParts(at)).toEqual({ year: 2026, month: 11, day: 21, hour: 10, minute: 30, second: 5, weekday: 6 })
  expect(formatLegal(at, 'dd/mm/yyyy')).toBe('21/11/2026')
  expect(formatLegal(at, 'hh:mm dd/mm/yyyy')).toBe('10:30 21/11/2026')
  expect(formatLegal(at, 'iso')).toBe('2026-11-21T10:30:05+07:00')
  expect(formatLegal(at, 'yyyyMMddHHmmss')).toBe('20261121103005')
  expect(formatLegal(at, 'ngày … tháng … năm …')).toBe('ngày 21 tháng 11 năm 2026')
})

test('days below ten and the months January and February are written with a zero, the others not', () => {
  expect(formatLegal(legalDate(2027, 2, 5), 'ngày … tháng … năm …')).toBe('ngày 05 tháng 02 năm 2027')
  expect(formatLegal(legalDate(2027, 3, 10), 'ngày … tháng … năm …')).toBe('ngày 10 tháng 3 năm 2027')
})

test('an evening in London is already the next day, month and year in Hà Nội', () => {
  const at = new Date('2026-12-31T17:00:00Z')
  expect(formatLegal(at, 'hh:mm dd/mm/yyyy')).toBe('00:00 01/01/2027')
  expect(legalParts(at).weekday).toBe(5)
})

test('the clock read from a moment leads back to the same moment', () => {
  const earliest = new Date('1900-01-01T00:00:00Z')
  const latest = new Date('2199-12-31T00:00:00Z')
  fc.assert(
    fc.property(fc.date({ min: earliest, max: latest, noInvalidDate: true }), (date) => {
      const whole = new Date(Math.floor(date.getTime() / 1000) * 1000)
      const p = legalParts(whole)
      expect(legalDate(p.year, p.month, p.day, p.hour, p.minute, p.second).getTime()).toBe(whole.getTime())
      expect(new Date(formatLegal(whole, 'iso')).getTime()).toBe(whole.getTime())
    }),
  )
})

test('the answer does not depend on the zone of the PC', () => {
  const at = new Date('2026-03-29T01:30:00Z')
  const before = process.env.TZ
  const seen = ['UTC', 'Asia/Ho_Chi_Minh', 'America/New_York', 'Europe/Berlin'].map((zone) => {
    process.env.TZ = zone
    return formatLegal(at, 'iso') + legalDate(2026, 3, 29, 2, 30).getTime()
  })
  if (before === undefined) delete process.env.TZ
  else process.env.TZ = before
  expect(new Set(seen).size).toBe(1)
})

test('an impossible date is a programming error and says so', () => {
  expect(() => formatLegal(new Date(Number.NaN), 'iso')).toThrow(RangeError)
})
