// Measures how far the print of a picture is from level, without anything of the product: the foot of every stroke is projected
// along slightly different directions, and where the projection is sharpest lie the lines. Made for judging, not for speed.
import sharp from 'sharp'

export interface Straightness {
  /** Clockwise, degrees. */
  readonly degrees: number
  /** How much the best direction stands out from the average one; below 1.5 there are no lines to speak of. */
  readonly sharpness: number
}

/** Degrees that are looked at on either side. */
export const WIDEST = 7
const COARSE = 0.1
const FINE = 0.01
/** Strokes taller than this share of the height are edges, photos or borders, not print. */
const TALLEST = 1 / 60
/** Grey levels below the surroundings from which on a pixel is ink; about half of print on paper. */
const DARKER = 40

interface Points {
  readonly x: Float64Array
  readonly y: Float64Array
}

/**
 * Feet of dark strokes: dark against their surroundings, with lighter paper right below; to a part of a pixel, from how grey
 * the two pixels are, or the rows of the picture themselves would count as lines and draw every small angle to zero.
 */
function feetOf(grey: Uint8Array, around: Uint8Array, width: number, height: number): Points {
  const tallest = Math.max(12, Math.round(height * TALLEST))
  const run = new Int32Array(width)
  const xs: number[] = []
  const ys: number[] = []
  for (let y = 1; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x
      const [here, above, border] = [grey[at] ?? 0, grey[at - width] ?? 0, (around[at] ?? 0) - DARKER]
      const high = run[x] ?? 0
      if (here >= border && high > 0 && high <= tallest) {
        xs.push(x - width / 2)
        ys.push(y - 1 + Math.max(0, Math.min(1, (border - above) / Math.max(1, here - above))) - height / 2)
      }
      run[x] = here < border ? high + 1 : 0
    }
  return { x: Float64Array.from(xs), y: Float64Array.from(ys) }
}

/** How uneven the points are spread over lines in this direction. */
function unevenness({ x, y }: Points, degrees: number, reach: number, every: number): number {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  const lines = new Float64Array(2 * reach + 2)
  for (let at = 0; at < x.length; at += every) {
    const line = Math.round((y[at] ?? 0) * cos - (x[at] ?? 0) * sin) + reach
    if (line >= 0 && line < lines.length) lines[line] = (lines[line] ?? 0) + 1
  }
  let sum = 0
  for (const count of lines) sum += count * count
  return sum
}

/** `turn` brings the picture upright first. Null: there is nothing like print on it. */
export async function measureStraightness(picture: Uint8Array, turn: 0 | 90 | 180 | 270): Promise<Straightness | null> {
  const upright = sharp(picture, { limitInputPixels: 120_000_000 }).rotate(turn).greyscale()
  const { data, info } = await upright.raw().toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const shape = { raw: { width, height, channels: 1 as const } }
  const around = await sharp(data, shape)
    .blur(Math.max(6, width / 160))
    .raw()
    .toBuffer()
  const channels = around.length / data.length
  const level = channels === 1 ? around : around.filter((_value, at) => at % channels === 0)
  const points = feetOf(data, level, width, height)
  if (points.x.length < 200) return null
  const reach = Math.ceil(Math.hypot(width, height) / 2)
  const every = Math.max(1, Math.floor(points.x.length / 60_000))
  let best = { degrees: 0, value: -1 }
  let sum = 0
  let looked = 0
  for (let step = -Math.round(WIDEST / COARSE); step <= Math.round(WIDEST / COARSE); step += 1) {
    const value = unevenness(points, step * COARSE, reach, every)
    sum += value
    looked += 1
    if (value > best.value) best = { degrees: step * COARSE, value }
  }
  const sharpness = best.value / (sum / looked)
  const values: { readonly degrees: number; readonly value: number }[] = []
  for (let step = -Math.round(COARSE / FINE); step <= Math.round(COARSE / FINE); step += 1) {
    const degrees = best.degrees + step * FINE
    values.push({ degrees, value: unevenness(points, degrees, reach, 1) })
  }
  // The middle of the top rather than its highest point: single strokes make the top ragged.
  const [lowest, highest] = [
    Math.min(...values.map(({ value }) => value)),
    Math.max(...values.map(({ value }) => value)),
  ]
  const top = values.filter(({ value }) => value >= highest - (highest - lowest) * 0.3)
  const weight = top.reduce((all, { value }) => all + value - lowest, 0)
  const degrees = top.reduce((all, one) => all + one.degrees * (one.value - lowest), 0) / (weight || 1)
  return { degrees, sharpness }
}
