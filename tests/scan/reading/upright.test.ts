import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decideUpright, turnGrey, waysFrom, weighReading } from '../../../main/scan/reading/upright.ts'
import type { Word } from '../../../main/scan/reading/words.ts'
import type { Rotation } from '../../../preload/contract/scan.ts'

const tried = (...weights: readonly (readonly [Rotation, number])[]) => new Map(weights)

describe('which way is up', () => {
  test('the way that makes words wins, whatever was guessed', () => {
    expect(decideUpright(tried([0, 2], [180, 90], [90, 1], [270, 0]), 0)).toEqual({ turn: 180, confidence: 1 })
  })
  test('a few words are a weak hint', () => {
    expect(decideUpright(tried([0, 10], [180, 0], [90, 0], [270, 0]), 180)).toEqual({ turn: 0, confidence: 0.25 })
  })
  test('two ways that read alike decide nothing', () => {
    expect(decideUpright(tried([0, 60], [180, 59], [90, 0], [270, 0]), 0).confidence).toBeLessThan(0.05)
  })
  test('nothing readable leaves the guess, without confidence', () => {
    expect(decideUpright(tried([270, 0], [90, 0]), 270)).toEqual({ turn: 270, confidence: 0 })
  })
  test('the guess is tried first, then upside down, then the sides', () => {
    expect([waysFrom(0), waysFrom(270)]).toEqual([
      [0, 180, 90, 270],
      [270, 90, 0, 180],
    ])
  })
  test('sure words count by their letters, frequent syllables twice, unsure ones and single letters nothing', () => {
    const word = (text: string, confidence: number): Word => ({
      text,
      confidence,
      left: 0,
      top: 0,
      width: 9,
      height: 9,
      line: 1,
    })
    const weigh = (...words: readonly Word[]) => weighReading({ width: 9, height: 9, words })
    expect([weigh(word('dân', 1)), weigh(word('xyz', 1)), weigh(word('dân', 0.5), word('a', 1))]).toEqual([6, 3, 0])
  })
})

test('quarter turns add up, and four of them are none', () => {
  const page = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .chain(([width, height]) =>
      fc
        .uint8Array({ minLength: width * height, maxLength: width * height })
        .map((data) => ({ data, width, height, dpi: 100 })),
    )
  const turn = fc.constantFrom<Rotation>(0, 90, 180, 270)
  fc.assert(
    fc.property(page, turn, turn, (grey, one, other) => {
      const both = ((one + other) % 360) as Rotation
      expect(turnGrey(turnGrey(grey, one), other)).toEqual(turnGrey(grey, both))
    }),
  )
})
