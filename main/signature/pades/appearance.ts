// Promises: the face of a signature as a form XObject (ISO 32000-1 8.10): a frame and lines of text that always fit.
// Never: a cut or overflowing line; a text too wide or a block too high is set smaller instead.
import { broken } from './broken.ts'
import { hexadecimal, type Lettering, OBJECTS_PER_FONT, streamObject, type Weight } from './lettering.ts'

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
}

const COLOUR = { ink: '0.08 0.08 0.1', blue: '0.07 0.2 0.58', red: '0.8 0.05 0.1' } as const
/** Distance of base lines in sizes: room for the stacked marks of Vietnamese capitals (Ậ, Ỗ). */
const LEADING = 1.36
const PADDING = { framed: 8, bare: 2 } as const
/** Share of a line above its base line. */
const RISE = 0.76

const paddingOf = (appearance: Appearance): number => (appearance.border === undefined ? PADDING.bare : PADDING.framed)

/** Height in points at which every line has its full size. */
export const naturalHeight = (appearance: Appearance): number =>
  appearance.lines.reduce((sum, line) => sum + line.size * LEADING, 0) + 2 * paddingOf(appearance)

/** Width in points of a line at its full size. */
export function measureLine(line: AppearanceLine, lettering: Lettering): number {
  const typeface = lettering.typefaces[line.weight]
  let width = 0
  for (const character of line.text.normalize('NFC'))
    width += typeface.widthOf(typeface.glyphOf(character.codePointAt(0) ?? 0))
  return (width * line.size) / 1000
}

const short = (value: number): string => value.toFixed(2).replace(/\.?0+$/, '')

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
  const resources = fonts.map((font) => `/${font.name} ${font.at} 0 R`).join(' ')
  const entries = `/Type /XObject /Subtype /Form /BBox [0 0 ${short(width)} ${short(height)}] /Resources << /Font << ${resources} >> >> `
  const content = drawFrame(appearance.border, width, height) + drawLines(appearance, width, height, lettering)
  return [streamObject(entries, Buffer.from(content, 'latin1')), ...fonts.flatMap((font) => font.objects)]
}

function drawLines(appearance: Appearance, width: number, height: number, lettering: Lettering): string {
  const padding = paddingOf(appearance)
  const shrink = Math.min(1, (height - 2 * padding) / (naturalHeight(appearance) - 2 * padding))
  const room = width - 2 * padding
  let top = height - padding - Math.max(0, (height - naturalHeight(appearance)) / 2)
  let content = ''
  for (const line of appearance.lines) {
    const step = line.size * shrink * LEADING
    const full = measureLine(line, lettering) * shrink
    const size = line.size * shrink * Math.min(1, room / (full || 1))
    const left = padding + (line.align === 'center' ? Math.max(0, (room - full) / 2) : 0)
    if (line.text !== '') {
      const typeface = lettering.typefaces[line.weight]
      const glyphs = [...line.text.normalize('NFC')].map((character) =>
        hexadecimal(typeface.glyphOf(character.codePointAt(0) ?? 0)),
      )
      const font = line.weight === 'bold' ? 'B' : 'R'
      content += `BT ${COLOUR[line.colour]} rg /${font} ${short(size)} Tf ${short(left)} ${short(top - step * RISE)} Td <${glyphs.join('')}> Tj ET\n`
    }
    top -= step
  }
  return content
}

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
