// Mẫu 01 as the citizen gets it: every word is there, nothing is cut, a specimen says that it is one.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkPdfA } from '../../main/document/check-pdf.ts'
import { LawEntry } from '../../main/dossier/law.ts'
import {
  codesToPrint,
  hourAndDay,
  printReceipt,
  type ReceiptInput,
  ReceiptTemplate,
} from '../../main/dossier/print-receipt.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { FONT_FOLDER } from '../document/papers.ts'
import { fontsOf, hasPoppler, hasQpdf, pdfInfo, qpdfCheck, textOf } from '../document/peers.ts'

const FILE = JSON.parse(readFileSync(join(import.meta.dirname, '../../resources/templates/receipt.json'), 'utf8'))
const template = ReceiptTemplate.parse(FILE)
const SPECIMEN = 'MẪU – KHÔNG CÓ GIÁ TRỊ'

const RECEIPT: ReceiptInput = {
  id: '3f2b8a52-7a0e-4f5e-9d7e-0c4f8f1f2a11',
  now: legalDate(2026, 11, 21, 10, 32),
  specimen: true,
  unit: {
    name: 'Trung tâm Phục vụ hành chính công xã Mẫu',
    parent: 'Ủy ban nhân dân xã Mẫu',
    place: 'Xã Mẫu',
    phone: '0200 000 000',
  },
  code: { official: null, provisional: 'TAM-H55.242-03-20261121-0007', synchronised: false },
  receiver: 'Trần Văn Thử',
  citizen: { name: 'Nguyễn Thị Mẫu', number: '001190***456', phone: '0900 000 000', address: 'Số 1, thôn Một, xã Mẫu' },
  procedure: { code: '2.000815', name: 'Chứng thực bản sao từ bản chính' },
  components: [
    { name: 'Giấy khai sinh', originals: 1, copies: 0, electronic: 1 },
    { name: 'Bằng tốt nghiệp đại học kèm bảng điểm', originals: 1, copies: 12 },
  ],
  sets: 1,
  timeLimit: 'Ngay trong ngày làm việc',
  receivedAt: legalDate(2026, 11, 21, 9, 5),
  dueAt: legalDate(2026, 11, 23, 17, 0),
  returnPlace: 'Quầy số 03',
  fee: 34_000,
}
const print = (change: Partial<ReceiptInput> = {}, by: ReceiptTemplate = template) =>
  printReceipt({ ...RECEIPT, ...change }, { template: by, fontFolder: FONT_FOLDER })

describe('the paper', () => {
  test.skipIf(!hasPoppler)('says who brought what, when, and when to come back', async () => {
    const text = textOf(await print(), '-layout')
    for (const words of [
      'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
      'Độc lập - Tự do - Hạnh phúc',
      'ỦY BAN NHÂN DÂN XÃ MẪU',
      'Xã Mẫu, ngày 21 tháng 11 năm 2026',
      'GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ',
      'Mã tạm: TAM-H55.242-03-20261121-0007',
      'Tiếp nhận hồ sơ của: Nguyễn Thị Mẫu',
      'Số định danh cá nhân: 001190***456',
      'Nội dung yêu cầu giải quyết: Chứng thực bản sao từ bản chính',
      'Mã thủ tục hành chính: 2.000815',
      '1 Giấy khai sinh 01 – 01',
      '2 Bằng tốt nghiệp đại học kèm bảng điểm 01 12 –',
      '2. Số lượng hồ sơ: 01 (bộ)',
      '4. Thời gian nhận hồ sơ: 09 giờ 05 phút, ngày 21 tháng 11 năm 2026',
      '5. Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 23 tháng 11 năm 2026',
      '6. Đăng ký nhận kết quả tại: Quầy số 03',
      '7. Phí, lệ phí: 34.000 đồng',
      'NGƯỜI NỘP HỒ SƠ NGƯỜI TIẾP NHẬN HỒ SƠ',
      'Nguyễn Thị Mẫu Trần Văn Thử',
      'Giấy này được lập thành 02 bản',
    ])
      expect(text).toContain(words)
  })

  test.skipIf(!hasPoppler)(
    'is one A5 page with embedded fonts, and accepted by qpdf and our own PDF/A rules',
    async () => {
      const pdf = await print()
      const info = pdfInfo(pdf)
      expect([info.Pages, info['Page size']]).toEqual(['1', '419.528 x 595.276 pts'])
      expect(fontsOf(pdf).every((line) => /\+BeVietnamPro-\w+ .*yes yes yes/.test(line))).toBe(true)
      expect(checkPdfA(pdf)).toEqual({ ok: true, value: { part: 2, conformance: 'B', pages: 1 } })
      if (hasQpdf) expect(qpdfCheck(pdf)).toContain('No syntax or stream encoding errors found')
    },
  )

  test('is the same, byte for byte, when printed again', async () => {
    expect(Buffer.from(await print()).equals(Buffer.from(await print()))).toBe(true)
  })

  test.skipIf(!hasPoppler)('goes on over further pages when there is much to list, and loses no word', async () => {
    const long =
      'Công ty trách nhiệm hữu hạn một thành viên thương mại, dịch vụ và xuất nhập khẩu Nguyễn Thị Mẫu cùng các cộng sự miền núi phía Bắc'
    const components = Array.from({ length: 40 }, (_, index) => ({
      name: `Giấy tờ thứ ${index + 1} mang tên dài để phải xuống dòng trong cột`,
      originals: 1,
      copies: 0,
    }))
    const email = `${'a'.repeat(120)}@example.vn`
    const pdf = await print({ citizen: { ...RECEIPT.citizen, name: long, email }, components })
    const text = textOf(pdf)
    expect(text.split(long).length - 1).toBe(2)
    for (let number = 1; number <= 40; number += 1) expect(text).toContain(`Giấy tờ thứ ${number} mang tên`)
    expect(text.replaceAll(' ', '')).toContain(email)
    const pages = Number(pdfInfo(pdf).Pages)
    expect(pages).toBeGreaterThan(2)
    expect(text).toContain(`Trang ${pages}/${pages}`)
    expect(text.split(SPECIMEN).length - 1).toBeGreaterThanOrEqual(pages)
  })

  test.skipIf(!hasPoppler)('keeps Vietnamese names typed in pieces, and marks signs that the font lacks', async () => {
    const text = textOf(
      await print({ citizen: { ...RECEIPT.citizen, name: 'Nguye\u0302\u0303n Thi\u0323 Ma\u0302\u0303u 漢' } }),
    )
    expect(text).toContain('Tiếp nhận hồ sơ của: Nguyễn Thị Mẫu ?')
  })

  test.skipIf(!hasPoppler)('keeps the name of a specimen unit honest, and puts nothing on a real one', async () => {
    expect(textOf(await print())).toContain(SPECIMEN)
    expect(textOf(await print({ specimen: false }))).not.toContain('KHÔNG CÓ GIÁ TRỊ')
  })
})

describe('the code', () => {
  const provisional = 'TAM-H55.242-03-20261121-0007'
  test.each([
    ['provisional alone while there is no other', null, false, [null, provisional]],
    [
      'both while the province does not know the dossier yet',
      'H55.242-261121-0001',
      false,
      ['H55.242-261121-0001', provisional],
    ],
    ['official alone afterwards', 'H55.242-261121-0001', true, ['H55.242-261121-0001', null]],
  ] as const)('%s', (_, official, synchronised, expected) => {
    expect(Object.values(codesToPrint({ official, provisional, synchronised }))).toEqual(expected)
  })
})

describe('the law behind it', () => {
  test('the shipped form is a dated entry with source and mark, and not confirmed: a supervisor must adopt it', () => {
    const entry = LawEntry.parse(FILE)
    expect([entry.key, entry.mark, entry.validTo !== null]).toEqual(['dossier.receipt-form', '?', true])
  })

  test.skipIf(!hasPoppler)('is named on the paper only once it is confirmed', async () => {
    expect(textOf(await print())).not.toContain('TT 03/2025')
    expect(textOf(await print({}, { ...template, mark: 'C' }))).toContain('TT 03/2025/TT-VPCP')
  })

  test('fee: unknown, none, some', async () => {
    if (!hasPoppler) return
    expect(textOf(await print({ fee: null }))).toContain('Phí, lệ phí: Thông báo khi trả kết quả')
    expect(textOf(await print({ fee: 0 }))).toContain('Phí, lệ phí: Không thu')
    expect(textOf(await print({ fee: 1_234_000 }))).toContain('Phí, lệ phí: 1.234.000 đồng')
  })

  test('hours and days are legal time', () => {
    expect(hourAndDay(new Date('2026-11-21T17:05:00Z'))).toBe('00 giờ 05 phút, ngày 22 tháng 11 năm 2026')
  })
})
