// White clean-up: how much lighter each part of the page must become so that its bare paper turns white.
// Pure. Only near-white paper: coloured paper, photographs and dark fields keep what they have, stamps and signatures keep their colour
// (all channels of a pixel are multiplied alike).
import { type GroundTiles, SHOWS, TILE } from './ground-tiles.ts'

/** A gain of 128 changes nothing; the largest doubles. */
export const NO_GAIN = 128
const MOST_GAIN = 200

/** Paper darker than this is grey paper, not white paper in shade. */
const DARKEST_WHITE = 196
/** Largest difference of the channels of paper that counts as white: yellowed, but not yellow; any other tint is on purpose. */
const MOST_YELLOWED = 26
const MOST_TINT = 13
/** So much darker than the mean of the bare paper is still bare paper: grain of the sensor and of the paper. */
const GRAIN = 11

/** One gain a tile of the small picture, row by row; null when the paper is not near-white. */
export function findGains(ground: GroundTiles): Uint8Array | null {
  const { red, green, blue } = ground
  const isWhite = Math.min(red, green, blue) >= DARKEST_WHITE && isUntinted(red, green, blue, 0)
  return isWhite ? gainsTo255(ground, (r, g, b) => isUntinted(r, g, b, 6)) : null
}

/** The same whatever the paper's colour: for pictures that become black and white. */
export const levelGains = (ground: GroundTiles): Uint8Array => gainsTo255(ground, () => true)

function isUntinted(red: number, green: number, blue: number, slack: number): boolean {
  const isYellowed = Math.abs(red - green) <= 10 && Math.min(red, green) >= blue - 2
  return Math.max(red, green, blue) - Math.min(red, green, blue) <= (isYellowed ? MOST_YELLOWED : MOST_TINT) + slack
}

function gainsTo255(ground: GroundTiles, isMeant: (red: number, green: number, blue: number) => boolean): Uint8Array {
  const { colours, shows } = ground
  const gains = new Uint8Array(shows.length).fill(NO_GAIN)
  for (let tile = 0; tile < gains.length; tile += 1) {
    const red = colours[tile * 3] ?? 255
    const green = colours[tile * 3 + 1] ?? 255
    const blue = colours[tile * 3 + 2] ?? 255
    if (!isPaperAround(ground, tile) || !isMeant(red, green, blue)) continue
    const darkest = Math.min(red, green, blue)
    gains[tile] = Math.min(MOST_GAIN, Math.ceil((255 * NO_GAIN) / Math.max(1, darkest - GRAIN)))
  }
  return gains
}

/** Whether the paper is of a colour. */
export const isColouredPaper = ({ red, green, blue }: GroundTiles): boolean => !isUntinted(red, green, blue, 4)

/** The tile shows bare paper, or lies outside it, and is no part of a photograph: at most five of its neighbours show none. */
function isPaperAround({ shows, across, down }: GroundTiles, tile: number): boolean {
  if (shows[tile] === SHOWS.nothing) return false
  const column = tile % across
  const row = Math.floor(tile / across)
  let without = 0
  for (let y = Math.max(0, row - 1); y <= Math.min(down - 1, row + 1); y += 1)
    for (let x = Math.max(0, column - 1); x <= Math.min(across - 1, column + 1); x += 1)
      if (shows[y * across + x] === SHOWS.nothing) without += 1
  return without <= 5
}

/**
 * The gain at a place of the small picture, between the middles of the tiles around it.
 * `x` and `y` in pixels of the small picture.
 */
export function gainAt(gains: Uint8Array, { across, down }: GroundTiles, x: number, y: number): number {
  const column = Math.max(0, Math.min(across - 1, x / TILE - 0.5))
  const row = Math.max(0, Math.min(down - 1, y / TILE - 0.5))
  const left = Math.floor(column)
  const top = Math.floor(row)
  const right = Math.min(across - 1, left + 1)
  const bottom = Math.min(down - 1, top + 1)
  const byRow = (line: number): number => {
    const a = gains[line * across + left] ?? NO_GAIN
    return a + ((gains[line * across + right] ?? NO_GAIN) - a) * (column - left)
  }
  const above = byRow(top)
  return above + (byRow(bottom) - above) * (row - top)
}
