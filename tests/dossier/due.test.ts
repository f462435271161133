// When a dossier is due: the cut-off of 15:00 to the second, weekends, holidays, years nobody has published yet.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dueFor, legalDay, type WorkingCalendar } from '../../main/dossier/due.ts'
import { formatLegal, legalDate, legalParts } from '../../preload/contract/legal-time.ts'

const CUTOFF = { hour: 15, minute: 0 }
const CLOSES = { hour: 17, minute: 0 }
const CALENDAR: WorkingCalendar = {
  years: [2026, 2027],
  holidays: {
    '2026-02-16': 'Tết Nguyên đán',
    '2026-02-17': 'Tết Nguyên đán',
    '2026-02-18': 'Tết Nguyên đán',
    '2026-02-19': 'Tết Nguyên đán',
    '2026-02-20': 'Tết Nguyên đán',
    '2026-11-24': 'Ngày Văn hóa Việt Nam',
    '2027-01-01': 'Tết Dương lịch',
  },
}

/** The due time as it stands on the slip. */
function due(year: number, month: number, day: number, hour: number, minute: number, second = 0) {
  const found = dueFor(legalDate(year, month, day, hour, minute, second), CUTOFF, CLOSES, CALENDAR)
  return found.ok
    ? { ...found.value, at: formatLegal(found.value.at, 'hh:mm dd/mm/yyyy') }
    : { refused: found.failure.kind === 'refused' ? [found.failure.rule, found.failure.detail] : found.failure }
}
const today = (day: string) => ({ at: `17:00 ${day}`, sameDay: true, slip: false, skipped: [] })
const later = (day: string, ...skipped: string[]) => ({ at: `17:00 ${day}`, sameDay: false, slip: true, skipped })

test('what comes at 14:59 on a working day is due the same day and needs no slip (T1)', () => {
  expect(due(2026, 11, 19, 14, 59)).toEqual(today('19/11/2026'))
  expect(due(2026, 11, 19, 14, 59, 59)).toEqual(today('19/11/2026'))
  expect(due(2026, 11, 19, 7, 30)).toEqual(today('19/11/2026'))
})

test('15:00 sharp is still today; one second later is the next working day, with a slip (T2)', () => {
  expect(due(2026, 11, 19, 15, 0, 0)).toEqual(today('19/11/2026'))
  expect(due(2026, 11, 19, 15, 0, 1)).toEqual(later('20/11/2026'))
  expect(due(2026, 11, 19, 15, 1)).toEqual(later('20/11/2026'))
})

test('received at 15:30 on the Friday before Tết is due on the first working day after it (T3)', () => {
  expect(due(2026, 2, 13, 15, 30)).toEqual(
    later(
      '23/02/2026',
      '14/02/2026',
      '15/02/2026',
      ...Array<string>(5).fill('Tết Nguyên đán'),
      '21/02/2026',
      '22/02/2026',
    ),
  )
})

test('24 November 2026 is a holiday: nothing is due on it, and what comes on it counts for the next day (T21)', () => {
  expect(due(2026, 11, 23, 15, 30)).toEqual(later('25/11/2026', 'Ngày Văn hóa Việt Nam'))
  expect(due(2026, 11, 24, 9, 0)).toEqual(later('25/11/2026'))
})

test('on a weekend the clock waits for Monday, whatever the hour', () => {
  expect(due(2026, 11, 21, 9, 0)).toEqual(later('23/11/2026', '22/11/2026'))
  expect(due(2026, 11, 22, 16, 0)).toEqual(later('23/11/2026'))
  expect(due(2026, 11, 20, 15, 30)).toEqual(later('23/11/2026', '21/11/2026', '22/11/2026'))
})

test('the last working day of the year points over the holiday into the next year', () => {
  expect(due(2026, 12, 31, 15, 30)).toEqual(later('04/01/2027', 'Tết Dương lịch', '02/01/2027', '03/01/2027'))
})

test('a year whose holidays nobody has published is refused by name, not guessed', () => {
  expect(due(2027, 12, 31, 15, 30)).toEqual({ refused: ['rule-missing', 'dossier.holidays 2028'] })
  expect(due(2028, 3, 6, 9, 0)).toEqual({ refused: ['rule-missing', 'dossier.holidays 2028'] })
  expect(due(2027, 12, 31, 14, 30)).toEqual(today('31/12/2027'))
})

test('a calendar of nothing but holidays is refused instead of searched for ever', () => {
  const days = Array.from({ length: 366 }, (_, index) => legalDay(legalDate(2026, 1, 1 + index)))
  const closed = { years: [2026], holidays: Object.fromEntries(days.map((day) => [day, 'nghỉ'])) }
  const found = dueFor(legalDate(2026, 3, 2, 9, 0), CUTOFF, CLOSES, closed)
  expect(found).toEqual({ ok: false, failure: { kind: 'refused', rule: 'rule-missing', detail: 'dossier.holidays' } })
})

test('whenever it comes: due on a working day, not before it came in, and nothing workable was skipped', () => {
  const from = legalDate(2026, 1, 1).getTime()
  const to = legalDate(2027, 12, 30).getTime()
  const isFree = (date: Date) => {
    const { weekday } = legalParts(date)
    return weekday === 0 || weekday === 6 || CALENDAR.holidays[legalDay(date)] !== undefined
  }
  fc.assert(
    fc.property(fc.integer({ min: from, max: to }), (at) => {
      const received = new Date(at)
      const found = dueFor(received, CUTOFF, CLOSES, CALENDAR)
      if (!found.ok) return legalParts(received).year === 2027 && legalParts(received).month === 12
      const value = found.value
      expect(isFree(value.at)).toBe(false)
      expect(legalDay(value.at) >= legalDay(received)).toBe(true)
      expect(value.sameDay).toBe(legalDay(value.at) === legalDay(received))
      expect(value.slip).toBe(!value.sameDay)
      const { year, month, day } = legalParts(received)
      const between = Array.from({ length: 40 }, (_, index) => legalDate(year, month, day + 1 + index))
        .filter((date) => legalDay(date) < legalDay(value.at))
        .map(isFree)
      expect(between).toEqual(between.map(() => true))
      expect(value.skipped).toHaveLength(between.length)
      return true
    }),
    { numRuns: 500 },
  )
})

test('a machine that thinks it is in New York or in Kiribati gives the same due times', () => {
  const due = fileURLToPath(new URL('../../main/dossier/due.ts', import.meta.url))
  const script = `
    const { dueFor, legalDay } = await import(${JSON.stringify(`file://${due}`)})
    const calendar = ${JSON.stringify(CALENDAR)}
    const moments = ['2026-11-19T07:59:00Z', '2026-11-19T08:00:00Z', '2026-11-19T08:00:01Z', '2026-11-23T17:30:00Z', '2026-02-13T08:30:00Z', '2026-12-31T16:59:59Z', '2026-03-08T18:00:00Z']
    const answers = moments.map((at) => { const found = dueFor(new Date(at), { hour: 15, minute: 0 }, { hour: 17, minute: 0 }, calendar); return [legalDay(new Date(at)), found.ok ? found.value.at.toISOString() : found.failure] })
    console.log(JSON.stringify([new Date('2026-11-19T12:00:00Z').getHours(), answers]))`
  const run = (zone: string): [number, unknown] => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TZ: zone },
      encoding: 'utf8',
    })
    return JSON.parse(stdout === '' ? `"${stderr}"` : stdout) as [number, unknown]
  }
  const [newYorkHour, newYork] = run('America/New_York')
  const [kiribatiHour, kiribati] = run('Pacific/Kiritimati')
  expect([newYorkHour, kiribatiHour]).toEqual([7, 2])
  expect(newYork).toEqual([
    ['2026-11-19', '2026-11-19T10:00:00.000Z'],
    ['2026-11-19', '2026-11-19T10:00:00.000Z'],
    ['2026-11-19', '2026-11-20T10:00:00.000Z'],
    ['2026-11-24', '2026-11-25T10:00:00.000Z'],
    ['2026-02-13', '2026-02-23T10:00:00.000Z'],
    ['2026-12-31', '2027-01-04T10:00:00.000Z'],
    ['2026-03-09', '2026-03-09T10:00:00.000Z'],
  ])
  expect(kiribati).toEqual(newYork)
})
