// White paper under a white lid: nothing shows of its edge but the thin shadow along some of its sides.
// Pure. A shadow is unbroken, darker than what lies on either side of it, and has nothing but ground beyond it.
import { crossingsFrom, type Looking } from './border-crossings.ts'
import type { Ground } from './border-ground.ts'
import { type Corner, inwards, leaves, type Rim, runsDown, SIDES, type Side, toBorder } from './corner.ts'
import { type EdgeLine, fitEdgeLine } from './edge-line.ts'
import { shadowAlong } from './edge-profile.ts'
import type { Rectangle } from './edge-rectangle.ts'
import { paperBetween } from './lid-paper.ts'
import type { SmallPage } from './shrink.ts'

/** Every third row and column is looked at, and two pixels in a row must be darker. */
const LOOKING: Looking = { run: 2, every: 3, begins: 'slowly' }
/** Share of the places of a shadow that must be met where it is, and of those that nothing lies beyond. */
const UNBROKEN = 0.85
const UNCROSSED = 0.95
/** Millimetres: two sides of a card. */
const SHORTEST = 35
/** Slopes of two sides of one paper differ by less. */
const SQUARE = 0.009
/** Millimetres inside the picture, and grey levels, from which a lone shadow is worth a question. */
const PUZZLING = { inside: 8, depth: 20 } as const

export interface Shadowed {
  readonly paper: Rectangle | null
  /** A paper ends in the picture, but where its other sides are is not to be seen. */
  readonly isPuzzling: boolean
}

export function seeShadows(small: SmallPage, ground: Ground): Shadowed {
  const rims = SIDES.map((side) => rimOn(small, ground, side))
  const [left = null, right = null, top = null, bottom = null] = rims
  let best: Rectangle | null = null
  for (const upright of [left, right])
    for (const level of [top, bottom]) {
      if (upright === null || level === null || Math.abs(level.line.slope + upright.line.slope) > SQUARE) continue
      const found = paperBetween(small, ground, upright, level)
      if (found !== null && (best === null || found.confidence > best.confidence)) best = found
    }
  return { paper: best, isPuzzling: best === null && rims.some((rim) => rim !== null && isPuzzle(small, rims, rim)) }
}

/** Runs across the whole picture, well inside it: a printed line ends before that, a fold is faint, a frame has four of them. */
function isPuzzle(small: SmallPage, rims: readonly (Rim | null)[], rim: Rim): boolean {
  const middle = { x: (rim.from.x + rim.to.x) / 2, y: (rim.from.y + rim.to.y) / 2 }
  const isInside = toBorder(small, middle) > (PUZZLING.inside * small.dpi) / 25.4
  const isAcross = leaves(small, rim.from) && leaves(small, rim.to)
  return isInside && isAcross && rim.depth > PUZZLING.depth && rims.filter((one) => one !== null).length < 3
}

function rimOn(small: SmallPage, ground: Ground, side: Side): Rim | null {
  const met = crossingsFrom(small, ground, side, LOOKING)
  const end = side === 'right' ? small.width : side === 'bottom' ? small.height : 0
  const line = fitEdgeLine(met.map((at) => (Math.abs(at - end) <= 1 ? Number.NaN : at)))
  if (line === null) return null
  const seen = placesOn(met, line)
  if (seen === null || ((seen.to - seen.from) * 25.4) / small.dpi < SHORTEST) return null
  let [places, on, uncrossed] = [0, 0, 0]
  for (let place = seen.from; place <= seen.to; place += LOOKING.every) {
    const off = ((met[place] ?? Number.NaN) - line.offset - line.slope * place) * inwards(side)
    places += 1
    if (Math.abs(off) < 2) on += 1
    if (!(off <= -2.5)) uncrossed += 1
  }
  if (on < UNBROKEN * places || uncrossed < UNCROSSED * places) return null
  const shadow = shadowAlong(small, ground, side, line, seen.from, seen.to)
  if (shadow === null) return null
  const at = (place: number): Corner => {
    const across = line.offset + line.slope * place
    return runsDown(side) ? { x: across, y: place } : { x: place, y: across }
  }
  const paper = { offset: line.offset + inwards(side) * shadow.edge, slope: line.slope }
  return { side, outer: line, line: paper, depth: shadow.depth, on, from: at(seen.from), to: at(seen.to) }
}

/** First and last place where the line was met; a lone place far away is chance. */
function placesOn(met: Float32Array, line: EdgeLine): { readonly from: number; readonly to: number } | null {
  const places: number[] = []
  for (let place = 0; place < met.length; place += LOOKING.every)
    if (Math.abs((met[place] ?? Number.NaN) - line.offset - line.slope * place) < 2) places.push(place)
  const isIn = (at: number, by: number): boolean => {
    const [one, other] = [places[at], places[at + 4 * by]]
    return one !== undefined && other !== undefined && Math.abs(other - one) <= 6 * LOOKING.every
  }
  let [first, last] = [0, places.length - 1]
  while (first < last && !isIn(first, 1)) first += 1
  while (last > first && !isIn(last, -1)) last -= 1
  const [from, to] = [places[first], places[last]]
  return from === undefined || to === undefined || to <= from ? null : { from, to }
}
