// Several ways to one scanner: it is listed once, the best way first, and no way can hide or hold up what another one finds.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Device } from '../../drivers/contract.ts'
import { type ScanTrouble, scanFailure } from '../../drivers/scan/codes.ts'
import { allScanners } from '../../drivers/scan/scanners.ts'
import { forbidsDiscovery, mayDiscover, readScanSetting } from '../../drivers/scan/setting.ts'
import { type Attachment, manyWays, type ScannerDriver } from '../../drivers/scan/ways.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { startScanner } from '../bench/scanner/escl-server.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { writeAirscanConfig } from '../bench/scanner/sane-config.ts'
import { hasAirscan, scanAll } from './bench.ts'

const never = new AbortController().signal
const trouble = (what: ScanTrouble) => ({ ok: false, failure: { kind: 'device', device: 'scan', what } })

type Known = Readonly<Record<string, Attachment & { readonly name: string }>>
const net = (name: string, ...hosts: string[]) => ({ name, hosts, network: true })
const usb = (name: string) => ({ name, hosts: [], network: false })

/** A driver that knows these devices, or fails like this; `after` milliseconds. */
function way(
  name: string,
  known: Known | ScanTrouble,
  after: () => Promise<unknown> = async () => undefined,
): ScannerDriver {
  const failed = typeof known === 'string'
  return {
    name,
    async present(): Promise<Result<readonly Device[]>> {
      await after()
      if (failed) return fail(scanFailure(known))
      return ok(Object.entries(known).map(([id, one]): Device => ({ id, kind: 'scan', name: one.name, loaded: true })))
    },
    open: async (device) => fail(scanFailure(failed || known[device] === undefined ? 'absent' : 'busy')),
    attachment: (device) => (failed ? undefined : known[device]) ?? { hosts: [], network: false },
  }
}

async function ids(drivers: readonly ScannerDriver[], patienceMs = 1_000) {
  const listed = await manyWays(drivers, { patienceMs }).present(never)
  return listed.ok ? listed.value.map(({ id }) => id) : listed
}

describe('one scanner, two ways', () => {
  test('by address, whatever it is called; a scanner on the USB plug is another one even with the same name', async () => {
    const escl = way('escl', { 'http://192.0.2.7/eSCL': net('Máy quét tầng 2', '192.0.2.7', 'fd00::7') })
    const sane = way('sane', {
      'airscan:e0:Other name': net('Other name', '192.0.2.7'),
      'airscan:e1:Third': net('Third', '192.0.2.8'),
      'epsonds:libusb:001:004': usb('Máy quét tầng 2'),
    })
    expect(await ids([escl, sane])).toEqual([
      'escl/http://192.0.2.7/eSCL',
      'sane/airscan:e1:Third',
      'sane/epsonds:libusb:001:004',
    ])
  })

  test('by name where a way knows no address: alike, or with something more behind it', async () => {
    const escl = way('escl', { a: net('HP LaserJet MFP M428', '192.0.2.7') })
    const wia = way('wia', {
      x: net('HP LaserJet MFP M428 (NET)'),
      y: net('HP LaserJet MFP M428fdw'),
      z: usb('HP LaserJet MFP M428'),
    })
    expect(await ids([escl, wia])).toEqual(['escl/a', 'wia/y', 'wia/z'])
  })

  test('two alike of one way are two', async () => {
    expect(await ids([way('sane', { a: net('Twin', '192.0.2.7'), b: net('Twin', '192.0.2.7') })])).toEqual([
      'sane/a',
      'sane/b',
    ])
  })

  test('a name leads back to its own driver', async () => {
    const both = manyWays([way('escl', { a: net('A') }), way('sane', { 'net:host/a': usb('B') })])
    expect(await both.open('sane/net:host/a', never)).toEqual(trouble('busy'))
    expect(await both.open('escl/net:host/a', never)).toEqual(trouble('absent'))
    expect(await both.open('nobody/a', never)).toEqual(trouble('absent'))
    expect(await both.open('a', never)).toEqual(trouble('absent'))
  })
})

describe('a way that fails', () => {
  test('does not hide the other; with nothing found the failure is told, unless that way is only not there', async () => {
    const none: Known = {}
    const one: Known = { a: usb('A') }
    expect(await ids([way('escl', one), way('sane', 'timeout')])).toEqual(['escl/a'])
    expect(await ids([way('escl', 'failed'), way('sane', one)])).toEqual(['sane/a'])
    expect(await ids([way('escl', none), way('sane', 'timeout')])).toEqual(trouble('timeout'))
    expect(await ids([way('escl', none), way('sane', 'unsupported')])).toEqual([])
    expect(await ids([way('escl', 'unsupported'), way('sane', 'unsupported')])).toEqual(trouble('unsupported'))
  })

  test('or throws, or never answers, does not hold up the other', async () => {
    const broken = way('escl', {}, () => Promise.reject(new Error('bug')))
    const hanging = way('sane', {}, () => new Promise(() => undefined))
    expect(await ids([broken, hanging, way('wia', { a: usb('A') })], 50)).toEqual(['wia/a'])
  })

  test('or is slow is asked once, counts with what it said last, and calls when it has news', async () => {
    let release = () => {}
    let asked = 0
    const slow = way('sane', { a: usb('A') }, () => {
      asked++
      return new Promise<void>((go) => {
        release = go
      })
    })
    const both = manyWays([way('escl', { e: net('E') }), slow], { patienceMs: 30 })
    let nudges = 0
    both.watch?.(() => nudges++)
    const look = async () => {
      const listed = await both.present(never)
      return listed.ok ? listed.value.map(({ id }) => id) : listed
    }
    expect([await look(), await look(), asked]).toEqual([['escl/e'], ['escl/e'], 1])
    release()
    await expect.poll(() => nudges).toBe(1)
    expect(await look()).toEqual(['escl/e', 'sane/a'])
    expect(asked).toBe(2)
    release()
  })
})

describe('what the host is told', () => {
  const home = mkdtempSync(join(tmpdir(), 'quay-ways-'))
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  test('a plain path is the spool; JSON names scanners too; anything else is a path', () => {
    const plain = (spool: string) => ({ spool, scanners: [], discovery: undefined })
    expect(readScanSetting('/dev/shm/quay-1')).toEqual(plain('/dev/shm/quay-1'))
    expect(readScanSetting('{"spool":"/s","scanners":["http://10.0.0.5/eSCL"],"discovery":false}')).toEqual({
      spool: '/s',
      scanners: ['http://10.0.0.5/eSCL'],
      discovery: false,
    })
    expect(['{"spool":7}', '{', '{"scanners":[]}'].map(readScanSetting)).toEqual(
      ['{"spool":7}', '{', '{"scanners":[]}'].map(plain),
    )
  })

  test('where sane-airscan may not search the network, nobody does', () => {
    expect(
      [
        '[options]\ndiscovery = disable\n',
        '[options]\n#discovery = disable\n',
        '[devices]\ndiscovery = disable\n',
        '',
      ].map(forbidsDiscovery),
    ).toEqual([true, false, false, false])
    const folder = join(home, 'sane.d')
    mkdirSync(folder)
    writeFileSync(join(folder, 'airscan.conf'), '[options]\nmodel = network\ndiscovery = disable\n')
    expect(mayDiscover({ SANE_CONFIG_DIR: `${join(home, 'nothing')}:${folder}` })).toBe(false)
    expect(mayDiscover({ SANE_CONFIG_DIR: join(home, 'nothing') })).toBe(true)
  })

  test.skipIf(!hasAirscan)(
    'the bench scanner comes through SANE, and through eSCL only when its address is given',
    async () => {
      const paper = (await drawPaper('birth', { dpi: 75 })).pages
      const scanner = await startScanner({ paper })
      const environment = { ...process.env, SANE_CONFIG_DIR: await writeAirscanConfig(join(home, 'sane'), scanner.url) }
      const spool = join(home, 'spool')
      const plain = allScanners(spool, 'linux', environment)
      const given = allScanners(JSON.stringify({ spool, scanners: [scanner.url] }), 'linux', environment)
      const listed = async (driver: typeof plain) => {
        const found = await driver.present(never)
        return found.ok ? found.value.map(({ id, name }) => ({ id, name })) : found
      }
      const name = 'Quay Bench Scanner'
      expect(await listed(plain)).toEqual([{ id: `sane/airscan:e0:${name}`, name }])
      expect(await listed(given)).toEqual([{ id: `escl/${scanner.url}`, name }])
      for (const [driver, id] of [
        [plain, `sane/airscan:e0:${name}`],
        [given, `escl/${scanner.url}`],
      ] as const) {
        scanner.load(paper)
        const session = await driver.open(id, never)
        if (!session.ok) throw new Error('not opened')
        expect((await scanAll(session.value, { source: 'feeder', mode: 'colour', dpi: 75 })).result).toMatchObject({
          ok: true,
        })
        await session.value.close()
      }
      await scanner.close()
    },
  )
})
