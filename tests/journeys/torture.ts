// `npm run torture -- path|feed [--kills N] [--seed S] [--json]`. path: the two kill journeys again and again, the plug pulled at
// another moment each time; afterwards the store, the province and strangers are asked what is there. feed: the plug is pulled
// while 200 pages are fed; afterwards every page that was shown as safe is looked for.
import { parseArgs } from 'node:util'
import { startStack } from '../bench/stack.ts'
import { killWhileFeeding } from '../scan/feeding.ts'
import { ALL_WELL, judge, type Verdict } from './judge.ts'
import { killedWhileSending, killedWhileSigning } from './kills.ts'
import { endDisplay, type OpenWindow, openWindow } from './window.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
if (positionals[0] !== 'path' && positionals[0] !== 'feed') {
  process.stderr.write('usage: npm run torture -- path|feed [--kills N] [--seed S] [--json]\n')
  process.exit(2)
}

/** Mulberry32: the same seed, the same moments. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
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

function print(measures: readonly (readonly [name: string, value: number, unit: string])[], runs: number): void {
  for (const [measure, ours, unit] of measures)
    process.stdout.write(
      values.json
        ? `${JSON.stringify({ measure, unit, ours, peer: null, peerName: null, ratio: null, runs, spread: [ours, ours] })}\n`
        : `${measure.padEnd(18)} ${ours}${unit === 'count' ? '' : ` ${unit}`}\n`,
    )
}

async function feed(): Promise<number> {
  const seen = await killWhileFeeding(wanted, random, (line) => {
    if (!values.json) process.stderr.write(`${line}\n`)
  })
  const back = [...seen.back].sort((one, other) => one - other)
  print(
    [
      ['feed.kills', seen.kills, 'count'],
      ['feed.acknowledged', seen.acknowledged, 'count'],
      ['feed.lost', seen.lost, 'count'],
      ['feed.doubled', seen.doubled, 'count'],
      ['feed.back_ms_p50', back[Math.floor(back.length / 2)] ?? 0, 'ms'],
      ['feed.back_ms_max', back.at(-1) ?? 0, 'ms'],
    ],
    seen.kills,
  )
  return seen.lost + seen.doubled === 0 ? 0 : 1
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

process.exit(await (positionals[0] === 'feed' ? feed() : path()))
