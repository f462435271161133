// Days as cards write them, brought to one form: yyyy-mm-dd (or yyyy-mm, yyyy where a record knows no more).
// Pure; refuses days that no calendar has. Never reads a clock.

const two = (value: number) => String(value).padStart(2, '0')

/** Days of the month, month 1–12, in the Gregorian calendar. */
function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** `yyyy-mm-dd`; null when there is no such day between 1850 and 2199. */
export function dayFrom(year: number, month: number, day: number): string | null {
  const real = year >= 1850 && year <= 2199 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
  return real ? `${year}-${two(month)}-${two(day)}` : null
}

/**
 * `dd/mm/yyyy`, `ddmmyyyy`, also with dots, dashes or blanks, and `d/m/yyyy`; `mm/yyyy` and `yyyy` stay as exact as they are
 * (also written with zeros: `00/00/1950`). Null for anything else.
 */
export function readDay(text: string): string | null {
  const clean = text.trim()
  const parts = /^(\d{2})(\d{2})(\d{4})$/.exec(clean) ?? /^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})$/.exec(clean)
  if (parts) {
    const [day, month, year] = parts.slice(1).map(Number)
    if (day === undefined || month === undefined || year === undefined) return null
    if (day === 0) return partDay(year, month)
    return dayFrom(year, month, day)
  }
  const month = /^(\d{1,2})[/.\- ](\d{4})$/.exec(clean)
  if (month) return partDay(Number(month[2]), Number(month[1]))
  return /^\d{4}$/.test(clean) ? partDay(Number(clean), 0) : null
}

function partDay(year: number, month: number): string | null {
  if (dayFrom(year, month === 0 ? 1 : month, 1) === null) return null
  return month === 0 ? String(year) : `${year}-${two(month)}`
}
