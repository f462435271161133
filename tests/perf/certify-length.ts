// How much memory the engine takes for a short list and for a very long one: it should not depend on it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { certify, setUp } from './certify.ts'
import type { Measurement, Sampled } from './run.ts'

const LENGTHS = [10, 1_000, 10_000] as const
/** Files that differ; a longer list has several copies of each. */
const PAPERS = 1_000

export const measureCertifyLength: Measurement = async ({ runs, n }) => {
  const home = mkdtempSync(join(tmpdir(), 'quay-perf-'))
  try {
    const { programs, wish } = await setUp(home, PAPERS)
    const lines: Sampled[] = []
    for (const length of LENGTHS.filter((one) => one <= (n ?? Number.POSITIVE_INFINITY))) {
      const papers = Array.from({ length }, (_, at) => wish.papers[at % PAPERS] ?? '')
      const [engine, all]: [number[], number[]] = [[], []]
      for (let run = 0; run < (runs ?? 1); run += 1) {
        const { peakMb, enginePeakMb } = await certify(home, programs.ours, { ...wish, papers }, {})
        engine.push(enginePeakMb)
        all.push(peakMb)
      }
      lines.push({ measure: `certify.memory_mb_${length}`, unit: 'MB', ours: all, peer: null })
      lines.push({ measure: `certify.engine_memory_mb_${length}`, unit: 'MB', ours: engine, peer: null })
    }
    return lines
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
