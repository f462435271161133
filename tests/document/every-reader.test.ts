// Whatever a counter makes of its paper opens everywhere: qpdf finds no fault, poppler and pdf.js count the same pages, show the
// same ink and read the same words, and our own check says the level that is written in the file.
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { type BuildInput, buildPdf } from '../../main/document/build-pdf.ts'
import { checkPdfA } from '../../main/document/check-pdf.ts'
import { makePdf } from '../../main/document/make.ts'
import type { PictureOfPage, Rotation } from '../../main/document/place-picture.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { bitonalOf, METADATA, marked, pageOf } from './papers.ts'
import { hasPoppler, hasQpdf, imagesOf, pdfInfo, qpdfCheck, renderPages, textOf } from './peers.ts'
import { PROSE, printPage } from './printed-page.ts'
import { pdfjsPages } from './readers.ts'

const TURNS: readonly Rotation[] = [0, 90, 180, 270]
const LONG_TITLE =
  'Quyết định về việc phê duyệt kết quả xét tuyển – “phụ lục” số 12 & <bản chính> ở Ủy ban nhân dân xã Mẫu, huyện Thử, tỉnh Ví Dụ '
const wordless = (page: PictureOfPage): PictureOfPage => ({ ...page, words: null })

interface Case {
  readonly input: Omit<BuildInput, 'metadata'> & { readonly title?: string }
  readonly level: '2b' | '2u'
  /** What copying everything gives; '' without a text layer. */
  readonly text: string
}

const cases: Readonly<Record<string, () => Promise<Case>>> = {
  'one page in colour, not read': async () => ({
    input: { pages: [wordless((await printPage(PROSE)).page)] },
    level: '2b',
    text: '',
  }),
  'one page in colour with its words': async () => ({
    input: { pages: [(await printPage(PROSE)).page] },
    level: '2u',
    text: PROSE.join(' '),
  }),
  'colour, grey, black and white, each turned another way, all read': async () => {
    const kinds = ['colour', 'grey', 'bitonal', 'bitonal'] as const
    const lines = [PROSE.slice(0, 2), PROSE.slice(2, 4), PROSE.slice(4, 5), PROSE.slice(5)]
    const printed = await Promise.all(
      kinds.map((kind, index) => printPage(lines[index] ?? [], { kind, rotation: TURNS[index] ?? 0 })),
    )
    return { input: { pages: printed.map(({ page }) => page) }, level: '2u', text: PROSE.join(' ') }
  },
  'the same with one page not read': async () => ({
    input: {
      pages: [
        (await printPage(PROSE)).page,
        wordless((await printPage(PROSE, { kind: 'bitonal', rotation: 90 })).page),
      ],
    },
    level: '2b',
    text: '',
  }),
  'a long Vietnamese title and a white page for the attestation': async () => ({
    input: { pages: [(await printPage(PROSE)).page], attestationSpace: 'added-page', title: LONG_TITLE },
    level: '2u',
    text: PROSE.join(' '),
  }),
  'a hundred pages': async () => {
    const jpeg = await marked(200, 280)
    const png = await bitonalOf(jpeg)
    const pages = Array.from({ length: 100 }, (_, index) => {
      const word = { text: `Trang${index + 1}`, left: 20, top: 60, width: 90, height: 12, line: 1 }
      const rotation = TURNS[(index >> 1) % 4] ?? 0
      const [width, height] = rotation % 180 === 0 ? [200, 280] : [280, 200]
      return pageOf(index % 2 === 0 ? jpeg : png, { rotation, dpi: 100, words: { width, height, words: [word] } })
    })
    return { input: { pages }, level: '2u', text: pages.map((_, index) => `Trang${index + 1}`).join(' ') }
  },
}

describe.skipIf(!hasPoppler || !hasQpdf)('qpdf, poppler, pdf.js and our check agree on', () => {
  test.each(Object.keys(cases))('%s', async (name) => {
    const { input, level, text } = (await cases[name]?.()) ?? { input: { pages: [] }, level: '2b' as const, text: '' }
    const title = input.title ?? METADATA.title
    const built = buildPdf({ ...input, metadata: { ...METADATA, title } })
    if (!built.ok) throw new Error(JSON.stringify(built.failure))
    const { pdf, pages } = built.value
    expect(built.value.level).toBe(level)
    expect(checkPdfA(pdf)).toEqual({ ok: true, value: { part: 2, conformance: level === '2u' ? 'U' : 'B', pages } })
    expect(qpdfCheck(pdf)).toContain('No syntax or stream encoding errors found')
    const info = pdfInfo(pdf)
    expect([info.Title, info.Pages, info['PDF version']]).toEqual([title.trim(), String(pages), '1.7'])
    expect(textOf(pdf, '-raw').replace(/\f/g, ' ').trim()).toBe(text)

    const theirs = await pdfjsPages(pdf)
    expect(theirs).toHaveLength(pages)
    expect(
      theirs
        .map((page) => page.text)
        .join(' ')
        .replace(/\s+/g, ' ')
        .trim(),
    ).toBe(text)
    const rendered = renderPages(pdf, 36)
    expect(rendered).toHaveLength(pages)
    // Drawn by two strangers, the same share of ink; every twentieth page is enough for the long file.
    for (const [index, page] of theirs.entries()) {
      if (pages > 20 && index % 19 !== 0) continue
      const { data, info: size } = await sharp(rendered[index]).greyscale().raw().toBuffer({ resolveWithObject: true })
      expect([Math.abs(size.width - page.width / 2) <= 1, Math.abs(size.height - page.height / 2) <= 1]).toEqual([
        true,
        true,
      ])
      const dark = data.filter((level) => level < 128).length / data.length
      expect(Math.abs(dark - (await page.dark()))).toBeLessThan(0.01)
    }
  })

  test('a black-and-white page: pixel for pixel what the scanner gave, at a fraction of its JPEG', async () => {
    const prose = Array.from({ length: 32 }, (_, line) => `${PROSE[line % 7]} ${PROSE[(line + 3) % 7]}`.slice(0, 70))
    const { page } = await printPage(prose, { kind: 'bitonal', dpi: 300, letter: 44 })
    const built = buildPdf({ pages: [wordless(page)], metadata: METADATA })
    if (!built.ok) throw new Error(JSON.stringify(built.failure))
    expect(built.value.pdf.length).toBeLessThan(65_000)
    const raw = async (bytes: Uint8Array) => sharp(bytes).greyscale().raw().toBuffer()
    const [tiff] = imagesOf(built.value.pdf, '-tiff')
    expect((await raw(tiff ?? new Uint8Array())).equals(await raw(page.picture))).toBe(true)
  })
})

describe('made for the counter', () => {
  test('a certified copy of a page with room at the bottom needs no page more, in black and white too', async () => {
    for (const kind of ['colour', 'bitonal'] as const) {
      const { page } = await printPage(PROSE, { kind, rotation: 180 })
      const made = await makePdf({ pages: [page], metadata: METADATA, certified: true })
      expect(made.ok && [made.value.pages, made.value.level]).toEqual([1, '2u'])
    }
  })

  test('a certified copy of a page written to its foot gets a white page, and stays readable', async () => {
    const { page } = await printPage(
      Array.from({ length: 36 }, (_, line) => PROSE[line % 7] ?? ''),
      { kind: 'bitonal' },
    )
    const made = await makePdf({ pages: [page], metadata: METADATA, certified: true })
    expect(made.ok && [made.value.pages, made.value.level]).toEqual([2, '2u'])
    const plain = await makePdf({ pages: [wordless(page)], metadata: METADATA, certified: false })
    expect(plain.ok && [plain.value.pages, plain.value.level]).toEqual([1, '2b'])
  })

  test('another moment makes another file, the same moment the same', async () => {
    const pages = [(await printPage(PROSE, { kind: 'bitonal' })).page]
    const at = async (minute: number) => {
      const made = await makePdf({
        pages,
        metadata: { ...METADATA, now: legalDate(2026, 11, 21, 10, minute) },
        certified: true,
      })
      return made.ok ? Buffer.from(made.value.pdf).toString('base64') : ''
    }
    const [first, again, later] = [await at(1), await at(1), await at(2)]
    expect([first === again, first === later, first.length > 1000]).toEqual([true, false, true])
  })
})
