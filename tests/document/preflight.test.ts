// The same papers as PDF/A-1b, judged by a stranger: everything but the part's number and the version is what leaves the counter.
import { beforeAll, describe, expect, test } from 'vitest'
import { type BuildInput, buildPdf } from '../../main/document/build-pdf.ts'
import { METADATA, marked, pageOf } from './papers.ts'
import { hasPreflight, judge } from './preflight/judge.ts'
import { PROSE, printPage } from './printed-page.ts'

const LONG_TITLE =
  'Quyết định về việc công nhận kết quả – “phụ lục” số 12 & <bản chính> ở Ủy ban nhân dân xã Mẫu '.repeat(2)

async function papers(): Promise<Readonly<Record<string, Omit<BuildInput, 'part'>>>> {
  const jpeg = await marked()
  const colour = (await printPage(PROSE)).page
  const grey = (await printPage(PROSE, { kind: 'grey', rotation: 90 })).page
  const bitonal = (await printPage(PROSE, { kind: 'bitonal', rotation: 270 })).page
  const wordless = [colour, grey, bitonal].map((page) => ({ ...page, words: null }))
  const turned = ([0, 90, 180, 270] as const).map((rotation) => pageOf(jpeg, { rotation }))
  const odd = {
    ...colour.words,
    words: [{ text: 'g\u0303 (ẫ\\ 漢𝒜', left: 9, top: 9, width: 90, height: 20, line: 1 }],
  }
  const input = (pages: BuildInput['pages']): Omit<BuildInput, 'part'> => ({ pages, metadata: METADATA })
  return {
    'plain JPEG': input([pageOf(jpeg)]),
    'turned four ways': input(turned),
    'colour, grey, black and white': input(wordless),
    'with a text layer': input([colour, grey, bitonal]),
    'with odd characters in the text layer': input([{ ...colour, words: { ...odd, width: 1654, height: 2338 } }]),
    'a page for the attestation': { ...input([colour]), attestationSpace: 'added-page' },
    'a long Vietnamese title': { pages: [pageOf(jpeg)], metadata: { ...METADATA, title: LONG_TITLE } },
    'a hundred pages': input(Array.from({ length: 100 }, (_, index) => ({ ...(index % 2 === 0 ? colour : bitonal) }))),
  }
}

describe.skipIf(!hasPreflight)('Preflight finds nothing to say about', () => {
  let complaints: Readonly<Record<string, readonly string[]>> = {}
  beforeAll(async () => {
    const made = Object.entries(await papers()).map(([name, input]) => {
      const built = buildPdf({ ...input, part: 1 })
      if (!built.ok) throw new Error(JSON.stringify(built.failure))
      return [name, built.value.pdf] as const
    })
    const sound = made[0]?.[1] ?? new Uint8Array()
    const spoiled = Buffer.from(Buffer.from(sound).toString('latin1').replace('/GTS_PDFA1', '/GTS_PDFX1'), 'latin1')
    complaints = judge({ ...Object.fromEntries(made), spoiled })
  }, 120_000)

  test.each([
    'plain JPEG',
    'turned four ways',
    'colour, grey, black and white',
    'with a text layer',
    'with odd characters in the text layer',
    'a page for the attestation',
    'a long Vietnamese title',
    'a hundred pages',
  ])('%s', (name) => {
    expect(complaints[name]).toEqual([])
  })

  test('and it does look: a file without its output intent is named', () => {
    expect(complaints.spoiled?.join()).toContain('OutputIntent')
  })
})
