// Reads a ToUnicode CMap (ISO 32000-1 §9.10.3): which codes have a value, and whether the values are ones that ISO 19005-2
// allows. Knows bfchar and bfrange, nothing else of PostScript. Bytes may be hostile: work is paid from the file's budget.
import { type Budget, type Cursor, isArray, isString, isWord, type PdfValue, readToken, spend } from './pdf-objects.ts'

export interface UnicodeMap {
  /** A code of so many bytes has a value. */
  readonly has: (code: number, bytes: number) => boolean
  /** There is a value, and none is empty, 0, FEFF or FFFE. */
  readonly sound: boolean
}

export function readUnicodeMap(bytes: Uint8Array, budget: Budget): UnicodeMap {
  const cursor: Cursor = { bytes, at: 0, end: bytes.length, budget, notes: new Set() }
  // One mark for each code of one byte and of two.
  const marks = [new Uint8Array(256), new Uint8Array(65_536)] as const
  let [sound, found] = [true, false]
  let operands: PdfValue[] = []
  const take = (
    from: PdfValue | undefined,
    to: PdfValue | undefined,
    values: readonly (PdfValue | undefined)[],
  ): void => {
    const mark = isString(from) && isString(to) && from.length === to.length ? marks[from.length - 1] : undefined
    if (mark === undefined || !values.every(isAllowed)) {
      sound = false
      return
    }
    const [first, last] = [numberOf(from), numberOf(to)]
    spend(budget, 1 + (Math.max(0, last - first) >> 4))
    mark.fill(1, first, last + 1)
    found = true
  }
  for (let token = readToken(cursor, false); token !== undefined; token = readToken(cursor, false)) {
    if (!isWord(token)) {
      operands.push(token)
      continue
    }
    if (token.word === 'endbfchar')
      for (let at = 0; at + 1 < operands.length; at += 2) take(operands[at], operands[at], [operands[at + 1]])
    if (token.word === 'endbfrange')
      for (let at = 0; at + 2 < operands.length; at += 3) {
        const target = operands[at + 2]
        take(operands[at], operands[at + 1], isArray(target) ? target : [target])
      }
    operands = []
  }
  return { has: (code, length) => marks[length - 1]?.[code] === 1, sound: sound && found }
}

const numberOf = (text: PdfValue | undefined): number =>
  isString(text) ? text.reduce((sum, byte) => sum * 256 + byte, 0) : 0

/** UTF-16BE of at least one unit, without the values that mean nothing. */
function isAllowed(value: PdfValue | undefined): boolean {
  if (!isString(value) || value.length < 2 || value.length % 2 !== 0) return false
  for (let at = 0; at < value.length; at += 2) {
    const unit = (value[at] ?? 0) * 256 + (value[at + 1] ?? 0)
    if (unit === 0 || unit === 0xfeff || unit === 0xfffe) return false
  }
  return true
}
