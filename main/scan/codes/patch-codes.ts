// Kodak patch codes on separator sheets: four black bars along an edge of the paper, 0.08 or 0.20 inch thick, 0.08 inch apart,
// 0.80 inch in all (Kodak A-61599, "Patch Code Information"). Read from the small picture, on any edge, also askew.
// Promises to say yes only to the exact measure; patches 1, 4 and 6, which we give no meaning, are seen and not told. Never throws.
import type { GreyPicture } from '../picture/shapes.ts'
import { paperWhite } from './find-code-places.ts'

export type Patch = '2' | '3' | 'T'

/** Thickness of the four bars in order from the paper's edge. 3 and T are mirrored: the nearer edge tells which it is. */
export const PATCH_BARS = { '2': 'WNNW', '3': 'WNWN', T: 'NWNW' } as const satisfies Record<Patch, string>
const OTHERS = ['WWNN', 'NWWN', 'NNWW']
/** Inches. */
export const PATCH_INCHES = { narrow: 0.08, wide: 0.2, gap: 0.08, whole: 0.8 } as const

/** Of each bar and gap, and of the whole; inches. Ink spreads and a scan at 150 dpi has three small pixels a narrow bar. */
const SLACK = { part: 0.042, whole: 0.05 } as const
/** White before and after, inches. The margin is 0.25; the dark ground beside the paper may hide most of it. */
const QUIET = { print: 0.11, ground: 0.04 } as const
/** Bars are at least 0.75 inch long; measured along them. */
const LENGTH = 0.65
/** Distance of two measuring lines, inches. */
const STEP = 0.08
/** Measuring lines in the bars' length that may miss, e.g. where a staple went through. */
const MISSING = 2
/** Bars lean at most this much: tan 16°. */
const LEAN = 0.29
/** Crossed askew by up to 16 degrees everything is so much longer. */
const STRETCH = 1.04
/** Bars lie in the outer part of the page. */
const OUTER = 0.42

/** One measuring line's answer: where the pattern lies on it. */
interface Crossing {
  readonly bars: string
  readonly line: number
  readonly middle: number
}

/** Patches on the page, each once. */
export function readPatchCodes(small: GreyPicture): readonly Patch[] {
  const seen = new Set<Patch>()
  for (const along of ['down', 'across'] as const)
    for (const { bars, far } of patternsAlong(small, along)) {
      const outwards = far ? [...bars].reverse().join('') : bars
      for (const patch of ['2', '3', 'T'] as const) if (PATCH_BARS[patch] === outwards) seen.add(patch)
    }
  return [...seen]
}

/** Patterns crossed by lines running down (bars lie across) or across. `far`: nearer to the far end of those lines. */
function patternsAlong(small: GreyPicture, along: 'down' | 'across') {
  const { data, width, height, dpi } = small
  const [length, lines, step, side] = along === 'down' ? [height, width, width, 1] : [width, height, 1, width]
  const white = paperWhite(small)
  const between = Math.max(1, Math.round(STEP * dpi))
  const profile = new Float32Array(length)
  const crossings: Crossing[] = []
  for (let line = 1; line + 1 < lines; line += between) {
    const start = along === 'down' ? line : line * width
    for (let at = 0, from = start; at < length; at += 1, from += step)
      profile[at] = ((data[from] as number) + (data[from - side] as number) + (data[from + side] as number)) / 3
    for (const { bars, middle } of crossingsOf(profile, white, dpi)) crossings.push({ bars, line, middle })
  }
  return bundles(crossings, between, dpi)
    .map(({ bars, middle }) => ({ bars, far: middle > length / 2, outer: Math.min(middle, length - middle) / length }))
    .filter(({ outer }) => outer < OUTER)
}

/** Where one line turns from white to black and back, in parts of pixels; begins with a turn to black unless it starts black. */
function turnsOf(profile: Float32Array, white: number): readonly number[] {
  let darkest = white
  for (let at = 0; at < profile.length; at += 1) darkest = Math.min(darkest, profile[at] as number)
  if (darkest > white * 0.7) return []
  // Halfway between paper and ink, be it grey or black.
  const black = (white + darkest) / 2
  const turns: number[] = []
  let before = profile[0] as number
  if (before < black) turns.push(0)
  for (let at = 1; at < profile.length; at += 1) {
    const here = profile[at] as number
    if (before < black !== here < black) turns.push(at - 1 + (before - black) / (before - here))
    before = here
  }
  return turns
}

/** The places on one line that have a patch's measures. */
function crossingsOf(profile: Float32Array, white: number, dpi: number): readonly Omit<Crossing, 'line'>[] {
  const turns = turnsOf(profile, white)
  const found: Omit<Crossing, 'line'>[] = []
  for (let first = 0; first + 7 < turns.length; first += 2) {
    const turn = (index: number): number => turns[first + index] ?? (index < 0 ? 0 : profile.length)
    const whole = (turn(7) - turn(0)) / dpi
    if (whole < PATCH_INCHES.whole - SLACK.whole || whole > (PATCH_INCHES.whole + SLACK.whole) * STRETCH) continue
    // Dark ground at the very end of the line is no print.
    const ground = [first === 2 && turns[0] === 0, first + 10 > turns.length]
    if (turn(0) - turn(-1) < (ground[0] ? QUIET.ground : QUIET.print) * dpi) continue
    if (turn(8) - turn(7) < (ground[1] ? QUIET.ground : QUIET.print) * dpi) continue
    const bars = barsOf([0, 1, 2, 3, 4, 5, 6].map((part) => (turn(part + 1) - turn(part)) / dpi))
    if (bars !== null) found.push({ bars, middle: (turn(0) + turn(7)) / 2 })
  }
  return found
}

/** `parts`: bar, gap, bar, gap, bar, gap, bar in inches along the line, which may cross them askew. */
function barsOf(parts: readonly number[]): string | null {
  const whole = parts.reduce((sum, part) => sum + part, 0)
  const { narrow, wide, gap } = PATCH_INCHES
  const stretch = Math.max(1, Math.min(STRETCH, whole / PATCH_INCHES.whole))
  const near = (part: number | undefined, want: number): boolean => Math.abs((part ?? 0) / stretch - want) < SLACK.part
  // Thick print widens bars and narrows gaps by the same.
  if (![1, 3, 5].every((part) => near(parts[part], gap))) return null
  const bars = [0, 2, 4, 6]
    .map((part) => (near(parts[part], narrow) ? 'N' : near(parts[part], wide) ? 'W' : '?'))
    .join('')
  return Object.values<string>(PATCH_BARS).includes(bars) || OTHERS.includes(bars) ? bars : null
}

/** Crossings of neighbouring lines that continue each other, long enough to be bars. */
function bundles(crossings: readonly Crossing[], between: number, dpi: number): readonly Crossing[] {
  const found: Crossing[] = []
  const growing: { readonly first: Crossing; last: Crossing; count: number }[] = []
  for (const crossing of crossings) {
    const bundle = growing.find(({ last }) => {
      const lines = crossing.line - last.line
      return (
        last.bars === crossing.bars &&
        lines > 0 &&
        lines <= (MISSING + 1) * between &&
        Math.abs(crossing.middle - last.middle) <= lines * LEAN + 0.02 * dpi
      )
    })
    if (bundle === undefined) growing.push({ first: crossing, last: crossing, count: 1 })
    else {
      bundle.last = crossing
      bundle.count += 1
    }
  }
  for (const { first, last, count } of growing) {
    const lines = last.line - first.line
    const leans = Math.abs(last.middle - first.middle) / Math.max(1, lines)
    if (lines < LENGTH * dpi || leans > LEAN || count * between < lines * 0.7) continue
    found.push({ bars: first.bars, line: (first.line + last.line) / 2, middle: (first.middle + last.middle) / 2 })
  }
  return found
}
