// A pen that remembers what it wrote and where, so that what is read can be compared with what is there.
// Lengths are pixels at 300 dpi on A4 (2480 × 3508). Fonts are Debian's Noto, under names of their own.
import { existsSync } from 'node:fs'
import { createCanvas, GlobalFonts } from '@napi-rs/canvas'
import sharp from 'sharp'
import type { Words } from '../../../main/scan/reading/words.ts'
import { seeded } from '../../bench/scanner/ink.ts'

export interface Written {
  readonly text: string
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export interface LineStyle {
  readonly size?: number
  readonly bold?: boolean
  readonly italic?: boolean
  readonly colour?: string
  readonly align?: 'left' | 'center' | 'right'
}

export interface Pen {
  /** `y` is the baseline. Answers the right end. */
  line(text: string, x: number, y: number, style?: LineStyle): number
  /** `label: value` over dots up to `right`. */
  field(label: string, value: string, x: number, y: number, right: number): void
  rule(x: number, y: number, width: number): void
  stamp(x: number, y: number, words: string): void
}

const FOLDER = '/usr/share/fonts/truetype/noto'
const CUTS = ['Regular', 'Bold', 'Italic', 'BoldItalic'] as const
const FACES = ['Serif', 'Sans'] as const
export type Face = (typeof FACES)[number]
export const fontsAreThere = existsSync(`${FOLDER}/NotoSerif-Regular.ttf`)

let loaded = false
function loadNoto(): void {
  if (loaded) return
  for (const face of FACES)
    for (const cut of CUTS) GlobalFonts.registerFromPath(`${FOLDER}/Noto${face}-${cut}.ttf`, `Q${face}${cut}`)
  loaded = true
}

export interface SheetOptions {
  readonly face: Face
  /** Size of plain text in pixels; 13 pt is 54. */
  readonly size: number
  readonly seed: number
  readonly dpi?: number
  /** Degrees of skew that straightening left. */
  readonly skew?: number
  /** Sigma of blur in pixels at 300 dpi. */
  readonly blur?: number
  /** Sigma of grain in levels. */
  readonly grain?: number
}

export interface Sheet {
  /** JPEG. */
  readonly picture: Buffer
  readonly dpi: number
  readonly written: readonly Written[]
}

/** Draws one A4 sheet and answers it as a scanner would, with everything that was written on it. */
export async function drawSheet(options: SheetOptions, draw: (pen: Pen) => void): Promise<Sheet> {
  loadNoto()
  const { face, seed, dpi = 300, skew = 0, blur = 0.7, grain = 3 } = options
  const scale = dpi / 300
  const width = Math.round(2480 * scale)
  const height = Math.round(3508 * scale)
  const canvas = createCanvas(width, height)
  const ink = canvas.getContext('2d')
  ink.fillStyle = '#f8f6f0'
  ink.fillRect(0, 0, width, height)
  ink.scale(scale, scale)
  ink.translate(1240, 1754)
  ink.rotate((skew * Math.PI) / 180)
  ink.translate(-1240, -1754)
  const written: Written[] = []
  const pen: Pen = {
    line: (text, x, y, style = {}) => {
      const { size = options.size, bold = false, italic = false, colour = '#1d1b1a', align = 'left' } = style
      const cut = bold ? (italic ? 'BoldItalic' : 'Bold') : italic ? 'Italic' : 'Regular'
      ink.font = `${size}px Q${face}${cut}`
      ink.fillStyle = colour
      ink.textAlign = 'left'
      const wide = ink.measureText(text).width
      const left = align === 'left' ? x : align === 'center' ? x - wide / 2 : x - wide
      ink.fillText(text, left, y)
      written.push({
        text,
        left: left * scale,
        top: (y - size) * scale,
        width: wide * scale,
        height: size * 1.25 * scale,
      })
      return left + wide
    },
    field: (label, value, x, y, right) => {
      const start = pen.line(`${label}:`, x, y) + 14
      const end = pen.line(value, start + 6, y, { bold: true })
      ink.fillStyle = '#3d3a38'
      for (let dot = end + 12; dot < right; dot += 13) ink.fillRect(dot, y - 2, 4, 4)
    },
    rule: (x, y, length) => {
      ink.fillStyle = '#1d1b1a'
      ink.fillRect(x, y, length, 3)
    },
    stamp: (x, y, words) => {
      ink.save()
      ink.strokeStyle = 'rgba(200, 22, 34, 0.75)'
      ink.fillStyle = 'rgba(200, 22, 34, 0.75)'
      ink.lineWidth = 9
      ink.beginPath()
      ink.arc(x, y, 200, 0, Math.PI * 2)
      ink.stroke()
      ink.font = `34px Q${face}Bold`
      ink.translate(x, y)
      for (const letter of words) {
        ink.rotate((Math.PI * 2) / (words.length + 4))
        ink.fillText(letter, 0, -150)
      }
      ink.restore()
    },
  }
  draw(pen)
  const random = seeded(seed)
  const pixels = canvas.data()
  const seen = Buffer.alloc(width * height * 3)
  for (let at = 0, to = 0; to < seen.length; at += 4) {
    const noise = (random() + random() + random() - 1.5) * 2 * grain
    for (let channel = 0; channel < 3; channel++, to++)
      seen[to] = Math.max(0, Math.min(255, (pixels[at + channel] ?? 0) + noise))
  }
  const raw = sharp(seen, { raw: { width, height, channels: 3 } })
  const picture = await (blur > 0.3 ? raw.blur(blur * scale) : raw)
    .withMetadata({ density: dpi })
    .jpeg({ quality: 85 })
    .toBuffer()
  return { picture, dpi, written }
}

/** Letters that must be changed, put in or left out to make `read` of `meant` (Levenshtein). */
export function countErrors(meant: string, read: string): number {
  const a = [...meant]
  const b = [...read]
  let row = b.map((_, index) => index + 1)
  for (const [down, letter] of a.entries()) {
    let diagonal = down
    let left = down + 1
    row = row.map((above, across) => {
      const best = Math.min(above + 1, left + 1, diagonal + (letter === b[across] ? 0 : 1))
      diagonal = above
      left = best
      return best
    })
  }
  return row.at(-1) ?? a.length
}

/** Errors and letters over all that was written: each line against the words whose centre lies inside it. */
export function compare(
  written: readonly Written[],
  words: Words,
): { readonly errors: number; readonly letters: number } {
  let errors = 0
  let letters = 0
  for (const line of written) {
    const inside = words.words.filter((word) => {
      const x = word.left + word.width / 2
      const y = word.top + word.height / 2
      const side = x >= line.left && x <= line.left + line.width
      return side && y >= line.top && y <= line.top + line.height
    })
    const read = [...inside].sort((a, b) => a.left - b.left).map((word) => word.text)
    const meant = line.text.normalize('NFC').replace(/\s+/g, ' ').trim()
    letters += meant.length
    errors += countErrors(meant, read.join(' '))
  }
  return { errors, letters }
}
