// The bound register: every month of a book with its pages going on, and at the end of the year all of them as one, closed.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { fail } from '../../preload/contract/result.ts'
import { must } from '../bench/office.ts'
import { hasPoppler, pdfInfo, textOf } from '../document/peers.ts'
import { certify, type Desk, openDesk, paper } from './desk.ts'

let at: Desk
beforeAll(async () => {
  at = await openDesk()
})
afterAll(() => at.close())
beforeEach(() => at.clear())
const station = () => at.counter.handlers.certification
async function print(month: number | null, book?: string): Promise<Uint8Array> {
  const ask = { year: 2026, month, ...(book === undefined ? {} : { book }) }
  return must(at.counter.vault.get(must(await station().printRegister(ask, at.supervisor)).file))
}
const year = async () => must(await station().books({ year: 2026 }, at.clerk))

describe.skipIf(!hasPoppler)('the monthly job (T23)', () => {
  test('prints each month with all eight columns; its pages go on from the month before, printed or not', async () => {
    at.clock = legalDate(2026, 9, 30, 9, 0)
    certify(at, 40)
    at.clock = legalDate(2026, 10, 1, 9, 0)
    certify(at, 2)
    at.clock = legalDate(2026, 11, 30, 9, 0)
    certify(at, 1)
    const september = await print(9)
    const pages = Number(pdfInfo(september).Pages)
    expect(pages).toBeGreaterThan(1)
    // October was never printed: November's first page leaves room for it.
    const november = textOf(await print(11))
    expect(november).toContain(`Trang ${pages + 2}`)
    expect(textOf(await print(10))).toContain(`Trang ${pages + 1}`)
    expect(november).toContain('(1) (2) (3) (4) (5) (6) (7) (8)')
    expect(november).toContain('Dấu giáp lai')
    expect(november).toContain('Quyển số: 03/2026 - SCT/BS')
    expect(november).toContain('Cộng: 1 số chứng thực (từ số 43 đến số 43)')
    expect((await year())[0]?.months).toEqual([
      { book: '03/2026-SCT/BS', month: 9, rows: 40, printed: { at: at.clock.toISOString(), firstPage: 1, pages } },
      {
        book: '03/2026-SCT/BS',
        month: 10,
        rows: 2,
        printed: { at: at.clock.toISOString(), firstPage: pages + 1, pages: 1 },
      },
      {
        book: '03/2026-SCT/BS',
        month: 11,
        rows: 1,
        printed: { at: at.clock.toISOString(), firstPage: pages + 2, pages: 1 },
      },
    ])
  })

  test('a month in which the book changed is printed book by book', async () => {
    at.clock = legalDate(2026, 6, 30, 9, 0)
    certify(at, 2)
    must(await station().changeBook({ year: 2026, series: '03/2026-SCT/BS' }, at.supervisor))
    certify(at, 1)
    const [first, second] = [textOf(await print(6, '03/2026-SCT/BS')), textOf(await print(6))]
    expect(first).toContain('từ số 01 đến số 02')
    expect(second).toContain('Quyển số: 03.2/2026 - SCT/BS')
    expect(second).toContain('từ số 03 đến số 03')
  })

  test('at the year’s end all books and months are one, with the closing line and the place to sign and seal', async () => {
    at.clock = legalDate(2026, 6, 30, 9, 0)
    certify(at, 2)
    must(await station().changeBook({ year: 2026, series: '03/2026-SCT/BS' }, at.supervisor))
    at.clock = legalDate(2026, 12, 31, 9, 0)
    certify(at, 1)
    must(await station().closeYear({ year: 2026, series: '03/2026-SCT/BS' }, at.supervisor))
    const text = textOf(await print(null))
    for (const words of [
      'Quyển số: 03, 03.2/2026 - SCT/BS',
      'Năm 2026',
      'Cộng: 3 số chứng thực (từ số 01 đến số 03), trong đó 0 số đã hủy; 3 bản sao; phí chứng thực 6.000 đồng.',
      'Khóa sổ ngày 31/12/2026, người khóa sổ: Lê Thị Lan Mẫu.',
      'XÁC NHẬN CỦA NGƯỜI THỰC HIỆN CHỨNG THỰC',
      'Trang 1',
    ])
      expect(text).toContain(words)
  })

  test('a number that is still being signed is not in the print, and the book says how many are missing', async () => {
    at.clock = legalDate(2026, 11, 30, 9, 0)
    certify(at, 1)
    const one = paper()
    at.take(one)
    expect(textOf(await print(11))).toContain('từ số 01 đến số 01')
    expect((await year())[0]).toMatchObject({ rows: 2, inWork: 1 })
  })
})

test('a year or book that nobody wrote in has nothing to print; a form that is not adopted prints nothing', async () => {
  at.clock = legalDate(2026, 11, 30, 9, 0)
  const ask = { year: 2026, month: 11 }
  expect(await station().printRegister(ask, at.supervisor)).toEqual(fail({ kind: 'stale' }))
  certify(at, 1)
  expect(await station().printRegister({ ...ask, book: '09/2026-SCT/BS' }, at.supervisor)).toEqual(
    fail({ kind: 'stale' }),
  )
  at.raw((database) => database.exec("delete from dossier_adoption where key = 'certification.register-form'"))
  expect(await station().printRegister(ask, at.supervisor)).toMatchObject({ failure: { rule: 'rule-not-adopted' } })
})
