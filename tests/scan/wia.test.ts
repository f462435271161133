// The WIA driver above its helper: the lines, the codes, the time limits. The helper here is a stand-in; nothing in this
// file says anything about a real Windows.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ScanRequest } from '../../drivers/contract.ts'
import { scanFailure } from '../../drivers/scan/codes.ts'
import { wiaDriver } from '../../drivers/scan/wia.ts'
import { judgeCode, openTrouble, WIA_ERROR } from '../../drivers/scan/wia-codes.ts'
import { readLine } from '../../drivers/scan/wia-lines.ts'
import { powershellArguments, WIA_SCRIPT } from '../../drivers/scan/wia-script.ts'
import { Failure } from '../../preload/contract/result.ts'
import { root } from '../setup/place.ts'
import { scanAll } from './bench.ts'

const never = new AbortController().signal
const trouble = (what: string, kept?: number) => ({
  ok: false,
  failure: { kind: 'device', device: 'scan', what, ...(kept === undefined ? {} : { kept }) },
})
const DEVICE = '{6BDD1FC6}\\0000'
const FEEDER: ScanRequest = { source: 'feeder', mode: 'colour', dpi: 300 }

const home = mkdtempSync(join(tmpdir(), 'quay-wia-'))
const picture = join(home, 'page.jpg')
const spool = join(home, 'spool')
beforeAll(async () => {
  writeFileSync(
    picture,
    await sharp({ create: { width: 90, height: 120, channels: 3, background: '#dcc' } })
      .jpeg()
      .toBuffer(),
  )
})
afterAll(() => rmSync(home, { recursive: true, force: true }))
const left = () => (existsSync(spool) ? readdirSync(spool) : [])

const driverWith = (misfortune = '', pages = 3) =>
  wiaDriver({
    spool,
    program: process.execPath,
    args: [join(root, 'tests/bench/scanner/fake-wia.ts'), String(pages), misfortune, picture],
    silenceMs: misfortune === 'hang-after' ? 1_500 : 10_000,
    listingMs: misfortune === 'hang' || misfortune === 'deaf' ? 700 : 10_000,
    graceMs: 200,
    freshMs: 0,
  })

/** Opened by an honest helper, then scanned by one with the misfortune. */
async function scanning(misfortune = '', request = FEEDER, signal = never) {
  const opened = await driverWith(misfortune).open(DEVICE, signal)
  if (!opened.ok) return { result: opened, pages: [] }
  return scanAll(opened.value, request)
}

test('scanners are listed with their names, and one on the USB plug is never a network scanner', async () => {
  const driver = driverWith()
  expect(await driver.present(never)).toEqual({
    ok: true,
    value: [
      { id: DEVICE, kind: 'scan', name: 'Máy quét bàn', loaded: true },
      { id: '{6BDD1FC6}\\0001', kind: 'scan', name: 'HP MFP (NET)', loaded: true },
    ],
  })
  expect([DEVICE, '{6BDD1FC6}\\0001'].map((id) => driver.attachment(id).network)).toEqual([false, true])
})

test('a scanner says what it can do, and one that is not there is absent', async () => {
  const opened = await driverWith().open(DEVICE, never)
  expect(opened.ok ? await opened.value.abilities() : opened).toEqual({
    ok: true,
    value: { sources: ['feeder', 'duplex', 'flatbed'], modes: ['colour', 'grey', 'bitonal'], dpi: [200, 300] },
  })
  expect(await driverWith().open('{other}', never)).toEqual(trouble('absent'))
  if (opened.ok) expect((await scanAll(opened.value, { ...FEEDER, dpi: 600 })).result).toEqual(trouble('unsupported'))
})

test('pages come one by one with their density until the feeder is empty; the glass gives one; nothing stays behind', async () => {
  const { result, pages } = await scanning()
  expect({ result, numbers: pages.map(({ number }) => number), left: left() }).toEqual({
    result: { ok: true, value: { pages: 3 } },
    numbers: [1, 2, 3],
    left: [],
  })
  expect((await sharp(pages[0]?.jpeg).metadata()).density).toBe(300)
  expect((await scanning('', { ...FEEDER, source: 'flatbed' })).result).toEqual({ ok: true, value: { pages: 1 } })
  expect((await scanning('', { source: 'duplex', mode: 'bitonal', dpi: 200 })).result).toEqual({
    ok: true,
    value: { pages: 3 },
  })
})

test.each([
  ['code:0x80210002', 'jammed'],
  ['code:0x80210020', 'double-fed'],
  ['code:0x80210016', 'cover-open'],
  ['code:0x80210005', 'removed'],
  ['code:0x80210006', 'busy'],
  ['code:0x8000ffff', 'failed'],
  ['hang-after', 'timeout'],
  ['die-after', 'failed'],
])('after three pages %s is %s, and they are kept', async (misfortune, what) => {
  const { result, pages } = await scanning(misfortune)
  expect({ result, pages: pages.length, left: left() }).toEqual({ result: trouble(what, 3), pages: 3, left: [] })
})

test('half a page and a page out of turn are unreadable', async () => {
  expect((await scanning('half')).result).toEqual(trouble('unreadable', 1))
  expect((await scanning('skip')).result).toEqual(trouble('unreadable'))
})

test.each([
  ['hang', 'timeout'],
  ['deaf', 'timeout'],
  ['nonsense', 'unreadable'],
  ['die', 'failed'],
  ['list-code:0x80040154', 'unsupported'],
  ['list-code:0x80070422', 'unsupported'],
])('a helper that will %s when asked for scanners has a name', async (misfortune, what) => {
  expect(await driverWith(misfortune).present(never)).toEqual(trouble(what))
})

test('a scanner that is switched off or taken cannot be opened, and a computer without PowerShell says so', async () => {
  expect(await driverWith('look-code:0x80210005').open(DEVICE, never)).toEqual(trouble('absent'))
  expect(await driverWith('look-code:0x80210006').open(DEVICE, never)).toEqual(trouble('busy'))
  const driver = wiaDriver({ spool, program: join(home, 'no-such-program.exe') })
  expect(await driver.present(never)).toEqual(trouble('unsupported'))
})

test('stopping ends the helper and keeps what was handed over; a page that cannot be made safe comes out as the reason', async () => {
  const stopping = new AbortController()
  const opened = await driverWith().open(DEVICE, stopping.signal)
  if (!opened.ok) throw new Error('not opened')
  const result = await opened.value.scan(FEEDER, async ({ number }) => {
    if (number === 2) stopping.abort()
  })
  expect(result).toEqual(trouble('failed', 2))
  await opened.value.close()
  const again = await driverWith().open(DEVICE, never)
  if (!again.ok) throw new Error('not opened')
  const scan = again.value.scan(FEEDER, async () => {
    throw new Error('no room')
  })
  await expect(scan).rejects.toThrow('no room')
  expect(left()).toEqual([])
})

test('every code of the table is a word the clerk knows, and the end of the paper is only trouble before a page', () => {
  for (const [code, { what }] of Object.entries(WIA_ERROR)) {
    expect(Failure.safeParse(scanFailure(what)).success).toBe(true)
    expect(judgeCode(Number(code) | 0, 0)).toBe(what)
  }
  expect([judgeCode(0x80210003 | 0, 2), judgeCode(0x80210003, 0), judgeCode(1, 2), openTrouble(0x80210005)]).toEqual([
    'complete',
    'feeder-empty',
    'failed',
    'absent',
  ])
})

test('no line makes it stumble', () => {
  const lines = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom('{"say":"page","number":0}', '{"say":"device"}', 'null'),
  )
  fc.assert(
    fc.property(lines, (line) => {
      const said = readLine(line)
      if (said !== undefined) expect(['device', 'abilities', 'page', 'alive', 'end', 'error']).toContain(said.say)
    }),
  )
  expect(readLine('{"say":"page","number":0}')).toBeUndefined()
})

test('the script fits into a command line of Windows', () => {
  expect(powershellArguments(WIA_SCRIPT).join(' ').length).toBeLessThan(32_000)
})
