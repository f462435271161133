// Which way up a page stands: lines of text tell whether it lies on its side; letters that rise above their line, and the marks over
// Vietnamese vowels, tell whether it stands on its head. Pure. With little text the answer is a guess, and says so.
import type { Rotation } from '../../../preload/contract/scan.ts'
import type { PageSkew } from './skew.ts'
import type { Strips } from './strips.ts'
import { textStrips } from './text-strips.ts'

export interface Upright {
  /** Clockwise, degrees: by how much the picture must be turned. */
  readonly turn: Rotation
  readonly confidence: number
}

/** What the lines along one kind of strips say. */
interface LineEvidence {
  /** Positive: letters rise towards row 0; negative: away from it. In standard deviations. */
  readonly rising: number
  /** How unlike neighbouring rows are: large when there are lines of text along the strips. */
  readonly rough: number
}

/** Strips of a block that is looked at for lines: about 54 mm. */
const BLOCK = 20
/** Rows of the bodies of letters, from 8 to 40 points. */
const BODY = { least: 3, most: 16 } as const
/** How far above and below the bodies is looked, in heights of a body. */
const REACH = 0.75
/** By how much more than the second row the row next to the bodies counts. */
const EDGE = 2
/** A row belongs to the bodies of letters when it has this share of the ink of the darkest row near it. */
const BODY_SHARE = 0.52
/** Ink of a block's row that may be a line: a word. */
const LEAST_INK = 700
/** Few lines are no proof, however much they agree. */
const CAUTION = 0.5

/** Logistic weights, found on pages drawn in many fonts; the odds of being wrong are those of the two answers together. */
const SIDE = { prominence: 1.75, rising: 1.39, rough: 3.44 } as const
const RISING = 2.47
/** Confidence 0.5 is one wrong answer in twenty. */
const STRICT = 10
/** What the small print of a card can tell at most: it must be read to be sure. */
const SMALL_PRINT = 0.4

export function judgeUpright(
  strips: { readonly across: Strips; readonly down: Strips },
  skew: Pick<PageSkew, 'degrees' | 'across' | 'down'>,
  isCard: boolean,
): Upright {
  const slope = Math.tan((skew.degrees * Math.PI) / 180)
  const across = lineEvidence(textStrips(strips.across, slope))
  const down = lineEvidence(textStrips(strips.down, -slope))
  const side =
    SIDE.prominence * Math.log(skew.across.prominence / skew.down.prominence) +
    SIDE.rising * (Math.abs(across.rising) - Math.abs(down.rising)) +
    SIDE.rough * Math.log((across.rough + 1) / (down.rough + 1))
  const isLevel = side >= 0
  const { rising } = isLevel ? across : down
  const turn = isLevel ? (rising >= 0 ? 0 : 180) : rising >= 0 ? 90 : 270
  const right = odds(Math.abs(side)) * odds(RISING * Math.abs(rising))
  const confidence = Math.max(0, 1 - STRICT * (1 - right))
  return { turn, confidence: isCard ? Math.min(SMALL_PRINT, confidence) : confidence }
}

const odds = (score: number): number => 1 / (1 + Math.exp(-score))

/** Every line of every block has a vote: the ink just above the bodies of its letters against that just below. */
function lineEvidence(strips: Strips): LineEvidence {
  const { sums, count, length } = strips
  let votes = 0
  let squares = CAUTION
  let rough = 0
  for (let first = 0; first + BLOCK / 2 <= count; first += BLOCK) {
    const profile = new Float32Array(length)
    for (let strip = first; strip < Math.min(count, first + BLOCK); strip += 1) addStrip(sums, strip * length, profile)
    rough += roughness(profile)
    for (const { from, to, ink } of linesIn(profile)) {
      const reach = Math.max(2, Math.round((to - from) * REACH))
      let over = 0
      let under = 0
      for (let step = 1; step <= reach; step += 1) {
        over += rowBeside(profile, from, -1, step)
        under += rowBeside(profile, to - 1, 1, step)
      }
      if (over + under < ink * 0.04) continue
      const vote = (over - under) / (over + under)
      votes += vote
      squares += vote * vote
    }
  }
  return { rising: votes / Math.sqrt(squares), rough }
}

/** The row next to the bodies may be their own edge, between two pixels: what rises from them goes on into the second. */
function rowBeside(profile: Float32Array, edge: number, by: 1 | -1, step: number): number {
  const ink = profile[edge + by * step] ?? 0
  return step > 1 ? ink : Math.min(ink, EDGE * (profile[edge + by * 2] ?? 0))
}

function addStrip(sums: Float32Array, from: number, profile: Float32Array): void {
  for (let row = 0; row < profile.length; row += 1) profile[row] = (profile[row] ?? 0) + (sums[from + row] ?? 0)
}

function roughness(profile: Float32Array): number {
  let sum = 0
  for (let row = 1; row < profile.length; row += 1) sum += ((profile[row] ?? 0) - (profile[row - 1] ?? 0)) ** 2
  return sum
}

interface Line {
  /** Rows of the letters' bodies: `to` is the first below them. */
  readonly from: number
  readonly to: number
  readonly ink: number
}

/** Bands of rows with about the height of letters' bodies, with lighter rows above and below. */
function linesIn(profile: Float32Array): readonly Line[] {
  const lines: Line[] = []
  const last = profile.length - 8
  for (let at = 8; at < last; ) {
    let most = 0
    for (let near = at - 8; near <= at + 8; near += 1) most = Math.max(most, profile[near] ?? 0)
    const least = most * BODY_SHARE
    if (most < LEAST_INK || (profile[at] ?? 0) < least) {
      at += 1
      continue
    }
    let to = at
    let ink = 0
    while (to < last && (profile[to] ?? 0) >= least) ink += profile[to++] ?? 0
    if (to - at >= BODY.least && to - at <= BODY.most) lines.push({ from: at, to, ink })
    at = to + 1
  }
  return lines
}
