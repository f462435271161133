// Where one document stands in the report of its batch, and that the printed table cuts nothing.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lineOf, type Shown } from '../../main/signature/report/facts.ts'
import { broken } from '../../main/signature/report/table-lines.ts'

const shown: Shown = { documentId: 'd', file: 'a'.repeat(64) }
const document = (state: 'signing' | 'held' | 'certified', heldFor: string | null = null) => ({
  title: 'Giấy khai sinh',
  number: '01',
  state,
  heldFor,
})
const item = (state: 'prepared' | 'officer-closed' | 'filed' | 'set-aside', file: string | null = null) => ({
  state,
  shownFile: shown.file,
  file,
  failure: null,
})
const end = (line: ReturnType<typeof lineOf>) => [line.end, line.verified, line.filed.length, line.reason]

describe('a document in the report', () => {
  test.each([
    [
      'the officer is done once it is closed',
      'officer',
      document('signing'),
      item('officer-closed'),
      ['signed', true, 0, ''],
    ],
    ['the agency is not', 'agency', document('signing'), item('officer-closed'), ['waiting', false, 0, '']],
    [
      'filed, it names the file',
      'agency',
      document('certified'),
      item('filed', 'b'.repeat(64)),
      ['signed', true, 64, ''],
    ],
    ['prepared is not signed', 'officer', document('signing'), item('prepared'), ['waiting', false, 0, '']],
    [
      'set aside, it says why',
      'officer',
      document('held', 'pdf-unsupported x'),
      item('set-aside'),
      ['set-aside', false, 0, 'pdf-unsupported x'],
    ],
    [
      'set aside before it had a row',
      'officer',
      document('held', 'no-number-left'),
      undefined,
      ['set-aside', false, 0, 'no-number-left'],
    ],
    ['never begun', 'officer', document('signing'), undefined, ['waiting', false, 0, '']],
    ['gone', 'officer', undefined, undefined, ['waiting', false, 0, '']],
  ] as const)('%s', (_, role, row, journal, expected) => {
    expect(end(lineOf(role, shown, row, journal))).toEqual(expected)
  })
  test('signed with another file than the one shown it counts as waiting', () => {
    const other = { ...item('filed', 'b'.repeat(64)), shownFile: 'c'.repeat(64) }
    expect(end(lineOf('agency', shown, document('certified'), other))).toEqual(['waiting', false, 0, ''])
  })
})

test('lines that are broken to a width say the same words, and none is wider', () => {
  const words = fc.array(
    fc.string({ minLength: 1, maxLength: 30 }).filter((word) => !/\s/.test(word)),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 20 }), (all, width) => {
      const lines = broken(all.join(' '), width, (part) => [...part].length)
      expect(lines.every((line) => [...line].length <= width)).toBe(true)
      expect(lines.join('').replaceAll(' ', '')).toBe(all.join(''))
    }),
  )
})
