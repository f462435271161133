// Draws the lines of a long table quickly: words are measured once, hashes stand in two halves, nothing is laid out twice.
// Promises that nothing is cut: what is too long for its column goes on in the next line. Knows no form.
import type { Paper } from '../../workshop/open-paper.ts'

export interface LineTable {
  /** Draws a row at `y` and answers the y below it. */
  row(cells: readonly string[], y: number, bold?: boolean): number
  /** Height that the row will take. */
  height(cells: readonly string[], bold?: boolean): number
}

const PADDING = 2.4
const LEADING = 1.34
const HASH = /^[0-9a-f]{64}$/
const MOST_KEPT = 20_000

/** `widths` of the columns in points, from `left`. */
export function openLineTable(paper: Paper, left: number, widths: readonly number[], size: number): LineTable {
  const { draw } = paper
  const step = size * LEADING
  const lines = new Map<string, readonly string[]>()

  function wrap(text: string, width: number, bold: boolean): readonly string[] {
    const key = `${bold} ${width} ${text}`
    const known = lines.get(key)
    if (known !== undefined) return known
    draw.font(bold ? 'bold' : 'regular', size)
    const fresh = HASH.test(text) ? halves(text) : broken(paper.words(text), width, (part) => draw.widthOfString(part))
    if (lines.size < MOST_KEPT) lines.set(key, fresh)
    return fresh
  }
  const wrapped = (cells: readonly string[], bold: boolean): readonly (readonly string[])[] =>
    cells.map((text, index) => wrap(text, (widths[index] ?? 0) - 2 * PADDING, bold))
  const heightOf = (all: readonly (readonly string[])[]): number =>
    Math.max(1, ...all.map((own) => own.length)) * step + 2 * PADDING

  return {
    height: (cells, bold = false) => heightOf(wrapped(cells, bold)),
    row: (cells, y, bold = false) => {
      const all = wrapped(cells, bold)
      const height = heightOf(all)
      draw.lineWidth(0.4).strokeColor('#000000')
      draw.font(bold ? 'bold' : 'regular', size).fillColor('#000000')
      let x = left
      for (const [index, own] of all.entries()) {
        const width = widths[index] ?? 0
        draw.rect(x, y, width, height)
        for (const [at, line] of own.entries())
          if (line !== '') draw.text(line, x + PADDING, y + PADDING + at * step, { lineBreak: false })
        x += width
      }
      draw.stroke()
      return y + height
    },
  }
}

const halves = (hash: string): readonly string[] => [hash.slice(0, 32), hash.slice(32)]

/** Greedy lines; a word wider than its column is broken where the column ends. */
export function broken(text: string, width: number, widthOf: (part: string) => number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (widthOf(longer) <= width) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = ''
    for (const sign of word) {
      if (line !== '' && widthOf(line + sign) > width) {
        lines.push(line)
        line = ''
      }
      line += sign
    }
  }
  return [...lines, line]
}
