import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { extractFields } from '../../main/document/extract-fields.ts'
import type { Word, Words } from '../../main/scan/index.ts'
import { Field } from '../../preload/contract/document.ts'

const TITLES = ['Giấy khai sinh', 'Trích lục khai sinh (bản chính)', 'Giấy chứng nhận quyền sử dụng đất', 'Quyết định']
const WIDTH = 2480
const HEIGHT = 3508

/** A line of a page made by hand: where it begins, or its middle when `centre` is set. `~` in the text is a wide gap. */
interface Line {
  readonly at: readonly [x: number, y: number]
  readonly text: string
  readonly high?: number
  readonly centre?: boolean
  readonly sure?: number
}

function pageOf(lines: readonly Line[]): Words {
  const words: Word[] = []
  const heights = [...new Set(lines.map(({ at }) => at[1]))].sort((a, b) => a - b)
  for (const { at, text, high = 40, centre = false, sure = 0.95 } of lines) {
    const letter = high * 0.55
    let left = at[0] - (centre ? ([...text].length * letter) / 2 : 0)
    for (const word of text.split(' ')) {
      const width = [...word].length * letter
      if (word !== '~')
        words.push({
          text: word,
          confidence: sure,
          left,
          top: at[1],
          width,
          height: high,
          line: heights.indexOf(at[1]) + 1,
        })
      left += width + letter + (word === '~' ? high * 4 : 0)
    }
  }
  return { width: WIDTH, height: HEIGHT, words }
}

const MOTTO: readonly Line[] = [
  { at: [1640, 200], text: 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', high: 36, centre: true },
  { at: [1640, 260], text: 'Độc lập - Tự do - Hạnh phúc', centre: true },
]
const read = (lines: readonly Line[]): Record<string, string> =>
  Object.fromEntries(extractFields([pageOf(lines)], { titles: TITLES }).map(({ name, value }) => [name, value]))
const only = (name: string, lines: readonly Line[]): string | undefined => read(lines)[name]

describe('a whole paper fills the form', () => {
  test('a birth certificate read with the usual mistakes: missing marks, O for 0, l for 1, words run together', () => {
    const fields = read([
      { at: [600, 200], text: 'ỦY BẠN NHÂN DÂN', centre: true },
      ...MOTTO,
      { at: [600, 260], text: 'PHƯỜNG MẪU', centre: true },
      { at: [600, 340], text: 'Sô: O45/2O20', centre: true },
      { at: [1240, 520], text: 'GIAY KHAI S1NH', high: 70, centre: true },
      { at: [240, 700], text: 'Họ, chữ đệm,tên: NGUYỄN THỊ MẪU ~ Giới tính: Nữ' },
      { at: [240, 780], text: 'Ngòy, tháng, năm sinh: 15/03/1990' },
      { at: [240, 860], text: 'Số định danh cánhôn: OO1190l23456' },
      { at: [240, 940], text: 'Họ, chữ đệm, tên người mẹ: TRẦN THỊ VÍ DỤ' },
      { at: [240, 1020], text: 'Ngày, thóng, nãm đăng ký: 2O/O3/2020' },
    ])
    expect(fields).toEqual({
      title: 'Giấy khai sinh',
      number: '045/2020',
      issuedOn: '2020-03-20',
      issuer: 'ỦY BAN NHÂN DÂN PHƯỜNG MẪU',
      owner: 'NGUYỄN THỊ MẪU',
      ownerId: '001190123456',
    })
  })

  test('a decision: number with symbol, place and date, subject over two lines, the person in the running text', () => {
    const fields = read([
      { at: [600, 200], text: 'ỦY BAN NHÂN DÂN', centre: true },
      ...MOTTO,
      { at: [600, 260], text: 'THÀNH PHỐ VÍ DỤ', centre: true },
      { at: [600, 340], text: 'Số: l204 /QĐ- UBND', centre: true },
      { at: [1640, 345], text: 'Ví Dụ, ngày 5 thóng 3 năm 2024', centre: true },
      { at: [1240, 520], text: 'QUYẾT ĐỊNH', high: 60, centre: true },
      { at: [1240, 600], text: 'Về việc cho phép chuyển mục đích', centre: true },
      { at: [1240, 660], text: 'sử dụng đất', centre: true },
      { at: [1240, 800], text: 'CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ VÍ DỤ', centre: true },
      { at: [240, 900], text: 'Căn cứ Luật Đất đai ngày 18 tháng 01 năm 2024;' },
      { at: [240, 980], text: 'Điều 1. Cho phép bà Nguyễn Thị Mẫu, số định danh cá nhân 001190123456,' },
    ])
    expect(fields).toEqual({
      title: 'Quyết định',
      number: '1204/QĐ-UBND',
      issuedOn: '2024-03-05',
      issuer: 'ỦY BAN NHÂN DÂN THÀNH PHỐ VÍ DỤ',
      owner: 'Nguyễn Thị Mẫu',
      ownerId: '001190123456',
      summary: 'Về việc cho phép chuyển mục đích sử dụng đất',
    })
  })

  test('a letter has no title, and its office stands below the office above it', () => {
    const fields = read([
      { at: [600, 200], text: 'UBND TỈNH VÍ DỤ', centre: true },
      ...MOTTO,
      { at: [600, 260], text: 'SỞ TƯ PHÁP', centre: true },
      { at: [600, 340], text: 'Số: 77/STP-HCTP', centre: true },
      { at: [600, 410], text: 'V/v cung cấp thông tin', centre: true },
      { at: [600, 460], text: 'lý lịch tư pháp', centre: true },
      { at: [1240, 600], text: 'Kính gửi: Ủy ban nhân dân phường Mẫu', centre: true },
    ])
    expect(fields).toEqual({
      number: '77/STP-HCTP',
      issuer: 'UBND TỈNH VÍ DỤ - SỞ TƯ PHÁP',
      summary: 'V/v cung cấp thông tin lý lịch tư pháp',
    })
  })

  test('an empty page, no page and a page of scribble say nothing', () => {
    expect(extractFields([], { titles: TITLES })).toEqual([])
    expect(extractFields([{ width: 1, height: 1, words: [] }], { titles: TITLES })).toEqual([])
    expect(read([{ at: [300, 900], text: 'x ng QUỐNG ào 2Z' }])).toEqual({})
  })
})

describe('title', () => {
  const titled = (...texts: readonly string[]) =>
    only('title', [
      { at: [240, 1200], text: 'Nội dung của giấy tờ viết bằng chữ thường ở đây' },
      { at: [240, 1300], text: 'Nội dung của giấy tờ viết bằng chữ thường ở đây' },
      ...texts.map((text, at): Line => ({ at: [1240, 500 + at * 80], text, high: 60, centre: true })),
    ])

  test('is the known one, though its letters were misread', () => {
    expect([titled('GIẤY KHAl SINH'), titled('GIẦY KHAI SlNH'), titled('QUYẾT ĐỊNH')]).toEqual([
      'Giấy khai sinh',
      'Giấy khai sinh',
      'Quyết định',
    ])
  })
  test('over several lines is one; what is known only of its beginning is still that', () => {
    expect(titled('GIẤY CHỨNG NHẬN', 'QUYỀN SỬ DỤNG ĐẤT', 'QUYỀN SỞ HỮU TÀI SẢN')).toBe(
      'Giấy chứng nhận quyền sử dụng đất',
    )
    expect(titled('GIẤY XÁC NHẬN', 'TÌNH TRẠNG HÔN NHÂN')).toBe('GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN')
  })
  test('a copy is not called the original because the known title has that in brackets', () => {
    expect(titled('TRÍCH LỤC KHAI SINH', '(BẢN SAO)')).toBe('TRÍCH LỤC KHAI SINH')
    expect(titled('TRÍCH LỤC KHAI SINH', '(BẢN CHÍNH)')).toBe('Trích lục khai sinh (bản chính)')
  })
  test('is neither the motto nor an office nor small letters', () => {
    expect([
      titled('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM'),
      titled('CHỦ TỊCH ỦY BAN NHÂN DÂN'),
      titled('giấy tờ'),
    ]).toEqual([undefined, undefined, undefined])
  })
})

describe('number and symbol', () => {
  const numbered = (text: string, y = 300) => only('number', [{ at: [300, y], text }])
  test.each([
    ['Số: 12/2024', '12/2024'],
    ['Số:123/TLKS-BS', '123/TLKS-BS'],
    ['S6: 1264/UBND - XNTTHN', '1264/UBND-XNTTHN'],
    ['Số 12/QĐ-UBND', '12/QĐ-UBND'],
    ['Số: 41A8012345', '41A8012345'],
    ['Số vào sổ cấp giấy chứng nhận: CS OOO45', 'CS 00045'],
    ['Số hiệu: A 0000123', 'A 0000123'],
  ])('%s', (text, number) => {
    expect(numbered(text)).toBe(number)
  })
  test.each([
    'Số định danh cá nhân: 001190123456',
    'Số 1, đường Mẫu',
    'Số: ......',
    'Số điện thoại: 0900000000',
    'Thửa đất số: 123',
  ])('not %s', (text) => {
    expect(numbered(text)).toBeUndefined()
  })
  test('the register number counts more than the number of the blank form', () => {
    expect(
      only('number', [
        { at: [300, 1600], text: 'Số hiệu: A 0000123' },
        { at: [300, 1700], text: 'Số vào sổ cấp bằng: 45/2008' },
      ]),
    ).toBe('45/2008')
  })
})

describe('day of issue', () => {
  const issued = (...texts: readonly string[]) =>
    only(
      'issuedOn',
      texts.map((text, at) => ({ at: [300, 600 + at * 90] as const, text })),
    )
  test.each([
    ['Ví Dụ, ngày 5 tháng 3 năm 2024', '2024-03-05'],
    ['Phường Mẫu, ngày O5 thóng l2 nãm 2O24', '2024-12-05'],
    ['ngày 29 tháng 02 năm 2024', '2024-02-29'],
    ['Ngày, tháng, năm đăng ký: 05/03/2024', '2024-03-05'],
    ['Đăng ký lần đầu, ngày 05 tháng 3 năm 2024', '2024-03-05'],
    ['Ngày cấp: 05-03-2024', '2024-03-05'],
  ])('%s', (text, day) => {
    expect(issued(text)).toBe(day)
  })
  test.each([
    'Ví Dụ, ngày 31 tháng 02 năm 2024',
    'Ví Dụ, ngày 30 tháng 13 năm 2024',
    'Ngày cấp: 29/02/2023',
    'Ngày, tháng, năm sinh: 15/03/1990',
    'Căn cứ Luật Đất đai ngày 18 tháng 01 năm 2024;',
    'Phúc đáp Công văn số 12/UBND ngày 02 tháng 01 năm 2024 của quý cơ quan',
    'Có giá trị đến ngày 05/03/2025',
  ])('not %s', (text) => {
    expect(issued(text)).toBeUndefined()
  })
  test('the line of place and date counts more than any other', () => {
    expect(issued('Ngày cấp: 01/01/2020', 'Ví Dụ, ngày 05 tháng 3 năm 2024')).toBe('2024-03-05')
  })
})

describe('whose paper it is', () => {
  const named = (text: string) => read([{ at: [240, 700], text }])
  test.each([
    ['Họ và tên: NGUYỄN THỊ MẪU', 'NGUYỄN THỊ MẪU'],
    ['1. Họ và tên chủ hộ: TRẦN VĂNTHỬ', 'TRẦN VĂN THỬ'],
    ['Họ, chữ đệm, tên người chết: LÊ VĂN GIẢ ĐỊNH', 'LÊ VĂN GIẢ ĐỊNH'],
    ['Cho: Nguyễn Thị Mẫu', 'Nguyễn Thị Mẫu'],
    ['Bà: NGUYỄN THỊ MẪU Năm sinh: 1990', 'NGUYỄN THỊ MẪU'],
    ['Cấp cho: Ông Trần Văn Thử, số CCCD: 001088654321.', 'Trần Văn Thử'],
    ['xác nhận hộ ông/bà: Nguyễn Thị Mẫu là hộ nghèo', 'Nguyễn Thị Mẫu'],
  ])('%s', (text, owner) => {
    expect(named(text).owner).toBe(owner)
  })
  test.each(['Họ, chữ đệm, tên người cha: TRẦN VĂN THỬ', 'Họ và tên: ......', 'Họ và tên người yêu cầu: Lê Văn Giả'])(
    'not %s',
    (text) => {
      expect(named(text).owner).toBeUndefined()
    },
  )
  test.each([
    ['Số định danh cá nhân: 001 190 123 456', '001190123456'],
    ['Số CMND: 012345678', '012345678'],
    ['Giấy tờ tùy thân: Căn cước số 001190123456', '001190123456'],
    ['Số CMND/CCCD/Hộ chiếu: 001088654321', '001088654321'],
  ])('%s', (text, number) => {
    expect(named(text).ownerId).toBe(number)
  })
  test('a number with no such province or sex, or too short, is no number of a person', () => {
    const texts = ['Số định danh: 097190123456', 'Số định danh: 001990123456', 'Số định danh: 00119012345']
    expect(texts.map((text) => named(text).ownerId)).toEqual([undefined, undefined, undefined])
  })
  test('of two persons it is the first, with that person’s number', () => {
    const fields = read([
      { at: [240, 500], text: 'Họ, chữ đệm, tên vợ: NGUYỄN THỊ MẪU' },
      { at: [240, 600], text: 'Căn cước số 001190123456' },
      { at: [240, 700], text: 'Họ, chữ đệm, tên chồng: TRẦN VĂN THỬ' },
      { at: [240, 800], text: 'Căn cước số 001088654321' },
    ])
    expect(fields).toEqual({ owner: 'NGUYỄN THỊ MẪU', ownerId: '001190123456' })
  })
})

describe('how long and where it is valid', () => {
  const valid = (text: string) => read([{ at: [240, 1500], text }])
  test.each([
    ['Có giá trị đến ngày 05/03/2025.', '2025-03-05'],
    ['Giấy này có giá trị 6 tháng, kể từ ngày cấp.', '6 tháng, kể từ ngày cấp'],
    ['Giấy phép này có hiệu lực khởi công trong thời hạn 12 tháng kể từ ngày cấp.', '12 tháng kể từ ngày cấp'],
    ['Có gió trị đến: 31/12/2O26', '2026-12-31'],
  ])('%s', (text, validity) => {
    expect(valid(text).validity).toBe(validity)
  })
  test('a decision that is in force from a day has no end', () => {
    expect(valid('Quyết định này có hiệu lực kể từ ngày ký.').validity).toBeUndefined()
  })
  test('the area', () => {
    expect(valid('Phạm vi hiệu lực: trên toàn quốc').scope).toBe('trên toàn quốc')
  })
})

test('every field says where it stands, and is no surer than its least sure word', () => {
  const page = pageOf([{ at: [248, 350.8], text: 'Số: 12/2024', sure: 0.8 }])
  expect(extractFields([{ ...page, words: [] }, page], { titles: [] })).toEqual([
    {
      name: 'number',
      value: '12/2024',
      source: 'page',
      confidence: 0.4,
      place: { page: 2, left: 0.13548, top: 0.1, width: 0.0621, height: 0.0114 },
    },
  ])
})

describe('whatever was read', () => {
  const bits = fc.constantFrom(
    ...'Số: số Số định danh cá nhân: Họ và tên: NGUYỄN THỊ MẪU Trần Văn ngày 05 tháng 3 năm 2024 05/03/2024 12/QĐ-UBND'.split(
      ' ',
    ),
    ...'ỦY BAN NHÂN DÂN PHƯỜNG GIẤY KHAI SINH QUYẾT ĐỊNH V/v Về việc Có giá trị đến 001190123456 Bà: Cho: 6 , . : / -'.split(
      ' ',
    ),
  )
  const number = fc.oneof(fc.integer({ min: -50, max: 3600 }), fc.double())
  const anyWord = (text: fc.Arbitrary<string>) =>
    fc.record({
      text,
      confidence: fc.oneof(fc.double({ min: 0, max: 1 }), fc.double()),
      left: number,
      top: number,
      width: number,
      height: number,
      line: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.double()),
    })
  const anyPage = fc.record({
    width: fc.oneof(fc.constant(WIDTH), number),
    height: fc.oneof(fc.constant(HEIGHT), number),
    words: fc.array(anyWord(fc.oneof(bits, fc.string({ unit: 'grapheme', maxLength: 30 }))), { maxLength: 60 }),
  })
  const straight = fc
    .array(fc.record({ x: fc.integer({ min: 0, max: 1500 }), words: fc.array(bits, { minLength: 1, maxLength: 9 }) }), {
      maxLength: 25,
    })
    .map((lines) =>
      pageOf(lines.map(({ x, words }, at) => ({ at: [x, 100 + at * 90] as const, text: words.join(' ') }))),
    )

  test('nothing is thrown, and every field keeps the contract with its place inside the page', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyPage, straight), { maxLength: 3 }), (pages) => {
        for (const field of extractFields(pages, { titles: TITLES })) {
          const { place } = Field.parse(field)
          if (place === null) throw new Error('no place')
          expect(place.page >= 1 && place.page <= pages.length).toBe(true)
          expect(Math.min(place.left, place.top, place.width, place.height)).toBeGreaterThanOrEqual(0)
          expect(place.left + place.width).toBeLessThanOrEqual(1 + 1e-9)
          expect(place.top + place.height).toBeLessThanOrEqual(1 + 1e-9)
        }
      }),
      { numRuns: 400 },
    )
  })

  test('a value is made of words on its page, a known title or a day; never of anything else', () => {
    const bare = (text: string) =>
      text
        .normalize('NFD')
        .replace(/\p{M}/gu, '')
        .toLowerCase()
        .replace(/đ/g, 'd')
        .replace(/[oq]/g, '0')
        .replace(/[li|!]/g, '1')
        .replace(/[^\p{L}\p{N}]/gu, '')
    fc.assert(
      fc.property(straight, (page) => {
        const all = bare(page.words.map(({ text }) => text).join(''))
        for (const { name, value } of extractFields([page], { titles: TITLES })) {
          if (name === 'title' && TITLES.includes(value)) continue
          const isDay = /^\d{4}-\d\d-\d\d$/.test(value)
          if (name === 'issuedOn') expect(isDay && !Number.isNaN(Date.parse(value))).toBe(true)
          const parts = isDay ? [value.slice(0, 4)] : value.split(' ')
          expect(parts.filter((part) => !all.includes(bare(part)))).toEqual([])
        }
      }),
      { numRuns: 600 },
    )
  })
})
