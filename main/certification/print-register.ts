// Prints the register of certified copies (Sổ chứng thực, SCT/BS) as a PDF/A-2b, A4 landscape: eight columns, numbered pages,
// page totals, an edge for the seam stamp (dấu giáp lai; NĐ 23/2015 Đ.13.1, Đ.13.3). All words come from a dated template.
// Promises that every row given is printed, cancelled ones struck with their reason; never renumbers, sorts or leaves out.
import { z } from 'zod'
import { formatLegal } from '../../preload/contract/legal-time.ts'
import {
  A4_LANDSCAPE,
  type Cell,
  type Column,
  grouped,
  heightOf,
  mm,
  rowHeight,
  rule,
  writeHeading,
  writeRow,
  writeSpecimenMark,
  writeText,
} from '../workshop/form-parts.ts'
import { openPaper, type Paper } from '../workshop/open-paper.ts'

const text = z.string().min(1)
export const RegisterTexts = z.object({
  country: text,
  motto: text,
  title: text,
  bookLine: text,
  monthLine: text,
  yearLine: text,
  columns: z.tuple([text, text, text, text, text, text, text, text]),
  pageTotal: text,
  wholeTotal: text,
  cancelled: text,
  empty: text,
  closing: text,
  closingEmpty: text,
  /** Only when there are such rows. */
  closingAnnulled: text,
  /** Only when the year was closed (khóa sổ). */
  closedLine: text,
  confirm: text,
  confirmNote: text,
  seam: text,
  page: text,
  sheet: text,
  printed: text,
  specimen: text,
})
export type RegisterTexts = z.infer<typeof RegisterTexts>

/** What the printer needs of the dated entry in resources/templates/register.json (or its successor). */
export const RegisterTemplate = z.object({ value: RegisterTexts })
export type RegisterTemplate = z.infer<typeof RegisterTemplate>

export interface RegisterRow {
  readonly number: number
  readonly at: Date
  readonly requester: string
  readonly originalTitle: string
  readonly signer: { readonly name: string; readonly title: string }
  readonly copies: number
  /** Đồng. */
  readonly fee: number
  /** Column 8; for a cancelled row the reason. */
  readonly note?: string
  readonly cancelled?: boolean
  /** Certified, and cancelled by a decision afterwards: the row stays, it counts, the note says so. */
  readonly annulled?: boolean
}

export interface RegisterInput {
  /** Identifier of this print (UUID). */
  readonly id: string
  readonly now: Date
  readonly specimen: boolean
  readonly unit: { readonly name: string; readonly parent?: string }
  /** Quyển số, năm, ký hiệu: `{ number: '01', year: 2026, symbol: 'SCT/BS' }`; a merged year names all its books. */
  readonly book: { readonly number: string; readonly year: number; readonly symbol: string }
  /** When the year was closed, and by whom. */
  readonly closed?: { readonly at: Date; readonly by: string }
  /** 1–12 for the monthly print (Đ.13.3); without it the whole year, closed with the certifier's confirmation (Đ.13.1). */
  readonly month?: number
  /** Number of the first page, when the book goes on from earlier prints. Default 1. */
  readonly firstPage?: number
  readonly rows: readonly RegisterRow[]
}

const SIZE = 8.2
const [PAPER_WIDTH, PAPER_HEIGHT] = A4_LANDSCAPE
const LEFT = mm(20)
/** Edge kept free on the right for the seam stamp. */
const SEAM = mm(24)
const WIDTH = PAPER_WIDTH - LEFT - SEAM
const TOP = mm(13)
const FOOT = PAPER_HEIGHT - mm(10)
const BOTTOM = FOOT - mm(4)
const WIDTHS = [0.07, 0.095, 0.175, 0.23, 0.17, 0.07, 0.09, 0.1]
const ALIGNS = ['center', 'center', 'left', 'left', 'left', 'center', 'right', 'left'] as const

interface Totals {
  readonly copies: number
  readonly fee: number
}

/** Copies and fees of the rows that count: a cancelled number certified nothing. */
export function totalsOf(rows: readonly RegisterRow[]): Totals {
  const counted = rows.filter(({ cancelled }) => cancelled !== true)
  return {
    copies: counted.reduce((sum, { copies }) => sum + copies, 0),
    fee: counted.reduce((sum, { fee }) => sum + fee, 0),
  }
}

export async function printRegister(
  input: RegisterInput,
  { template, fontFolder }: { readonly template: RegisterTemplate; readonly fontFolder: string },
): Promise<Uint8Array> {
  const words = template.value
  const paper = openPaper({
    id: input.id,
    now: input.now,
    title: [words.title, bookLine(input, words), periodLine(input, words)].join(', '),
    creator: input.unit.name,
    fontFolder,
  })
  const columns = words.columns.map((title, index) => ({
    title,
    width: WIDTH * (WIDTHS[index] ?? 0),
    align: ALIGNS[index],
  }))
  const sum = sumColumns(columns)
  // The total row repeats below every page; room for it and for the final total is always kept.
  const totalHeight = Math.max(
    ...[words.pageTotal, words.wholeTotal].map((label) => rowHeight(paper, sum, totalCells(label, TOTAL_SAMPLE), SIZE)),
  )

  let y = openSheet(paper, input, words, columns, true)
  let onPage: RegisterRow[] = []
  for (const row of input.rows) {
    const cells = cellsOf(row, words)
    const height = rowHeight(paper, columns, cells, SIZE)
    if (onPage.length > 0 && y + height + totalHeight > BOTTOM) {
      writeRow(paper, sum, totalCells(words.pageTotal, totalsOf(onPage)), SIZE, { x: LEFT, y })
      onPage = []
      y = openSheet(paper, input, words, columns, false)
    }
    y = writeRow(paper, columns, cells, SIZE, { x: LEFT, y })
    onPage.push(row)
  }
  if (input.rows.length === 0)
    y = writeRow(paper, [{ title: '', width: WIDTH, align: 'center' }], [{ text: words.empty }], SIZE, { x: LEFT, y })
  y = writeRow(paper, sum, totalCells(words.pageTotal, totalsOf(onPage)), SIZE, { x: LEFT, y })
  y = writeClosing(paper, input, words, sum, y)
  crossOut(paper, y)
  writeFeet(paper, input, words)
  return paper.close()
}

const TOTAL_SAMPLE: Totals = { copies: 99_999, fee: 999_999_999 }

/** Columns 1 to 5 as one, then 6, 7 and 8. */
function sumColumns(columns: readonly Column[]): readonly Column[] {
  const wide = columns.slice(0, 5).reduce((width, column) => width + column.width, 0)
  return [{ title: '', width: wide, align: 'right' }, ...columns.slice(5)]
}

const totalCells = (label: string, { copies, fee }: Totals): readonly Cell[] =>
  [label, String(copies), grouped(fee), ''].map((each) => ({ text: each, weight: 'semibold' as const }))

const ordinal = (number: number): string => String(number).padStart(2, '0')

function cellsOf(row: RegisterRow, words: RegisterTexts): readonly Cell[] {
  const struck = row.cancelled === true
  const signer = [row.signer.name, row.signer.title].filter((each) => each !== '').join(', ')
  const facts = [
    ordinal(row.number),
    formatLegal(row.at, 'dd/mm/yyyy'),
    row.requester,
    row.originalTitle,
    signer,
    String(row.copies),
    grouped(row.fee),
  ]
  const note = row.note ?? ''
  const last = struck ? [words.cancelled, note].filter((each) => each !== '').join(': ') : note
  return [...facts.map((each) => ({ text: each, struck })), { text: last }]
}

const fill = (pattern: string, values: Readonly<Record<string, string | number>>): string =>
  pattern.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole))

const bookLine = ({ book }: RegisterInput, words: RegisterTexts): string =>
  fill(words.bookLine, { number: book.number, year: book.year, symbol: book.symbol })

const periodLine = ({ book, month }: RegisterInput, words: RegisterTexts): string =>
  month === undefined
    ? fill(words.yearLine, { year: book.year })
    : fill(words.monthLine, { month: month < 3 ? `0${month}` : month, year: book.year })

/** New page with its heading and column heads; returns the y of the first row. */
function openSheet(
  paper: Paper,
  input: RegisterInput,
  words: RegisterTexts,
  columns: readonly Column[],
  first: boolean,
): number {
  paper.page(A4_LANDSCAPE)
  if (input.specimen) writeSpecimenMark(paper, words.specimen)
  let y = TOP
  if (first) {
    const heading = {
      parent: input.unit.parent ?? '',
      unit: input.unit.name,
      below: [],
      country: words.country,
      motto: words.motto,
      dateline: '',
    }
    y = writeHeading(paper, heading, 9, { x: LEFT, y, width: WIDTH })
    y = writeText(
      paper,
      words.title,
      { size: 14, weight: 'bold', align: 'center' },
      { x: LEFT, y: y + 6, width: WIDTH },
    )
    const line = `${bookLine(input, words)}   ·   ${periodLine(input, words)}`
    y =
      writeText(paper, line, { size: 10, weight: 'semibold', align: 'center' }, { x: LEFT, y: y + 1, width: WIDTH }) + 7
  } else y = writeRunningHead(paper, input, words)
  drawSeam(paper, words)
  const heads = columns.map(({ title }) => ({ text: title, weight: 'semibold' as const }))
  const numbers = columns.map((_, index) => ({ text: `(${index + 1})` }))
  y = writeRow(paper, columns, heads, SIZE - 0.4, { x: LEFT, y }, true)
  return writeRow(paper, columns, numbers, SIZE - 1, { x: LEFT, y }, true)
}

function writeRunningHead(paper: Paper, input: RegisterInput, words: RegisterTexts): number {
  const line = `${words.title}   ·   ${bookLine(input, words)}   ·   ${periodLine(input, words)}`
  return (
    writeText(paper, line, { size: SIZE, weight: 'semibold', align: 'center' }, { x: LEFT, y: TOP, width: WIDTH }) + 4
  )
}

/** Dashed line and a word along the right edge, where the stamp goes over the fanned sheets. */
function drawSeam(paper: Paper, words: RegisterTexts): void {
  const { draw } = paper
  const x = PAPER_WIDTH - SEAM + mm(7)
  draw.save().lineWidth(0.5).dash(3, { space: 3 }).strokeColor('#9a9a9a')
  draw.moveTo(x, TOP).lineTo(x, BOTTOM).stroke().undash().restore()
  draw
    .save()
    .rotate(90, { origin: [x + mm(8), PAPER_HEIGHT / 2] })
    .fillColor('#8a8a8a')
  writeText(
    paper,
    words.seam,
    { size: 7.5, align: 'center' },
    { x: x + mm(8) - 60, y: PAPER_HEIGHT / 2 - 5, width: 120 },
  )
  draw.restore().fillColor('#000000')
}

/** Total of this print, the sentence that closes it, and for a whole year the certifier's confirmation. */
function writeClosing(
  paper: Paper,
  input: RegisterInput,
  words: RegisterTexts,
  sum: readonly Column[],
  from: number,
): number {
  const all = totalsOf(input.rows)
  const numbers = input.rows.map(({ number }) => number)
  const counted = {
    rows: numbers.length,
    first: ordinal(Math.min(...numbers)),
    last: ordinal(Math.max(...numbers)),
    cancelled: input.rows.filter(({ cancelled }) => cancelled === true).length,
    annulled: input.rows.filter(({ annulled }) => annulled === true).length,
    copies: all.copies,
    fee: grouped(all.fee),
  }
  const closing = [
    numbers.length === 0 ? words.closingEmpty : fill(words.closing, counted),
    counted.annulled === 0 ? '' : fill(words.closingAnnulled, counted),
    input.closed === undefined
      ? ''
      : fill(words.closedLine, { date: formatLegal(input.closed.at, 'dd/mm/yyyy'), by: input.closed.by }),
  ]
    .filter((part) => part !== '')
    .join(' ')
  const sentence = { size: SIZE + 0.6 }
  const confirmation = input.month === undefined ? 96 : 0
  const total = totalCells(words.wholeTotal, all)
  const height = rowHeight(paper, sum, total, SIZE) + 8 + heightOf(paper, closing, sentence, WIDTH) + confirmation
  let y = from
  if (y + height > BOTTOM) {
    paper.page(A4_LANDSCAPE)
    if (input.specimen) writeSpecimenMark(paper, words.specimen)
    drawSeam(paper, words)
    y = writeRunningHead(paper, input, words)
  }
  y = writeRow(paper, sum, total, SIZE, { x: LEFT, y })
  y = writeText(paper, closing, sentence, { x: LEFT, y: y + 8, width: WIDTH })
  if (confirmation === 0) return y
  const right = { x: LEFT + WIDTH * 0.58, width: WIDTH * 0.42 }
  const below = writeText(
    paper,
    words.confirm,
    { size: SIZE, weight: 'bold', align: 'center' },
    { ...right, y: y + 10 },
  )
  writeText(paper, words.confirmNote, { size: SIZE - 0.6, align: 'center', slanted: true }, { ...right, y: below })
  return y + confirmation
}

/** The empty rest of the last page is crossed out: no blanks in the book (Đ.13.1). */
function crossOut(paper: Paper, y: number): void {
  if (BOTTOM - y < mm(16)) return
  rule(paper.draw, LEFT, y + mm(4), LEFT + WIDTH, BOTTOM - mm(2), 0.5, '#7a7a7a')
}

function writeFeet(paper: Paper, input: RegisterInput, words: RegisterTexts): void {
  const pages = paper.draw.bufferedPageRange().count
  const third = WIDTH / 3
  for (let page = 0; page < pages; page += 1) {
    paper.draw.switchToPage(page)
    const number = fill(words.page, { page: (input.firstPage ?? 1) + page })
    const printed = `${fill(words.printed, { date: formatLegal(input.now, 'hh:mm dd/mm/yyyy') })}, ${fill(words.sheet, { page: page + 1, pages })}`
    writeText(paper, printed, { size: 7 }, { x: LEFT, y: FOOT, width: third })
    writeText(
      paper,
      number,
      { size: SIZE, weight: 'semibold', align: 'center' },
      { x: LEFT + third, y: FOOT - 1, width: third },
    )
    if (input.specimen)
      writeText(
        paper,
        words.specimen,
        { size: 7.5, weight: 'bold', align: 'right' },
        { x: LEFT + 2 * third, y: FOOT, width: third },
      )
  }
}
