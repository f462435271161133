// What it costs to make fifty scanned pages right and file them, beside what a user would run instead on the same pages.
// Ours and the peers in turn in one run; a peer that is not installed is left out with a sentence.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { SURE } from '../../main/scan/picture/sure.ts'
import { makeSheets, sheetsFolder, type Truth } from '../bench/sheets/index.ts'
import { measureStraightness } from '../bench/sheets/straightness.ts'
import { type Cost, clock, isHere } from './digitise-clock.ts'
import type { OursSeen } from './digitise-ours.ts'
import { assemble, openPageWork } from './digitise-work.ts'
import { LINES_FROM, largest } from './quality-judge.ts'
import type { Measurement, Sampled } from './run.ts'

const SEED = 1
const PAGES = 50
const ROUNDS = 3
/** The slow peers see the first ten pages, ocrmypdf twice only. */
const PEER_PAGES = 10
const OCRMYPDF_ROUNDS = 2

interface Bench {
  readonly sheets: string
  readonly out: string
  readonly truths: readonly Truth[]
}
interface Seen {
  readonly cost: Cost
  /** Pages it was given. */
  readonly pages: number
}

const jpegs = ({ sheets, truths }: Bench, count: number): readonly string[] =>
  truths.slice(0, count).map(({ name }) => join(sheets, name))

async function runOurs(bench: Bench): Promise<Seen> {
  rmSync(join(bench.out, 'ours'), { recursive: true, force: true })
  const script = join(import.meta.dirname, 'digitise-ours.ts')
  const cost = await clock([
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    script,
    bench.sheets,
    join(bench.out, 'ours'),
  ])
  return { cost, pages: bench.truths.length }
}

/** unpaper reads PNM only: the pages are unpacked before the clock starts. */
async function unpackFor(bench: Bench): Promise<void> {
  mkdirSync(join(bench.out, 'pnm'), { recursive: true })
  for (const [at, file] of jpegs(bench, PEER_PAGES).entries()) {
    const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
    const head = Buffer.from(`P6\n${info.width} ${info.height}\n255\n`)
    writeFileSync(join(bench.out, 'pnm', `${at}.ppm`), Buffer.concat([head, data]))
  }
}

async function runUnpaper({ out }: Bench): Promise<Seen> {
  const each =
    'for at in $(seq 0 $2); do unpaper -q --overwrite --layout single --dpi 300 $1/pnm/$at.ppm $1/unpaper-$at.ppm; done'
  return { cost: await clock(['bash', '-c', each, 'unpaper', out, String(PEER_PAGES - 1)]), pages: PEER_PAGES }
}

async function runOcrmypdf({ out }: Bench): Promise<Seen> {
  const options = '-q -j 1 --tesseract-timeout 0 --deskew --output-type pdfa-2 -O1'.split(' ')
  const cost = await clock(['ocrmypdf', ...options, join(out, 'ten.pdf'), join(out, 'ocrmypdf.pdf')])
  return { cost, pages: PEER_PAGES }
}

const runImg2pdf = async (bench: Bench, pages: number, to: string): Promise<Seen> => ({
  cost: await clock(['img2pdf', '--pdfa', '-o', join(bench.out, to), ...jpegs(bench, pages)]),
  pages,
})

/** Degrees left in a picture, or null where there are no lines. */
async function residual(picture: Uint8Array, truth: Truth): Promise<number | null> {
  if (!truth.showsSkew) return null
  const left = await measureStraightness(picture, truth.upright)
  return left === null || left.sharpness < LINES_FROM ? null : Math.abs(left.degrees)
}

async function worstOf(truths: readonly Truth[], picture: (at: number) => Promise<Uint8Array>): Promise<number> {
  const degrees: number[] = []
  for (const [at, truth] of truths.entries()) degrees.push((await residual(await picture(at), truth)) ?? 0)
  return largest(degrees)
}

async function pnmAsPng(file: string): Promise<Buffer> {
  const bytes = readFileSync(file)
  const [head = '', kind = '', wide = '0', high = '0'] =
    /^(P[56])\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 64).toString('latin1')) ?? []
  const raw = { width: Number(wide), height: Number(high), channels: kind === 'P5' ? (1 as const) : (3 as const) }
  return sharp(bytes.subarray(head.length), { raw }).png({ compressionLevel: 1 }).toBuffer()
}

async function pagesOfPdf(out: string, file: string): Promise<readonly string[]> {
  await clock(['pdftoppm', '-r', '300', join(out, file), join(out, 'page')])
  return Array.from({ length: PEER_PAGES }, (_one, at) => join(out, `page-${String(at + 1).padStart(2, '0')}.ppm`))
}

/** Seconds from "make one PDF of these fifty scans" to the file: in a workshop that is already at work, against img2pdf. */
async function timeAssembly(
  bench: Bench,
  rounds: number,
): Promise<{ readonly ours: number[]; readonly peer: number[] }> {
  const work = openPageWork(1)
  const [ours, peer]: [number[], number[]] = [[], []]
  try {
    for (let round = 0; round <= rounds + 1; round += 1) {
      const began = performance.now()
      const pages = bench.truths.map(({ name, dpi, upright }) => ({
        picture: readFileSync(join(bench.sheets, name)),
        dpi,
        rotation: upright,
      }))
      writeFileSync(join(bench.out, 'assembly.pdf'), await assemble(work, pages))
      const seconds = (performance.now() - began) / 1000
      const theirs = isHere('img2pdf') ? await runImg2pdf(bench, bench.truths.length, 'img2pdf.pdf') : null
      if (round === 0) continue
      ours.push(seconds)
      if (theirs !== null) peer.push(theirs.cost.wall)
    }
  } finally {
    await work.close()
  }
  return { ours, peer }
}

const sizeOf = (file: string): number => statSync(file).size
const perPage = (seen: readonly Seen[], of: (cost: Cost) => number): readonly number[] =>
  seen.map(({ cost, pages }) => of(cost) / pages)

function faultsOf(bench: Bench, seen: readonly OursSeen[]): { readonly blankFalse: number; readonly missed: number } {
  const wrong = bench.truths.filter((truth, at) => {
    const blank = seen[at]?.findings.blank
    return !truth.blank && blank?.is === true && blank.confidence >= SURE.blank
  })
  const missed = bench.truths.filter(
    ({ separator }, at) => separator !== null && !seen[at]?.findings.codes.some(({ text }) => text === separator),
  )
  for (const { name } of wrong) process.stderr.write(`perf · ${name} was taken for blank\n`)
  for (const { name } of missed) process.stderr.write(`perf · the separator ${name} was not read\n`)
  return { blankFalse: wrong.length, missed: missed.length }
}

export const measureDigitise: Measurement = async ({ n, runs }) => {
  const count = n ?? PAGES
  const sheets = sheetsFolder(SEED, count, 'counter')
  const bench: Bench = {
    sheets,
    out: `${sheets}-out`,
    truths: await makeSheets(sheets, count, SEED, { mix: 'counter' }),
  }
  rmSync(bench.out, { recursive: true, force: true })
  mkdirSync(bench.out, { recursive: true })
  const has = {
    unpaper: isHere('unpaper'),
    img2pdf: isHere('img2pdf'),
    ocrmypdf: isHere('ocrmypdf') && isHere('img2pdf'),
  }
  for (const [name, here] of Object.entries(has))
    if (!here) process.stderr.write(`perf · ${name} is not installed here: it is left out\n`)
  if (has.unpaper) await unpackFor(bench)
  if (has.ocrmypdf) await runImg2pdf(bench, PEER_PAGES, 'ten.pdf')

  const ours: Seen[] = []
  const theirs = { unpaper: [] as Seen[], ocrmypdf: [] as Seen[], img2pdf: [] as Seen[] }
  for (let round = 0; round < (runs ?? ROUNDS); round += 1) {
    ours.push(await runOurs(bench))
    if (has.unpaper) theirs.unpaper.push(await runUnpaper(bench))
    if (has.img2pdf) theirs.img2pdf.push(await runImg2pdf(bench, count, 'img2pdf.pdf'))
    if (has.ocrmypdf && round < OCRMYPDF_ROUNDS) theirs.ocrmypdf.push(await runOcrmypdf(bench))
  }
  const assembly = await timeAssembly(bench, runs ?? ROUNDS)

  const seen = JSON.parse(readFileSync(join(bench.out, 'ours/seen.json'), 'utf8')) as readonly OursSeen[]
  const filed = (at: number): string => seen[at]?.made ?? join(sheets, bench.truths[at]?.name ?? '')
  const ten = bench.truths.slice(0, PEER_PAGES)
  const skew = await worstOf(bench.truths, async (at) => readFileSync(filed(at)))
  const skewOf = {
    unpaper: has.unpaper ? await worstOf(ten, (at) => pnmAsPng(join(bench.out, `unpaper-${at}.ppm`))) : null,
    ocrmypdf: has.ocrmypdf && isHere('pdftoppm') ? await ocrSkew(bench, ten) : null,
  }
  const faults = faultsOf(bench, seen)
  const peers = (
    [
      ['unpaper', 'unpaper, first 10 pages'],
      ['ocrmypdf', 'ocrmypdf --deskew without OCR, first 10 pages'],
      ['img2pdf', 'img2pdf --pdfa, which only assembles'],
    ] as const
  ).filter(([name]) => theirs[name].length > 0)
  const against = (
    measure: string,
    unit: string,
    mine: readonly number[],
    of: (name: (typeof peers)[number][0]) => readonly number[] | null,
  ) =>
    peers.length === 0
      ? [{ measure, unit, ours: mine, peer: null }]
      : peers.flatMap(([name, long]): readonly Sampled[] => {
          const samples = of(name)
          return samples === null ? [] : [{ measure, unit, ours: mine, peer: { name: long, samples } }]
        })
  const all = ours.map(() => sizeOf(join(bench.out, 'ours/ours.pdf')) / count)
  const tenBytes = ten.reduce((sum, _truth, at) => sum + sizeOf(filed(at)), 0) / ten.length
  return [
    ...against(
      'digitise.page_cpu_s',
      's',
      perPage(ours, ({ cpu }) => cpu),
      (name) => perPage(theirs[name], ({ cpu }) => cpu),
    ),
    ...against(
      'digitise.page_wall_s',
      's',
      perPage(ours, ({ wall }) => wall),
      (name) => perPage(theirs[name], ({ wall }) => wall),
    ),
    ...(has.img2pdf
      ? [
          {
            measure: 'digitise.bytes_per_page',
            unit: 'bytes',
            ours: all,
            peer: {
              name: 'img2pdf --pdfa, the scans untouched',
              samples: [sizeOf(join(bench.out, 'img2pdf.pdf')) / count],
            },
          },
        ]
      : [{ measure: 'digitise.bytes_per_page', unit: 'bytes', ours: all, peer: null }]),
    ...(has.ocrmypdf
      ? [
          {
            measure: 'digitise.bytes_per_page',
            unit: 'bytes',
            ours: [tenBytes],
            peer: {
              name: 'ocrmypdf --deskew, both the first 10 pages',
              samples: [sizeOf(join(bench.out, 'ocrmypdf.pdf')) / PEER_PAGES],
            },
          },
        ]
      : []),
    ...against(
      'digitise.memory_mb',
      'MB',
      ours.map(({ cost }) => cost.memory),
      (name) => theirs[name].map(({ cost }) => cost.memory),
    ),
    {
      measure: 'digitise.assembly_s',
      unit: 's',
      ours: assembly.ours,
      peer: has.img2pdf ? { name: 'img2pdf --pdfa, started anew', samples: assembly.peer } : null,
    },
    ...against('digitise.skew_max_deg', '°', [skew], (name) => {
      const worst = name === 'img2pdf' ? null : skewOf[name]
      return worst === null ? null : [worst]
    }),
    { measure: 'digitise.blank_false', unit: 'pages', ours: [faults.blankFalse], peer: null },
    { measure: 'digitise.separator_missed', unit: 'sheets', ours: [faults.missed], peer: null },
  ]
}

async function ocrSkew(bench: Bench, ten: readonly Truth[]): Promise<number> {
  const pages = await pagesOfPdf(bench.out, 'ocrmypdf.pdf')
  return worstOf(ten, (at) => pnmAsPng(pages[at] ?? ''))
}
