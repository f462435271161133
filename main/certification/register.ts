// The register (sổ chứng thực): numbers from 01 to the end of the year without gap, one row a number. Pure decisions here.

export interface NumberedRow {
  readonly seq: number
  readonly number: number
  readonly takenDay: string
  readonly state: 'in-work' | 'freed' | 'certified' | 'cancelled'
}

export interface NextNumber {
  readonly number: number
  /** The freed row to use again, or null: a new row. */
  readonly reuse: number | null
}

/**
 * NĐ 23/2015 Đ.13.2: consecutive from 01 to the end of the year. A number freed today (set aside before any signature)
 * goes to the next document; one that was freed on an earlier day stays in the book as cancelled.
 */
export function nextNumber(rows: readonly NumberedRow[], today: string): NextNumber {
  const freed = rows.filter((row) => row.state === 'freed').sort((one, other) => one.number - other.number)
  const usable = freed.find((row) => row.takenDay === today)
  const highest = rows.reduce((most, row) => Math.max(most, row.number), 0)
  return usable === undefined ? { number: highest + 1, reuse: null } : { number: usable.number, reuse: usable.seq }
}

/** Numbers missing between 1 and the highest: must be empty, always. */
export function gapsIn(numbers: readonly number[]): readonly number[] {
  const known = new Set(numbers)
  return Array.from({ length: Math.max(0, ...numbers) }, (_, index) => index + 1).filter((number) => !known.has(number))
}

/** Quyển số: one electronic book a station and year, so that a counter without network never shares a number. */
export const bookOf = (station: string, year: number, symbol: string): string => `${station}/${year}-${symbol}`

/** "từ số 01": two digits at least. */
export const numberText = (number: number): string => String(number).padStart(2, '0')
