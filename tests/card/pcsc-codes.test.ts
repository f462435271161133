// PC/SC codes become one word for the clerk each, by number or by the binding's word, never by message text.
import { expect, test } from 'vitest'
import { readerNames } from '../../drivers/card/pcsc.ts'
import { PCSC_CODES, pcscCode, pcscFailure } from '../../drivers/card/pcsc-codes.ts'

const trouble = (what: string) => ({ kind: 'device', device: 'card', what })

test('a code has one row, by number and by word', () => {
  const numbers = PCSC_CODES.flatMap(({ number }) => (number === null ? [] : [number]))
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(new Set(PCSC_CODES.map(({ word }) => word)).size).toBe(PCSC_CODES.length)
  expect(pcscCode(0x80100069)).toBe(pcscCode('RemovedCard'))
  expect(pcscCode(0x80100069 | 0)).toBe(pcscCode('RemovedCard'))
})

test('a lifted card, a reader in use, and a code nobody knows', () => {
  const error = (code: unknown) => Object.assign(new Error('card removed, honestly'), { code })
  expect(pcscFailure(error('RemovedCard'))).toEqual(trouble('removed'))
  expect(pcscFailure(error('SharingViolation'))).toEqual(trouble('busy'))
  expect(pcscFailure(error(0x80100066))).toEqual(trouble('unreadable'))
  expect(pcscFailure(error('SomethingNew'))).toEqual(trouble('failed'))
  expect(pcscFailure(error(undefined))).toEqual(trouble('failed'))
  expect(pcscFailure('RemovedCard')).toEqual(trouble('failed'))
})

test('a reader is called what a clerk would call it, unless two would have one name', () => {
  expect([...readerNames(['ACS ACR1252 00 00']).values()]).toEqual(['ACS ACR1252'])
  expect([...readerNames(['Virtual PCD 00 00', 'Virtual PCD 00 01']).values()]).toEqual([
    'Virtual PCD 00 00',
    'Virtual PCD 00 01',
  ])
})
