// How well scanned pages are made right: against the truth of generated sheets, and, kept apart, on real scans of others.
// The table by kind and every page that went wrong are written to .runtime/quality-*.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SURE } from '../../main/scan/picture/sure.ts'
import { makeSheets, sheetsFolder, type Truth } from '../bench/sheets/index.ts'
import { measureStraightness } from '../bench/sheets/straightness.ts'
import { runtime } from '../setup/place.ts'
import { eachOf, openPageWork, type PageWork } from './digitise-work.ts'
import { complaintsOf, count, type Judged, judge, largest, middle, one, present, tableOf } from './quality-judge.ts'
import { measureRealScans } from './quality-real.ts'
import type { Measurement, Sampled } from './run.ts'

const SEED = 1
const SHEETS = 300
async function lookAt(work: PageWork, folder: string, truth: Truth): Promise<Judged> {
  const picture = readFileSync(join(folder, truth.name))
  const { findings, made } = await work.makeRight({ picture, dpi: truth.dpi, mode: 'colour', clean: true })
  const left = truth.showsSkew ? await measureStraightness(made?.picture ?? picture, truth.upright) : null
  const unsure =
    truth.showsUp && truth.separator === null && !findings.blank.is && findings.upright.confidence < SURE.upright
  const read = unsure ? await work.readUpright(made?.picture ?? picture, findings.upright.turn, truth.dpi) : null
  return judge({ truth, findings, made, left, read })
}

function figuresOf(judged: readonly Judged[]): readonly Sampled[] {
  const lined = judged.filter(({ truth }) => truth.showsSkew)
  const sure = lined.filter(({ skewSure }) => skewSure)
  const errors = present(sure.map(({ skewError }) => skewError))
  const residuals = present(sure.map(({ residual }) => residual))
  const upright = present(judged.map((each) => each.upright))
  const read = present(judged.map((each) => each.uprightRead))
  const blanks = judged.filter(({ truth }) => truth.blank).map(({ blank }) => blank)
  const written = judged.filter(({ truth }) => !truth.blank).map(({ blank }) => blank)
  const separators = present(judged.map(({ separator }) => separator))
  const sizes = judged.filter(({ truth }) => !truth.blank).map(({ size }) => size)
  const cuts = present(judged.map(({ cut }) => cut))
  const of = (all: readonly unknown[]): string => `of ${all.length} pages`
  return [
    one('quality.skew_error_median_deg', '°', middle(errors)),
    one('quality.skew_error_max_deg', '°', largest(errors)),
    one('quality.skew_asked', of(lined), lined.length - sure.length),
    one('quality.skew_invented', of(judged), judged.filter(({ invented }) => invented).length),
    one('quality.residual_median_deg', '°', middle(residuals)),
    one('quality.residual_max_deg', '°', largest(residuals)),
    one('quality.residual_over_0.2', of(residuals), residuals.filter((degrees) => degrees > 0.2).length),
    one('quality.upright_right', of(upright), count(upright, 'right')),
    one('quality.upright_wrong', of(upright), count(upright, 'wrong')),
    one('quality.upright_asked', of(upright), count(upright, 'asked')),
    one('quality.upright_read_right', of(read), count(read, 'right')),
    one('quality.upright_read_wrong', of(read), count(read, 'wrong')),
    one('quality.upright_read_asked', of(read), count(read, 'asked')),
    one('quality.blank_found', of(blanks), count(blanks, 'right')),
    one('quality.blank_missed', of(blanks), count(blanks, 'wrong')),
    one('quality.blank_asked', of(judged), count([...blanks, ...written], 'asked')),
    one('quality.blank_false', of(written), count(written, 'wrong')),
    one('quality.separator_read', of(separators.filter((word) => word !== 'false')), count(separators, 'read')),
    one('quality.separator_missed', of(separators.filter((word) => word !== 'false')), count(separators, 'missed')),
    one(
      'quality.separator_false',
      of(judged.filter(({ truth }) => truth.separator === null)),
      count(separators, 'false'),
    ),
    one('quality.size_right', of(sizes), count(sizes, 'right')),
    one('quality.size_wrong', of(sizes), count(sizes, 'wrong')),
    one('quality.size_asked', of(sizes), count(sizes, 'asked')),
    one('quality.cut_right', of(cuts), count(cuts, 'right')),
    one('quality.cut_wrong', of(cuts), count(cuts, 'wrong')),
  ]
}

export const measureQuality: Measurement = async ({ n }) => {
  const sheets = n ?? SHEETS
  const folder = sheetsFolder(SEED, sheets)
  const truths = await makeSheets(folder, sheets, SEED, { dpi: 'various' })
  const work = openPageWork(2)
  try {
    const judged = await eachOf(truths, (truth) => lookAt(work, folder, truth))
    const real = await measureRealScans(work)
    const report = join(runtime, `quality-${SEED}-${sheets}.md`)
    const told = [
      `# ${sheets} generated sheets\n\nright/wrong/asked; angles in degrees, median ≤ largest\n\n${tableOf(judged)}`,
      complaintsOf(judged).join('\n'),
      `# Real scans\n\n${[...real.sets, ...real.missing].join('\n')}\n\n${real.table}`,
    ].join('\n\n')
    writeFileSync(report, `${told}\n`)
    process.stderr.write(`${told}\n\nperf · the same in ${report}\n`)
    return [...figuresOf(judged), ...real.figures]
  } finally {
    await work.close()
  }
}
