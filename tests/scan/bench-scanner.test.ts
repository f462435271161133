// The bench scanner of the demo feeds both sides, notices two sheets at once, and gives black and white as grey.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ScanRequest } from '../../drivers/contract.ts'
import { type Desk, deskIn } from '../bench/devices/desk.ts'
import { benchScanner } from '../bench/devices/scanner.ts'
import { scanAll } from './bench.ts'

const never = new AbortController().signal
let desk: Desk
beforeEach(() => {
  desk = deskIn(mkdtempSync(join(tmpdir(), 'quay-folder-scanner-')))
  mkdirSync(desk.feeder)
})
afterEach(() => rmSync(desk.folder, { recursive: true, force: true }))

const paint = (background: string) =>
  sharp({ create: { width: 60, height: 80, channels: 3, background } })
    .jpeg()
    .toBuffer()

async function scanned(request: ScanRequest) {
  const session = await benchScanner(desk).open('bench:scanner', never)
  if (!session.ok) throw new Error('not opened')
  const { result, pages } = await scanAll(session.value, request)
  const seen = await Promise.all(
    pages.map(async ({ jpeg }) => {
      const [{ space }, { dominant }] = await Promise.all([sharp(jpeg).metadata(), sharp(jpeg).stats()])
      return { space, light: dominant.g > 128 }
    }),
  )
  return { result, seen }
}

test('front, back, front, and a white back where none was drawn', async () => {
  writeFileSync(join(desk.feeder, '0001.jpg'), await paint('#202020'))
  writeFileSync(join(desk.feeder, '0001.jpg.back'), await paint('#303030'))
  writeFileSync(join(desk.feeder, '0002.jpg'), await paint('#202020'))
  const { result, seen } = await scanned({ source: 'duplex', mode: 'bitonal', dpi: 300 })
  expect(result).toEqual({ ok: true, value: { pages: 4 } })
  expect(seen).toEqual([false, false, false, true].map((light) => ({ space: 'b-w', light })))
})

test('two sheets at once after the first page', async () => {
  for (const name of ['1', '2']) writeFileSync(join(desk.feeder, `${name}.jpg`), await paint('#202020'))
  writeFileSync(desk.scanner, 'double-at 1\n')
  const failure = { kind: 'device', device: 'scan', what: 'double-fed', kept: 1 }
  expect((await scanned({ source: 'feeder', mode: 'colour', dpi: 300 })).result).toEqual({ ok: false, failure })
})
