// Where the paper ends: cut only where something that is plainly not paper lies around it, asked about where that is doubtful.
import { describe, expect, test } from 'vitest'
import { type Measured, measurePage } from '../../../main/scan/picture/measure.ts'
import { sizeOf } from '../../../main/scan/picture/paper-size.ts'
import { SURE } from '../../../main/scan/picture/sure.ts'
import * as drawn from './drawn.ts'

type Draw = Parameters<typeof drawn.drawSmall>[0]
const MM = 300 / 25.4
const LID = '#f3f3f1'
const look = (draw: Draw, scene: drawn.Scene = {}): Measured => measurePage(drawn.drawSmall(draw, scene))
const sure = ({ paper }: Measured): boolean => paper.confidence >= SURE.edge
/** Size by name and angle, as found; millimetres by the small picture's 75 dpi. */
const seen = ({ paper }: Measured) => ({
  seen: paper.seen,
  sure: paper.confidence >= SURE.edge,
  size: sizeOf((paper.width * 25.4) / 75, (paper.height * 25.4) / 75),
})
const half = { width: 148 * MM, height: 210 * MM, colour: '#f7f5ee' }
const card = { width: 85.6 * MM, height: 54 * MM, colour: '#d8e6de' }

describe('a printed frame is no edge', () => {
  test.each([
    ['plain', undefined, 0],
    ['tinted inside', '#eee0dc', 0],
    ['tinted inside and fed askew', '#eee0dc', -2.6],
    ['plain and fed askew', undefined, 4.5],
  ] as const)('a certificate with a frame, %s, keeps its margins without a question', (_, tint, skew) => {
    const found = look((ink) => drawn.certificate(ink, tint), { skew })
    expect({ seen: found.paper.seen, sure: sure(found) }).toEqual({ seen: false, sure: true })
  })

  test('on a dark belt it is cut to the paper, not to its frame', () => {
    const scene = { skew: 1.2, ground: '#232120', paper: { width: 2380, height: 3400 } }
    const found = look((ink) => drawn.certificate(ink, '#eee0dc'), scene)
    expect(found.paper.seen && sure(found)).toBe(true)
    expect(Math.abs(found.paper.width * 4 - 2380)).toBeLessThan(14)
    expect(Math.abs(found.paper.height * 4 - 3400)).toBeLessThan(14)
  })

  test('a copied card or a photograph on a white page may be printed there: nothing is cut without asking', () => {
    const draw: Draw = (ink) => {
      ink.fillStyle = '#b9c4be'
      ink.fillRect(700, 900, card.width, card.height)
    }
    expect(sure(look(draw))).toBe(false)
  })

  test('a dark strip along one side may be printed: nothing is cut without asking', () => {
    const draw: Draw = (ink) => {
      ink.fillStyle = '#2a2c33'
      ink.fillRect(-100, -100, 300, 4000)
    }
    expect(sure(look(draw))).toBe(false)
  })
})

describe('under a white lid', () => {
  test.each([
    ['in the middle', 2.2, [0, 0]],
    ['lying straight', 0, [-300, 400]],
    ['pushed to the side', -3.4, [260, -380]],
  ] as const)('a half sheet %s is seen by the shadow along two of its sides', (_, skew, shift) => {
    const found = look(drawn.oneLine, { skew, shift, ground: LID, paper: half, shadow: true })
    expect(seen(found)).toEqual({ seen: true, sure: true, size: 'A5' })
    expect(Math.abs((found.paper.degrees ?? 99) - skew)).toBeLessThan(0.06)
  })

  test('paper of no known size is seen when both shadows end in the picture', () => {
    const paper = { width: 120 * MM, height: 170 * MM, colour: '#f7f5ee' }
    const found = look(drawn.nothing, { skew: 1.4, ground: LID, paper, shadow: true })
    expect(seen(found)).toEqual({ seen: true, sure: true, size: 'other' })
    expect(Math.abs(found.paper.width * 4 - paper.width)).toBeLessThan(16)
  })

  test('bare paper is blank, however dark the shadow at its rim', () => {
    for (const skew of [0, 2.4, -3.1]) {
      const { blank } = look(drawn.nothing, { skew, ground: LID, paper: half, shadow: true })
      expect({ is: blank.is, sure: blank.confidence >= SURE.blank }).toEqual({ is: true, sure: true })
    }
  })

  test('a sheet of which only one edge is in the picture is asked about', () => {
    const paper = { width: 297 * MM, height: 210 * MM, colour: '#f7f5ee' }
    expect(sure(look(drawn.oneLine, { skew: 1, ground: LID, paper, shadow: true, shift: [0, -700] }))).toBe(false)
  })

  test('a fold in bare paper that fills the picture is neither an edge nor a question', () => {
    const found = look(drawn.fold, { skew: 1.7 })
    expect({ seen: found.paper.seen, sure: sure(found), blank: found.blank.is }).toEqual({
      seen: false,
      sure: true,
      blank: true,
    })
  })

  test('a card stands straight by its edges, whatever its few short lines say, and must be read to know its way up', () => {
    for (const [skew, shadow, ground] of [
      [-2.6, true, LID],
      [0.3, true, LID],
      [4.1, false, '#2a2826'],
    ] as const) {
      const found = look(drawn.cardPrint, { skew, ground, paper: card, shadow })
      expect(seen(found)).toEqual({ seen: true, sure: true, size: 'ID-1' })
      expect(Math.abs(found.skew.degrees - skew)).toBeLessThan(0.08)
      expect(found.skew.confidence).toBeGreaterThanOrEqual(SURE.skew)
      expect(found.upright.confidence).toBeLessThan(SURE.upright)
    }
  })
})
