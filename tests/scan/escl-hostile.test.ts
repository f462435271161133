// A network device that lies, drips or floods gets a name and nothing else: never our time, our memory or another address.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { withDensity } from '../../drivers/scan/density.ts'
import { esclDriver } from '../../drivers/scan/escl.ts'
import { pictureSize, withoutPadding } from '../../drivers/scan/jpeg-header.ts'
import { capabilities, status } from '../bench/scanner/escl-words.ts'
import {
  drip,
  dripHeaders,
  endless,
  type HostileOptions,
  type HostileScanner,
  type Misdeeds,
  raw,
  say,
  startHostile,
} from '../bench/scanner/hostile-server.ts'
import { A4_COLOUR, scanAll } from './bench.ts'

const never = new AbortController().signal
const trouble = (what: string, kept?: number) => ({
  ok: false,
  failure: { kind: 'device', device: 'scan', what, ...(kept === undefined ? {} : { kept }) },
})

let page: Buffer
const devices: HostileScanner[] = []
beforeAll(async () => {
  page = await sharp({ create: { width: 300, height: 400, channels: 3, background: '#dcc' } })
    .jpeg()
    .toBuffer()
})
afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
})

async function meet(misdeeds: Misdeeds, more: Partial<HostileOptions> = {}) {
  const device = await startHostile({ misdeeds, pages: [page], ...more })
  devices.push(device)
  const limits = {
    askMs: 400,
    silenceMs: 400,
    pageMs: 900,
    busyMs: 200,
    retryMs: 50,
    cancelMs: 200,
    pageBytes: 2_000_000,
  }
  return { device, driver: esclDriver({ addresses: [device.url], lookMs: 400, freshMs: 0, limits }) }
}

/** What opening it says, and that listing passes it over. */
async function opening(misdeeds: Misdeeds) {
  const { device, driver } = await meet(misdeeds)
  expect(await driver.present(never)).toEqual({ ok: true, value: [] })
  return driver.open(device.url, never)
}

/** What a scan says that goes well for one page. */
async function scanning(misdeeds: Misdeeds, more: Partial<HostileOptions> = {}) {
  const { device, driver } = await meet(misdeeds, more)
  const session = await driver.open(device.url, never)
  if (!session.ok) return session
  const { result } = await scanAll(session.value, A4_COLOUR)
  return result
}

const LAUGHS = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, at) => `<!ENTITY a${at} "${`&a${at - 1};`.repeat(10)}">`).join('')}]><ScannerCapabilities><MakeAndModel>&a19;</MakeAndModel></ScannerCapabilities>`

test.each<readonly [string, Misdeeds['capabilities'], string]>([
  ['a billion laughs', say(200, LAUGHS), 'unreadable'],
  ['an endless document', endless('<ScannerCapabilities>', '<a/>'.repeat(1000)), 'unreadable'],
  ['an endless line of depth', endless('', '<a>'.repeat(1000)), 'unreadable'],
  ['no XML at all', say(200, 'hello'), 'unreadable'],
  ['another document', say(200, status(false, 'ScannerAdfLoaded')), 'unreadable'],
  ['a redirect elsewhere', say(302, '', { location: 'http://127.0.0.1:9/eSCL/ScannerCapabilities' }), 'unreadable'],
  ['a password wanted', say(401, '', { 'www-authenticate': 'Basic' }), 'unreadable'],
  ['headers without an end', raw(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(200_000)}`), 'unreadable'],
  ['a hundred thousand headers', raw(`HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(100_000)}`), 'unreadable'],
  ['something that is not HTTP', raw('SSH-2.0-OpenSSH_9.2\r\n'), 'unreadable'],
  ['headers one byte at a time', dripHeaders('HTTP/1.1 200 OK\r\nX: ', 50), 'timeout'],
  ['a body one byte at a time', drip('<', 50), 'timeout'],
  ['silence', () => undefined, 'timeout'],
  ['less than it promised', raw('HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<a>'), 'timeout'],
  ['two lengths', raw('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\nhello'), 'unreadable'],
])('%s instead of capabilities has a name', async (_what, capabilities, what) => {
  expect(await opening(capabilities === undefined ? {} : { capabilities })).toEqual(trouble(what))
})

test('capabilities that are honest but offer nothing we can take are unsupported, and not listed', async () => {
  const pdfOnly = say(200, '<ScannerCapabilities><Version>2.0</Version></ScannerCapabilities>')
  expect(await opening({ capabilities: pdfOnly })).toEqual(trouble('unsupported'))
})

const JPEG = { 'content-type': 'image/jpeg' }
/** A head that claims 65,535 × 65,535 pixels. */
function bomb(): Buffer {
  const file = Buffer.from(page)
  const at = file.indexOf(Buffer.from([0xff, 0xc0]))
  file.writeUInt16BE(0xffff, at + 5)
  file.writeUInt16BE(0xffff, at + 7)
  return file
}

test.each<readonly [string, () => Misdeeds['next'], string]>([
  ['a page without an end', () => endless('', Buffer.alloc(60_000, 7), 'image/jpeg'), 'unreadable'],
  ['a page one byte at a time', () => drip(page.subarray(0, 100), 50), 'timeout'],
  ['a PDF', () => say(200, '%PDF-1.7 %%EOF', { 'content-type': 'application/pdf' }), 'unreadable'],
  ['a web page that says it is a JPEG', () => say(200, '<html>', JPEG), 'unreadable'],
  ['nothing', () => say(200, '', JPEG), 'unreadable'],
  ['a page that was cut off', () => say(200, page.subarray(0, page.length - 20), JPEG), 'unreadable'],
  ['a page larger than any paper', () => say(200, bomb(), JPEG), 'unreadable'],
  [
    'a redirect elsewhere',
    () => say(307, '', { location: 'http://127.0.0.1:9/eSCL/ScanJobs/1/NextDocument' }),
    'failed',
  ],
  ['"not yet" for ever', () => say(503, '', { 'retry-after': '0' }), 'timeout'],
  ['"not yet" for a year', () => say(503, '', { 'retry-after': '9999' }), 'timeout'],
  ['an error of its own', () => say(500, 'oops'), 'failed'],
])('after a good page, %s is told, and the page is kept', async (_what, next, what) => {
  const misdeed = next()
  expect(await scanning(misdeed === undefined ? {} : { next: misdeed })).toEqual(trouble(what, 1))
})

test('"not yet" while paper is jammed is a jam at once', async () => {
  const next = say(503, '', { 'retry-after': '5' })
  expect(await scanning({ next, status: say(200, status(true, 'ScannerAdfJam')) })).toEqual(trouble('jammed', 1))
})

test('an end that the scanner itself cannot confirm is no end', async () => {
  expect(await scanning({ status: say(200, 'nonsense') })).toEqual(trouble('removed', 1))
  expect(await scanning({})).toEqual({ ok: true, value: { pages: 1 } })
})

test('zeros after the end of a page are not part of it', async () => {
  const { device, driver } = await meet({}, { pages: [Buffer.concat([page, Buffer.alloc(7)])] })
  const session = await driver.open(device.url, never)
  if (!session.ok) throw new Error('not opened')
  const { pages } = await scanAll(session.value, A4_COLOUR)
  expect(Buffer.from(pages[0]?.jpeg ?? []).equals(Buffer.from(withDensity(page, 300) ?? []))).toBe(true)
})

test('a job that lives on another machine is looked for where it was ordered, and taken back there', async () => {
  const elsewhere = await startHostile({ misdeeds: {}, pages: [page, page] })
  devices.push(elsewhere)
  const { device, driver } = await meet({ jobs: say(201, '', { location: `${elsewhere.url}/ScanJobs/9` }) })
  const session = await driver.open(device.url, never)
  if (!session.ok) throw new Error('not opened')
  expect((await scanAll(session.value, A4_COLOUR)).result).toEqual({ ok: true, value: { pages: 1 } })
  expect(elsewhere.asked).toEqual([])
  expect(device.asked.slice(1)).toEqual([
    'POST /eSCL/ScanJobs',
    'GET /eSCL/ScanJobs/9/NextDocument',
    'GET /eSCL/ScanJobs/9/NextDocument',
    'GET /eSCL/ScannerStatus',
    'DELETE /eSCL/ScanJobs/9',
  ])
})

test('a job without a place, and one refused with nonsense, have a name', async () => {
  expect(await scanning({ jobs: say(201, '') })).toEqual(trouble('unreadable'))
  expect(await scanning({ jobs: say(503, '') })).toEqual(trouble('busy'))
  expect(await scanning({ jobs: say(418, '') })).toEqual(trouble('failed'))
  expect(await scanning({ jobs: () => undefined })).toEqual(trouble('timeout'))
})

test('a scanner that answers no more does not hold up a listing, and calls when that is known', async () => {
  let isDeaf = false
  const answer = say(200, capabilities('Hostile', 'c0ffee'))
  const device = await startHostile({
    misdeeds: { capabilities: (request, response) => (isDeaf ? undefined : answer(request, response)) },
    pages: [page],
  })
  devices.push(device)
  const driver = esclDriver({ addresses: [device.url], lookMs: 600, patienceMs: 20, freshMs: 0 })
  const names = async () => {
    const listed = await driver.present(never)
    return listed.ok ? listed.value.map(({ name }) => name) : listed
  }
  const nudged = new Promise<void>((now) => driver.watch?.(now))
  expect(await names()).toEqual(['Hostile'])
  isDeaf = true
  expect(await names()).toEqual(['Hostile'])
  await nudged
  expect(await names()).toEqual([])
})

// --- TLS --------------------------------------------------------------------------------------------------------------

const home = mkdtempSync(join(tmpdir(), 'quay-tls-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

function selfSigned(name: string): { readonly key: string; readonly cert: string } {
  const [key, cert] = [join(home, `${name}.key`), join(home, `${name}.pem`)]
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`]
  execFileSync('openssl', [...args, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}

test('a certificate the scanner made itself is taken; another one later on the same place is not spoken to', async () => {
  const first = await startHostile({ misdeeds: {}, pages: [page], tls: selfSigned('scanner') })
  devices.push(first)
  const driver = esclDriver({ addresses: [first.url], freshMs: 0 })
  expect(await driver.present(never)).toMatchObject({ ok: true, value: [{ id: first.url }] })
  const session = await driver.open(first.url, never)
  if (!session.ok) throw new Error('not opened')
  expect((await scanAll(session.value, A4_COLOUR)).result).toEqual({ ok: true, value: { pages: 1 } })
  await first.close()
  const port = Number(new URL(first.url).port)
  const stranger = await startHostile({ misdeeds: {}, pages: [page], tls: selfSigned('stranger'), port })
  devices.push(stranger)
  expect((await scanAll(session.value, A4_COLOUR)).result).toEqual(trouble('failed'))
  expect(await driver.open(first.url, never)).toEqual(trouble('failed'))
  expect(await driver.present(never)).toEqual({ ok: true, value: [] })
  expect(stranger.asked).toEqual([])
})

test('a plain scanner at an encrypted address is not spoken to in plain', async () => {
  const plain = await startHostile({ misdeeds: {}, pages: [page] })
  devices.push(plain)
  const url = plain.url.replace('http:', 'https:')
  const driver = esclDriver({ addresses: [url], lookMs: 1_000, limits: { askMs: 1_000 } })
  expect(await driver.open(url, never)).toMatchObject({ ok: false, failure: { what: 'unreadable' } })
  expect(plain.asked).toEqual([])
})

// --- heads of pictures ------------------------------------------------------------------------------------------------

test('no head of a picture makes it stumble, and a size is only what the head says', async () => {
  expect(pictureSize(page)).toEqual({ width: 300, height: 400 })
  const changes = fc.array(fc.tuple(fc.nat(700), fc.nat(255)), { maxLength: 8 })
  fc.assert(
    fc.property(changes, fc.nat(800), (list, length) => {
      const file = Uint8Array.from(page.subarray(0, length))
      for (const [at, value] of list) if (at < file.length) file[at] = value
      const size = pictureSize(file)
      if (size !== undefined) expect(size.width * size.height).toBeLessThanOrEqual(200_000_000)
      const bare = withoutPadding(file)
      expect(file.subarray(0, bare.length)).toEqual(bare)
    }),
    { numRuns: 2_000 },
  )
})
