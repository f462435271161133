// The text layer: what was read on the page is found, selected and copied where it stands, in its order, letter for letter.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildPdf } from '../../main/document/build-pdf.ts'
import { brokenRules, checkPdfA } from '../../main/document/check-pdf.ts'
import type { PictureOfPage, Rotation } from '../../main/document/place-picture.ts'
import type { PageWords } from '../../main/document/text-layer.ts'
import { METADATA, marked, pageOf } from './papers.ts'
import { fontsOf, hasPoppler, renderPages, textOf } from './peers.ts'
import { PROSE, type PrintedPage, printPage } from './printed-page.ts'
import { pdfjsPages, popplerWords } from './readers.ts'

const TURNS: readonly Rotation[] = [0, 90, 180, 270]

function build(pages: readonly PictureOfPage[]) {
  const built = buildPdf({ pages, metadata: METADATA })
  if (!built.ok) throw new Error(JSON.stringify(built.failure))
  return built.value
}

/** Every letter that Vietnamese is written with, composed. */
function vietnameseLetters(): readonly string[] {
  const tones = ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323']
  const vowels = ['a', 'ă', 'â', 'e', 'ê', 'i', 'o', 'ô', 'ơ', 'u', 'ư', 'y']
  const small = [
    ...vowels.flatMap((vowel) => tones.map((tone) => (vowel + tone).normalize('NFC'))),
    ...'bcdđghklmnpqrstvx',
  ]
  return [...small, ...small.map((letter) => letter.toUpperCase())]
}

/** Points by which poppler's boxes miss the ink to the left and right, the worst of all words. */
function sidewaysMiss(pdf: Uint8Array, { words }: PrintedPage, scale: number): number {
  const [found = []] = popplerWords(pdf)
  expect(found.map(({ text }) => text)).toEqual(words.words.map(({ text }) => text))
  return Math.max(
    ...words.words.map(({ left, width }, index) => {
      const box = found[index]
      return Math.max(
        Math.abs((box?.left ?? 999) - left * scale),
        Math.abs((box?.right ?? 999) - (left + width) * scale),
      )
    }),
  )
}

describe.skipIf(!hasPoppler)('for poppler', () => {
  test.each(TURNS)(
    'every word has its place and the lines their order, scanned with a turn of %i degrees',
    async (rotation) => {
      const printed = await printPage(PROSE, { rotation })
      const { pdf, level } = build([printed.page])
      expect([level, checkPdfA(pdf)]).toEqual(['2u', { ok: true, value: { part: 2, conformance: 'U', pages: 1 } }])
      expect(sidewaysMiss(pdf, printed, 72 / 200)).toBeLessThan(0.5)
      expect(textOf(pdf, '-raw').trim()).toBe(PROSE.join(' '))
      expect(textOf(pdf).trim()).toBe(PROSE.join(' '))
    },
  )

  test('the boxes cover the ink from top to bottom and do not reach into the next line', async () => {
    const printed = await printPage(PROSE)
    const [found = []] = popplerWords(build([printed.page]).pdf)
    for (const [index, { top, height, line }] of printed.words.words.entries()) {
      const box = found[index]
      const next = (printed.baseLines[line] ?? 9999) - 33 * 0.75
      expect(box?.top ?? 999).toBeLessThan(top * 0.36 + 1.5)
      expect(box?.bottom ?? 0).toBeGreaterThan((top + height) * 0.36 - 1)
      expect(box?.bottom ?? 999).toBeLessThan(next * 0.36)
    }
  })

  test('a line that slants is followed', async () => {
    const printed = await printPage(PROSE, { slope: 0.012 })
    const { pdf } = build([printed.page])
    expect(sidewaysMiss(pdf, printed, 72 / 200)).toBeLessThan(1)
    const [page] = await pdfjsPages(pdf)
    for (const { x, y } of page?.pieces ?? []) {
      const pixels = (((page?.height ?? 0) - y) * 200) / 72 - 0.012 * ((x * 200) / 72)
      expect(Math.min(...printed.baseLines.map((line) => Math.abs(line - pixels)))).toBeLessThan(4)
    }
  })

  test('the font is embedded, cut to the file, and known letter by letter; nothing of it is seen', async () => {
    const printed = await printPage(PROSE)
    const { pdf } = build([printed.page])
    expect(fontsOf(pdf).map((line) => line.replace(/ {2,}/g, ' '))).toEqual([
      expect.stringMatching(/^[A-Z]{6}\+QuayTextLayer CID TrueType Identity-H yes yes yes/),
    ])
    const without = build([{ ...printed.page, words: null }])
    expect(without.level).toBe('2b')
    expect(Buffer.from(renderPages(pdf, 60)[0] ?? []).equals(Buffer.from(renderPages(without.pdf, 60)[0] ?? []))).toBe(
      true,
    )
  })
})

describe('for pdf.js', () => {
  test('selecting everything gives the words, the spaces and the ends of lines', async () => {
    const printed = await printPage(PROSE, { rotation: 90, kind: 'bitonal' })
    const [page] = await pdfjsPages(build([printed.page]).pdf)
    expect(page?.text).toBe(PROSE.join('\n'))
  })

  test('each line stands on its base line', async () => {
    const printed = await printPage(PROSE)
    const [page] = await pdfjsPages(build([printed.page]).pdf)
    const feet = [...new Set(page?.pieces.map(({ y }) => Math.round((page.height - y) * 100) / 100))]
    expect(feet).toHaveLength(PROSE.length)
    for (const [line, foot] of feet.entries())
      expect(Math.abs(foot - (printed.baseLines[line] ?? 0) * 0.36)).toBeLessThan(0.6)
  })

  test.each([
    ['composed', (letters: readonly string[]) => letters],
    ['typed in pieces', (letters: readonly string[]) => letters.map((letter) => letter.normalize('NFD'))],
  ])('all letters of Vietnamese come back composed: %s', async (_, spell) => {
    const letters = vietnameseLetters()
    const words = spell(letters).map((text, index) => ({
      text: `${text}${text}`,
      left: 20 + (index % 14) * 25,
      top: 20 + Math.floor(index / 14) * 30,
      width: 20,
      height: 14,
      line: Math.floor(index / 14),
    }))
    const { pdf } = build([pageOf(await marked(), { words: { width: 400, height: 560, words } })])
    const [page] = await pdfjsPages(pdf)
    expect(page?.text.split(/\s+/)).toEqual(letters.map((letter) => letter + letter))
    if (hasPoppler) expect(textOf(pdf, '-raw').trim().split(' ')).toEqual(letters.map((letter) => letter + letter))
  })

  test('marks without a composed form, other scripts and the four bytes that strings escape survive', async () => {
    const fill = [0x3041, 0x4e00, 0x5200].map((first) =>
      String.fromCodePoint(...Array.from({ length: 45 }, (_, at) => first + at)),
    )
    const texts = [...fill, 'g\u0303m\u0301', '(a)\\b', '漢字', 'x²≤€', '𝒜', 'Ω']
    const words = texts.map((text, index) => ({ text, left: 10, top: 40 * index, width: 300, height: 20, line: index }))
    const { pdf } = build([pageOf(await marked(), { words: { width: 400, height: 560, words } })])
    const [page] = await pdfjsPages(pdf)
    expect(page?.text.split('\n')).toEqual(texts.map((text) => text.normalize('NFC')))
    expect(brokenRules(pdf).broken).toEqual([])
  })
})

describe('the level', () => {
  const words: PageWords = {
    width: 400,
    height: 560,
    words: [{ text: 'Mẫu', left: 20, top: 20, width: 60, height: 20, line: 1 }],
  }
  const cases: readonly (readonly [string, readonly (PageWords | null)[], '2b' | '2u'])[] = [
    ['2u when every page was read', [words, words], '2u'],
    ['2u when one page is empty and was read', [words, { ...words, words: [] }], '2u'],
    ['2b when a page was not read', [words, null], '2b'],
    ['2b when no page has a word', [{ ...words, words: [] }], '2b'],
    ['2b when the words are of another turn of the page', [{ ...words, width: 560, height: 400 }], '2b'],
    ['2b when the words are of a page without a size', [{ ...words, width: 0, height: 0 }], '2b'],
  ]
  test.each(cases)('is %s', async (_, pages, level) => {
    const jpeg = await marked()
    const built = build(pages.map((each) => pageOf(jpeg, { words: each })))
    expect([built.level, checkPdfA(built.pdf)]).toEqual([
      level,
      { ok: true, value: { part: 2, conformance: level === '2u' ? 'U' : 'B', pages: pages.length } },
    ])
  })

  test('is the same file, byte for byte, when it is made again', async () => {
    const { page } = await printPage(PROSE, { kind: 'bitonal' })
    expect(Buffer.from(build([page, page]).pdf).equals(Buffer.from(build([page, page]).pdf))).toBe(true)
  })
})

test('a page full of prose costs less than 12 KB more, font and all', async () => {
  const prose = Array.from({ length: 36 }, (_, line) =>
    Array.from({ length: 15 }, (_, word) => PROSE.join(' ').split(' ')[(line * 17 + word * word * 5) % 67]).join(' '),
  )
  const { page, words } = await printPage(prose, { dpi: 300, letter: 36 })
  expect(words.words.length).toBeGreaterThan(500)
  const more = build([page]).pdf.length - build([{ ...page, words: null }]).pdf.length
  expect(more).toBeLessThan(12_000)
})

test('whatever a reading says, the file stays sound', async () => {
  const jpeg = await marked()
  const number = fc.oneof(fc.double(), fc.integer({ min: -50, max: 700 }))
  const word = fc.record({
    text: fc.string({ unit: 'binary', maxLength: 12 }),
    left: number,
    top: number,
    width: number,
    height: number,
    line: fc.integer({ min: 0, max: 4 }),
  })
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const { pdf } = build([pageOf(jpeg, { words: { width: 400, height: 560, words } })])
      expect(brokenRules(pdf).broken).toEqual([])
    }),
    { seed: 7, numRuns: 200 },
  )
})
