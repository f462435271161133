// A page printed here, with what a perfect reading of it would give: each word with the box of its ink, and the base lines.
// Turned as the scanner took it when asked; words are always of the upright page, as the reading station gives them.
import { createCanvas } from '@napi-rs/canvas'
import sharp from 'sharp'
import type { PictureOfPage, Rotation } from '../../main/document/place-picture.ts'
import type { PageWord, PageWords } from '../../main/document/text-layer.ts'
import { loadFonts } from '../bench/scanner/ink.ts'
import { bitonalOf, pageOf } from './papers.ts'

export interface PrintedPage {
  readonly page: PictureOfPage
  readonly words: PageWords
  /** By line, pixels from the top at the left edge. */
  readonly baseLines: readonly number[]
}

export interface PrintOptions {
  readonly rotation?: Rotation
  readonly kind?: 'colour' | 'grey' | 'bitonal'
  /** Pixels an inch; A4 unless `size` says more. */
  readonly dpi?: number
  /** Letter height (em) in pixels. */
  readonly letter?: number
  /** Lines fall by so many pixels for each pixel to the right. */
  readonly slope?: number
}

export const PROSE = [
  'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
  'Độc lập - Tự do - Hạnh phúc',
  'GIẤY KHAI SINH (BẢN CHÍNH)',
  'Họ, chữ đệm, tên: NGUYỄN THỊ MẪU, giới tính: nữ; dân tộc: Kinh',
  'Ngày, tháng, năm sinh: 02/01/1990 (ngày hai tháng một năm một chín chín không)',
  'Nơi đăng ký: Ủy ban nhân dân phường Mẫu, quận Thử, thành phố Ví Dụ',
  'Số định danh cá nhân: 001190123456; số 12/2026, quyển số 01-TP/KS',
] as const

export async function printPage(lines: readonly string[], options: PrintOptions = {}): Promise<PrintedPage> {
  const { rotation = 0, kind = 'colour', dpi = 200, letter = Math.round(dpi / 6), slope = 0 } = options
  loadFonts()
  const [width, height] = [Math.round(dpi * 8.27), Math.round(dpi * 11.69)]
  const canvas = createCanvas(width, height)
  const ink = canvas.getContext('2d')
  ink.fillStyle = '#ffffff'
  ink.fillRect(0, 0, width, height)
  ink.fillStyle = '#101010'
  ink.font = `${letter}px QuayRegular`
  const words: PageWord[] = []
  const baseLines: number[] = []
  for (const [line, prose] of lines.entries()) {
    const foot = Math.round(dpi * 0.8 + line * letter * 1.7)
    baseLines.push(foot)
    let x = Math.round(dpi * 0.8)
    for (const text of prose.split(' ')) {
      const y = foot + slope * x
      const box = ink.measureText(text)
      ink.fillText(text, x, y)
      const [left, top] = [x - box.actualBoundingBoxLeft, y - box.actualBoundingBoxAscent]
      const [right, bottom] = [x + box.actualBoundingBoxRight, y + box.actualBoundingBoxDescent]
      words.push({ text, left, top, width: right - left, height: bottom - top, line: line + 1 })
      x += box.width + ink.measureText(' ').width
    }
  }
  const read: PageWords = { width, height, words }
  const upright = sharp(canvas.toBuffer('image/png')).flatten({ background: '#ffffff' })
  const taken = upright.rotate((360 - rotation) % 360)
  const jpeg = new Uint8Array(await (kind === 'grey' ? taken.greyscale() : taken).jpeg({ quality: 80 }).toBuffer())
  const picture = kind === 'bitonal' ? await bitonalOf(jpeg) : jpeg
  return { page: pageOf(picture, { rotation, dpi, words: read }), words: read, baseLines }
}
