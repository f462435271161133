// Two independent clients, one scanner: what we fetch over eSCL is, picture element by picture element, what sane-airscan gets.
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ScanRequest } from '../../drivers/contract.ts'
import { esclDriver } from '../../drivers/scan/escl.ts'
import { startScanner, type VirtualScanner } from '../bench/scanner/escl-server.ts'
import { threePapers } from '../bench/scanner/paper.ts'
import { writeAirscanConfig } from '../bench/scanner/sane-config.ts'
import { hasAirscan, scanAll } from './bench.ts'

const run = promisify(execFile)
const never = new AbortController().signal
const home = mkdtempSync(join(tmpdir(), 'quay-peer-'))
let stack: Buffer[] = []
let scanner: VirtualScanner
beforeAll(async () => {
  stack = (await threePapers()).flatMap((paper) => paper.pages)
  scanner = await startScanner({ name: 'Peer' })
  // Paper takes its time; sane-airscan forgets a page when "no more" follows too fast.
  scanner.set({ slow: 80 })
  await writeAirscanConfig(join(home, 'sane'), scanner.url, 'Peer')
})
afterAll(async () => {
  await scanner.close()
  rmSync(home, { recursive: true, force: true })
})

interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly data: Buffer
}

/** A binary PGM or PPM file, as scanimage writes it. */
function readPortable(file: Buffer): Pixels {
  const head = /^P([56])\s+(?:#.*\n)*(\d+) (\d+)\s+255\s/.exec(file.subarray(0, 200).toString('latin1'))
  if (head === null) throw new Error('not a PGM or PPM file')
  const [all = '', kind, width, height] = head
  return {
    width: Number(width),
    height: Number(height),
    channels: kind === '6' ? 3 : 1,
    data: file.subarray(all.length),
  }
}

/** What sane-airscan gets, without another JPEG on the way. */
async function theirs(source: string, mode: string, dpi: number): Promise<readonly Pixels[]> {
  const folder = mkdtempSync(join(home, 'out-'))
  const args = [
    '-d',
    'airscan:e0:Peer',
    '--format=pnm',
    `--batch=${folder}/%03d.pnm`,
    '--source',
    source,
    '--mode',
    mode,
  ]
  const size = ['--resolution', String(dpi), '-l', '0', '-t', '0', '-x', '210', '-y', '297']
  const env = { ...process.env, LC_ALL: 'C', SANE_CONFIG_DIR: join(home, 'sane') }
  const count = source === 'Flatbed' ? ['--batch-count=1'] : []
  await run('scanimage', [...args, ...size, ...count], { env, timeout: 30_000 }).catch(() => undefined)
  return readdirSync(folder)
    .sort()
    .map((name) => readPortable(readFileSync(join(folder, name))))
}

async function ours(request: ScanRequest): Promise<readonly Pixels[]> {
  const driver = esclDriver({ addresses: [scanner.url] })
  const session = await driver.open(scanner.url, never)
  if (!session.ok) throw new Error('not opened')
  const { pages } = await scanAll(session.value, request)
  return Promise.all(
    pages.map(async ({ jpeg }) => {
      const { data, info } = await sharp(jpeg)
        .toColourspace(request.mode === 'colour' ? 'srgb' : 'b-w')
        .raw()
        .toBuffer({ resolveWithObject: true })
      return { width: info.width, height: info.height, channels: info.channels, data }
    }),
  )
}

/** Share of picture elements that differ at all, and the largest difference, where both pictures are. */
function difference(one: Pixels | undefined, other: Pixels | undefined) {
  if (one === undefined || other === undefined) throw new Error('a page is missing')
  const [width, height] = [Math.min(one.width, other.width), Math.min(one.height, other.height)]
  let [count, largest] = [0, 0]
  for (let y = 0; y < height; y++) {
    const [from, to] = [y * one.width * one.channels, y * other.width * other.channels]
    for (let x = 0; x < width * one.channels; x++) {
      const away = Math.abs((one.data[from + x] ?? 0) - (other.data[to + x] ?? 0))
      if (away > 0) count++
      if (away > largest) largest = away
    }
  }
  return { share: count / (width * height * one.channels), largest }
}

const story = test.skipIf(!hasAirscan)

story.each<readonly [string, string, string, ScanRequest]>([
  ['four pages from the feeder in colour', 'ADF', 'Color', { source: 'feeder', mode: 'colour', dpi: 300 }],
  ['both sides of two sheets in grey', 'ADF Duplex', 'Gray', { source: 'duplex', mode: 'grey', dpi: 150 }],
  ['the page on the glass', 'Flatbed', 'Color', { source: 'flatbed', mode: 'colour', dpi: 200 }],
])('%s are the same for both', async (_what, source, mode, request) => {
  const [first = Buffer.alloc(0), second = first, third = first, fourth = first] = stack
  const lay = () => {
    if (request.source === 'duplex')
      scanner.loadSheets([
        { front: first, back: second },
        { front: third, back: fourth },
      ])
    else scanner.load(request.source === 'feeder' ? stack : [])
    scanner.lay(fourth)
  }
  lay()
  const seen = await theirs(source, mode, request.dpi)
  lay()
  const own = await ours(request)
  expect(own).toHaveLength(request.source === 'flatbed' ? 1 : 4)
  expect(seen).toHaveLength(own.length)
  for (const [index, page] of own.entries()) {
    const other = seen[index]
    expect(page.channels).toBe(other?.channels)
    expect(Math.abs(page.width - (other?.width ?? 0))).toBeLessThanOrEqual(1)
    expect(Math.abs(page.height - (other?.height ?? 0))).toBeLessThanOrEqual(1)
    expect(difference(page, other)).toEqual({ share: 0, largest: 0 })
  }
})
