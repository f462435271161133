// What a page is found to be, against drawn pages whose truth is known.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { measurePage } from '../../../main/scan/picture/measure.ts'
import { sizeOf } from '../../../main/scan/picture/paper-size.ts'
import { SURE } from '../../../main/scan/picture/sure.ts'
import * as drawn from './drawn.ts'

describe('skew', () => {
  test('lines tell by how much a page was fed askew, to a tenth of a degree', () => {
    for (const [draw, skew] of [
      [drawn.letter, -4.2],
      [drawn.letter, 0],
      [drawn.letter, 0.15],
      [drawn.tableOfFees, 2.4],
      [drawn.tableOfFees, -0.3],
    ] as const) {
      const found = measurePage(drawn.drawSmall(draw, { skew })).skew
      expect(Math.abs(found.degrees - skew)).toBeLessThan(0.1)
      expect(found.confidence).toBeGreaterThan(SURE.skew)
    }
  })

  test('a page turned by so much more has so much more skew', () => {
    const first = measurePage(drawn.drawSmall(drawn.letter, { skew: 0.7 })).skew.degrees
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (more) => {
        const found = measurePage(drawn.drawSmall(drawn.letter, { skew: 0.7 + more })).skew.degrees
        expect(Math.abs(found - first - more)).toBeLessThan(0.1)
      }),
      { numRuns: 6, seed: 4 },
    )
  })

  test('the dark belt around the paper does not pull at the lines', () => {
    const paper = { width: 2360, height: 3380 }
    const { skew, paper: edge } = measurePage(drawn.drawSmall(drawn.letter, { skew: 1.3, ground: '#262422', paper }))
    expect(Math.abs(skew.degrees - 1.3)).toBeLessThan(0.1)
    expect(edge.seen).toBe(true)
    expect(edge.confidence).toBeGreaterThan(SURE.edge)
  })

  test('the faint dotted lines of a form tell more than what is written on them by hand', () => {
    for (const skew of [-3.7, 0.4, 2.1]) {
      const found = measurePage(drawn.drawSmall(drawn.filledForm, { skew })).skew
      expect(Math.abs(found.degrees - skew)).toBeLessThan(0.1)
      expect(found.confidence).toBeGreaterThan(SURE.skew)
    }
  })

  test('two pages of a book that lie each their own way have no skew in common, and somebody is asked', () => {
    expect(measurePage(drawn.drawSmall(drawn.openBook)).skew.confidence).toBeLessThan(SURE.skew)
  })

  test('a lone signature has no lines, and nothing is claimed', () => {
    expect(measurePage(drawn.drawSmall(drawn.justSigned)).skew.confidence).toBeLessThan(SURE.skew)
  })
})

describe('which way is up', () => {
  test('a page put in any of four ways is found, and its opposite is the opposite', () => {
    for (const draw of [drawn.letter, drawn.tableOfFees]) {
      const small = drawn.drawSmall(draw, { skew: 0.8 })
      const found = [0, 1, 2, 3].map((quarters) => measurePage(drawn.turned(small, quarters)).upright)
      expect(found.map((one) => one.turn)).toEqual([0, 270, 180, 90])
      for (const one of found) expect(one.confidence).toBeGreaterThan(SURE.upright)
    }
  })

  test('a table that repeats the same words in every row may puzzle, but there is no sure wrong answer', () => {
    const small = drawn.drawSmall(drawn.tableOfTheSame)
    for (const [quarters, turn] of [0, 270, 180, 90].entries()) {
      const found = measurePage(drawn.turned(small, quarters)).upright
      if (found.turn !== turn) expect(found.confidence).toBeLessThan(SURE.upright)
    }
  })

  test('figures all have the same height: a list full of them never gives a sure wrong answer', () => {
    for (const top of [480, 481, 482, 483]) {
      const small = drawn.drawSmall((ink) => drawn.listOfFigures(ink, top))
      for (const [quarters, turn] of [0, 270, 180, 90].entries()) {
        const found = measurePage(drawn.turned(small, quarters)).upright
        if (found.turn !== turn) expect(found.confidence).toBeLessThan(SURE.upright)
      }
    }
  })

  test('a round stamp alone tells nothing', () => {
    expect(measurePage(drawn.drawSmall(drawn.smallStamp)).upright.confidence).toBeLessThan(SURE.upright)
  })
})

describe('blank pages', () => {
  test('bare paper, coloured paper, punch holes and the other side shining through are blank', () => {
    const scenes = [
      [drawn.nothing, {}],
      [drawn.nothing, { paper: { width: 2480, height: 3508, colour: '#f2d2dc' } }],
      [drawn.nothing, { ground: '#1c1b1a', paper: { width: 2380, height: 3400 }, skew: 1 }],
      [drawn.punchHoles, {}],
      [drawn.bleedThrough, {}],
    ] as const
    for (const [draw, scene] of scenes) {
      const { is, confidence } = measurePage(drawn.drawSmall(draw, scene)).blank
      expect({ is, sure: confidence > SURE.blank }).toEqual({ is: true, sure: true })
    }
  })

  test('one line, a small stamp, a signature or a page number is writing', () => {
    for (const draw of [drawn.oneLine, drawn.smallStamp, drawn.justSigned, drawn.pageNumber, drawn.letter])
      expect(measurePage(drawn.drawSmall(draw)).blank.is).toBe(false)
  })

  test('one line on coloured paper with the other side shining through is writing', () => {
    const small = drawn.drawSmall(
      (ink) => {
        drawn.bleedThrough(ink)
        drawn.oneLine(ink)
      },
      { paper: { width: 2480, height: 3508, colour: '#d6e8d2' } },
    )
    expect(measurePage(small).blank.is).toBe(false)
  })
})

describe('the paper', () => {
  const MM = 300 / 25.4
  test.each([
    ['an identity card on grey ground', 'ID-1', '#a8a8a8', 85.6, 54, '#d8e6de'],
    ['an identity card on the white lid', 'ID-1', '#fbfbfb', 85.6, 54, '#d8e6de'],
    ['a half sheet on black ground', 'A5', '#222222', 148, 207, '#f6f3ea'],
    ['a half sheet lying across', 'A5', '#222222', 206, 148, '#f6f3ea'],
  ] as const)('%s is seen with its size and its skew', (_, size, ground, width, height, colour) => {
    const scene = { skew: 3.1, ground, paper: { width: width * MM, height: height * MM, colour } }
    const { paper, skew } = measurePage(drawn.drawSmall(drawn.nothing, scene))
    expect(paper.seen).toBe(true)
    expect(sizeOf((paper.width * 25.4) / 75, (paper.height * 25.4) / 75)).toBe(size)
    expect(Math.abs((paper.degrees ?? 99) - 3.1)).toBeLessThan(0.1)
    expect(Math.abs(skew.degrees - 3.1)).toBeLessThan(0.1)
  })

  test('a page that fills the picture is not cut, whatever is printed on it', () => {
    const withPhotograph = drawn.drawSmall((ink) => drawn.photograph(ink, 0, 900, 1500, 1200), { skew: 0.5 })
    for (const small of [
      drawn.drawSmall(drawn.letter),
      drawn.drawSmall(drawn.tableOfFees),
      drawn.drawSmall(drawn.nothing),
    ])
      expect(measurePage(small).paper).toMatchObject({ seen: false, confidence: 0.95 })
    expect(measurePage(withPhotograph).paper.seen).toBe(false)
  })

  test('colour is a stamp or coloured paper, not black print', () => {
    const black = (ink: Parameters<typeof drawn.oneLine>[0]): void => drawn.tableOfFees(ink)
    expect(measurePage(drawn.drawSmall(black)).colour).toBe(false)
    expect(measurePage(drawn.drawSmall(drawn.smallStamp)).colour).toBe(true)
    const pink = { paper: { width: 2480, height: 3508, colour: '#f2d2dc' } }
    expect(measurePage(drawn.drawSmall(drawn.nothing, pink)).colour).toBe(true)
  })
})
