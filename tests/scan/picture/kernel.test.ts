// The kernel and the plain text it stands for say the same.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NO_GAIN } from '../../../main/scan/picture/gains.ts'
import type { GroundTiles } from '../../../main/scan/picture/ground-tiles.ts'
import { makeKernel } from '../../../main/scan/picture/kernel.ts'
import { KERNEL_BASE64 } from '../../../main/scan/picture/kernel-bytes.ts'
import { shrinkByKernel, shrinkSlowly } from '../../../main/scan/picture/shrink.ts'
import { suitsKernel, type Turning, turnByKernel } from '../../../main/scan/picture/turn.ts'
import { turnSlowly } from '../../../main/scan/picture/turn-slowly.ts'
import { compileKernel } from './compile-kernel.ts'

test('the bytes in the tree are those of kernel.wat', async () => {
  expect(await compileKernel()).toBe(KERNEL_BASE64)
})

const size = fc.integer({ min: 8, max: 150 })
const channels = fc.constantFrom(1 as const, 3 as const)

function pictureOf(width: number, height: number, count: number, seed: number): Uint8Array {
  // Soft, as scans are: the kernel takes one fraction for a group of pixels.
  return Uint8Array.from({ length: width * height * count }, (_, at) => {
    const x = Math.floor(at / count) % width
    const y = Math.floor(at / count / width)
    return 128 + 60 * Math.sin((x + seed) / 5) + 60 * Math.cos((y + (at % count) * 9) / 6)
  })
}

test('shrinking by the kernel gives the same bytes', () => {
  const kernel = makeKernel()
  fc.assert(
    fc.property(size, size, channels, fc.nat(), (width, height, count, seed) => {
      const data = pictureOf(width, height, count, seed % 100)
      const page = { width, height, channels: count, dpi: 300 }
      kernel.prepare(width * count, height, width * height)
      kernel.bytes().set(data, kernel.rooms.source)
      const fast = shrinkByKernel(kernel, page)
      const slow = shrinkSlowly({ ...page, data }, 4)
      const seen = (bytes: Uint8Array) => bytes.filter((_, at) => at % 4 !== 3)
      expect({ ...fast, rgbx: seen(fast.rgbx) }).toEqual({ ...slow, rgbx: seen(slow.rgbx) })
    }),
    { numRuns: 40, seed: 1 },
  )
})

test('turning by the kernel gives the same picture to a few levels', () => {
  const kernel = makeKernel()
  const degrees = fc.double({ min: -14, max: 14, noNaN: true })
  fc.assert(
    fc.property(size, size, channels, degrees, fc.boolean(), fc.nat(), (width, height, count, angle, lighter, seed) => {
      const page = { width, height, channels: count, dpi: 300 }
      const across = Math.ceil(width / 64)
      const tiles = { across, down: Math.ceil(height / 64) } as GroundTiles
      const gains = new Uint8Array(across * tiles.down).fill(NO_GAIN + 20)
      const cut = seed % 5
      const turning: Turning = {
        page,
        plan: {
          degrees: angle,
          left: -width / 2 + cut,
          top: -height / 2 + cut / 2,
          width: width - cut,
          height: height - cut,
          paper: null,
        },
        fill: [250, 240, 230],
        lighten: lighter ? { gains, tiles, factor: 4 } : null,
      }
      if (!suitsKernel(turning)) return
      const data = pictureOf(width, height, count, seed % 100)
      kernel.prepare(width * count, height, 0)
      kernel.bytes().set(data, kernel.rooms.source)
      const fast = turnByKernel(kernel, turning)
      const slow = turnSlowly(data, turning)
      let sum = 0
      let most = 0
      slow.forEach((value, at) => {
        const off = Math.abs(value - (fast[at] ?? 0))
        sum += off
        most = Math.max(most, off)
      })
      expect(most).toBeLessThanOrEqual(5)
      expect(sum / slow.length).toBeLessThan(1)
    }),
    { numRuns: 150, seed: 2 },
  )
})

test('a picture that is not turned at all comes out byte for byte', () => {
  const kernel = makeKernel()
  for (const count of [1, 3] as const) {
    const data = pictureOf(61, 43, count, 3)
    kernel.prepare(61 * count, 43, 0)
    kernel.bytes().set(data, kernel.rooms.source)
    const plan = { degrees: 0, left: -61 / 2, top: -43 / 2, width: 61, height: 43, paper: null }
    const page = { width: 61, height: 43, channels: count, dpi: 300 }
    expect([...turnByKernel(kernel, { page, plan, fill: [0, 0, 0], lighten: null })]).toEqual([...data])
  }
})
