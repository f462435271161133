// Who issued a paper (cơ quan cấp): the lines top left, the office above a diploma's title, the office that signs.
// Never the national name or the motto. Pure.
import {
  capitalsIn,
  type Found,
  fold,
  isMotto,
  like,
  type Piece,
  type Sheet,
  trimSigns,
  wordsIn,
} from './extract-pieces.ts'

/** How offices begin; a line that begins so below another office is an office of its own. */
const OFFICE = new RegExp(
  `^(${[
    'u[yv] ?ban',
    'ubnd',
    'hdnd',
    'hoi dong',
    's[oa] ',
    'phong ',
    'chi cuc',
    'cuc ',
    'tong cuc',
    'bo ',
    'cong an',
    'benh vien',
    'trung tam',
    'truong ',
    'toa an',
    'vien ',
    'van phong',
    'bao hiem',
    'chi nhanh',
    'ngan hang',
    'ban ',
    'dai hoc',
    'hoc vien',
    'tram ',
    'don vi',
  ].join('|')})`,
)
const WHOLE_OFFICE =
  /^(uy ban nhan dan|ubnd|cong an|hdnd|hoi dong nhan dan)(\s+(tinh|huyen|quan|xa|phuong|thanh pho|thi xa|thi tran|cap))?$/
const SIGNERS = /^(giam doc|hieu truong|chu tich|bo truong|truong phong|cuc truong|thu truong)\s+/
const STOP = new RegExp(`^(${like('so')}\\s*[:;.]|v/v|ve viec|mau |\\(|[0-9])`)
/** Where the national name begins when it was read in one with what stands left of it. */
const MOTTO_BEGINS = /\s(c[o0]ng h[o0]a|doc l[ao]p)\b/

interface Part {
  readonly piece: Piece
  readonly text: string
  readonly folded: string
}

function partOf(piece: Piece): Part {
  const cut = MOTTO_BEGINS.exec(piece.folded)?.index ?? piece.text.length
  return { piece, text: trimSigns(piece.text.slice(0, cut)), folded: piece.folded.slice(0, cut).trim() }
}

function found(parts: readonly Part[], page: number, strength: number): Found | null {
  if (parts.length === 0) return null
  let value = ''
  let above = ''
  for (const { text, folded } of parts) {
    const isOwn = OFFICE.test(folded) && !WHOLE_OFFICE.test(above)
    value += value === '' ? text : isOwn ? ` - ${text}` : ` ${text}`
    above = folded
  }
  value = value.replace(PEOPLES_COMMITTEE, (written) =>
    fold(written) !== 'uy ban nhan dan' ? written : capitalsIn(written) > 0.5 ? 'ỦY BAN NHÂN DÂN' : 'Ủy ban nhân dân',
  )
  const words = parts.flatMap(({ piece, text }) => {
    const from = Math.max(0, piece.text.indexOf(text))
    return wordsIn(piece, from, from + text.length)
  })
  return value === '' ? null : { name: 'issuer', value: value.slice(0, 500), page, words, strength }
}

/** Four words whose marks OCR often misreads; they are always the same. */
const PEOPLES_COMMITTEE = /\p{L}{2} \p{L}{3} \p{L}{4} \p{L}{3}/gu

const isCapitals = (part: Part): boolean =>
  capitalsIn(part.text) >= 0.8 && (part.text.match(/\p{L}/gu)?.length ?? 0) >= 2

/** The lines top left, down to the number or to small letters. */
function topLeft(sheet: Sheet): Found | null {
  const parts: Part[] = []
  for (const piece of sheet.pieces) {
    if (piece.top > sheet.height * 0.25) break
    const part = partOf(piece)
    const isLeft = piece.left < sheet.width * 0.4 && (part.text !== piece.text || piece.right < sheet.width * 0.56)
    if (!isLeft || isMotto(piece)) continue
    if (STOP.test(part.folded) || !isCapitals(part)) {
      if (parts.length > 0) break
      continue
    }
    const last = parts.at(-1)
    if (last === undefined && !OFFICE.test(part.folded) && piece.top < sheet.height * 0.02) continue
    if (last !== undefined && piece.top - last.piece.bottom > 2.2 * sheet.usual) break
    parts.push(part)
    if (parts.length === 4) break
  }
  return parts.some(({ folded }) => OFFICE.test(folded))
    ? found(parts, sheet.page, 0.95)
    : found(parts, sheet.page, 0.5)
}

/** On a diploma: the office between the motto and the title, in the middle; `GIÁM ĐỐC SỞ …` is the office SỞ …. */
function aboveTitle(sheet: Sheet, title: Found | null): Found | null {
  const top = title?.page === sheet.page ? Math.min(...title.words.map((word) => word.top)) : sheet.height * 0.4
  for (const piece of sheet.pieces) {
    if (piece.top >= top) continue
    const signer = SIGNERS.exec(piece.folded)?.[0].length ?? 0
    const part = { piece, text: trimSigns(piece.text.slice(signer)), folded: piece.folded.slice(signer) }
    if (isCapitals(part) && !isMotto(piece) && OFFICE.test(part.folded)) return found([part], sheet.page, 0.85)
  }
  return null
}

/** `TM. ỦY BAN NHÂN DÂN`, `SỞ NÔNG NGHIỆP …` above the one who signs, or `Nơi đăng ký …: Ủy ban nhân dân …`. */
function below(sheet: Sheet): Found | null {
  for (const piece of sheet.pieces) {
    const label = new RegExp(`^${like('(noi dang ky|noi cap|co quan cap)')}[^:]{0,30}:\\s*`).exec(piece.folded)
    const text = label === null ? '' : trimSigns(piece.text.slice(label[0].length))
    if (label !== null && OFFICE.test(piece.folded.slice(label[0].length)))
      return found([{ piece, text, folded: piece.folded.slice(label[0].length) }], sheet.page, 0.75)
  }
  for (const piece of sheet.pieces) {
    const acting = /^tm[.,]?\s*/.exec(piece.folded)?.[0].length ?? 0
    const part = { piece, text: trimSigns(piece.text.slice(acting)), folded: piece.folded.slice(acting) }
    const isRight = piece.left + piece.right > sheet.width && piece.top > sheet.height * 0.3
    if (isRight && isCapitals(part) && OFFICE.test(part.folded)) return found([part], sheet.page, 0.6)
  }
  return null
}

export function findIssuer(sheets: readonly Sheet[], title: Found | null): Found | null {
  const sheet = sheets.find(({ pieces }) => pieces.length > 0)
  if (sheet === undefined) return null
  const left = topLeft(sheet)
  if (left !== null && left.strength > 0.9) return left
  return aboveTitle(sheet, title) ?? below(sheet) ?? left
}
