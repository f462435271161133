// A rectangle of something else than the ground around it: paper on a dark belt, a card on the lid.
// Pure. It never answers with sides that contradict each other. On light ground, which may be the paper itself, a rectangle is only a
// thing that lies there when light falls on it as on a thing: lighter than the ground, or with a shadow along some of its sides.
import { crossingsFrom, type Looking } from './border-crossings.ts'
import { differenceFrom, type Ground, groundGreyAt } from './border-ground.ts'
import { apart, type Corner, inwards, meet, runsDown, SIDES, type Side, type SideLine } from './corner.ts'
import { type EdgeLine, fitEdgeLine } from './edge-line.ts'
import { type EdgeShadow, shadowAlong } from './edge-profile.ts'
import { sizeOf } from './paper-size.ts'
import type { SmallPage } from './shrink.ts'

export interface Rectangle {
  /** Clockwise from the top left. */
  readonly corners: readonly Corner[]
  readonly width: number
  readonly height: number
  readonly degrees: number
  readonly confidence: number
}

/** Four pixels in a row that are not ground. */
const LOOKING: Looking = { run: 4, every: 1, begins: 'at once' }
/** Share of its crossings a side must keep, and of places that nothing lies beyond. */
const LEAST_KEPT = 0.5
const LEAST_PURE = 0.9
/** Share of the rectangle that must not look like light ground. */
const SOLID = 0.7
/** Share of the picture from which a tint is rather that of the paper that fills it. */
const FILLED = 0.955
/** Sides whose tangents differ by more do not belong to one paper. */
const SQUARE = 0.012
/** What is known of a thing on light ground when all its edges are clear; below `SURE.edge` somebody is asked. */
const MOST_SURE = { strip: 0.4, thing: 1, unknownThing: 0.7, tinted: 0.4 } as const

interface Fit {
  readonly side: Side
  readonly line: EdgeLine | null
  readonly crossings: Float32Array
}
interface Sides {
  readonly fits: readonly Fit[]
  /** How many of them were seen. */
  readonly seen: number
  /** Tangent of the angle, clockwise. */
  readonly slope: number
}

/** Paper inside ground that is darker than any paper there. */
export function paperOn(small: SmallPage, ground: Ground): Rectangle | null {
  const sides = sidesOn(small, ground)
  const found = sides === null ? null : rectangleOf(small, sides)
  if (sides === null || found === null) return null
  const sure = sureness(small, sides.fits, found.corners)
  if (sure === null) return null
  // A dark strip along one side only may be printed.
  return { ...found, confidence: sides.seen > 1 || isKnown(small, found) ? sure : Math.min(sure, MOST_SURE.strip) }
}

/** A tinted thing on light ground. */
export function thingOn(small: SmallPage, ground: Ground): Rectangle | null {
  const sides = sidesOn(small, ground)
  const outer = sides === null ? null : rectangleOf(small, sides)
  if (sides === null || outer === null) return null
  const sure = sureness(small, sides.fits, outer.corners)
  const inside = insideOf(small, ground, outer.corners)
  if (sure === null || inside.solid < SOLID) return null
  const shadows = sides.fits.map((fit) => shadowOf(small, ground, fit, outer.corners))
  const shadowed = shadows.filter((shadow) => shadow !== null).length
  const fits = sides.fits.map((fit, index) => moved(fit, shadows[index]?.edge ?? 0))
  const found = rectangleOf(small, { ...sides, fits })
  if (found === null) return null
  const known = isKnown(small, found)
  if (sides.seen < (known ? 2 : 4)) return null
  // Print only darkens, and a frame is printed on all sides.
  const isThing = inside.lighter > 0.5 || (shadowed > 0 && shadowed < 4)
  const fills = found.width * found.height > FILLED * small.width * small.height
  if (!isThing && (fills || !known)) return null
  // Of the size of a paper, but nothing says that it lies on the ground: photographs and copied cards are printed just so.
  const most = isThing ? (known ? MOST_SURE.thing : MOST_SURE.unknownThing) : MOST_SURE.tinted
  return { ...found, confidence: Math.min(sure, most) }
}

interface Sized {
  readonly width: number
  readonly height: number
}
const isKnown = ({ dpi }: SmallPage, { width, height }: Sized): boolean =>
  sizeOf((width * 25.4) / dpi, (height * 25.4) / dpi, 0.03) !== 'other'

const endOf = ({ width, height }: SmallPage, side: Side): number =>
  side === 'right' ? width : side === 'bottom' ? height : 0
const tilt = (side: Side, slope: number): number => (runsDown(side) ? -slope : slope)

/** A line for every side on which the ground ends before the picture does, all of about one tilt; null when there is none. */
function sidesOn(small: SmallPage, ground: Ground): Sides | null {
  const met = SIDES.map((side) => {
    const crossings = crossingsFrom(small, ground, side, LOOKING)
    // Crossings at the very border of the picture are no edges: the paper goes on outside.
    const end = endOf(small, side)
    const inner = crossings.map((at) => (Math.abs(at - end) <= 1 ? Number.NaN : at))
    return { side, crossings, inner, line: fitEdgeLine(inner) }
  })
  const leader = met.reduce((best, one) => ((one.line?.on ?? 0) > (best.line?.on ?? 0) ? one : best))
  if (leader.line === null) return null
  const tilted = tilt(leader.side, leader.line.slope)
  const fits = met.map(({ side, crossings, inner, line }): Fit => {
    const agrees = line !== null && Math.abs(tilt(side, line.slope) - tilted) < SQUARE
    const fitted = agrees ? line : fitEdgeLine(inner, { slope: tilt(side, tilted), slack: SQUARE })
    return { side, crossings, line: fitted !== null && isHeld(fitted, inner) ? fitted : null }
  })
  let [seen, slope, total] = [0, 0, 0]
  for (const { side, line } of fits) {
    if (line === null) continue
    seen += 1
    slope += tilt(side, line.slope) * line.on
    total += line.on
  }
  return seen === 0 ? null : { fits, seen, slope: slope / total }
}

/** A line needs enough crossings to be an edge rather than chance. */
function isHeld(line: EdgeLine, inner: Float32Array): boolean {
  let met = 0
  for (const at of inner) if (!Number.isNaN(at)) met += 1
  return line.on >= 24 && line.on >= met * 0.35
}

function moved(fit: Fit, by: number): Fit {
  return fit.line === null ? fit : { ...fit, line: { ...fit.line, offset: fit.line.offset + inwards(fit.side) * by } }
}

function rectangleOf(small: SmallPage, { fits, slope }: Sides): Omit<Rectangle, 'confidence'> | null {
  const [left, right, top, bottom] = SIDES.map((side): SideLine => {
    const line = fits.find((fit) => fit.side === side)?.line
    return line ?? { offset: endOf(small, side), slope: 0 }
  })
  if (left === undefined || right === undefined || top === undefined || bottom === undefined) return null
  const [one, two, three, four] = [meet(left, top), meet(right, top), meet(right, bottom), meet(left, bottom)]
  const width = (apart(one, two) + apart(four, three)) / 2
  const height = (apart(one, four) + apart(two, three)) / 2
  if (width < 40 || height < 40) return null
  return { corners: [one, two, three, four], width, height, degrees: (Math.atan(slope) * 180) / Math.PI }
}

/** First and last place of a side between its corners. */
function stretchOf(side: Side, [one, two, three, four]: readonly Corner[]): readonly [number, number] {
  const [first, last] =
    side === 'left' ? [one, four] : side === 'right' ? [two, three] : side === 'top' ? [one, two] : [four, three]
  const along = (corner: Corner | undefined): number => (runsDown(side) ? corner?.y : corner?.x) ?? 0
  return [along(first) + 4, along(last) - 4]
}

/** 0 to 1, by how well the crossings keep to the sides; null when too few do, or something lies beyond them. */
function sureness(small: SmallPage, fits: readonly Fit[], corners: readonly Corner[]): number | null {
  const held = fits.map((fit) => shareHeld(small, fit, corners))
  const kept = Math.min(...held.map((one) => one.kept))
  const pure = Math.min(...held.map((one) => one.pure))
  if (pure < LEAST_PURE || kept < LEAST_KEPT) return null
  return Math.max(0, Math.min(1, (Math.min(1, (kept - 0.4) / 0.5) + (pure - 0.8) / 0.2) / 2))
}

/** Of the places along a side: how many met the edge where the line is (`kept`), and how many saw only ground outside it (`pure`). */
function shareHeld(
  small: SmallPage,
  { side, line, crossings }: Fit,
  corners: readonly Corner[],
): { readonly kept: number; readonly pure: number } {
  const [from, to] = stretchOf(side, corners)
  const end = endOf(small, side)
  let expected = 0
  let kept = 0
  let pure = 0
  for (let place = Math.max(0, Math.ceil(from)); place < Math.min(crossings.length, Math.floor(to)); place += 1) {
    const edge = line === null ? end : line.offset + line.slope * place
    if ((edge - end) * inwards(side) < 2) continue
    expected += 1
    const met = crossings[place] ?? Number.NaN
    const off = Number.isNaN(met) ? 99 : (met - edge) * inwards(side)
    if (off > -2.5) pure += 1
    if (Math.abs(off) < 2.5) kept += 1
  }
  return expected < 12 ? { kept: 1, pure: 1 } : { kept: kept / expected, pure: pure / expected }
}

function shadowOf(
  small: SmallPage,
  ground: Ground,
  { side, line }: Fit,
  corners: readonly Corner[],
): EdgeShadow | null {
  return line === null ? null : shadowAlong(small, ground, side, line, ...stretchOf(side, corners))
}

/** Shares of the rectangle that are not of the ground's colour, and that are lighter than it. */
function insideOf(
  small: SmallPage,
  ground: Ground,
  [one, two, , four]: readonly Corner[],
): { readonly solid: number; readonly lighter: number } {
  const { rgbx, width, height } = small
  if (one === undefined || two === undefined || four === undefined) return { solid: 0, lighter: 0 }
  let [all, solid, lighter] = [0, 0, 0]
  for (let down = 0.06; down < 0.95; down += 0.02)
    for (let across = 0.06; across < 0.95; across += 0.02) {
      const x = Math.round(one.x + (two.x - one.x) * across + (four.x - one.x) * down)
      const y = Math.round(one.y + (two.y - one.y) * across + (four.y - one.y) * down)
      if (x < 0 || y < 0 || x >= width || y >= height) continue
      all += 1
      const at = (y * width + x) * 4
      if (differenceFrom(ground, rgbx, at / 4, x, y) <= ground.tolerance) continue
      solid += 1
      const grey = ((rgbx[at] ?? 0) * 77 + (rgbx[at + 1] ?? 0) * 150 + (rgbx[at + 2] ?? 0) * 29) / 256
      if (grey > groundGreyAt(ground, x, y) + ground.tolerance) lighter += 1
    }
  return all === 0 ? { solid: 0, lighter: 0 } : { solid: solid / all, lighter: lighter / all }
}
