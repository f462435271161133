// The attestation: the unit's template with the facts of one copy, and the specimen line that no specimen unit escapes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { AttestationTemplate, attest, SPECIMEN } from '../../main/certification/attestation.ts'
import { LawEntry } from '../../main/dossier/law.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { root } from '../setup/place.ts'

const law = z.array(LawEntry).parse(JSON.parse(readFileSync(join(root, 'resources/catalogue/law.json'), 'utf8')))
const shipped = AttestationTemplate.parse(law.find((entry) => entry.key === 'certification.attestation')?.value)
const FACTS = {
  number: '07',
  book: '03/2026-SCT/BS',
  at: legalDate(2026, 2, 5, 23, 30),
  title: 'KT. Phó Chủ tịch UBND phường',
  signer: 'Nguyễn Văn Đức',
}
const texts = (facts: Partial<typeof FACTS> = {}, specimen = false) =>
  attest(shipped, { ...FACTS, ...facts }, specimen).map((line) => line.text)

test('the shipped text says what the law asks: number, book, day, who, with room for the signature', () => {
  expect(texts()).toEqual([
    'CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH',
    'Số chứng thực: 07    Quyển số: 03/2026-SCT/BS',
    'Ngày 05 tháng 02 năm 2026',
    'Người thực hiện chứng thực',
    'KT. Phó Chủ tịch UBND phường',
    '',
    'Nguyễn Văn Đức',
  ])
})

test('a specimen unit prints MẪU – KHÔNG CÓ GIÁ TRỊ under the heading; a real unit does not', () => {
  expect(texts({}, true)).toEqual([texts()[0], 'MẪU – KHÔNG CÓ GIÁ TRỊ', ...texts().slice(1)])
  expect(texts()).not.toContain(SPECIMEN)
})

test('the day is the legal day: half past midnight in Hà Nội is tomorrow whatever UTC says', () => {
  expect(texts({ at: legalDate(2026, 11, 22, 0, 30) })).toContain('Ngày 22 tháng 11 năm 2026')
  expect(texts({ at: legalDate(2026, 3, 9) })).toContain('Ngày 09 tháng 3 năm 2026')
})

test('a line that lost all its words is left out, room for the signature is not', () => {
  expect(texts({ title: '' })).toEqual(texts().filter((text) => text !== FACTS.title))
})

test('a name is never read as a placeholder, and an unknown placeholder stays to be seen', () => {
  expect(texts({ title: '{signer} {number}' })).toContain('{signer} {number}')
  const odd = AttestationTemplate.parse({ lines: [{ text: '{unknown} $& {number}', size: 9, weight: 'bold' }] })
  expect(attest(odd, FACTS, false)).toEqual([{ text: '{unknown} $& 07', size: 9, weight: 'bold' }])
})

test('whatever the facts: the specimen line is printed exactly once and the number exactly where the template has it', () => {
  const word = fc.string({ unit: 'grapheme', maxLength: 30 })
  fc.assert(
    fc.property(word, word, word, (number, title, signer) => {
      const lines = attest(shipped, { ...FACTS, number, title, signer }, true)
      expect(lines.filter((line) => line.text === SPECIMEN && line.size === 9.5)).toHaveLength(1)
      expect(lines[2]?.text).toBe(`Số chứng thực: ${number}    Quyển số: 03/2026-SCT/BS`)
    }),
  )
})
