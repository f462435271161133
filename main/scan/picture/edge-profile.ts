// What an edge looks like across, the mean of its whole length: a shadow beside it is dark and narrow, a tint goes on inside.
// Pure. It measures what it is shown and decides nothing about paper.
import { type Ground, groundGreyAt } from './border-ground.ts'
import { inwards, runsDown, type Side, type SideLine } from './corner.ts'
import type { SmallPage } from './shrink.ts'

/** Pixels outside and inside the line that are looked at. */
const OUTSIDE = 6
const INSIDE = 12
/** Grey levels by which a shadow is darker than what lies on either side of it. */
const LEAST_SHADOW = 8
/** Single dark or light pixels weigh no more than this. */
const MOST = 90
/** Pixels beyond the darkest place from which the inside is bare. */
const BARE_FROM = 3

export interface EdgeShadow {
  /** Grey levels. */
  readonly depth: number
  /** Pixels inwards from the line to where the shadow ends and the paper begins. */
  readonly edge: number
}

/** Grey levels darker than the ground, from `OUTSIDE` pixels outside the line to `INSIDE` inside, over the places `from` to `to`. */
function profileAlong(
  small: SmallPage,
  ground: Ground,
  side: Side,
  line: SideLine,
  from: number,
  to: number,
): Float32Array {
  const { rgbx, width, height } = small
  const sums = new Float32Array(OUTSIDE + INSIDE)
  const counts = new Float32Array(OUTSIDE + INSIDE)
  const isDown = runsDown(side)
  const inward = inwards(side)
  const last = (isDown ? height : width) - 1
  for (let place = Math.max(0, Math.ceil(from)); place <= Math.min(last, to); place += 2) {
    const edge = line.offset + line.slope * place
    for (let step = 0; step < sums.length; step += 1) {
      const across = Math.floor(edge + inward * (step - OUTSIDE + 0.5))
      const [x, y] = isDown ? [across, place] : [place, across]
      if (x < 0 || y < 0 || x >= width || y >= height) continue
      const at = (y * width + x) * 4
      const grey = ((rgbx[at] ?? 0) * 77 + (rgbx[at + 1] ?? 0) * 150 + (rgbx[at + 2] ?? 0) * 29) / 256
      sums[step] = (sums[step] ?? 0) + Math.max(-MOST, Math.min(MOST, groundGreyAt(ground, x, y) - grey))
      counts[step] = (counts[step] ?? 0) + 1
    }
  }
  return sums.map((sum, step) => sum / Math.max(1, counts[step] ?? 1))
}

/** The shadow along a line; null when there is none: the edge of a tint, a photograph or a text. */
export function shadowAlong(
  small: SmallPage,
  ground: Ground,
  side: Side,
  line: SideLine,
  from: number,
  to: number,
): EdgeShadow | null {
  const profile = profileAlong(small, ground, side, line, from, to)
  const at = (step: number): number => profile[step] ?? 0
  let darkest = OUTSIDE - 2
  for (let step = darkest; step <= OUTSIDE + 6; step += 1) if (at(step) > at(darkest)) darkest = step
  const inside = (at(darkest + BARE_FROM) + at(darkest + BARE_FROM + 1) + at(darkest + BARE_FROM + 2)) / 3
  const outside = (at(0) + at(1)) / 2
  const depth = at(darkest) - Math.max(inside, outside)
  if (depth < LEAST_SHADOW) return null
  const half = (at(darkest) + inside) / 2
  let step = darkest
  while (at(step + 1) > half) step += 1
  const part = (at(step) - half) / Math.max(1e-6, at(step) - at(step + 1))
  return { depth, edge: step + part - OUTSIDE + 0.5 }
}
