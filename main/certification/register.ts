// The register (sổ chứng thực): numbers from 01 to the end of the year without gap, one row a number. Pure decisions here.
// A station never makes up a number: it draws from stretches of numbers that are its own, were granted, or came from the server.
import type { BookRule } from '../../preload/contract/certification.ts'

/** Electronic certified copy, or a copy on paper signed by hand. */
export type Form = 'electronic' | 'paper'

/** Where a number was or will be written. */
export interface Taken {
  readonly book: string
  readonly number: number
}

/** Numbers this station may use: a book of its own (`last` open), a reserved block, or what the server answered. */
export interface Stretch {
  readonly book: string
  /** The first number nobody used yet. */
  readonly next: number
  /** The last one of the block; null: until the end of the year. */
  readonly last: number | null
}

export interface FreedRow extends Taken {
  readonly seq: number
  readonly takenDay: string
}

export interface NextNumber extends Taken {
  /** The row that was given back and is used again, or null: a new row. */
  readonly reuse: number | null
}

/**
 * NĐ 23/2015 Đ.13.2: consecutive from 01 to the end of the year. Numbers freed today (set aside before any signature) go
 * first, lowest first; one freed on an earlier day stays in the book as cancelled. Answers fewer when the stretches end.
 */
export function nextNumbers(
  freed: readonly FreedRow[],
  stretches: readonly Stretch[],
  today: string,
  count: number,
): readonly NextNumber[] {
  const found: NextNumber[] = freed
    .filter((row) => row.takenDay === today)
    .sort((one, other) => one.number - other.number)
    .slice(0, count)
    .map(({ book, number, seq }) => ({ book, number, reuse: seq }))
  for (const { book, next, last } of stretches)
    for (let number = next; found.length < count && (last === null || number <= last); number += 1)
      found.push({ book, number, reuse: null })
  return found
}

/** Numbers missing between 1 and the highest: must be empty, always. */
export function gapsIn(numbers: readonly number[]): readonly number[] {
  const known = new Set(numbers)
  return Array.from({ length: Math.max(0, ...numbers) }, (_, index) => index + 1).filter((number) => !known.has(number))
}

/** The setting in force on a legal day; a unit that says nothing has one book a station, for paper and electronic copies. */
export function ruleOn(rules: readonly BookRule[], day: string): BookRule {
  const now = rules.filter((rule) => rule.from <= day).sort((one, other) => other.from.localeCompare(one.from))
  return now[0] ?? { from: '2015-04-10', mode: 'station', apart: false }
}

/** Quyển số as it is printed: `03/2026-SCT/BS`. */
export const bookOf = (volume: string, year: number, symbol: string): string => `${volume}/${year}-${symbol}`

/** The books of one station and year: `03`, and when it goes on in another book `03.2`, `03.3` (Đ.13.2: the numbers go on). */
export const volumeOf = (station: string, nth: number): string => (nth === 1 ? station : `${station}.${nth}`)

/** What shares one run of numbers: a station's own books of a year, or the one register that several stations share. */
export const seriesOf = (rule: BookRule, station: string, year: number, symbol: string): string =>
  rule.mode === 'station' ? bookOf(station, year, symbol) : `${year}-${symbol}`

/** The parts of a printed book's name. */
export function partsOfBook(book: string): { readonly volume: string; readonly year: number; readonly symbol: string } {
  const [, volume = '', year = '', symbol = ''] = /^([^/]+)\/(\d{4})-(.+)$/.exec(book) ?? []
  return { volume, year: Number(year), symbol }
}

/** "từ số 01": two digits at least. */
export const numberText = (number: number): string => String(number).padStart(2, '0')
