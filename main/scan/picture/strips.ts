// The page as strips eight pixels wide, each with its ink row by row: all that measuring lines of text needs.
// Pure. `across`: lines run from left to right, strips stand upright; `down`: the same of the page on its side.
import type { Ink } from './ink.ts'

export const STRIP = 8

export interface Strips {
  /** Ink of a strip's row: strip by strip, each `length` values. */
  readonly sums: Float32Array
  readonly count: number
  /** Rows. */
  readonly length: number
  /** Rows from one strip's middle to the next. */
  readonly step: number
}

export interface PageStrips {
  readonly across: Strips
  readonly down: Strips
}

/** A pixel's weight: nothing up to `threshold`, and not more from `most` on; a line between two rows must weigh as much as in one. */
export interface Weighing {
  readonly threshold: number
  readonly most: number
}

export function makeStrips(ink: Ink, weighing: Weighing): PageStrips {
  const { strength, width, height } = ink
  const across = {
    sums: new Float32Array(Math.ceil(width / STRIP) * height),
    count: Math.ceil(width / STRIP),
    length: height,
    step: STRIP,
  }
  const down = {
    sums: new Float32Array(Math.ceil(height / STRIP) * width),
    count: Math.ceil(height / STRIP),
    length: width,
    step: STRIP,
  }
  for (let y = 0; y < height; y += 1) addRow(strength, y, width, height, weighing, across.sums, down.sums)
  return { across, down }
}

function addRow(
  strength: Uint8Array,
  y: number,
  width: number,
  height: number,
  { threshold, most }: Weighing,
  across: Float32Array,
  down: Float32Array,
): void {
  const less = threshold >> 1
  const row = (y >> 3) * width
  for (let x = 0, at = y * width; x < width; x += 1, at += 1) {
    const value = strength[at] ?? 0
    if (value <= threshold) continue
    const weight = Math.min(most, value) - less
    const strip = (x >> 3) * height + y
    across[strip] = (across[strip] ?? 0) + weight
    down[row + x] = (down[row + x] ?? 0) + weight
  }
}

/** Half as many strips of half the length: for a first, wide search. */
export function halve({ sums, count, length, step }: Strips): Strips {
  const half = { step, count: Math.ceil(count / 2), length: Math.ceil(length / 2) }
  const halved = new Float32Array(half.count * half.length)
  for (let strip = 0; strip < count; strip += 1)
    addHalved(sums, strip * length, length, halved, (strip >> 1) * half.length)
  return { ...half, sums: halved }
}

function addHalved(sums: Float32Array, from: number, length: number, halved: Float32Array, to: number): void {
  for (let place = 0; place < length; place += 1)
    halved[to + (place >> 1)] = (halved[to + (place >> 1)] ?? 0) + (sums[from + place] ?? 0)
}

/** The ink of all strips, as if every pixel of it had this weight. */
export const pixelsOf = ({ sums }: Strips, weight: number): number =>
  sums.reduce((sum, value) => sum + value, 0) / weight
