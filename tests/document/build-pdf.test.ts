// From scanned pictures to a PDF/A-2b: nothing is re-encoded, everything stands upright, a stranger accepts the file.
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { buildPdf } from '../../main/document/build-pdf.ts'
import { checkPdfA } from '../../main/document/check-pdf.ts'
import type { PictureOfPage, Rotation } from '../../main/document/place-picture.ts'
import { bitonalOf, drawPage, METADATA, marked, pageOf } from './papers.ts'
import { hasPoppler, hasQpdf, imagesOf, pdfInfo, qpdfCheck, renderPages } from './peers.ts'

const TURNS: readonly Rotation[] = [0, 90, 180, 270]

function build(pages: readonly PictureOfPage[], attestationSpace?: 'added-page') {
  const built = buildPdf({ pages, metadata: METADATA, attestationSpace })
  if (!built.ok) throw new Error(JSON.stringify(built.failure))
  return built.value
}

describe('the file', () => {
  test('has a page for each picture and passes our own PDF/A-2b rules', async () => {
    const jpeg = await marked()
    const { pdf, pages } = build(TURNS.map((rotation) => pageOf(jpeg, { rotation })))
    expect(pages).toBe(4)
    expect(checkPdfA(pdf)).toEqual({ ok: true, value: { part: 2, conformance: 'B', pages: 4 } })
  })

  test('is the same, byte for byte, when it is made again from the same pages, id and time', async () => {
    const page = pageOf(await marked(), { rotation: 90, dpi: 300 })
    const [first, again] = [build([page]), build([page])]
    expect(Buffer.from(first.pdf).equals(Buffer.from(again.pdf))).toBe(true)
  })

  test.skipIf(!hasQpdf)('is accepted by qpdf without a warning', async () => {
    const { pdf } = build([pageOf(await marked(), { rotation: 270 })], 'added-page')
    expect(qpdfCheck(pdf)).toContain('No syntax or stream encoding errors found')
  })

  test.skipIf(!hasPoppler)('carries title, scanner and legal time where poppler finds them', async () => {
    const { pdf } = build([pageOf(await marked(1654, 2339))])
    const {
      Title,
      Author,
      CreationDate,
      ModDate,
      Pages,
      Encrypted,
      JavaScript,
      'Page rot': turn,
      'Page size': size,
    } = pdfInfo(pdf)
    expect({ Title, Author, CreationDate, ModDate, Pages, Encrypted, JavaScript, turn, size }).toEqual({
      Title: METADATA.title,
      Author: METADATA.creator,
      CreationDate: "D:20261121103005+07'00'",
      ModDate: "D:20261121103005+07'00'",
      Pages: '1',
      Encrypted: 'no',
      JavaScript: 'no',
      turn: '0',
      size: '595.44 x 842.04 pts (A4)',
    })
    const text = Buffer.from(pdf).toString('latin1')
    expect(text).toContain('<xmp:CreateDate>2026-11-21T10:30:05+07:00</xmp:CreateDate>')
  })

  test('describes the paper as TT 01/2023 Art. 9 asks, and leaves out what is not known', async () => {
    const { pdf } = build([pageOf(await marked())])
    const text = Buffer.from(pdf).toString('utf8')
    expect(text).toContain('<sohoa:MaLoaiGiayTo>KQ.G15.000031</sohoa:MaLoaiGiayTo>')
    expect(text).toContain('<sohoa:CoQuanCap>Ủy ban nhân dân xã Mẫu</sohoa:CoQuanCap>')
    expect(text).toContain('<pdfaProperty:name>MaKetQuaSoHoa</pdfaProperty:name>')
    expect(text).not.toContain('<sohoa:MaKetQuaSoHoa>')
    expect(text).not.toContain('<sohoa:TrichYeu>')
  })

  test('survives letters typed in pieces, control characters and half a surrogate pair in a title', async () => {
    const metadata = { ...METADATA, title: 'Gia\u0302\u0301y\u0000 khai\u2028sinh \ud800', creator: ']]>&<a>' }
    const built = buildPdf({ pages: [pageOf(await marked())], metadata })
    expect(built.ok && checkPdfA(built.value.pdf)).toEqual({ ok: true, value: { part: 2, conformance: 'B', pages: 1 } })
    expect(built.ok && Buffer.from(built.value.pdf).toString('utf8')).toContain('>Giấy khai sinh \ufffd<')
  })
})

describe('the pictures', () => {
  test.skipIf(!hasPoppler)('lie in the file byte for byte as the scanner gave them, turned or not', async () => {
    const colour = await marked()
    const grey = new Uint8Array(await sharp(colour).toColourspace('b-w').jpeg().toBuffer())
    const progressive = new Uint8Array(await sharp(colour).jpeg({ progressive: true }).toBuffer())
    const pictures = [colour, grey, progressive, colour]
    const { pdf } = build(pictures.map((picture, index) => pageOf(picture, { rotation: TURNS[index] ?? 0 })))
    expect(imagesOf(pdf).map((each) => Buffer.from(each).toString('base64'))).toEqual(
      pictures.map((each) => Buffer.from(each).toString('base64')),
    )
  })

  test.skipIf(!hasPoppler)(
    'stand upright: the mark goes round clockwise with the turn, and the page with it',
    async () => {
      const jpeg = await marked(400, 560)
      const { pdf } = build(TURNS.map((rotation) => pageOf(jpeg, { rotation })))
      const seen = []
      for (const page of renderPages(pdf, 100)) {
        const { data, info } = await sharp(page).greyscale().raw().toBuffer({ resolveWithObject: true })
        const dark = (x: number, y: number) => (data[y * info.width + x] ?? 255) < 100
        const [right, bottom] = [info.width - 10, info.height - 10]
        const corners = {
          upperLeft: dark(10, 10),
          upperRight: dark(right, 10),
          lowerRight: dark(right, bottom),
          lowerLeft: dark(10, bottom),
        }
        seen.push([info.width, info.height, ...Object.entries(corners).flatMap(([name, is]) => (is ? [name] : []))])
      }
      expect(seen).toEqual([
        [200, 280, 'upperLeft'],
        [280, 200, 'upperRight'],
        [200, 280, 'lowerRight'],
        [280, 200, 'lowerLeft'],
      ])
    },
  )

  test.skipIf(!hasPoppler)('are not turned by an orientation tag that a camera left in them', async () => {
    const tagged = new Uint8Array(
      await sharp(await marked(400, 560))
        .withMetadata({ orientation: 6 })
        .jpeg()
        .toBuffer(),
    )
    const { pdf } = build([pageOf(tagged)])
    expect(pdfInfo(pdf)['Page size']).toBe('144 x 201.6 pts')
  })
})

describe('room for the attestation', () => {
  test.skipIf(!hasPoppler)('may be a white page more, of the same size as the last one', async () => {
    const { pdf, pages } = build([pageOf(await marked(400, 560), { rotation: 90 })], 'added-page')
    expect(pages).toBe(2)
    const last = renderPages(pdf, 72)[1]
    const { data, info } = await sharp(last).greyscale().raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, Math.min(...data)]).toEqual([202, 144, 255])
  })
})

describe('refused with the page and the reason', () => {
  const cases: readonly (readonly [string, () => Promise<Uint8Array>, object, string])[] = [
    ['a text that calls itself a picture', async () => Buffer.from('xin chào'), {}, 'page 1: jpeg'],
    [
      'a PNG with colours',
      async () =>
        sharp(await marked())
          .png()
          .toBuffer(),
      {},
      'page 1: png',
    ],
    [
      'a black-and-white picture that broke off',
      async () => (await bitonalOf(await marked())).slice(0, -20),
      {},
      'page 1: png',
    ],
    ['a JPEG that broke off', async () => (await marked()).slice(0, 900), {}, 'page 1: jpeg'],
    [
      'four printing colours',
      async () =>
        sharp(await marked())
          .toColourspace('cmyk')
          .jpeg()
          .toBuffer(),
      {},
      'page 1: colours',
    ],
    ['a resolution that cannot be', async () => marked(), { dpi: 0 }, 'page 1: dpi'],
    ['a turn of 45 degrees', async () => marked(), { rotation: 45 }, 'page 1: rotation'],
    ['a strip too narrow for a page', async () => drawPage(4, 400), { dpi: 300 }, 'page 1: size'],
    ['more than 64 MB', async () => new Uint8Array(64 * 1024 * 1024 + 1), {}, 'page 1: size'],
  ]
  test.each(cases)('%s', async (_, picture, change, detail) => {
    const built = buildPdf({ pages: [{ ...pageOf(await picture()), ...change }], metadata: METADATA })
    expect(built).toEqual({ ok: false, failure: { kind: 'refused', rule: 'not-an-image', detail } })
  })

  test('no pages, no title', async () => {
    const empty = buildPdf({ pages: [], metadata: METADATA })
    expect(empty).toEqual({ ok: false, failure: { kind: 'refused', rule: 'no-pages' } })
    const pages = [pageOf(await marked())]
    const nameless = buildPdf({ pages, metadata: { ...METADATA, title: ' \n' } })
    expect(nameless).toEqual({ ok: false, failure: { kind: 'refused', rule: 'no-title' } })
  })
})
