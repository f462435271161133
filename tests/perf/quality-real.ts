// Quality on real scans, for which nobody wrote down a truth: what must hold all the same is looked at.
// A page turned by a known angle must be found turned by just that; none is blank; none carries a separator.
import { join } from 'node:path'
import type { MadeRight } from '../../main/scan/picture/shapes.ts'
import { SURE } from '../../main/scan/picture/sure.ts'
import { fetchRealScans, type RealScan, turnScan } from '../bench/sheets/real-scans.ts'
import { measureStraightness } from '../bench/sheets/straightness.ts'
import { runtime } from '../setup/place.ts'
import { eachOf, type PageWork } from './digitise-work.ts'
import { count, isSeparator, LINES_FROM, largest, middle, one, present, type Verdict } from './quality-judge.ts'
import type { Sampled } from './run.ts'

const QUARTERS = [90, 180, 270] as const
const SMALL = [1.3, -2.6] as const
/** A tilt found wrong by this much was not found. */
const CONSISTENT_WITHIN = 0.3

interface Compared {
  readonly scan: RealScan
  /** Of the page as published and its three quarter turns: is it upright as published (by eye). */
  readonly upright: readonly Verdict[]
  /** Of the quarter turns: found turned by as much as they were. */
  readonly turns: readonly Verdict[]
  /** Degrees between the tilt that was added and the one found; null where either was unsure. */
  readonly tilts: readonly (number | null)[]
  /** Degrees between our skew and the independent measure's, on the page as published. */
  readonly agreement: number | null
  /** Degrees left in the picture, by the independent measure. */
  readonly residuals: readonly (number | null)[]
  readonly blanks: readonly Verdict[]
  readonly separators: number
}

async function compare(work: PageWork, scan: RealScan): Promise<Compared> {
  const see = async (by: number): Promise<{ readonly seen: MadeRight; readonly picture: Buffer }> => {
    const picture = await turnScan(scan, by)
    const mode = scan.bitonal && by % 90 === 0 ? 'bitonal' : scan.bitonal ? 'grey' : 'colour'
    return { seen: await work.makeRight({ picture, dpi: scan.dpi, mode, clean: true }), picture }
  }
  const still = await see(0)
  const quarters = []
  for (const by of QUARTERS) quarters.push({ by, ...(await see(by)) })
  const small = []
  for (const by of SMALL) small.push({ by, ...(await see(by)) })
  const all = [still.seen, ...quarters.map(({ seen }) => seen), ...small.map(({ seen }) => seen)].map(
    ({ findings }) => findings,
  )
  const base = still.seen.findings
  const sureUp = ({ findings }: MadeRight): boolean => findings.upright.confidence >= SURE.upright
  const up = (right: boolean, ...seen: readonly MadeRight[]): Verdict =>
    seen.every(sureUp) ? (right ? 'right' : 'wrong') : 'asked'
  const sureSkew = ({ findings }: MadeRight): boolean => findings.skew.confidence >= SURE.skew
  const left = async (seen: MadeRight, picture: Buffer): Promise<number | null> => {
    if (!sureSkew(seen)) return null
    const measured = await measureStraightness(seen.made?.picture ?? picture, 0)
    return measured === null || measured.sharpness < LINES_FROM ? null : Math.abs(measured.degrees)
  }
  const asPublished = await measureStraightness(still.picture, 0)
  return {
    scan,
    upright: scan.prose
      ? [{ by: 0, seen: still.seen }, ...quarters].map(({ by, seen }) =>
          up(seen.findings.upright.turn === (360 - by) % 360, seen),
        )
      : [],
    turns: quarters.map(({ by, seen }) =>
      up((seen.findings.upright.turn + by) % 360 === base.upright.turn, still.seen, seen),
    ),
    tilts: small.map(({ by, seen }) =>
      sureSkew(seen) && sureSkew(still.seen) ? Math.abs(seen.findings.skew.degrees - base.skew.degrees - by) : null,
    ),
    agreement:
      asPublished !== null && asPublished.sharpness >= LINES_FROM && sureSkew(still.seen)
        ? Math.abs(asPublished.degrees - base.skew.degrees)
        : null,
    residuals: [
      await left(still.seen, still.picture),
      ...(await Promise.all(small.map(({ seen, picture }) => left(seen, picture)))),
    ],
    blanks: all.map(({ blank }) => (blank.confidence < SURE.blank ? 'asked' : blank.is ? 'wrong' : 'right')),
    separators: all.filter(({ codes }) => isSeparator(codes)).length,
  }
}

function tableOf(compared: readonly Compared[]): string {
  const words = (verdicts: readonly Verdict[]): string =>
    verdicts.length === 0 ? '–' : `${count(verdicts, 'right')}/${count(verdicts, 'wrong')}/${count(verdicts, 'asked')}`
  const degrees = (values: readonly (number | null)[]): string =>
    values.map((value) => (value === null ? '–' : value.toFixed(2))).join(' ')
  const rows = [
    ['page', 'upright', 'turns', 'tilts off by', 'agrees within', 'left', 'blank', 'separators'],
    ...compared.map(({ scan, ...seen }) => [
      `${scan.set}/${scan.name}`,
      words(seen.upright),
      words(seen.turns),
      degrees(seen.tilts),
      degrees([seen.agreement]),
      degrees(seen.residuals),
      words(seen.blanks),
      String(seen.separators),
    ]),
  ]
  const widths = rows[0]?.map((_cell, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? []
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export async function measureRealScans(work: PageWork): Promise<{
  readonly figures: readonly Sampled[]
  readonly sets: readonly string[]
  readonly missing: readonly string[]
  readonly table: string
}> {
  const { scans, sets, missing } = await fetchRealScans(join(runtime, 'real-scans'))
  if (scans.length === 0) return { figures: [], sets, missing, table: '' }
  const compared = await eachOf(scans, (scan) => compare(work, scan))
  const [upright, turns, blanks] = [
    compared.flatMap((page) => page.upright),
    compared.flatMap((page) => page.turns),
    compared.flatMap((page) => page.blanks),
  ]
  const tilts = compared.flatMap((page) => page.tilts)
  const known = present(tilts)
  const agreed = present(compared.map(({ agreement }) => agreement))
  const left = present(compared.flatMap((page) => page.residuals))
  const of = (all: readonly unknown[], what: string): string => `of ${all.length} ${what}`
  const figures = [
    one('quality.real_pages', 'pages', scans.length),
    one('quality.real_upright_right', of(upright, 'pictures'), count(upright, 'right')),
    one('quality.real_upright_wrong', of(upright, 'pictures'), count(upright, 'wrong')),
    one('quality.real_upright_asked', of(upright, 'pictures'), count(upright, 'asked')),
    one('quality.real_turn_consistent', of(turns, 'turns'), count(turns, 'right')),
    one('quality.real_turn_inconsistent', of(turns, 'turns'), count(turns, 'wrong')),
    one('quality.real_turn_asked', of(turns, 'turns'), count(turns, 'asked')),
    one('quality.real_tilt_error_median_deg', '°', middle(known)),
    one('quality.real_tilt_error_max_deg', '°', largest(known)),
    one(
      'quality.real_tilt_inconsistent',
      of(tilts, 'tilts'),
      known.filter((error) => error > CONSISTENT_WITHIN).length,
    ),
    one('quality.real_tilt_asked', of(tilts, 'tilts'), tilts.length - known.length),
    one('quality.real_agreement_median_deg', `°, ${agreed.length} pages`, middle(agreed)),
    one('quality.real_agreement_max_deg', '°', largest(agreed)),
    one('quality.real_residual_median_deg', `°, ${left.length} pictures`, middle(left)),
    one('quality.real_residual_max_deg', '°', largest(left)),
    one('quality.real_blank_false', of(blanks, 'pictures'), count(blanks, 'wrong')),
    one(
      'quality.real_separator_false',
      of(blanks, 'pictures'),
      compared.reduce((sum, page) => sum + page.separators, 0),
    ),
  ]
  return { figures, sets, missing, table: tableOf(compared) }
}
