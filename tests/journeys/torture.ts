// `npm run torture -- path [--kills N] [--seed S] [--json]`: the two kill journeys again and again, the plug pulled at another
// moment each time. Afterwards the store, the province and strangers are asked what is there.
import { parseArgs } from 'node:util'
import { startStack } from '../bench/stack.ts'
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
if (positionals[0] !== 'path') {
  process.stderr.write('usage: npm run torture -- path [--kills N] [--seed S] [--json]\n')
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
const measures = [
  ['path.kills', total.kills],
  ['path.lost', total.lost],
  ['path.doubled', total.doubled],
] as const
for (const [measure, ours] of measures)
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ measure, unit: 'count', ours, peer: null, peerName: null, ratio: null, runs: total.kills, spread: [ours, ours] })}\n`
      : `${measure.padEnd(14)} ${ours}\n`,
  )
process.exit(total.lost + total.doubled + total.odd === 0 ? 0 : 1)
