// Corners and sides of a rectangle that lies a little turned in a picture. Pure geometry; it knows neither ground nor paper.
import type { SmallPage } from './shrink.ts'

export interface Corner {
  readonly x: number
  readonly y: number
}
/** A side: of left and right ones x = `offset` + `slope` y, of top and bottom ones y = `offset` + `slope` x. */
export interface SideLine {
  readonly offset: number
  readonly slope: number
}
export type Side = 'left' | 'right' | 'top' | 'bottom'
export const SIDES: readonly Side[] = ['left', 'right', 'top', 'bottom']

/** Left and right sides run down the picture, top and bottom ones across it. */
export const runsDown = (side: Side): boolean => side === 'left' || side === 'right'
/** The direction from outside to inside, along the axis a side is crossed. */
export const inwards = (side: Side): 1 | -1 => (side === 'left' || side === 'top' ? 1 : -1)

/** Where x = a + b y meets y = c + d x. */
export function meet(upright: SideLine, level: SideLine): Corner {
  const x = (upright.offset + upright.slope * level.offset) / (1 - upright.slope * level.slope)
  return { x, y: level.offset + level.slope * x }
}

export const apart = (a: Corner, b: Corner): number => Math.hypot(a.x - b.x, a.y - b.y)

/** The shadow of one side of a paper. */
export interface Rim {
  readonly side: Side
  /** Where the shadow begins, and where it ends and the paper begins. */
  readonly outer: SideLine
  readonly line: SideLine
  /** Grey levels. */
  readonly depth: number
  readonly on: number
  /** Where it is first and last seen. */
  readonly from: Corner
  readonly to: Corner
}

/** Pixels: a shadow that comes as near to the border of the picture leaves it there. */
const AT_BORDER = 8
/** Pixels from the nearest border of the picture. */
export const toBorder = ({ width, height }: SmallPage, { x, y }: Corner): number =>
  Math.min(x, y, width - x, height - y)
/** The place is where a side leaves the picture. */
export const leaves = (small: SmallPage, place: Corner): boolean => toBorder(small, place) < AT_BORDER
