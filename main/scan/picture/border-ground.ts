// What lies around the paper: the colours found along the border of the picture, each with how it changes across it.
// Pure: a small picture goes in, at most three grounds come out, the most frequent first. It does not know which of them is paper.
import type { SmallPage } from './shrink.ts'

/** A colour that changes evenly across the picture: red, green and blue at (0, 0), and by how much a pixel to the right and down. */
export interface Ground {
  readonly colour: readonly [number, number, number]
  readonly right: readonly [number, number, number]
  readonly down: readonly [number, number, number]
  /** Share of the border of this colour, 0 to 1. */
  readonly share: number
  /** Grey of it in the middle. */
  readonly grey: number
  /** How far a sample may be off and still be this ground. */
  readonly tolerance: number
}

type Triple = [number, number, number]
/** Samples whose largest difference is below this are of one colour. */
const ONE_COLOUR = 26
const LEAST_SHARE = 0.015

export function findBorderGrounds(small: SmallPage): readonly Ground[] {
  let left = ringOf(small)
  const all = left.length
  const grounds: Ground[] = []
  while (grounds.length < 3 && left.length > 8 && left.length >= all * LEAST_SHARE) {
    const centre = commonest(small, left)
    const inside = left.filter((at) => distance(small, at, centre) < ONE_COLOUR)
    left = left.filter((at) => distance(small, at, centre) >= ONE_COLOUR)
    if (inside.length >= all * LEAST_SHARE && inside.length > 8)
      grounds.push(planeThrough(small, inside, inside.length / all))
    if (inside.length === 0) break
  }
  return grounds
}

/** Places (pixel numbers) two pixels inside the border: the outermost rows of a sensor are often wrong. */
function ringOf({ width, height }: SmallPage): number[] {
  const inset = width > 40 && height > 40 ? 2 : 0
  const places: number[] = []
  for (let x = inset; x < width - inset; x += 1) places.push(inset * width + x, (height - 1 - inset) * width + x)
  for (let y = inset + 1; y < height - inset - 1; y += 1) places.push(y * width + inset, y * width + width - 1 - inset)
  return places
}

function commonest({ rgbx }: SmallPage, places: readonly number[]): Triple {
  const counts = new Map<number, number>()
  let best = 0
  let most = 0
  for (const at of places) {
    const key = ((rgbx[at * 4] ?? 0) >> 4) * 256 + ((rgbx[at * 4 + 1] ?? 0) >> 4) * 16 + ((rgbx[at * 4 + 2] ?? 0) >> 4)
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    if (count > most) {
      most = count
      best = key
    }
  }
  return [(best >> 8) * 16 + 8, ((best >> 4) & 15) * 16 + 8, (best & 15) * 16 + 8]
}

function distance({ rgbx }: SmallPage, at: number, colour: Triple): number {
  return Math.max(
    Math.abs((rgbx[at * 4] ?? 0) - colour[0]),
    Math.abs((rgbx[at * 4 + 1] ?? 0) - colour[1]),
    Math.abs((rgbx[at * 4 + 2] ?? 0) - colour[2]),
  )
}

/** Least squares plane for each channel; where the places say nothing about a direction, the plane is level in it. */
function planeThrough({ rgbx, width }: SmallPage, places: readonly number[], share: number): Ground {
  const count = places.length
  let meanX = 0
  let meanY = 0
  for (const at of places) {
    meanX += at % width
    meanY += Math.floor(at / width)
  }
  meanX /= count
  meanY /= count
  const sums = [0, 1, 2].map(() => ({ value: 0, x: 0, y: 0 }))
  let xx = 0
  let yy = 0
  let xy = 0
  for (const at of places) {
    const x = (at % width) - meanX
    const y = Math.floor(at / width) - meanY
    xx += x * x
    yy += y * y
    xy += x * y
    sums.forEach((sum, channel) => {
      const value = rgbx[at * 4 + channel] ?? 0
      sum.value += value
      sum.x += value * x
      sum.y += value * y
    })
  }
  const determinant = xx * yy - xy * xy
  // A ground seen on one side only says nothing about the other direction.
  const isWide = share > 0.5 && determinant > 1e-3 * xx * yy
  const planes = sums.map((sum) => {
    const right = isWide ? (sum.x * yy - sum.y * xy) / determinant : 0
    const down = isWide ? (sum.y * xx - sum.x * xy) / determinant : 0
    return { at: sum.value / count - right * meanX - down * meanY, right, down }
  })
  const pick = (of: 'at' | 'right' | 'down'): Triple => [
    planes[0]?.[of] ?? 0,
    planes[1]?.[of] ?? 0,
    planes[2]?.[of] ?? 0,
  ]
  const ground = { colour: pick('at'), right: pick('right'), down: pick('down'), share }
  let off = 0
  for (const at of places) off += differenceFrom(ground, rgbx, at, at % width, Math.floor(at / width))
  const [red, green, blue] = sums.map((sum) => sum.value / count) as Triple
  const grey = (red * 77 + green * 150 + blue * 29) / 256
  const spread = off / count
  const least = grey < 110 ? 22 : isWide ? 6 : 12
  return { ...ground, grey, tolerance: Math.max(least, Math.min(30, spread * 3.5)) }
}

/** Largest difference of a sample from the ground at its place. */
export function differenceFrom(
  ground: Pick<Ground, 'colour' | 'right' | 'down'>,
  rgbx: Uint8Array,
  at: number,
  x: number,
  y: number,
): number {
  const { colour, right, down } = ground
  const red = Math.abs((rgbx[at * 4] ?? 0) - colour[0] - right[0] * x - down[0] * y)
  const green = Math.abs((rgbx[at * 4 + 1] ?? 0) - colour[1] - right[1] * x - down[1] * y)
  const blue = Math.abs((rgbx[at * 4 + 2] ?? 0) - colour[2] - right[2] * x - down[2] * y)
  return Math.max(red, Math.max(green, blue))
}

/** Grey of the ground at a place. */
export function groundGreyAt(
  { colour, right, down }: Pick<Ground, 'colour' | 'right' | 'down'>,
  x: number,
  y: number,
): number {
  const red = colour[0] + right[0] * x + down[0] * y
  const green = colour[1] + right[1] * x + down[1] * y
  const blue = colour[2] + right[2] * x + down[2] * y
  return (red * 77 + green * 150 + blue * 29) / 256
}
