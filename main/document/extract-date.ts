// The day a paper was issued (ngày, tháng, năm cấp): the line of place and date first, then labelled dates.
// Never a day that is not in the calendar, never a birthday, never a day out of running prose. Pure.
import { digitsOf, type Found, like, type Piece, restAfter, type Sheet, wordsIn } from './extract-pieces.ts'

const TWO = '([0-9oil|q]{1,2})'
const FOUR = '([0-9oil|q]{4})'
const WRITTEN = `ng[aouđ]y\\s*${TWO}\\s*[,.]?\\s*th[aoud]ng\\s*${TWO}\\s*[,.]?\\s*n[aoeð]m\\s*${FOUR}`
const SLASHED = `${TWO}\\s*[/.-]\\s*${TWO}\\s*[/.-]\\s*${FOUR}`

export interface FoundDate {
  /** yyyy-mm-dd */
  readonly iso: string
  readonly from: number
  readonly to: number
}

/** A day that is in the calendar, from 1900 on; else null. */
export function isoDate(day: string, month: string, year: string): string | null {
  const [d, m, y] = [day, month, year].map((part) => Number(digitsOf(part)))
  if (d === undefined || m === undefined || y === undefined || !(y >= 1900 && y < 2100)) return null
  const date = new Date(Date.UTC(y, m - 1, d))
  const same = date.getUTCFullYear() === y && date.getUTCMonth() === m - 1 && date.getUTCDate() === d
  return same ? date.toISOString().slice(0, 10) : null
}

/** The first date in folded text, written out or with slashes; places count from the start of the text. */
export function findDate(folded: string): FoundDate | null {
  for (const pattern of [WRITTEN, `(?<![0-9])${SLASHED}(?![0-9])`]) {
    const match = new RegExp(pattern).exec(folded)
    const iso = match === null ? null : isoDate(match[1] ?? '', match[2] ?? '', match[3] ?? '')
    if (match !== null && iso !== null) return { iso, from: match.index, to: match.index + match[0].length }
  }
  return null
}

const NOT_ISSUED = new RegExp(like('(sinh|can cu|luat |nghi dinh|het han|co gia tri|den ngay|tu ngay|ke tu)'))
const LABELS: readonly (readonly [RegExp, number])[] = [
  [new RegExp(`^${like('ngay thang nam (dang ky|cap)')}`), 0.9],
  [new RegExp(`^${like('dang (ky )?lan dau')}`), 0.9],
  [new RegExp(`^${like('ngay (dang ky|ban hanh|ky)')}`), 0.85],
  [new RegExp(`^${like('(ngay cap|cap ngay)')}`), 0.6],
]

function labelled(piece: Piece, page: number): Found[] {
  for (const [label, strength] of LABELS) {
    const match = label.exec(piece.folded)
    const rest = match === null ? null : restAfter(piece, match[0].length)
    const date = rest === null ? null : findDate(rest.folded)
    if (rest === null || date === null) continue
    const words = wordsIn(rest.piece, rest.from + date.from, rest.from + date.to)
    return [{ name: 'issuedOn', value: date.iso, page, words, strength }]
  }
  return []
}

/** `Ví Dụ, ngày 05 tháng 3 năm 2024`, alone in its piece; without a place a little weaker. */
function placeAndDate(piece: Piece, page: number): Found[] {
  const match = new RegExp(WRITTEN).exec(piece.folded)
  if (match === null || NOT_ISSUED.test(piece.folded)) return []
  const before = piece.text.slice(0, match.index).trim()
  const after = piece.text.slice(match.index + match[0].length).replace(/[^\p{L}\p{N}]/gu, '')
  const iso = isoDate(match[1] ?? '', match[2] ?? '', match[3] ?? '')
  if (iso === null || after.length > 3 || before.split(' ').length > 6) return []
  const isPlace = /^\p{Lu}.*[,.]$/u.test(before)
  if (!isPlace && before.replace(/[^\p{L}\p{N}]/gu, '').length > 2) return []
  const words = wordsIn(piece, match.index, match.index + match[0].length)
  return [{ name: 'issuedOn', value: iso, page, words, strength: isPlace ? 0.97 : 0.8 }]
}

export function findIssuedOn(sheets: readonly Sheet[]): Found | null {
  const all = sheets.flatMap(({ pieces, page }) =>
    pieces.flatMap((piece) => [...placeAndDate(piece, page), ...labelled(piece, page)]),
  )
  return all.reduce<Found | null>((best, one) => (best === null || one.strength > best.strength ? one : best), null)
}
