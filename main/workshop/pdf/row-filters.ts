// Undoes the row filters of PNG (ISO/IEC 15948 clause 9), which PDF calls predictors (ISO 32000-1 §7.4.4.4). Nothing else.

/** Rows of `width` bytes, each behind its filter; `step` bytes a pixel. Null for a filter that does not exist, unless lenient. */
export function undoRowFilters(packed: Uint8Array, step: number, width: number, lenient = false): Buffer | null {
  const rows = Math.floor(packed.length / (width + 1))
  const out = Buffer.alloc(rows * width)
  for (let row = 0; row < rows; row += 1) {
    const from = row * (width + 1) + 1
    const to = row * width
    const kind = packed[from - 1] ?? 0
    if (kind > 4 && !lenient) return null
    out.set(packed.subarray(from, from + width), to)
    for (let i = kind === 0 ? width : 0; i < width; i += 1) {
      const left = i >= step ? (out[to + i - step] ?? 0) : 0
      const up = row > 0 ? (out[to + i - width] ?? 0) : 0
      const corner = row > 0 && i >= step ? (out[to + i - width - step] ?? 0) : 0
      out[to + i] = (out[to + i] ?? 0) + predicted(kind, left, up, corner)
    }
  }
  return out
}

function predicted(kind: number, left: number, up: number, corner: number): number {
  if (kind === 1) return left
  if (kind === 2) return up
  if (kind === 3) return (left + up) >> 1
  if (kind !== 4) return 0
  const estimate = left + up - corner
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)]
  return a <= b && a <= c ? left : b <= c ? up : corner
}
