// The paper whose shadow is seen along two sides that meet: it ends where they end, or has a known size of which they show a part.
// Pure. Nothing but ground may lie outside it; a line on a third side too makes it a printed frame rather than a paper.
import { differenceFrom, type Ground } from './border-ground.ts'
import { type Corner, inwards, leaves, meet, type Rim, runsDown, type Side } from './corner.ts'
import { shadowAlong } from './edge-profile.ts'
import type { Rectangle } from './edge-rectangle.ts'
import { SIZES } from './paper-size.ts'
import { rowSpans } from './row-spans.ts'
import type { SmallPage } from './shrink.ts'

/** Millimetres by which a shadow may end beside its corner. */
const NEAR = 2.5
/** Millimetres around the paper that are its shadow. */
const BESIDE = 2
/** Share of the paper that must lie in the picture: of a frame's corner, a known size would reach far out of it. */
const LEAST_INSIDE = 0.95
/** Share of what lies outside the paper that may be dirt. */
const MOST_DIRT = 0.004
/** Grey levels by which a line on a third side is darker, and millimetres inside the paper where it is looked for. */
const FRAME = { depth: 12, inside: [0, 2, 4, 6] } as const
const CONFIDENCE = { known: 0.95, unknown: 0.7, framed: 0.4 } as const

interface Direction {
  readonly x: number
  readonly y: number
}
/** Where along its side a shadow begins and ends, from the paper's corner, and whether it leaves the picture there. */
interface Stretch {
  readonly from: number
  readonly to: number
  readonly leaves: { readonly from: boolean; readonly to: boolean }
}
interface Size {
  readonly width: number
  readonly height: number
  readonly isKnown: boolean
}

/** The paper with these two sides, or null. */
export function paperBetween(small: SmallPage, ground: Ground, upright: Rim, level: Rim): Rectangle | null {
  const slope = (level.line.slope * level.on - upright.line.slope * upright.on) / (level.on + upright.on)
  const angle = Math.atan(slope)
  const corner = meet(upright.line, level.line)
  const right = upright.side === 'left' ? 1 : -1
  const down = level.side === 'top' ? 1 : -1
  const along = { x: right * Math.cos(angle), y: right * Math.sin(angle) }
  const across = { x: -down * Math.sin(angle), y: down * Math.cos(angle) }
  const mm = 25.4 / small.dpi
  for (const size of sizesOf(stretchOf(small, level, corner, along), stretchOf(small, upright, corner, across), mm)) {
    const at = (wide: number, high: number): Corner => ({
      x: corner.x + along.x * wide + across.x * high,
      y: corner.y + along.y * wide + across.y * high,
    })
    const [here, there] = right === 1 ? [0, size.width] : [size.width, 0]
    const [top, bottom] = down === 1 ? [0, size.height] : [size.height, 0]
    const corners = [at(here, top), at(there, top), at(there, bottom), at(here, bottom)]
    if (shareInside(small, corners, size) < LEAST_INSIDE) continue
    if (dirtOutside(small, ground, corners, BESIDE / mm) > MOST_DIRT) continue
    const isFramed =
      isLineOn(small, ground, upright.side === 'left' ? 'right' : 'left', corners) ||
      isLineOn(small, ground, level.side === 'top' ? 'bottom' : 'top', corners)
    if (isFramed && !size.isKnown) continue
    const confidence = isFramed ? CONFIDENCE.framed : size.isKnown ? CONFIDENCE.known : CONFIDENCE.unknown
    const { width, height } = size
    return { corners, width, height, degrees: (angle * 180) / Math.PI, confidence }
  }
  return null
}

/** Known sizes that fit what is seen, the smallest first: of a larger one as much might be in the picture. Then the size as seen. */
function sizesOf(along: Stretch, across: Stretch, mm: number): readonly Size[] {
  // A shadow ends where the paper does, or where it leaves the picture before that.
  const fits = (seen: Stretch, length: number): boolean =>
    (Math.abs(seen.from) * mm < NEAR || (seen.from > 0 && seen.leaves.from)) &&
    (Math.abs(seen.to - length) * mm < NEAR || (seen.to < length && seen.leaves.to))
  const isWhole = !along.leaves.to && !across.leaves.to
  const known = [...SIZES].reverse().flatMap(([, one, other]) => [
    { width: one / mm, height: other / mm, isKnown: true },
    { width: other / mm, height: one / mm, isKnown: true },
  ])
  const whole = isWhole ? [{ width: along.to, height: across.to, isKnown: false }] : []
  return [...known, ...whole].filter(({ width, height }) => fits(along, width) && fits(across, height))
}

function stretchOf(small: SmallPage, rim: Rim, corner: Corner, direction: Direction): Stretch {
  const end = (place: Corner) => ({
    at: (place.x - corner.x) * direction.x + (place.y - corner.y) * direction.y,
    leaves: leaves(small, place),
  })
  const [one, other] = [end(rim.from), end(rim.to)]
  const [from, to] = one.at < other.at ? [one, other] : [other, one]
  return { from: from.at, to: to.at, leaves: { from: from.leaves, to: to.leaves } }
}

function shareInside({ width, height }: SmallPage, corners: readonly Corner[], size: Size): number {
  const spans = rowSpans([{ corners, inset: 0 }], width, height)
  return spans.reduce((sum, { from, to }) => sum + to - from, 0) / (size.width * size.height)
}

/** Share of what lies farther than `beyond` pixels outside the corners that is not ground. */
function dirtOutside(small: SmallPage, ground: Ground, corners: readonly Corner[], beyond: number): number {
  const { rgbx, width, height } = small
  const spans = rowSpans([{ corners, inset: -beyond }], width, height)
  let [outside, dirt] = [0, 0]
  for (let y = 2; y < height - 2; y += 2) {
    const { from, to } = spans[y] ?? { from: 0, to: 0 }
    for (let x = 2; x < width - 2; x += 2) {
      if (x >= from && x < to) {
        x = to
        continue
      }
      outside += 1
      if (differenceFrom(ground, rgbx, y * width + x, x, y) > ground.tolerance + 6) dirt += 1
    }
  }
  return outside === 0 ? 0 : dirt / outside
}

/** Whether there is a line on a side of the paper or not far inside it. */
function isLineOn(small: SmallPage, ground: Ground, side: Side, [one, two, three, four]: readonly Corner[]): boolean {
  const [first, last] =
    side === 'left' ? [one, four] : side === 'right' ? [two, three] : side === 'top' ? [one, two] : [four, three]
  if (first === undefined || last === undefined) return false
  const [a, b, c, d] = runsDown(side) ? [first.y, last.y, first.x, last.x] : [first.x, last.x, first.y, last.y]
  const slope = (d - c) / (b - a)
  const beside = (BESIDE * small.dpi) / 25.4
  return FRAME.inside.some((millimetres) => {
    const offset = c - slope * a + (inwards(side) * millimetres * small.dpi) / 25.4
    const shadow = shadowAlong(small, ground, side, { offset, slope }, a + beside, b - beside)
    return shadow !== null && shadow.depth > FRAME.depth
  })
}
