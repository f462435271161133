// The 12-digit number (số định danh cá nhân), PPP G YY SSSSSS: what it says about place, sex and birth.
// There is no check digit, and lawful corrections exist: what does not fit is a warning, never a stop.
import type { Sex, Warning } from './identity.ts'

/** Places of birth registration: "0" and the statistics code of the 63 provinces before July 2025. Never the 34 of today. */
const PROVINCES: ReadonlySet<string> = new Set(
  (
    '001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 044 ' +
    '045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091 ' +
    '092 093 094 095 096'
  ).split(' '),
)

/** Codes from 100 up stand for foreign countries. */
const isPlace = (code: string) => PROVINCES.has(code) || Number(code) >= 100

/** What a number does not fit. `birth` begins with the year. A number that is not 12 digits fits nothing it can be held against. */
export function numberWarnings(number: string, birth: string, sex: Sex | undefined): readonly Warning[] {
  if (!/^\d{12}$/.test(number)) return ['number-province']
  const century = Number(number.charAt(3))
  const year = 1900 + 100 * Math.floor(century / 2) + Number(number.slice(4, 6))
  const woman = century % 2 === 1
  const warnings: Warning[] = []
  if (sex !== undefined && (sex === 'Nữ') !== woman) warnings.push('number-sex')
  if (century > 5 || Number(birth.slice(0, 4)) !== year) warnings.push('number-birth')
  if (!isPlace(number.slice(0, 3))) warnings.push('number-province')
  return warnings
}
