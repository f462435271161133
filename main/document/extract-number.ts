// Number and symbol of a paper (số, ký hiệu): `Số: 1204/QĐ-UBND` at the top, a register number (số vào sổ), a serial (số hiệu).
// Never a person's number, a house number or a plot. Pure.
import { digitsOf, type Found, type Rest, restAfter, type Sheet, wordsIn } from './extract-pieces.ts'

const NUMBERING = '^(?:[0-9]{1,2}[.)]\\s*)?'
const LABELS: readonly (readonly [RegExp, number])[] = [
  [new RegExp(`${NUMBERING}s[o06]\\s*v[aou][oa]\\s*s[o06][^:;0-9]{0,40}[:;.]?`), 0.85],
  [new RegExp(`${NUMBERING}s[o06]\\s*h[i1l]e[uv]\\s*[:;.]?`), 0.7],
  [new RegExp(`${NUMBERING}s[o06]\\s*[:;.]`), 0.95],
  [new RegExp(`${NUMBERING}s[o06](?= [0-9oil|]+/)`), 0.8],
]

const TOKEN = /^[\p{Lu}\p{N}/.\-–&|l]+$/u

/** `1204/QĐ-UBND`, `41A8012345`, `CS 00045`: words that go on from one another; null without a digit. */
function readNumber(rest: Rest): { readonly value: string; readonly length: number } | null {
  let value = ''
  let length = 0
  for (const token of rest.text.split(' ')) {
    const bare = token.replace(/[.,;:]+$/, '')
    if (!TOKEN.test(bare)) break
    const goesOn = /[/\-–]$/.test(value) || /^[/\-–]/.test(bare)
    const isSeries = /^\p{Lu}{1,3}$/u.test(value) && /^[0-9OoIl|]{3,}$/.test(bare)
    if (value !== '' && !goesOn && !isSeries) break
    value += isSeries ? ` ${digitsOf(bare)}` : bare
    length += (length === 0 ? 0 : 1) + token.length
    if (bare !== token) break
  }
  // A part between strokes that looks like a number is one: l204 is 1204.
  const fixed = value
    .split('/')
    .map((part) => (/^[0-9OoIl|]*[0-9][0-9OoIl|]*$/.test(part) ? digitsOf(part) : part))
    .join('/')
  return /[0-9]/.test(fixed) && fixed.length <= 60 ? { value: fixed, length } : null
}

export function findNumber(sheets: readonly Sheet[]): Found | null {
  let best: Found | null = null
  for (const { pieces, page, width, height } of sheets)
    for (const piece of pieces) {
      const label = LABELS.find(([pattern]) => pattern.test(piece.folded))
      const match = label?.[0].exec(piece.folded)
      const rest = match == null ? null : restAfter(piece, match[0].length)
      const read = rest === null ? null : readNumber(rest)
      if (label === undefined || rest === null || read === null) continue
      const atTop = page === 1 && piece.top < height * 0.4 && (piece.left + piece.right) / 2 < width * 0.65
      const isPlain = label[1] >= 0.8 && label[1] !== 0.85
      const strength = isPlain && !atTop ? 0.5 : label[1]
      if (best !== null && best.strength >= strength) continue
      const words = wordsIn(rest.piece, rest.from, rest.from + read.length)
      best = { name: 'number', value: read.value, page, words, strength }
    }
  return best
}
