// A file that is written anew has the same objects, the same streams and the same pages as the broken or locked one.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSame } from '../../main/signature/pades/values.ts'
import { openAnyPdf, openPdf, searchPdf } from '../../main/workshop/pdf/file.ts'
import { walkPages } from '../../main/workshop/pdf/pages.ts'
import { rewritePdf } from '../../main/workshop/pdf/rewrite.ts'
import { asDictionary, asList, asStream, at, latin1, type Value } from '../../main/workshop/pdf/values.ts'
import { HAND_MADE } from '../bench/corpus/by-hand.ts'
import { makePaper } from './pades-paper.ts'

/** Objects from number 1 on, found only by searching: there is no table. */
const lay = (...objects: readonly string[]): Uint8Array =>
  new Uint8Array(
    Buffer.from(
      `%PDF-1.7\n${objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`).join('')}trailer\n<< /Root 1 0 R >>\n`,
      'latin1',
    ),
  )
const CATALOGUE = '<< /Type /Catalog /Pages 2 0 R >>'
const BOX = '/MediaBox [0 0 300 400]'
const pagesOf = (file: Uint8Array): readonly (string | undefined)[] => {
  const pdf = openPdf(file)
  return [...walkPages(pdf, (oddity) => expect(oddity).toBe(''))].map(({ dictionary }) => {
    const stream = asStream(pdf.look(at(dictionary, 'Contents')))
    return stream === undefined ? undefined : latin1(stream.raw)
  })
}
const stream = (data: string): string => `<< /Length ${data.length} >>\nstream\n${data}\nendstream`

describe('values of every kind survive', () => {
  const text = fc.uint8Array({ maxLength: 40 }).map((bytes): Value => bytes)
  const name = fc.string({
    unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 12,
  })
  const number = fc.oneof(
    fc.integer({ min: -2_147_483_648, max: 2_147_483_647 }),
    fc.double({ min: -30_000, max: 30_000, noNaN: true }).map((value) => Number(value.toFixed(6)) + 0),
    fc.constantFrom(1e-7, -1.5e-9, 0, 0.000001),
  )
  const value = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.boolean(),
      number,
      text,
      name.map((one) => ({ name: one })),
      fc.array(fc.oneof(fc.constant(null), tie('value')), { maxLength: 4 }),
      fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map((entries): Value => new Map(entries)),
    ),
  })).value

  test('strings with any bytes, names with any sign, small numbers, nested lists and dictionaries', () => {
    fc.assert(
      fc.property(value, (odd) => {
        const pdf = openPdf(new Uint8Array(HAND_MADE['old-version']()))
        const root = new Map([...(asDictionary(pdf.look(at(pdf.trailer, 'Root'))) ?? []), ['Odd', odd] as const])
        const look = (asked: Value | undefined): Value =>
          asked === at(pdf.trailer, 'Root') ? root : (pdf.look(asked) as Value)
        const written = openPdf(rewritePdf({ ...pdf, look }).bytes)
        const again = at(asDictionary(written.look(at(written.trailer, 'Root'))), 'Odd')
        expect(isSame(again, odd)).toBe(true)
      }),
      { numRuns: 400 },
    )
  })
})

test('a paper written anew is drawn from the same streams, byte for byte', async () => {
  const paper = await makePaper()
  const written = rewritePdf(openAnyPdf(paper))
  expect({ ...written, bytes: 0 }).toEqual({ bytes: 0, pages: 2, oddities: [], missing: [] })
  expect(pagesOf(written.bytes)).toEqual(pagesOf(paper))
  expect(
    Buffer.compare(rewritePdf(openPdf(written.bytes)).bytes.subarray(0, 4000), written.bytes.subarray(0, 4000)),
  ).toBe(0)
})

test('objects out of object streams and hidden beside a table stand in the open afterwards', () => {
  const written = openPdf(rewritePdf(openAnyPdf(new Uint8Array(HAND_MADE.hybrid()))).bytes)
  expect([...written.entries.values()].filter(({ kind }) => kind === 'inside')).toEqual([])
  expect(latin1(written.bytes)).toContain('/BaseFont /Helvetica')
})

describe('odd page trees become plain ones with every page', () => {
  test('a page written into its parent, a page that does not say so, a page without a size, a wrong count', () => {
    const odd = lay(
      CATALOGUE,
      `<< /Type /Pages /Count 7 /Rotate 45 /Kids [<< /Type /Page ${BOX} /Contents 3 0 R /Parent 2 0 R >> 4 0 R 5 0 R] >>`,
      stream('one'),
      `<< /Contents 6 0 R ${BOX} /CropBox [0 0 0 0] >>`,
      '<< /Type /Page /Contents 7 0 R >>',
      stream('two'),
      stream('three'),
    )
    const written = rewritePdf(searchPdf(odd))
    expect({ ...written, bytes: 0 }).toEqual({ bytes: 0, pages: 3, oddities: ['no-reference', 'no-page'], missing: [] })
    expect(pagesOf(written.bytes)).toEqual(['one', 'two', 'three'])
    const pdf = openPdf(written.bytes)
    const tree = asDictionary(pdf.look(at(asDictionary(pdf.look(at(pdf.trailer, 'Root'))), 'Pages')))
    expect([at(tree, 'Count'), asList(at(tree, 'Kids'))?.length]).toEqual([3, 3])
  })
  test('links to a page still lead to it', () => {
    const odd = lay(
      '<< /Type /Catalog /Pages 2 0 R /OpenAction [4 0 R /Fit] >>',
      '<< /Type /Pages /Count 9 /Kids [4 0 R] >>',
      stream('one'),
      `<< /Type /Page ${BOX} /Contents 3 0 R >>`,
    )
    const pdf = openPdf(rewritePdf(searchPdf(odd)).bytes)
    const [target] = asList(at(asDictionary(pdf.look(at(pdf.trailer, 'Root'))), 'OpenAction')) ?? []
    expect([...walkPages(pdf, () => undefined)].map(({ dictionary }) => dictionary)).toEqual([pdf.look(target)])
  })
})

test('what is referred to and not there is told', () => {
  const holed = lay(
    CATALOGUE,
    '<< /Type /Pages /Count 2 /Kids [3 0 R 9 0 R] >>',
    `<< /Type /Page ${BOX} /Contents 8 0 R >>`,
  )
  expect({ ...rewritePdf(searchPdf(holed)), bytes: 0 }).toEqual({
    bytes: 0,
    pages: 1,
    oddities: ['no-node'],
    missing: [8],
  })
})
