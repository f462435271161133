// Parts that printed forms share: the national heading, the specimen mark, lines of label and value, tables with borders.
// Promises that long Vietnamese names wrap and are never cut. Knows no form and no law: texts come from dated templates.
import type { Drawing, Paper } from './open-paper.ts'

/** Millimetres to points. */
export const mm = (millimetres: number): number => (millimetres * 72) / 25.4

export const A4_LANDSCAPE = [mm(297), mm(210)] as const
export const A5_PORTRAIT = [mm(148), mm(210)] as const

export type Weight = 'regular' | 'semibold' | 'bold'

export interface TextStyle {
  readonly weight?: Weight
  /** Points. */
  readonly size: number
  readonly align?: 'left' | 'center' | 'right'
  readonly slanted?: boolean
  readonly struck?: boolean
}

export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
}

const LINE_GAP = 0.8

function use(draw: Drawing, style: TextStyle, width: number) {
  draw.font(style.weight ?? 'regular', style.size)
  return {
    width,
    align: style.align ?? 'left',
    lineGap: LINE_GAP,
    oblique: style.slanted ? 12 : false,
    strike: style.struck === true,
  }
}

/** Height in points that `text` takes when wrapped to `width`. */
export function heightOf(paper: Paper, text: string, style: TextStyle, width: number): number {
  const options = use(paper.draw, style, width)
  return text === '' ? 0 : paper.draw.heightOfString(breakable(paper, paper.words(text), width), options)
}

/** Draws wrapped text and returns the y below it. */
export function writeText(paper: Paper, text: string, style: TextStyle, { x, y, width }: Area): number {
  const height = heightOf(paper, text, style, width)
  const options = use(paper.draw, style, width)
  if (text !== '') paper.draw.text(breakable(paper, paper.words(text), width), x, y, options)
  return y + height
}

/** A word wider than its column (a code, an e-mail address) is broken where the column ends; pdfkit alone would let it run out. */
function breakable(paper: Paper, text: string, width: number): string {
  return text
    .split(' ')
    .map((word) => {
      if (paper.draw.widthOfString(word) <= width) return word
      const parts: string[] = []
      let part = ''
      for (const sign of word) {
        if (part !== '' && paper.draw.widthOfString(part + sign) > width) {
          parts.push(part)
          part = ''
        }
        part += sign
      }
      return [...parts, part].join(' ')
    })
    .join(' ')
}

/** `label: value`, wrapped over the whole width. Returns the y below. */
export function writeField(
  paper: Paper,
  label: string,
  value: string,
  size: number,
  area: Area,
  weight: Weight = 'semibold',
): number {
  const { draw } = paper
  const height = heightOf(paper, `${label} ${value}`, { size, weight: 'semibold' }, area.width)
  const options = use(draw, { size }, area.width)
  draw.text(`${paper.words(label)} `, area.x, area.y, { ...options, continued: value !== '' })
  if (value !== '')
    draw.font(weight, size).text(breakable(paper, paper.words(value), area.width), { ...options, continued: false })
  return area.y + Math.max(height, draw.y - area.y)
}

export function rule(
  draw: Drawing,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  thickness = 0.6,
  colour = '#000000',
): void {
  draw.save().lineWidth(thickness).strokeColor(colour).moveTo(x1, y1).lineTo(x2, y2).stroke().restore()
}

export interface Heading {
  /** Upper line on the left, may be empty: the body above the unit. */
  readonly parent: string
  readonly unit: string
  /** Lines under the unit: number, address … */
  readonly below: readonly string[]
  readonly country: string
  readonly motto: string
  /** Place and date, slanted; may be empty. */
  readonly dateline: string
}

/** Quốc hiệu and tiêu ngữ on the right, the unit on the left, as NĐ 30/2020 Annex I places them. Returns the y below. */
export function writeHeading(paper: Paper, heading: Heading, size: number, area: Area): number {
  const { draw } = paper
  const left = { x: area.x, width: area.width * 0.43 }
  const right = { x: area.x + area.width * 0.45, width: area.width * 0.55 }
  let y = writeText(paper, heading.parent.toUpperCase(), { size, align: 'center' }, { ...left, y: area.y })
  y = writeText(paper, heading.unit.toUpperCase(), { size, weight: 'bold', align: 'center' }, { ...left, y })
  rule(draw, left.x + left.width * 0.34, y + 1.5, left.x + left.width * 0.66, y + 1.5)
  y += 5
  for (const line of heading.below) y = writeText(paper, line, { size, align: 'center' }, { ...left, y })
  let other = writeText(
    paper,
    heading.country.toUpperCase(),
    { size, weight: 'bold', align: 'center' },
    { ...right, y: area.y },
  )
  other = writeText(
    paper,
    heading.motto,
    { size: size + 0.5, weight: 'semibold', align: 'center' },
    { ...right, y: other },
  )
  draw.font('semibold', size + 0.5)
  const half = draw.widthOfString(paper.words(heading.motto)) / 2
  rule(draw, right.x + right.width / 2 - half, other + 1.5, right.x + right.width / 2 + half, other + 1.5)
  other = writeText(paper, heading.dateline, { size, align: 'center', slanted: true }, { ...right, y: other + 6 })
  return Math.max(y, other)
}

/** The words behind everything, light, from corner to corner; for specimen units. */
export function writeSpecimenMark(paper: Paper, text: string): void {
  const { draw } = paper
  const { width, height } = draw.page
  const angle = (-Math.atan2(height, width) * 180) / Math.PI
  const reach = Math.hypot(width, height) * 0.72
  draw.font('bold', 20)
  const size = (20 * reach) / draw.widthOfString(text)
  draw
    .save()
    .rotate(angle, { origin: [width / 2, height / 2] })
    .font('bold', size)
    .fillColor('#f0f0f0')
  draw.text(text, width / 2 - reach / 2, height / 2 - size * 0.62, { lineBreak: false })
  draw.restore().fillColor('#000000')
}

export interface Column {
  readonly title: string
  /** Points. */
  readonly width: number
  readonly align?: 'left' | 'center' | 'right'
}

export interface Cell {
  readonly text: string
  readonly struck?: boolean
  readonly weight?: Weight
}

const PADDING = 2.6

/** Height of the row that these cells need. */
export function rowHeight(paper: Paper, columns: readonly Column[], cells: readonly Cell[], size: number): number {
  const heights = columns.map(({ width }, index) =>
    heightOf(paper, cells[index]?.text ?? '', { size, weight: cells[index]?.weight }, width - 2 * PADDING),
  )
  return Math.max(size * 1.3, ...heights) + 2 * PADDING
}

/** One row with its borders; `centred` ignores the columns' alignment (headers). Returns the y below. */
export function writeRow(
  paper: Paper,
  columns: readonly Column[],
  cells: readonly Cell[],
  size: number,
  at: { readonly x: number; readonly y: number },
  centred = false,
): number {
  const height = rowHeight(paper, columns, cells, size)
  let x = at.x
  for (const [index, column] of columns.entries()) {
    const cell = cells[index] ?? { text: '' }
    paper.draw.save().lineWidth(0.5).strokeColor('#000000').rect(x, at.y, column.width, height).stroke().restore()
    const style: TextStyle = {
      size,
      weight: cell.weight,
      struck: cell.struck,
      align: centred ? 'center' : column.align,
    }
    const inner = { x: x + PADDING, width: column.width - 2 * PADDING }
    const own = heightOf(paper, cell.text, style, inner.width)
    const y = centred ? at.y + (height - own) / 2 : at.y + PADDING
    writeText(paper, cell.text, style, { ...inner, y })
    x += column.width
  }
  return at.y + height
}

/** 1234567 → `1.234.567`. */
export const grouped = (amount: number): string => String(Math.round(amount)).replace(/\B(?=(\d{3})+(?!\d))/g, '.')
