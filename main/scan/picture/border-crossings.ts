// Where the ground along the border ends and something else begins. Pure: it counts pixels and knows no paper.
import { differenceFrom, type Ground } from './border-ground.ts'
import { runsDown, type Side } from './corner.ts'
import type { SmallPage } from './shrink.ts'

export interface Looking {
  /** Pixels in a row that are not ground: something begins. */
  readonly run: number
  /** Only every so many rows and columns are looked at. */
  readonly every: number
  /** How it begins: at once, or slowly as a shadow does; for where between two pixels that is. */
  readonly begins: 'at once' | 'slowly'
}

/** Whether tiles of 8 × 8 that hold hardly any ground form a block; a page of text has ground between its lines. */
export function hasSolidPart(small: SmallPage, ground: Ground): boolean {
  const { width, height } = small
  const across = width >> 3
  const down = height >> 3
  let solid = 0
  let left = across
  let right = -1
  let top = down
  let bottom = -1
  for (let row = 0; row < down; row += 1)
    for (let column = 0; column < across; column += 1) {
      const bare = bareIn(small, ground, column, row)
      if (bare > 4) continue
      solid += 1
      left = Math.min(left, column)
      right = Math.max(right, column)
      top = Math.min(top, row)
      bottom = Math.max(bottom, row)
    }
  const box = (right - left + 1) * (bottom - top + 1)
  return right - left >= 8 && bottom - top >= 8 && solid > box * 0.55
}

/** How many of 16 samples of a tile are ground; it stops counting at five. */
function bareIn({ rgbx, width }: SmallPage, ground: Ground, column: number, row: number): number {
  let bare = 0
  for (let y = row * 8; y < row * 8 + 8 && bare <= 4; y += 2)
    for (let x = column * 8; x < column * 8 + 8; x += 2)
      if (differenceFrom(ground, rgbx, y * width + x, x, y) <= ground.tolerance) bare += 1
  return bare
}

/** Where, coming from a side, the ground ends: for every row (left, right) or column (top, bottom); NaN when it never does. */
export function crossingsFrom(small: SmallPage, ground: Ground, side: Side, way: Looking): Float32Array {
  const { width, height } = small
  const isAcross = runsDown(side)
  const lines = isAcross ? height : width
  const length = isAcross ? width : height
  const isBackwards = side === 'right' || side === 'bottom'
  const crossings = new Float32Array(lines).fill(Number.NaN)
  for (let line = 0; line < lines; line += way.every) {
    const start = isBackwards ? length - 1 : 0
    const by = isBackwards ? -1 : 1
    const from = isAcross ? { x: start, y: line } : { x: line, y: start }
    const ray = { ...from, right: isAcross ? by : 0, down: isAcross ? 0 : by, length }
    const steps = stepsToPaper(small, ground, way, ray)
    if (steps >= 0) crossings[line] = isBackwards ? length - steps : steps
  }
  return crossings
}

interface Ray {
  readonly x: number
  readonly y: number
  readonly right: number
  readonly down: number
  readonly length: number
}

/** Steps along the ray until `run` pixels in a row are not ground, to a part of a pixel; −1 when there are none. */
function stepsToPaper(small: SmallPage, ground: Ground, way: Looking, ray: Ray): number {
  const { rgbx, width } = small
  const { x, y, right, down, length } = ray
  let off = 0
  for (let step = 0; step < length; step += 1) {
    const column = x + step * right
    const row = y + step * down
    if (differenceFrom(ground, rgbx, row * width + column, column, row) <= ground.tolerance) off = 0
    else if (++off === way.run) return beginning(small, ground, way, ray, step - way.run + 1)
  }
  return -1
}

/** Where exactly what begins in the pixel `first` begins: the share of the pixels there that is not ground, or where it passes the tolerance. */
function beginning(small: SmallPage, ground: Ground, way: Looking, ray: Ray, first: number): number {
  if (first === 0) return 0
  const at = (step: number): number => {
    const column = ray.x + step * ray.right
    const row = ray.y + step * ray.down
    return differenceFrom(ground, small.rgbx, row * small.width + column, column, row)
  }
  const [before, here] = [at(first - 1), at(first)]
  if (way.begins === 'slowly') return first - 0.5 + (ground.tolerance - before) / Math.max(1e-6, here - before)
  const full = Math.max(here, at(first + way.run - 2), at(first + way.run - 1))
  return first + 1 - (here + before) / full
}
