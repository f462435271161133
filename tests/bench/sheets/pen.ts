// A pen over one sheet: writes prose and remembers the lines it wrote, for whoever compares what is read with what was there.
// Lengths are pixels at 300 dpi. All words are invented or plain official language; nobody living is named.
import { existsSync } from 'node:fs'
import { GlobalFonts } from '@napi-rs/canvas'
import { type Ink, loadFonts, motto, rule, text } from '../scanner/ink.ts'

export interface Pen {
  readonly ink: Ink
  readonly width: number
  readonly height: number
  readonly random: () => number
  /** Number of the sheet, for numbers and dates on it. */
  readonly index: number
  readonly lines: string[]
}

const NOTO = '/usr/share/fonts/truetype/noto'
let serif = false

/** The shipped fonts, and a serif where Debian's fonts-noto-core is there. */
export function loadPenFonts(): void {
  loadFonts()
  for (const [file, name] of [
    ['NotoSerif-Regular.ttf', 'SheetSerif'],
    ['NotoSerif-Bold.ttf', 'SheetSerifBold'],
  ] as const)
    if (existsSync(`${NOTO}/${file}`)) serif = GlobalFonts.registerFromPath(`${NOTO}/${file}`, name) !== null
}

export const BLACK = '#1c1c1e'
export type Face = 'sans' | 'serif'
export const faceOf = (size: number, face: Face, bold = false): string =>
  face === 'serif' && serif
    ? `${size}px ${bold ? 'SheetSerifBold' : 'SheetSerif'}`
    : `${size}px ${bold ? 'QuayBold' : 'QuayRegular'}`

const WORDS = (
  'ủy ban nhân dân phường chứng thực bản sao đúng với bản chính quyết định về việc cấp giấy chứng nhận quyền sử dụng đất ' +
  'quyền sở hữu nhà ở và tài sản khác gắn liền với đất ông bà sinh năm căn cước công dân số cấp ngày tại cơ quan quản lý ' +
  'hành chính về trật tự xã hội địa chỉ thường trú đường số nhà tổ dân phố diện tích mét vuông thửa đất tờ bản đồ mục đích ' +
  'sử dụng thời hạn nguồn gốc theo quy định của pháp luật hiện hành căn cứ nghị định của Chính phủ hướng dẫn thi hành ' +
  'xét đề nghị của trưởng phòng tài nguyên và môi trường người yêu cầu đăng ký khai sinh kết hôn hộ tịch hồ sơ thủ tục ' +
  'một cửa trả kết quả'
).split(' ')

/** `count` words as a sentence, every other one with a document number at its end. */
export function sentence({ random }: Pen, count: number): string {
  const words = Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)] ?? '').join(' ')
  const end =
    random() < 0.5 ? '.' : `, số ${1000 + Math.floor(random() * 8999)}/${2015 + Math.floor(random() * 10)}/QĐ-UBND.`
  return words.charAt(0).toUpperCase() + words.slice(1) + end
}

export function line(pen: Pen, words: string, x: number, y: number, style: Parameters<typeof text>[4] = {}): void {
  text(pen.ink, words, x, y, style)
  pen.lines.push(words)
}

export interface ProseStyle {
  readonly size?: number
  readonly face?: Face
  readonly colour?: string
  readonly indent?: number
}

/** Writes `prose` between `x` and `right`; answers the baseline of the next line. */
export function prose(pen: Pen, words: string, x: number, y: number, right: number, style: ProseStyle = {}): number {
  const { size = 42, face = 'serif', colour = BLACK, indent = 0 } = style
  const { ink } = pen
  ink.font = faceOf(size, face)
  ink.fillStyle = colour
  ink.textAlign = 'left'
  let left = x + indent
  let baseline = y
  let written = ''
  const put = (): void => {
    ink.fillText(written, left, baseline)
    pen.lines.push(written)
    baseline += size * 1.56
    left = x
  }
  for (const word of words.split(' ')) {
    const longer = written === '' ? word : `${written} ${word}`
    if (written !== '' && left + ink.measureText(longer).width > right) {
      put()
      written = word
    } else written = longer
  }
  put()
  return baseline
}

/** Paragraphs until `bottom`. */
export function paragraphs(
  pen: Pen,
  x: number,
  y: number,
  right: number,
  bottom: number,
  style: ProseStyle = {},
): number {
  let baseline = y
  while (baseline < bottom)
    baseline =
      prose(pen, sentence(pen, 25 + Math.floor(pen.random() * 50)), x, baseline, right, { indent: 90, ...style }) + 24
  return baseline
}

/** Issuing body on the left, national heading on the right, number and date (NĐ 30/2020 Phụ lục I); ends at y = 400. */
export function heading(pen: Pen): void {
  const { ink, width, index } = pen
  const left = width * 0.25
  const right = width * 0.68
  line(pen, 'ỦY BAN NHÂN DÂN', left, 240, { size: 38, align: 'center' })
  line(pen, 'PHƯỜNG MẪU', left, 300, { size: 38, weight: 'bold', align: 'center' })
  rule(ink, left - 130, 325, 260)
  motto(ink, right, 240, 38)
  pen.lines.push('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 'Độc lập - Tự do - Hạnh phúc')
  line(pen, `Số: ${1000 + index}/QĐ-UBND`, left, 395, { size: 36, align: 'center' })
  line(pen, `Mẫu, ngày ${1 + (index % 28)} tháng ${1 + (index % 12)} năm 2024`, right, 395, {
    size: 36,
    align: 'center',
  })
}

/** Handwriting: `words` bouncing words between `x` and `right` on a baseline; loops, slant and gaps, but no letters. */
export function scribble(pen: Pen, x: number, y: number, right: number, colour: string, size = 44): void {
  const { ink, random } = pen
  ink.save()
  ink.strokeStyle = colour
  ink.lineWidth = 3 + random() * 2.5
  ink.lineCap = 'round'
  ink.lineJoin = 'round'
  let at = x
  while (at < right - size) {
    const letters = 2 + Math.floor(random() * 6)
    ink.beginPath()
    ink.moveTo(at, y)
    for (let letter = 0; letter < letters && at < right; letter += 1) {
      const tall = random() < 0.25 ? size * 1.5 : random() < 0.15 ? -size * 0.6 : size * 0.7
      const wide = size * (0.4 + random() * 0.4)
      ink.bezierCurveTo(at + wide * 0.9, y - tall, at + wide * 0.1, y - tall * 1.1, at + wide * 0.35, y - size * 0.1)
      ink.quadraticCurveTo(at + wide * 0.6, y + (random() - 0.4) * 10, at + wide, y - random() * size * 0.3)
      at += wide
    }
    ink.stroke()
    at += size * (0.5 + random() * 0.4)
  }
  ink.restore()
}
