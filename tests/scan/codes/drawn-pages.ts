// Papers as they lie on the glass, drawn in millimetres: text, tables, stamps, photos, certificates, and codes of every kind.
// Everybody and everything on them is made up. The same seed draws the same page.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas'
import { create } from 'qrcode'
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer'

const ROOT = join(import.meta.dirname, '../../..')
for (const weight of ['400Regular', '600SemiBold', '700Bold'])
  GlobalFonts.registerFromPath(join(ROOT, `resources/fonts/BeVietnamPro_${weight}.ttf`), `Paper ${weight.slice(0, 3)}`)
prepareZXingModule({
  overrides: { wasmBinary: readFileSync(join(ROOT, 'node_modules/zxing-wasm/dist/writer/zxing_writer.wasm')).buffer },
})

/** Mulberry32: the same seed, the same numbers from 0 to 1. */
export function dice(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

type Dice = () => number
export type Draw = (on: SKRSContext2D, roll: Dice) => void

const WORDS =
  'Ủy ban nhân dân chứng thực bản sao đúng với bản chính quyết định cấp giấy chứng nhận quyền sử dụng đất ông bà sinh năm căn cước số ngày tại địa chỉ thường trú thửa đất tờ bản đồ thời hạn theo quy định của pháp luật Nghị định Chính phủ hộ tịch hồ sơ thủ tục một cửa trả kết quả'.split(
    ' ',
  )
const LEFT = 25
const RIGHT = 195

/** `size` in points. */
const font = (on: SKRSContext2D, size: number, weight = '400') => {
  on.font = `${(size * 25.4) / 72}px "Paper ${weight}"`
}

/** Lines of words, wrapped by count; answers the y below. `size` and `lead` in points. */
export function writeLines(
  on: SKRSContext2D,
  roll: Dice,
  { size = 12, lead = 1.4, weight = '400', from = 60, to = 230, left = LEFT, right = RIGHT } = {},
): number {
  font(on, size, weight)
  on.fillStyle = '#1c1c1e'
  const step = (size * lead * 25.4) / 72
  let y = from
  for (; y < to; y += step) {
    let line = ''
    while (on.measureText(line).width < right - left - size * 1.2)
      line += `${WORDS[Math.floor(roll() * WORDS.length)]}${roll() < 0.08 ? `, ${Math.floor(roll() * 90_000)}` : ''} `
    on.fillText(line, left, y)
    if (roll() < 0.1) y += step
  }
  return y
}

function head(on: SKRSContext2D, roll: Dice): void {
  on.fillStyle = '#1c1c1e'
  on.textAlign = 'center'
  font(on, 12, '700')
  on.fillText('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 140, 20)
  on.fillText('Độc lập - Tự do - Hạnh phúc', 140, 26)
  on.fillText('ỦY BAN NHÂN DÂN XÃ MẪU', 55, 20)
  font(on, 16, '700')
  on.fillText(`QUYẾT ĐỊNH ${Math.floor(roll() * 1000)}`, 105, 45)
  on.textAlign = 'left'
}

export const text: Draw = (on, roll) => {
  head(on, roll)
  writeLines(on, roll, { size: 11 + Math.floor(roll() * 3) })
}

/** Small print over the whole page, in two columns. */
export const dense: Draw = (on, roll) => {
  const style = { size: 6.5 + roll() * 1.5, lead: 1.15, weight: roll() < 0.3 ? '700' : '400', from: 20, to: 280 }
  writeLines(on, roll, { ...style, left: 15, right: 102 })
  writeLines(on, roll, { ...style, left: 108, right: 195 })
}

export const table: Draw = (on, roll) => {
  head(on, roll)
  const [rows, columns, height] = [8 + Math.floor(roll() * 14), 4 + Math.floor(roll() * 5), 6 + roll() * 4]
  on.strokeStyle = '#222'
  on.lineWidth = 0.25 + roll() * 0.5
  for (let row = 0; row <= rows; row += 1) on.strokeRect(LEFT, 60, RIGHT - LEFT, row * height)
  for (let column = 0; column < columns; column += 1)
    on.strokeRect(LEFT, 60, ((RIGHT - LEFT) * column) / columns, rows * height)
  on.fillStyle = '#c8c8c8'
  on.fillRect(LEFT, 60, RIGHT - LEFT, height)
  for (let row = 0; row < rows; row += 2 + Math.floor(roll() * 2)) {
    on.fillStyle = roll() < 0.5 ? '#303030' : '#d8d8e8'
    if (roll() < 0.4) on.fillRect(LEFT, 60 + row * height, RIGHT - LEFT, height)
  }
  for (let row = 0; row < rows; row += 1)
    writeLines(on, roll, { size: 8, from: 64 + row * height, to: 65 + row * height, left: LEFT + 2, right: RIGHT - 10 })
}

/** A round seal over two signatures, as at the foot of most papers. */
export const stamped: Draw = (on, roll) => {
  text(on, roll)
  const [x, y] = [120 + roll() * 30, 225 + roll() * 30]
  on.strokeStyle = on.fillStyle = 'rgba(200,20,30,0.85)'
  on.lineWidth = 1
  for (const radius of [17.5, 16.5, 12]) {
    on.beginPath()
    on.arc(x, y, radius, 0, 7)
    on.stroke()
  }
  font(on, 8, '700')
  const around = 'ỦY BAN NHÂN DÂN XÃ MẪU * HUYỆN THỬ * '
  for (const [index, sign] of [...around].entries()) {
    on.save()
    on.translate(x, y)
    on.rotate((index / around.length) * 2 * Math.PI)
    on.fillText(sign, 0, -13)
    on.restore()
  }
  on.beginPath()
  for (let k = 0; k < 10; k += 1) {
    const [radius, angle] = [k % 2 ? 3 : 8, (k * Math.PI) / 5]
    on.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle))
  }
  on.fill()
  on.strokeStyle = '#2030a0'
  on.beginPath()
  on.moveTo(x + 5, y)
  for (let k = 0; k < 14; k += 1)
    on.bezierCurveTo(x + k * 3, y - 12 + roll() * 20, x + k * 3, y + roll() * 14, x + 4 + k * 3, y - 4 + roll() * 8)
  on.stroke()
}

/** Pictures with soft light, grain and hard edges: faces, leaves, fences. */
export const photo: Draw = (on, roll) => {
  writeLines(on, roll, { from: 20, to: 60 })
  for (let n = 0; n < 3; n += 1) {
    const [left, top, width, height] = [20 + roll() * 80, 70 + n * 65, 40 + roll() * 50, 55]
    const light = on.createLinearGradient(left, top, left + width, top + height)
    light.addColorStop(0, `rgb(${[roll() * 255, roll() * 255, roll() * 255]})`)
    light.addColorStop(1, `rgb(${[roll() * 120, roll() * 120, roll() * 120]})`)
    on.fillStyle = light
    on.fillRect(left, top, width, height)
    const grain = 0.2 + roll() * (n === 2 ? 0.6 : 3)
    for (let k = 0; k < 2500; k += 1) {
      const shade = Math.floor(roll() * 255)
      on.fillStyle = `rgba(${shade},${shade},${Math.floor(roll() * 255)},${0.2 + roll() * 0.6})`
      const [x, y] = [left + roll() * (width - grain), top + roll() * (height - grain)]
      on.fillRect(x, y, grain * (0.5 + roll()), grain * (0.5 + roll()))
    }
    on.fillStyle = '#222'
    if (n === 1) for (let x = 0; x < width - 3; x += 2 + roll() * 2) on.fillRect(left + x, top + 10, 0.6 + roll(), 25)
  }
}

/** Fine woven lines all over (guilloche), as on diplomas and land certificates. */
export const certificate: Draw = (on, roll) => {
  on.lineWidth = 0.15
  for (const [colour, turn] of [
    ['rgba(180,60,60,0.7)', 0],
    ['rgba(60,120,60,0.7)', 1.5],
  ] as const) {
    on.strokeStyle = colour
    for (let k = 0; k < 60; k += 1) {
      on.beginPath()
      for (let x = 10; x <= 200; x += 1) on.lineTo(x, 15 + k * 4.5 + 5 * Math.sin(x / (6 + turn) + k / 3 + turn))
      on.stroke()
    }
  }
  on.strokeStyle = '#803020'
  on.lineWidth = 1.2
  for (let k = 0; k < 190; k += 2.2) {
    on.strokeRect(10 + k, 8, 1.2, 6)
    on.strokeRect(10 + k, 283, 1.2, 6)
  }
  head(on, roll)
  writeLines(on, roll, { size: 14, lead: 1.8, from: 80, to: 220 })
}

/** Ruled paper, hatched boxes and rows of teeth: what a careless reader takes for bars. */
export const hatched: Draw = (on, roll) => {
  head(on, roll)
  on.fillStyle = '#303030'
  for (let box = 0; box < 6; box += 1) {
    const [left, top] = [25 + (box % 2) * 90, 60 + Math.floor(box / 2) * 50]
    const [pitch, share] = [0.8 + roll() * 3, 0.2 + roll() * 0.5]
    for (let k = 0; k < 75; k += pitch)
      if (box % 3 === 0) on.fillRect(left + k, top, pitch * share, 30)
      else if (box % 3 === 1) on.fillRect(left, top + k * 0.4, 75, pitch * share * 0.4)
      else on.fillRect(left + k, top, pitch * (0.2 + roll() * 0.7), 25)
  }
  on.fillStyle = '#555'
  for (let y = 215; y < 280; y += 8) on.fillRect(20, y, 170, 0.3)
}

/** A card copied on paper, front and back, without its code: portrait, chip, machine-readable lines. */
export const cardCopy: Draw = (on, roll) => {
  for (const top of [40, 120]) {
    on.fillStyle = '#d4e6e0'
    on.fillRect(60, top, 86, 54)
    writeLines(on, roll, { size: 7, lead: 1.3, from: top + 12, to: top + 30, left: 88, right: 150 })
  }
  const face = on.createRadialGradient(72, 70, 2, 72, 72, 14)
  face.addColorStop(0, '#e0b090')
  face.addColorStop(1, '#403028')
  on.fillStyle = face
  on.fillRect(62, 58, 22, 30)
  on.fillStyle = '#111'
  font(on, 9, '700')
  for (const [k, line] of [
    'IDVNM1901234564001190123456<<7',
    '9001011F3001012VNM<<<<<<<<<<<8',
    'NGUYEN<<THI<MAU<<<<<<<<<<<<<<<',
  ].entries())
    on.fillText(line, 63, 158 + k * 5.5)
}

export const WITHOUT_CODES: Readonly<Record<string, Draw>> = {
  text,
  dense,
  table,
  stamped,
  photo,
  certificate,
  hatched,
  cardCopy,
}

/** A patch code sheet as shops sell them: bars along the edge that is up when the page is turned by `side` quarters. */
export const patchSheet =
  (bars: string, side: 0 | 1 | 2 | 3, length = 60): Draw =>
  (on, roll) => {
    writeLines(on, roll, { from: 120, to: 150, left: 60, right: 150 })
    on.translate(105, 148.5)
    on.rotate((side * Math.PI) / 2)
    on.translate(0, side % 2 === 0 ? -148.5 : -105)
    on.fillStyle = '#181818'
    let y = 8 + roll() * 12
    for (const bar of bars) {
      const thick = bar === 'W' ? 5.08 : 2.03
      on.fillRect(-length / 2 + roll() * 0.3, y, length, thick)
      y += thick + 2.03
    }
  }

/** A QR of `width` millimetres, without its quiet zone. */
export function qr(
  on: SKRSContext2D,
  content: string,
  x: number,
  y: number,
  width: number,
  level: 'L' | 'M' | 'Q' = 'M',
) {
  const { size, data } = create(content, { errorCorrectionLevel: level }).modules
  const pitch = width / size
  on.fillStyle = '#fff'
  on.fillRect(x - 2 * pitch, y - 2 * pitch, width + 4 * pitch, width + 4 * pitch)
  on.fillStyle = '#111'
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1)
      if (data[row * size + column]) on.fillRect(x + column * pitch, y + row * pitch, pitch * 1.01, pitch * 1.01)
}

/** Any other code, made by the writer of zxing; `pitch` is the width of its narrowest part in millimetres. */
export async function drawnCode(
  format: 'Code128' | 'Code39' | 'EAN13' | 'ITF' | 'DataMatrix' | 'PDF417' | 'Aztec',
  content: string,
) {
  const { symbol, error } = await writeBarcode(content, { format, scale: 1, addQuietZones: false })
  if (error) throw new Error(error)
  return (on: SKRSContext2D, x: number, y: number, pitch: number, height?: number): void => {
    const tall = height === undefined ? pitch : height / symbol.height
    on.fillStyle = '#fff'
    on.fillRect(x - 3, y - 2, symbol.width * pitch + 6, symbol.height * tall + 4)
    on.fillStyle = '#111'
    for (let row = 0; row < symbol.height; row += 1)
      for (let column = 0; column < symbol.width; column += 1)
        if ((symbol.data[row * symbol.width + column] ?? 255) < 128)
          on.fillRect(x + column * pitch, y + row * tall, pitch * 1.01, tall * 1.01)
  }
}

/** What a page is drawn on: `dpi` pixels an inch, width and height in millimetres. */
export function newCanvas(dpi: number, [width, height]: readonly [number, number] = [210, 297]) {
  const canvas = createCanvas(Math.round((width / 25.4) * dpi), Math.round((height / 25.4) * dpi))
  return { canvas, on: canvas.getContext('2d') }
}
