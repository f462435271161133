// What is done to a page, from what was found: turned straight, cut to its paper, made black and white, or left as it is.
// Pure. Nothing is done on a weak finding: such a page passes untouched and somebody is asked to look.
import type { Findings, FoundCode } from '../../../preload/contract/scan.ts'
import type { Corner } from './corner.ts'
import type { PictureFacts } from './decode.ts'
import type { Measured } from './measure.ts'
import { sizeOf } from './paper-size.ts'
import type { MakeRightInput } from './shapes.ts'
import { SURE } from './sure.ts'

/** Degrees below which a page is straight: 0.4 mm over the width of A4. */
export const STRAIGHT = 0.12
/** From this confidence a page is turned straight; below `SURE.skew` somebody is still asked to look. */
const SURE_ENOUGH = 0.3
/** Millimetres of ground beside the paper that are worth cutting off. */
const LEAST_CUT = 1

export interface Plan {
  /** Degrees clockwise that are taken out; 0 for none. */
  readonly degrees: number
  /** The made picture in the straightened page, whose middle is (0, 0); pixels of the original. */
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** The paper in the original, clockwise; what lies outside becomes bare paper. Null: the whole picture is paper. */
  readonly paper: readonly Corner[] | null
}

export interface Decision {
  readonly straightened: boolean
  readonly cropped: boolean
  /** Null: the page passes untouched. */
  readonly plan: Plan | null
}

export function decide(measured: Measured, facts: PictureFacts, input: MakeRightInput, factor: number): Decision {
  const { skew, paper, blank } = measured
  const becomesBitonal = input.mode === 'bitonal' && !facts.bitonal
  // A blank page is left out anyway; with both sides fed that is every second one.
  if (blank.is && !becomesBitonal && facts.fitsAsItIs) return { straightened: false, cropped: false, plan: null }
  const straightened = skew.confidence >= SURE_ENOUGH && Math.abs(skew.degrees) >= STRAIGHT
  const degrees = straightened ? skew.degrees : 0
  const corners =
    paper.seen && paper.confidence >= SURE.edge ? paper.corners.map((corner) => scaled(corner, factor)) : null
  const cut = corners === null ? null : cutOf(corners, facts, degrees)
  const cropped = cut !== null && isWorthCutting(cut, facts, input.dpi)
  if (!straightened && !cropped && !becomesBitonal && facts.fitsAsItIs) return { straightened, cropped, plan: null }
  const whole = { left: -facts.width / 2, top: -facts.height / 2, width: facts.width, height: facts.height }
  const kept = cropped && cut !== null ? cut : whole
  return { straightened, cropped, plan: { degrees, ...kept, paper: cropped ? corners : null } }
}

const scaled = ({ x, y }: Corner, factor: number): Corner => ({ x: x * factor, y: y * factor })

interface Cut {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The paper's sides in the straightened page: each at the mean of its two corners. */
function cutOf(corners: readonly Corner[], { width, height }: PictureFacts, degrees: number): Cut {
  const angle = (degrees * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const straight = corners.map(({ x, y }) => {
    const [across, down] = [x - width / 2, y - height / 2]
    return { x: across * cos + down * sin, y: down * cos - across * sin }
  })
  const mean = (one: number, other: number, of: 'x' | 'y'): number =>
    ((straight[one]?.[of] ?? 0) + (straight[other]?.[of] ?? 0)) / 2
  const left = mean(0, 3, 'x')
  const top = mean(0, 1, 'y')
  return {
    left,
    top,
    width: Math.max(1, Math.round(mean(1, 2, 'x') - left)),
    height: Math.max(1, Math.round(mean(3, 2, 'y') - top)),
  }
}

function isWorthCutting(cut: Cut, { width, height }: PictureFacts, dpi: number): boolean {
  const least = (LEAST_CUT * dpi) / 25.4
  return (
    cut.left + width / 2 > least ||
    cut.top + height / 2 > least ||
    width / 2 - cut.left - cut.width > least ||
    height / 2 - cut.top - cut.height > least
  )
}

/** The findings as the contract has them. */
export function findingsFrom(
  measured: Measured,
  decision: Decision,
  facts: PictureFacts,
  dpi: number,
  factor: number,
  codes: readonly FoundCode[],
): Findings {
  const { paper, skew, upright, blank } = measured
  const xs = paper.corners.map((corner) => corner.x * factor)
  const ys = paper.corners.map((corner) => corner.y * factor)
  const left = Math.max(0, Math.round(Math.min(...xs)))
  const top = Math.max(0, Math.round(Math.min(...ys)))
  const right = paper.seen ? Math.min(facts.width, Math.round(Math.max(...xs))) : facts.width
  const bottom = paper.seen ? Math.min(facts.height, Math.round(Math.max(...ys))) : facts.height
  const mm = (pixels: number): number => (pixels * 25.4) / dpi
  const size = paper.seen
    ? sizeOf(mm(paper.width * factor), mm(paper.height * factor))
    : sizeOf(mm(facts.width), mm(facts.height))
  return {
    upright: { turn: upright.turn, confidence: rounded(upright.confidence) },
    skew: {
      degrees: Math.round(skew.degrees * 1000) / 1000,
      confidence: rounded(skew.confidence),
      straightened: decision.straightened,
    },
    paper: {
      left,
      top,
      width: Math.max(1, right - left),
      height: Math.max(1, bottom - top),
      size,
      confidence: rounded(paper.confidence),
      cropped: decision.cropped,
    },
    blank: { is: blank.is, ink: Math.max(0, Math.min(1, blank.ink)), confidence: rounded(blank.confidence) },
    colour: measured.colour,
    codes: codes.slice(0, 20),
  }
}

const rounded = (confidence: number): number => Math.max(0, Math.min(1, Math.round(confidence * 1000) / 1000))
