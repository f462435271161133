import { describe, expect, test } from 'vitest'
import type { Findings } from '../../preload/contract/scan.ts'
import type { Truth } from '../bench/sheets/index.ts'
import { complaintsOf, judge, type Looked } from './quality-judge.ts'

const truth: Truth = {
  name: '001-decision.jpg',
  kind: 'decision',
  dpi: 300,
  width: 2563,
  height: 3614,
  blank: false,
  upright: 180,
  showsUp: true,
  skew: 2,
  showsSkew: true,
  ground: 'over',
  paper: { box: { left: 0, top: 0, width: 2563, height: 3614 }, size: 'A4', width: 210, height: 297 },
  separator: null,
  code: null,
  lines: [],
}
const findings: Findings = {
  upright: { turn: 180, confidence: 0.9 },
  skew: { degrees: 2.05, confidence: 0.9, straightened: true },
  paper: { left: 0, top: 0, width: 2480, height: 3508, size: 'A4', confidence: 0.9, cropped: true },
  blank: { is: false, ink: 0.05, confidence: 0.9 },
  colour: true,
  codes: [],
}
const looked: Looked = {
  truth,
  findings,
  made: { width: 2480, height: 3508 },
  left: { degrees: -0.05, sharpness: 5 },
  read: null,
}

describe('What the quality bench says of a page', () => {
  test('praises a page that was made right in every way', () => {
    const { skewError, ...judged } = judge(looked)
    expect(judged).toEqual({
      truth,
      skewSure: true,
      residual: 0.05,
      invented: false,
      upright: 'right',
      uprightRead: 'right',
      blank: 'right',
      separator: null,
      size: 'right',
      cut: 'right',
    })
    expect(skewError).toBeCloseTo(0.05)
    expect(complaintsOf([judge(looked)])).toEqual([])
  })

  test('keeps apart what is wrong from what the clerk would have been asked', () => {
    const turned = (turn: 0 | 90, confidence: number) =>
      judge({ ...looked, findings: { ...findings, upright: { turn, confidence } } }).upright
    expect([turned(0, 0.9), turned(0, 0.2), turned(90, 0.9)]).toEqual(['wrong', 'asked', 'wrong'])
    const read = judge({
      ...looked,
      findings: { ...findings, upright: { turn: 0, confidence: 0.2 } },
      read: { turn: 180, confidence: 0.8 },
    })
    expect([read.upright, read.uprightRead]).toEqual(['asked', 'right'])
  })

  test('names a written page that was taken for blank, a picture left crooked and a code that is no separator', () => {
    const bad = judge({
      ...looked,
      findings: {
        ...findings,
        blank: { is: true, ink: 0, confidence: 0.8 },
        codes: [{ format: 'Patch', text: 'T' }],
      },
      left: { degrees: 1.2, sharpness: 4 },
    })
    expect(complaintsOf([bad])).toEqual([
      '001-decision.jpg (over 300 dpi, skew 2, to turn 180): 1.20° left in the picture; taken for blank; a separator that is none',
    ])
  })
})
