import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { enlarge, wordsFromTable } from '../../../main/scan/reading/words-from-table.ts'

const PAGE = { width: 1984, height: 2806 }

/** Rows as the engine gives them: block, left, top, width, height, confidence, text. */
const table = (rows: readonly (readonly [number, number, number, number, number, number, string])[]): string =>
  rows.map(([block, ...rest]) => ['5', '1', block, '1', '1', '1', ...rest].join('\t')).join('\n')

const lines = (text: string): string[] => {
  const found = new Map<number, string[]>()
  for (const word of wordsFromTable(text, PAGE).words)
    found.set(word.line, [...(found.get(word.line) ?? []), word.text])
  return [...found.values()].map((words) => words.join(' '))
}

describe('what the engine says becomes lines from the top', () => {
  test('left and right of a heading are one line, though the engine read them apart and in another order', () => {
    const said = table([
      [2, 900, 210, 80, 30, 96, 'CỘNG'],
      [2, 990, 212, 70, 30, 96, 'HÒA'],
      [3, 300, 300, 120, 30, 93, 'PHƯỜNG'],
      [1, 300, 205, 50, 30, 97, 'ỦY'],
      [1, 360, 205, 60, 30, 97, 'BAN'],
    ])
    expect(lines(said)).toEqual(['ỦY BAN CỘNG HÒA', 'PHƯỜNG'])
  })

  test('marks come composed, and the Icelandic eth is the Vietnamese Đ it was meant to be', () => {
    const said = table([[1, 100, 100, 90, 30, 90, '12/QÐ-UBND ỦY'.normalize('NFD')]])
    expect(wordsFromTable(said, PAGE).words).toEqual([
      { text: '12/QĐ-UBND ỦY', confidence: 0.9, left: 100, top: 100, width: 90, height: 30, line: 1 },
    ])
  })

  test('places grow with the picture and stay inside it', () => {
    const words = wordsFromTable(table([[1, 1900, 2780, 300, 90, 90, 'GIẤY']]), PAGE)
    expect(enlarge(words, 2480, 3508)).toEqual({
      width: 2480,
      height: 3508,
      words: [{ text: 'GIẤY', confidence: 0.9, left: 2375, top: 3475, width: 105, height: 33, line: 1 }],
    })
  })
})

describe('noise is left out', () => {
  test('guesses, signs alone, a stamp’s single letters and a row of stars are no text', () => {
    const said = table([
      [1, 100, 100, 90, 30, 22, 'Xằng'],
      [2, 100, 200, 90, 30, 80, '—._'],
      [3, 100, 300, 20, 30, 61, 'g'],
      [4, 100, 400, 20, 30, 70, 'x'],
      [4, 130, 400, 20, 30, 70, 'A'],
      [4, 160, 400, 20, 30, 70, '^'],
      [4, 190, 400, 20, 30, 70, 'A'],
      [4, 220, 400, 20, 30, 70, 'x'],
    ])
    expect(lines(said)).toEqual([])
  })
  test('a word that was hard to read stays among words that were not', () => {
    const said = table([
      [1, 100, 100, 90, 30, 96, 'Ngày'],
      [1, 200, 100, 90, 30, 19, 'tháng'],
      [1, 300, 100, 90, 30, 96, 'năm'],
      [1, 400, 100, 90, 30, 96, 'sinh'],
    ])
    expect(lines(said)).toEqual(['Ngày tháng năm sinh'])
  })
  test('the number of a row in a table stays', () => {
    expect(
      lines(
        table([
          [1, 100, 100, 20, 30, 97, '1'],
          [2, 200, 100, 90, 30, 96, 'NGUYỄN'],
        ]),
      ),
    ).toEqual(['1 NGUYỄN'])
  })
})

test('whatever the engine says, words lie inside the page and lines count from 1', () => {
  const cell = fc.oneof(
    fc.integer({ min: -500, max: 4000 }).map(String),
    fc.string({ maxLength: 6 }),
    fc.constant('NaN'),
  )
  const row = fc.array(cell, { minLength: 0, maxLength: 13 }).map((cells) => ['5', ...cells].join('\t'))
  const box = fc.integer({ min: 0, max: 1900 })
  const plain = fc
    .tuple(
      fc.integer({ min: 1, max: 9 }),
      box,
      box,
      box,
      box,
      fc.integer({ min: 0, max: 100 }),
      fc.string({ maxLength: 9 }),
    )
    .map((cells) => table([cells]))
  fc.assert(
    fc.property(fc.array(fc.oneof(row, plain), { maxLength: 30 }), (rows) => {
      const { words } = wordsFromTable(rows.join('\n'), PAGE)
      let line = 1
      for (const word of words) {
        expect(word.line === line || word.line === line + 1).toBe(true)
        line = word.line
        expect(word.left >= 0 && word.top >= 0 && word.width > 0 && word.height > 0).toBe(true)
        expect(word.left + word.width <= PAGE.width && word.top + word.height <= PAGE.height).toBe(true)
        expect(word.confidence >= 0 && word.confidence <= 1 && word.text.trim() === word.text).toBe(true)
      }
    }),
    { numRuns: 400 },
  )
})
