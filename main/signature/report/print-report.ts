// Prints the report of a signed batch (báo cáo phiên ký) as a PDF/A-2b, A4 landscape: who signed with what, and every document
// with the file that was shown and the file that was filed. Room for one signature is kept at the end.
// Never: renumbers, sorts or leaves out; a document that was set aside stands there with its reason.
import { formatLegal } from '../../../preload/contract/legal-time.ts'
import {
  A4_LANDSCAPE,
  type Area,
  heightOf,
  mm,
  writeField,
  writeHeading,
  writeSpecimenMark,
  writeText,
} from '../../workshop/form-parts.ts'
import { openPaper, type Paper } from '../../workshop/open-paper.ts'
import type { Place } from '../steps.ts'
import type { BatchFacts, ReportLine } from './facts.ts'
import { openLineTable } from './table-lines.ts'

export interface ReportInput {
  /** Identifier of this print (UUID). */
  readonly id: string
  readonly now: Date
  readonly unit: { readonly name: string; readonly place: string; readonly specimen: boolean }
  readonly facts: BatchFacts
}

export interface PrintedReport {
  readonly pdf: Uint8Array
  /** Where its signature goes: page from 0, and left, bottom, right, top in points. */
  readonly page: number
  readonly place: Place
}

const LEFT = mm(15)
const WIDTH = A4_LANDSCAPE[0] - 2 * LEFT
const TOP = mm(14)
const BOTTOM = A4_LANDSCAPE[1] - mm(17)
const SIZE = 9.5
const SMALL = 7.6
const BOX = { width: 210, height: 74 } as const
const SPECIMEN = 'MẪU – KHÔNG CÓ GIÁ TRỊ'
const COUNTRY = 'Cộng hòa xã hội chủ nghĩa Việt Nam'
const MOTTO = 'Độc lập - Tự do - Hạnh phúc'
const SHARES = [0.04, 0.12, 0.185, 0.22, 0.22, 0.075, 0.14] as const
const HEADS = ['STT', 'Số', 'Văn bản', 'Mã băm đã xem', 'Mã băm đã lưu', 'Kết quả', 'Kiểm tra lại, lý do'] as const

const ROLES: Readonly<Record<BatchFacts['role'], string>> = {
  officer: 'Người thực hiện chứng thực ký',
  agency: 'Đóng dấu cơ quan',
  scanner: 'Người sao chụp ký',
  copy: 'Cơ quan ký bản sao y',
}
const ENDS: Readonly<Record<ReportLine['end'], string>> = {
  signed: 'đã ký',
  'set-aside': 'để riêng',
  waiting: 'chưa ký',
}

export async function printReport(
  input: ReportInput,
  { fontFolder }: { readonly fontFolder: string },
): Promise<PrintedReport> {
  const { unit, facts, now } = input
  const paper = openPaper({
    id: input.id,
    now,
    title: `Báo cáo phiên ký ${facts.listCode}`,
    creator: unit.name,
    fontFolder,
  })
  const widths = SHARES.map((share) => WIDTH * share)
  const open = (): number => {
    paper.page(A4_LANDSCAPE)
    if (unit.specimen) writeSpecimenMark(paper, SPECIMEN)
    return TOP
  }

  const table = openLineTable(paper, { left: LEFT, widths, size: SMALL, bottom: BOTTOM }, () =>
    table.row(HEADS, open(), true),
  )
  let y = table.row(HEADS, writeTop(paper, input, open()) + 8, true)
  for (const [index, line] of facts.lines.entries()) y = table.row(cellsOf(line, index), y)
  const closing = closingOf(facts)
  const height = heightOf(paper, closing, { size: SIZE }, WIDTH)
  if (y + height + BOX.height + 20 > BOTTOM) y = open()
  y = writeText(paper, closing, { size: SIZE, weight: 'semibold' }, { x: LEFT, y: y + 8, width: WIDTH }) + 8
  const pages = paper.draw.bufferedPageRange().count
  writeFeet(paper, unit.specimen)
  const right = LEFT + WIDTH
  const top = A4_LANDSCAPE[1] - y
  return { pdf: await paper.close(), page: pages - 1, place: [right - BOX.width, top - BOX.height, right, top] }
}

function writeTop(paper: Paper, { unit, facts, now }: ReportInput, from: number): number {
  const area = (y: number): Area => ({ x: LEFT, y, width: WIDTH })
  const dateline = `${unit.place === '' ? '' : `${unit.place}, `}${formatLegal(now, 'ngày … tháng … năm …')}`
  const heading = { parent: '', unit: unit.name, below: [], country: COUNTRY, motto: MOTTO, dateline }
  let y = writeHeading(paper, heading, 9.5, area(from)) + 8
  y = writeText(paper, 'BÁO CÁO PHIÊN KÝ', { size: 14, weight: 'bold', align: 'center' }, area(y)) + 8
  const { certificate } = facts
  const day = (iso: string): string => iso.replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$3/$2/$1')
  const fields: readonly (readonly [string, string])[] = [
    ['Việc:', `${ROLES[facts.role]}; mã danh sách ${facts.listCode}`],
    ['Người ký:', [facts.signer, facts.signerTitle].filter(Boolean).join(', ')],
    ['Thẩm quyền:', facts.authority],
    ['Duyệt:', reviewedOf(facts)],
    [
      'Chứng thư:',
      `${certificate.holder}, do ${certificate.issuer} cấp, có giá trị từ ${day(certificate.validFrom)} đến ${day(certificate.validTo)}, mã ${certificate.fingerprint}`,
    ],
    ['Bắt đầu:', `${moment(facts.beganAt)}; ${endOf(facts)}`],
  ]
  for (const [label, text] of fields) if (text !== '') y = writeField(paper, label, text, SIZE, area(y), 'regular') + 2
  return y
}

const WAYS = { each: 'xem từng bản', sample: 'theo mẫu', all: 'cả danh sách, không mở từng bản' } as const
/** `xem từng bản 5, theo mẫu 40`; empty where nothing is reviewed (scans). */
const reviewedOf = ({ reviewed }: BatchFacts): string =>
  (['each', 'sample', 'all'] as const)
    .filter((mode) => reviewed[mode] > 0)
    .map((mode) => `${WAYS[mode]} ${reviewed[mode]}`)
    .join(', ')

const moment = (date: Date): string => formatLegal(date, 'hh:mm dd/mm/yyyy')
const endOf = ({ endedAt, finished }: BatchFacts): string =>
  endedAt === null ? 'chưa kết thúc' : `${finished ? 'kết thúc' : 'tạm dừng'}: ${moment(endedAt)}`

const cellsOf = (line: ReportLine, index: number): readonly string[] => [
  String(index + 1),
  line.number === '' ? '–' : line.number,
  line.title,
  line.shown,
  line.filed === '' ? (line.end === 'signed' ? 'chờ dấu cơ quan' : '–') : line.filed,
  ENDS[line.end],
  line.verified ? 'đạt' : reasonOf(line.reason),
]

/** The commonest codes in words; what a person wrote stands as it was written. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['pdf-unsupported', 'tệp PDF không ký được'],
  ['pdf-not-archival', 'tệp không đúng PDF/A'],
  ['document-changed', 'tệp khác với tệp đã xem'],
  ['signature-invalid', 'kiểm tra lại chữ ký không đạt'],
  ['certificate-not-the-signers', 'chứng thư không phải của người ký'],
  ['officer-signature-missing', 'thiếu chữ ký người chứng thực'],
  ['scan-signature-missing', 'thiếu chữ ký người sao chụp'],
  ['stale', 'đã thôi yêu cầu'],
  ['no-number-left', 'hết số chứng thực'],
  ['malformed', 'tệp hỏng'],
])

function reasonOf(reason: string): string {
  if (reason === '') return '–'
  const [code = '', ...detail] = reason.split(' ')
  const known = REASONS.get(code)
  if (known === undefined) return reason
  return detail.length === 0 ? known : `${known} (${detail.join(' ')})`
}

/** Totals in words; the parts add up to the inputs. */
export const closingOf = ({ totals }: BatchFacts): string =>
  `Cộng: ${totals.inputs} văn bản đưa vào = ${totals.signed} đã ký + ${totals.setAside} để riêng + ${totals.waiting} chưa ký.`

function writeFeet(paper: Paper, specimen: boolean): void {
  const pages = paper.draw.bufferedPageRange().count
  for (let page = 0; page < pages; page += 1) {
    paper.draw.switchToPage(page)
    const foot = [specimen ? SPECIMEN : '', `Trang ${page + 1} / ${pages}`].filter(Boolean).join('   ·   ')
    writeText(paper, foot, { size: 8.5, align: 'center' }, { x: LEFT, y: A4_LANDSCAPE[1] - mm(12), width: WIDTH })
  }
}
