// `npm run torture -- path|feed|certify|foreign [--kills N] [--window M] [--papers P] [--seed S] [--json]`. path: the two kill journeys again and again, the plug
// pulled at another moment each time; afterwards the store, the province and strangers are asked what is there. feed: kill -9 while
// 200 pages are fed, M of the N times the real program, else the stations alone; afterwards every page shown as safe is looked for.
// certify: a queue of papers signed twice by a program that is killed at the rests of its journal and at random.
// foreign [--java N]: every PDF of the corpus signed twice as the counter would, or refused; every Nth judged by Java too.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openCorpus } from '../bench/corpus/index.ts'
import { corpusTrust } from '../bench/corpus/signed.ts'
import { seeded } from '../bench/scanner/ink.ts'
import { startStack } from '../bench/stack.ts'
import { type FeedingVerdict, isFaultless, killWhileFeeding, together } from '../scan/feeding.ts'
import { root } from '../setup/place.ts'
import { killWhileCertifying } from '../signature/certify-kills.ts'
import { signForeignFiles } from '../signature/foreign-files.ts'
import { killWindowWhileFeeding } from './feed-kills.ts'
import { ALL_WELL, judge, type Verdict } from './judge.ts'
import { killedWhileSending, killedWhileSigning } from './kills.ts'
import { endDisplay, type OpenWindow, openWindow } from './window.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '20' },
    window: { type: 'string', default: '0' },
    papers: { type: 'string' },
    seed: { type: 'string', default: '1' },
    java: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
})
const [what = ''] = positionals
if (!['path', 'feed', 'certify', 'foreign'].includes(what)) {
  process.stderr.write(
    'usage: npm run torture -- path|feed|certify|foreign [--kills N] [--window M] [--papers P] [--seed S] [--java N] [--json]\n',
  )
  process.exit(2)
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, one) => total + one, 0)
/** What should be there and is not; what is there more than once. */
const lost = (seen: Verdict): number =>
  Math.max(0, 3 - seen.validCopies) +
  Math.max(0, 3 - seen.province.files) +
  Math.max(0, 5 - (seen.parcels.delivered ?? 0)) +
  seen.faults.length
const doubled = (seen: Verdict): number =>
  Math.max(0, seen.province.files - 3) +
  Math.max(0, seen.province.dossiers - 1) +
  Math.max(0, seen.province.results - 3) +
  Math.max(0, sum(seen.documents) - 3) +
  Math.max(0, sum(seen.parcels) - 5) +
  (seen.registerNumbers.length - new Set(seen.registerNumbers).size)

const wanted = Number(values.kills)
const random = seeded(Number(values.seed))

/** A measure, and where it was taken more than once the least and the most. */
type Measure = readonly [name: string, value: number, unit: string, spread?: readonly [least: number, most: number]]

function print(measures: readonly Measure[], runs: number): void {
  for (const [measure, ours, unit, spread = [ours, ours]] of measures)
    process.stdout.write(
      values.json
        ? `${JSON.stringify({ measure, unit, ours, peer: null, peerName: null, ratio: null, runs, spread })}\n`
        : `${measure.padEnd(28)} ${ours}${unit === 'count' ? '' : ` ${unit}, ${spread.join(' to ')}`}\n`,
    )
}

/** Seconds until the clerk can go on: the one in the middle, and the quickest and slowest. */
function backAtWork(name: string, { back }: FeedingVerdict): readonly Measure[] {
  const seconds = back.map((ms) => Math.round(ms / 10) / 100).sort((one, other) => one - other)
  const [least = 0, middle = 0, most = 0] = [seconds[0], seconds[Math.floor(seconds.length / 2)], seconds.at(-1)]
  return seconds.length === 0 ? [] : [[name, middle, 's', [least, most]]]
}

async function feed(): Promise<number> {
  const report = (line: string): void => {
    if (!values.json) process.stderr.write(`${line}\n`)
  }
  const windows = Math.min(Number(values.window), wanted)
  const stations = await killWhileFeeding(wanted - windows, random, report)
  const window = await killWindowWhileFeeding(windows, random, report)
  const seen = together(stations, window)
  print(
    [
      ['feed.kills', seen.kills, 'count'],
      ['feed.kills_window', window.kills, 'count'],
      ['feed.acknowledged', seen.acknowledged, 'count'],
      ['feed.lost', seen.lost, 'count'],
      ['feed.doubled', seen.doubled, 'count'],
      ['feed.missing', seen.missing, 'count'],
      ['feed.disordered', seen.disordered, 'count'],
      ['feed.split', seen.split, 'count'],
      ['feed.unsound', seen.unsound, 'count'],
      ...backAtWork('feed.back_at_work_s', seen),
      ...backAtWork('feed.back_at_work_stations_s', stations),
      ...backAtWork('feed.back_at_work_window_s', window),
    ],
    seen.kills,
  )
  return isFaultless(seen) ? 0 : 1
}

async function certify(): Promise<number> {
  // As many as 500 kills leave something to do for: two a kill, 60 at least.
  const papers = Number(values.papers ?? Math.max(60, 2 * wanted))
  const seen = await killWhileCertifying(wanted, papers, random, (line) => {
    if (!values.json) process.stderr.write(`${line}\n`)
  })
  print(
    [
      ['certify.kills', seen.kills, 'count'],
      ['certify.papers', seen.papers, 'count'],
      ['certify.lost', seen.lost, 'count'],
      ['certify.doubled', seen.doubled, 'count'],
      ['certify.register_gaps', seen.gaps, 'count'],
      ['certify.judged_by_strangers', seen.judgedByStrangers, 'count'],
      ['certify.disagreements', seen.disagreements, 'count'],
    ],
    seen.kills,
  )
  return seen.lost + seen.doubled + seen.gaps + seen.disagreements === 0 && seen.kills === wanted ? 0 : 1
}

async function foreign(): Promise<number> {
  const folder = join(root, '.runtime/corpus')
  const { files, missing } = await openCorpus(folder)
  for (const line of missing) process.stderr.write(`${line}\n`)
  const seen = await signForeignFiles(
    files.map((file) => file.path),
    {
      trust: existsSync(corpusTrust(folder)) ? [corpusTrust(folder)] : [],
      javaEvery: Number(values.java),
      tell: (line) => {
        if (!values.json) process.stderr.write(`${line}\n`)
      },
    },
  )
  for (const [reason, count] of Object.entries(seen.reasons))
    process.stderr.write(`${String(count).padStart(6)} ${reason}\n`)
  for (const line of seen.troubles) process.stderr.write(`${line}\n`)
  print(
    [
      ['foreign.files', seen.files, 'count'],
      ['foreign.signed', seen.signed, 'count'],
      ['foreign.repaired', seen.repaired, 'count'],
      ['foreign.refused', seen.refused, 'count'],
      ['foreign.corrupt', seen.corrupt, 'count'],
      ['foreign.crashed', seen.crashed, 'count'],
      ['foreign.signed_before', seen.signedBefore, 'count'],
      ['foreign.judged_by_java', seen.judgedByJava, 'count'],
      ['foreign.disagreements', seen.disagreements, 'count'],
      ['foreign.slowest_s', seen.slowestMs / 1000, 's'],
      ['foreign.peak_mb', seen.peakMb, 'MB'],
    ],
    seen.files,
  )
  return seen.corrupt + seen.crashed + seen.disagreements === 0 ? 0 : 1
}

async function path(): Promise<number> {
  const total = { kills: 0, lost: 0, doubled: 0, odd: 0 }
  for (let round = 0; total.kills < wanted; round += 1) {
    const stack = await startStack()
    const opened: OpenWindow[] = []
    const open = async (): Promise<OpenWindow> => {
      const window = await openWindow(stack)
      opened.push(window)
      return window
    }
    const afterMs = Math.round(50 + random() * 1100)
    const which = round % 2 === 0 ? 'signing' : 'sending'
    try {
      await (which === 'signing' ? killedWhileSigning : killedWhileSending)(stack, open, afterMs)
      // Every journey pulls the plug twice.
      total.kills += 2
      const seen = await judge(stack)
      total.lost += lost(seen)
      total.doubled += doubled(seen)
      const well = JSON.stringify(seen) === JSON.stringify(ALL_WELL)
      if (!well) total.odd += 1
      if (!values.json || !well)
        process.stderr.write(
          `${round + 1}: killed while ${which} after ${afterMs} ms: ${well ? 'all there, once' : JSON.stringify(seen)}\n`,
        )
    } finally {
      for (const window of opened) await window.close()
      await stack.stop()
    }
  }
  endDisplay()
  print(
    [
      ['path.kills', total.kills, 'count'],
      ['path.lost', total.lost, 'count'],
      ['path.doubled', total.doubled, 'count'],
    ],
    total.kills,
  )
  return total.lost + total.doubled + total.odd === 0 ? 0 : 1
}

process.exit(await { path, feed, certify, foreign }[what as 'path' | 'feed' | 'certify' | 'foreign']())
