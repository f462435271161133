// What is printed and written on each kind of sheet. Lengths are pixels at 300 dpi from the sheet's top left.
// Answers nothing: what is to be known about a sheet beforehand is in its plan, what was written in the pen's lines.
import type { Image } from '@napi-rs/canvas'
import qrcode from 'qrcode'
import { field, rule, signature, stamp, table } from '../scanner/ink.ts'
import { BLACK, heading, line, type Pen, paragraphs, prose, scribble, sentence } from './pen.ts'
import { codeGrid, guilloche, landscapePhoto, portrait, texture } from './pictures.ts'
import type { Kind } from './plan.ts'

/** What only some kinds need: the printed separator sheet, or the text of a code. */
export interface Extras {
  readonly picture: Image | null
  readonly code: string
}
type Draw = (pen: Pen, extras: Extras) => void

const LEFT = 250
const rightOf = (pen: Pen): number => pen.width - 180

function ending(pen: Pen, y: number, x = pen.width * 0.72): void {
  line(pen, 'TM. ỦY BAN NHÂN DÂN', x, y, { size: 42, weight: 'bold', align: 'center' })
  line(pen, 'CHỦ TỊCH', x, y + 60, { size: 42, weight: 'bold', align: 'center' })
  signature(pen.ink, x + 30, y + 210, pen.random)
  stamp(pen.ink, x - 220, y + 230, 'ỦY BAN NHÂN DÂN PHƯỜNG MẪU')
  line(pen, 'Nguyễn Văn Mẫu', x, y + 440, { size: 42, weight: 'bold', align: 'center' })
}

function rows(pen: Pen, count: number): readonly (readonly string[])[] {
  const cells = (number: number): readonly string[] => [
    String(number),
    sentence(pen, 4).slice(0, 30),
    String(Math.floor(pen.random() * 1e6)),
    pen.random() < 0.5 ? 'Đã kiểm tra' : '',
  ]
  const all = [['STT', 'Nội dung', 'Số liệu', 'Ghi chú'], ...Array.from({ length: count }, (_one, at) => cells(at + 1))]
  for (const row of all) pen.lines.push(row.filter((cell) => cell !== '').join(' '))
  return all
}

const decision: Draw = (pen) => {
  heading(pen)
  line(pen, 'QUYẾT ĐỊNH', pen.width / 2, 540, { size: 56, weight: 'bold', align: 'center' })
  const face = pen.index % 3 === 0 ? 'sans' : 'serif'
  const y = paragraphs(pen, LEFT, 640, rightOf(pen), 2000 - (pen.index % 4) * 200, { face })
  const { bottom } = table(pen.ink, LEFT, y + 10, [140, 800, 500, rightOf(pen) - LEFT - 1440], rows(pen, 4))
  ending(pen, bottom + 90)
}

const letter: Draw = (pen) => {
  heading(pen)
  paragraphs(pen, LEFT, 560, rightOf(pen), 2500, { size: 40 })
  ending(pen, 2900)
}

const faint: Draw = (pen) => {
  pen.ink.globalAlpha = 0.42
  heading(pen)
  paragraphs(pen, LEFT, 560, rightOf(pen), 2600, { colour: '#55505a', size: 40 })
  pen.ink.globalAlpha = 1
}

const form: Draw = (pen) => {
  heading(pen)
  line(pen, 'TỜ KHAI ĐĂNG KÝ', pen.width / 2, 560, { size: 60, weight: 'bold', align: 'center' })
  for (let row = 0; row < 16; row += 1) {
    const y = 720 + row * 116
    field(pen.ink, sentence(pen, 4).replace(/,.*|\.$/, ''), '', LEFT, y, rightOf(pen))
    if (pen.random() < 0.75) {
      const above = (pen.random() - 0.5) * 24
      scribble(pen, LEFT + 900, y + above, LEFT + 1200 + pen.random() * 600, '#27389a', 36)
    }
  }
  pen.ink.strokeStyle = BLACK
  pen.ink.lineWidth = 3
  for (let box = 0; box < 4; box += 1) pen.ink.strokeRect(LEFT + box * 500, 2600, 46, 46)
  line(pen, 'Người khai ký, ghi rõ họ tên', pen.width * 0.7, 2790, { size: 38, align: 'center' })
  signature(pen.ink, pen.width * 0.7, 2960, pen.random)
}

const bigTable: Draw = (pen) => {
  line(pen, 'BẢNG TỔNG HỢP', pen.width / 2, 260, { size: 56, weight: 'bold', align: 'center' })
  const wide = rightOf(pen) - LEFT
  table(
    pen.ink,
    LEFT,
    340,
    [140, wide * 0.45, wide * 0.25, wide * 0.3 - 140],
    rows(pen, Math.floor((pen.height - 640) / 76)),
  )
}

const handwriting: Draw = (pen) => {
  heading(pen)
  line(pen, 'ĐƠN ĐỀ NGHỊ', pen.width / 2, 560, { size: 60, weight: 'bold', align: 'center' })
  const colour = pen.random() < 0.6 ? '#26358f' : '#2b2a2c'
  const last = 12 + Math.floor(pen.random() * 14)
  for (let row = 0; row < last; row += 1) {
    const y = 720 + row * 94
    if (pen.index % 2 === 0) rule(pen.ink, LEFT, y + 10, rightOf(pen) - LEFT, 1.5, '#9a979c')
    const end = row === last - 1 ? LEFT + 700 : rightOf(pen) - pen.random() * 160
    scribble(pen, LEFT + (row % 6 === 0 ? 100 : 0), y + (pen.random() - 0.5) * 8, end, colour)
  }
}

const photo: Draw = (pen) => {
  line(pen, 'ẢNH HIỆN TRẠNG THỬA ĐẤT', pen.width / 2, 300, { size: 54, weight: 'bold', align: 'center' })
  landscapePhoto(pen.ink, LEFT, 400, 1950, 1250, pen.random)
  line(pen, sentence(pen, 9), LEFT, 1730, { size: 40 })
  landscapePhoto(pen.ink, LEFT, 1840, 1950, 1250, pen.random)
  line(pen, sentence(pen, 9), LEFT, 3170, { size: 40 })
}

const resume: Draw = (pen) => {
  heading(pen)
  portrait(pen.ink, LEFT, 520, 354, 472, pen.random)
  line(pen, 'SƠ YẾU LÝ LỊCH', pen.width / 2 + 120, 620, { size: 60, weight: 'bold', align: 'center' })
  const y = prose(pen, sentence(pen, 30), LEFT + 430, 740, rightOf(pen))
  paragraphs(pen, LEFT, Math.max(1080, y), rightOf(pen), 2700)
  signature(pen.ink, pen.width * 0.7, 3150, pen.random)
}

const certificate: Draw = (pen) => {
  const { ink, width, height } = pen
  guilloche(ink, 120, 120, width - 240, height - 240, pen.random, 345)
  ink.strokeStyle = '#b03a48'
  ink.lineWidth = 14
  ink.strokeRect(150, 150, width - 300, height - 300)
  heading({ ...pen, width })
  line(pen, 'GIẤY CHỨNG NHẬN', width / 2, 760, { size: 96, weight: 'bold', colour: '#b01825', align: 'center' })
  paragraphs(pen, LEFT + 100, 1000, rightOf(pen) - 100, 1900, { size: 46 })
  ending(pen, 2500)
}

const card: Draw = (pen) => {
  const { ink, width, height } = pen
  guilloche(ink, 0, 0, width, height, pen.random, 170)
  line(pen, 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', width * 0.58, 56, { size: 25, weight: 'bold', align: 'center' })
  line(pen, 'Độc lập - Tự do - Hạnh phúc', width * 0.58, 90, { size: 22, align: 'center' })
  line(pen, 'THẺ MẪU', width * 0.58, 150, { size: 40, weight: 'bold', colour: '#b01825', align: 'center' })
  portrait(ink, 50, 200, 240, 320, pen.random)
  line(pen, '001190123456', 340, 228, { size: 44, weight: 'bold' })
  for (const [row, words] of [
    'Họ và tên: NGUYỄN THỊ MẪU',
    'Ngày sinh: 15/01/1990',
    'Giới tính: Nữ   Quốc tịch: Việt Nam',
    'Quê quán: Phường Mẫu, Tỉnh Mẫu',
    'Nơi thường trú: 12 đường Mẫu, Phường Mẫu',
  ].entries())
    line(pen, words, 340, 300 + row * 62, { size: 28 })
}

const half: Draw = (pen) => {
  line(pen, 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', pen.width / 2, 170, { size: 36, weight: 'bold', align: 'center' })
  line(pen, 'GIẤY BIÊN NHẬN', pen.width / 2, 330, { size: 54, weight: 'bold', align: 'center' })
  paragraphs(pen, 140, 450, pen.width - 120, 1300, { size: 36 })
  stamp(pen.ink, pen.width * 0.6, 2000, 'BỘ PHẬN MỘT CỬA PHƯỜNG MẪU', 180)
  signature(pen.ink, pen.width * 0.65, 1980, pen.random)
}

const coded: Draw = (pen, { code }) => {
  decision(pen, { code, picture: null })
  const grid = qrcode.create(code, { errorCorrectionLevel: 'M' }).modules
  codeGrid(
    pen.ink,
    { size: grid.size, dark: (down, across) => grid.get(down, across) !== 0 },
    pen.width - 560,
    2900,
    380,
  )
}

const separator: Draw = (pen, { picture, code }) => {
  const { ink, width, height } = pen
  if (picture !== null) {
    ink.drawImage(picture, 0, 0, width, height)
    return
  }
  line(pen, 'PHIẾU NGĂN', width / 2, 420, { size: 110, weight: 'bold', align: 'center' })
  const grid = qrcode.create(code, { errorCorrectionLevel: 'Q' }).modules
  codeGrid(ink, { size: grid.size, dark: (down, across) => grid.get(down, across) !== 0 }, width / 2 - 500, 700, 1000)
  line(pen, 'Giấy chứng nhận quyền sử dụng đất', width / 2, 2000, { size: 70, weight: 'semibold', align: 'center' })
  line(pen, 'Đặt trước giấy tờ, quét cùng cả xấp.', width / 2, 2140, { size: 44, align: 'center' })
}

/** Kodak A-61599: bars of 0.08 and 0.20 inch with spaces of 0.08 inch, the first bar at the leading edge. */
const PATCHES: Readonly<Record<string, readonly number[]>> = {
  2: [60, 24, 24, 60],
  3: [60, 24, 60, 24],
  T: [24, 60, 24, 60],
}
const patch: Draw = (pen, { code }) => {
  let y = 150
  for (const bar of PATCHES[code] ?? []) {
    rule(pen.ink, 300, y, pen.width - 600, bar, '#101010')
    y += bar + 24
  }
  line(pen, `PATCH ${code}`, pen.width / 2, 900, { size: 90, weight: 'bold', align: 'center' })
  line(pen, 'Tờ ngăn giữa hai giấy tờ', pen.width / 2, 1020, { size: 50, align: 'center' })
}

const through: Draw = () => undefined

export const CONTENTS: Readonly<Record<Kind, Draw>> = {
  decision,
  letter,
  faint,
  form,
  table: bigTable,
  landscape: bigTable,
  handwriting,
  photo,
  resume,
  texture: (pen) => texture(pen.ink, 0, 0, pen.width, pen.height, pen.random),
  certificate,
  card,
  half,
  coded,
  'one-line': (pen) => line(pen, sentence(pen, 9), LEFT + 100, 300 + Math.floor(pen.random() * 2600), { size: 40 }),
  'one-stamp': (pen) =>
    stamp(pen.ink, 500 + pen.random() * 1400, 500 + pen.random() * 2400, 'ỦY BAN NHÂN DÂN PHƯỜNG MẪU'),
  'one-signature': (pen) => signature(pen.ink, 500 + pen.random() * 1400, 500 + pen.random() * 2400, pen.random),
  blank: through,
  'blank-through': through,
  separator,
  patch,
}
