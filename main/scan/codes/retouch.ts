// The same picture softer, larger or smaller: what one pass of the reader misses, another may read.
import type { GreyArea } from './bar-code-engine.ts'

/** Each pixel with its eight neighbours, the nearer ones counting more (1 2 1). */
export function soften({ data, width, height }: GreyArea): GreyArea {
  const out = new Uint8Array(data.length)
  for (let y = 0; y < height; y += 1) {
    const above = Math.max(0, y - 1) * width
    const row = y * width
    const below = Math.min(height - 1, y + 1) * width
    for (let x = 0; x < width; x += 1) {
      const [left, right] = [Math.max(0, x - 1), Math.min(width - 1, x + 1)]
      const sum =
        (data[above + left] as number) +
        (data[above + right] as number) +
        (data[below + left] as number) +
        (data[below + right] as number) +
        2 *
          ((data[above + x] as number) +
            (data[below + x] as number) +
            (data[row + left] as number) +
            (data[row + right] as number)) +
        4 * (data[row + x] as number)
      out[row + x] = sum >> 4
    }
  }
  return { data: out, width, height }
}

/** Half as wide and high: the mean of four pixels. */
export function halve({ data, width, height }: GreyArea): GreyArea {
  const [across, down] = [width >> 1, height >> 1]
  const out = new Uint8Array(across * down)
  for (let y = 0; y < down; y += 1)
    for (let x = 0; x < across; x += 1) {
      const at = 2 * y * width + 2 * x
      const sum =
        (data[at] as number) +
        (data[at + 1] as number) +
        (data[at + width] as number) +
        (data[at + width + 1] as number)
      out[y * across + x] = sum >> 2
    }
  return { data: out, width: across, height: down }
}

/** Twice as wide and high, in between by straight lines. */
export function double({ data, width, height }: GreyArea): GreyArea {
  const across = 2 * width
  const out = new Uint8Array(4 * data.length)
  for (let y = 0; y < height; y += 1) {
    const [row, below] = [y * width, Math.min(height - 1, y + 1) * width]
    for (let x = 0; x < width; x += 1) {
      const right = Math.min(width - 1, x + 1)
      const [a, b, c, d] = [data[row + x], data[row + right], data[below + x], data[below + right]] as [
        number,
        number,
        number,
        number,
      ]
      const at = 2 * y * across + 2 * x
      out[at] = a
      out[at + 1] = (a + b) >> 1
      out[at + across] = (a + c) >> 1
      out[at + across + 1] = (a + b + c + d) >> 2
    }
  }
  return { data: out, width: across, height: 2 * height }
}
