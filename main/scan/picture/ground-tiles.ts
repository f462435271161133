// The colour of the bare paper, tile by tile, so that ink can be told from tint, shade and coloured paper.
// Pure. Tiles that hold a photograph or a dark field take the paper's colour from their neighbours and are marked.
import type { RowSpan } from './row-spans.ts'
import type { SmallPage } from './shrink.ts'

/** Pixels of the small picture a side: about 5 mm. */
export const TILE = 16

export interface GroundTiles {
  readonly across: number
  readonly down: number
  /** Red, green, blue of the bare paper of each tile. */
  readonly colours: Uint8Array
  /** 0 where the tile shows no bare paper: a photograph, a dark field. */
  readonly shows: Uint8Array
  /** The paper as a whole. */
  readonly red: number
  readonly green: number
  readonly blue: number
}

export const SHOWS = { nothing: 0, paper: 1, outside: 2 } as const

/** Share of a tile that is at least as light as what counts as its ground. */
const LIGHT_SHARE = 0.3
/** A tile this much darker than the paper, or this far off in colour, shows no paper. */
const LEAST_LIGHT = 0.8
const MOST_OFF = 30

export function findGroundTiles(small: SmallPage, spans: readonly RowSpan[]): GroundTiles {
  const { width, height } = small
  const across = Math.ceil(width / TILE)
  const down = Math.ceil(height / TILE)
  const colours = new Uint8Array(across * down * 3)
  const levels = new Int16Array(across * down).fill(-1)
  for (let row = 0; row < down; row += 1)
    for (let column = 0; column < across; column += 1) {
      const tile = row * across + column
      levels[tile] = measureTile(small, spans, column, row, colours, tile)
    }
  const level = paperLevel(levels)
  const mean = meanColour(colours, levels, level)
  const shows = new Uint8Array(across * down)
  for (let tile = 0; tile < shows.length; tile += 1) {
    const off = mean.map((value, channel) => Math.abs((colours[tile * 3 + channel] ?? 0) - value))
    const light = levels[tile] ?? -1
    const isPaper = light >= level * LEAST_LIGHT && Math.max(...off) - Math.min(...off) <= MOST_OFF
    shows[tile] = light < 0 ? SHOWS.outside : isPaper ? SHOWS.paper : SHOWS.nothing
  }
  fillFromNeighbours(colours, shows, across, down, mean)
  const [red = 255, green = 255, blue = 255] = mean
  return { across, down, colours, shows, red, green, blue }
}

const counts = new Uint16Array(64)

/** Writes the mean colour of the tile's lightest part and answers its grey; −1 when the tile lies outside the paper. */
function measureTile(
  { rgbx, width, height }: SmallPage,
  spans: readonly RowSpan[],
  column: number,
  row: number,
  colours: Uint8Array,
  tile: number,
): number {
  counts.fill(0)
  let inside = 0
  const bottom = Math.min(height, (row + 1) * TILE)
  const right = Math.min(width, (column + 1) * TILE)
  for (let y = row * TILE; y < bottom; y += 1) {
    const span = spans[y]
    const to = Math.min(right, span?.to ?? 0)
    for (let x = Math.max(column * TILE, span?.from ?? 0); x < to; x += 1) {
      const at = (y * width + x) * 4
      const grey = ((rgbx[at] ?? 0) * 77 + (rgbx[at + 1] ?? 0) * 150 + (rgbx[at + 2] ?? 0) * 29) >> 10
      counts[grey] = (counts[grey] ?? 0) + 1
      inside += 1
    }
  }
  if (inside < 24) return -1
  let above = 0
  let least = 63
  while (least > 0 && above + (counts[least] ?? 0) < inside * LIGHT_SHARE) above += counts[least--] ?? 0
  let red = 0
  let green = 0
  let blue = 0
  let light = 0
  for (let y = row * TILE; y < bottom; y += 1) {
    const span = spans[y]
    const to = Math.min(right, span?.to ?? 0)
    for (let x = Math.max(column * TILE, span?.from ?? 0); x < to; x += 1) {
      const at = (y * width + x) * 4
      const r = rgbx[at] ?? 0
      const g = rgbx[at + 1] ?? 0
      const b = rgbx[at + 2] ?? 0
      if ((r * 77 + g * 150 + b * 29) >> 10 < least) continue
      red += r
      green += g
      blue += b
      light += 1
    }
  }
  colours[tile * 3] = red / light
  colours[tile * 3 + 1] = green / light
  colours[tile * 3 + 2] = blue / light
  return (red * 77 + green * 150 + blue * 29) / (256 * light)
}

/** The lightest level that at least a tenth of the tiles share. */
function paperLevel(levels: Int16Array): number {
  const known = levels.filter((level) => level >= 0).sort()
  if (known.length === 0) return 255
  const need = Math.max(1, Math.floor(known.length * 0.1))
  for (let top = known.length - 1; top - need >= 0; top -= 1) {
    const lightest = known[top] ?? 0
    const lowest = known[top - need] ?? 0
    if (lightest - lowest <= 10) return (lightest + lowest) / 2
  }
  return known[Math.floor(known.length * 0.8)] ?? 255
}

function meanColour(colours: Uint8Array, levels: Int16Array, level: number): readonly number[] {
  const sums = [0, 0, 0]
  let count = 0
  for (let tile = 0; tile < levels.length; tile += 1) {
    if (Math.abs((levels[tile] ?? -1) - level) > 14) continue
    for (let channel = 0; channel < 3; channel += 1)
      sums[channel] = (sums[channel] ?? 0) + (colours[tile * 3 + channel] ?? 0)
    count += 1
  }
  return count === 0 ? [255, 255, 255] : sums.map((sum) => sum / count)
}

/** Tiles without paper take the mean of known neighbours, ring by ring; what is never reached takes the mean of all. */
function fillFromNeighbours(
  colours: Uint8Array,
  shows: Uint8Array,
  across: number,
  down: number,
  mean: readonly number[],
): void {
  const known = shows.map((one) => (one === SHOWS.paper ? 1 : 0))
  for (let round = 0; round < 12; round += 1) {
    const reached: number[] = []
    for (let tile = 0; tile < known.length; tile += 1) {
      if (known[tile] === 1) continue
      const column = tile % across
      const row = Math.floor(tile / across)
      const sums = [0, 0, 0]
      let count = 0
      for (let y = Math.max(0, row - 1); y <= Math.min(down - 1, row + 1); y += 1)
        for (let x = Math.max(0, column - 1); x <= Math.min(across - 1, column + 1); x += 1) {
          const other = y * across + x
          if (known[other] !== 1) continue
          count += 1
          for (let channel = 0; channel < 3; channel += 1)
            sums[channel] = (sums[channel] ?? 0) + (colours[other * 3 + channel] ?? 0)
        }
      if (count < 2) continue
      sums.forEach((sum, channel) => {
        colours[tile * 3 + channel] = sum / count
      })
      reached.push(tile)
    }
    if (reached.length === 0) break
    for (const tile of reached) known[tile] = 1
  }
  for (let tile = 0; tile < known.length; tile += 1)
    if (known[tile] !== 1)
      mean.forEach((value, channel) => {
        colours[tile * 3 + channel] = value
      })
}
