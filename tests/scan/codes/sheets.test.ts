// Separator sheets, printed and fed back in every way: each is read from the small picture, as what it is.
import { beforeAll, describe, expect, test } from 'vitest'
import { checkPdfA } from '../../../main/document/check-pdf.ts'
import { openCodeReader } from '../../../main/scan/codes/read-codes.ts'
import { printSeparators } from '../../../main/scan/print-separators.ts'
import { interpretCodes, nameOfTitle } from '../../../main/scan/separator.ts'
import { hasPoppler, hasQpdf, pdfInfo, qpdfCheck, textOf } from '../../document/peers.ts'
import { scan } from './scanned.ts'
import { feeding, printedSheets, SHEETS, TITLES, WASM } from './sheets.ts'

const read = openCodeReader(WASM)
const noCloser = () => {
  throw new Error('looked closer')
}
let sheets: Awaited<ReturnType<typeof printedSheets>> = []

describe.skipIf(!hasPoppler)('sheets that went through a feeder', () => {
  beforeAll(async () => {
    sheets = await printedSheets(200)
  })

  test.each([
    [300, 6],
    [200, 16],
    [150, 24],
  ])('at %i dpi, turned, askew to 15 degrees, noisy, with dark borders: all of %i', async (dpi, count) => {
    for (let number = 0; number < count; number += 1) {
      const fed = feeding(number, [dpi])
      const sheet = sheets[number % sheets.length]
      if (sheet === undefined) throw new Error('no sheet')
      const { small } = await scan(sheet.draw, fed)
      const { separator, patch } = interpretCodes(await read(small, noCloser))
      const seen = { code: separator?.dossierCode, title: nameOfTitle(separator?.title ?? null, TITLES) ?? '', patch }
      expect([fed, seen]).toEqual([fed, { code: SHEETS.dossierCode, title: sheet.title, patch: '2' }])
    }
  })
  test('torn across the middle, or with one square cut away, a sheet still says what it is', async () => {
    const whole = sheets[1]
    for (const [from, to] of [
      [0, 148],
      [148, 297],
    ] as const) {
      const { small } = await scan(
        (on, roll) => {
          whole?.draw(on, roll)
          on.fillStyle = '#fbf9f2'
          on.fillRect(0, from, 210, to - from)
        },
        { dpi: 200, seed: 4, skew: 2 },
      )
      const title = nameOfTitle(interpretCodes(await read(small, noCloser)).separator?.title ?? null, TITLES)
      expect(title).toBe('Giấy chứng nhận quyền sử dụng đất')
    }
  })
})

describe('the print', () => {
  const long = {
    ...SHEETS,
    citizenName: 'Nguyễn Hoàng Phương Thảo Nguyên Thị Tôn Nữ Mẫu '.repeat(3).trim(),
    procedure: `${'Chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan, tổ chức có thẩm quyền '.repeat(5)}cuối`,
    unitName: 'Trung tâm Phục vụ hành chính công xã Mẫu, huyện Thử Nghiệm, tỉnh Ví Dụ '.repeat(2).trim(),
    sheets: [{ title: `${'Biên bản họp gia đình về việc phân chia di sản thừa kế '.repeat(4).slice(0, 194)}hết` }],
  }

  test('is a PDF/A-2b that is the same for the same sheets', async () => {
    const pdf = await printSeparators(SHEETS)
    expect(checkPdfA(pdf)).toEqual({ ok: true, value: { part: 2, conformance: 'B', pages: 4 } })
    expect(await printSeparators(SHEETS)).toEqual(pdf)
    expect(checkPdfA(await printSeparators(long)).ok).toBe(true)
  })
  test.skipIf(!hasQpdf)('has no fault that qpdf knows', async () => {
    expect(qpdfCheck(await printSeparators(long))).toContain('No syntax or stream encoding errors')
  })
  test.skipIf(!hasPoppler)('says in plain words what it is, whose, which paper, which of how many', async () => {
    const pdf = await printSeparators(SHEETS)
    expect(pdfInfo(pdf)).toMatchObject({
      Title: 'Phiếu ngăn TAM-H55.242-03-20261121-007',
      'Page size': '595.276 x 841.89 pts (A4)',
    })
    const words = textOf(pdf)
    for (const one of [
      'PHIẾU NGĂN',
      'không lưu hồ sơ / separator sheet',
      'TAM-H55.242-03-20261121-007',
      'Nguyễn Thị Mẫu',
      'Thủ tục: Chứng thực bản sao từ bản chính',
      'Giấy khai sinh',
      'Biên bản họp gia đình <bản chính>',
      'Giấy tờ đặt tên sau',
      '4/4',
      'Trung tâm Phục vụ hành chính công xã Mẫu',
      'In lúc 10:32 21/11/2026',
    ])
      expect(words).toContain(one)
    expect(words).not.toMatch(/\d{9,12}/)
  })
  test.skipIf(!hasPoppler)('of the longest names stays on one page, whole', async () => {
    const pdf = await printSeparators(long)
    const words = textOf(pdf)
    expect(pdfInfo(pdf).Pages).toBe('1')
    for (const { title } of long.sheets) expect(words).toContain(title.slice(-30).trim())
    for (const end of ['cuối', long.citizenName.slice(-20), long.unitName.slice(-20)]) expect(words).toContain(end)
  })
})
