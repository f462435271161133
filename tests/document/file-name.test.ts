// The name of a file that leaves the counter says which paper of which dossier it is, and nothing about a person.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileNameFor } from '../../main/document/file-name.ts'

const PAPER = { dossierCode: 'TAM-03-1121-014', position: 1, title: 'Giấy khai sinh', day: '2026-11-21' }
const catalogue: readonly { readonly name: string }[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../resources/catalogue/paper-titles.json'), 'utf8'),
)

test('code of the dossier, place in it, kind of paper, day', () => {
  expect(fileNameFor(PAPER)).toBe('TAM-03-1121-014_01_giay-khai-sinh_20261121.pdf')
  expect(fileNameFor({ ...PAPER, dossierCode: '000.00.12.H26-261121-0007', position: 12 })).toBe(
    '000-00-12-H26-261121-0007_12_giay-khai-sinh_20261121.pdf',
  )
})

describe('of a title only the kind of paper is written', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['Giấy khai sinh của Nguyễn Thị Mẫu', 'giay-khai-sinh'],
    ['GIẤY KHAI SINH NGUYỄN THỊ MẪU', 'giay-khai-sinh'],
    ['Căn cước công dân 001190123456', 'can-cuoc-cong-dan'],
    ['Quyết định số 12/2026/QĐ-UBND về ông Trần Văn Thử', 'quyet-dinh'],
    ['Sơ yếu lý lịch Lý Minh Sinh', 'so-yeu-ly-lich'],
    ['Đơn Nguyễn Thị Mẫu', 'don'],
    ['Đơn đề nghị cấp bản sao', 'don-de-nghi'],
    ['Gia\u0302\u0301y khai sinh', 'giay-khai-sinh'],
    ['Trích lục khai sinh (bản chính)', 'trich-luc-khai-sinh'],
    ['Bằngchứng', 'giay-to'],
    ['Nguyễn Thị Mẫu', 'giay-to'],
    ['...', 'giay-to'],
    ['出生证明', 'giay-to'],
  ]
  test.each(cases)('%s', (title, kind) => {
    expect(fileNameFor({ ...PAPER, title })).toBe(`TAM-03-1121-014_01_${kind}_20261121.pdf`)
  })

  test("the unit's own titles are known when they are given", () => {
    const title = 'Trích lục khai sinh (bản chính)'
    expect(fileNameFor({ ...PAPER, title, titles: [title] })).toContain('_trich-luc-khai-sinh-ban-chinh_')
  })

  test('every title of the catalogue that is shipped is known without help', () => {
    for (const { name } of catalogue) expect([name, fileNameFor({ ...PAPER, title: name })]).not.toContain('_giay-to_')
    expect(catalogue.filter(({ name }) => fileNameFor({ ...PAPER, title: name }).includes('giay-to'))).toEqual([])
  })
})

describe('whatever is typed', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom('CON', 'nul', 'COM1', 'a.', ' ', '../..', 'C:\\', 'Giấy khai sinh.', '🙂', 'x'.repeat(500)),
  )
  const input = fc.record({ dossierCode: text, position: fc.oneof(fc.integer(), fc.double()), title: text, day: text })

  test('the name is ASCII, short, one that Windows and a URL take, and tells the same three parts', () => {
    fc.assert(
      fc.property(input, fc.array(text, { maxLength: 3 }), (paper, titles) => {
        const name = fileNameFor({ ...paper, titles })
        expect(name).toMatch(
          /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?_\d{2,4}_[a-z0-9]([a-z0-9-]*[a-z0-9])?_\d{8}\.pdf$/,
        )
        expect(name.length).toBeLessThanOrEqual(120)
        expect(name.split('.')[0]).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)$/i)
      }),
      { seed: 3, numRuns: 2000 },
    )
  })

  test('what follows the kind of paper never shows', () => {
    const kinds = catalogue.map(({ name }) => name)
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.stringMatching(/^[A-Z][a-z]{3,8} [A-Z][a-z]{3,8}$/), (kind, person) => {
        const bare = fileNameFor({ ...PAPER, title: kind, titles: kinds })
        expect(fileNameFor({ ...PAPER, title: `${kind} xyz ${person}`, titles: kinds })).toBe(bare)
      }),
      { seed: 5, numRuns: 500 },
    )
  })
})
