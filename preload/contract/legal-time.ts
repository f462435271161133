// Legal time of Vietnam (giờ pháp định): Asia/Ho_Chi_Minh, fixed +07:00, no daylight saving.
// Promises the same answer whatever zone, locale or time-zone data the machine has: pure arithmetic on UTC.
// Never reads a clock and never uses Intl or the local getters of Date.

const AHEAD_MS = 7 * 60 * 60 * 1000

/** A moment as a Vietnamese wall clock and calendar show it. `month` 1–12, `weekday` 0 = Sunday … 6 = Saturday. */
export interface LegalParts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly weekday: number
}

export type LegalFormat = 'dd/mm/yyyy' | 'hh:mm dd/mm/yyyy' | 'iso' | 'yyyyMMddHHmmss' | 'ngày … tháng … năm …'

export function legalParts(date: Date): LegalParts {
  const shifted = new Date(date.getTime() + AHEAD_MS)
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    weekday: shifted.getUTCDay(),
  }
}

/** The moment at which the legal clock shows these values. Values out of range run over, as in `Date.UTC`. */
export function legalDate(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): Date {
  const at = new Date(0)
  at.setUTCFullYear(year, month - 1, day)
  at.setUTCHours(hour, minute, second)
  return new Date(at.getTime() - AHEAD_MS)
}

const two = (value: number) => String(value).padStart(2, '0')
const four = (value: number) => String(value).padStart(4, '0')

/**
 * `iso` is `2026-11-21T10:30:05+07:00` (NĐ 30/2020 Annex I: ISO 8601 with the zone).
 * `ngày … tháng … năm …` writes days below 10 and months 1 and 2 with a leading zero, as NĐ 30/2020 Annex I asks.
 * Throws a RangeError for an invalid date.
 */
export function formatLegal(date: Date, format: LegalFormat): string {
  if (Number.isNaN(date.getTime())) throw new RangeError('invalid date')
  const { year, month, day, hour, minute, second } = legalParts(date)
  switch (format) {
    case 'dd/mm/yyyy':
      return `${two(day)}/${two(month)}/${four(year)}`
    case 'hh:mm dd/mm/yyyy':
      return `${two(hour)}:${two(minute)} ${two(day)}/${two(month)}/${four(year)}`
    case 'iso':
      return `${four(year)}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}+07:00`
    case 'yyyyMMddHHmmss':
      return `${four(year)}${two(month)}${two(day)}${two(hour)}${two(minute)}${two(second)}`
    case 'ngày … tháng … năm …':
      return `ngày ${two(day)} tháng ${month < 3 ? two(month) : month} năm ${four(year)}`
  }
}
