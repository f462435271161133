// A straight edge through many noisy crossings, some of which belong to something else.
// Pure and repeatable: pairs are tried in a fixed order, never at random.

/** `offset` + `slope` × place. */
export interface EdgeLine {
  readonly offset: number
  readonly slope: number
  /** Crossings that lie on it. */
  readonly on: number
}

/** Pixels a crossing may be off. */
const NEAR = 1.2
const STEEPEST = Math.tan((14 * Math.PI) / 180)

/**
 * The line most crossings lie on. `crossings[place]` is where the edge was met, NaN where it was not; `near`, when given, is
 * what the other edges say: only lines of about that slope are tried.
 */
export function fitEdgeLine(
  crossings: Float32Array,
  near?: { readonly slope: number; readonly slack: number },
): EdgeLine | null {
  const places: number[] = []
  for (let place = 0; place < crossings.length; place += 1) if (!Number.isNaN(crossings[place])) places.push(place)
  if (places.length < 24) return null
  let best: EdgeLine | null = null
  const step = Math.max(1, Math.floor(places.length / 48))
  for (const part of [0.2, 0.4, 0.65, 0.9]) {
    const gap = Math.floor(places.length * part)
    for (let index = 0; index + gap < places.length; index += step) {
      const from = places[index] ?? 0
      const to = places[index + gap] ?? 0
      if (to - from < 12) continue
      const tried = ((crossings[to] ?? 0) - (crossings[from] ?? 0)) / (to - from)
      if (Math.abs(tried) > STEEPEST || (near !== undefined && Math.abs(tried - near.slope) > near.slack)) continue
      const offset = (crossings[from] ?? 0) - tried * from
      const on = countOn(crossings, places, offset, tried, 2)
      if (best === null || on > best.on) best = { offset, slope: tried, on }
    }
  }
  if (best === null) return null
  let line = best
  for (const by of [NEAR * 1.6, NEAR, NEAR]) line = refine(crossings, places, line, by) ?? line
  return line
}

function countOn(
  crossings: Float32Array,
  places: readonly number[],
  offset: number,
  slope: number,
  by: number,
): number {
  let on = 0
  for (let index = 0; index < places.length; index += by) {
    const place = places[index] ?? 0
    const off = (crossings[place] ?? 0) - offset - slope * place
    if (off < NEAR && off > -NEAR) on += 1
  }
  return on
}

/** Least squares through the crossings near the line. */
function refine(crossings: Float32Array, places: readonly number[], line: EdgeLine, near: number): EdgeLine | null {
  let on = 0
  let sumX = 0
  let sumY = 0
  let sumXX = 0
  let sumXY = 0
  for (const place of places) {
    const met = crossings[place] ?? 0
    if (Math.abs(met - line.offset - line.slope * place) > near) continue
    on += 1
    sumX += place
    sumY += met
    sumXX += place * place
    sumXY += place * met
  }
  const determinant = on * sumXX - sumX * sumX
  if (on < 12 || determinant <= 0) return null
  const slope = (on * sumXY - sumX * sumY) / determinant
  return { offset: (sumY - slope * sumX) / on, slope, on }
}
