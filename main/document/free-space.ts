// Answers whether a band of the last page is free for the attestation (lời chứng). When in doubt the answer is no: then a
// page is added, which is always lawful to look at, while printing over a text never is.
// Never changes the picture and never throws: a picture that cannot be read has no room.
import type { Rotation } from './place-picture.ts'

/** Part of the upright page, as fractions of its height from the top edge: `{ from: 0.78, to: 0.97 }` is near the bottom. */
export interface Band {
  readonly from: number
  readonly to: number
}

/** Long side of the small picture that is judged: about 100 dpi for A4, so strokes and dotted lines stay visible. */
const LONG_SIDE = 1170
/** Left and right edge left out, fraction of the width: shadows of the scanner, punch holes. */
const EDGE = 0.03
/** Grey level of the paper (0 black, 255 white) from which it counts as nearly white. */
const WHITE_ENOUGH = 170
/** Levels below the paper at which a pixel counts as ink; weaker marks are the back page shining through. */
const INK = 38
/** Share of ink pixels that is still dust. */
const DUST = 0.0008
/** Rows with more ink than this share of their width are a line, however thin. */
const LINE = 0.04

export async function lastPageHasRoom(picture: Uint8Array, rotation: Rotation, band: Band): Promise<boolean> {
  if (!(band.from >= 0 && band.from < band.to && band.to <= 1)) return false
  try {
    // Opened when the first picture is judged: who only checks files never needs it.
    const { default: sharp } = await import('sharp')
    const { data, info } = await sharp(picture, { limitInputPixels: 20_000 * 20_000, failOn: 'truncated' })
      .resize({ width: LONG_SIDE, height: LONG_SIDE, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true })
    return bandIsFree(data, info.width, info.height, info.channels, rotation, band)
  } catch {
    return false
  }
}

/** Pure part: `pixels` are grey levels, row by row, before rotation. */
function bandIsFree(
  pixels: Uint8Array,
  width: number,
  height: number,
  channels: number,
  rotation: Rotation,
  band: Band,
): boolean {
  const turned = rotation === 90 || rotation === 270
  const [uprightWidth, uprightHeight] = turned ? [height, width] : [width, height]
  const level = (x: number, y: number): number => {
    const [px, py] =
      rotation === 0
        ? [x, y]
        : rotation === 90
          ? [y, height - 1 - x]
          : rotation === 180
            ? [width - 1 - x, height - 1 - y]
            : [width - 1 - y, x]
    return pixels[(py * width + px) * channels] ?? 0
  }
  const left = Math.floor(uprightWidth * EDGE)
  const right = Math.ceil(uprightWidth * (1 - EDGE))
  const top = Math.floor(uprightHeight * band.from)
  const bottom = Math.ceil(uprightHeight * band.to)
  const columns = right - left
  const count = columns * (bottom - top)
  if (columns < 20 || bottom - top < 5) return false

  const histogram = new Uint32Array(256)
  for (let y = top; y < bottom; y += 1)
    for (let x = left; x < right; x += 1) {
      const value = level(x, y)
      histogram[value] = (histogram[value] ?? 0) + 1
    }
  const paper = medianOf(histogram, count)
  if (paper < WHITE_ENOUGH) return false

  let ink = 0
  for (let y = top; y < bottom; y += 1) {
    let inRow = 0
    for (let x = left; x < right; x += 1) if (level(x, y) < paper - INK) inRow += 1
    if (inRow > columns * LINE) return false
    ink += inRow
  }
  return ink <= count * DUST
}

function medianOf(histogram: Uint32Array, count: number): number {
  let seen = 0
  for (let value = 0; value < 256; value += 1) {
    seen += histogram[value] ?? 0
    if (seen * 2 >= count) return value
  }
  return 0
}
