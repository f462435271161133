// Whose paper it is: the name (họ, chữ đệm, tên) and the number of the person (số định danh, 12 digits, or 9 of the old card).
// Never father, mother or who asked; a number that cannot be one is left out. Pure.
import {
  capitalsIn,
  digitsOf,
  type Found,
  fold,
  like,
  type Piece,
  type Rest,
  restAfter,
  type Sheet,
  wordsIn,
} from './extract-pieces.ts'

const NUMBERING = '^(?:[0-9ivx]{1,4}[.)]\\s*)?'
const NAME_LABEL = new RegExp(`${NUMBERING}${like('(ho (chu dem )?(va )?ten|ho va ten|ten day du)')}`)
/** After the label up to the colon: whose name it is. */
const SOMEBODY_ELSE = /\b(cha|cho|me|yeu cau|khai$|di dang ky|nguoi ky|nguoi thuc hien|giam ho|dai dien)\b/
const OTHER_LABELS: readonly (readonly [RegExp, number])[] = [
  [new RegExp(`${NUMBERING}${like('(cap cho|chung nhan|cho)')}\\s*[:;]?\\s+(?=${like('(ong|ba|anh|chi)')}|\\S)`), 0.8],
  [new RegExp(`${NUMBERING}(?:[o0]ng|b[ao]|[o0]ng\\s*[/(]\\s*b[ao]\\)?)\\s*[:;]`), 0.85],
  [/\b(?:[o0]ng\s*[/(]\s*b[ao]\)?)\s*[:;]?\s/, 0.75],
  [/\b(?:cho|cho phep|cua|cong nhan|bo nhiem|xac nhan)\s+(?:[o0]ng|b[ao])\s/, 0.6],
]
const MISTER = /^(?:[o0]ng\s*[/(]\s*b[ao]\)?|[o0]ng|b[ao])\s*[:;]?\s+/
/** Two words that begin the next label, when it was read in one with the name. */
const NEXT_LABEL =
  /^(nam sinh|gioi tinh|sinh nam|sinh ngay|ngay sinh|dan toc|quoc tich|so dinh|so cccd|ngay thang|que quan)/

/** Two to seven words written like a name, from the start of the rest. */
function readName(rest: Rest): { readonly value: string; readonly length: number } | null {
  const names: string[] = []
  const tokens = rest.text.split(' ')
  let length = 0
  for (const [index, token] of tokens.entries()) {
    const bare = token.replace(/[.,;:…·_-]+$/, '')
    if (!/^\p{Lu}[\p{L}'’]*$/u.test(bare) || NEXT_LABEL.test(fold(tokens.slice(index, index + 2).join(' ')))) break
    const [first] = names
    if (first !== undefined && first.length > 1 && capitalsIn(first) === 1 && capitalsIn(bare) < 1) break
    // THỊ and VĂN are often read in one with the name that follows.
    names.push(bare.replace(/^(THỊ|VĂN)(?=\p{Lu}{2})/u, '$1 '))
    length += (index === 0 ? 0 : 1) + token.length
    if (bare !== token || names.length === 7) break
  }
  return names.length >= 2 ? { value: names.join(' '), length } : null
}

function nameAt(piece: Piece, from: number, page: number, strength: number): Found | null {
  const first = restAfter(piece, from)
  const mister = first === null ? null : MISTER.exec(first.folded)
  const rest = first === null || mister === null ? first : restAfter(first.piece, first.from + mister[0].length)
  const name = rest === null ? null : readName(rest)
  if (rest === null || name === null) return null
  return {
    name: 'owner',
    value: name.value,
    page,
    words: wordsIn(rest.piece, rest.from, rest.from + name.length),
    strength,
  }
}

function ownerIn(piece: Piece, page: number): Found | null {
  const label = NAME_LABEL.exec(piece.folded)
  if (label !== null) {
    const colon = piece.folded.slice(label[0].length).search(/[:;]/)
    const whose = colon < 0 ? '' : piece.folded.slice(label[0].length, label[0].length + colon)
    if (SOMEBODY_ELSE.test(whose)) return null
    if (colon < 0) return nameAt(piece, label[0].length, page, 0.7)
    return nameAt(piece, label[0].length + colon + 1, page, 0.95)
  }
  for (const [pattern, strength] of OTHER_LABELS) {
    const match = pattern.exec(piece.folded)
    const name = match === null ? null : nameAt(piece, match.index + match[0].length, page, strength)
    if (name !== null) return name
  }
  return null
}

const ID_LABEL = new RegExp(
  `(${like('so dinh danh')}|\\bs[o06]\\s*(the\\s*)?(cccd|cmnd|can cuoc|giay to|ho chieu)|${like('can cuoc')}|cmnd|cccd|${like('chung minh nhan dan')}|${like('giay to tuy than')}|${like('ma dinh danh')})`,
)
/** Places 001 to 096 or a country from 100 on; sex and century 0 to 5; year of birth; six digits. */
const isPersonNumber = (digits: string): boolean => /^(0(0[1-9]|[1-8]\d|9[0-6])|[1-9]\d\d)[0-5]\d{8}$/.test(digits)

/** The first run of 12 (or, with a label, 9) digits, alone or in groups. */
function readPersonNumber(
  text: string,
  nineToo: boolean,
): { readonly value: string; readonly from: number; readonly to: number } | null {
  for (const match of text.matchAll(/[0-9OoQlI|](?:[ .]?[0-9OoQlI|]){8,13}/g)) {
    const before = text.charAt(match.index - 1)
    const after = text.charAt(match.index + match[0].length)
    if (/[\p{L}\p{N}/-]/u.test(before) || /[\p{L}\p{N}/]/u.test(after)) continue
    const digits = digitsOf(match[0].replace(/[ .]/g, ''))
    const sure = (match[0].match(/[0-9]/g)?.length ?? 0) >= digits.length - 3
    const fits = isPersonNumber(digits) || (nineToo && /^\d{9}$/.test(digits))
    if (sure && fits) return { value: digits, from: match.index, to: match.index + match[0].length }
  }
  return null
}

function idIn(piece: Piece, page: number, findBelow: () => Piece | undefined): Found | null {
  const label = ID_LABEL.exec(piece.folded)
  if (label === null) return null
  const rest = restAfter(piece, label.index + label[0].length)
  const below = findBelow()
  const places = [rest, below === undefined ? null : restAfter(below, 0)]
  for (const [index, place] of places.entries()) {
    const read = place === null ? null : readPersonNumber(place.text, true)
    if (place === null || read === null) continue
    const words = wordsIn(place.piece, place.from + read.from, place.from + read.to)
    const strength = (read.value.length === 12 ? 0.97 : 0.85) * (index === 0 ? 1 : 0.8)
    return { name: 'ownerId', value: read.value, page, words, strength }
  }
  return null
}

/** Name and number; the number is the first at or below the name on its page, or else the first there is. */
export function findPerson(sheets: readonly Sheet[]): readonly Found[] {
  const owners = sheets.flatMap(({ pieces, page }) => pieces.flatMap((piece) => ownerIn(piece, page) ?? []))
  const owner = owners.reduce<Found | null>(
    (best, one) => (best === null || one.strength > best.strength ? one : best),
    null,
  )
  const top = owner?.words[0]?.top ?? 0
  const ids = sheets.flatMap(({ pieces, page, usual }) =>
    pieces.flatMap((piece, index) => {
      const findBelow = () => pieces.find((other, at) => at > index && other.top > piece.bottom - usual * 0.3)
      return idIn(piece, page, findBelow) ?? []
    }),
  )
  const after = ids.find(
    ({ page, words }) => page === owner?.page && (words[0]?.top ?? 0) >= top - (words[0]?.height ?? 0),
  )
  const labelled = after ?? ids[0]
  if (labelled !== undefined) return [...(owner === null ? [] : [owner]), labelled]
  const loose = sheets.flatMap(({ pieces, page }) =>
    pieces.flatMap((piece): Found[] => {
      const read = readPersonNumber(piece.text, false)
      if (read === null) return []
      return [{ name: 'ownerId', value: read.value, page, words: wordsIn(piece, read.from, read.to), strength: 0.5 }]
    }),
  )
  return [...(owner === null ? [] : [owner]), ...(loose.length === 1 ? loose : [])]
}
