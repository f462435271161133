import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { whitenLeaders } from '../../../main/scan/reading/leaders.ts'
import { partInkFromPaper } from '../../../main/scan/reading/marks.ts'

const WIDTH = 900
const HEIGHT = 300
const PAPER = 245

type Box = readonly [left: number, top: number, width: number, height: number]

function draw(boxes: readonly Box[]): Uint8Array {
  const grey = new Uint8Array(WIDTH * HEIGHT).fill(PAPER)
  for (const [left, top, width, height] of boxes)
    for (let y = top; y < top + height; y++) grey.fill(25, y * WIDTH + left, y * WIDTH + left + width)
  return grey
}
/** What of these boxes is still ink, 0 to 1. */
function left(grey: Uint8Array, boxes: readonly Box[]): number {
  const samples = boxes.flatMap(([x, y, width, height]) =>
    Array.from(
      { length: width * height },
      (_, at) => grey[(y + Math.floor(at / width)) * WIDTH + x + (at % width)] ?? 0,
    ),
  )
  return samples.filter((sample) => sample < 128).length / samples.length
}

const LETTERS: readonly Box[] = Array.from({ length: 12 }, (_, at) => [40 + at * 30, 100, 20, 34] as const)
const DOTS: readonly Box[] = Array.from({ length: 30 }, (_, at) => [420 + at * 13, 131, 4, 4] as const)

describe('forms lose their leaders and keep their letters', () => {
  test('a row of dots goes, letters beside it stay', () => {
    const grey = draw([...LETTERS, ...DOTS])
    expect(whitenLeaders(grey, WIDTH, HEIGHT, 300)).toBe(30)
    expect([left(grey, LETTERS), left(grey, DOTS)]).toEqual([1, 0])
  })
  test('the dot below a letter stays, though it stands on the height of the dots', () => {
    const below: Box = [420 + 10 * 13 - 2, 128, 9, 9]
    const grey = draw([...LETTERS, ...DOTS.filter((_, at) => at !== 10), below])
    whitenLeaders(grey, WIDTH, HEIGHT, 300)
    expect(left(grey, [below])).toBe(1)
  })
  test('a thin rule goes, a bar that may be a dash stays', () => {
    const grey = draw([
      [100, 200, 400, 3],
      [600, 200, 30, 5],
    ])
    whitenLeaders(grey, WIDTH, HEIGHT, 300)
    expect([left(grey, [[100, 200, 400, 3]]), left(grey, [[600, 200, 30, 5]])]).toEqual([0, 1])
  })
  test('the frame of a diploma goes, what stands inside stays', () => {
    const frame: readonly Box[] = [
      [20, 20, 860, 3],
      [20, 277, 860, 3],
      [20, 20, 3, 260],
      [877, 20, 3, 260],
    ]
    const grey = draw([...frame, ...LETTERS])
    expect(whitenLeaders(grey, WIDTH, HEIGHT, 300)).toBe(1)
    expect([left(grey, frame), left(grey, LETTERS)]).toEqual([0, 1])
  })
  test('a few dots are no leader: full stops and dots of i stay', () => {
    const stops: readonly Box[] = Array.from({ length: 5 }, (_, at) => [60 + at * 120, 131, 5, 5] as const)
    const grey = draw([...LETTERS, ...stops])
    expect(whitenLeaders(grey, WIDTH, HEIGHT, 300)).toBe(0)
  })
})

test('whatever the picture, it only gets lighter', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 600, maxLength: 600 }), fc.constantFrom(72, 200, 300), (samples, dpi) => {
      const before = samples.slice()
      whitenLeaders(samples, 30, 20, dpi)
      const paper = Math.max(...samples)
      expect(samples.every((sample, at) => sample === before[at] || sample <= paper)).toBe(true)
    }),
  )
})

test('ink and paper are parted between their levels', () => {
  const counts = new Uint32Array(256)
  counts[30] = 100
  counts[240] = 900
  const level = partInkFromPaper(counts)
  expect(level >= 30 && level < 240).toBe(true)
})
