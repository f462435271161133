// `npm run perf -- NAME [--json]`: measures, and says what it saw. Medians, and the spread over the runs beside them.
// It judges nothing: no number makes it fail. How each figure comes about is in README.md of this folder.
import { parseArgs } from 'node:util'

/** What one measurement saw: one sample a run, ours and the peer's taken in turn. */
export interface Sampled {
  readonly measure: string
  readonly unit: string
  readonly ours: readonly number[]
  /** Null where there is nothing to compare with. */
  readonly peer: { readonly name: string; readonly samples: readonly number[] } | null
}

export interface PerfOptions {
  /** How often, or null for what the measurement thinks right. */
  readonly runs: number | null
  /** How many documents or pages, or null. */
  readonly n: number | null
}

export type Measurement = (options: PerfOptions) => Promise<readonly Sampled[]>

interface Line {
  readonly measure: string
  readonly unit: string
  readonly ours: number
  readonly peer: number | null
  readonly peerName: string | null
  readonly ratio: number | null
  readonly runs: number
  readonly spread: readonly [number, number]
}

const MEASUREMENTS: Readonly<Record<string, () => Promise<Measurement>>> = {
  start: async () => (await import('./start.ts')).measureStart,
  certify: async () => (await import('./certify.ts')).measureCertify,
  'certify-length': async () => (await import('./certify-length.ts')).measureCertifyLength,
  digitise: async () => (await import('./digitise.ts')).measureDigitise,
  quality: async () => (await import('./quality.ts')).measureQuality,
}

function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
  return (lower + upper) / 2
}

const round = (value: number): number => Number(value.toPrecision(4))

function summarise({ measure, unit, ours, peer }: Sampled): Line {
  const [mine, theirs] = [median(ours), peer === null ? null : median(peer.samples)]
  return {
    measure,
    unit,
    ours: round(mine),
    peer: theirs === null ? null : round(theirs),
    peerName: peer === null ? null : peer.name,
    ratio: theirs === null ? null : round(mine / theirs),
    runs: ours.length,
    spread: [round(Math.min(...ours)), round(Math.max(...ours))],
  }
}

function table(lines: readonly Line[]): string {
  const rows = [
    ['measure', 'ours', 'spread', 'unit', 'peer', 'ratio', 'runs', 'peer is'],
    ...lines.map((line) => [
      line.measure,
      String(line.ours),
      line.spread.join(' – '),
      line.unit,
      String(line.peer ?? '–'),
      String(line.ratio ?? '–'),
      String(line.runs),
      line.peerName ?? '–',
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

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string' },
    n: { type: 'string' },
    pages: { type: 'string' },
  },
})
const count = (text: string | undefined): number | null => {
  if (text === undefined) return null
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`not a count: ${text}`)
  return value
}
const unknown = positionals.filter((name) => !(name in MEASUREMENTS))
if (positionals.length === 0 || unknown.length > 0) {
  process.stderr.write(
    `usage: npm run perf -- ${Object.keys(MEASUREMENTS).join('|')} [--json] [--runs N] [--n N | --pages N]\n`,
  )
  process.exit(2)
}
const lines: Line[] = []
for (const name of positionals) {
  const measure = await MEASUREMENTS[name]?.()
  const sampled = (await measure?.({ runs: count(values.runs), n: count(values.pages ?? values.n) })) ?? []
  lines.push(...sampled.map(summarise))
}
process.stdout.write(values.json ? `${lines.map((line) => JSON.stringify(line)).join('\n')}\n` : `${table(lines)}\n`)
process.exit(0)
