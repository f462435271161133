// What paper is marked with: lines of text, dotted fields, tables, red round stamps, blue signatures, the word MẪU.
// All lengths are pixels at 300 dpi on A4 (2480 × 3508); it never measures time and draws the same for the same seed.
import { resolve } from 'node:path'
import { GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas'

export type Ink = SKRSContext2D
export const A4 = { width: 2480, height: 3508 } as const
/** Left and right margin of every specimen. */
export const MARGIN = 210

const BLACK = '#1d1b1a'
const STAMP_RED = 'rgba(200, 22, 34, 0.80)'
const PEN_BLUE = '#22349c'
const WEIGHTS = { regular: 'QuayRegular', semibold: 'QuaySemiBold', bold: 'QuayBold' } as const
export type Weight = keyof typeof WEIGHTS

/** Registers the three shipped cuts of Be Vietnam Pro under names of their own, so that no system font slips in. */
export function loadFonts(folder = resolve(import.meta.dirname, '../../../resources/fonts')): void {
  GlobalFonts.registerFromPath(resolve(folder, 'BeVietnamPro_400Regular.ttf'), WEIGHTS.regular)
  GlobalFonts.registerFromPath(resolve(folder, 'BeVietnamPro_600SemiBold.ttf'), WEIGHTS.semibold)
  GlobalFonts.registerFromPath(resolve(folder, 'BeVietnamPro_700Bold.ttf'), WEIGHTS.bold)
}

/** A small seeded generator (mulberry32): numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export interface TextStyle {
  readonly size?: number
  readonly weight?: Weight
  readonly colour?: string
  readonly align?: 'left' | 'center' | 'right'
}

function use(ink: Ink, style: TextStyle): void {
  ink.font = `${style.size ?? 42}px ${WEIGHTS[style.weight ?? 'regular']}`
  ink.fillStyle = style.colour ?? BLACK
  ink.textAlign = style.align ?? 'left'
}

export function text(ink: Ink, line: string, x: number, y: number, style: TextStyle = {}): void {
  use(ink, style)
  ink.fillText(line, x, y)
}

/** Breaks `prose` into lines no wider than `width`, writes them and returns the baseline below the last one. */
export function paragraph(ink: Ink, prose: string, x: number, y: number, width: number, style: TextStyle = {}): number {
  use(ink, style)
  const step = (style.size ?? 42) * 1.55
  let line = ''
  let baseline = y
  for (const word of prose.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && ink.measureText(longer).width > width) {
      ink.fillText(line, x, baseline)
      baseline += step
      line = word
    } else line = longer
  }
  ink.fillText(line, x, baseline)
  return baseline + step
}

/** `label: value` with a dotted rule under the value up to `right`, as forms have it. */
export function field(ink: Ink, label: string, value: string, x: number, y: number, right: number, size = 42): void {
  text(ink, `${label}:`, x, y, { size })
  const start = x + ink.measureText(`${label}: `).width + 12
  ink.save()
  ink.strokeStyle = '#6d6a66'
  ink.lineWidth = 2
  ink.setLineDash([3, 7])
  ink.beginPath()
  ink.moveTo(start, y + 11)
  ink.lineTo(right, y + 11)
  ink.stroke()
  ink.restore()
  text(ink, value, start + 12, y, { size, weight: 'semibold' })
}

export function rule(ink: Ink, x: number, y: number, width: number, thickness = 3, colour = BLACK): void {
  ink.fillStyle = colour
  ink.fillRect(x, y, width, thickness)
}

/** National name and motto (Quốc hiệu, Tiêu ngữ) centred on `x`. */
export function motto(ink: Ink, x: number, y: number, size = 42): void {
  text(ink, 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', x, y, { size, weight: 'bold', align: 'center' })
  text(ink, 'Độc lập - Tự do - Hạnh phúc', x, y + size * 1.5, { size, weight: 'semibold', align: 'center' })
  const width = ink.measureText('Độc lập - Tự do - Hạnh phúc').width
  rule(ink, x - width / 2, y + size * 1.9, width)
}

export function table(ink: Ink, x: number, y: number, widths: readonly number[], rows: readonly (readonly string[])[]) {
  const high = 76
  const total = widths.reduce((sum, width) => sum + width, 0)
  ink.strokeStyle = BLACK
  ink.lineWidth = 3
  rows.forEach((row, down) => {
    let left = x
    row.forEach((cell, across) => {
      const width = widths[across] ?? 0
      ink.strokeRect(left, y + down * high, width, high)
      text(ink, cell, left + 18, y + down * high + 51, { size: 36, weight: down === 0 ? 'semibold' : 'regular' })
      left += width
    })
  })
  return { right: x + total, bottom: y + rows.length * high }
}

export function star(ink: Ink, x: number, y: number, radius: number, colour: string): void {
  ink.fillStyle = colour
  ink.beginPath()
  for (let point = 0; point < 10; point++) {
    const reach = point % 2 === 0 ? radius : radius * 0.39
    const angle = (point * Math.PI) / 5 - Math.PI / 2
    ink.lineTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle))
  }
  ink.closePath()
  ink.fill()
}

/** A red round stamp, 36 mm across: the words run along the inside of the ring, a star in the middle. */
export function stamp(ink: Ink, x: number, y: number, words: string, radius = 212): void {
  ink.save()
  ink.strokeStyle = STAMP_RED
  for (const [reach, width] of [
    [radius, 10],
    [radius - 14, 3],
    [radius * 0.64, 4],
  ] as const) {
    ink.lineWidth = width
    ink.beginPath()
    ink.arc(x, y, reach, 0, Math.PI * 2)
    ink.stroke()
  }
  const letters = [...`${words} ★ `]
  use(ink, {
    size: Math.min(38, (radius * 5) / letters.length + 6),
    weight: 'bold',
    colour: STAMP_RED,
    align: 'center',
  })
  letters.forEach((letter, index) => {
    const angle = (index / letters.length) * Math.PI * 2 - Math.PI * 0.8
    ink.save()
    ink.translate(x, y)
    ink.rotate(angle)
    if (letter === '★') star(ink, 0, -radius * 0.78, 15, STAMP_RED)
    else ink.fillText(letter, 0, -radius * 0.73)
    ink.restore()
  })
  star(ink, x, y, radius * 0.36, STAMP_RED)
  ink.restore()
}

/** A blue pen scribble about 460 × 200 px around (x, y). */
export function signature(ink: Ink, x: number, y: number, random: () => number): void {
  ink.save()
  ink.strokeStyle = PEN_BLUE
  ink.lineWidth = 6
  ink.lineCap = 'round'
  ink.lineJoin = 'round'
  ink.beginPath()
  ink.moveTo(x - 210, y + 20)
  for (let loop = 0; loop < 8; loop++) {
    const left = x - 190 + loop * 48
    ink.bezierCurveTo(
      left + 4,
      y - 100 + random() * 60,
      left + 34,
      y + 10 + random() * 80,
      left + 30 + random() * 22,
      y - 30 + random() * 70,
    )
  }
  ink.quadraticCurveTo(x + 120, y + 90, x - 230, y + 84)
  ink.stroke()
  ink.restore()
}

/** Says in large letters, and once in plain red, that this paper is worth nothing. `height` limits it to the paper's own part. */
export function markAsSpecimen(ink: Ink, height: number): void {
  ink.save()
  ink.translate(A4.width / 2, height / 2)
  ink.rotate(-Math.atan2(height * 0.55, A4.width))
  text(ink, 'MẪU', 0, -10, { size: 300, weight: 'bold', colour: 'rgba(190, 40, 40, 0.13)', align: 'center' })
  text(ink, 'KHÔNG CÓ GIÁ TRỊ', 0, 190, {
    size: 170,
    weight: 'bold',
    colour: 'rgba(190, 40, 40, 0.13)',
    align: 'center',
  })
  ink.restore()
  text(ink, 'MẪU – KHÔNG CÓ GIÁ TRỊ', A4.width / 2, 96, {
    size: 40,
    weight: 'bold',
    colour: '#c01822',
    align: 'center',
  })
}
