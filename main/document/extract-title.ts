// The title of a paper (tên giấy tờ): large capitals in the middle of its first page, held against the titles that are known.
// A known title is answered as it is known; one that is not is answered in the words on the page. Pure.
import { alike, capitalsIn, type Found, fold, isMotto, type Piece, type Sheet, trimSigns } from './extract-pieces.ts'

/** How titles of papers begin. */
const HEADS = new RegExp(
  `^(${[
    'giay',
    'quyet dinh',
    'bang',
    'chung chi',
    'chung nhan',
    'trich luc',
    'xac nhan',
    'hop dong',
    'don ',
    'to khai',
    'phieu',
    'bien ban',
    'thong bao',
    'van ban',
    'ban an',
    'ban cam',
    'so ho khau',
    'so tam tru',
    'the can cuoc',
    'can cuoc',
    'ho chieu',
    'hoc ba',
    'ly lich',
    'so yeu ly lich',
    'to trinh',
    'bao cao',
    'di chuc',
    'cong van',
    'ho so',
  ].join('|')})`,
)
/** How offices and those who sign begin: never part of a title. */
const OFFICES =
  /^(chu tich|pho chu tich|giam doc|pho giam doc|hieu truong|uy ban|ubnd|bo truong|truong |tm|kt|tl|tuq|so \p{L}|cong an|nguoi ky|dieu|toa an|benh vien)/u
const NUMBER = /^s[o06]\s*[:;.]/
const SIMILAR = 0.84

const centreOf = (piece: Piece): number => (piece.left + piece.right) / 2
const heightOf = (piece: Piece): number => {
  const heights = piece.words.map((word) => word.height).sort((a, b) => a - b)
  return heights[heights.length >> 1] ?? 0
}

function mayBeTitle(piece: Piece, sheet: Sheet): boolean {
  const letters = piece.text.match(/\p{L}/gu)?.length ?? 0
  const isMiddle = Math.abs(centreOf(piece) - sheet.width / 2) < sheet.width * 0.17
  const isOffice = (OFFICES.test(piece.folded) && !HEADS.test(piece.folded)) || NUMBER.test(piece.folded)
  return letters >= 4 && isMiddle && piece.top < sheet.height * 0.65 && !isMotto(piece) && !isOffice
}

/** The piece and up to three right below it that go on in the same kind of letters. */
function blockFrom(piece: Piece, sheet: Sheet): Piece[] {
  const block = [piece]
  for (const below of sheet.pieces.slice(sheet.pieces.indexOf(piece) + 1)) {
    const last = block.at(-1) ?? piece
    if (below.top <= last.top) continue
    const near = below.top - last.bottom < heightOf(piece) * 1.1
    const alikeHigh = heightOf(below) > heightOf(piece) * 0.55 && heightOf(below) < heightOf(piece) * 1.5
    const goesOn = near && alikeHigh && capitalsIn(below.text) >= 0.75 && mayBeTitle(below, sheet)
    if (!goesOn || /[:]$|^\(/.test(below.text) || block.length === 4) break
    block.push(below)
  }
  return block
}

interface Known {
  readonly title: string
  readonly folded: string
  /** What stands in brackets (bản chính) must stand on the page too. */
  readonly bracket: string
}

interface Candidate {
  readonly pieces: readonly Piece[]
  readonly value: string
  readonly strength: number
}

function judge(block: readonly Piece[], sheet: Sheet, known: readonly Known[]): Candidate[] {
  const [first] = block
  if (first === undefined) return []
  const capitals = capitalsIn(first.text) >= 0.75
  const large = heightOf(first) / Math.max(1, sheet.usual)
  const candidates: Candidate[] = []
  for (let count = block.length; count >= 1; count--) {
    const pieces = block.slice(0, count)
    const folded = pieces.map((piece) => piece.folded).join(' ')
    for (const { title, folded: wanted, bracket } of known) {
      const likeness = alike(folded, wanted)
      const isWhole = count === block.length
      if (likeness < SIMILAR || !(capitals || (likeness > 0.92 && large > 1.1))) continue
      if (!isWhole && wanted.split(' ').length < 4) continue
      const hasBracket = bracket === '' || sheet.pieces.some((piece) => alike(piece.folded, bracket) > 0.8)
      const written = trimSigns(pieces.map((piece) => piece.text).join(' '))
      const strength = likeness * (isWhole ? 0.98 : 0.9)
      candidates.push({ pieces, value: hasBracket ? title : written, strength })
    }
  }
  const value = trimSigns(block.map((piece) => piece.text).join(' '))
  const hasHead = HEADS.test(fold(value))
  if (capitals && hasHead) candidates.push({ pieces: block, value, strength: 0.85 })
  else if (capitals && large >= 1.3 && value.split(' ').length >= 2)
    candidates.push({ pieces: block, value, strength: 0.5 })
  return candidates
}

export function findTitle(sheets: readonly Sheet[], titles: readonly string[]): Found | null {
  const sheet = sheets.find(({ pieces }) => pieces.length > 0)
  if (sheet === undefined) return null
  const known = titles.map((title): Known => {
    const [, before = title, bracket = ''] = /^([^(]*)(\(.*\))?\s*$/.exec(title) ?? []
    return { title, folded: fold(before).trim(), bracket: fold(bracket) }
  })
  let best: Candidate | null = null
  for (const piece of sheet.pieces) {
    if (!mayBeTitle(piece, sheet) || /:$/.test(piece.text)) continue
    for (const candidate of judge(blockFrom(piece, sheet), sheet, known))
      if (best === null || candidate.strength > best.strength) best = candidate
  }
  if (best === null || best.value === '') return null
  const words = best.pieces.flatMap((piece) => piece.words)
  return { name: 'title', value: best.value.slice(0, 500), page: sheet.page, words, strength: best.strength }
}
