// Promises: a picture of a signature or seal, coded once and small enough to stand in every signature: few colours, sixteen or
// four steps of transparency, and the same without transparency (ISO 19005-1 6.4 forbids soft masks) for PDF/A-1.
// Never: a file, a PNG decoder, interpolation (ISO 19005-2 6.2.8).
import { deflateSync } from 'node:zlib'

/** Pictures ready for a PDF. Plain data: it travels to the workshop with every document. */
export interface StampPicture {
  /** Width and height on paper in points. */
  readonly size: readonly [width: number, height: number]
  readonly soft: CodedPicture
  readonly hard: CodedPicture
}
export interface CodedPicture {
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** Bits of an index, and the colours it stands for: red, green, blue in turn. */
  readonly bits: 1 | 2 | 4
  readonly palette: Uint8Array
  /** Deflated rows of indices. Of a hard picture index 0 is not painted. */
  readonly colours: Uint8Array
  /** Deflated rows of opacity of this many bits a pixel; absent in a hard picture. */
  readonly opacity?: { readonly bits: 1 | 2 | 4; readonly rows: Uint8Array }
}

/** Red, green, blue, opacity of every pixel, row by row, not multiplied. */
export interface RawPicture {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
}

const MOST_COLOURS = 8
/** On white, beside what is not painted. */
const MOST_SHADES = 3
/** Colours closer than this (of 255, straight line) are one ink; blended shades are told apart sooner. */
const SAME_INK = 56
const SAME_SHADE = 20
/** A colour is counted where it is at least half covering: faint edges say nothing of the ink. */
const COVERING = 128
/** Opacity below this is the paper's grain, not ink. */
const INK = 24

/** Bytes that the larger of the two adds to a file. */
export const bytesOf = ({ soft, hard }: StampPicture): number =>
  Math.max(
    ...[soft, hard].map((one) => one.colours.length + (one.opacity?.rows.length ?? 0) + one.palette.length * 2 + 340),
  )

/** `size`: on paper, in points. `steps`: bits of opacity a pixel. */
export function codePicture(picture: RawPicture, size: StampPicture['size'], steps: 1 | 2 | 4): StampPicture {
  return { size, soft: codeSoft(picture, steps), hard: codeHard(picture) }
}

function codeSoft({ width, height, rgba }: RawPicture, steps: 1 | 2 | 4): CodedPicture {
  const palette = commonColours(rgba, MOST_COLOURS, SAME_INK)
  const bits = palette.length <= 2 ? 1 : palette.length <= 4 ? 2 : 4
  const most = (1 << steps) - 1
  let last = 0
  const colours = pack(width, height, bits, (at) => {
    // What is not seen repeats its neighbour: it costs nothing.
    if ((rgba[at * 4 + 3] ?? 0) >= INK) last = nearest(palette, rgba, at * 4)
    return last
  })
  const rows = pack(width, height, steps, (at) => {
    const opacity = rgba[at * 4 + 3] ?? 0
    return opacity < INK ? 0 : Math.round((opacity * most) / 255)
  })
  return { width, height, bits, palette: Uint8Array.from(palette.flat()), colours, opacity: { bits: steps, rows } }
}

/** On white, with an index that is not painted: paper and signature stay visible between the strokes. */
function codeHard({ width, height, rgba }: RawPicture): CodedPicture {
  const blended = Uint8Array.from(rgba)
  for (let at = 0; at < rgba.length; at += 4) {
    const opacity = rgba[at + 3] ?? 0
    for (let part = 0; part < 3; part++)
      blended[at + part] = Math.round(255 + (((rgba[at + part] ?? 0) - 255) * opacity) / 255)
    // Faint edges would be white fringes over what lies below.
    blended[at + 3] = opacity < 96 ? 0 : 255
  }
  const palette = commonColours(blended, MOST_SHADES, SAME_SHADE)
  const colours = pack(width, height, 2, (at) =>
    blended[at * 4 + 3] === 0 ? 0 : 1 + nearest(palette, blended, at * 4),
  )
  return { width, height, bits: 2, palette: Uint8Array.from([255, 255, 255, ...palette.flat()]), colours }
}

type Colour = readonly [number, number, number]

/** The most common colours of what is seen, in steps of 16, none closer than `apart` to another. */
function commonColours(rgba: Uint8Array, most: number, apart: number): readonly Colour[] {
  const seen = new Map<number, { weight: number; sum: [number, number, number] }>()
  for (let at = 0; at < rgba.length; at += 4) {
    if ((rgba[at + 3] ?? 0) < COVERING) continue
    const [red = 0, green = 0, blue = 0] = rgba.subarray(at, at + 3)
    const key = ((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4)
    const found = seen.get(key) ?? { weight: 0, sum: [0, 0, 0] }
    found.weight += 1
    found.sum = [found.sum[0] + red, found.sum[1] + green, found.sum[2] + blue]
    seen.set(key, found)
  }
  const kept: Colour[] = []
  for (const { weight, sum } of [...seen.values()].sort((a, b) => b.weight - a.weight)) {
    const colour: Colour = [Math.round(sum[0] / weight), Math.round(sum[1] / weight), Math.round(sum[2] / weight)]
    if (kept.length < most && kept.every((one) => distance(one, colour) >= apart ** 2)) kept.push(colour)
  }
  return kept.length === 0 ? [[0, 0, 0]] : kept
}

const distance = (a: Colour, b: Colour): number => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2

function nearest(palette: readonly Colour[], rgba: Uint8Array, at: number): number {
  const own: Colour = [rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0]
  let [best, least] = [0, Number.POSITIVE_INFINITY]
  for (const [index, colour] of palette.entries()) {
    const away = distance(colour, own)
    if (away < least) [best, least] = [index, away]
  }
  return best
}

/** Rows of values of 1, 2 or 4 bits, each row ending on a byte (ISO 32000-1 8.9.5.2), deflated. */
function pack(width: number, height: number, bits: number, valueAt: (pixel: number) => number): Uint8Array {
  const stride = Math.ceil((width * bits) / 8)
  const rows = new Uint8Array(stride * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const shift = 8 - bits - ((x * bits) & 7)
      const at = y * stride + ((x * bits) >> 3)
      rows[at] = (rows[at] ?? 0) | (valueAt(y * width + x) << shift)
    }
  return new Uint8Array(deflateSync(rows, { level: 9 }))
}

/** The image first, numbered `first`, its mask after it. */
export function pictureObjects(picture: StampPicture, soft: boolean, first: number): readonly Buffer[] {
  const { width, height, bits, palette, colours, opacity } = soft ? picture.soft : picture.hard
  const colour = `[/Indexed /DeviceRGB ${palette.length / 3 - 1} <${Buffer.from(palette).toString('hex')}>]`
  const masked = opacity === undefined ? '/Mask [0 0]' : `/SMask ${first + 1} 0 R`
  const image = (space: string, depth: number, more: string, rows: Uint8Array): Buffer =>
    Buffer.concat([
      Buffer.from(
        `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace ${space} /BitsPerComponent ${depth} ` +
          `${more}/Filter /FlateDecode /Length ${rows.length} >>\nstream\n`,
        'latin1',
      ),
      rows,
      Buffer.from('\nendstream', 'latin1'),
    ])
  const face = image(colour, bits, `${masked} `, colours)
  return opacity === undefined ? [face] : [face, image('/DeviceGray', opacity.bits, '', opacity.rows)]
}
