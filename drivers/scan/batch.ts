// One scanimage batch, page by page. `--batch-prompt` makes it wait for a line before each page, and the line is sent
// only after the page before was accepted: scanimage never runs ahead, and at most one page lies in the spool.
// Never judges an exit code; never leaves a process or a page behind.
import { spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ScannedPage, ScanRequest } from '../contract.ts'
import type { BatchEnd } from './codes.ts'
import { withDensity } from './density.ts'
import { type Environment, endWithUs, inPlainLocale, stop } from './program.ts'

export interface BatchOrder {
  readonly program: string
  readonly environment: Environment
  readonly device: string
  /** The options in the device's own words. */
  readonly args: readonly string[]
  readonly request: ScanRequest
  /** Working folder; pages appear in it as 1.jpg, 2.jpg … (relative names, so that no path reaches scanimage's printf). */
  readonly folder: string
  /** Longest time without any sign of life from scanimage, in milliseconds. */
  readonly silenceMs: number
  readonly graceMs: number
}

/** A page count keeps exit code 7 for an empty feeder; without one scanimage turns it into 0. No feeder holds this many. */
const MOST_PAGES = 999

const BATCH = ['--format=jpeg', '--batch=%d.jpg', '--batch-print', '--batch-prompt', '--progress'] as const

/** `Scanned page 3. (scanner status = 6)`: the SANE status of sane_read, by number. */
const PAGE_STATUS = /\(scanner status = (\d{1,3})\)/g
/** SANE_STATUS_GOOD and SANE_STATUS_EOF. */
const GOOD: ReadonlySet<number> = new Set([0, 5])
/** Characters of stderr looked at together, so that a status cut in two by a pipe is still found. */
const SAID_LIMIT = 400

async function takePage(order: BatchOrder, number: number): Promise<Uint8Array | undefined> {
  const path = join(order.folder, `${number}.jpg`)
  try {
    return withDensity(await readFile(path), order.request.dpi)
  } catch {
    return undefined
  } finally {
    await rm(path, { force: true })
  }
}

/** Runs until the source is empty, trouble, silence or `signal`. Rejects only when `page` did, after everything is cleaned up. */
export function runBatch(
  order: BatchOrder,
  page: (page: ScannedPage) => Promise<void>,
  signal: AbortSignal,
): Promise<BatchEnd> {
  const wanted = order.request.source === 'flatbed' ? 1 : MOST_PAGES
  const args = [`--device-name=${order.device}`, ...BATCH, `--batch-count=${wanted}`, ...order.args]
  return new Promise((done, failed) => {
    const child = spawn(order.program, args, {
      cwd: order.folder,
      env: inPlainLocale(order.environment),
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    endWithUs(child)
    let pages = 0
    let cut: BatchEnd['cut']
    let status: number | undefined
    let refused: { readonly error: unknown } | undefined
    let handing = Promise.resolve()
    let clock: NodeJS.Timeout | undefined

    const rest = () => {
      clearTimeout(clock)
      clock = undefined
    }
    const end = (why: BatchEnd['cut']) => {
      cut ??= why
      rest()
      // At the prompt a signal alone would not wake scanimage; the end of its input does.
      child.stdin.end()
      stop(child, order.graceMs)
    }
    const listen = () => {
      rest()
      if (cut === undefined) clock = setTimeout(() => end('silent'), order.silenceMs)
    }
    const proceed = () => {
      if (cut !== undefined || refused !== undefined) return
      child.stdin.write('\n')
      listen()
    }
    const handOver = async () => {
      const jpeg = await takePage(order, pages + 1)
      if (refused !== undefined || cut === 'aborted') return
      if (jpeg === undefined) return end('unreadable')
      try {
        await page({ number: pages + 1, jpeg })
        pages++
        proceed()
      } catch (error) {
        refused = { error }
        end('aborted')
      }
    }
    const abort = () => end('aborted')
    const finish = (code: number | null) => {
      rest()
      signal.removeEventListener('abort', abort)
      handing.then(() => {
        if (refused !== undefined) failed(refused.error)
        else {
          const told = status === undefined ? {} : { status }
          done({ code, pages, wanted, ...told, ...(cut === undefined ? {} : { cut }) })
        }
      }, failed)
    }

    let line = ''
    let said = ''
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (text: string) => {
      const lines = (line + text).split('\n')
      line = lines.pop() ?? ''
      for (const name of lines) {
        if (!/^\d+\.jpg$/.test(name)) continue
        rest()
        handing = handing.then(handOver)
      }
    })
    // Of the words on stderr only two things matter: that they come, and the number of a page's status.
    child.stderr.setEncoding('utf8')
    child.stderr.on('data', (text: string) => {
      if (clock !== undefined) listen()
      said = (said + text).slice(-SAID_LIMIT)
      for (const [, number] of said.matchAll(PAGE_STATUS)) {
        status = GOOD.has(Number(number)) ? undefined : Number(number)
      }
    })
    child.stdin.on('error', () => undefined)
    child.once('error', () => finish(null))
    child.once('close', (code) => finish(code))
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    else proceed()
  })
}
