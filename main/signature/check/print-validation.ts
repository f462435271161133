// Prints the report of a check as a PDF/A-2b, A4: the verdict, the file, and every signature with what is known of it.
// Never: a word that the check did not find; long names wrap and are not cut.
import { formatLegal } from '../../../preload/contract/legal-time.ts'
import type { CheckedSignature, ValidationReport } from '../../../preload/contract/validation.ts'
import {
  type Area,
  grouped,
  heightOf,
  mm,
  rule,
  type TextStyle,
  writeField,
  writeHeading,
  writeSpecimenMark,
  writeText,
} from '../../workshop/form-parts.ts'
import { openPaper, type Paper } from '../../workshop/open-paper.ts'
import { CHANGES, FAULTS, FIELDS, NOTES, RESERVATIONS, REVOCATION, SIGNATURE_VERDICTS, VERDICTS } from './words.ts'

export interface ValidationInput {
  /** Identifier of this print (UUID). */
  readonly id: string
  readonly now: Date
  readonly unit: { readonly name: string; readonly place: string; readonly specimen: boolean }
  /** What the file is called. */
  readonly name: string
  /** Who checked. */
  readonly by: string
  readonly report: ValidationReport
}

const A4 = [mm(210), mm(297)] as const
const LEFT = mm(25)
const WIDTH = A4[0] - LEFT - mm(18)
const TOP = mm(18)
const BOTTOM = A4[1] - mm(20)
const SIZE = 10.5
const SPECIMEN = 'MẪU – KHÔNG CÓ GIÁ TRỊ'
const COUNTRY = 'Cộng hòa xã hội chủ nghĩa Việt Nam'
const MOTTO = 'Độc lập - Tự do - Hạnh phúc'
const NOTE =
  'Báo cáo này do máy lập theo những gì có trong tệp và danh sách nơi cấp chứng thư mà đơn vị tin cậy, vào thời điểm ghi ở trên; ' +
  'không tra cứu trực tuyến. Tệp mang mã băm khác là tệp khác.'

/** Lines of one part of the report: plain text, or a label with its value. */
interface Line {
  readonly label?: string
  readonly text: string
  readonly style?: Partial<TextStyle>
  readonly indent?: number
}

const moment = (instant: string | null): string =>
  instant === null ? '–' : formatLegal(new Date(instant), 'hh:mm dd/mm/yyyy')

/** What is said of a signature, in order. Pure. */
export function linesOf(one: CheckedSignature, index: number): readonly Line[] {
  const { signer } = one
  const what = one.kind === 'timestamp' ? 'Dấu thời gian' : 'Chữ ký'
  const field = FIELDS.get(one.fieldName)
  const who = signer === null ? 'không đọc được' : [signer.name, signer.organisation].filter(Boolean).join(', ')
  const facts: readonly (readonly [string, string])[] = [
    ['Số định danh:', signer?.personNumber ?? ''],
    [
      'Chứng thư:',
      signer === null
        ? ''
        : `do ${signer.issuer} cấp; có giá trị từ ${moment(signer.validFrom)} đến ${moment(signer.validTo)}; mã ${signer.fingerprint}`,
    ],
    ['Thời điểm ký theo người ký:', one.claimedAt === null ? '' : moment(one.claimedAt)],
    ['Thời điểm được chứng minh:', one.provenAt === null ? 'không có' : `${moment(one.provenAt)}, bởi ${one.provenBy}`],
    ['Thuật toán, mức:', [one.algorithm, one.level === 'none' ? '' : one.level].filter(Boolean).join('; ')],
    ['Thu hồi:', `${REVOCATION[one.revocation]}${one.revokedAt === null ? '' : ` từ ${moment(one.revokedAt)}`}`],
    ['Sau khi ký:', changesOf(one)],
  ]
  return [
    { text: `${index + 1}. ${what}: ${who}`, style: { weight: 'bold', size: SIZE + 0.5 } },
    { label: 'Kết luận:', text: SIGNATURE_VERDICTS[one.verdict] },
    ...(field === undefined ? [] : [{ label: 'Trường:', text: `${one.fieldName}, ${field}` }]),
    ...one.faults.map((fault) => ({
      text: `– ${FAULTS[fault]}`,
      indent: mm(4),
      style: { weight: 'semibold' as const },
    })),
    ...one.reservations.map((reservation) => ({ text: `– ${RESERVATIONS[reservation]}`, indent: mm(4) })),
    ...facts.flatMap(([label, text]) => (text === '' ? [] : [{ label, text, style: { weight: 'regular' as const } }])),
  ]
}

function changesOf({ changes, changedPages, coversWholeFile, integrity }: CheckedSignature): string {
  // Of bytes that are not the signed ones nobody can tell what came later.
  if (changes.length === 0 || !integrity)
    return coversWholeFile && integrity ? 'không có gì thay đổi' : 'không xác định được'
  const pages = changedPages.length === 0 ? '' : ` (trang ${changedPages.join(', ')})`
  return `${changes.map((change) => CHANGES[change]).join('; ')}${pages}`
}

export async function printValidation(
  input: ValidationInput,
  { fontFolder }: { readonly fontFolder: string },
): Promise<Uint8Array> {
  const { unit, report, now } = input
  const paper = openPaper({ id: input.id, now, title: 'Báo cáo kiểm tra chữ ký số', creator: unit.name, fontFolder })
  const open = (): number => {
    paper.page(A4)
    if (unit.specimen) writeSpecimenMark(paper, SPECIMEN)
    return TOP
  }
  const area = (y: number, indent = 0): Area => ({ x: LEFT + indent, y, width: WIDTH - indent })
  let y = open()
  const write = ({ label, text, style = {}, indent = 0 }: Line, gap = 3): void => {
    const size = style.size ?? SIZE
    const height = heightOf(paper, `${label ?? ''} ${text}`, { ...style, size }, WIDTH - indent)
    if (y + height > BOTTOM) y = open()
    y =
      (label === undefined
        ? writeText(paper, text, { ...style, size }, area(y, indent))
        : writeField(paper, label, text, size, area(y, indent), style.weight)) + gap
  }

  const dateline = `${unit.place === '' ? '' : `${unit.place}, `}${formatLegal(now, 'ngày … tháng … năm …')}`
  const heading = { parent: '', unit: unit.name, below: [], country: COUNTRY, motto: MOTTO, dateline }
  y = writeHeading(paper, heading, 10, area(y)) + 18
  write({ text: 'BÁO CÁO KIỂM TRA CHỮ KÝ SỐ', style: { size: 14, weight: 'bold', align: 'center' } }, 6)
  write({ text: VERDICTS[report.verdict], style: { size: 13, weight: 'bold', align: 'center' } }, 10)
  for (const note of report.notes) write({ text: `– ${NOTES[note]}` })
  write({ label: 'Tệp:', text: input.name })
  write({ label: 'Mã băm SHA-256:', text: report.hash, style: { weight: 'regular' } })
  write({
    label: 'Dung lượng:',
    text: `${grouped(report.bytes)} byte${report.pages === null ? '' : `; ${report.pages} trang`}; ${archivalOf(report)}`,
    style: { weight: 'regular' },
  })
  if (report.certified !== null)
    write({ label: 'Chữ ký chứng nhận (DocMDP):', text: `mức ${report.certified}`, style: { weight: 'regular' } })
  write({
    label: 'Kiểm tra lúc:',
    text: `${moment(report.checkedAt)}; người kiểm tra: ${input.by}`,
    style: { weight: 'regular' },
  })
  for (const [index, one] of report.signatures.entries()) {
    const lines = linesOf(one, index)
    y += 6
    if (y + 60 > BOTTOM) y = open()
    rule(paper.draw, LEFT, y, LEFT + WIDTH, y, 0.4)
    y += 6
    for (const line of lines) write(line)
  }
  y += 10
  write({ text: NOTE, style: { size: 9, slanted: true } })
  writeFeet(paper, unit.specimen)
  return paper.close()
}

const archivalOf = ({ archival }: ValidationReport): string =>
  archival === null
    ? 'không khai là PDF/A'
    : `khai là PDF/A-${archival.claim.toLowerCase()}, ${archival.holds ? 'đúng quy tắc' : 'không đúng quy tắc'}`

function writeFeet(paper: Paper, specimen: boolean): void {
  const pages = paper.draw.bufferedPageRange().count
  for (let page = 0; page < pages; page += 1) {
    paper.draw.switchToPage(page)
    const foot = [specimen ? SPECIMEN : '', pages > 1 ? `Trang ${page + 1} / ${pages}` : ''].filter(Boolean)
    writeText(paper, foot.join('   ·   '), { size: 9, align: 'center' }, { x: LEFT, y: A4[1] - mm(14), width: WIDTH })
  }
}
