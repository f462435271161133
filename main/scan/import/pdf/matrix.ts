// Matrices of PDF (ISO 32000-1 §8.3.4): how a picture lies on a page, in quarter turns.
// Pure.
import type { Rotation } from '../../../../preload/contract/scan.ts'
import type { Box } from './pages.ts'

export type Matrix = readonly [number, number, number, number, number, number]
export const PLAIN: Matrix = [1, 0, 0, 1, 0, 0]

/** `first`, then `then`. */
export function joined(first: Matrix, then: Matrix): Matrix {
  const [a, b, c, d, e, f] = first
  const [p, q, r, s, t, u] = then
  return [a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u]
}

/** The upright box around a box after a matrix. */
export function boxAfter(box: Box, matrix: Matrix): Box {
  const [a, b, c, d, e, f] = matrix
  const corners = [
    [box[0], box[1]],
    [box[2], box[1]],
    [box[0], box[3]],
    [box[2], box[3]],
  ].map(([x = 0, y = 0]) => [a * x + c * y + e, b * x + d * y + f] as const)
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

/** Clockwise quarter turns of a picture; null when it is askew or mirrored. */
export function turnOf([a, b, c, d]: Matrix): Rotation | null {
  const small = 0.002 * Math.max(Math.abs(a), Math.abs(b), Math.abs(c), Math.abs(d))
  const zero = (value: number): boolean => Math.abs(value) <= small
  if (zero(b) && zero(c)) return a > 0 && d > 0 ? 0 : a < 0 && d < 0 ? 180 : null
  if (zero(a) && zero(d)) return b < 0 && c > 0 ? 90 : b > 0 && c < 0 ? 270 : null
  return null
}

/** Lengths of a picture's sides on the page. */
export const sidesOf = ([a, b, c, d]: Matrix): { width: number; height: number } => ({
  width: Math.hypot(a, b),
  height: Math.hypot(c, d),
})
