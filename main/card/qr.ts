// The QR text of the identity card, as a keyboard-wedge scanner types it (card of 2021; the first fields of the card of 2024).
// Tolerant where public practice is loose; every further field is kept raw; an unknown layout is said so, never repaired by guess.
import { ok, type Result, refuse } from '../../preload/contract/result.ts'
import { readDay } from './day.ts'
import type { QrIdentity, Sex } from './identity.ts'

export type { QrIdentity } from './identity.ts'

/** Characters of one field. */
const LONGEST = 1000
const OLD_NUMBER = /^(\d{9}|\d{12})$/

/** 12 digits; with 11, a spreadsheet on the way lost the leading zero. */
function readNumber(text: string): string | null {
  if (/^\d{12}$/.test(text)) return text
  return /^\d{11}$/.test(text) ? `0${text}` : null
}

/** `Nữ` may come damaged: any two or three signs that begin with N and are not `Nam`. */
function readSex(text: string): Sex | undefined {
  if (/^nam$/i.test(text)) return 'Nam'
  return /^n[^a-z0-9|]{1,3}$/iu.test(text) || /^nu$/i.test(text) ? 'Nữ' : undefined
}

const REPLACEMENT = '\uFFFD'

/**
 * A Vietnamese name is letters, blanks and few signs, and nearly always has a letter outside plain A–Z. A replacement sign,
 * a question mark or a digit in it, or no diacritic at all, means the scanner's keyboard layout did not fit.
 */
export function looksDamaged(name: string, ...others: readonly string[]): boolean {
  if ([name, ...others].some((text) => text.includes(REPLACEMENT))) return true
  const plainOnly = [...name.normalize('NFC')].every((letter) => letter < '\u0080')
  return plainOnly || /[^\p{L}\p{M} .'’-]/u.test(name)
}

/**
 * Fields parted by `|`: number, old number (may be empty or missing), name, birth, sex, address, day of issue (may be
 * missing), then anything. Needs number, name and birth; answers `refused qr-unknown` when they do not validate.
 */
export function readQr(text: string): Result<QrIdentity> {
  const fields = text
    .replace(/^\uFEFF/, '')
    .split('|')
    .map((field) =>
      field
        .normalize('NFC')
        .replace(/[\s\p{Cc}]+/gu, ' ')
        .trim(),
    )
  if (fields.length < 6 || fields.some((field) => field.length > LONGEST)) return refuse('qr-unknown')
  // Without the old number's place the name stands second: a name is neither empty nor a number.
  const second = fields[1] ?? ''
  const withOld = second === '' || OLD_NUMBER.test(second)
  const [name = '', birthText = '', sexText = '', address = '', issuedText, ...extra] = fields.slice(withOld ? 2 : 1)

  const number = readNumber(fields[0] ?? '')
  const birth = readDay(birthText)
  const issued = issuedText === undefined || issuedText === '' ? undefined : readDay(issuedText)
  if (!number || !birth || name.length < 2 || !/\p{L}/u.test(name)) return refuse('qr-unknown')

  const sex = readSex(sexText)
  // Days and sex in an unknown form are not dropped silently: they go where the unknown goes.
  const odd = [sex ? '' : sexText, issued === null ? (issuedText ?? '') : ''].filter(Boolean)
  return ok({
    number,
    name,
    birth,
    ...(sex ? { sex } : {}),
    ...(address ? { address } : {}),
    ...(issued ? { issued } : {}),
    ...(withOld && second ? { oldNumber: second } : {}),
    damaged: looksDamaged(name, sexText, address),
    extra: [...odd, ...extra.filter(Boolean)],
  })
}
