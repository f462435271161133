// Which part of each row lies inside convex shapes. Pure geometry.
import type { Corner } from './corner.ts'

/** From `from` up to, not with, `to`; empty when `to` ≤ `from`. */
export interface RowSpan {
  readonly from: number
  readonly to: number
}

/** Corners clockwise; `inset`: so many pixels are drawn in on all sides. */
export interface Shape {
  readonly corners: readonly Corner[]
  readonly inset: number
}

/** For every row of a picture the pixels whose middle lies inside all shapes. */
export function rowSpans(shapes: readonly Shape[], width: number, height: number): readonly RowSpan[] {
  const edges = shapes.flatMap(({ corners, inset }) =>
    corners.map((corner, index) => {
      const next = corners[(index + 1) % corners.length] ?? corner
      const length = Math.hypot(next.x - corner.x, next.y - corner.y) || 1
      // Inside is to the right of each edge: a x + b y + c ≥ 0.
      const a = (corner.y - next.y) / length
      const b = (next.x - corner.x) / length
      return { a, b, c: -a * corner.x - b * corner.y - inset }
    }),
  )
  return Array.from({ length: height }, (_, row) => {
    let from = 0
    let to = width
    for (const { a, b, c } of edges) {
      const rest = b * (row + 0.5) + c
      if (Math.abs(a) < 1e-9) {
        if (rest < -1e-9) to = -1
      } else if (a > 0) from = Math.max(from, -rest / a)
      else to = Math.min(to, rest / -a)
    }
    const first = Math.ceil(from - 0.5 - 1e-6)
    const last = Math.floor(to + 0.5 + 1e-6)
    return last > first ? { from: first, to: last } : { from: 0, to: 0 }
  })
}

export const rectangle = (left: number, top: number, width: number, height: number): readonly Corner[] => [
  { x: left, y: top },
  { x: left + width, y: top },
  { x: left + width, y: top + height },
  { x: left, y: top + height },
]
