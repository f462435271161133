// The register of certified copies as it is bound: eight columns, numbered pages, true totals, struck rows with their reason.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  printRegister,
  type RegisterInput,
  type RegisterRow,
  RegisterTemplate,
  totalsOf,
} from '../../main/certification/print-register.ts'
import { checkPdfA } from '../../main/document/check-pdf.ts'
import { LawEntry } from '../../main/dossier/law.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { FONT_FOLDER } from '../document/papers.ts'
import { hasPoppler, hasQpdf, pdfInfo, qpdfCheck, textOf } from '../document/peers.ts'

const FILE = JSON.parse(readFileSync(join(import.meta.dirname, '../../resources/templates/register.json'), 'utf8'))
const template = RegisterTemplate.parse(FILE)

const rowOf = (number: number, change: Partial<RegisterRow> = {}): RegisterRow => ({
  number,
  at: legalDate(2026, 11, 1 + (number % 28), 9, 30),
  requester: 'Nguyễn Thị Mẫu',
  originalTitle: 'Giấy khai sinh',
  signer: { name: 'Trần Văn Thử', title: 'Phó Chủ tịch' },
  copies: 2,
  fee: 10_000,
  ...change,
})
const BOOK: RegisterInput = {
  id: '3f2b8a52-7a0e-4f5e-9d7e-0c4f8f1f2a12',
  now: legalDate(2026, 12, 1, 8, 0),
  specimen: true,
  unit: { name: 'Ủy ban nhân dân xã Mẫu', parent: 'Tỉnh Mẫu' },
  book: { number: '01', year: 2026, symbol: 'SCT/BS' },
  month: 11,
  rows: [
    rowOf(1),
    rowOf(2, { cancelled: true, note: 'thiết bị ký bị rút' }),
    rowOf(3, { copies: 5, fee: 25_000, note: 'Ghi chú riêng' }),
  ],
}
const print = (change: Partial<RegisterInput> = {}) =>
  printRegister({ ...BOOK, ...change }, { template, fontFolder: FONT_FOLDER })

describe('the month', () => {
  test.skipIf(!hasPoppler)(
    'carries head, eight columns with their numbers, its rows and the area of the seam stamp (T23)',
    async () => {
      const text = textOf(await print(), '-layout')
      for (const words of [
        'SỔ CHỨNG THỰC BẢN SAO TỪ BẢN CHÍNH',
        'Quyển số: 01/2026 - SCT/BS',
        'Tháng 11 năm 2026',
        '(1) (2) (3) (4) (5) (6) (7) (8)',
        '01 02/11/2026 Nguyễn Thị Mẫu Giấy khai sinh Trần Văn Thử, Phó Chủ tịch 2 10.000',
        '03 04/11/2026 Nguyễn Thị Mẫu Giấy khai sinh Trần Văn Thử, Phó Chủ tịch 5 25.000 Ghi chú riêng',
        'Đã hủy: thiết bị',
        'Cộng trang 7 35.000',
        'Tổng cộng 7 35.000',
        'Cộng: 3 số chứng thực (từ số 01 đến số 03), trong đó 1 số đã hủy; 7 bản sao; phí chứng thực 35.000 đồng.',
        'Trang 1',
        'MẪU – KHÔNG CÓ GIÁ TRỊ',
      ])
        expect(text).toContain(words)
      const heads = textOf(await print())
      for (const title of [
        'Họ tên của người yêu cầu',
        'Số bản sao đã được chứng thực',
        'Lệ phí/ Phí chứng thực',
        'Ghi chú',
        'Dấu giáp lai',
      ])
        expect(heads).toContain(title)
    },
  )

  test('counts no copies and no fee for a cancelled number', () => {
    expect(totalsOf(BOOK.rows)).toEqual({ copies: 7, fee: 35_000 })
  })

  test.skipIf(!hasPoppler)('is A4 across, PDF/A by our own rules and clean for qpdf', async () => {
    const pdf = await print()
    expect(pdfInfo(pdf)['Page size']).toBe('841.89 x 595.276 pts (A4)')
    expect(checkPdfA(pdf)).toEqual({ ok: true, value: { part: 2, conformance: 'B', pages: 1 } })
    if (hasQpdf) expect(qpdfCheck(pdf)).toContain('No syntax or stream encoding errors found')
    expect(Buffer.from(pdf).equals(Buffer.from(await print()))).toBe(true)
  })

  test.skipIf(!hasPoppler)('without any certification says so', async () => {
    const text = textOf(await print({ rows: [] }))
    expect(text).toContain('Không phát sinh việc chứng thực trong kỳ')
    expect(text).toContain('Cộng: 0 số chứng thực.')
  })
})

describe('many rows', () => {
  test.skipIf(!hasPoppler)(
    'go over several pages; page numbers go on from the last print, page totals add up to the whole',
    async () => {
      const long = 'Công ty trách nhiệm hữu hạn một thành viên Nguyễn Thị Mẫu và các cộng sự miền núi phía Bắc'
      const rows = Array.from({ length: 120 }, (_, index) =>
        rowOf(101 + index, index % 9 === 0 ? { requester: long, copies: 3, fee: 15_000 } : {}),
      )
      const pdf = await print({ rows, firstPage: 13 })
      const text = textOf(pdf, '-layout')
      const pages = Number(pdfInfo(pdf).Pages)
      expect(pages).toBeGreaterThan(4)
      for (let page = 0; page < pages; page += 1) {
        expect(text).toContain(`Trang ${13 + page}`)
        expect(text).toContain(`tờ in ${page + 1}/${pages}`)
      }
      expect(text.split('(1) (2) (3) (4) (5) (6) (7) (8)').length - 1).toBe(pages)
      const totals = [...text.matchAll(/Cộng trang (\d+) ([\d.]+)/g)].map(([, copies, fee]) => [
        Number(copies),
        Number(fee?.replaceAll('.', '')),
      ])
      const sum = totals.reduce(([a = 0, b = 0], [c = 0, d = 0]) => [a + c, b + d], [0, 0])
      expect(sum).toEqual([totalsOf(rows).copies, totalsOf(rows).fee])
      const numbers = [...text.matchAll(/ (\d{3}) \d\d\/11\/2026/g)].map(([, number]) => Number(number))
      expect(numbers).toEqual(rows.map(({ number }) => number))
      expect(textOf(pdf).replaceAll(' ', '').split('miềnnúiphíaBắc').length - 1).toBe(
        rows.filter(({ requester }) => requester === long).length,
      )
    },
  )
})

describe('the year', () => {
  test.skipIf(!hasPoppler)('is closed with its total and the confirmation of the certifier', async () => {
    const text = textOf(await print({ month: undefined, specimen: false }))
    expect(text).toContain('Năm 2026')
    expect(text).not.toContain('Khóa sổ')
    expect(text).toContain('XÁC NHẬN CỦA NGƯỜI THỰC HIỆN CHỨNG THỰC')
    expect(text).not.toContain('KHÔNG CÓ GIÁ TRỊ')
  })

  test.skipIf(!hasPoppler)(
    'a merged year names all its books, its closing and the annulled certifications (T23)',
    async () => {
      const rows = [
        rowOf(1),
        rowOf(2, { annulled: true, note: 'Hủy bỏ theo 12/QĐ-UBND ngày 05/12/2026: sai thẩm quyền' }),
      ]
      const closed = { at: legalDate(2026, 12, 31, 17, 0), by: 'Lê Thị Lan Mẫu' }
      const book = { number: '03, 03.2', year: 2026, symbol: 'SCT/BS' }
      const text = textOf(await print({ month: undefined, rows, closed, book }))
      for (const words of [
        'Quyển số: 03, 03.2/2026 - SCT/BS',
        'Có 1 việc chứng thực đã bị hủy bỏ bằng quyết định (xem cột Ghi chú).',
        'Khóa sổ ngày 31/12/2026, người khóa sổ: Lê Thị Lan Mẫu.',
        '4 bản sao; phí chứng thực 20.000 đồng',
      ])
        expect(text.replace(/\s+/g, ' ')).toContain(words)
      expect(text).not.toContain('Đã hủy')
    },
  )

  test('the shipped form is a dated entry with source and mark, not confirmed', () => {
    const entry = LawEntry.parse(FILE)
    expect([entry.key, entry.mark, entry.validTo !== null]).toEqual(['certification.register-form', 'R', true])
  })
})
