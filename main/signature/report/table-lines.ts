// Draws the lines of a long table quickly: characters are measured once, hashes stand in two halves, nothing is laid out twice.
// Promises that nothing is cut: what is too long for its column goes on in the next line. Knows no form.
import type { Paper, Typist } from '../../workshop/open-paper.ts'

export interface LineTable {
  /** Draws a row at `y`, or on the next page, and answers the y below it. */
  row(cells: readonly string[], y: number, bold?: boolean): number
}

const PADDING = 2.4
const LEADING = 1.34
const HASH = /^[0-9a-f]{64}$/

/** `widths` of the columns in points, from `left`. A row that would pass `bottom` stands where `nextPage` answers. */
export function openLineTable(
  paper: Paper,
  {
    left,
    widths,
    size,
    bottom,
  }: { readonly left: number; readonly widths: readonly number[]; readonly size: number; readonly bottom: number },
  nextPage: () => number,
): LineTable {
  const step = size * LEADING
  const typists = { regular: paper.typist('regular', size), bold: paper.typist('bold', size) } as const
  const wrap = (text: string, width: number, typist: Typist): readonly string[] =>
    HASH.test(text) ? halves(text) : broken(paper.words(text), width, typist.widthOf)
  const wrapped = (cells: readonly string[], typist: Typist): readonly (readonly string[])[] =>
    cells.map((text, index) => wrap(text, (widths[index] ?? 0) - 2 * PADDING, typist))
  const heightOf = (all: readonly (readonly string[])[]): number =>
    Math.max(1, ...all.map((own) => own.length)) * step + 2 * PADDING

  return {
    row: (cells, at, bold = false) => {
      const typist = bold ? typists.bold : typists.regular
      const all = wrapped(cells, typist)
      const height = heightOf(all)
      const y = at + height <= bottom ? at : nextPage()
      const lines: { readonly text: string; readonly x: number; readonly y: number }[] = []
      const boxes: string[] = []
      let x = left
      for (const [index, own] of all.entries()) {
        const width = widths[index] ?? 0
        boxes.push([x, y, width, height].map((value) => value.toFixed(2)).join(' '))
        for (const [line, text] of own.entries())
          if (text !== '') lines.push({ text, x: x + PADDING, y: y + PADDING + line * step })
        x += width
      }
      paper.draw.addContent(`q 0.4 w 0 G ${boxes.map((box) => `${box} re`).join(' ')} S Q ${typist.type(lines)}`)
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
