// Codes on papers are read where they are and nowhere else; whatever bytes come, the reader comes back.
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { openCodeReader } from '../../../main/scan/codes/read-codes.ts'
import { type Draw, drawnCode, qr, text } from './drawn-pages.ts'
import { type Fed, scan } from './scanned.ts'
import { WASM } from './sheets.ts'

const read = openCodeReader(WASM)
const CARD = '001190123456|123456789|Nguyễn Thị Mẫu|01011990|Nữ|Số 1, thôn Một, xã Mẫu, huyện Thử|01052021'
const CODE = 'H55.242-20261121-0007'

async function codesOn(draw: Draw, fed: Partial<Fed> = {}) {
  const page = await scan(draw, { dpi: 300, seed: 3, blur: 0.6, ...fed })
  return read(page.small, page.closer)
}
/** On top of a page of text. */
const over =
  (draw: Draw): Draw =>
  (on, roll) => {
    text(on, roll)
    draw(on, roll)
  }

describe('one code on a page of text', () => {
  test.each([
    ['the small square of an identity card', {}],
    ['upside down', { turn: 180 }],
    ['sideways', { turn: 90 }],
    ['askew, faded and noisy', { skew: 4, contrast: 0.65, noise: 8, quality: 60 }],
  ] as const)('a QR: %s', async (_, fed) => {
    expect(
      await codesOn(
        over((on) => qr(on, CARD, 150, 30, 13)),
        fed,
      ),
    ).toEqual([{ format: 'QRCode', text: CARD }])
  })
  test.each([
    ['Code128', CODE, 0.25, 9],
    ['Code39', 'HS-2026-0007', 0.25, 9],
    ['EAN13', '8934563138165', 0.33, 15],
    ['ITF', '01234567', 0.33, 12],
    ['DataMatrix', `2.000815;${CODE}`, 0.4, undefined],
    ['PDF417', `Nguyen Thi Mau;${CODE}`, 0.3, undefined],
    ['Aztec', CODE, 0.45, undefined],
  ] as const)('a %s, askew and upside down', async (format, content, pitch, height) => {
    const draw = await drawnCode(format, content)
    const page = over((on) => draw(on, 105, 27, pitch, height))
    expect(await codesOn(page, { skew: 1.5, turn: 180 })).toEqual([{ format, text: content }])
  })
  test('three codes on one page, one of them twice, are told once each', async () => {
    const bars = await drawnCode('Code128', CODE)
    const found = await codesOn(
      over((on) => {
        bars(on, 30, 245, 0.3, 10)
        bars(on, 110, 245, 0.3, 10)
        qr(on, CARD, 150, 12, 20)
        qr(on, 'https://dichvucong.example', 20, 12, 20)
      }),
    )
    expect(found.map(({ text: content }) => content).sort()).toEqual([CARD, CODE, 'https://dichvucong.example'].sort())
  })
  test('a QR of very many words is cut at 2000 signs', async () => {
    const found = await codesOn((on) => qr(on, '7'.repeat(2400), 20, 20, 150, 'L'))
    expect(found).toEqual([{ format: 'QRCode', text: '7'.repeat(2000) }])
  })
})

describe('whatever comes', () => {
  const blank = { data: new Uint8Array(620 * 877).fill(250), width: 620, height: 877, dpi: 75 }
  beforeAll(() => read(blank, () => blank))

  test('a picture shorter or longer than it says is refused, and the next page is read', async () => {
    const page = await scan((on) => qr(on, CARD, 60, 60, 60), { dpi: 150, seed: 1 })
    for (const data of [page.small.data.subarray(1), new Uint8Array(0), new Uint8Array(page.small.data.length + 1)])
      expect(await read({ ...page.small, data }, page.closer)).toEqual([])
    expect(await read(page.small, page.closer)).toEqual([{ format: 'QRCode', text: CARD }])
  })
  test('noise of any size and a closer look that fails or lies: an answer, no fall', async () => {
    const grey = fc
      .tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 90 }), fc.infiniteStream(fc.nat(255)))
      .map(([width, height, levels]) => ({
        width,
        height,
        data: Uint8Array.from({ length: width * height }, () => levels.next().value ?? 0),
      }))
    const dpi = fc.constantFrom(75, 10, 300, 0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e-9, 1e9)
    await fc.assert(
      fc.asyncProperty(grey, grey, dpi, fc.nat(3), async (small, other, resolution, lie) => {
        const closer = () => {
          if (lie === 0) throw new Error('the page is gone')
          const area = { ...other, dpi: resolution }
          return lie === 1 ? { ...area, width: other.width + 7 } : area
        }
        const codes = await read({ ...small, dpi: resolution }, closer)
        expect(codes.length).toBeLessThanOrEqual(20)
      }),
      { numRuns: 120 },
    )
  })
  test('a program file that is no WebAssembly is said at once, when the reader is opened', () => {
    expect(() => openCodeReader(WASM.subarray(0, 5000))).toThrow('zxing_reader.wasm')
  })
})
