// The QR of the card as a handheld scanner types it: the card of 2021, what public practice tolerates, and what is flagged.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readQr } from '../../main/card/qr.ts'
import { MAU, qrOf } from '../bench/card/person.ts'

const TEXT = '001190123456|012345678|Nguyễn Thị Mẫu|15011990|Nữ|Số 1, Phường Mẫu, Hà Nội|01072021'
const READ = {
  number: '001190123456',
  name: 'Nguyễn Thị Mẫu',
  birth: '1990-01-15',
  sex: 'Nữ',
  address: 'Số 1, Phường Mẫu, Hà Nội',
  issued: '2021-07-01',
  oldNumber: '012345678',
  damaged: false,
  extra: [],
}
const { oldNumber: _old, ...WITHOUT_OLD } = READ
const { issued: _issued, ...WITHOUT_ISSUED } = READ

describe('a good scan', () => {
  const scans: readonly (readonly [name: string, text: string, read: object])[] = [
    ['the card of 2021', TEXT, READ],
    ['no old number', TEXT.replace('012345678', ''), WITHOUT_OLD],
    [
      'an old number of twelve digits',
      TEXT.replace('|012345678', '|001190123456'),
      { ...READ, oldNumber: '001190123456' },
    ],
    ['six fields, without the place of the old number', TEXT.replace('|012345678', ''), WITHOUT_OLD],
    ['six fields, without the day of issue', TEXT.replace('|01072021', ''), WITHOUT_ISSUED],
    ['slashes in the days', TEXT.replace('15011990', '15/01/1990').replace('01072021', '1/7/2021'), READ],
    ['blanks around and between', ` ${TEXT.replaceAll('|', ' | ').replace('Thị ', 'Thị  ')} \r\n`, READ],
    ['a byte order mark', `\uFEFF${TEXT}`, READ],
    ['letters in pieces (NFD)', TEXT.normalize('NFD'), READ],
    ['eleven digits: a spreadsheet lost the leading zero', TEXT.slice(1), READ],
    ['more fields, as on the card of 2024', `${TEXT}|Nguyễn Văn Cha||x`, { ...READ, extra: ['Nguyễn Văn Cha', 'x'] }],
    ['only a year of birth', TEXT.replace('15011990', '1990'), { ...READ, birth: '1990' }],
    ['sex in an unknown word', TEXT.replace('Nữ', 'Khác'), { ...READ, sex: undefined, extra: ['Khác'] }],
  ]
  test.each(scans)('%s', (_, text, read) => {
    expect(readQr(text)).toEqual({ ok: true, value: read })
  })

  test('the simulated persons have such a QR', () => {
    expect(qrOf(MAU)).toBe(TEXT)
  })
})

describe('letters damaged by the keyboard layout are flagged, not refused', () => {
  const damaged = [
    TEXT.replace('Nguyễn Thị Mẫu', 'Nguy\uFFFDn Th\uFFFD M\uFFFDu'),
    TEXT.replace('Nguyễn Thị Mẫu', 'Nguy?n Th? M?u'),
    TEXT.replace('Nguyễn Thị Mẫu', 'Nguyen Thi Mau'),
    TEXT.replace('Nguyễn Thị Mẫu', 'Nguye64n Thi5 Ma64u'),
    TEXT.replace('Phường', 'Ph\uFFFDng'),
    Buffer.from(TEXT, 'utf8').toString('latin1'),
  ]
  test.each(damaged)('%s', (text) => {
    const qr = readQr(text)
    expect(qr.ok && { damaged: qr.value.damaged, number: qr.value.number, birth: qr.value.birth }).toEqual({
      damaged: true,
      number: '001190123456',
      birth: '1990-01-15',
    })
  })

  test('a damaged Nữ is still Nữ', () => {
    for (const sex of ['N\uFFFD', 'N?', 'Nu', 'nữ']) {
      const qr = readQr(TEXT.replace('|Nữ|', `|${sex}|`))
      expect(qr.ok && qr.value.sex).toBe('Nữ')
    }
  })
})

describe('an unknown layout is said so', () => {
  const refused = { ok: false, failure: { kind: 'refused', rule: 'qr-unknown' } }
  const unknown = [
    '',
    '001190123456',
    'https://example.vn/?x=1|2|3|4|5|6|7',
    TEXT.replaceAll('|', ';'),
    TEXT.replace('001190123456', '1190123456'),
    TEXT.replace('001190123456', '00119012345A'),
    TEXT.replace('15011990', '31021990'),
    TEXT.replace('15011990', ''),
    TEXT.replace('Nguyễn Thị Mẫu', ''),
    TEXT.replace('Nguyễn Thị Mẫu', '123 456'),
    TEXT.replace('Mẫu|', `${'ẫ'.repeat(1001)}|`),
  ]
  test.each(unknown)('%s', (text) => {
    expect(readQr(text)).toEqual(refused)
  })

  test('any text is read or refused, never a crash', () => {
    const field = fc.oneof(fc.string(), fc.constantFrom(...TEXT.split('|')), fc.stringMatching(/^\d{8}$/))
    fc.assert(
      fc.property(fc.array(field, { maxLength: 12 }), (fields) => {
        const qr = readQr(fields.join('|'))
        if (qr.ok) expect(qr.value.number).toMatch(/^\d{12}$/)
        else expect(qr).toEqual(refused)
      }),
      { numRuns: 1000 },
    )
  })
})
