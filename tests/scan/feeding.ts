// The plug is pulled at any moment while a stack of pages is fed; the clerk puts back what the count says is missing and
// feeds on. Afterwards every page that was shown as safe is there, once, in order, byte for byte. Stations only; the real window
// is killed by tests/journeys/feed-kills.ts.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { furnish, SPECIMEN_UNIT } from '../bench/office.ts'
import { startScanner } from '../bench/scanner/escl-server.ts'
import { root } from '../setup/place.ts'
import {
  type FeedFaults,
  hashesOf,
  judgeFeed,
  loadFrom,
  numberedPages,
  openStack,
  putBackFrom,
  type Source,
  STACK,
  type TherePage,
} from './feeding-sheets.ts'

export interface FeedingVerdict extends FeedFaults {
  readonly kills: number
  /** Pages shown as safe before a kill. */
  readonly acknowledged: number
  /** Stores that were not whole afterwards. */
  readonly unsound: number
  /** Milliseconds from starting the program again until a further page is safe (or the feeder is said to be empty), each time. */
  readonly back: readonly number[]
}

export const NOTHING_YET: FeedingVerdict = {
  kills: 0,
  acknowledged: 0,
  lost: 0,
  doubled: 0,
  missing: 0,
  disordered: 0,
  split: 0,
  unsound: 0,
  back: [],
}

export const together = (one: FeedingVerdict, other: FeedingVerdict): FeedingVerdict => ({
  kills: one.kills + other.kills,
  acknowledged: one.acknowledged + other.acknowledged,
  lost: one.lost + other.lost,
  doubled: one.doubled + other.doubled,
  missing: one.missing + other.missing,
  disordered: one.disordered + other.disordered,
  split: one.split + other.split,
  unsound: one.unsound + other.unsound,
  back: [...one.back, ...other.back],
})

const FAULTS = ['lost', 'doubled', 'missing', 'disordered', 'split', 'unsound'] as const
export const isFaultless = (seen: FeedingVerdict): boolean => FAULTS.every((name) => seen[name] === 0)

/** One kill in words. */
export const toldOf = (seen: FeedingVerdict, where: string, count = STACK): string => {
  const faults = FAULTS.filter((name) => seen[name] > 0).map((name) => `${name} ${seen[name]}`)
  const ending = isFaultless(seen) ? 'all there, once, in order' : faults.join(', ')
  return `${where} after ${seen.acknowledged} of ${count} pages: ${ending}; back at work in ${seen.back.join()} ms`
}

interface Heard {
  readonly child: ChildProcess
  /** What follows the word on every line that begins with it. */
  said(word: string): readonly TherePage[]
  /** Resolves when the word was said so often, or when the child is gone. */
  until(word: string, times?: number): Promise<void>
  readonly gone: Promise<void>
}

function startChild(folder: string, address: string, source: Source): Heard {
  const child = spawn(process.execPath, [join(root, 'tests/scan/feeding-child.ts'), folder, address, source], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.on('error', () => undefined)
  const lines: string[] = []
  const listeners = new Set<() => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    for (const listener of [...listeners]) listener()
  })
  const gone = new Promise<void>((done) => void child.once('close', () => done()))
  return {
    child,
    gone,
    said: (word) =>
      lines
        .map((line) => line.split(' '))
        .flatMap(([first, id = '', file = '', is]) =>
          first === word ? [{ id, file, removed: is === 'removed' }] : [],
        ),
    until: (word, times = 1) =>
      new Promise((done) => {
        const look = (): void => {
          if (lines.filter((line) => line.startsWith(word)).length < times) return
          listeners.delete(look)
          done()
        }
        listeners.add(look)
        void gone.then(() => done())
        look()
      }),
  }
}

/** When to pull the plug: behind so many pages, and so many milliseconds later. `random` answers 0 to 1. */
export const momentOf = (
  random: () => number,
  count = STACK,
): { readonly pages: number; readonly laterMs: number } => ({
  pages: Math.floor(random() * count),
  laterMs: Math.round(random() * 120),
})

/** Kills the stations; each time another store, and another moment. Every third stack is fed on both sides. */
export async function killWhileFeeding(
  kills: number,
  random: () => number,
  report: (line: string) => void = () => undefined,
  count = STACK,
): Promise<FeedingVerdict> {
  let verdict = NOTHING_YET
  if (kills === 0) return verdict
  const pages = await numberedPages('in-a-comment', count)
  const hashes = hashesOf(pages)
  const scanner = await startScanner({ name: 'Quay Bench Scanner' })
  const home = mkdtempSync(join(process.platform === 'linux' ? '/var/tmp' : tmpdir(), 'quay-feed-'))
  try {
    scanner.set({ slow: 15 })
    while (verdict.kills < kills) {
      const folder = join(home, `counter-${verdict.kills}`)
      const source = verdict.kills % 3 === 2 ? 'duplex' : 'feeder'
      await furnish(folder, SPECIMEN_UNIT)
      loadFrom(scanner, pages, 0, source)
      const first = startChild(folder, scanner.url, source)
      await first.until('counted')
      first.child.stdin?.write('go\n')
      const moment = momentOf(random, count)
      await first.until('safe', moment.pages)
      await wait(moment.laterMs)
      first.child.kill('SIGKILL')
      await first.gone

      const began = performance.now()
      const second = startChild(folder, scanner.url, source)
      await second.until('counted')
      const there = second.said('there')
      const from = putBackFrom(there, source)
      loadFrom(scanner, pages, from, source)
      second.child.stdin?.write('go\n')
      await second.until(from < count ? 'safe' : 'ended')
      const back = Math.round(performance.now() - began)
      await second.gone

      const end = await openStack(folder, SPECIMEN_UNIT, async ({ file }) => hashes.get(file) ?? null)
      const safe = first.said('safe')
      const seen: FeedingVerdict = {
        kills: 1,
        acknowledged: safe.length,
        ...judgeFeed(safe, there, end.pages, count),
        unsound: end.sound ? 0 : 1,
        back: [back],
      }
      verdict = together(verdict, seen)
      report(`${verdict.kills}: ${toldOf(seen, `stations killed (${source})`, count)}`)
      rmSync(folder, { recursive: true, force: true })
    }
  } finally {
    await scanner.close()
    rmSync(home, { recursive: true, force: true })
  }
  return verdict
}
