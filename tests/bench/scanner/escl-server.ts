// A network scanner made of paper in memory: eSCL over HTTP on loopback, with a feeder, a glass and faults to order.
// It never listens beyond 127.0.0.1 and never answers a job with a page that was not loaded.
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import sharp from 'sharp'
import { capabilities, type FeederState, type JobTicket, readTicket, status } from './escl-words.ts'

/** What can go wrong, and how slowly a page comes. Everything holds until it is changed. */
export interface Faults {
  /** The feeder jams after this many further pages; the page that jammed is taken out by `load`. */
  readonly jamAfter?: number | undefined
  /** The n-th further page, from 1, is two sheets at once: the ultrasound notices. `load` takes them out. */
  readonly doubleFeedAt?: number | undefined
  readonly coverOpen?: boolean
  /** The same in the specification's own word (ScannerAdfHatchOpen), which sane-airscan 0.99 does not know. */
  readonly hatchOpen?: boolean
  /** A job is refused with 409 while `State` is Processing: another desk is scanning. (503 would make sane-airscan retry for 10 s.) */
  readonly busy?: boolean
  /** A page is promised and never comes. */
  readonly hang?: boolean
  /** Milliseconds before each page. */
  readonly slow?: number
  /** Every connection is cut without an answer, as if the plug were pulled. */
  readonly vanish?: boolean
  /** Pulls the plug after this many further pages. */
  readonly vanishAfter?: number | undefined
  /** Falls silent after this many further pages. */
  readonly hangAfter?: number | undefined
}

export interface ScannerState extends Faults {
  readonly waiting: number
  readonly delivered: number
  readonly feeder: FeederState
}

/** A sheet of paper. Without a back its back is white. */
export interface Sheet {
  readonly front: Buffer
  readonly back?: Buffer
}

export interface VirtualScanner {
  readonly port: number
  /** e.g. http://127.0.0.1:8092/eSCL */
  readonly url: string
  /** Puts pages (JPEG, 300 dpi) into the feeder; the jammed page, if any, is cleared with them. Replaces what lay there. */
  load(pages: readonly Buffer[]): void
  /** The same with sheets that have something on their backs. */
  loadSheets(sheets: readonly Sheet[]): void
  /** Puts one page on the glass. */
  lay(page: Buffer | undefined): void
  /** Changes some faults and leaves the others. */
  set(faults: Faults): void
  state(): ScannerState
  close(): Promise<void>
}

export interface ScannerOptions {
  /** 0 or nothing: any free port. */
  readonly port?: number
  readonly paper?: readonly Buffer[]
  readonly name?: string
  /** Further requests (the control endpoint of run-scanner.ts); answers false when the address is not its own. */
  readonly also?: (request: IncomingMessage, response: ServerResponse, scanner: VirtualScanner) => Promise<boolean>
}

interface Job {
  readonly ticket: JobTicket
  pages: number
  /** The other side of the sheet that is in the scanner. */
  back: Buffer | undefined
}

/** A white back of the size of its front. */
async function whiteBack(front: Buffer): Promise<Buffer> {
  const { width, height } = await sharp(front).metadata()
  const white = sharp({ create: { width, height, channels: 3, background: '#fbfbfa' } })
  return white.withMetadata({ density: 300 }).jpeg({ quality: 88 }).toBuffer()
}

/** The page as the ticket wants it; untouched bytes when that is how it lies there. */
export async function expose(page: Buffer, ticket: JobTicket): Promise<Buffer> {
  const { dpi, colour, region } = ticket
  const { width, height } = await sharp(page).metadata()
  const same = Math.abs(width - region.width) < 8 && Math.abs(height - region.height) < 8
  if (dpi === 300 && colour === 'RGB24' && same && region.x === 0 && region.y === 0) return page
  const cut = {
    left: Math.min(region.x, width - 1),
    top: Math.min(region.y, height - 1),
    width: Math.max(1, Math.min(region.width, width - region.x)),
    height: Math.max(1, Math.min(region.height, height - region.y)),
  }
  const scaled = sharp(page)
    .extract(cut)
    .resize(Math.round((region.width * dpi) / 300), Math.round((region.height * dpi) / 300), { fit: 'fill' })
  // With a density sharp would write a colour profile, and three channels with it.
  if (colour === 'Grayscale8') return scaled.toColourspace('b-w').jpeg({ quality: 88 }).toBuffer()
  return scaled.withMetadata({ density: dpi }).jpeg({ quality: 88 }).toBuffer()
}

const isDue = (after: number | undefined) => after !== undefined && after <= 0
const countDown = (after: number | undefined) => (after === undefined ? undefined : after - 1)

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

/** Starts a scanner on 127.0.0.1. Close it when done; open jobs are cut. */
export async function startScanner(options: ScannerOptions = {}): Promise<VirtualScanner> {
  const name = options.name ?? 'Quay Bench Scanner'
  const uuid = randomUUID()
  let feeder: readonly Sheet[] = (options.paper ?? []).map((front) => ({ front }))
  let glass: Buffer | undefined
  let faults: Faults = {}
  let delivered = 0
  let job: Job | undefined

  const feederState = (): FeederState => {
    if (faults.coverOpen === true) return 'ScannerAdfDoorOpen'
    if (faults.hatchOpen === true) return 'ScannerAdfHatchOpen'
    if (faults.doubleFeedAt !== undefined && faults.doubleFeedAt <= 1) return 'ScannerAdfMultipickDetected'
    if (isDue(faults.jamAfter)) return 'ScannerAdfJam'
    return feeder.length > 0 ? 'ScannerAdfLoaded' : 'ScannerAdfEmpty'
  }

  const xml = (response: ServerResponse, words: string) => {
    response.writeHead(200, { 'content-type': 'text/xml' }).end(words)
  }
  const refuse = (response: ServerResponse, code: number) => {
    response.writeHead(code, { 'content-length': '0' }).end()
  }

  async function begin(request: IncomingMessage, response: ServerResponse) {
    const ticket = readTicket(await bodyOf(request))
    if (ticket === undefined) return refuse(response, 400)
    if (faults.busy === true) return refuse(response, 409)
    if (ticket.source === 'Feeder' && feederState() !== 'ScannerAdfLoaded') return refuse(response, 409)
    job = { ticket, pages: 0, back: undefined }
    response.writeHead(201, { location: `/eSCL/ScanJobs/${randomUUID()}`, 'content-length': '0' }).end()
  }

  async function next(request: IncomingMessage, response: ServerResponse) {
    if (job === undefined) return refuse(response, 404)
    const current = job
    if (faults.hang === true || isDue(faults.hangAfter)) return
    if (faults.slow !== undefined && faults.slow > 0) await wait(faults.slow)
    if (isDue(faults.vanishAfter)) {
      faults = { ...faults, vanish: true, vanishAfter: undefined }
      request.socket.destroy()
      return
    }
    const fromFeeder = current.ticket.source === 'Feeder'
    const paper = feeder.length > 0 || current.back !== undefined
    if (fromFeeder && paper && !['ScannerAdfLoaded', 'ScannerAdfEmpty'].includes(feederState())) {
      return refuse(response, 409)
    }
    const { back } = current
    const sheet = fromFeeder && back === undefined ? feeder[0] : undefined
    const page = fromFeeder ? (back ?? sheet?.front) : current.pages === 0 ? glass : undefined
    if (page === undefined || response.destroyed) {
      // A real feeder takes its time to find that it is empty. Told within 2 ms of a page, sane-airscan 0.99 forgets that page.
      await wait(80)
      return refuse(response, 404)
    }
    const jpeg = await expose(page, current.ticket)
    current.back = undefined
    if (sheet !== undefined) {
      feeder = feeder.slice(1)
      if (current.ticket.duplex) current.back = sheet.back ?? (await whiteBack(sheet.front))
    }
    faults = {
      ...faults,
      jamAfter: countDown(faults.jamAfter),
      doubleFeedAt: countDown(faults.doubleFeedAt),
      vanishAfter: countDown(faults.vanishAfter),
      hangAfter: countDown(faults.hangAfter),
    }
    current.pages++
    delivered++
    response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': String(jpeg.length) }).end(jpeg)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const path = new URL(request.url ?? '/', 'http://scanner').pathname
    if (path.startsWith('/eSCL') && faults.vanish === true) return request.socket.destroy()
    const asked = `${request.method} ${path}`
    if (asked === 'GET /eSCL/ScannerCapabilities') return xml(response, capabilities(name, uuid))
    if (asked === 'GET /eSCL/ScannerStatus') {
      return xml(response, status(faults.busy === true || job !== undefined, feederState()))
    }
    if (asked === 'POST /eSCL/ScanJobs') return begin(request, response)
    if (request.method === 'GET' && path.endsWith('/NextDocument')) return next(request, response)
    if (request.method === 'DELETE' && path.startsWith('/eSCL/ScanJobs/')) {
      job = undefined
      return response.writeHead(200, { 'content-length': '0' }).end()
    }
    if (options.also !== undefined && (await options.also(request, response, scanner))) return undefined
    return refuse(response, 404)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy())
  })
  await new Promise<void>((ready, failed) => {
    server.once('error', failed)
    server.listen(options.port ?? 0, '127.0.0.1', ready)
  })
  const { port } = server.address() as AddressInfo

  const scanner: VirtualScanner = {
    port,
    url: `http://127.0.0.1:${port}/eSCL`,
    load: (pages) => scanner.loadSheets(pages.map((front) => ({ front }))),
    loadSheets(sheets) {
      feeder = [...sheets]
      job = undefined
      if (isDue(faults.jamAfter)) faults = { ...faults, jamAfter: undefined }
      if ((faults.doubleFeedAt ?? 2) <= 1) faults = { ...faults, doubleFeedAt: undefined }
    },
    lay(page) {
      glass = page
    },
    set(change) {
      faults = { ...faults, ...change }
      if (change.vanish === true) server.closeAllConnections()
    },
    state: () => ({ ...faults, waiting: feeder.length, delivered, feeder: feederState() }),
    async close() {
      server.closeAllConnections()
      await new Promise<void>((done) => server.close(() => done()))
    },
  }
  return scanner
}
