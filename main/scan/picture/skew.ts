// By how much the lines of a page are turned: the angle at which the ink of all strips, shifted along it, forms the sharpest lines.
// Pure. Angles in degrees clockwise. It never claims an angle for a page without lines: then the confidence is low.
import { type Sharpness, sharpnessMeter } from './line-sharpness.ts'
import { darkPixels, halve, type Strips } from './strips.ts'

export interface Skew {
  readonly degrees: number
  readonly confidence: number
}
/** Lines in one direction. */
export interface LinesSeen {
  /** To the nearest coarse step. */
  readonly degrees: number
  /** How much sharper the lines are at this angle than at others; 1 when there are none. */
  readonly prominence: number
}
export interface LineSkew extends Skew {
  /** Degrees by which the angle must be off until the lines blur: small for long lines. */
  readonly width: number
}

/** Largest skew that is looked for. */
export const WIDEST = 12
const WIDE_STEP = 0.4
const FINE_STEP = 0.1
/** Places of a profile for each row, in the wide and in the fine search. */
const WIDE_PLACES = 2
const FINE_PLACES = 4

const slopeOf = (degrees: number): number => Math.tan((degrees * Math.PI) / 180)
const limit = (value: number): number => Math.max(0, Math.min(1, value))

/** A wide search; `sign` −1 for strips of the page on its side. */
export function seeLines(strips: Strips, sign: 1 | -1): LinesSeen {
  const meter = sharpnessMeter(halve(strips), WIDE_PLACES, slopeOf(WIDEST + WIDE_STEP))
  const tried: number[] = []
  for (let angle = -WIDEST; angle <= WIDEST + 1e-9; angle += WIDE_STEP)
    tried.push(meter.at(sign * slopeOf(angle)).quarters)
  let peak = 0
  for (let index = 1; index < tried.length; index += 1) if ((tried[index] ?? 0) > (tried[peak] ?? 0)) peak = index
  const typical = [...tried].sort((a, b) => a - b)[tried.length >> 1] ?? 0
  return { degrees: -WIDEST + peak * WIDE_STEP, prominence: typical > 0 ? (tried[peak] ?? 0) / typical : 1 }
}

/** The angle to a few thousandths of a degree, from where the wide search saw lines. */
export function lineSkew(strips: Strips, sign: 1 | -1, seen: LinesSeen): LineSkew {
  const meter = sharpnessMeter(strips, FINE_PLACES, slopeOf(WIDEST + 2))
  const known = new Map<number, Sharpness>()
  const at = (step: number): Sharpness => {
    const before = known.get(step)
    if (before !== undefined) return before
    const now = meter.at(sign * slopeOf(seen.degrees + step * FINE_STEP))
    known.set(step, now)
    return now
  }
  // Long lines tell the angle best, but columns side by side can agree on a wrong one: short lines must not object.
  const byQuarters = climb((step) => at(step).quarters, 0)
  const byHalves = climb((step) => at(step).halves, byQuarters)
  const halvesHold = at(byHalves).quarters >= 0.98 * at(byQuarters).quarters
  const from = halvesHold ? byHalves : byQuarters
  const byWhole = climb((step) => at(step).whole, from)
  const wholeHolds =
    at(byWhole).quarters >= 0.98 * at(byQuarters).quarters && at(byWhole).halves >= 0.995 * at(from).halves
  const { step, width } = wholeHolds
    ? topOf((one) => at(one).whole, byWhole)
    : halvesHold
      ? topOf((one) => at(one).halves, byHalves)
      : topOf((one) => at(one).quarters, byQuarters)
  const confidence = limit((seen.prominence - 1.2) / 1.4) * limit((1.8 - width) / 0.9)
  return { degrees: seen.degrees + step * FINE_STEP, confidence, width }
}

/** The nearest summit going up from `start`, at most 12 steps away. */
function climb(value: (step: number) => number, start: number): number {
  let at = start
  for (let moved = 0; moved < 12; moved += 1) {
    const here = value(at)
    const left = value(at - 1)
    const right = value(at + 1)
    if (left <= here && right <= here) return at
    at += left > right ? -1 : 1
  }
  return at
}

/** The top of the parabola through a value and its neighbours, in steps, and how wide it is, in degrees. */
function topOf(value: (step: number) => number, top: number): { readonly step: number; readonly width: number } {
  const before = value(top - 1)
  const here = value(top)
  const after = value(top + 1)
  const bend = before - 2 * here + after
  const shift = bend < 0 ? Math.max(-1, Math.min(1, (before - after) / (2 * bend))) : 0
  return { step: top + shift, width: bend < 0 ? FINE_STEP * Math.sqrt((2 * here) / -bend) : 9 }
}

export interface PageSkew extends LineSkew {
  /** Lines from left to right, and from top to bottom. */
  readonly across: LinesSeen
  readonly down: LinesSeen
}

/** Fully dark pixels below which a page has too few lines to trust them more than its edges. */
const FEW = 3_000

/** The page's skew from lines in either direction, or from the paper's edges where there are hardly any lines. */
export function measureSkew(
  strips: { readonly across: Strips; readonly down: Strips },
  edges: { readonly degrees: number | null; readonly confidence: number },
): PageSkew {
  const across = seeLines(strips.across, 1)
  const down = seeLines(strips.down, -1)
  const found =
    across.prominence >= down.prominence ? lineSkew(strips.across, 1, across) : lineSkew(strips.down, -1, down)
  const dark = darkPixels(strips.across)
  const lines = { ...found, confidence: found.confidence * limit(0.35 + dark / FEW) }
  const edge = edges.degrees
  const isTrusted = lines.confidence >= 0.5 && lines.width < 0.7 && dark > FEW
  if (edge === null || edges.confidence < 0.5 || (isTrusted && Math.abs(lines.degrees - edge) < 3))
    return { ...lines, across, down }
  return { degrees: edge, confidence: edges.confidence * 0.8, width: lines.width, across, down }
}
