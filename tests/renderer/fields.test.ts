// The form of a paper: what the clerk typed stays, what was read keeps its source, and where the work of station 4 begins.
import { expect, test } from 'vitest'
import { type Document, FIELDS, type Field } from '../../preload/contract/document.ts'
import { firstView } from '../../renderer/document/document-tabs.tsx'
import { FORM, forTheEye, fromTheHand, shownFields, valuesToConfirm } from '../../renderer/document/field-values.ts'
import { idOf } from './pages.ts'

const read = (name: Field['name'], value: string, confidence: number): Field => ({
  name,
  value,
  source: 'page',
  confidence,
  place: { page: 1, left: 0.1, top: 0.1, width: 0.2, height: 0.02 },
})

test('the form has the fields of the contract, in its order', () => {
  expect(FORM).toEqual([...FIELDS])
})

test('what was read keeps its source and its doubt; what was typed is plain and stays under later suggestions', () => {
  const fields = [read('number', '1204/KS', 0.98), read('issuer', 'UBND xã Mầu', 0.6)]
  const shown = shownFields(fields, { issuer: 'UBND xã Mẫu', summary: 'Khai sinh' })
  const of = (name: Field['name']) => shown.find((field) => field.name === name)
  expect(of('number')).toMatchObject({ value: '1204/KS', source: 'page', sure: 98, doubtful: false })
  expect(of('issuer')).toMatchObject({ value: 'UBND xã Mẫu', source: 'typed', sure: null, doubtful: false })
  expect(of('summary')).toMatchObject({ value: 'Khai sinh', source: 'typed' })
  expect(of('scope')).toMatchObject({ value: '', source: 'none', sure: null })
  expect(shownFields(fields, {}).find((field) => field.name === 'issuer')).toMatchObject({ sure: 60, doubtful: true })
  expect(shownFields([read('number', '9', 0.9)], { number: '9' })[1]).toMatchObject({ source: 'page' })
})

test('a day is shown and typed as people here write it, and kept as the contract has it', () => {
  expect(forTheEye('issuedOn', '2019-12-02')).toBe('02/12/2019')
  expect(fromTheHand('issuedOn', '02/12/2019')).toBe('2019-12-02')
  // While somebody is typing, and where no such day exists, nothing is made of it.
  for (const text of ['', '02/12', '02/12/201', '31/02/2020', 'năm 1998'])
    expect(fromTheHand('issuedOn', text)).toBe(text)
  expect(forTheEye('number', '2019-12-02')).toBe('2019-12-02')
  expect(fromTheHand('number', '02/12/2019')).toBe('02/12/2019')
  const values = valuesToConfirm(shownFields([], { issuedOn: ' 2/12/2019 ', number: '2/1' }))
  expect(values.find(({ name }) => name === 'issuedOn')?.value).toBe('2019-12-02')
  expect(values.find(({ name }) => name === 'number')?.value).toBe('2/1')
})

test('every field is sent when the form is confirmed, also the empty ones', () => {
  const values = valuesToConfirm(shownFields([], { title: ' Giấy khai sinh ' }))
  expect(values.map((value) => value.name)).toEqual([...FIELDS])
  expect(values[0]).toEqual({ name: 'title', value: 'Giấy khai sinh' })
})

test('station 4 begins with papers to make, then copies to compare, then data to confirm', () => {
  const made = (part: Partial<Document>): Document => ({
    id: idOf(1),
    dossierId: idOf(2),
    dossierCode: 'TAM-03-1121-014',
    citizenName: 'Nguyễn Thị Mẫu',
    title: 'Giấy khai sinh',
    pages: 1,
    file: 'b'.repeat(64),
    bytes: 1,
    copies: 1,
    fee: 0,
    feeSource: '',
    compared: null,
    state: 'made',
    certifiedCopy: true,
    fileName: 'TAM-03-1121-014_01.pdf',
    level: '2b',
    brought: null,
    scannedBy: 'Trần Thị Mẫu',
    scanSigned: null,
    agencyCopy: null,
    fields: 'none',
    heldFor: null,
    number: null,
    copyFile: null,
    purged: false,
    book: null,
    ...part,
  })
  const copy = made({})
  const compared = made({ state: 'compared' })
  const paper = made({ certifiedCopy: false })
  const confirmed = made({ certifiedCopy: false, fields: 'confirmed' })
  expect(firstView(0, [])).toBe('make')
  expect(firstView(2, [copy])).toBe('make')
  expect(firstView(0, [copy, paper])).toBe('compare')
  expect(firstView(0, [compared, paper])).toBe('fields')
  expect(firstView(0, [compared, confirmed])).toBe('compare')
  expect(firstView(0, [confirmed])).toBe('fields')
})
