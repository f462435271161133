// By how much lines are turned: the angle at which the ink of all strips, shifted along it, forms the sharpest lines.
// Pure. Angles in degrees clockwise. It never claims an angle where there are no lines: then the confidence is low.
import { BANDS, PARTS, type Sharpness, sharpnessMeter } from './line-sharpness.ts'
import { halve, type Strips } from './strips.ts'

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

/** Where between its neighbours the top of the parabola through a value lies: −1 to 1. */
function summit(before: number, here: number, after: number): number {
  const bend = before - 2 * here + after
  return bend < 0 ? Math.max(-1, Math.min(1, (before - after) / (2 * bend))) : 0
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
  const confidence = limit((seen.prominence - 1.2) / 1.4) * limit((1.55 - width) / 0.55)
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
  return { step: top + summit(before, here, after), width: bend < 0 ? FINE_STEP * Math.sqrt((2 * here) / -bend) : 9 }
}

/** Degrees on either side of the page's angle, and steps, at which the lines of its parts are looked for. */
const BENT_MOST = 3
const BENT_STEP = 0.2

/** By how many degrees the lines of the page's parts differ, those that stand out most weighing most: nothing on a flat sheet. */
export function bendOf(strips: Strips, sign: 1 | -1, degrees: number): number {
  const meter = sharpnessMeter(halve(strips), WIDE_PLACES, slopeOf(WIDEST + BENT_MOST + 1))
  const steps = Math.round(BENT_MOST / BENT_STEP)
  const tried = Array.from({ length: 2 * steps + 1 }, (_one, step) => {
    const cells = new Float32Array(BANDS * PARTS)
    meter.at(sign * slopeOf(degrees + (step - steps) * BENT_STEP), cells)
    return cells
  })
  let [weights, sum, squares] = [0, 0, 0]
  for (let cell = 0; cell < BANDS * PARTS; cell += 1) {
    const values = tried.map((one) => one[cell] ?? 0)
    const top = values.reduce((best, value, at) => (value > (values[best] ?? 0) ? at : best), 0)
    const best = values[top] ?? 0
    const weight = best - values.reduce((all, value) => all + value, 0) / values.length
    const angle = (top - steps + summit(values[top - 1] ?? 0, best, values[top + 1] ?? 0)) * BENT_STEP
    weights += weight
    sum += weight * angle
    squares += weight * angle * angle
  }
  return weights === 0 ? 0 : Math.sqrt(Math.max(0, squares / weights - (sum / weights) ** 2))
}
