// The importer's small parts: densities, wholeness, the 1-bit PNG, how a picture is turned.
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { writeBitonalPng } from '../../../main/scan/import/bitonal.ts'
import { chooseDensity, densityOnA4, squared } from '../../../main/scan/import/density.ts'
import { isWhole, kindOf } from '../../../main/scan/import/index.ts'
import { densityFor } from '../../../main/scan/import/pdf/draw.ts'
import { joined, PLAIN, turnOf } from '../../../main/scan/import/pdf/matrix.ts'
import { drawPage, faxTiff, jpegOf, pdfOfPages } from './samples.ts'

describe('density', () => {
  test('what the file says counts when it makes a sheet of paper; else the picture fits A4', () => {
    expect(chooseDensity(2480, 3508, { x: 300, y: 300 })).toBe(300)
    expect(chooseDensity(1013, 638, { x: 300, y: 300 })).toBe(300)
    // The 72 and 96 of cameras and screens, and none at all.
    for (const told of [{ x: 72, y: 72 }, { x: 96, y: 96 }, { x: 0, y: 0 }, null])
      expect(chooseDensity(2480, 3508, told)).toBe(300)
    expect(densityOnA4(3508, 2480)).toBe(300)
  })
  test('any picture gets a density at which it fits the sheet', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 20_000 }), (width, height) => {
        const dpi = densityOnA4(width, height)
        expect(Number.isInteger(dpi) && dpi >= 1).toBe(true)
        expect(Math.max(width, height) / dpi).toBeLessThanOrEqual((297 / 25.4) * 1.5)
      }),
    )
  })
  test('faxes with flat dots get square ones', () => {
    expect(squared(1728, 1100, { x: 204, y: 98 })).toEqual({ width: 1728, height: 2290 })
    expect(squared(1728, 2200, { x: 204, y: 196 })).toBeNull()
  })
  test('large plans get fewer dots, down to what the law wants', () => {
    expect(densityFor(595, 842)).toBe(300)
    expect(densityFor(2384, 3370)).toBe(212)
    expect(() => densityFor(14_400, 14_400)).toThrow()
  })
})

describe('whole or not', () => {
  test('every kind is whole at its end and at no place before', async () => {
    const files = [
      await jpegOf({ width: 60, height: 80 }),
      await drawPage(60, 80),
      await faxTiff([[60, 80]]),
      pdfOfPages([{}]),
    ]
    expect(files.map(kindOf)).toEqual(['jpeg', 'png', 'tiff', 'pdf'])
    for (const file of files) {
      expect(isWhole(file)).toBe(true)
      for (let length = 0; length < file.length - 6; length += 7) expect(isWhole(file.subarray(0, length))).toBe(false)
    }
  })
  test('any bytes have an answer', () => {
    const heads = [
      [0xff, 0xd8, 0xff],
      [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
      [0x49, 0x49, 42, 0],
      [0x4d, 0x4d, 0, 42],
      [...Buffer.from('%PDF-')],
    ]
    fc.assert(
      fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 300 }), (head, rest) => {
        expect(typeof isWhole(Uint8Array.from([...head, ...rest]))).toBe('boolean')
      }),
      { numRuns: 2000 },
    )
  })
})

test('a PNG of one bit keeps every dot', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 20 }),
      fc.infiniteStream(fc.boolean()),
      async (width, height, dots) => {
        const grey = Uint8Array.from({ length: width * height }, () => (dots.next().value === true ? 255 : 0))
        const png = sharp(writeBitonalPng(grey, width, height, 300))
        const back = await png.clone().extractChannel(0).raw().toBuffer()
        expect(Buffer.compare(back, grey)).toBe(0)
        const { bitsPerSample, density } = await png.metadata()
        expect([bitsPerSample, density]).toEqual([1, 300])
      },
    ),
    { numRuns: 60 },
  )
})

test('quarter turns are told from matrices; a mirror or a slant is none', () => {
  const turn = (degrees: number) => {
    const angle = (-degrees * Math.PI) / 180
    return [Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0] as const
  }
  expect([0, 90, 180, 270, 45, 3].map((degrees) => turnOf(joined([600, 0, 0, 800, 0, 0], turn(degrees))))).toEqual([
    0,
    90,
    180,
    270,
    null,
    null,
  ])
  expect(turnOf(joined([-600, 0, 0, 800, 0, 0], PLAIN))).toBeNull()
})
