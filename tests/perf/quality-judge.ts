// Compares what was found on a sheet with what is known about it, one word a question. Pure; measures nothing itself.
import { SURE } from '../../main/scan/picture/sure.ts'
import { interpretCodes } from '../../main/scan/separator.ts'
import type { Findings, FoundCode } from '../../preload/contract/scan.ts'
import type { Truth } from '../bench/sheets/index.ts'
import type { Straightness } from '../bench/sheets/straightness.ts'
import type { Sampled } from './run.ts'

export interface Looked {
  readonly truth: Truth
  readonly findings: Findings
  /** Pixels of the picture made, or null when it passed untouched. */
  readonly made: { readonly width: number; readonly height: number } | null
  /** Of the picture as it would be filed, brought upright by truth. Null: not measurable. */
  readonly left: Straightness | null
  /** What reading the page (OCR) said of its way up, asked only where the first look was not sure. */
  readonly read: Findings['upright'] | null
}

/** `asked`: the program was not sure and would have shown the page to the clerk. */
export type Verdict = 'right' | 'wrong' | 'asked'

export interface Judged {
  readonly truth: Truth
  /** Degrees between the skew found and the true one; null where nothing shows it. */
  readonly skewError: number | null
  readonly skewSure: boolean
  /** Degrees that are left in the picture as filed, by the independent measure; null where there are no lines. */
  readonly residual: number | null
  /** It was turned by more than half a degree though nothing on it shows any skew. */
  readonly invented: boolean
  readonly upright: Verdict | null
  /** The same after the page was read in the background. */
  readonly uprightRead: Verdict | null
  readonly blank: Verdict
  /** Null: no separator sheet and none seen. */
  readonly separator: 'read' | 'missed' | 'false' | null
  readonly size: Verdict
  /** The made picture is as large as the paper, within 3 mm; null where the paper's edge is not in the picture. */
  readonly cut: Verdict | null
}

/** Below this the independent measure saw no lines. */
export const LINES_FROM = 1.4
const CUT_WITHIN = 3
const INVENTED = 0.5

export const isSeparator = (codes: readonly FoundCode[]): boolean => {
  const { separator, patch } = interpretCodes([...codes])
  return separator !== null || patch !== null
}

function verdict(right: boolean, confidence: number, sure: number): Verdict {
  return confidence < sure ? 'asked' : right ? 'right' : 'wrong'
}

function separatorOf({ separator, kind }: Truth, codes: readonly FoundCode[]) {
  if (separator === null) return isSeparator(codes) ? 'false' : null
  const read = codes.some(({ format, text }) => text === separator && (kind !== 'patch' || format === 'Patch'))
  return read ? 'read' : 'missed'
}

function cutOf({ truth, made, findings }: Looked): Verdict | null {
  if (truth.blank || truth.ground === 'full' || truth.ground === 'dark') return null
  const { width, height } = made ?? truth
  const lying = truth.upright % 180 !== 0
  const [wide, high] = lying ? [height, width] : [width, height]
  const off = (seen: number, real: number): number => Math.abs((seen * 25.4) / truth.dpi - real)
  // The paper itself, or a frame that cuts its far corners off.
  const right =
    off(wide, truth.paper.width) <= CUT_WITHIN + Math.abs(truth.skew) &&
    off(high, truth.paper.height) <= CUT_WITHIN + Math.abs(truth.skew)
  return verdict(right, findings.paper.confidence, SURE.edge)
}

export function judge(looked: Looked): Judged {
  const { truth, findings, left, read } = looked
  const { skew, upright, blank, paper, codes } = findings
  const straightened = looked.made !== null && skew.straightened
  // Separator sheets are no part of a paper: nobody is asked which way is up on them.
  const counts = truth.showsUp && truth.separator === null
  const later = read !== null && read.confidence > upright.confidence ? read : upright
  const rest = truth.skew - (straightened ? skew.degrees : 0)
  return {
    truth,
    skewError: truth.showsSkew ? Math.abs(skew.degrees - truth.skew) : null,
    skewSure: skew.confidence >= SURE.skew,
    residual: truth.showsSkew && left !== null && left.sharpness >= LINES_FROM ? Math.abs(left.degrees) : null,
    invented:
      !truth.showsSkew && !truth.blank && straightened && Math.abs(rest) > INVENTED && skew.confidence >= SURE.skew,
    upright: counts ? verdict(upright.turn === truth.upright, upright.confidence, SURE.upright) : null,
    uprightRead: counts ? verdict(later.turn === truth.upright, later.confidence, SURE.upright) : null,
    blank: verdict(blank.is === truth.blank, blank.confidence, SURE.blank),
    separator: separatorOf(truth, codes),
    size: verdict(paper.size === truth.paper.size, paper.confidence, SURE.edge),
    cut: cutOf(looked),
  }
}

export function middle(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return (
    ((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN) +
      (sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN)) /
    2
  )
}
export const largest = (values: readonly number[]): number => values.reduce((most, one) => Math.max(most, one), 0)
export const present = <T>(values: readonly (T | null)[]): readonly T[] => values.filter((one) => one !== null)
export const count = <T>(values: readonly T[], wanted: T): number => values.filter((one) => one === wanted).length

/** A row a kind: where the weak spots are. */
export function tableOf(judged: readonly Judged[]): string {
  const head = ['kind', 'pages', 'skew error', 'residual', 'upright', 'read', 'blank', 'separator', 'size', 'cut']
  const three = (values: readonly (Verdict | null)[]): string => {
    const seen = present(values)
    return seen.length === 0 ? '–' : `${count(seen, 'right')}/${count(seen, 'wrong')}/${count(seen, 'asked')}`
  }
  const angles = (values: readonly number[]): string =>
    values.length === 0 ? '–' : `${middle(values).toFixed(2)} ≤ ${largest(values).toFixed(2)}`
  const row = (name: string, all: readonly Judged[]): readonly string[] => [
    name,
    String(all.length),
    angles(present(all.filter((one) => one.skewSure).map((one) => one.skewError))),
    angles(present(all.filter((one) => one.skewSure).map((one) => one.residual))),
    three(all.map((one) => one.upright)),
    three(all.map((one) => one.uprightRead)),
    three(all.map((one) => one.blank)),
    ['read', 'missed', 'false'].map((word) => count(present(all.map((one) => one.separator)), word)).join('/'),
    three(all.map((one) => one.size)),
    three(all.map((one) => one.cut)),
  ]
  const kinds = [...new Set(judged.map(({ truth }) => truth.kind))].sort()
  const rows = [
    head,
    ...kinds.map((kind) =>
      row(
        kind,
        judged.filter(({ truth }) => truth.kind === kind),
      ),
    ),
    row('all', judged),
  ]
  const widths = head.map((_cell, at) => Math.max(...rows.map((cells) => cells[at]?.length ?? 0)))
  return rows
    .map((cells) =>
      cells
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A line for every page that went wrong, for whoever mends it. */
export function complaintsOf(judged: readonly Judged[]): readonly string[] {
  return judged.flatMap((one) => {
    const { truth } = one
    const wrong = [
      one.skewSure && one.skewError !== null && one.skewError > 0.2 ? `skew off by ${one.skewError.toFixed(2)}°` : null,
      one.skewSure && one.residual !== null && one.residual > 0.2
        ? `${one.residual.toFixed(2)}° left in the picture`
        : null,
      one.invented ? 'straightened without evidence' : null,
      one.upright === 'wrong' ? 'wrong way up and sure of it' : null,
      one.uprightRead === 'wrong' && one.upright !== 'wrong' ? 'wrong way up after reading' : null,
      one.blank === 'wrong' ? (truth.blank ? 'blank page not seen' : 'taken for blank') : null,
      one.separator === 'missed' ? 'separator not read' : null,
      one.separator === 'false' ? 'a separator that is none' : null,
      one.size === 'wrong' ? `not seen as ${truth.paper.size}` : null,
      one.cut === 'wrong' ? 'not cut to the paper' : null,
    ].filter((each) => each !== null)
    const where = `${truth.ground} ${truth.dpi} dpi, skew ${truth.skew}, to turn ${truth.upright}`
    return wrong.length === 0 ? [] : [`${truth.name} (${where}): ${wrong.join('; ')}`]
  })
}

export const one = (measure: string, unit: string, value: number): Sampled => ({
  measure,
  unit,
  ours: [value],
  peer: null,
})
