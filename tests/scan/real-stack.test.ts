// The driver against real scanimage and real sane-airscan, with the virtual eSCL scanner behind them.
import { statSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ScanSession } from '../../drivers/contract.ts'
import { startScanner, type VirtualScanner } from '../bench/scanner/escl-server.ts'
import { threePapers } from '../bench/scanner/paper.ts'
import { writeAirscanConfig } from '../bench/scanner/sane-config.ts'
import { A4_COLOUR, hasAirscan, scanAll, workplace } from './bench.ts'

const NAME = 'airscan:e0:Quay Bench Scanner'
const trouble = (what: string, kept?: number) => ({
  ok: false,
  failure: { kind: 'device', device: 'scan', what, ...(kept === undefined ? {} : { kept }) },
})

let stack: Buffer[] = []
let scanner: VirtualScanner
let place: ReturnType<typeof workplace>
const never = new AbortController().signal

beforeAll(async () => {
  stack = (await threePapers()).flatMap((paper) => paper.pages)
})
beforeEach(async () => {
  scanner = await startScanner({ paper: stack })
  place = workplace({ silenceMs: 1_500 })
  await writeAirscanConfig(place.config, scanner.url)
})
afterEach(async () => {
  await scanner.close()
  place.clear()
})
afterAll(() => {
  stack = []
})

async function opened(signal = never): Promise<ScanSession> {
  const session = await place.driver.open(NAME, signal)
  if (!session.ok) throw new Error(JSON.stringify(session.failure))
  return session.value
}

const story = test.skipIf(!hasAirscan)

story('the network scanner is found and says what it can do', async () => {
  expect(await place.driver.present(never)).toEqual({
    ok: true,
    value: [{ id: NAME, kind: 'scan', name: 'Quay Bench Scanner', loaded: true }],
  })
  expect(await (await opened()).abilities()).toEqual({
    ok: true,
    value: {
      sources: ['feeder', 'duplex', 'flatbed'],
      modes: ['colour', 'grey', 'bitonal'],
      dpi: [75, 100, 150, 200, 300, 400, 600],
    },
  })
})

story('three papers in the feeder become four pages at their true size, and nothing stays in the spool', async () => {
  const { result, pages } = await scanAll(await opened(), A4_COLOUR)
  expect(result).toEqual({ ok: true, value: { pages: 4 } })
  const seen = await Promise.all(
    pages.map(async ({ number, jpeg }) => {
      const { width, height, density, channels, format } = await sharp(jpeg).metadata()
      return { number, width, height, density, channels, format }
    }),
  )
  const page = { width: 2480, height: 3508, density: 300, channels: 3, format: 'jpeg' }
  expect(seen).toEqual([1, 2, 3, 4].map((number) => ({ number, ...page })))
  expect(place.left()).toEqual([])
  expect(statSync(place.spool).mode & 0o777).toBe(0o700)
})

story('the next page waits until the page before is safe', async () => {
  const session = await opened()
  const steps: string[] = []
  const result = await session.scan(A4_COLOUR, async ({ number }) => {
    steps.push(`page ${number}`)
    await new Promise((later) => setTimeout(later, 60))
    steps.push(`safe ${number}, in the spool ${place.left().length === 1 ? 'nothing else' : place.left()}`)
  })
  expect(result).toEqual({ ok: true, value: { pages: 4 } })
  expect(steps).toEqual(
    [1, 2, 3, 4].flatMap((number) => [`page ${number}`, `safe ${number}, in the spool nothing else`]),
  )
})

story('a jam on the third page keeps two', async () => {
  scanner.set({ jamAfter: 2 })
  const session = await opened()
  const { result, pages } = await scanAll(session, A4_COLOUR)
  expect(result).toEqual(trouble('jammed', 2))
  expect(pages.map(({ number }) => number)).toEqual([1, 2])
  scanner.load(stack.slice(2))
  expect((await scanAll(session, A4_COLOUR)).result).toEqual({ ok: true, value: { pages: 2 } })
})

story('an empty feeder, an open cover and a busy scanner are told apart', async () => {
  const session = await opened()
  scanner.load([])
  expect((await scanAll(session, A4_COLOUR)).result).toEqual(trouble('feeder-empty'))
  scanner.load(stack)
  scanner.set({ coverOpen: true })
  expect((await scanAll(session, A4_COLOUR)).result).toEqual(trouble('cover-open'))
  scanner.set({ coverOpen: false, busy: true })
  expect((await scanAll(session, A4_COLOUR)).result).toEqual(trouble('busy'))
  scanner.set({ busy: false })
  expect((await scanAll(session, A4_COLOUR)).result).toEqual({ ok: true, value: { pages: 4 } })
})

story('a jam while a page is still being made safe loses nothing', async () => {
  scanner.set({ jamAfter: 2 })
  const session = await opened()
  const kept: number[] = []
  const result = await session.scan(A4_COLOUR, async ({ number }) => {
    await expect.poll(() => scanner.state().feeder).toBe('ScannerAdfJam')
    kept.push(number)
  })
  expect({ kept, result }).toEqual({ kept: [1, 2], result: trouble('jammed', 2) })
})

story('a scanner that falls silent is cut, and the pages before are kept', async () => {
  scanner.set({ hangAfter: 2 })
  const { result, pages } = await scanAll(await opened(), A4_COLOUR)
  expect(result).toEqual(trouble('timeout', 2))
  expect(pages.map(({ number }) => number)).toEqual([1, 2])
  expect(place.left()).toEqual([])
})

story('a scanner that vanishes in the middle is removed, and the pages before are kept', async () => {
  scanner.set({ vanishAfter: 2 })
  const session = await opened()
  const { result, pages } = await scanAll(session, A4_COLOUR)
  expect(result).toEqual(trouble('removed', 2))
  expect(pages).toHaveLength(2)
  expect(await place.driver.open(NAME, never)).toEqual(trouble('absent'))
})

story('a slow scanner is not a silent one', async () => {
  scanner.set({ slow: 500 })
  expect((await scanAll(await opened(), A4_COLOUR)).result).toEqual({ ok: true, value: { pages: 4 } })
})

story('grey at 150 dots an inch is grey, small and says so', async () => {
  const { result, pages } = await scanAll(await opened(), { source: 'feeder', mode: 'grey', dpi: 150 })
  expect(result).toEqual({ ok: true, value: { pages: 4 } })
  const { width, height, density, channels } = await sharp(pages[0]?.jpeg).metadata()
  expect({ width, height, density, channels }).toEqual({ width: 1240, height: 1754, density: 150, channels: 1 })
})

story(
  'both sides of two sheets are four pages: front, back, front, back; a page for black and white comes in grey',
  async () => {
    const [front = Buffer.alloc(0), back = front, single = front] = stack
    scanner.loadSheets([{ front, back }, { front: single }])
    const { result, pages } = await scanAll(await opened(), { source: 'duplex', mode: 'bitonal', dpi: 100 })
    expect(result).toEqual({ ok: true, value: { pages: 4 } })
    const seen = await Promise.all(pages.map(async ({ jpeg }) => (await sharp(jpeg).metadata()).channels))
    expect(seen).toEqual([1, 1, 1, 1])
    // Every page is the side it should be: nearest to that one of the four sides.
    const small = (page: Uint8Array) => sharp(page).resize(40, 56, { fit: 'fill' }).grayscale().raw().toBuffer()
    const white = await sharp({ create: { width: 60, height: 80, channels: 3, background: '#fbfbfa' } })
      .jpeg()
      .toBuffer()
    const sides = await Promise.all([front, back, single, white].map(small))
    const nearest = async (page: Uint8Array) => {
      const seen = await small(page)
      const far = sides.map((side) => side.reduce((sum, value, at) => sum + Math.abs(value - (seen[at] ?? 0)), 0))
      return far.indexOf(Math.min(...far))
    }
    expect(await Promise.all(pages.map(({ jpeg }) => nearest(jpeg)))).toEqual([0, 1, 2, 3])
  },
)

story(
  'SANE has no word for two sheets at once: what is known is that the scan failed, and the pages before are kept',
  async () => {
    scanner.set({ doubleFeedAt: 3 })
    const { result, pages } = await scanAll(await opened(), A4_COLOUR)
    expect(result).toEqual(trouble('failed', 2))
    expect(pages).toHaveLength(2)
  },
)

story('the glass gives one page, the one that lies there', async () => {
  scanner.lay(stack[1])
  const { result, pages } = await scanAll(await opened(), { source: 'flatbed', mode: 'colour', dpi: 100 })
  expect(result).toEqual({ ok: true, value: { pages: 1 } })
  const { width, height, density } = await sharp(pages[0]?.jpeg).metadata()
  expect({ width, height, density }).toEqual({ width: 827, height: 1169, density: 100 })
  expect(scanner.state().waiting).toBe(4)
})

story('stopping keeps what was handed over and leaves no page behind', async () => {
  const stopping = new AbortController()
  const session = await opened(stopping.signal)
  const result = await session.scan(A4_COLOUR, async ({ number }) => {
    if (number === 2) stopping.abort()
  })
  expect(result).toEqual(trouble('failed', 2))
  expect(place.left()).toEqual([])
  expect((await scanAll(session, A4_COLOUR)).result).toEqual(trouble('failed'))
  await session.close()
  await session.close()
})

story('when a page cannot be made safe the scan stops and the reason comes out', async () => {
  const session = await opened()
  const scan = session.scan(A4_COLOUR, async ({ number }) => {
    if (number === 2) throw new Error('no room')
  })
  await expect(scan).rejects.toThrow('no room')
  expect(place.left()).toEqual([])
})

story('one scan at a time on one scanner', async () => {
  const session = await opened()
  const first = scanAll(session, A4_COLOUR)
  expect((await scanAll(session, A4_COLOUR)).result).toEqual(trouble('busy'))
  expect(await place.driver.present(never)).toMatchObject({ ok: true, value: [{ id: NAME }] })
  expect((await first).result).toEqual({ ok: true, value: { pages: 4 } })
})

story('pages that a crash left in the spool are swept away at the next opening', async () => {
  await mkdir(join(place.spool, 'pages-old'), { recursive: true })
  await writeFile(join(place.spool, 'pages-old', '1.jpg'), 'left over')
  const session = await opened()
  expect(place.left()).toEqual([])
  await session.close()
})

story('a name that is no scanner is refused before anything is started', async () => {
  expect(await place.driver.open('--help\n', never)).toEqual({
    ok: false,
    failure: { kind: 'malformed', what: 'argument' },
  })
  expect(await place.driver.open('airscan:e9:Nobody', never)).toEqual(trouble('absent'))
})
