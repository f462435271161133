// What a paper says of itself: its subject (trích yếu: V/v …, Về việc …), how long it is valid, and where.
// Answers only words that stand on the page, or the day until which it is valid. Pure.
import { findDate } from './extract-date.ts'
import { capitalsIn, type Found, like, type Piece, type Sheet, trimSigns, wordsIn } from './extract-pieces.ts'

const SUBJECT = /^(v\s*\/\s*v|v[e3] v[i1l]ec)[\s:.]/
const NOT_SUBJECT = /^(can cu|kinh gui|xet|theo|dieu|so\s*[:.]|chu tich|uy ban)/

/** The subject and the lines right below it in the same column, up to four in all. */
export function findSummary(sheets: readonly Sheet[]): Found | null {
  for (const sheet of sheets)
    for (const [index, piece] of sheet.pieces.entries()) {
      if (!SUBJECT.test(`${piece.folded} `) || piece.top > sheet.height * 0.5) continue
      const lines: Piece[] = [piece]
      for (const below of sheet.pieces.slice(index + 1)) {
        const last = lines.at(-1) ?? piece
        const shift = Math.min(
          Math.abs(below.left - piece.left),
          Math.abs(below.left + below.right - piece.left - piece.right) / 2,
        )
        const overlap = Math.min(below.right, piece.right) - Math.max(below.left, piece.left)
        if (overlap <= 0 || below.top <= last.top) continue
        const near = below.top - last.bottom < 0.9 * sheet.usual
        const isOther = NOT_SUBJECT.test(below.folded) || capitalsIn(below.text) > 0.6 || /:$/.test(below.text)
        if (!near || shift > sheet.width * 0.05 || isOther || /[.;]$/.test(last.text) || lines.length === 4) break
        lines.push(below)
      }
      const value = trimSigns(lines.map((line) => line.text).join(' ')).slice(0, 500)
      if (value.split(' ').length < 2) continue
      return { name: 'summary', value, page: sheet.page, words: lines.flatMap((line) => line.words), strength: 0.9 }
    }
  return null
}

const UNTIL = new RegExp(
  `(?:${like('(co gia tri|gia tri|co hieu luc|hieu luc|thoi han)')}[^.;]{0,40}?${like('(den het ngay|den ngay|den)')}\\s*[:;]?\\s*)`,
)
const FOR = new RegExp(
  `${like('(co gia tri|co hieu luc|thoi han)')}[^.;]{0,40}?(?=[0-9]{1,3}\\s*(?:\\([^)]*\\)\\s*)?${like('(thang|nam|ngay)')}\\b)`,
)

function validityIn(piece: Piece, page: number): Found | null {
  const until = UNTIL.exec(piece.folded)
  if (until !== null) {
    const start = until.index + until[0].length
    const date = findDate(piece.folded.slice(start, start + 40))
    if (date !== null && date.from < 8) {
      const words = wordsIn(piece, start + date.from, start + date.to)
      return { name: 'validity', value: date.iso, page, words, strength: 0.95 }
    }
  }
  const period = FOR.exec(piece.folded)
  if (period === null) return null
  const start = period.index + period[0].length
  const length = piece.text.slice(start).search(/[.;]|$/)
  const value = trimSigns(piece.text.slice(start, start + length))
  return { name: 'validity', value, page, words: wordsIn(piece, start, start + length), strength: 0.85 }
}

export function findValidity(sheets: readonly Sheet[]): Found | null {
  for (const { pieces, page } of sheets)
    for (const piece of pieces) {
      const found = validityIn(piece, page)
      if (found !== null) return found
    }
  return null
}

const WHERE = new RegExp(
  `${like('(pham vi (co )?hieu luc|pham vi su dung)')}\\s*[:;]\\s*|${like('(co gia tri|co hieu luc) (tren|trong) pham vi')}\\s+`,
)

export function findScope(sheets: readonly Sheet[]): Found | null {
  for (const { pieces, page } of sheets)
    for (const piece of pieces) {
      const match = WHERE.exec(piece.folded)
      if (match === null) continue
      const start = match.index + match[0].length
      const length = piece.text.slice(start).search(/[.;]|$/)
      const value = trimSigns(piece.text.slice(start, start + length)).slice(0, 500)
      if (value !== '')
        return { name: 'scope', value, page, words: wordsIn(piece, start, start + length), strength: 0.8 }
    }
  return null
}
