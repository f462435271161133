// What is printed in the square of a separator sheet comes back word for word, or not at all.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  buildSeparator,
  interpretCodes,
  isDossierCode,
  nameOfTitle,
  PaperTitles,
  parseSeparator,
  sheetTitle,
} from '../../main/scan/separator.ts'

const TITLES = PaperTitles.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../resources/catalogue/paper-titles.json'), 'utf8')),
)
const CODE = 'TAM-H55.242-03-20261121-007'
const SHEET = 'QUAY1*TAM-H55.242-03-20261121-007*KHAISINH*'
const built = (title: string, dossierCode = CODE) => buildSeparator({ dossierCode, title: sheetTitle(title, TITLES) })
const qr = (text: string) => ({ format: 'QRCode', text })
const patch = (text: string) => ({ format: 'Patch', text })

const codes = fc
  .tuple(fc.stringMatching(/^[0-9A-Z]{1,8}(\.[0-9A-Z]{1,6}){0,3}$/), fc.integer({ min: 1, max: 12 }), fc.nat(9999))
  .map(([unit, month, n]) => [`2026${String(month).padStart(2, '0')}15`, unit, String(n + 1)] as const)
  .chain(([day, unit, n]) =>
    fc.constantFrom(
      `TAM-${unit}-Q1-${day}-${n}`,
      `${unit}-${day}-${n.padStart(7, '0')}`,
      `${unit}-${day.slice(2)}-${n.padStart(4, '0')}`,
    ),
  )
const lines = fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) =>
  text
    .normalize('NFC')
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim(),
)

describe('the list of paper titles', () => {
  test('has every key, name and place once, most used first', () => {
    for (const field of ['key', 'name', 'order'] as const)
      expect(new Set(TITLES.map((title) => title[field])).size).toBe(TITLES.length)
    expect(TITLES.map(({ order }) => order)).toEqual(TITLES.map((_, index) => index + 1))
    expect(TITLES.map(({ name }) => name)).toEqual(TITLES.map(({ name }) => name.normalize('NFC')))
    expect(TITLES).toHaveLength(17)
  })
})

describe('a sheet', () => {
  test('of a listed paper carries its key, short and in the signs that a QR packs best', () => {
    expect(built('Giấy khai sinh').slice(0, -7)).toBe(SHEET)
    expect(built('Giấy khai sinh')).toMatch(/^[0-9A-Z $%*+\-./:]{50}$/)
    expect(parseSeparator(built('Giấy khai sinh'))).toEqual({ dossierCode: CODE, title: { key: 'KHAISINH' } })
  })
  test('of any other paper carries its title, also one typed in loose marks or with blanks around', () => {
    const title = 'Biên bản họp gia đình * <12/5/2024>'
    expect(parseSeparator(built(`  ${title.normalize('NFD')} `))).toEqual({ dossierCode: CODE, title: { name: title } })
    expect(built(title)).toMatch(/^[0-9A-Z $%*+\-./:]+$/)
  })
  test('without a title says so; a title nobody knows here is left to the clerk', () => {
    expect(parseSeparator(built(''))).toEqual({ dossierCode: CODE, title: null })
    const strange = parseSeparator(buildSeparator({ dossierCode: CODE, title: { key: 'LATER9' } }))
    expect(strange).toEqual({ dossierCode: CODE, title: { key: 'LATER9' } })
    expect(nameOfTitle(strange?.title ?? null, TITLES)).toBe(null)
  })
  test('gives back every dossier code and title it was made of', () => {
    fc.assert(
      fc.property(codes, fc.oneof(lines, fc.constantFrom(...TITLES.map(({ name }) => name))), (dossierCode, title) => {
        const sheet = parseSeparator(built(title, dossierCode))
        expect(sheet?.dossierCode).toBe(dossierCode)
        expect(nameOfTitle(sheet?.title ?? null, TITLES) ?? '').toBe(title)
      }),
    )
  })
  test('is refused with any one sign changed, lost, doubled or swapped with its neighbour', () => {
    const cut = fc.tuple(fc.nat(), fc.string({ unit: 'binary', minLength: 0, maxLength: 1 }))
    fc.assert(
      fc.property(codes, lines, cut, (dossierCode, title, [where, sign]) => {
        const text = built(title, dossierCode)
        const at = where % text.length
        const [before, here, after] = [text.slice(0, at), text.charAt(at), text.slice(at + 1)]
        for (const changed of [
          `${before}${sign}${after}`,
          `${before}${here}${here}${after}`,
          before + after.slice(0, 1) + here + after.slice(1),
        ])
          if (changed !== text) expect(parseSeparator(changed)).toBe(null)
      }),
      { numRuns: 150 },
    )
  })
  test('has each of its signs covered: every other sign of the set in every place is refused', () => {
    const text = built('Giấy khai sinh')
    for (let at = 0; at < text.length; at += 1)
      for (const sign of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:abz')
        if (sign !== text.charAt(at)) expect(parseSeparator(text.slice(0, at) + sign + text.slice(at + 1))).toBe(null)
  })
  test('is not made for what is no dossier code', () => {
    expect(() => built('Giấy khai sinh', 'TAM-*-1')).toThrow('needs the code of a dossier')
  })
})

describe('foreign codes', () => {
  test.each([
    '',
    'QUAY1',
    SHEET,
    '001190123456|123456789|Nguyễn Thị Mẫu|01011990|Nữ|Xã Mẫu|01052021',
    'https://dichvucong.example/?ma=H55.242-20261121-0007',
    `${'9'.repeat(2000)}`,
  ])('are no sheets: %s', (text) => {
    expect(parseSeparator(text)).toBe(null)
  })
  test('of any content are no sheets', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => parseSeparator(text) === null))
  })
})

describe('the codes of a page', () => {
  test('a sheet read twice, from its head and from its foot, is one sheet', () => {
    const sheet = qr(built('Hộ chiếu'))
    expect(interpretCodes([patch('T'), sheet, { ...sheet }])).toEqual({
      separator: { dossierCode: CODE, title: { key: 'HOCHIEU' } },
      patch: 'T',
      dossierCodes: [],
    })
  })
  test('two different sheets at once, a later program, a sheet not read right: nothing is carried over', () => {
    const unknown = { separator: null, patch: '2', dossierCodes: [] }
    const other = built('Hộ chiếu', 'H55.242-20261121-0008')
    expect(interpretCodes([patch('T'), qr(built('Hộ chiếu')), qr(other)])).toEqual(unknown)
    expect(interpretCodes([patch('T'), qr('QUAY2*anything')])).toEqual(unknown)
    expect(interpretCodes([qr(`${SHEET}0000000`)])).toEqual(unknown)
  })
  test('a receipt on top names its dossier, in a bar code, a list of words or an address', () => {
    const found = interpretCodes([
      { format: 'Code128', text: 'H55.242-261121-0007' },
      qr('Mã số hồ sơ: G09.20-20260609-0092637; 2.000815; Nguyễn Thị Mẫu.'),
      qr(`https://dichvucong.example/tra-cuu?ma=${CODE}.`),
      { format: 'EAN13', text: '8934563138165' },
    ])
    expect(found).toEqual({
      separator: null,
      patch: null,
      dossierCodes: ['H55.242-261121-0007', 'G09.20-20260609-0092637', CODE],
    })
  })
  test('an identity card, a telephone number, a day that does not exist name none', () => {
    const others = ['001190123456|Nguyễn Thị Mẫu|01011990', '0900-000000-1234567', 'H55.242-20261321-0007', 'AB-1-2']
    expect(interpretCodes(others.map(qr)).dossierCodes).toEqual([])
    expect(isDossierCode('000.24.42.H55-210305-0004')).toBe(true)
    expect(isDossierCode(`${'A'.repeat(36)}-210305-0004`)).toBe(false)
  })
  test('of several patches the one counts that carries over least', () => {
    expect(interpretCodes([patch('3'), patch('T'), patch('2')]).patch).toBe('2')
    expect(interpretCodes([patch('3')]).patch).toBe('3')
    expect(interpretCodes([])).toEqual({ separator: null, patch: null, dossierCodes: [] })
  })
})
