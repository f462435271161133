// Finding a procedure by a few letters of a hurried hand: no diacritics, part of a word, a piece of the code.
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCatalogue } from '../../main/dossier/catalogue.ts'
import { best, fold, score } from '../../main/dossier/search.ts'
import { root } from '../setup/place.ts'

const catalogue = readCatalogue(join(root, 'resources/catalogue/procedures.json'))
const found = (query: string) => catalogue.search(query).map((one) => one.code)

test('"chung thuc ban sao" finds the certified copy first', () => {
  expect(found('chung thuc ban sao')[0]).toBe('2.000815')
  expect(found('Chứng thực bản sao')[0]).toBe('2.000815')
  expect(found('  chung   thuc  BAN sao ')[0]).toBe('2.000815')
})

test('a piece of the code is enough', () => {
  expect(found('815')[0]).toBe('2.000815')
  expect(found('2.000815')).toEqual(['2.000815'])
})

test('"khai sinh" finds births, and only what has both words', () => {
  const names = catalogue.search('khai sinh').map((one) => one.name)
  expect(names.length).toBeGreaterThan(0)
  expect(names[0]).toMatch(/khai sinh/i)
  expect(names.filter((name) => !/khai/i.test(name) || !/sinh/i.test(name))).toEqual([])
})

test('the beginnings of words are enough: "ch th b s"', () => {
  expect(found('ch th b s')).toContain('2.000815')
})

test('a word that nothing begins with finds nothing; an empty box shows the catalogue from its top, eight at most', () => {
  expect(found('xyzzy')).toEqual([])
  expect(found('chung thuc xyzzy')).toEqual([])
  expect(found('')).toHaveLength(8)
  expect(found('   ')).toEqual(found(''))
})

test('đ, Đ and every mark above or below a letter are only decoration', () => {
  expect(fold('Đăng ký Đất ĐAI, số 2.000815/QĐ – Ường Ỵ')).toBe('dang ky dat dai so 2.000815 qd uong y')
  // Composed or decomposed, as another keyboard types it.
  expect(fold('Chứng thực'.normalize('NFD'))).toBe(fold('Chứng thực'.normalize('NFC')))
})

test('whatever is typed: folding twice is folding once, and only letters, digits, dots and single blanks are left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const folded = fold(text)
      expect(fold(folded)).toBe(folded)
      expect(folded).toMatch(/^([a-z0-9.]+( [a-z0-9.]+)*)?$/)
    }),
  )
})

test('a text is always found by its own words in any order, and the words in their order are never worse', () => {
  const word = fc.stringMatching(/^[a-z]{2,7}$/)
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 6 }), (words) => {
      const text = words.join(' ')
      const inOrder = score(text, text)
      const backwards = score(text, [...words].reverse().join(' '))
      expect(backwards).toBeGreaterThan(0)
      expect(inOrder).toBeGreaterThanOrEqual(backwards)
    }),
  )
})

test('of 2,500 rows the best come first, equal ones in the order of the list, and never more than asked for', () => {
  const rows = Array.from({ length: 2_500 }, (_, index) => ({ index, text: fold(`Thủ tục số ${index} đăng ký mẫu`) }))
  rows[1_777] = { index: 1_777, text: fold('Chứng thực bản sao từ bản chính') }
  expect(best(rows, 'chung thuc ban sao', (row) => row.text, 8).map((row) => row.index)).toEqual([1_777])
  expect(best(rows, 'dang ky', (row) => row.text, 8).map((row) => row.index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
})
