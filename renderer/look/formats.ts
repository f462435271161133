// Dates, times, money and numbers as they are written in Viet Nam, in legal time (+07:00) whatever the computer's zone is.
import type { Words } from '../words/index.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
})

function split(at: Date): { readonly day: string; readonly time: string } {
  const found = new Map(parts.formatToParts(at).map((part) => [part.type, part.value]))
  const get = (name: Intl.DateTimeFormatPartTypes) => found.get(name) ?? ''
  return {
    day: `${get('day')}/${get('month')}/${get('year')}`,
    time: `${get('hour').replace('24', '00')}:${get('minute')}`,
  }
}

/** `hh:mm` in legal time. */
export const timeOf = (instant: string | Date): string => split(new Date(instant)).time
/** `dd/mm/yyyy` in legal time. */
export const dateOf = (instant: string | Date): string => split(new Date(instant)).day
/** `hh:mm · dd/mm/yyyy`; today only `hh:mm`. */
export function momentOf(instant: string, now: Date = new Date()): string {
  const { day, time } = split(new Date(instant))
  return day === split(now).day ? time : `${time} · ${day}`
}
/** A calendar day `yyyy-mm-dd` as `dd/mm/yyyy`; anything else is shown as it is. */
export const showDay = (day: string): string => day.replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$3/$2/$1')
/** The legal year now. */
export const legalYear = (now: Date = new Date()): number => Number(dateOf(now).slice(6))
export const legalMonth = (now: Date = new Date()): number => Number(dateOf(now).slice(3, 5))

/** Eight typed digits ddmmyyyy as `yyyy-mm-dd`; null when there is no such day. */
export function dayFromDigits(typed: string): string | null {
  const found = /^(\d\d)(\d\d)(\d{4})$/.exec(typed.replace(/[^\d]/g, ''))
  if (found === null) return null
  const [, day, month, year] = found
  const iso = `${year}-${month}-${day}`
  const date = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso) && Number(year) >= 1900 ? iso : null
}
export const digitsFromDay = (day: string): string => day.replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$3$2$1')

/** `8.000 đ`; number and unit stay on one line. */
export const money = (dong: number): string => `${String(dong).replace(/\B(?=(\d{3})+$)/g, '.')}\u00a0đ`
/** `0,4 MB`, on one line. */
export const size = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1).replace('.', ',')}\u00a0MB`
/** A long id of another system, for the eye: its beginning and its end. */
export const shortId = (id: string): string => (id.length <= 16 ? id : `${id.slice(0, 8)}…${id.slice(-5)}`)
/** `001 190 ••• 456`: nine of twelve digits stay readable, three hidden. */
export const masked = (number: string): string =>
  number.length === 12 ? `${number.slice(0, 3)} ${number.slice(3, 6)} ••• ${number.slice(9)}` : number
export const spaced = (number: string): string =>
  /^\d{12}$/.test(number) ? number.replace(/(\d{3})(?=\d)/g, '$1 ') : number
/** `7F3A-91C2` */
export const listCode = (code: string): string => code.toUpperCase().replace(/^(.{4})(.{4})$/, '$1-$2')

/** How long the clock differs, in words. */
export function skewWords(seconds: number, words: Words): string {
  const size = Math.abs(seconds)
  return size < 120 ? words.foot.seconds(size) : words.foot.minutes(Math.round(size / 60))
}
