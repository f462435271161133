// Promises: lines of text set in our typefaces so that they always fit: long ones are broken at spaces, what is still too wide or
// too high is set smaller. Unicode in either normal form comes out as one letter (NFC).
// Never: a cut or overflowing line, and never a letter that the typeface does not have.
import type { AppearanceLine } from './appearance.ts'
import { hexadecimal, type Lettering } from './lettering.ts'

export const COLOUR = { ink: '0.08 0.08 0.1', blue: '0.07 0.2 0.58', red: '0.8 0.05 0.1' } as const
/** Distance of base lines in sizes: room for the stacked marks of Vietnamese capitals (Ậ, Ỗ). */
export const LEADING = 1.36
/** Share of a line above its base line. */
const RISE = 0.76
/** A line that is wider than its room by less than this is set smaller; a wider one is broken. */
const SQUEEZE = 1.1

export const short = (value: number): string => value.toFixed(2).replace(/\.?0+$/, '')
export const heightOf = (lines: readonly AppearanceLine[]): number =>
  lines.reduce((sum, line) => sum + line.size * LEADING, 0)

/** Width in points of a line at its full size. */
export function measureLine(line: AppearanceLine, lettering: Lettering): number {
  const typeface = lettering.typefaces[line.weight]
  let width = 0
  for (const character of line.text.normalize('NFC'))
    width += typeface.widthOf(typeface.glyphOf(character.codePointAt(0) ?? 0))
  return (width * line.size) / 1000
}

/** Lines wider than `room` points broken at spaces, evenly. A single long word stays, to be set smaller. */
export const breakLines = (
  lines: readonly AppearanceLine[],
  room: number,
  lettering: Lettering,
): readonly AppearanceLine[] => lines.flatMap((line) => breakLine(line, room, lettering))

function breakLine(line: AppearanceLine, room: number, lettering: Lettering): readonly AppearanceLine[] {
  const whole = measureLine(line, lettering)
  if (whole <= room * SQUEEZE) return [line]
  const pieces = Math.ceil(whole / room)
  for (let width = whole / pieces; width < room; width += room / 40) {
    const broken = fill(line, width, lettering)
    if (broken.length <= pieces) return broken
  }
  return fill(line, room, lettering)
}

/** As many words a line as `width` takes; spaces at a break are dropped. */
function fill(line: AppearanceLine, width: number, lettering: Lettering): readonly AppearanceLine[] {
  const filled: AppearanceLine[] = []
  let text = ''
  for (const [, space = '', word = ''] of line.text.matchAll(/(\s*)(\S+)/g)) {
    const longer = text === '' ? word : text + space + word
    if (text !== '' && measureLine({ ...line, text: longer }, lettering) > width) {
      filled.push({ ...line, text })
      text = word
    } else text = longer
  }
  return [...filled, { ...line, text }]
}

/** The box that lines are set in, points; `narrow`: room of lines whose lower edge lies below `until`. */
export interface TextBox {
  readonly width: number
  readonly height: number
  readonly padding: number
  readonly narrow?: { readonly until: number; readonly by: number }
}

/** Text operators; `gap` hears where an empty line stands: its lower edge and height. */
export function drawLines(
  lines: readonly AppearanceLine[],
  { width, height, padding, narrow }: TextBox,
  lettering: Lettering,
  gap: (bottom: number, height: number) => void,
): string {
  const natural = heightOf(lines)
  const shrink = Math.min(1, (height - 2 * padding) / natural)
  let top = height - padding - Math.max(0, (height - natural - 2 * padding) / 2)
  let content = ''
  for (const line of lines) {
    const step = line.size * shrink * LEADING
    if (line.text === '') gap(top - step, step)
    else {
      const room = width - 2 * padding - (narrow !== undefined && top - step < narrow.until ? 2 * narrow.by : 0)
      content += drawLine(line, shrink, room, width, top - step * RISE, padding, lettering)
    }
    top -= step
  }
  return content
}

function drawLine(
  line: AppearanceLine,
  shrink: number,
  room: number,
  width: number,
  base: number,
  padding: number,
  lettering: Lettering,
): string {
  const full = measureLine(line, lettering) * shrink
  const fit = Math.min(1, room / (full || 1))
  const left = line.align === 'center' ? (width - full * fit) / 2 : padding
  const typeface = lettering.typefaces[line.weight]
  const glyphs = [...line.text.normalize('NFC')].map((character) =>
    hexadecimal(typeface.glyphOf(character.codePointAt(0) ?? 0)),
  )
  const font = line.weight === 'bold' ? 'B' : 'R'
  return `BT ${COLOUR[line.colour]} rg /${font} ${short(line.size * shrink * fit)} Tf ${short(left)} ${short(base)} Td <${glyphs.join('')}> Tj ET\n`
}
