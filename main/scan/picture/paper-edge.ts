// Where the paper lies in the picture: a rectangle, perhaps turned a little, on a ground of another colour.
// Pure. A page that fills the picture has no edge, and that is a sure answer; it never cuts where the sides contradict each other.

import { crossingsFrom, hasSolidPart, type Looking, type Side } from './border-crossings.ts'
import { differenceFrom, findBorderGrounds, type Ground } from './border-ground.ts'
import { type EdgeLine, fitEdgeLine } from './edge-line.ts'
import { sizeOf } from './paper-size.ts'
import type { SmallPage } from './shrink.ts'

export interface PaperEdge {
  /** Corners in pixels of the small picture, clockwise from the top left; those of the picture when no edge was seen. */
  readonly corners: readonly Corner[]
  /** Across and down, in pixels of the small picture, along the paper's own sides. */
  readonly width: number
  readonly height: number
  /** Degrees clockwise, from the edges alone; null when none was seen. */
  readonly degrees: number | null
  readonly confidence: number
  /** True when there is ground around the paper to cut off. */
  readonly seen: boolean
}
export interface Corner {
  readonly x: number
  readonly y: number
}

const SIDES: readonly Side[] = ['left', 'right', 'top', 'bottom']

export function findPaper(small: SmallPage): PaperEdge {
  const { width, height } = small
  const whole = (confidence: number): PaperEdge => ({
    corners: [
      { x: 0, y: 0 },
      { x: width, y: 0 },
      { x: width, y: height },
      { x: 0, y: height },
    ],
    width,
    height,
    degrees: null,
    confidence,
    seen: false,
  })
  if (width < 60 || height < 60) return whole(0.6)
  const grounds = findBorderGrounds(small)
  const lightest = Math.max(...grounds.map((ground) => ground.grey))
  let doubt = 0
  let best: PaperEdge | null = null
  for (const ground of grounds) {
    // Light ground may be the paper itself: only something that lies on it and has the size of a paper is one.
    const isLight = ground.grey > 150 && ground.grey >= lightest - 30
    const ways = !isLight ? [OPEN] : hasSolidPart(small, ground) ? [SOLID, OUTLINE] : [OUTLINE]
    let found: PaperEdge | null = null
    for (const way of ways) found ??= fitRectangle(small, ground, way)
    if (found !== null && (best === null || found.confidence > best.confidence)) best = found
    else if (found === null && ground.grey < lightest - 45) doubt = Math.max(doubt, ground.share)
  }
  return best ?? whole(doubt > 0.25 ? 0.35 : doubt > 0.06 ? 0.6 : 0.95)
}

/** How a ground is looked at, and what an edge on it must have. */
interface Way extends Looking {
  /** Share of its crossings a side must keep. */
  readonly kept: number
  /** Share of the rectangle that must not look like the ground. */
  readonly solid: number
  /** The rectangle must have the size of a known paper, or be seen on all sides. */
  readonly known: boolean
}
/** Dark ground around the paper. */
const OPEN: Way = { run: 4, every: 1, kept: 0.5, solid: 0, known: false }
/** Something tinted on a light lid. */
const SOLID: Way = { run: 4, every: 1, kept: 0.5, solid: 0.7, known: true }
/** White paper on a white lid: nothing but the thin shadow of its edge. */
const OUTLINE: Way = { run: 2, every: 3, kept: 0.72, solid: 0, known: true }

interface Fit {
  readonly side: Side
  readonly line: EdgeLine | null
  readonly crossings: Float32Array
}

function fitRectangle(small: SmallPage, ground: Ground, way: Way): PaperEdge | null {
  const { width, height } = small
  const ends = { left: 0, right: width, top: 0, bottom: height }
  // Crossings at the very border of the picture are no edges: the paper goes on outside.
  const crossings = SIDES.map((side) => {
    const met = crossingsFrom(small, ground, side, way)
    return { side, met, inner: met.map((at) => (Math.abs(at - ends[side]) <= 1 ? Number.NaN : at)) }
  })
  const first = crossings.map(({ side, met, inner }): Fit => ({ side, crossings: met, line: fitEdgeLine(inner) }))
  const tilt = (fit: Fit): number => (fit.side === 'top' || fit.side === 'bottom' ? 1 : -1) * (fit.line?.slope ?? 0)
  const leader = first.reduce<Fit | null>(
    (best, fit) => ((fit.line?.on ?? 0) > (best?.line?.on ?? 0) ? fit : best),
    null,
  )
  if (leader === null || leader.line === null) return null
  const tilted = tilt(leader)
  const fits = first.map((fit, index): Fit => {
    if (fit.line !== null && Math.abs(tilt(fit) - tilted) < 0.012) return fit
    const slope = fit.side === 'top' || fit.side === 'bottom' ? tilted : -tilted
    return { ...fit, line: fitEdgeLine(crossings[index]?.inner ?? new Float32Array(0), slope) }
  })
  const lines = fits.map((fit) => ({ ...fit, line: isHeldBy(fit, ends[fit.side]) ? fit.line : null }))
  const seen = lines.filter((fit) => fit.line !== null)
  if (seen.length === 0) return null
  const total = seen.reduce((sum, fit) => sum + (fit.line?.on ?? 0), 0)
  const slope = seen.reduce((sum, fit) => sum + tilt(fit) * (fit.line?.on ?? 0), 0) / total
  const lineOf = (side: Side): { offset: number; slope: number } => {
    const line = lines.find((fit) => fit.side === side)?.line
    return line ?? { offset: ends[side], slope: 0 }
  }
  const [left, right, top, bottom] = [lineOf('left'), lineOf('right'), lineOf('top'), lineOf('bottom')]
  const corners = [meet(left, top), meet(right, top), meet(right, bottom), meet(left, bottom)]
  const [one, two, three, four] = corners
  if (one === undefined || two === undefined || three === undefined || four === undefined) return null
  const across = (apart(one, two) + apart(four, three)) / 2
  const down = (apart(one, four) + apart(two, three)) / 2
  if (across < 40 || down < 40) return null
  const held = lines.map((fit) => shareHeld(fit, corners, ends[fit.side], way.every))
  const least = Math.min(...held.map((one) => one.kept))
  const pure = Math.min(...held.map((one) => one.pure))
  if (pure < 0.9 || least < way.kept) return null
  const mm = 25.4 / small.dpi
  const isKnown = sizeOf(across * mm, down * mm, 0.03) !== 'other'
  if (way.known && !isKnown && (seen.length < 4 || way === OUTLINE)) return null
  if (way.known && seen.length < 2) return null
  if (way.solid > 0 && solidity(small, ground, corners) < way.solid) return null
  const sure = (Math.min(1, (least - 0.4) / 0.5) + (pure - 0.8) / 0.2) / 2
  const confidence = Math.max(0, Math.min(1, sure)) * (way.known && !isKnown ? 0.6 : 1)
  return { corners, width: across, height: down, degrees: (Math.atan(slope) * 180) / Math.PI, confidence, seen: true }
}

/** A line needs enough crossings to be an edge rather than chance. */
function isHeldBy(fit: Fit, end: number): boolean {
  if (fit.line === null) return false
  let inner = 0
  for (const at of fit.crossings) if (!Number.isNaN(at) && Math.abs(at - end) > 1) inner += 1
  return fit.line.on >= 24 && fit.line.on >= inner * 0.35
}

/** Of the places along a side: how many met the edge where the line is (`kept`), and how many saw only ground outside it (`pure`). */
function shareHeld(
  fit: Fit,
  corners: readonly Corner[],
  end: number,
  every: number,
): { readonly kept: number; readonly pure: number } {
  const along =
    fit.side === 'left' || fit.side === 'right' ? (corner: Corner) => corner.y : (corner: Corner) => corner.x
  const [one, two, three, four] = corners.map(along)
  const ends =
    fit.side === 'left'
      ? [one, four]
      : fit.side === 'right'
        ? [two, three]
        : fit.side === 'top'
          ? [one, two]
          : [four, three]
  const from = Math.max(0, Math.ceil((ends[0] ?? 0) + 4))
  const to = Math.min(fit.crossings.length, Math.floor((ends[1] ?? 0) - 4))
  const outwards = fit.side === 'left' || fit.side === 'top' ? -1 : 1
  let expected = 0
  let kept = 0
  let pure = 0
  for (let place = Math.ceil(from / every) * every; place < to; place += every) {
    const line = fit.line === null ? end : fit.line.offset + fit.line.slope * place
    if ((line - end) * outwards > -2) continue
    expected += 1
    const met = fit.crossings[place] ?? Number.NaN
    const off = Number.isNaN(met) ? -99 : (met - line) * outwards
    if (off < 2.5) pure += 1
    if (Math.abs(off) < 2.5) kept += 1
  }
  return expected < 12 ? { kept: 1, pure: 1 } : { kept: kept / expected, pure: pure / expected }
}

/** Share of the rectangle that is not of the ground's colour. */
function solidity(small: SmallPage, ground: Ground, corners: readonly Corner[]): number {
  const [one, two, , four] = corners
  if (one === undefined || two === undefined || four === undefined) return 0
  let solid = 0
  let all = 0
  for (let down = 0.06; down < 0.95; down += 0.02)
    for (let across = 0.06; across < 0.95; across += 0.02) {
      const x = Math.round(one.x + (two.x - one.x) * across + (four.x - one.x) * down)
      const y = Math.round(one.y + (two.y - one.y) * across + (four.y - one.y) * down)
      if (x < 0 || y < 0 || x >= small.width || y >= small.height) continue
      all += 1
      if (differenceFrom(ground, small.rgbx, y * small.width + x, x, y) > ground.tolerance) solid += 1
    }
  return all === 0 ? 0 : solid / all
}

/** Where x = a + b y meets y = c + d x. */
function meet(upright: { offset: number; slope: number }, level: { offset: number; slope: number }): Corner {
  const x = (upright.offset + upright.slope * level.offset) / (1 - upright.slope * level.slope)
  return { x, y: level.offset + level.slope * x }
}

const apart = (a: Corner, b: Corner): number => Math.hypot(a.x - b.x, a.y - b.y)
