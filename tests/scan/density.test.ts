import fc from 'fast-check'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { isWholeJpeg, withDensity } from '../../drivers/scan/density.ts'

const picture = () => sharp({ create: { width: 60, height: 40, channels: 3, background: '#dcc' } }).jpeg()

test('a page that claims 72 dots an inch is told its true density, and its picture stays the same', async () => {
  const before = Buffer.from(withDensity(await picture().toBuffer(), 72) ?? [])
  const after = Buffer.from(withDensity(before, 300) ?? [])
  const { density, width, height } = await sharp(after).metadata()
  expect({ density, width, height }).toEqual({ density: 300, width: 60, height: 40 })
  expect(after.length).toBe(before.length)
  expect(await sharp(after).raw().toBuffer()).toEqual(await sharp(before).raw().toBuffer())
})

test('a page without any density gets one', async () => {
  const whole = await picture().toBuffer()
  const after = Buffer.from(withDensity(whole, 150) ?? [])
  expect((await sharp(whole).metadata()).density).not.toBe(150)
  expect((await sharp(after).metadata()).density).toBe(150)
  expect(after.length - whole.length).toBe(18)
  expect(await sharp(after).raw().toBuffer()).toEqual(await sharp(whole).raw().toBuffer())
})

test('a page that already says so is given back untouched', async () => {
  const page = await picture().withMetadata({ density: 300 }).toBuffer()
  const once = withDensity(page, 300) ?? page
  expect(withDensity(once, 300)).toBe(once)
})

test('a page that was cut off is not a page', async () => {
  const page = await picture().toBuffer()
  expect(withDensity(page.subarray(0, page.length - 2), 300)).toBeUndefined()
  expect(withDensity(new Uint8Array(), 300)).toBeUndefined()
  expect(withDensity(Buffer.from('%PDF-1.7'), 300)).toBeUndefined()
  expect([0, 0.5, 65_536, Number.NaN].map((dpi) => withDensity(page, dpi))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

test('no bytes make it stumble, and nothing behind the head is ever changed', () => {
  const starts = fc.constantFrom([], [0xff, 0xd8, 0xff], [0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0])
  const files = fc.tuple(starts, fc.uint8Array({ maxLength: 60 }), fc.boolean())
  fc.assert(
    fc.property(files, fc.integer({ min: -5, max: 70_000 }), ([start, body, ends], dpi) => {
      const file = Uint8Array.from([...start, ...body, ...(ends ? [0xff, 0xd9] : [])])
      const kept = Uint8Array.from(file)
      const patched = withDensity(file, dpi)
      expect(file).toEqual(kept)
      if (patched === undefined) return
      expect(isWholeJpeg(file) && isWholeJpeg(patched)).toBe(true)
      expect([0, 18]).toContain(patched.length - file.length)
      const behind = patched.length === file.length ? 18 : 20
      expect(patched.subarray(behind)).toEqual(file.subarray(behind - (patched.length - file.length)))
      expect(withDensity(patched, dpi)).toBe(patched)
    }),
    { numRuns: 3_000 },
  )
})
