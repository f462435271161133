// Draws the specimen papers as a scanner would see them: tint, uneven light, grain, JPEG at 300 dpi.
// Same kind and seed, same bytes (on one machine); nothing on them belongs to a living person.
import { createCanvas } from '@napi-rs/canvas'
import sharp from 'sharp'
import { A4, type Ink, loadFonts, seeded } from './ink.ts'
import { type PaperKind, SPECIMENS } from './specimens.ts'

export type { PaperKind } from './specimens.ts'
export const PAPER_KINDS = Object.keys(SPECIMENS) as readonly PaperKind[]

export interface PaperOptions {
  readonly seed?: number
  /** Dots per inch of the drawing, 300 unless told. */
  readonly dpi?: number
}

export interface Paper {
  readonly title: string
  /** JPEG files, one a page. */
  readonly pages: readonly Buffer[]
}

const GRAIN_LENGTH = 1 << 18
let fontsLoaded = false

/** A table of Gaussian noise, sigma about 2 levels, cut at ±9. */
function grainOf(random: () => number): Int8Array {
  const grain = new Int8Array(GRAIN_LENGTH)
  for (let index = 0; index < grain.length; index++) {
    const wave = Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random())
    grain[index] = Math.max(-9, Math.min(9, Math.round(wave * 2)))
  }
  return grain
}

/** Canvas pixels (RGBA) to what a sensor gives (RGB): light falls off a little towards one corner, and there is grain. */
function expose(pixels: Uint8Array, width: number, height: number, random: () => number): Buffer {
  const grain = grainOf(random)
  const across = (random() - 0.5) * 8
  const down = (random() - 0.5) * 8
  const seen = new Uint8ClampedArray(width * height * 3)
  let from = 0
  let to = 0
  for (let y = 0; y < height; y++) {
    const light = down * (y / height - 0.5) - 1
    let at = Math.floor(random() * GRAIN_LENGTH)
    for (let x = 0; x < width; x++, from += 4, to += 3) {
      at = (at + 1) & (GRAIN_LENGTH - 1)
      const shift = light + across * (x / width - 0.5) + (grain[at] ?? 0)
      for (let channel = 0; channel < 3; channel++) {
        seen[to + channel] = (pixels[from + channel] ?? 0) + shift
      }
    }
  }
  return Buffer.from(seen.buffer)
}

type DrawPage = (ink: Ink, random: () => number) => void

async function scanOf(draw: DrawPage, tint: readonly number[], seed: number, dpi: number): Promise<Buffer> {
  const random = seeded(seed)
  const width = Math.round((A4.width * dpi) / 300)
  const height = Math.round((A4.height * dpi) / 300)
  const canvas = createCanvas(width, height)
  const ink = canvas.getContext('2d')
  ink.fillStyle = `rgb(${tint.join(',')})`
  ink.fillRect(0, 0, width, height)
  ink.scale(dpi / 300, dpi / 300)
  draw(ink, random)
  const seen = expose(canvas.data(), width, height, random)
  return sharp(seen, { raw: { width, height, channels: 3 } })
    .withMetadata({ density: dpi })
    .jpeg({ quality: 88, chromaSubsampling: '4:2:0' })
    .toBuffer()
}

const drawn = new Map<string, Promise<Paper>>()

/** One specimen. Drawn once a process for each kind, seed and dpi. */
export function drawPaper(kind: PaperKind, options: PaperOptions = {}): Promise<Paper> {
  const { seed = 1, dpi = 300 } = options
  const key = `${kind} ${seed} ${dpi}`
  const known = drawn.get(key)
  if (known !== undefined) return known
  const paper = (async () => {
    if (!fontsLoaded) loadFonts()
    fontsLoaded = true
    const specimen = SPECIMENS[kind]
    const pages: Buffer[] = []
    for (const [index, draw] of specimen.pages.entries()) {
      pages.push(await scanOf(draw, specimen.tint, seed * 1000 + index, dpi))
    }
    return { title: specimen.title, pages }
  })()
  drawn.set(key, paper)
  return paper
}

/** What one citizen brings: a birth extract (1 page), a diploma (1) and a land certificate (2, full to the bottom). */
export async function threePapers(options: PaperOptions = {}): Promise<readonly Paper[]> {
  return [await drawPaper('birth', options), await drawPaper('diploma', options), await drawPaper('land', options)]
}
