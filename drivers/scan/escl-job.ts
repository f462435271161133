// One eSCL scan job, page by page: the next document is asked for only after the page before was accepted.
// Never leaves a job open on the scanner, never takes anything but a whole JPEG for a page.
import { setTimeout as wait } from 'node:timers/promises'
import type { ScannedPage, ScanRequest } from '../contract.ts'
import type { ScanTrouble } from './codes.ts'
import { withDensity } from './density.ts'
import type { Answer, Asked, LineTrouble, Question } from './escl-http.ts'
import { judgeEnd, judgeRefusal, paperTrouble } from './escl-states.ts'
import { readStatus, type ScannerStatus, XML_LIMIT } from './escl-xml.ts'
import { pictureSize, withoutPadding } from './jpeg-header.ts'

/** Milliseconds unless told otherwise. */
export interface EsclLimits {
  /** A question that is answered out of memory: capabilities, status (5,000). */
  readonly askMs: number
  /** Without a byte while a page is awaited: warming up, feeding, scanning (60,000). */
  readonly silenceMs: number
  /** One page in all, however steadily it drips (100,000). */
  readonly pageMs: number
  /** A busy scanner is asked again for so long before the clerk is told (5,000). */
  readonly busyMs: number
  /** Between two questions to a scanner that says "not yet", unless it names a time (1,000). */
  readonly retryMs: number
  /** Saying goodbye to a job (2,000). */
  readonly cancelMs: number
  /** Bytes of one page (96 MiB). */
  readonly pageBytes: number
}

export const ESCL_LIMITS: EsclLimits = {
  askMs: 5_000,
  silenceMs: 60_000,
  pageMs: 100_000,
  busyMs: 5_000,
  retryMs: 1_000,
  cancelMs: 2_000,
  pageBytes: 96 * 1024 * 1024,
}

export interface JobOrder {
  readonly ask: (question: Question, signal: AbortSignal) => Promise<Asked>
  /** Path of the scanner's eSCL root: `/eSCL`. */
  readonly root: string
  readonly ticket: string
  readonly request: ScanRequest
  readonly limits: EsclLimits
}

/** How a job ended, and how many pages were handed over and accepted. */
export interface JobResult {
  readonly verdict: 'complete' | ScanTrouble
  readonly pages: number
}

/** A line that failed before the scanner had taken the job. */
export const LINE_TROUBLE: Readonly<Record<LineTrouble, ScanTrouble>> = {
  unreachable: 'absent',
  silent: 'timeout',
  garbled: 'unreadable',
  stranger: 'failed',
  aborted: 'failed',
}

const RETRY_LEAST = 100
const RETRY_MOST = 5_000

/**
 * The path of a new job, always on the scanner that was asked: some name a host that only they know, and one that names
 * another machine is not followed there.
 */
export function jobPath(location: string | undefined): string | undefined {
  if (location === undefined || location.length > 500) return undefined
  try {
    const { pathname } = new URL(location, 'http://scanner/')
    const path = pathname.replace(/\/+$/, '')
    return path === '' ? undefined : path
  } catch {
    return undefined
  }
}

/** Waits, or less when `signal` aborts. */
const pause = (milliseconds: number, signal: AbortSignal) =>
  wait(milliseconds, undefined, { signal }).catch(() => undefined)

const retryAfter = ({ retryAfter: seconds }: Answer, limits: EsclLimits) =>
  Math.max(RETRY_LEAST, Math.min(seconds === undefined ? limits.retryMs : seconds * 1000, RETRY_MOST))

/** The picture of an answer with its density, or undefined when it is no picture. */
function pictureOf(body: Uint8Array, dpi: number): Uint8Array | undefined {
  const file = withoutPadding(body)
  return pictureSize(file) === undefined ? undefined : withDensity(file, dpi)
}

/**
 * Runs one job until the source is empty, trouble or `signal`. Rejects only when `page` did, after the job was taken back.
 * `now` is monotonic, in milliseconds.
 */
export async function runJob(
  order: JobOrder,
  page: (page: ScannedPage) => Promise<void>,
  signal: AbortSignal,
  now: () => number,
): Promise<JobResult> {
  const { limits, request } = order
  const { source } = request
  const never = new AbortController().signal
  let pages = 0
  const end = (verdict: JobResult['verdict']): JobResult => ({ verdict, pages })

  async function status(): Promise<ScannerStatus | undefined> {
    const question = { method: 'GET', path: `${order.root}/ScannerStatus`, most: XML_LIMIT } as const
    const asked = await order.ask({ ...question, silenceMs: limits.askMs, wholeMs: limits.askMs }, signal)
    return asked.ok && asked.answer.code === 200 ? readStatus(asked.answer.body) : undefined
  }

  async function begin(): Promise<Asked> {
    const until = now() + limits.busyMs
    for (;;) {
      const asked = await order.ask(
        {
          method: 'POST',
          path: `${order.root}/ScanJobs`,
          body: order.ticket,
          most: XML_LIMIT,
          silenceMs: limits.silenceMs,
          wholeMs: limits.silenceMs,
        },
        signal,
      )
      const again = asked.ok && asked.answer.code === 503 ? retryAfter(asked.answer, limits) : 0
      if (again === 0 || now() + again > until || signal.aborted) return asked
      await pause(again, signal)
    }
  }

  /** The next document; a scanner that says "not yet" is asked again as long as silence is allowed, unless paper is in the way. */
  async function next(job: string): Promise<Asked | ScanTrouble> {
    const until = now() + limits.silenceMs
    for (;;) {
      const asked = await order.ask(
        {
          method: 'GET',
          path: `${job}/NextDocument`,
          most: limits.pageBytes,
          silenceMs: limits.silenceMs,
          wholeMs: limits.pageMs,
        },
        signal,
      )
      if (!asked.ok || asked.answer.code !== 503) return asked
      const trouble = source === 'flatbed' ? undefined : paperTrouble(await status())
      if (trouble !== undefined) return trouble
      const again = retryAfter(asked.answer, limits)
      if (now() + again > until) return 'timeout'
      await pause(again, signal)
      if (signal.aborted) return 'failed'
    }
  }

  /** The line broke while a page was awaited: only another look can tell why. */
  async function judgeLine(trouble: LineTrouble): Promise<ScanTrouble> {
    if (signal.aborted || trouble === 'aborted' || trouble === 'stranger') return 'failed'
    const seen = await status()
    const paper = source === 'flatbed' ? undefined : paperTrouble(seen)
    if (paper !== undefined) return paper
    if (trouble === 'unreachable') return seen === undefined ? 'removed' : 'failed'
    return LINE_TROUBLE[trouble]
  }

  async function feed(job: string): Promise<JobResult> {
    for (;;) {
      const came = await next(job)
      if (typeof came === 'string') return end(came)
      if (!came.ok) return end(await judgeLine(came.trouble))
      const { code, body } = came.answer
      if (code !== 200) return end(judgeEnd({ code, source, pages, status: await status(), job }))
      const jpeg = pictureOf(body, request.dpi)
      if (jpeg === undefined) return end('unreadable')
      const taken = await Promise.race([page({ number: pages + 1, jpeg }), aborted])
      if (taken === 'aborted') return end('failed')
      pages++
      if (signal.aborted) return end('failed')
      if (source === 'flatbed') return end('complete')
    }
  }

  let stop = () => {}
  const aborted = new Promise<'aborted'>((done) => {
    stop = () => done('aborted')
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
  const began = await begin()
  if (!began.ok) {
    signal.removeEventListener('abort', stop)
    return end(signal.aborted ? 'failed' : LINE_TROUBLE[began.trouble])
  }
  const job = began.answer.code === 201 ? jobPath(began.answer.location) : undefined
  try {
    if (job !== undefined) return await feed(job)
    const { code } = began.answer
    return end(code === 201 ? 'unreadable' : judgeRefusal(code, source, await status()))
  } finally {
    signal.removeEventListener('abort', stop)
    if (job !== undefined) {
      const limit = { most: XML_LIMIT, silenceMs: limits.cancelMs, wholeMs: limits.cancelMs }
      await order.ask({ method: 'DELETE', path: job, ...limit }, never)
    }
  }
}
