// The small picture all measuring works on: about 75 dpi, colour kept, each pixel the mean of a square of the page.
// Never larger than about 1,300 pixels a side, whatever the page.
import type { Kernel } from './kernel.ts'
import type { GreyPicture } from './shapes.ts'

/** The page as decoded: samples row by row without padding, 1 (grey) or 3 (RGB) a pixel, 0 black to 255 white. */
export interface RawPage {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly dpi: number
}

/** Red, green and blue, 4 bytes a pixel (the fourth means nothing), rows without padding. */
export interface SmallPage {
  readonly rgbx: Uint8Array
  readonly width: number
  readonly height: number
  readonly dpi: number
  /** So many pixels of the page make one here, across and down. */
  readonly factor: number
  /** False: the page had one channel. */
  readonly colour: boolean
}

const SMALL_DPI = 75
const LONGEST = 1_300

export function shrinkFactor(width: number, height: number, dpi: number): number {
  const byDensity = Math.round(dpi / SMALL_DPI)
  const bySize = Math.ceil(Math.max(width, height) / LONGEST)
  return Math.max(1, Math.min(Math.max(byDensity, bySize), width, height))
}

/** Plain words for what the kernel does; for any factor. */
export function shrinkSlowly(page: RawPage, factor: number): SmallPage {
  const { data, channels } = page
  const width = Math.max(1, Math.floor(page.width / factor))
  const height = Math.max(1, Math.floor(page.height / factor))
  const rgbx = new Uint8Array(width * height * 4)
  const sums = new Int32Array(width * channels)
  const half = factor * factor * 0.5
  for (let y = 0; y < height; y += 1) {
    sums.fill(0)
    for (let row = 0; row < factor; row += 1) {
      let from = (y * factor + row) * page.width * channels
      for (let x = 0; x < width; x += 1)
        for (let column = 0; column < factor; column += 1)
          for (let channel = 0; channel < channels; channel += 1, from += 1) {
            sums[x * channels + channel] = (sums[x * channels + channel] ?? 0) + (data[from] ?? 0)
          }
    }
    for (let x = 0; x < width; x += 1)
      for (let channel = 0; channel < 3; channel += 1) {
        const sum = sums[x * channels + (channels === 3 ? channel : 0)] ?? 0
        rgbx[(y * width + x) * 4 + channel] = Math.floor((sum + half) / (factor * factor))
      }
  }
  return { rgbx, width, height, dpi: page.dpi / factor, factor, colour: channels === 3 }
}

/** The same by the kernel, for a factor of four. The page must lie in the kernel's source room, the target room must have two bytes a pixel. */
export function shrinkByKernel(kernel: Kernel, page: Omit<RawPage, 'data'>): SmallPage {
  const { channels } = page
  const width = page.width >> 2
  const height = page.height >> 2
  const rgbx = new Uint8Array(width * height * 4)
  const { source, target } = kernel.rooms
  const bytes = kernel.bytes()
  if (channels === 3) {
    const even = width + (width & 1)
    kernel.shrinkColour(source, page.width * 3, even, height, target)
    for (let y = 0; y < height; y += 1)
      rgbx.set(bytes.subarray(target + y * even * 4, target + (y * even + width) * 4), y * width * 4)
  } else {
    const even = (width + 3) & ~3
    kernel.shrinkGrey(source, page.width, even, height, target)
    for (let y = 0, to = 0; y < height; y += 1)
      for (let x = 0, from = target + y * even; x < width; x += 1, from += 1, to += 4) {
        const grey = bytes[from] ?? 0
        rgbx[to] = grey
        rgbx[to + 1] = grey
        rgbx[to + 2] = grey
      }
  }
  return { rgbx, width, height, dpi: page.dpi / 4, factor: 4, colour: channels === 3 }
}

/** Grey as the eye weighs it (Rec. 601). */
export function greyOf(small: SmallPage): GreyPicture {
  const { rgbx, width, height } = small
  const data = new Uint8Array(width * height)
  for (let row = 0; row < height; row += 1) greyRow(rgbx, data, row * width, (row + 1) * width)
  return { data, width, height, dpi: small.dpi }
}

function greyRow(rgbx: Uint8Array, grey: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to; at += 1)
    grey[at] = ((rgbx[at * 4] ?? 0) * 77 + (rgbx[at * 4 + 1] ?? 0) * 150 + (rgbx[at * 4 + 2] ?? 0) * 29 + 128) >> 8
}
