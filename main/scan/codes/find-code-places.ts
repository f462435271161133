// Where on a page a bar code or a small QR may be, told from the small picture alone by the density and direction of its edges.
// Promises to be cheap (a few milliseconds a page) and generous: a place is only worth a look. Reads nothing, never throws.
import type { GreyPicture } from '../picture/shapes.ts'

/** A part of the small picture, in its pixels. `bars`: edges run mostly one way; `matrix`: both ways. */
export interface CodePlace {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly like: 'bars' | 'matrix'
}

/** Edge of a cell, millimetres: finer than the smallest code, coarser than its modules. */
const CELL = 2
/** Share of the light that ink takes away, seen over four millimetres; text lines with their gaps stay below, black areas above. */
const DARKEST = 0.88
const LIGHTEST = { bars: 0.3, matrix: 0.33 } as const
/** Mean step from pixel to pixel, as a share of white, both directions together, for each dot an inch: fine codes blur when shrunk. */
const ROUGH = { bars: 0.002, matrix: 0.0027 } as const
/** Weaker direction over stronger: below is bars, above is matrix. */
const ONE_WAY = 0.45
/** Cells of one kind that must lie together, rows by columns: lines of text are lower than a code and not so even. */
const BLOCKS: readonly (readonly [rows: number, columns: number, only: 'bars' | 'any'])[] = [
  [3, 3, 'any'],
  [2, 7, 'bars'],
  [7, 2, 'bars'],
]
/** Left around a place, millimetres: quiet zone, and what blur or a stain hid. */
const MARGIN = { bars: 6, matrix: 3 } as const
/** Two places become one when its box is not much larger than both. */
const SAME = 1.3
const DARKEST_PAPER = 60
/** Contrast of the faintest page, as a share of white. */
const FAINTEST = 0.45

interface Cells {
  readonly across: number
  readonly down: number
  /** Pixels. */
  readonly edge: number
  readonly dark: Float32Array
  readonly sideways: Float32Array
  readonly downwards: Float32Array
}

/** Paper and ink of a page, in grey levels. */
interface Tones {
  readonly white: number
  readonly black: number
}

/** Nine in ten pixels are not lighter than paper, two in a thousand are as dark as ink; a faded page has grey ink. */
function tonesOf({ data }: GreyPicture): Tones {
  const counts = new Uint32Array(256)
  const step = Math.max(1, Math.floor(data.length / 40_000))
  let seen = 0
  for (let at = 0; at < data.length; at += step) {
    const level = data[at] ?? 0
    counts[level] = (counts[level] ?? 0) + 1
    seen += 1
  }
  const levelAt = (share: number): number => {
    let below = 0
    for (let level = 0; level < 255; level += 1) {
      below += counts[level] ?? 0
      if (below > seen * share) return level
    }
    return 255
  }
  const white = Math.max(DARKEST_PAPER, levelAt(0.9))
  return { white, black: Math.min(levelAt(0.002), white * (1 - FAINTEST)) }
}

export const paperWhite = (picture: GreyPicture): number => tonesOf(picture).white

function measureCells({ data, width, height, dpi }: GreyPicture, { white, black }: Tones): Cells {
  const edge = Math.max(2, Math.round((dpi * CELL) / 25.4))
  const across = Math.floor((width - 1) / edge)
  const down = Math.floor((height - 1) / edge)
  const dark = new Float32Array(across * down)
  const sideways = new Float32Array(across * down)
  const downwards = new Float32Array(across * down)
  // Every other row tells enough, where there are enough.
  const skip = edge >= 4 ? 2 : 1
  const pixels = edge * Math.ceil(edge / skip)
  const share = 1 / (pixels * (white - black))
  for (let row = 0; row < down; row += 1)
    for (let column = 0; column < across; column += 1) {
      let light = 0
      let gx = 0
      let gy = 0
      for (let y = 0; y < edge; y += skip) {
        let at = (row * edge + y) * width + column * edge
        let here = data[at] as number
        for (let x = 0; x < edge; x += 1, at += 1) {
          const next = data[at + 1] as number
          const below = data[at + width] as number
          light += here
          gx += here < next ? next - here : here - next
          gy += here < below ? below - here : here - below
          here = next
        }
      }
      const cell = row * across + column
      dark[cell] = (white * pixels - light) * share
      sideways[cell] = gx * share
      downwards[cell] = gy * share
    }
  return { across, down, edge, dark, sideways, downwards }
}

const BARS = 1
const MATRIX = 2

/** 0 nothing, else `BARS` or `MATRIX`; each cell judged together with its three neighbours to the right and below. */
function judgeCells(cells: Cells, dpi: number): Uint8Array {
  const { across, down, dark, sideways, downwards } = cells
  const judged = new Uint8Array(across * down)
  const near = (of: Float32Array, cell: number): number =>
    ((of[cell] as number) +
      (of[cell + 1] as number) +
      (of[cell + across] as number) +
      (of[cell + across + 1] as number)) /
    4
  for (let row = 0; row + 1 < down; row += 1)
    for (let column = 0; column + 1 < across; column += 1) {
      const cell = row * across + column
      const density = near(dark, cell)
      if (density < LIGHTEST.bars || density > DARKEST) continue
      const gx = near(sideways, cell)
      const gy = near(downwards, cell)
      const like = Math.min(gx, gy) < ONE_WAY * Math.max(gx, gy) ? 'bars' : 'matrix'
      if (density < LIGHTEST[like] || gx + gy < ROUGH[like] * dpi) continue
      judged[cell] = like === 'bars' ? BARS : MATRIX
    }
  return judged
}

/** Cells that belong to one of the blocks; the rest is letters and lines. */
function keepBlocks(judged: Uint8Array, { across, down }: Cells): Uint8Array {
  const kept = new Uint8Array(judged.length)
  for (const [rows, columns, only] of BLOCKS)
    for (let row = 0; row + rows <= down; row += 1)
      for (let column = 0; column + columns <= across; column += 1) {
        const corner = row * across + column
        let whole = true
        for (let k = 0; whole && k < rows * columns; k += 1) {
          const cell = judged[corner + Math.floor(k / columns) * across + (k % columns)]
          whole = only === 'bars' ? cell === BARS : cell !== 0
        }
        if (!whole) continue
        for (let y = 0; y < rows; y += 1) {
          const from = corner + y * across
          kept.set(judged.subarray(from, from + columns), from)
        }
      }
  return kept
}

/** Places worth a look, the largest first. Edges are within the picture. */
export function findCodePlaces(small: GreyPicture): readonly CodePlace[] {
  const cells = measureCells(small, tonesOf(small))
  const { across, edge } = cells
  const left = keepBlocks(judgeCells(cells, small.dpi), cells)
  const places: CodePlace[] = []
  for (let start = 0; start < left.length; start += 1) {
    if (left[start] === 0) continue
    const { count, bars, from, to } = takeTogether(left, start, across)
    const like = bars * 2 > count ? 'bars' : 'matrix'
    const margin = Math.round((small.dpi * MARGIN[like]) / 25.4)
    const x = Math.max(0, from.column * edge - margin)
    const y = Math.max(0, from.row * edge - margin)
    // A cell is judged with its right and lower neighbours: one more each way.
    const width = Math.min(small.width, (to.column + 2) * edge + margin) - x
    const height = Math.min(small.height, (to.row + 2) * edge + margin) - y
    places.push({ left: x, top: y, width, height, like })
  }
  return joined(places).sort((a, b) => area(b) - area(a))
}

const area = ({ width, height }: CodePlace): number => width * height

/** Halves of one code, parted by blur or a stroke of a pen, made whole. */
function joined(places: readonly CodePlace[]): CodePlace[] {
  const whole: CodePlace[] = []
  for (let place of places) {
    for (let at = 0; at < whole.length; at += 1) {
      const other = whole[at] as CodePlace
      const both = around(place, other)
      if (area(both) > SAME * (area(place) + area(other))) continue
      whole.splice(at, 1)
      place = both
      at = -1
    }
    whole.push(place)
  }
  return whole
}

function around(a: CodePlace, b: CodePlace): CodePlace {
  const left = Math.min(a.left, b.left)
  const top = Math.min(a.top, b.top)
  const width = Math.max(a.left + a.width, b.left + b.width) - left
  const height = Math.max(a.top + a.height, b.top + b.height) - top
  return { left, top, width, height, like: area(a) > area(b) ? a.like : b.like }
}

/** Takes out all cells that hang together with `start`. */
function takeTogether(cells: Uint8Array, start: number, across: number) {
  const from = { column: across, row: cells.length }
  const to = { column: 0, row: 0 }
  let [count, bars] = [0, 0]
  const waiting = [start]
  while (waiting.length > 0) {
    const cell = waiting.pop() as number
    if (cells[cell] === undefined || cells[cell] === 0) continue
    if (cells[cell] === BARS) bars += 1
    count += 1
    cells[cell] = 0
    const column = cell % across
    const row = (cell - column) / across
    from.column = Math.min(from.column, column)
    from.row = Math.min(from.row, row)
    to.column = Math.max(to.column, column)
    to.row = Math.max(to.row, row)
    waiting.push(cell - 1, cell + 1, cell - across, cell + across)
  }
  return { count, bars, from, to }
}
