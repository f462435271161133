// When a dossier is due (hẹn trả): the same day, or the next working day when received after the cut-off. Pure.
import { formatLegal, legalDate, legalParts } from '../../preload/contract/legal-time.ts'
import { ok, type Result, refuse } from '../../preload/contract/result.ts'

export interface ClockTime {
  readonly hour: number
  readonly minute: number
}

export interface WorkingCalendar {
  /** Legal day yyyy-mm-dd → name of the holiday. */
  readonly holidays: Readonly<Record<string, string>>
  /** Years whose holidays are known; a due date in another year is refused, not guessed. */
  readonly years: readonly number[]
}

export interface Due {
  readonly at: Date
  readonly sameDay: boolean
  /** Phiếu hẹn with hour and date (TT 01/2020/TT-BTP Đ.2.1). */
  readonly slip: boolean
  /** Days that were skipped, newest last: `21/11/2026` or the holiday's name. */
  readonly skipped: readonly string[]
}

export const legalDay = (date: Date): string => {
  const { year, month, day } = legalParts(date)
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

const isWorking = (date: Date, calendar: WorkingCalendar): boolean => {
  const { weekday } = legalParts(date)
  return weekday !== 0 && weekday !== 6 && calendar.holidays[legalDay(date)] === undefined
}

/**
 * NĐ 23/2015 Đ.7: "ngay trong ngày … hoặc trong ngày làm việc tiếp theo, nếu tiếp nhận yêu cầu sau 15 giờ".
 * After means later than 15:00:00. Received on a day off counts as received on the next working day.
 */
export function dueFor(
  receivedAt: Date,
  cutoff: ClockTime,
  closesAt: ClockTime,
  calendar: WorkingCalendar,
): Result<Due> {
  const { year, month, day } = legalParts(receivedAt)
  const limit = legalDate(year, month, day, cutoff.hour, cutoff.minute, 0)
  const today = isWorking(receivedAt, calendar) && receivedAt.getTime() <= limit.getTime()
  const skipped: string[] = []
  for (let ahead = today ? 0 : 1; ahead < 40; ahead += 1) {
    const candidate = legalDate(year, month, day + ahead, closesAt.hour, closesAt.minute, 0)
    const candidateYear = legalParts(candidate).year
    if (!calendar.years.includes(candidateYear)) return refuse('rule-missing', `dossier.holidays ${candidateYear}`)
    if (isWorking(candidate, calendar)) return ok({ at: candidate, sameDay: ahead === 0, slip: ahead > 0, skipped })
    skipped.push(calendar.holidays[legalDay(candidate)] ?? formatLegal(candidate, 'dd/mm/yyyy'))
  }
  return refuse('rule-missing', 'dossier.holidays')
}
