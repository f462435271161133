// What is written on the paper: how much each pixel falls short of the bare paper's colour, in its strongest channel.
// Pure. Red stamps and blue pens count as much as black print; the tint of the paper and the scanner's ground count nothing.
import { type GroundTiles, TILE } from './ground-tiles.ts'
import type { RowSpan } from './row-spans.ts'
import type { SmallPage } from './shrink.ts'
import type { Weighing } from './strips.ts'

export interface Ink {
  /** 0 bare paper to 255 black, one byte a pixel, rows without padding; 0 outside the paper. */
  readonly strength: Uint8Array
  readonly width: number
  readonly height: number
  /** Pixels inside the paper. */
  readonly area: number
  /** Pixels that are clearly of a colour other than the paper's. */
  readonly coloured: number
  /** How many pixels have each strength. */
  readonly histogram: Uint32Array
}

/** Difference between a pixel's channels, each seen against its paper, from which it is colour and not grey. */
const COLOURED = 44

export function findInk(small: SmallPage, ground: GroundTiles, spans: readonly RowSpan[]): Ink {
  const { rgbx, width, height } = small
  const strength = new Uint8Array(width * height)
  const histogram = new Uint32Array(256)
  let area = 0
  let coloured = 0
  for (let y = 0; y < height; y += 1) {
    const span = spans[y]
    const to = Math.min(width, span?.to ?? 0)
    const tiles = Math.floor(y / TILE) * ground.across
    for (let x = Math.max(0, span?.from ?? 0); x < to; ) {
      const column = Math.floor(x / TILE)
      const end = Math.min(to, (column + 1) * TILE)
      area += end - x
      coloured += inkOfRun(
        rgbx,
        y * width + x,
        y * width + end,
        ground.colours,
        (tiles + column) * 3,
        strength,
        histogram,
      )
      x = end
    }
  }
  return { strength, width, height, area, coloured, histogram }
}

/** Pixels of one row inside one tile; answers how many are coloured. A function of its own: so it is compiled once, and well. */
function inkOfRun(
  rgbx: Uint8Array,
  from: number,
  to: number,
  colours: Uint8Array,
  tile: number,
  strength: Uint8Array,
  histogram: Uint32Array,
): number {
  const red = colours[tile] ?? 255
  const green = colours[tile + 1] ?? 255
  const blue = colours[tile + 2] ?? 255
  const scale = ((256 * 255) / Math.max(32, red, green, blue)) | 0
  let coloured = 0
  for (let at = from; at < to; at += 1) {
    const r = red - (rgbx[at * 4] ?? 0)
    const g = green - (rgbx[at * 4 + 1] ?? 0)
    const b = blue - (rgbx[at * 4 + 2] ?? 0)
    const most = Math.max(r, Math.max(g, b))
    if (most <= 0) continue
    if (most > COLOURED) {
      const ofRed = (r * 255) / Math.max(32, red)
      const ofGreen = (g * 255) / Math.max(32, green)
      const ofBlue = (b * 255) / Math.max(32, blue)
      if (Math.max(ofRed, ofGreen, ofBlue) - Math.min(ofRed, ofGreen, ofBlue) > COLOURED) coloured += 1
    }
    const value = Math.min(255, (most * scale) >> 8)
    strength[at] = value
    histogram[value] = (histogram[value] ?? 0) + 1
  }
  return coloured
}

/** How every pixel of print weighs, whatever its strength. */
const LETTERS_MOST = 150
/** Grain of clean paper, and how far above the grain something is that may be a line. */
const LEAST_GRAIN = 8
const ABOVE_GRAIN = 2

/** Letters: how they rise and fall is read from pixels that are surely print. */
export const weighLetters = (ink: Ink): Weighing => ({ threshold: inkThreshold(ink), most: LETTERS_MOST })

/**
 * Lines: faint dotted ones tell the angle better than handwriting between them, so everything above the paper's grain weighs alike.
 * On old and dirty paper, and where the blocks of a coarse JPEG show, that is only the print.
 */
export function weighLines(ink: Ink): Weighing {
  const threshold = Math.min(inkThreshold(ink), ABOVE_GRAIN * Math.max(LEAST_GRAIN, grainOf(ink)))
  return { threshold, most: 2 * threshold }
}

/** The strength that seven of ten pixels of the paper stay below. */
function grainOf({ histogram, area }: Ink): number {
  let above = 0
  for (let value = 255; value > 0; value -= 1) {
    above += histogram[value] ?? 0
    if (above > area * 0.3) return value
  }
  return 0
}

/** The strength from which a pixel is print rather than noise, tint or print of the other side shining through. */
function inkThreshold({ histogram }: Ink): number {
  let dark = 0
  for (let value = 60; value < 256; value += 1) dark += histogram[value] ?? 0
  let passed = 0
  let level = 255
  while (level > 60 && passed < dark * 0.25) passed += histogram[level--] ?? 0
  return Math.max(20, Math.min(64, Math.round(level * 0.38)))
}
