// Promises: the face of a signature as a form XObject (ISO 32000-1 8.10): a frame, lines of text that always fit, the picture
// of a handwritten signature or a seal, and a QR. Nothing stands outside its place.
// Never: a cut or overflowing line; a text too wide or a block too high is set smaller instead.
import { pictureObjects, type StampPicture } from './appearance-picture.ts'
import { breakLines, COLOUR, drawLines, heightOf, short, type TextBox } from './appearance-text.ts'
import { broken } from './broken.ts'
import { type Lettering, OBJECTS_PER_FONT, streamObject, type Weight } from './lettering.ts'
import { codeObject } from './verify-code.ts'

/** One line; `size` in points, an empty text is a gap of that size. */
export interface AppearanceLine {
  readonly text: string
  readonly size: number
  readonly weight: Weight
  readonly align: 'left' | 'center'
  readonly colour: 'ink' | 'blue' | 'red'
}
/** `attestation`: the words of a certification (lời chứng). `seal`: the agency's mark (dấu). `none`: an invisible signature. */
export interface Appearance {
  readonly kind: 'attestation' | 'seal' | 'none'
  readonly lines: readonly AppearanceLine[]
  readonly border?: 'blue' | 'red'
  /** In the gap of an attestation, at most as large as the gap; behind the lines of a seal, in its real size. */
  readonly picture?: StampPicture
  /** PDF/A-1: pictures without a soft mask. */
  readonly hard?: boolean
  /** Text of a QR in the lower right corner (verify-code.ts). */
  readonly code?: string
}

const PADDING = { framed: 8, bare: 2 } as const
/** Edge of the QR in points, its light margin included: 16 mm, at least 3.3 dots a module at 300 dpi. */
const CODE_SIDE = 46
const CODE_SPACE = 4
/** Share of the distance between edge and lines at which it stands: clear of a frame. */
const CODE_INSET = 0.75

/** Points between the edge and the lines. */
export const paddingOf = (appearance: Appearance): number =>
  appearance.border === undefined ? PADDING.bare : PADDING.framed

/** Height in points at which every line has its full size. */
export const naturalHeight = (appearance: Appearance): number => {
  const inside = heightOf(appearance.lines)
  return (appearance.code === undefined ? inside : Math.max(inside, CODE_SIDE)) + 2 * paddingOf(appearance)
}

/** The same with lines that are too long for `width` points broken at spaces; to be asked before a place is chosen. */
export function fitLines(appearance: Appearance, width: number, lettering: Lettering): Appearance {
  return { ...appearance, lines: breakLines(appearance.lines, width - 2 * paddingOf(appearance), lettering) }
}

/** The objects of the form XObject, the form first, numbered from `first`; `width` and `height` in points. */
export function drawAppearance(
  appearance: Appearance,
  width: number,
  height: number,
  lettering: Lettering,
  first: number,
): readonly Buffer[] {
  const weights = (['regular', 'bold'] as const).filter((weight) =>
    appearance.lines.some((line) => line.weight === weight && line.text !== ''),
  )
  const fonts = weights.map((weight, i) => {
    const used = appearance.lines
      .filter((line) => line.weight === weight)
      .flatMap((line) => [...line.text.normalize('NFC')])
    const typeface = lettering.typefaces[weight]
    if (used.some((character) => typeface.glyphOf(character.codePointAt(0) ?? 0) === 0)) broken('unknown-character')
    const at = first + 1 + i * OBJECTS_PER_FONT
    return { name: weight === 'bold' ? 'B' : 'R', at, objects: lettering.embed(weight, new Set(used)).objects(at) }
  })
  const { picture, hard } = appearance
  const pictureAt = first + 1 + fonts.length * OBJECTS_PER_FONT
  const pictures = picture === undefined ? [] : pictureObjects(picture, hard !== true, pictureAt)
  const codes = appearance.code === undefined ? [] : [codeObject(appearance.code)]
  const images = [
    ...(pictures.length === 0 ? [] : [`/P ${pictureAt} 0 R`]),
    ...(codes.length === 0 ? [] : [`/Q ${pictureAt + pictures.length} 0 R`]),
  ]
  const named = [
    ...(fonts.length === 0 ? [] : [`/Font << ${fonts.map((font) => `/${font.name} ${font.at} 0 R`).join(' ')} >>`]),
    ...(images.length === 0 ? [] : [`/XObject << ${images.join(' ')} >>`]),
  ]
  const entries = `/Type /XObject /Subtype /Form /BBox [0 0 ${short(width)} ${short(height)}] /Resources << ${named.join(' ')} >> `
  const content = drawContent(appearance, width, height, lettering)
  return [
    streamObject(entries, Buffer.from(content, 'latin1')),
    ...fonts.flatMap((font) => font.objects),
    ...pictures,
    ...codes,
  ]
}

function drawContent(appearance: Appearance, width: number, height: number, lettering: Lettering): string {
  const { lines, picture, code, kind } = appearance
  const padding = paddingOf(appearance)
  const inset = padding * CODE_INSET
  const side = Math.min(CODE_SIDE, height - 2 * inset, width / 3)
  const box: TextBox = {
    width,
    height,
    padding,
    ...(code === undefined ? {} : { narrow: { until: inset + side, by: side + inset - padding + CODE_SPACE } }),
  }
  let behind =
    picture !== undefined && kind === 'seal' ? drawPicture(picture, width / 2, height / 2, width, height) : ''
  const text = drawLines(lines, box, lettering, (bottom, high) => {
    if (picture === undefined || kind !== 'attestation' || behind !== '') return
    const room = width - 2 * padding - (code === undefined ? 0 : 2 * (side + CODE_SPACE))
    behind = drawPicture(picture, width / 2, bottom + high / 2, room, high)
  })
  const qr = code === undefined ? '' : paint('Q', width - inset - side, inset, side, side)
  return drawFrame(appearance.border, width, height) + behind + text + qr
}

/** Its own size, or as much of it as the room allows. */
export function pictureSize(
  { size: [across, up] }: Pick<StampPicture, 'size'>,
  width: number,
  height: number,
): readonly [number, number] {
  const scale = Math.min(1, width / across, height / up)
  return [across * scale, up * scale]
}

function drawPicture(picture: StampPicture, x: number, y: number, width: number, height: number): string {
  const [across, up] = pictureSize(picture, width, height)
  return paint('P', x - across / 2, y - up / 2, across, up)
}

const paint = (name: 'P' | 'Q', left: number, bottom: number, width: number, height: number): string =>
  `q ${short(width)} 0 0 ${short(height)} ${short(left)} ${short(bottom)} cm /${name} Do Q\n`

/** A double frame with round corners, the strong line outside. */
function drawFrame(border: Appearance['border'], width: number, height: number): string {
  if (border === undefined) return ''
  const strong = roundRectangle(0.7, width, height, 4)
  const fine = roundRectangle(3, width, height, 2.4)
  return `q ${COLOUR[border]} RG 1.1 w ${strong} S 0.4 w ${fine} S Q\n`
}

function roundRectangle(inset: number, width: number, height: number, radius: number): string {
  const [left, bottom, right, top] = [inset, inset, width - inset, height - inset]
  const r = Math.max(0, Math.min(radius, (right - left) / 2, (top - bottom) / 2))
  const k = r * 0.4477
  const path = (...values: readonly number[]): string => values.map(short).join(' ')
  return [
    `${path(left + r, bottom)} m ${path(right - r, bottom)} l`,
    `${path(right - k, bottom, right, bottom + k, right, bottom + r)} c ${path(right, top - r)} l`,
    `${path(right, top - k, right - k, top, right - r, top)} c ${path(left + r, top)} l`,
    `${path(left + k, top, left, top - k, left, top - r)} c ${path(left, bottom + r)} l`,
    `${path(left, bottom + k, left + k, bottom, left + r, bottom)} c h`,
  ].join(' ')
}
