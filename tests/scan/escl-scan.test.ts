// Our own eSCL client against the bench scanner, which sane-airscan has been proven against: the same stories as over SANE.
import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ScanSession } from '../../drivers/contract.ts'
import { withDensity } from '../../drivers/scan/density.ts'
import { type EsclOptions, esclDriver } from '../../drivers/scan/escl.ts'
import { startScanner, type VirtualScanner } from '../bench/scanner/escl-server.ts'
import { threePapers } from '../bench/scanner/paper.ts'
import { A4_COLOUR, scanAll } from './bench.ts'

const never = new AbortController().signal
const trouble = (what: string, kept?: number) => ({
  ok: false,
  failure: { kind: 'device', device: 'scan', what, ...(kept === undefined ? {} : { kept }) },
})
const printOf = (file: Uint8Array = new Uint8Array()) => createHash('sha256').update(file).digest('hex')
const fine = (pages: number) => ({ ok: true, value: { pages } })

let stack: Buffer[] = []
let scanner: VirtualScanner
beforeAll(async () => {
  stack = (await threePapers()).flatMap((paper) => paper.pages)
})
beforeEach(async () => {
  scanner = await startScanner({ paper: stack })
})
afterEach(() => scanner.close())

const driverFor = (options: EsclOptions = {}) =>
  esclDriver({
    addresses: [scanner.url],
    freshMs: 0,
    limits: { busyMs: 300, retryMs: 100 },
    ...options,
  })

async function opened(signal = never, driver = driverFor()): Promise<ScanSession> {
  const session = await driver.open(scanner.url, signal)
  if (!session.ok) throw new Error(JSON.stringify(session.failure))
  return session.value
}

test('a scanner at a given address is found and says what it can do; one that is away is not listed', async () => {
  const driver = driverFor({ addresses: [scanner.url, 'http://127.0.0.1:9/eSCL', 'no address'] })
  expect(await driver.present(never)).toEqual({
    ok: true,
    value: [{ id: scanner.url, kind: 'scan', name: 'Quay Bench Scanner', loaded: true }],
  })
  expect(driver.attachment(scanner.url)).toEqual({ hosts: ['127.0.0.1'], network: true })
  expect(await (await opened()).abilities()).toEqual({
    ok: true,
    value: {
      sources: ['feeder', 'duplex', 'flatbed'],
      modes: ['colour', 'grey', 'bitonal'],
      dpi: [75, 100, 150, 200, 300, 400, 600],
    },
  })
  scanner.set({ vanish: true })
  expect(await driver.present(never)).toEqual({ ok: true, value: [] })
  expect(await driver.open(scanner.url, never)).toEqual(trouble('absent'))
  expect(await driver.open('http://127.0.0.1:9/other', never)).toEqual(trouble('absent'))
})

test('three papers in the feeder become four pages, byte for byte what the scanner had', async () => {
  const { result, pages } = await scanAll(await opened(), A4_COLOUR)
  expect(result).toEqual(fine(4))
  expect(pages.map(({ number }) => number)).toEqual([1, 2, 3, 4])
  expect(pages.map(({ jpeg }) => printOf(jpeg))).toEqual(stack.map((page) => printOf(withDensity(page, 300))))
})

test('both sides of two sheets are four pages: front, back, front, white', async () => {
  const [front = Buffer.alloc(0), back = front, single = front] = stack
  scanner.loadSheets([{ front, back }, { front: single }])
  const { result, pages } = await scanAll(await opened(), { ...A4_COLOUR, source: 'duplex' })
  expect(result).toEqual(fine(4))
  const sides = [front, back, single].map((side) => printOf(withDensity(side, 300)))
  expect(pages.slice(0, 3).map(({ jpeg }) => printOf(jpeg))).toEqual(sides)
  const { dominant } = await sharp(pages[3]?.jpeg).stats()
  expect(Math.min(dominant.r, dominant.g, dominant.b)).toBeGreaterThan(230)
  scanner.load(stack)
  expect((await scanAll(await opened(), A4_COLOUR)).result).toEqual(fine(4))
})

test('a page for black and white comes in grey, small and says so', async () => {
  const { result, pages } = await scanAll(await opened(), { source: 'feeder', mode: 'bitonal', dpi: 150 })
  expect(result).toEqual(fine(4))
  const { width, height, density, channels } = await sharp(pages[0]?.jpeg).metadata()
  expect({ width, height, density, channels }).toEqual({ width: 1240, height: 1754, density: 150, channels: 1 })
})

test('the next page is not fed until the page before is safe', async () => {
  const waiting: number[] = []
  const result = await (await opened()).scan(A4_COLOUR, async () => {
    await new Promise((later) => setTimeout(later, 40))
    waiting.push(scanner.state().waiting)
  })
  expect({ result, waiting }).toEqual({ result: fine(4), waiting: [3, 2, 1, 0] })
})

test('a jam on the third page keeps two, and the rest can be fed afterwards', async () => {
  scanner.set({ jamAfter: 2 })
  const session = await opened()
  const { result, pages } = await scanAll(session, A4_COLOUR)
  expect(result).toEqual(trouble('jammed', 2))
  expect(pages.map(({ number }) => number)).toEqual([1, 2])
  scanner.load(stack.slice(2))
  expect((await scanAll(session, A4_COLOUR)).result).toEqual(fine(2))
})

test('two sheets at once are told as that, and the pages before are kept', async () => {
  scanner.set({ doubleFeedAt: 3 })
  const session = await opened()
  expect((await scanAll(session, A4_COLOUR)).result).toEqual(trouble('double-fed', 2))
  scanner.load(stack)
  expect((await scanAll(session, A4_COLOUR)).result).toEqual(fine(4))
})

test('an empty feeder, an open cover, an open hatch and a busy scanner are told apart', async () => {
  const session = await opened()
  scanner.load([])
  expect((await scanAll(session, A4_COLOUR)).result).toEqual(trouble('feeder-empty'))
  scanner.load(stack)
  scanner.set({ coverOpen: true })
  expect((await scanAll(session, A4_COLOUR)).result).toEqual(trouble('cover-open'))
  scanner.set({ coverOpen: false, hatchOpen: true })
  expect((await scanAll(session, A4_COLOUR)).result).toEqual(trouble('cover-open'))
  scanner.set({ hatchOpen: false, busy: true })
  expect((await scanAll(session, A4_COLOUR)).result).toEqual(trouble('busy'))
  scanner.set({ busy: false })
  expect((await scanAll(session, A4_COLOUR)).result).toEqual(fine(4))
})

test('a cover that opens in the middle keeps the pages before', async () => {
  const session = await opened()
  const result = await session.scan(A4_COLOUR, async ({ number }) => {
    if (number === 2) scanner.set({ hatchOpen: true })
  })
  expect(result).toEqual(trouble('cover-open', 2))
})

test('a scanner that falls silent is cut, and the pages before are kept', async () => {
  scanner.set({ hangAfter: 2 })
  const driver = driverFor({ limits: { silenceMs: 800 } })
  expect((await scanAll(await opened(never, driver), A4_COLOUR)).result).toEqual(trouble('timeout', 2))
})

test('a scanner that is unplugged in the middle is removed, and the pages before are kept', async () => {
  scanner.set({ vanishAfter: 2 })
  const driver = driverFor()
  const session = await opened(never, driver)
  const { result, pages } = await scanAll(session, A4_COLOUR)
  expect(result).toEqual(trouble('removed', 2))
  expect(pages).toHaveLength(2)
  expect(await driver.open(scanner.url, never)).toEqual(trouble('absent'))
})

test('a slow scanner is not a silent one', async () => {
  scanner.set({ slow: 500 })
  const driver = driverFor({ limits: { silenceMs: 1_500 } })
  expect((await scanAll(await opened(never, driver), A4_COLOUR)).result).toEqual(fine(4))
})

test('the glass gives one page, the one that lies there; an empty glass is no page', async () => {
  scanner.lay(stack[1])
  const session = await opened()
  const { result, pages } = await scanAll(session, { source: 'flatbed', mode: 'colour', dpi: 100 })
  expect(result).toEqual(fine(1))
  const { width, height, density } = await sharp(pages[0]?.jpeg).metadata()
  expect({ width, height, density }).toEqual({ width: 827, height: 1169, density: 100 })
  expect(scanner.state().waiting).toBe(4)
  scanner.lay(undefined)
  expect((await scanAll(session, { ...A4_COLOUR, source: 'flatbed' })).result).toEqual(trouble('failed'))
})

test('stopping keeps what was handed over, takes the job back and closes the session', async () => {
  const stopping = new AbortController()
  const session = await opened(stopping.signal)
  const result = await session.scan(A4_COLOUR, async ({ number }) => {
    if (number === 2) stopping.abort()
  })
  expect(result).toEqual(trouble('failed', 2))
  expect(scanner.state().waiting).toBe(2)
  expect((await scanAll(session, A4_COLOUR)).result).toEqual(trouble('failed'))
  await session.close()
  expect((await scanAll(await opened(), A4_COLOUR)).result).toEqual(fine(2))
})

test('stopping also ends a page that is being awaited, and one that waits to be made safe', async () => {
  scanner.set({ slow: 700 })
  const waiting = new AbortController()
  const first = await opened(waiting.signal)
  setTimeout(() => waiting.abort(), 100)
  expect((await scanAll(first, A4_COLOUR)).result).toEqual(trouble('failed'))
  scanner.set({ slow: 0 })
  const handing = new AbortController()
  const second = await opened(handing.signal)
  const result = await second.scan(A4_COLOUR, ({ number }) => {
    if (number === 2) handing.abort()
    return number === 2 ? new Promise(() => undefined) : Promise.resolve()
  })
  expect(result).toEqual(trouble('failed', 1))
})

test('when a page cannot be made safe the scan stops and the reason comes out', async () => {
  const scan = (await opened()).scan(A4_COLOUR, async ({ number }) => {
    if (number === 2) throw new Error('no room')
  })
  await expect(scan).rejects.toThrow('no room')
  expect((await scanAll(await opened(), A4_COLOUR)).result).toEqual(fine(2))
})

test('one scan at a time on one scanner, which stays listed while it works', async () => {
  const driver = driverFor()
  const session = await opened(never, driver)
  const first = scanAll(session, A4_COLOUR)
  expect((await scanAll(session, A4_COLOUR)).result).toEqual(trouble('busy'))
  expect(await driver.present(never)).toMatchObject({ ok: true, value: [{ id: scanner.url }] })
  expect((await first).result).toEqual(fine(4))
  expect((await scanAll(session, { ...A4_COLOUR, dpi: 301 })).result).toEqual(trouble('unsupported'))
})
