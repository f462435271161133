// A scanner made of a folder: the feeder is a stack of JPEG files that are gone when fed, the glass is one file that stays.
// The back of a sheet lies beside it as NAME.jpg.back; without one it is white.
// Behaves as the contract says and as drivers/scan does over SANE; it never makes up a page and never runs ahead.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Driver, ScanAbilities, ScannedPage, ScanRequest, ScanSession } from '../../../drivers/contract.ts'
import { type ScanTrouble, scanFailure } from '../../../drivers/scan/codes.ts'
import { withDensity } from '../../../drivers/scan/density.ts'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { type Desk, replaceFile, rulesIn, textOf, watchFile } from './desk.ts'

const SCANNER = 'bench:scanner'
/** The papers of tests/bench/scanner are drawn like this. */
const PAPER_DPI = 300
const ABILITIES: ScanAbilities = {
  sources: ['feeder', 'duplex', 'flatbed'],
  modes: ['colour', 'grey', 'bitonal'],
  dpi: [150, 200, 300],
}

export interface ScannerOrders {
  /** Jams, or loses its plug, when so many pages have been fed in all. */
  readonly jamAt?: number
  readonly vanishAt?: number
  /** The page after so many is two sheets at once. */
  readonly doubleAt?: number
  readonly coverOpen: boolean
  readonly busy: boolean
  readonly away: boolean
  /** Milliseconds before each page. */
  readonly slow: number
}

export function scannerOrders(text: string): ScannerOrders {
  const said = new Map(rulesIn(text).map(([rule = '', number]) => [rule, Number(number ?? 0)]))
  const [jamAt, vanishAt, doubleAt] = [said.get('jam-at'), said.get('vanish-at'), said.get('double-at')]
  return {
    ...(jamAt === undefined ? {} : { jamAt }),
    ...(vanishAt === undefined ? {} : { vanishAt }),
    ...(doubleAt === undefined ? {} : { doubleAt }),
    coverOpen: said.has('cover-open'),
    busy: said.has('busy'),
    away: said.has('away'),
    slow: said.get('slow') ?? 0,
  }
}

export const sheetsIn = (feeder: string): readonly string[] =>
  readdirSync(feeder)
    .filter((name) => name.endsWith('.jpg'))
    .sort()

export const fedSoFar = (desk: Desk): number => Number(textOf(desk.fed))

function isAway(desk: Desk): boolean {
  const { away, vanishAt = Number.POSITIVE_INFINITY } = scannerOrders(textOf(desk.scanner))
  return away || fedSoFar(desk) >= vanishAt
}

/** One side of a sheet; `back`: what follows it when both sides are wanted. */
interface Side {
  readonly jpeg: Uint8Array
  readonly back?: Uint8Array | 'white'
}

function readBack(path: string): Uint8Array | 'white' {
  try {
    return readFileSync(`${path}.back`)
  } catch {
    return 'white'
  }
}

/** Takes the next sheet out of the feeder, or the page off the glass; or says why it does not come. */
function takeSheet(desk: Desk, source: ScanRequest['source']): Side | ScanTrouble {
  if (isAway(desk)) return 'removed'
  if (source === 'flatbed') {
    try {
      return { jpeg: readFileSync(desk.glass) }
    } catch {
      return 'failed'
    }
  }
  const never = Number.POSITIVE_INFINITY
  const { coverOpen, jamAt = never, doubleAt = never } = scannerOrders(textOf(desk.scanner))
  if (coverOpen) return 'cover-open'
  if (fedSoFar(desk) >= jamAt) return 'jammed'
  if (fedSoFar(desk) >= doubleAt) return 'double-fed'
  const name = sheetsIn(desk.feeder)[0]
  if (name === undefined) return 'feeder-empty'
  const path = join(desk.feeder, name)
  const side: Side = { jpeg: readFileSync(path), ...(source === 'duplex' ? { back: readBack(path) } : {}) }
  for (const gone of [path, `${path}.back`]) rmSync(gone, { force: true })
  replaceFile(desk.fed, String(fedSoFar(desk) + 1))
  return side
}

/** The back of a sheet as a page; a white one as large as its front. */
async function pageOf(back: Uint8Array | 'white', front: Uint8Array): Promise<Uint8Array> {
  if (back !== 'white') return back
  const { default: sharp } = await import('sharp')
  const { width, height } = await sharp(front).metadata()
  return sharp({ create: { width, height, channels: 3, background: '#fbfbfa' } })
    .jpeg()
    .toBuffer()
}

/** The page as it was asked for; the paper's own bytes when that is how it is drawn. */
async function expose(sheet: Uint8Array, { dpi, mode }: ScanRequest): Promise<Uint8Array | undefined> {
  if (dpi === PAPER_DPI && mode === 'colour') return withDensity(sheet, dpi)
  try {
    const { default: sharp } = await import('sharp')
    const { width } = await sharp(sheet).metadata()
    const smaller = sharp(sheet).resize({ width: Math.round((width * dpi) / PAPER_DPI) })
    const toned = mode === 'colour' ? smaller : smaller.toColourspace('b-w')
    return withDensity(await toned.jpeg({ quality: 88 }).toBuffer(), dpi)
  } catch {
    return undefined
  }
}

export function benchScanner(desk: Desk): Driver<ScanSession> {
  return {
    name: 'bench scanner',
    watch: (nudge) => watchFile(desk.scanner, nudge),

    async present(signal) {
      if (signal.aborted) return fail(scanFailure('failed'))
      return ok(isAway(desk) ? [] : [{ id: SCANNER, kind: 'scan', name: 'Bench scanner (mô phỏng)', loaded: true }])
    },

    async open(device, signal) {
      if (signal.aborted) return fail(scanFailure('failed'))
      return device !== SCANNER || isAway(desk) ? fail(scanFailure('absent')) : ok(openSession(desk, signal))
    },
  }
}

function openSession(desk: Desk, signal: AbortSignal): ScanSession {
  const closing = new AbortController()
  const close = () => closing.abort()
  signal.addEventListener('abort', close, { once: true })
  const closed = new Promise<'closed'>((resolve) => {
    closing.signal.addEventListener('abort', () => resolve('closed'), { once: true })
  })
  let running: Promise<unknown> | undefined

  async function feed(request: ScanRequest, page: (page: ScannedPage) => Promise<void>) {
    let pages = 0
    /** Hands over one side; a verdict when the scan is over. */
    const handOver = async (side: Uint8Array): Promise<Result<never> | undefined> => {
      const jpeg = await expose(side, request)
      if (jpeg === undefined) return fail(scanFailure('unreadable', pages))
      const taken = await Promise.race([page({ number: pages + 1, jpeg }), closed])
      if (taken === 'closed') return fail(scanFailure('failed', pages))
      pages += 1
      return undefined
    }
    for (;;) {
      if (request.source === 'flatbed' && pages === 1) return ok({ pages })
      const { slow } = scannerOrders(textOf(desk.scanner))
      if (slow > 0) await Promise.race([wait(slow), closed])
      if (closing.signal.aborted) return fail(scanFailure('failed', pages))
      const sheet = takeSheet(desk, request.source)
      if (sheet === 'feeder-empty' && pages > 0) return ok({ pages })
      if (typeof sheet === 'string') return fail(scanFailure(sheet, pages))
      const sides = sheet.back === undefined ? [sheet.jpeg] : [sheet.jpeg, await pageOf(sheet.back, sheet.jpeg)]
      for (const side of sides) {
        const over = await handOver(side)
        if (over !== undefined) return over
      }
    }
  }

  return {
    abilities: async () => ok(ABILITIES),
    async scan(request, page): Promise<Result<{ readonly pages: number }>> {
      if (closing.signal.aborted) return fail(scanFailure('failed'))
      if (running !== undefined || scannerOrders(textOf(desk.scanner)).busy) return fail(scanFailure('busy'))
      const { sources, modes, dpi } = ABILITIES
      if (!sources.includes(request.source) || !modes.includes(request.mode) || !dpi.includes(request.dpi))
        return fail(scanFailure('unsupported'))
      const work = feed(request, page)
      running = work
      try {
        return await work
      } finally {
        running = undefined
      }
    },
    async close() {
      signal.removeEventListener('abort', close)
      close()
      await running?.catch(() => undefined)
    },
  }
}
