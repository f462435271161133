// Where the agency's mark on its own copy (sao y) stands: top right, on the page, and never over the mark of who scanned.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { copyLines } from '../../main/signature/copy-signing.ts'
import { type Appearance, placeCopyMark, placeScanMark } from '../../main/signature/pades/index.ts'
import { SPECIMEN_UNIT } from '../bench/office.ts'

const POINTS_A_MILLIMETRE = 72 / 25.4
const lines = (count: number, size: number): Appearance['lines'] =>
  Array.from({ length: count }, () => ({ text: 'x', size, weight: 'regular', align: 'left', colour: 'ink' }))
const scan: Appearance = { kind: 'attestation', lines: lines(2, 7) }

test('on pages from an identity card to A3 both marks stand on the page and clear of each other', () => {
  const side = (least: number, most: number) =>
    fc.integer({ min: least, max: most }).map((mm) => mm * POINTS_A_MILLIMETRE)
  fc.assert(
    fc.property(side(54, 420), side(54, 420), fc.integer({ min: 3, max: 5 }), (width, height, count) => {
      const page = { width, height }
      const beside = placeScanMark(page, scan)
      const [left, bottom, right, top] = placeCopyMark(page, { kind: 'seal', lines: lines(count, 10) }, beside)
      expect(left).toBeGreaterThan(0)
      expect(bottom).toBeGreaterThan(0)
      expect(right).toBeLessThanOrEqual(width)
      expect(top).toBeLessThanOrEqual(height)
      expect(right).toBeGreaterThan(width * 0.9)
      expect(left >= beside[2] || top <= beside[1]).toBe(true)
    }),
  )
})

test('on A4 it stands beside the mark of who scanned, in the upper right corner', () => {
  const page = { width: 595, height: 842 }
  const beside = placeScanMark(page, scan)
  const [left, bottom, , top] = placeCopyMark(page, { kind: 'seal', lines: lines(3, 10) }, beside)
  expect(left).toBeGreaterThan(page.width / 2)
  expect(page.height - top).toBeLessThan(12)
  expect(top - bottom).toBeGreaterThan(3 * 10)
})

test('its words are the entry’s; a unit of specimens says that they are worth nothing, on a line that is there anyway', () => {
  const rule = {
    form: 'Sao y',
    colour: true,
    leastDpi: 200,
    lines: ['{form}', '{agency}', '{time}'].map((text) => ({ text, size: 10, weight: 'regular' as const })),
  }
  const at = new Date('2026-11-22T03:04:05Z')
  const texts = (specimen: boolean) => copyLines(rule, { ...SPECIMEN_UNIT, specimen }, at).map(({ text }) => text)
  expect(texts(false)).toEqual(['Sao y', 'UBND Phường Mẫu', '2026-11-22T10:04:05+07:00'])
  expect(texts(true)).toEqual(['Sao y · MẪU – KHÔNG CÓ GIÁ TRỊ', 'UBND Phường Mẫu', '2026-11-22T10:04:05+07:00'])
})
