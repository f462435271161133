// Makes the picture anew in one pass: turned, cut, its ground whitened, what lies outside the paper filled.
// The pixels are moved by the kernel; this part works out rows and weights. It reads the page's pixels and never changes them.
import { gainAt, NO_GAIN } from './gains.ts'
import type { GroundTiles } from './ground-tiles.ts'
import type { Kernel } from './kernel.ts'
import type { Plan } from './plan.ts'
import { type RowSpan, rectangle, rowSpans } from './row-spans.ts'
import type { RawPage } from './shrink.ts'

export interface Turning {
  readonly page: Omit<RawPage, 'data'>
  readonly plan: Plan
  /** Bare paper: what is put where the page has no pixels. */
  readonly fill: readonly [number, number, number]
  /** By which parts of the page become lighter; null: not at all. Tiles of a picture so many times smaller. */
  readonly lighten: { readonly gains: Uint8Array; readonly tiles: GroundTiles; readonly factor: number } | null
}

/** Rows that share their gains. */
const GAIN_ROWS = 16
/** Pixels a group has, and how steep rows may run for the kernel: a group must not reach over two rows. */
const GROUP = { 1: 8, 3: 5 } as const
const STEEPEST = { 1: 0.14, 3: 0.245 } as const
/** Pixels of the original along a cut edge that are replaced by bare paper: they are half ground. */
const RIM = 4
/** 16.16 fixed point. */
const ONE = 65_536
const FRACTIONS = 64

export const suitsKernel = ({ page, plan }: Turning): boolean =>
  Math.abs(Math.sin((plan.degrees * Math.PI) / 180)) <= STEEPEST[page.channels]

/** Geometry both ways of turning share: where an output pixel lies in the page, and which pixels of each row have a place there. */
export function placesOf({ page, plan }: Turning) {
  const angle = (plan.degrees * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const back = ({ x, y }: { readonly x: number; readonly y: number }) => {
    const [across, down] = [x - page.width / 2, y - page.height / 2]
    return { x: across * cos + down * sin - plan.left, y: down * cos - across * sin - plan.top }
  }
  const shapes = [{ corners: rectangle(0, 0, page.width, page.height).map(back), inset: 0.5 }]
  if (plan.paper !== null) shapes.push({ corners: plan.paper.map(back), inset: RIM })
  /** Column and row in the page, of the middle of an output pixel; whole numbers are middles of its pixels. */
  const place = (x: number, y: number) => {
    const [across, down] = [x + 0.5 + plan.left, y + 0.5 + plan.top]
    return {
      u: across * cos - down * sin + page.width / 2 - 0.5,
      v: across * sin + down * cos + page.height / 2 - 0.5,
    }
  }
  return { cos, sin, place, spans: rowSpans(shapes, plan.width, plan.height) }
}

/** Bytes of the made picture, in the kernel's target room; the page must lie in its source room. Valid until the kernel is used again. */
export function turnByKernel(kernel: Kernel, turning: Turning): Uint8Array {
  const { page, plan } = turning
  const { channels } = page
  const { cos, sin, place, spans } = placesOf(turning)
  const size = plan.width * plan.height * channels
  kernel.extend(size)
  const bytes = kernel.bytes()
  const { source, target, table, gains } = kernel.rooms
  const group = GROUP[channels]
  writeWeights(new Int16Array(bytes.buffer, table), sin, channels)
  const turnRow = channels === 3 ? kernel.turnColour : kernel.turnGrey
  const stride = page.width * channels
  const middle = (group - 1) / 2
  const reach = Math.ceil(Math.abs(sin) * (group - 1) * ONE + ONE / FRACTIONS)
  for (let y = 0; y < plan.height; y += 1) {
    const span = spans[y] ?? { from: 0, to: 0 }
    const row = target + y * plan.width * channels
    if (y % GAIN_ROWS === 0) writeGains(bytes, gains, turning, place, y, group)
    const groups = Math.ceil((span.to - span.from) / group)
    const start = place(span.from, y)
    turnRow(
      row + span.from * channels,
      groups,
      // Half a step is added, so that places round to the nearest. Columns run on by almost exactly one a pixel: the middle of the group decides.
      Math.round((start.u + middle * (cos - 1)) * ONE) + ONE / 256,
      Math.round((start.v + (sin < 0 ? (group - 1) * sin : 0)) * ONE) + ONE / (2 * FRACTIONS),
      Math.round(cos * group * ONE),
      Math.round(sin * group * ONE),
      source,
      stride,
      table,
      gains + Math.floor(span.from / group),
      reach,
    )
    fillBeside(bytes, row, span, turning)
  }
  return bytes.subarray(target, target + size)
}

/** Weights of three rows for each pixel of a group, of 128, for each fraction of the group's topmost row. */
function writeWeights(table: Int16Array, sin: number, channels: 1 | 3): void {
  const group = GROUP[channels]
  const values = channels === 3 ? 16 : 8
  for (let fraction = 0; fraction < FRACTIONS; fraction += 1)
    for (let value = 0; value < values; value += 1) {
      const pixel = Math.min(group - 1, Math.floor(value / channels))
      const row = fraction / FRACTIONS + (sin < 0 ? group - 1 - pixel : pixel) * Math.abs(sin)
      const at = fraction * values * 3 + value
      const third = Math.round(Math.max(0, row - 1) * 128)
      const first = Math.round(Math.max(0, 1 - row) * 128)
      table[at] = first
      table[at + values] = 128 - first - third
      table[at + 2 * values] = third
    }
}

/** Gains of a row, one a group counted from the left of the picture. */
function writeGains(
  bytes: Uint8Array,
  at: number,
  { plan, lighten }: Turning,
  place: (x: number, y: number) => { readonly u: number; readonly v: number },
  y: number,
  group: number,
): void {
  const groups = Math.ceil(plan.width / group) + 1
  if (lighten === null) {
    bytes.fill(NO_GAIN, at, at + groups)
    return
  }
  for (let index = 0; index < groups; index += 1) {
    const { u, v } = place((index + 0.5) * group, y + GAIN_ROWS / 2)
    bytes[at + index] = gainAt(lighten.gains, lighten.tiles, u / lighten.factor, v / lighten.factor)
  }
}

/** Bare paper to the left and right of what the page has. */
export function fillBeside(bytes: Uint8Array, row: number, span: RowSpan, { page, plan, fill }: Turning): void {
  const { channels } = page
  const from = row + span.from * channels
  const to = row + span.to * channels
  const end = row + plan.width * channels
  if (channels === 1 || (fill[0] === fill[1] && fill[1] === fill[2])) {
    const grey = channels === 1 ? (fill[0] * 77 + fill[1] * 150 + fill[2] * 29) >> 8 : fill[0]
    bytes.fill(grey, row, from)
    bytes.fill(grey, to, end)
    return
  }
  for (let at = row; at < end; at += 3) {
    if (at === from) at = to
    if (at >= end) break
    bytes.set(fill, at)
  }
}
