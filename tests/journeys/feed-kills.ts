// The real program is killed at any moment while the virtual scanner feeds it 200 pages, over our own eSCL client and over SANE,
// one side or both, the whole process tree at once or the main process alone. The clerk starts it again, goes on with the stack she is greeted with,
// puts back the sheets behind the count she sees, and feeds on to the end.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'playwright/test'
import { furnish } from '../bench/office.ts'
import type { VirtualScanner } from '../bench/scanner/escl-server.ts'
import { type Stack, startStack } from '../bench/stack.ts'
import { type FeedingVerdict, momentOf, NOTHING_YET, together, toldOf } from '../scan/feeding.ts'
import {
  hashesOf,
  judgeFeed,
  loadFrom,
  numberDrawnOn,
  numberedPages,
  openStack,
  putBackFrom,
  type SafePage,
  STACK,
  type TherePage,
} from '../scan/feeding-sheets.ts'
import * as story from './story.ts'
import { endDisplay, type OpenWindow, openWindow } from './window.ts'

/** Everything different that a kill can be, in turn. */
const KINDS = [
  { way: 'eSCL', source: 'feeder', killed: 'everything' },
  { way: 'SANE', source: 'feeder', killed: 'everything' },
  { way: 'eSCL', source: 'duplex', killed: 'everything' },
  { way: 'SANE', source: 'feeder', killed: 'main alone' },
  { way: 'eSCL', source: 'feeder', killed: 'main alone' },
  { way: 'SANE', source: 'duplex', killed: 'everything' },
] as const
type Kind = (typeof KINDS)[number]

const started = async (stack: Stack): Promise<OpenWindow> => {
  const window = await openWindow(stack)
  await story.openStore(window.page)
  await story.signIn(window.page, 'clerk')
  return window
}

/** What the program says is safe, as it says it. */
async function listen(window: OpenWindow): Promise<SafePage[]> {
  const safe: SafePage[] = []
  await window.page.exposeFunction('heardSafe', (page: SafePage) => void safe.push(page))
  await window.page.evaluate(() => {
    const told = new Set<string>()
    const tell = (globalThis as unknown as { heardSafe(page: unknown): void }).heardSafe
    globalThis.window.counter.scan.changed(({ pages }) => {
      for (const { id, file } of pages) if (!told.has(id)) tell({ id, file })
      for (const { id } of pages) told.add(id)
    })
  })
  return safe
}

/** The main process gets no word out; what it started is left to notice by itself. */
async function killAlone(window: OpenWindow): Promise<void> {
  const ended = new Promise<void>((resolve) => window.app.process().once('exit', () => resolve()))
  process.kill(window.pid, 'SIGKILL')
  await ended
}

/** The key of the profile, then the key that feeds. */
async function feed({ page }: OpenWindow, { source }: Kind): Promise<void> {
  await page.keyboard.press(source === 'duplex' ? 'F3' : 'F2')
  await page.keyboard.press('F9')
}

/** The stack of many dossiers is taken in hand. */
async function takeMixed({ page }: OpenWindow): Promise<void> {
  await page.keyboard.press('Alt+3')
  await expect(story.at(page, 'scan-mixed')).toBeVisible()
  await page.keyboard.press('F9')
  await expect(story.at(page, 'scan-start')).toBeVisible()
}

async function feedUntilKilled(stack: Stack, kind: Kind, random: () => number): Promise<readonly SafePage[]> {
  const window = await started(stack)
  try {
    const safe = await listen(window)
    await takeMixed(window)
    await feed(window, kind)
    const moment = momentOf(random)
    const until = performance.now() + 180_000
    while (safe.length < moment.pages && performance.now() < until) await wait(2)
    await wait(moment.laterMs)
    await (kind.killed === 'everything' ? window.kill() : killAlone(window))
    return safe
  } finally {
    await window.close()
  }
}

interface GoneOn {
  readonly there: readonly TherePage[]
  /** Milliseconds from the start of the program until the stack and its count are on the screen. */
  readonly shownMs: number
  /** Until a further page is safe, or the feeder is said to be empty. */
  readonly backMs: number
}

/** The clerk goes on with what the program greets her with, to the end of the stack. */
async function goOn(stack: Stack, kind: Kind, load: (from: number) => void): Promise<GoneOn> {
  const began = performance.now()
  const window = await started(stack)
  const { page } = window
  try {
    const { pages: there } = await story.ask(page, (api) => api.scan.pages({ dossierId: null }))
    const count = there.filter((one) => !one.removed).length
    if (count > 0) {
      await expect(story.at(page, 'unfinished-greeting')).toBeVisible()
      await page.keyboard.press('Alt+u')
      await expect(story.at(page, 'unfinished-item').first()).toHaveAttribute('data-pages', String(count))
      await page.keyboard.press('Enter')
      await expect(story.at(page, 'scan-count')).toHaveAttribute('data-all', String(count))
      await expect(story.at(page, 'scan-start')).toBeVisible()
    } else await takeMixed(window)
    const shownMs = Math.round(performance.now() - began)
    const from = putBackFrom(there, kind.source)
    load(from)
    await feed(window, kind)
    const further = from < STACK ? story.at(page, 'page-thumb').nth(there.length) : story.at(page, 'failure')
    await expect(further).toBeAttached({ timeout: 60_000 })
    const backMs = Math.round(performance.now() - began)
    await expect(story.at(page, 'scan-stop')).toHaveCount(0, { timeout: 180_000 })
    return { there, shownMs, backMs }
  } finally {
    await window.close()
  }
}

async function furnishAnew(stack: Stack, kind: Kind): Promise<Stack> {
  const { scanners: _, ...unit } = stack.unit
  const own = kind.way === 'eSCL' && stack.scannerUrl !== undefined ? { ...unit, scanners: [stack.scannerUrl] } : unit
  rmSync(stack.data, { recursive: true, force: true })
  await furnish(stack.data, own)
  if (stack.user !== null && spawnSync('chown', ['-R', `${stack.user.uid}:${stack.user.gid}`, stack.data]).status !== 0)
    throw new Error('chown failed')
  return { ...stack, unit: own }
}

/** Kills the real program so often; each time another store, and another moment. */
export async function killWindowWhileFeeding(
  kills: number,
  random: () => number,
  report: (line: string) => void = () => undefined,
): Promise<FeedingVerdict> {
  let verdict = NOTHING_YET
  if (kills === 0) return verdict
  const pages = await numberedPages('drawn')
  const hashes = hashesOf(pages)
  const below = await startStack({ offline: true, escl: true })
  const scanner = below.scanner as VirtualScanner
  try {
    for (let round = 0; round < kills; round += 1) {
      const kind = KINDS[round % KINDS.length] ?? KINDS[0]
      const stack = await furnishAnew(below, kind)
      const load = (from: number): void => loadFrom(scanner, pages, from, kind.source)
      load(0)
      const safe = await feedUntilKilled(stack, kind, random)
      const { there, shownMs, backMs } = await goOn(stack, kind, load)
      // Our own client hands over the scanner's bytes untouched; scanimage codes the picture anew.
      const end = await openStack(stack.data, stack.unit, async ({ file }, bytes) =>
        kind.way === 'eSCL' ? (hashes.get(file) ?? null) : numberDrawnOn(bytes),
      )
      const seen: FeedingVerdict = {
        kills: 1,
        acknowledged: safe.length,
        ...judgeFeed(safe, there, end.pages),
        unsound: end.sound ? 0 : 1,
        back: [backMs],
      }
      verdict = together(verdict, seen)
      const where = `window killed (${kind.killed}, ${kind.way}, ${kind.source})`
      report(`${verdict.kills}: ${toldOf(seen, where)}, the count on the screen after ${shownMs} ms`)
    }
  } finally {
    await below.stop()
    endDisplay()
  }
  return verdict
}
