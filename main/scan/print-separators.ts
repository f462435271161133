// Prints separator sheets (phiếu ngăn) as a PDF/A-2b: one A4 page a paper. A large QR stands on it twice, on one side, so that one
// is left when the sheet is folded, torn or so far askew that a corner is cut off; patch code 2 runs along both short edges: when both QR are
// lost, what follows belongs to nobody until a person says so, never to the dossier before.
// Black only, for any printer. Carries the citizen's name and nothing else about the person. Same input, same bytes.
import { create } from 'qrcode'
import { formatLegal } from '../../preload/contract/legal-time.ts'
import { type Area, heightOf, mm, rule, type TextStyle, writeField, writeText } from '../workshop/form-parts.ts'
import { openPaper, type Paper } from '../workshop/open-paper.ts'
import { PATCH_BARS, PATCH_INCHES } from './codes/patch-codes.ts'
import { buildSeparator, nameOfTitle, type PaperTitles, type SheetTitle, sheetTitle } from './separator.ts'

export interface SeparatorsInput {
  /** Provisional or official. */
  readonly dossierCode: string
  readonly citizenName: string
  /** Name of the procedure (tên thủ tục). */
  readonly procedure: string
  /** One page each, in this order; an empty title is named later by the clerk. */
  readonly sheets: readonly { readonly title: string }[]
  readonly titles: PaperTitles
  readonly unitName: string
  readonly fontFolder: string
  /** Identifier of this print (UUID). */
  readonly id: string
  readonly now: Date
}

const A4 = [mm(210), mm(297)] as const
const LEFT = mm(17)
const RIGHT = mm(193)
const WIDTH = RIGHT - LEFT
/** Edge of the QR without its quiet zone. */
const QR = mm(64)
/** Up to this many modules an edge, a quarter of them may be lost; denser codes keep their modules large instead. */
const DENSE = 45
const PATCH = { mark: '2', from: mm(8), left: mm(15), length: mm(180) } as const
const TOP = mm(38)
const MIDDLE = { from: mm(112), to: mm(183) } as const
const BOTTOM = mm(259)
const COLUMN = mm(101)

/** @throws when `dossierCode` is no code of a dossier. */
export async function printSeparators(input: SeparatorsInput): Promise<Uint8Array> {
  const paper = openPaper({
    id: input.id,
    now: input.now,
    title: `Phiếu ngăn ${input.dossierCode}`,
    creator: input.unitName,
    fontFolder: input.fontFolder,
  })
  for (const [index, sheet] of input.sheets.entries()) {
    paper.page(A4)
    drawSheet(paper, input, sheetTitle(sheet.title, input.titles), index + 1)
  }
  return paper.close()
}

function drawSheet(paper: Paper, input: SeparatorsInput, title: SheetTitle | null, page: number): void {
  const { draw } = paper
  const payload = buildSeparator({ dossierCode: input.dossierCode, title })
  drawPatch(paper)
  drawQr(paper, payload, LEFT, TOP)
  drawQr(paper, payload, LEFT, BOTTOM - QR)
  writeWhose(paper, input, { x: RIGHT - COLUMN, y: TOP - 4, width: COLUMN })
  rule(draw, LEFT, MIDDLE.from - 6, RIGHT, MIDDLE.from - 6, 1.2)
  rule(draw, LEFT, MIDDLE.to + 6, RIGHT, MIDDLE.to + 6, 1.2)
  const name = nameOfTitle(title, input.titles) ?? 'Giấy tờ đặt tên sau'
  const { from, to } = MIDDLE
  const style = fitting(paper, name, { size: 45, weight: 'bold', align: 'center' }, WIDTH, to - from)
  // A line of capitals with marks above stands low in its box.
  const y = from + (to - from - heightOf(paper, name, style, WIDTH)) / 2 - style.size * 0.06
  writeText(paper, name, style, { x: LEFT, y, width: WIDTH })
  writeUse(paper, input, page, { x: RIGHT - COLUMN, y: BOTTOM - QR - 4, width: COLUMN })
}

/** What the sheet is, whose dossier it belongs to. */
function writeWhose(paper: Paper, input: SeparatorsInput, area: Area): void {
  let { y } = area
  y = writeText(paper, 'PHIẾU NGĂN', { size: 34, weight: 'bold' }, { ...area, y })
  y = writeText(paper, 'không lưu hồ sơ / separator sheet', { size: 12.5 }, { ...area, y: y - 2 }) + 6
  rule(paper.draw, area.x, y, area.x + area.width, y, 0.6)
  y = writeText(paper, 'Mã hồ sơ', { size: 9 }, { ...area, y: y + 5 })
  const code = fitting(paper, input.dossierCode, { size: 17, weight: 'bold' }, area.width, 24)
  y = writeText(paper, input.dossierCode, code, { ...area, y }) + 3
  y = writeText(paper, 'Người nộp', { size: 9 }, { ...area, y })
  const name = fitting(paper, input.citizenName, { size: 15, weight: 'semibold' }, area.width, 40)
  y = writeText(paper, input.citizenName, name, { ...area, y }) + 3
  const left = TOP + QR - y
  const procedure = fitting(paper, `Thủ tục: ${input.procedure}`, { size: 10.5 }, area.width, left)
  writeField(paper, 'Thủ tục:', input.procedure, procedure.size, { ...area, y }, 'regular')
}

/** Where the sheet goes, and which of how many it is. */
function writeUse(paper: Paper, input: SeparatorsInput, page: number, area: Area): void {
  let { y } = area
  y = writeText(paper, `${page} / ${input.sheets.length}`, { size: 34, weight: 'bold' }, { ...area, y }) + 2
  const use = [
    'Đặt phiếu này lên trên tờ đầu của giấy tờ ghi ở giữa, rồi đưa cả xấp vào máy quét.',
    'Xuôi hay ngược, mặt nào cũng đọc được. Không viết, không đóng dấu lên hai mã vuông. Dùng xong thì hủy.',
  ]
  for (const line of use) y = writeText(paper, line, { size: 10.5 }, { ...area, y }) + 3
  const unit = fitting(paper, input.unitName, { size: 9 }, area.width, 36)
  const printed = `In lúc ${formatLegal(input.now, 'hh:mm dd/mm/yyyy')}`
  const last = BOTTOM - heightOf(paper, printed, { size: 9 }, area.width) + 2
  writeText(paper, printed, { size: 9 }, { ...area, y: last })
  writeText(paper, input.unitName, unit, { ...area, y: last - heightOf(paper, input.unitName, unit, area.width) - 1 })
}

/** The same style in the largest size, down to six points, at which the text fits the height. */
function fitting(paper: Paper, text: string, style: TextStyle, width: number, height: number): TextStyle {
  let { size } = style
  const tooLarge = (): boolean => {
    if (heightOf(paper, text, { ...style, size }, width) > height) return true
    paper.draw.font(style.weight ?? 'regular', size)
    // Whole words stay whole as long as they can.
    return text.split(' ').some((word) => paper.draw.widthOfString(paper.words(word)) > width)
  }
  while (size > 6 && tooLarge()) size -= 0.5
  return { ...style, size }
}

/** Modules as one black path, so that no hair line stands between them. */
function drawQr(paper: Paper, payload: string, left: number, top: number): void {
  const strong = create(payload, { errorCorrectionLevel: 'Q' }).modules
  const { size, data } = strong.size <= DENSE ? strong : create(payload, { errorCorrectionLevel: 'M' }).modules
  const edge = QR / size
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; ) {
      let end = column
      while (end < size && data[row * size + end]) end += 1
      if (end > column) paper.draw.rect(left + column * edge, top + row * edge, (end - column) * edge, edge)
      column = end + 1
    }
  paper.draw.fill('#000000')
}

/** Read from either edge inwards it is the same patch, so the sheet may be fed head or foot first. */
function drawPatch({ draw }: Paper): void {
  let at = PATCH.from
  for (const bar of PATCH_BARS[PATCH.mark]) {
    const thick = (bar === 'W' ? PATCH_INCHES.wide : PATCH_INCHES.narrow) * 72
    draw.rect(PATCH.left, at, PATCH.length, thick)
    draw.rect(PATCH.left, A4[1] - at - thick, PATCH.length, thick)
    at += thick + PATCH_INCHES.gap * 72
  }
  draw.fill('#000000')
}
