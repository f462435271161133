// Prints Mẫu 01, "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", as a PDF/A-2b of A5 pages. All words come from a dated template.
// Promises: nothing is cut, the same input gives the same bytes. Never decides whether the template may be used (law.ts does),
// and names a legal source on the paper only when the template is confirmed ([C]).
import { z } from 'zod'
import { formatLegal, legalParts } from '../../preload/contract/legal-time.ts'
import {
  A5_PORTRAIT,
  type Area,
  type Column,
  grouped,
  heightOf,
  mm,
  rowHeight,
  type Weight,
  writeField,
  writeHeading,
  writeRow,
  writeSpecimenMark,
  writeText,
} from '../workshop/form-parts.ts'
import { openPaper, type Paper } from '../workshop/open-paper.ts'

const text = z.string().min(1)
export const ReceiptTexts = z.object({
  country: text,
  motto: text,
  title: text,
  numberLabel: text,
  codeLabel: text,
  provisionalCodeLabel: text,
  provisionalNote: text,
  unitLabel: text,
  receivedFromLabel: text,
  personNumberLabel: text,
  addressLabel: text,
  phoneLabel: text,
  emailLabel: text,
  requestLabel: text,
  procedureCodeLabel: text,
  componentsLabel: text,
  columnOrdinal: text,
  columnName: text,
  columnOriginals: text,
  columnCopies: text,
  columnElectronic: text,
  noComponents: text,
  setsLabel: text,
  setsUnit: text,
  timeLimitLabel: text,
  receivedAtLabel: text,
  dueAtLabel: text,
  returnPlaceLabel: text,
  feeLabel: text,
  feeNone: text,
  feeOpen: text,
  bookLabel: text,
  submitter: text,
  receiver: text,
  signNote: text,
  copiesNote: text,
  pageLabel: text,
  specimen: text,
})
export type ReceiptTexts = z.infer<typeof ReceiptTexts>

/** What the printer needs of the dated entry in resources/templates/receipt.json (or its successor). */
export const ReceiptTemplate = z.object({
  value: ReceiptTexts,
  sourceDocument: z.string(),
  sourceArticle: z.string(),
  mark: z.enum(['C', 'S', 'R', '?']),
})
export type ReceiptTemplate = z.infer<typeof ReceiptTemplate>

export interface ReceiptInput {
  /** Identifier of this print (UUID). */
  readonly id: string
  readonly now: Date
  /** A specimen unit: MẪU – KHÔNG CÓ GIÁ TRỊ on every page. */
  readonly specimen: boolean
  /** `place` begins the date line: "Xã Mẫu, ngày …". */
  readonly unit: {
    readonly name: string
    readonly parent?: string
    readonly place: string
    readonly address?: string
    readonly phone?: string
  }
  /** Number of the slip, e.g. `12/TTPVHCC`; dots are printed when there is none yet. */
  readonly number?: string
  /** While unsynchronised both codes stand on the paper. */
  readonly code: { readonly official: string | null; readonly provisional: string; readonly synchronised: boolean }
  readonly receiver: string
  /** `number` is printed as given: the caller masks it or not. */
  readonly citizen: {
    readonly name: string
    readonly number: string
    readonly phone: string
    readonly email?: string
    readonly address?: string
  }
  readonly procedure: { readonly code: string; readonly name: string }
  readonly components: readonly ReceivedComponent[]
  /** Số lượng hồ sơ, in sets. */
  readonly sets: number
  /** In words, as the catalogue gives it; left out when not known. */
  readonly timeLimit?: string
  readonly receivedAt: Date
  readonly dueAt: Date
  readonly returnPlace: string
  /** Đồng; null when it is only known at the return. */
  readonly fee: number | null
  readonly book?: { readonly volume: string; readonly ordinal: string }
}

export interface ReceivedComponent {
  readonly name: string
  readonly originals: number
  readonly copies: number
  readonly electronic?: number
}

/** Official first; the provisional one too until the province knows the dossier. */
export function codesToPrint(code: ReceiptInput['code']): {
  readonly official: string | null
  readonly provisional: string | null
} {
  return {
    official: code.official,
    provisional: code.official === null || !code.synchronised ? code.provisional : null,
  }
}

/** `09 giờ 05 phút, ngày 21 tháng 11 năm 2026` */
export function hourAndDay(at: Date): string {
  const { hour, minute } = legalParts(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(hour)} giờ ${two(minute)} phút, ${formatLegal(at, 'ngày … tháng … năm …')}`
}

const SIZE = 8
const LEFT = mm(14)
const WIDTH = A5_PORTRAIT[0] - LEFT - mm(11)
const TOP = mm(10)
const BOTTOM = A5_PORTRAIT[1] - mm(13)
/** Room for two handwritten signatures. */
const SIGNING = 62
const STRONG = { size: SIZE, weight: 'semibold' } as const

export async function printReceipt(
  input: ReceiptInput,
  { template, fontFolder }: { readonly template: ReceiptTemplate; readonly fontFolder: string },
): Promise<Uint8Array> {
  const words = template.value
  const { official, provisional } = codesToPrint(input.code)
  const paper = openPaper({
    id: input.id,
    now: input.now,
    title: `${words.title} ${official ?? provisional ?? ''}`,
    creator: input.unit.name,
    fontFolder,
  })
  const sheet = startSheet(paper, input.specimen ? words.specimen : null)
  writeTop(paper, sheet, input, words)
  writePerson(sheet, paper, input, words)
  writeComponents(paper, sheet, input, words)
  // Terms and signatures stay on one page: nobody signs an empty sheet.
  const terms = termsOf(input, words)
  const termsHeight = terms.reduce(
    (sum, [label, value]) => sum + heightOf(paper, `${label} ${value}`, STRONG, WIDTH) + 1.6,
    0,
  )
  sheet.need(termsHeight + signaturesHeight(paper, input, words))
  for (const [label, value] of terms) line(paper, sheet, label, value, 'semibold')
  writeSignatures(paper, sheet, input, words)
  writeFooters(paper, input, template)
  return paper.close()
}

/** Where the next line goes; a new page is taken before something that does not fit. */
interface Sheet {
  y: number
  readonly area: () => Area
  readonly need: (height: number) => void
}

function startSheet(paper: Paper, specimen: string | null): Sheet {
  const open = (): void => {
    paper.page(A5_PORTRAIT)
    if (specimen !== null) writeSpecimenMark(paper, specimen)
  }
  open()
  const sheet: Sheet = {
    y: TOP,
    area: () => ({ x: LEFT, y: sheet.y, width: WIDTH }),
    need: (height) => {
      if (sheet.y + height <= BOTTOM) return
      open()
      sheet.y = TOP
    },
  }
  return sheet
}

function writeTop(paper: Paper, sheet: Sheet, input: ReceiptInput, words: ReceiptTexts): void {
  const { unit } = input
  const place = unit.place === '' ? '' : `${unit.place}, `
  sheet.y = writeHeading(
    paper,
    {
      parent: unit.parent ?? '',
      unit: unit.name,
      below: [`${words.numberLabel} ${input.number ?? '……………'}`],
      country: words.country,
      motto: words.motto,
      dateline: `${place}${formatLegal(input.now, 'ngày … tháng … năm …')}`,
    },
    SIZE - 0.5,
    sheet.area(),
  )
  sheet.y = writeText(
    paper,
    words.title,
    { size: 11.5, weight: 'bold', align: 'center' },
    { ...sheet.area(), y: sheet.y + 9 },
  )
  const { official, provisional } = codesToPrint(input.code)
  sheet.y += 2
  if (official !== null)
    sheet.y = writeText(
      paper,
      `${words.codeLabel} ${official}`,
      { size: 9.5, weight: 'semibold', align: 'center' },
      sheet.area(),
    )
  if (provisional !== null) {
    const main = official === null
    const style = { size: main ? 9.5 : SIZE, weight: main ? 'semibold' : 'regular', align: 'center' } as const
    sheet.y = writeText(paper, `${words.provisionalCodeLabel} ${provisional}`, style, sheet.area())
    if (main)
      sheet.y = writeText(
        paper,
        words.provisionalNote,
        { size: SIZE - 1, align: 'center', slanted: true },
        sheet.area(),
      )
  }
  sheet.y += 6
}

/** Label and value on a line of their own, moved to the next page when they do not fit. */
function line(paper: Paper, sheet: Sheet, label: string, value: string, weight: Weight = 'regular'): void {
  sheet.need(heightOf(paper, `${label} ${value}`, STRONG, WIDTH))
  sheet.y = writeField(paper, label, value, SIZE, sheet.area(), weight) + 1.6
}

function writePerson(
  sheet: Sheet,
  paper: Paper,
  { unit, citizen, procedure }: ReceiptInput,
  words: ReceiptTexts,
): void {
  const where = [unit.name, unit.address, unit.phone].filter((each) => each !== undefined && each !== '').join(', ')
  line(paper, sheet, words.unitLabel, where)
  line(paper, sheet, words.receivedFromLabel, citizen.name, 'semibold')
  line(paper, sheet, words.personNumberLabel, citizen.number, 'semibold')
  if (citizen.address) line(paper, sheet, words.addressLabel, citizen.address)
  line(paper, sheet, words.phoneLabel, citizen.phone, 'semibold')
  if (citizen.email) line(paper, sheet, words.emailLabel, citizen.email)
  line(paper, sheet, words.requestLabel, procedure.name)
  line(paper, sheet, words.procedureCodeLabel, procedure.code, 'semibold')
}

function writeComponents(paper: Paper, sheet: Sheet, { components }: ReceiptInput, words: ReceiptTexts): void {
  const narrow = 46
  const columns: readonly Column[] = [
    { title: words.columnOrdinal, width: 22, align: 'center' },
    { title: words.columnName, width: WIDTH - 22 - 3 * narrow },
    { title: words.columnOriginals, width: narrow, align: 'center' },
    { title: words.columnCopies, width: narrow, align: 'center' },
    { title: words.columnElectronic, width: narrow, align: 'center' },
  ]
  const head = columns.map(({ title }) => ({ text: title, weight: 'semibold' as const }))
  const count = (value: number | undefined) =>
    value === undefined || value === 0 ? '–' : String(value).padStart(2, '0')
  const rows = components.map((each, index) =>
    [String(index + 1), each.name, count(each.originals), count(each.copies), count(each.electronic)].map((cell) => ({
      text: cell,
    })),
  )
  sheet.need(60)
  sheet.y =
    writeField(paper, `1. ${words.componentsLabel}`, rows.length === 0 ? words.noComponents : '', SIZE, sheet.area()) +
    2
  if (rows.length === 0) return
  const small = SIZE - 0.5
  sheet.y = writeRow(paper, columns, head, small, { x: LEFT, y: sheet.y }, true)
  for (const row of rows) {
    const before = sheet.y
    sheet.need(rowHeight(paper, columns, row, small))
    if (sheet.y < before) sheet.y = writeRow(paper, columns, head, small, { x: LEFT, y: sheet.y }, true)
    sheet.y = writeRow(paper, columns, row, small, { x: LEFT, y: sheet.y })
  }
  sheet.y += 4
}

/** Lines 2 and following: number of sets, times, place, fee, book. */
function termsOf(input: ReceiptInput, words: ReceiptTexts): readonly (readonly [string, string])[] {
  const fee = input.fee === null ? words.feeOpen : input.fee === 0 ? words.feeNone : `${grouped(input.fee)} đồng`
  const terms: readonly (readonly [string, string | undefined])[] = [
    [words.setsLabel, `${String(input.sets).padStart(2, '0')} ${words.setsUnit}`],
    [words.timeLimitLabel, input.timeLimit],
    [words.receivedAtLabel, hourAndDay(input.receivedAt)],
    [words.dueAtLabel, hourAndDay(input.dueAt)],
    [words.returnPlaceLabel, input.returnPlace],
    [words.feeLabel, fee],
  ]
  const { book } = input
  const known = terms.flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : [[label, value] as const],
  )
  const numbered = known.map(([label, value], index) => [`${index + 2}. ${label}`, value] as const)
  if (book === undefined) return numbered
  return [
    ...numbered,
    [words.bookLabel.replace('{volume}', () => book.volume).replace('{ordinal}', () => book.ordinal), ''],
  ]
}

const HALF = WIDTH / 2
const namesHeight = (paper: Paper, { citizen, receiver }: ReceiptInput): number =>
  Math.max(...[citizen.name, receiver].map((name) => heightOf(paper, name, STRONG, HALF - 12)))

const signaturesHeight = (paper: Paper, input: ReceiptInput, words: ReceiptTexts): number =>
  6 + SIGNING + namesHeight(paper, input) + 8 + heightOf(paper, words.copiesNote, { size: SIZE - 1.5 }, WIDTH)

function writeSignatures(paper: Paper, sheet: Sheet, input: ReceiptInput, words: ReceiptTexts): void {
  const top = sheet.y + 6
  const persons = [
    { title: words.submitter, name: input.citizen.name, x: LEFT },
    { title: words.receiver, name: input.receiver, x: LEFT + HALF },
  ]
  for (const { title, name, x } of persons) {
    const y = writeText(paper, title, { size: SIZE, weight: 'bold', align: 'center' }, { x, y: top, width: HALF })
    writeText(paper, words.signNote, { size: SIZE - 1, align: 'center', slanted: true }, { x, y, width: HALF })
    writeText(paper, name, { ...STRONG, align: 'center' }, { x: x + 6, y: top + SIGNING, width: HALF - 12 })
  }
  sheet.y = writeText(
    paper,
    words.copiesNote,
    { size: SIZE - 1.5, slanted: true },
    { ...sheet.area(), y: top + SIGNING + namesHeight(paper, input) + 8 },
  )
}

function writeFooters(paper: Paper, input: ReceiptInput, template: ReceiptTemplate): void {
  const { draw } = paper
  const pages = draw.bufferedPageRange().count
  const small = { size: 6.5, align: 'center' } as const
  for (let page = 0; page < pages; page += 1) {
    draw.switchToPage(page)
    const y = A5_PORTRAIT[1] - mm(9)
    const number = template.value.pageLabel.replace('{page}', String(page + 1)).replace('{pages}', String(pages))
    const source = template.mark === 'C' ? `${template.sourceArticle}, ${template.sourceDocument}` : ''
    const parts = [input.specimen ? template.value.specimen : '', source, pages > 1 ? number : ''].filter(
      (each) => each !== '',
    )
    writeText(
      paper,
      parts.join('   ·   '),
      { ...small, weight: input.specimen ? 'bold' : 'regular' },
      { x: LEFT, y, width: WIDTH },
    )
  }
}
