// Small pages as the measuring parts see them (75 dpi), drawn with a known truth: skew, ground, paper, what is written.
// Drawn at twice the size and shrunk by the product's own way, so that edges are as soft as on a scan.
import { createCanvas } from '@napi-rs/canvas'
import { type SmallPage, shrinkSlowly } from '../../../main/scan/picture/shrink.ts'
import {
  A4,
  field,
  type Ink,
  loadFonts,
  motto,
  paragraph,
  seeded,
  signature,
  stamp,
  table,
  text,
} from '../../bench/scanner/ink.ts'

loadFonts()

export interface Scene {
  /** Degrees clockwise. */
  readonly skew?: number
  /** The glass or belt around the paper; none: the paper fills the picture. */
  readonly ground?: string
  /** Paper in pixels at 300 dpi, in the middle of the picture; the whole of A4 unless told. */
  readonly paper?: { readonly width: number; readonly height: number; readonly colour?: string }
  /** The lid presses the paper down: a shadow of a millimetre along its right and lower edges. */
  readonly shadow?: boolean
  /** The paper's middle away from the picture's, in pixels at 300 dpi. */
  readonly shift?: readonly [number, number]
  readonly seed?: number
}

const PROSE =
  'Căn cứ Luật Hộ tịch và các quy định hiện hành, Ủy ban nhân dân xã Mẫu chứng nhận những nội dung ghi trên đây là đúng với sổ gốc ' +
  'đang lưu tại xã; người có tên trên chịu trách nhiệm về các giấy tờ đã nộp, và được nhận kết quả tại Bộ phận Một cửa theo phiếu hẹn. '

/** Samples of a page, RGB; lengths are drawn in pixels at 300 dpi and made `dpi`. */
export function drawSamples(
  draw: (ink: Ink) => void,
  scene: Scene = {},
  dpi = 300,
): { readonly data: Uint8Array; readonly width: number; readonly height: number } {
  const { skew = 0, ground, seed = 1, shadow = false, shift = [0, 0] } = scene
  const paper = { width: A4.width, height: A4.height, colour: '#f6f3ea', ...scene.paper }
  const [width, height] = [Math.round((A4.width * dpi) / 300), Math.round((A4.height * dpi) / 300)]
  const canvas = createCanvas(width, height)
  const ink = canvas.getContext('2d')
  ink.fillStyle = ground ?? paper.colour
  ink.fillRect(0, 0, width, height)
  ink.scale(dpi / 300, dpi / 300)
  ink.translate(A4.width / 2 + shift[0], A4.height / 2 + shift[1])
  ink.rotate((skew * Math.PI) / 180)
  ink.translate(-paper.width / 2, -paper.height / 2)
  if (shadow) lidShadow(ink, paper.width, paper.height)
  ink.fillStyle = paper.colour
  if (ground === undefined) ink.fillRect(-400, -400, paper.width + 800, paper.height + 800)
  else ink.fillRect(0, 0, paper.width, paper.height)
  draw(ink)
  const pixels = canvas.data()
  const random = seeded(seed)
  const grain = Int8Array.from({ length: 65_536 }, () => Math.round((random() + random() + random() - 1.5) * 8))
  const data = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; from < pixels.length; from += 4, to += 3) {
    const noise = grain[(to * 7) & 65_535] ?? 0
    for (let channel = 0; channel < 3; channel += 1)
      data[to + channel] = Math.max(0, Math.min(255, (pixels[from + channel] ?? 0) + noise))
  }
  return { data, width, height }
}

function lidShadow(ink: Ink, width: number, height: number): void {
  for (let off = 14; off > 0; off -= 1) {
    ink.fillStyle = `rgba(80, 78, 74, ${0.5 / 14})`
    ink.fillRect(4, 4, width - 4 + off, height - 4 + off)
  }
}

export const drawSmall = (draw: (ink: Ink) => void, scene: Scene = {}): SmallPage =>
  shrinkSlowly({ ...drawSamples(draw, scene, 150), channels: 3, dpi: 150 }, 2)

/** Quarter turns clockwise of a small picture. */
export function turned(small: SmallPage, quarters: number): SmallPage {
  if (quarters === 0) return small
  const { rgbx, width, height } = small
  const made = new Uint8Array(rgbx.length)
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const from = (y * width + x) * 4
      made.set(rgbx.subarray(from, from + 4), (x * height + height - 1 - y) * 4)
    }
  return turned({ ...small, rgbx: made, width: height, height: width }, quarters - 1)
}

export function letter(ink: Ink): void {
  motto(ink, A4.width / 2, 260)
  text(ink, 'GIẤY CHỨNG NHẬN', A4.width / 2, 520, { size: 64, weight: 'bold', align: 'center' })
  let y = 680
  for (let part = 0; part < 4; part += 1) y = paragraph(ink, PROSE + PROSE, 230, y, A4.width - 460) + 30
  signature(ink, 1700, y + 240, seeded(3))
  stamp(ink, 1500, y + 240, 'ỦY BAN NHÂN DÂN XÃ MẪU')
}

export function tableOfFees(ink: Ink): void {
  motto(ink, A4.width / 2, 260)
  const random = seeded(11)
  const words = PROSE.split(' ')
  const some = (count: number): string =>
    Array.from({ length: count }, () => words[Math.floor(random() * words.length)] ?? '').join(' ')
  const rows = Array.from({ length: 24 }, (_, row) => [
    `${row + 1}`,
    some(6).slice(0, 40),
    `${row * 5}.000`,
    some(3).slice(0, 22),
  ])
  table(ink, 230, 520, [160, 900, 420, 520], rows)
}

/** Rows that repeat word by word look as if lines ran down the page. */
export function tableOfTheSame(ink: Ink): void {
  const rows = Array.from({ length: 24 }, (_, row) => [`${row + 1}`, 'Lệ phí hộ tịch', `${row * 5}.000`, 'Đã thu'])
  table(ink, 230, 520, [160, 900, 420, 520], rows)
}

/** A list with figures, rows a whole number of small pixels apart: from `top` on all edges fall alike between two of them. */
export function listOfFigures(ink: Ink, top = 480): void {
  const random = seeded(31)
  const words = PROSE.toLowerCase()
    .replaceAll(/[^\p{L} ]/gu, '')
    .split(' ')
  const rows = Array.from({ length: 30 }, (_, row) => [
    `${row + 1}`,
    Array.from({ length: 4 }, () => words[Math.floor(random() * words.length)] ?? '').join(' '),
    String(Math.floor(random() * 1e6)),
    String(Math.floor(random() * 1e6)),
  ])
  table(ink, 230, top, [140, 900, 480, 480], rows)
}

export const nothing = (): void => undefined
export const oneLine = (ink: Ink): void => text(ink, 'Người nộp đã nhận đủ giấy tờ gốc.', 400, 1600)
export const smallStamp = (ink: Ink): void => stamp(ink, 1800, 2600, 'XÃ MẪU', 90)
export const justSigned = (ink: Ink): void => signature(ink, 1600, 2500, seeded(7))
export const pageNumber = (ink: Ink): void => text(ink, '12', A4.width / 2, A4.height - 160)

/** The other side shining through: mirrored and faint. */
export function bleedThrough(ink: Ink): void {
  ink.save()
  ink.globalAlpha = 0.1
  ink.translate(A4.width, 0)
  ink.scale(-1, 1)
  letter(ink)
  ink.restore()
}

export function punchHoles(ink: Ink): void {
  ink.fillStyle = '#2b2927'
  for (const y of [A4.height / 2 - 472, A4.height / 2 + 472]) {
    ink.beginPath()
    ink.arc(142, y, 33, 0, 7)
    ink.fill()
  }
}

export function photograph(ink: Ink, left: number, top: number, width: number, height: number): void {
  const random = seeded(5)
  ink.save()
  ink.beginPath()
  ink.rect(left, top, width, height)
  ink.clip()
  ink.fillStyle = '#8a8f7a'
  ink.fillRect(left, top, width, height)
  for (let blot = 0; blot < 40; blot += 1) {
    ink.fillStyle = `rgba(${Math.floor(random() * 200)}, ${Math.floor(random() * 180)}, ${Math.floor(random() * 160)}, 0.4)`
    ink.beginPath()
    ink.arc(left + random() * width, top + random() * height, width * 0.2, 0, 7)
    ink.fill()
  }
  ink.restore()
}

/** A certificate: a broad red frame, and inside it, when asked for, the tint of a security print. */
export function certificate(ink: Ink, tint?: string): void {
  if (tint !== undefined) {
    ink.fillStyle = tint
    ink.fillRect(120, 120, A4.width - 240, A4.height - 240)
  }
  ink.strokeStyle = '#b03a48'
  ink.lineWidth = 14
  ink.strokeRect(150, 150, A4.width - 300, A4.height - 300)
  letter(ink)
}

/** Labels with dotted lines; what is written on them by hand stands now higher, now lower. */
export function filledForm(ink: Ink): void {
  const random = seeded(21)
  for (let row = 0; row < 16; row += 1) {
    const y = 620 + row * 118
    field(
      ink,
      PROSE.split(' ')
        .slice(row * 3, row * 3 + 4)
        .join(' '),
      '',
      230,
      y,
      A4.width - 200,
    )
    text(ink, 'Nguyễn Thị Mẫu', 1100 + random() * 300, y + (random() - 0.5) * 26, { size: 48, colour: '#27389a' })
  }
}

/** Two pages of an open book, each lying its own way. */
export function openBook(ink: Ink): void {
  for (const [x, degrees] of [
    [160, 1.6],
    [1300, -1.6],
  ] as const) {
    ink.save()
    ink.translate(x + 500, A4.height / 2)
    ink.rotate((degrees * Math.PI) / 180)
    ink.translate(-500, -A4.height / 2)
    let y = 400
    for (let part = 0; part < 5; part += 1) y = paragraph(ink, PROSE + PROSE, 0, y, 1000) + 30
    ink.restore()
  }
}

export function cardPrint(ink: Ink): void {
  for (const [line, words] of ['CĂN CƯỚC', 'Họ và tên: NGUYỄN THỊ MẪU', 'Số: 001190123456', 'Giới tính: Nữ'].entries())
    text(ink, words, 340 + (line % 2) * 40, 160 + line * 110, { size: 28 })
}

/** Folded once across. */
export function fold(ink: Ink): void {
  ink.fillStyle = 'rgba(60, 56, 50, 0.10)'
  ink.fillRect(-400, A4.height / 2, A4.width + 800, 5)
}
