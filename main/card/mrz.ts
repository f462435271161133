// The machine readable zone of an identity card (TD1, ICAO 9303-5 §4.2; check digits 9303-3 §4.9).
// Pure: reads what is there and says whether the check digits are right; a wrong digit is a doubt, not a refusal.
import { dayFrom } from './day.ts'
import { NEVER_EXPIRES, type Sex } from './identity.ts'

export interface Mrz {
  /** Nine characters, the key of the chip: the last nine digits of the number. */
  readonly documentNumber: string
  /** 12 digits. */
  readonly number: string
  /** Upper-case letters without diacritics; 30 characters at most, so perhaps cut. */
  readonly name: string
  readonly nameCut: boolean
  /** `yyyy-mm-dd`, or as much of it as is known. */
  readonly birth: string
  readonly sex?: Sex
  /** `yyyy-mm-dd` or `Không thời hạn`. */
  readonly expiry: string
  /** All five check digits are right, and the document number is the end of the number. */
  readonly checkDigits: boolean
}

/** Weights 7-3-1; digits as they are, A–Z 10–35, `<` 0. */
export function mrzCheckDigit(field: string): string {
  const weights = [7, 3, 1]
  const value = (letter: string) => (letter === '<' ? 0 : Number.parseInt(letter, 36))
  return String([...field].reduce((sum, letter, at) => sum + value(letter) * (weights[at % 3] ?? 0), 0) % 10)
}

const CENTURIES: Readonly<Record<string, number>> = { 0: 1900, 1: 1900, 2: 2000, 3: 2000, 4: 2100, 5: 2100 }

/** The year of a two-digit year: as the number says it (its fourth digit), else the last such year not after `today`. */
function birthYear(short: number, number: string, today: string): number {
  const century = CENTURIES[number.charAt(3)]
  if (century !== undefined && Number(number.slice(4, 6)) === short) return century + short
  const now = Number(today.slice(0, 4))
  return now - ((((now - short) % 100) + 100) % 100)
}

function readBirth(field: string, number: string, today: string): string | null {
  const parts = /^(\d\d)(\d\d|<<)(\d\d|<<)$/.exec(field)
  if (!parts) return null
  const year = birthYear(Number(parts[1]), number, today)
  if (parts[2] === '<<') return String(year)
  if (parts[3] === '<<') return dayFrom(year, Number(parts[2]), 1)?.slice(0, 7) ?? null
  return dayFrom(year, Number(parts[2]), Number(parts[3]))
}

/** Cards are valid until this century; `991231` is how a card says that it never expires. */
function readExpiry(field: string): string | null {
  if (field === '991231') return NEVER_EXPIRES
  const parts = /^(\d\d)(\d\d)(\d\d)$/.exec(field)
  return parts ? dayFrom(2000 + Number(parts[1]), Number(parts[2]), Number(parts[3])) : null
}

/**
 * Three lines of 30 characters, with or without line ends. `today` (yyyy-mm-dd) settles the century when the number does
 * not. Null when this is no TD1 zone of a Vietnamese card with a 12-digit number and real days.
 */
export function readMrz(text: string, today: string): Mrz | null {
  const zone = text.replace(/\r?\n/g, '')
  if (!/^[A-Z0-9<]{90}$/.test(zone)) return null
  const [one, two, three] = [zone.slice(0, 30), zone.slice(30, 60), zone.slice(60)]
  const number = one.slice(15, 27)
  if (!one.startsWith('I') || one.slice(2, 5) !== 'VNM' || !/^\d{12}$/.test(number)) return null

  const birth = readBirth(two.slice(0, 6), number, today)
  const expiry = readExpiry(two.slice(8, 14))
  const [family = '', given = ''] = three.replace(/<+$/, '').split('<<')
  const name = `${family} ${given}`.replace(/<+/g, ' ').trim()
  if (!birth || !expiry || name === '') return null

  const documentNumber = one.slice(5, 14)
  const digits: readonly (readonly [field: string, digit: string])[] = [
    [documentNumber, one.charAt(14)],
    [number, one.charAt(29)],
    [two.slice(0, 6), two.charAt(6)],
    [two.slice(8, 14), two.charAt(14)],
    [one.slice(5) + two.slice(0, 7) + two.slice(8, 15) + two.slice(18, 29), two.charAt(29)],
  ]
  const sex = two.charAt(7)
  return {
    documentNumber,
    number,
    name,
    nameCut: !three.endsWith('<'),
    birth,
    ...(sex === 'M' ? { sex: 'Nam' as const } : sex === 'F' ? { sex: 'Nữ' as const } : {}),
    expiry,
    checkDigits: digits.every(([field, digit]) => mrzCheckDigit(field) === digit) && number.endsWith(documentNumber),
  }
}
