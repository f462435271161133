// Lays one planned sheet under a scanner: ground, paper, what is on it, marks of use, uneven light, grain, JPEG.
// Answers the picture with its truth. Same plan, same bytes on one machine.
import { createCanvas, type Image } from '@napi-rs/canvas'
import sharp from 'sharp'
import { type Ink, seeded } from '../scanner/ink.ts'
import { CONTENTS } from './contents.ts'
import { loadPenFonts, type Pen } from './pen.ts'
import { isBlank, type Plan, showsSkew, showsUp, type Turn } from './plan.ts'

/** A rectangle along the picture's edges, in pixels. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** What is known about a sheet before anybody looks at its picture. */
export interface Truth {
  /** File of the picture, a JPEG. */
  readonly name: string
  readonly kind: Plan['kind']
  readonly dpi: number
  /** Pixels of the picture. */
  readonly width: number
  readonly height: number
  readonly blank: boolean
  /** By how much the picture must be turned clockwise to stand upright. */
  readonly upright: Turn
  /** False: nothing on it tells which way is up. */
  readonly showsUp: boolean
  /** Clockwise, degrees. */
  readonly skew: number
  /** False: nothing on it tells by how much it is skewed. */
  readonly showsSkew: boolean
  readonly ground: Plan['ground']
  readonly paper: {
    /** What of it is in the picture. */
    readonly box: Box
    readonly size: Plan['paper']['size']
    /** Millimetres, upright. */
    readonly width: number
    readonly height: number
  }
  /** Text of the code on a separator sheet (of a patch code: 2, 3 or T), else null. */
  readonly separator: string | null
  /** Text of a code that is no separator, else null. */
  readonly code: string | null
  /** Lines of print, in the order they were written. */
  readonly lines: readonly string[]
}

export interface SeparatorPicture {
  readonly code: string
  readonly picture: Image | null
}

const PRINT = 300
const pixels = (millimetres: number, dpi: number): number => Math.round((millimetres * dpi) / 25.4)
const GRAIN_LENGTH = 1 << 20
const grains = new Map<number, Int8Array>()
let fontsLoaded = false

function grainOf(sigma: number): Int8Array {
  const known = grains.get(sigma)
  if (known !== undefined) return known
  const random = seeded(Math.round(sigma * 1000))
  const grain = new Int8Array(GRAIN_LENGTH)
  for (let at = 0; at < GRAIN_LENGTH; at += 1) {
    const wave = Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random())
    grain[at] = Math.max(-24, Math.min(24, Math.round(wave * sigma)))
  }
  grains.set(sigma, grain)
  return grain
}

/** Canvas pixels (RGBA) to what a sensor gives (RGB). */
function expose(seen: Uint8Array, width: number, height: number, plan: Plan, random: () => number): Buffer {
  const grain = grainOf(plan.grain)
  const out = new Uint8ClampedArray(width * height * 3)
  const [across, down] = plan.light
  const mask = GRAIN_LENGTH - 1
  let from = 0
  let to = 0
  for (let y = 0; y < height; y += 1) {
    const base = down * (y / height - 0.5) - 3
    const slope = across / width
    let at = Math.floor(random() * GRAIN_LENGTH)
    for (let x = 0; x < width; x += 1, from += 4, to += 3) {
      at = (at + 1) & mask
      const shift = base + slope * (x - width / 2) + (grain[at] ?? 0)
      out[to] = (seen[from] ?? 0) + shift
      out[to + 1] = (seen[from + 1] ?? 0) + shift
      out[to + 2] = (seen[from + 2] ?? 0) + shift + (grain[(at + 7919) & mask] ?? 0) / 2
    }
  }
  return Buffer.from(out.buffer)
}

const GROUNDS: Readonly<Record<Plan['ground'], string>> = { full: '', over: '#262422', dark: '#2a2826', lid: '#f3f3f1' }

/** The lid presses the paper down: a shadow of a millimetre along its right and lower edge. */
function shadow(ink: Ink, width: number, height: number): void {
  const reach = 16
  const strip = (x: number, y: number, wide: number, high: number, fromX: number, fromY: number): void => {
    const fading = ink.createLinearGradient(
      fromX,
      fromY,
      fromX === x ? fromX + reach : fromX,
      fromY === y ? fromY + reach : fromY,
    )
    fading.addColorStop(0, 'rgba(90, 88, 84, 0.55)')
    fading.addColorStop(1, 'rgba(90, 88, 84, 0)')
    ink.fillStyle = fading
    ink.fillRect(x, y, wide, high)
  }
  strip(width, 4, reach, height - 4, width, -1)
  strip(4, height, width - 4, reach, -1, height)
}

/** Two holes 80 mm apart (ISO 838): the ground shows, and where the paper fills the picture a dark backing. */
function holes(ink: Ink, plan: Plan, height: number): void {
  const colour = plan.ground === 'lid' ? '#d8d7d3' : '#3a3836'
  for (const side of [-1, 1]) {
    ink.fillStyle = colour
    ink.beginPath()
    ink.arc(142, height / 2 + side * 472, 35, 0, 7)
    ink.fill()
  }
}

/** Folded once: a faint line of shadow and light across the middle. */
function crease(ink: Ink, width: number, height: number): void {
  ink.fillStyle = 'rgba(60, 56, 50, 0.10)'
  ink.fillRect(0, height / 2, width, 5)
  ink.fillStyle = 'rgba(255, 255, 255, 0.5)'
  ink.fillRect(0, height / 2 + 5, width, 4)
}

function drawSheet(ink: Ink, plan: Plan, random: () => number, separator: SeparatorPicture | null): readonly string[] {
  const [width, height] = [pixels(plan.paper.width, PRINT), pixels(plan.paper.height, PRINT)]
  const beyond = plan.ground === 'full' ? 400 : 0
  if (plan.ground === 'lid') shadow(ink, width, height)
  ink.fillStyle = `rgb(${plan.tint.join(', ')})`
  ink.fillRect(-beyond, -beyond, width + 2 * beyond, height + 2 * beyond)
  ink.save()
  if (beyond === 0) {
    ink.beginPath()
    ink.rect(0, 0, width, height)
    ink.clip()
  }
  const pen = { ink, width, height, random, index: plan.index }
  if (plan.through > 0) {
    ink.save()
    ink.globalAlpha = plan.through
    ink.translate(width, 0)
    ink.scale(-1, 1)
    CONTENTS[plan.paper.size === 'A4' && width < height ? 'decision' : 'half']({ ...pen, lines: [] }, NO_EXTRAS)
    ink.restore()
  }
  const full: Pen = { ...pen, lines: [] }
  CONTENTS[plan.kind](full, { picture: separator?.picture ?? null, code: separator?.code ?? '' })
  if (plan.holes) holes(ink, plan, height)
  if (plan.crease) crease(ink, width, height)
  ink.restore()
  return full.lines
}
const NO_EXTRAS = { picture: null, code: '' }

/** Where the corners of the paper lie in the picture, cut to what the scanner sees, after the quarter turn. */
function boxOf(plan: Plan, width: number, height: number): Box {
  if (plan.ground === 'full') return turned({ left: 0, top: 0, width, height }, plan.turned, width, height)
  const scale = plan.dpi / 25.4
  const angle = (plan.skew * Math.PI) / 180
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))]
  const wide = (plan.paper.width * cos + plan.paper.height * sin) * scale
  const high = (plan.paper.width * sin + plan.paper.height * cos) * scale
  const [middle, down] = [width / 2 + plan.shift[0] * scale, height / 2 + plan.shift[1] * scale]
  const [left, top] = [Math.max(0, middle - wide / 2), Math.max(0, down - high / 2)]
  const [right, bottom] = [Math.min(width, middle + wide / 2), Math.min(height, down + high / 2)]
  return turned({ left, top, width: right - left, height: bottom - top }, plan.turned, width, height)
}

function turned(box: Box, by: Turn, width: number, height: number): Box {
  const { left, top, width: wide, height: high } = box
  const there: Box =
    by === 90
      ? { left: height - top - high, top: left, width: high, height: wide }
      : by === 180
        ? { left: width - left - wide, top: height - top - high, width: wide, height: high }
        : by === 270
          ? { left: top, top: width - left - wide, width: high, height: wide }
          : box
  return {
    left: Math.round(there.left),
    top: Math.round(there.top),
    width: Math.round(there.width),
    height: Math.round(there.height),
  }
}

/** The picture as the scanner would deliver it, and what is known about it. */
export async function scanSheet(
  plan: Plan,
  name: string,
  code: SeparatorPicture | null,
): Promise<{ readonly jpeg: Buffer; readonly truth: Truth }> {
  if (!fontsLoaded) {
    loadPenFonts()
    fontsLoaded = true
  }
  const random = seeded(plan.seed ^ 0x6b43a9b5)
  const [width, height] = [pixels(plan.frame.width, plan.dpi), pixels(plan.frame.height, plan.dpi)]
  const canvas = createCanvas(width, height)
  const ink = canvas.getContext('2d')
  if (plan.ground !== 'full') {
    ink.fillStyle = GROUNDS[plan.ground]
    ink.fillRect(0, 0, width, height)
  }
  const scale = plan.dpi / 25.4
  ink.translate(width / 2 + plan.shift[0] * scale, height / 2 + plan.shift[1] * scale)
  ink.rotate((plan.skew * Math.PI) / 180)
  ink.scale(plan.dpi / PRINT, plan.dpi / PRINT)
  ink.translate(-pixels(plan.paper.width, PRINT) / 2, -pixels(plan.paper.height, PRINT) / 2)
  const lines = drawSheet(ink, plan, random, code)
  const seen = expose(canvas.data(), width, height, plan, random)
  let picture = sharp(seen, { raw: { width, height, channels: 3 } }).blur(0.6)
  if (plan.turned !== 0) picture = picture.rotate(plan.turned)
  const jpeg = await picture
    .withMetadata({ density: plan.dpi })
    .jpeg({ quality: plan.quality, chromaSubsampling: '4:2:0' })
    .toBuffer()
  const lying = plan.turned % 180 !== 0
  const { width: paperWidth, height: paperHeight, size } = plan.paper
  return {
    jpeg,
    truth: {
      name,
      kind: plan.kind,
      dpi: plan.dpi,
      width: lying ? height : width,
      height: lying ? width : height,
      blank: isBlank(plan.kind),
      upright: ((360 - plan.turned) % 360) as Turn,
      showsUp: showsUp(plan.kind),
      skew: Number(plan.skew.toFixed(3)),
      showsSkew: showsSkew(plan),
      ground: plan.ground,
      paper: { box: boxOf(plan, width, height), size, width: paperWidth, height: paperHeight },
      separator: plan.kind === 'separator' || plan.kind === 'patch' ? (code?.code ?? null) : null,
      code: plan.kind === 'coded' ? (code?.code ?? null) : null,
      lines,
    },
  }
}
