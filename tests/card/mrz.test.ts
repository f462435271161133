// The machine readable zone: the specimen, the card that never expires, doubts, and anything else.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readMrz } from '../../main/card/mrz.ts'
import { MAU, mrzOf, PEOPLE, type Person } from '../bench/card/person.ts'

const TODAY = '2026-11-20'
const SPECIMEN = ['IDVNM1901234569001190123456<<0', '9001158F3001156VNM<<<<<<<<<<<8', 'NGUYEN<<THI<MAU<<<<<<<<<<<<<<<']

test('the specimen zone is read with all check digits right', () => {
  expect(mrzOf(MAU)).toEqual(SPECIMEN)
  const expected = {
    documentNumber: '190123456',
    number: '001190123456',
    name: 'NGUYEN THI MAU',
    nameCut: false,
    birth: '1990-01-15',
    sex: 'Nữ',
    expiry: '2030-01-15',
    checkDigits: true,
  }
  expect(readMrz(SPECIMEN.join(''), TODAY)).toEqual(expected)
  expect(readMrz(SPECIMEN.join('\r\n'), TODAY)).toEqual(expected)
})

test('991231 is a card that never expires', () => {
  const thu = PEOPLE.thu as Person
  expect(readMrz(mrzOf(thu).join(''), TODAY)).toMatchObject({
    name: 'DO VAN THU',
    sex: 'Nam',
    birth: '1961-11-30',
    expiry: 'Không thời hạn',
    checkDigits: true,
  })
})

test('one wrong sign in numbers or days is a doubt, not a refusal', () => {
  fc.assert(
    fc.property(fc.constantFrom(5, 9, 14, 15, 20, 29, 36, 44, 59), fc.integer({ min: 1, max: 9 }), (at, plus) => {
      const zone = SPECIMEN.join('')
      const bent = zone.slice(0, at) + String((Number(zone.charAt(at)) + plus) % 10) + zone.slice(at + 1)
      expect(readMrz(bent, TODAY)?.checkDigits).toBe(false)
    }),
  )
})

test('the century comes from the number, and from the day of reading when the number does not fit', () => {
  const tre = PEOPLE.tre as Person
  expect(readMrz(mrzOf(tre).join(''), TODAY)?.birth).toBe('2004-02-29')
  const unfit = { ...MAU, number: '001190123456', birth: '1930-05-06' }
  expect(readMrz(mrzOf(unfit).join(''), TODAY)?.birth).toBe('1930-05-06')
  expect(readMrz(mrzOf({ ...unfit, birth: '2010-05-06' }).join(''), TODAY)?.birth).toBe('2010-05-06')
})

test('a birth date of which only the year is known stays a year', () => {
  const [one, , three] = SPECIMEN
  expect(readMrz(`${one}90<<<<8F3001156VNM<<<<<<<<<<<8${three}`, TODAY)?.birth).toBe('1990')
  expect(readMrz(`${one}9001<<8F3001156VNM<<<<<<<<<<<8${three}`, TODAY)?.birth).toBe('1990-01')
})

test('a passport, another country, a day no calendar has, and anything else is no zone of ours', () => {
  const zone = SPECIMEN.join('')
  const others = [
    zone.slice(1),
    zone.replace('VNM', 'UTO'),
    zone.replace('900115', '901315'),
    zone.replace('900115', '900230'),
    zone.replace('300115', '300132'),
    zone.replace('001190123456', '00119012345<'),
    `P${zone.slice(1)}`,
    `${zone.slice(0, 60)}${'<'.repeat(30)}`,
  ]
  for (const other of others) expect(readMrz(other, TODAY)).toBeNull()
  fc.assert(fc.property(fc.string({ maxLength: 120 }), (text) => readMrz(text, TODAY) === null))
})
