// The bench devices against the driver contract, in plain Node: what the demo relies on where no real stack runs.
import { createHash, verify, X509Certificate } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AccessKey, Driver, ScanRequest, TokenSession } from '../../../drivers/contract.ts'
import { withDensity } from '../../../drivers/scan/density.ts'
import type { Result } from '../../../preload/contract/result.ts'
import { filesOf, MAU } from '../card/person.ts'
import { must } from '../office.ts'
import { buildBenchDrivers } from './bundle.ts'
import { type BenchDevices, layOut, sheetsWaiting } from './control.ts'
import { benchReader } from './reader.ts'
import { benchScanner } from './scanner.ts'
import { benchTokens } from './token.ts'
import { makeBenchTrust, type Trust } from './trust.ts'

const home = mkdtempSync(join(tmpdir(), 'quay-bench-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const office = layOut(join(home, 'office'))
let at: BenchDevices
let trust: Trust
beforeAll(async () => {
  trust = await makeBenchTrust(join(home, 'pki'), office.desk)
})
/** A desk of its own for each story, with the same two tokens, as new. */
beforeEach(() => {
  at = layOut(mkdtempSync(join(home, 'desk-')))
  cpSync(office.desk.tokens, at.desk.tokens, { recursive: true })
})

const running = () => new AbortController().signal
const failureOf = <T>(result: Result<T>) => (result.ok ? 'fine' : result.failure)
const first = async <Session>(driver: Driver<Session>) => must(await driver.present(running()))[0]?.id ?? ''
const session = async <Session>(driver: Driver<Session>, signal = running()) =>
  must(await driver.open(await first(driver), signal))

// --- card -------------------------------------------------------------------------------------------------------------

const KEY: AccessKey = { documentNumber: '190123456', birth: '900115', expiry: '300115' }
const card = (what: string) => ({ kind: 'device', device: 'card', what })

test('a card on the bench reader is seen, and its chip gives the files of the card', async () => {
  const driver = benchReader(at.desk)
  const loaded = async () => must(await driver.present(running())).map((device) => device.loaded)
  expect(await loaded()).toEqual([false])
  expect(failureOf(await driver.open('bench:reader', running()))).toEqual(card('absent'))
  await at.card.obey('insert mau')
  expect(await loaded()).toEqual([true])
  const read = must(await (await session(driver)).read(KEY, () => undefined))
  const { COM, DG1, DG13 } = filesOf(MAU)
  expect(read).toEqual({
    atr: '3B80800101',
    access: 'bac',
    files: { COM: Uint8Array.from(COM), DG1: Uint8Array.from(DG1), DG13: Uint8Array.from(DG13) },
    readAt: read.readAt,
  })
})

test('a wrong expiry date costs one try of the access key, and the right one then opens the same card', async () => {
  await at.card.obey('insert mau')
  const reading = await session(benchReader(at.desk))
  const wrong = await reading.read({ ...KEY, expiry: '300116' }, () => undefined)
  expect(failureOf(wrong)).toEqual({ kind: 'refused', rule: 'card-key-wrong' })
  expect(at.keyTries()).toEqual([1])
  expect((await reading.read(KEY, () => undefined)).ok).toBe(true)
  expect(at.keyTries()).toEqual([1, 2])
})

test('a card that is lifted in the middle is removed, also when it is put back at once', async () => {
  await at.card.obey('insert mau')
  const reading = await session(benchReader(at.desk))
  const lifted: Promise<string>[] = []
  const result = await reading.read(KEY, (step) => {
    if (step === 'DG13' && lifted.length === 0) lifted.push(at.card.obey('remove'), at.card.obey('insert mau'))
  })
  expect(failureOf(result)).toEqual(card('removed'))
  expect(failureOf(await reading.read(KEY, () => undefined))).toEqual(card('removed'))
})

test('another kind of card is unknown, and a session that was cut or closed reads nothing', async () => {
  const driver = benchReader(at.desk)
  await at.card.obey('insert foreign')
  expect(failureOf(await (await session(driver)).read(KEY, () => undefined))).toEqual({
    kind: 'refused',
    rule: 'card-unknown',
  })
  const control = new AbortController()
  const cut = await session(driver, control.signal)
  control.abort()
  expect(failureOf(await cut.read(KEY, () => undefined))).toEqual(card('timeout'))
})

// --- scan -------------------------------------------------------------------------------------------------------------

const FEEDER: ScanRequest = { source: 'feeder', mode: 'colour', dpi: 300 }
const scan = (what: string, kept?: number) => ({
  kind: 'device',
  device: 'scan',
  what,
  ...(kept === undefined ? {} : { kept }),
})
let sheets: readonly Buffer[] = []
beforeAll(async () => {
  const sheet = (background: string) => sharp({ create: { width: 90, height: 120, channels: 3, background } }).jpeg()
  sheets = await Promise.all(['red', 'green', 'blue'].map((colour) => sheet(colour).toBuffer()))
})

/** Scans to the end; answers what came and what the driver said. */
async function scanAll(request: ScanRequest = FEEDER) {
  const came: Uint8Array[] = []
  const scanning = await session(benchScanner(at.desk))
  const said = await scanning.scan(request, async ({ number, jpeg }) => {
    expect(number).toBe(came.length + 1)
    came.push(jpeg)
  })
  await scanning.close()
  return { came, said: said.ok ? said.value : said.failure }
}

test('the sheets come out in order, are gone from the feeder, and an empty feeder is told before the first page', async () => {
  at.scanner.load(sheets)
  const { came, said } = await scanAll()
  expect(said).toEqual({ pages: 3 })
  expect(came).toEqual(sheets.map((sheet) => withDensity(sheet, 300)))
  expect(sheetsWaiting(at.desk)).toBe(0)
  expect((await scanAll()).said).toEqual(scan('feeder-empty'))
})

test('a jam on page 3 keeps two pages and leaves the rest in the feeder until it is loaded again', async () => {
  at.scanner.load(sheets)
  at.scanner.set({ jamAfter: 2 })
  const { came, said } = await scanAll()
  expect([came.length, said]).toEqual([2, scan('jammed', 2)])
  expect(sheetsWaiting(at.desk)).toBe(1)
  expect((await scanAll()).said).toEqual(scan('jammed'))
  at.scanner.load(sheets)
  expect((await scanAll()).said).toEqual({ pages: 3 })
})

test('the next sheet stays in the feeder until the page before it is safe', async () => {
  at.scanner.load(sheets)
  const waiting: number[] = []
  const scanning = await session(benchScanner(at.desk))
  await scanning.scan(FEEDER, async () => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    waiting.push(sheetsWaiting(at.desk))
  })
  expect(waiting).toEqual([2, 1, 0])
})

test('an open cover, another desk and a pulled plug are each told by name', async () => {
  at.scanner.load(sheets)
  at.scanner.set({ coverOpen: true })
  expect((await scanAll()).said).toEqual(scan('cover-open'))
  at.scanner.set({ coverOpen: false, busy: true })
  expect((await scanAll()).said).toEqual(scan('busy'))
  at.scanner.set({ busy: false, vanishAfter: 1 })
  expect((await scanAll()).said).toEqual(scan('removed', 1))
  expect(must(await benchScanner(at.desk).present(running()))).toEqual([])
  expect(() => at.scanner.set({ hang: true })).toThrow('does not hang')
})

test('the glass gives its one page as often as asked, in grey and smaller on request; what is not offered is refused', async () => {
  at.scanner.lay(sheets[0])
  const { came, said } = await scanAll({ source: 'flatbed', mode: 'grey', dpi: 150 })
  expect(said).toEqual({ pages: 1 })
  const { width, height, density, space } = await sharp(came[0]).metadata()
  expect({ width, height, density, space }).toEqual({ width: 45, height: 60, density: 150, space: 'b-w' })
  expect((await scanAll({ ...FEEDER, source: 'flatbed' })).said).toEqual({ pages: 1 })
  expect((await scanAll({ ...FEEDER, dpi: 600 })).said).toEqual(scan('unsupported'))
})

test('a scan that is cut keeps what was taken, also while a page waits to be made safe', async () => {
  at.scanner.load(sheets)
  const control = new AbortController()
  const scanning = await session(benchScanner(at.desk), control.signal)
  const said = await scanning.scan(FEEDER, async ({ number }) => {
    if (number < 2) return
    control.abort()
    await new Promise(() => undefined)
  })
  expect(failureOf(said)).toEqual(scan('failed', 1))
})

// --- signature --------------------------------------------------------------------------------------------------------

const token = (what: string) => ({ kind: 'device', device: 'signature', what })
const pinFailure = (what: string) => ({ kind: 'pin', what })
const DIGEST = createHash('sha256').update('bản sao').digest()
const typed = (pin: string) => Buffer.from(pin, 'utf8')

/** A new driver each time: the host process ends with every batch. */
async function officerToken(signal = running()): Promise<TokenSession> {
  const driver = benchTokens(at.desk)
  const officer = must(await driver.present(running())).find((device) => device.name === 'OFFICER')
  return must(await driver.open(officer?.id ?? '', signal))
}

test('two tokens are in; each shows its own certificate before the login', async () => {
  const driver = benchTokens(at.desk)
  const present = must(await driver.present(running()))
  expect(present.map(({ name, kind, loaded }) => [name, kind, loaded])).toEqual([
    ['OFFICER', 'signature', true],
    ['SEAL', 'signature', true],
  ])
  for (const [index, signer] of [trust.officer, trust.agency].entries()) {
    const open = must(await driver.open(present[index]?.id ?? '', running()))
    expect(must(await open.certificates())).toEqual([
      { fingerprint: signer.fingerprint, der: Uint8Array.from(signer.der) },
    ])
    expect(failureOf(await driver.open(present[index]?.id ?? '', running()))).toEqual(token('busy'))
    await open.close()
  }
})

test('a signature over a digest verifies against the certificate, and only after the PIN', async () => {
  const open = await officerToken()
  const { fingerprint, der } = trust.officer
  expect(failureOf(await open.sign(fingerprint, DIGEST))).toEqual(pinFailure('withheld'))
  expect((await open.login(typed(trust.officer.pin), false)).ok).toBe(true)
  const signature = must(await open.sign(fingerprint, DIGEST))
  expect(verify('sha256', Buffer.from('bản sao'), new X509Certificate(der).publicKey, signature)).toBe(true)
  expect(failureOf(await open.sign(trust.agency.fingerprint, DIGEST))).toMatchObject({ rule: 'certificate-missing' })
  expect(failureOf(await open.sign(fingerprint, DIGEST.subarray(1)))).toMatchObject({ kind: 'malformed' })
  await open.logout()
  expect(failureOf(await open.sign(fingerprint, DIGEST))).toEqual(pinFailure('withheld'))
})

test('a wrong PIN costs one try; the last one is spent only on demand, then the token is locked for good', async () => {
  const left = async () => (await at.faults.tries()).map((one) => one.left)
  const login = async (pin: string, insist = false) => {
    const open = await officerToken()
    const state = must(await open.pinState())
    const said = failureOf(await open.login(typed(pin), insist))
    await open.close()
    return { said, low: state.countLow, final: state.finalTry, locked: state.locked }
  }
  const [low, final, locked] = [false, false, false]
  expect(await login('000000')).toEqual({ said: pinFailure('wrong'), low, final, locked })
  expect(await left()).toEqual([2])
  expect(await login('')).toEqual({ said: pinFailure('withheld'), low: true, final, locked })
  expect(await login('000000')).toEqual({ said: pinFailure('wrong'), low: true, final, locked })
  expect(await login(trust.officer.pin)).toEqual({ said: pinFailure('last-try'), low: true, final: true, locked })
  expect(await left()).toEqual([2, 1])
  expect(await login('000000', true)).toEqual({ said: pinFailure('locked'), low: true, final: true, locked })
  const dead = { said: pinFailure('locked'), low: true, final, locked: true }
  expect(await login(trust.officer.pin, true)).toEqual(dead)
  expect(await left()).toEqual([2, 1, 0])
})

test('the right PIN brings all tries back', async () => {
  await at.faults.say('tries OFFICER 1')
  const open = await officerToken()
  expect(must(await open.pinState())).toMatchObject({ finalTry: true })
  expect((await open.login(typed(trust.officer.pin), true)).ok).toBe(true)
  expect(must(await open.pinState())).toMatchObject({ countLow: false, finalTry: false, locked: false, pinPad: false })
})

test('a token that is pulled mid-batch gives what it signed and is removed; put back it must be opened anew', async () => {
  await at.faults.say('pull-after OFFICER 1')
  const open = await officerToken()
  await open.login(typed(trust.officer.pin), false)
  expect((await open.sign(trust.officer.fingerprint, DIGEST)).ok).toBe(true)
  expect(failureOf(await open.sign(trust.officer.fingerprint, DIGEST))).toEqual(token('removed'))
  await at.faults.say()
  expect(failureOf(await open.certificates())).toEqual(token('removed'))
  await at.faults.say('pulled OFFICER 1')
  expect(must(await benchTokens(at.desk).present(running())).map(({ name }) => name)).toEqual(['SEAL'])
  await expect(at.faults.say('login-error OFFICER 5')).rejects.toThrow('do not know')
})

test('a waiting signature ends at once when its session is cut', async () => {
  await at.faults.say('sign-delay OFFICER 3000')
  const control = new AbortController()
  const open = await officerToken(control.signal)
  await open.login(typed(trust.officer.pin), false)
  const waiting = open.sign(trust.officer.fingerprint, DIGEST)
  setImmediate(() => control.abort())
  expect(failureOf(await waiting)).toEqual(token('timeout'))
})

// --- the bundle -------------------------------------------------------------------------------------------------------

test('the bundle gives the device host a driver for every kind, and refuses a kind it does not know', async () => {
  const bundle = (await import(pathToFileURL(await buildBenchDrivers(join(home, 'bundle.cjs'))).href)) as {
    driverFor(kind: string): Driver<unknown>
  }
  process.env.QUAY_BENCH_DESK = at.desk.folder
  const names = ['card', 'scan', 'signature'].map((kind) => bundle.driverFor(kind).name)
  expect(names).toEqual(['bench reader', 'bench scanner', 'bench tokens'])
  expect(() => bundle.driverFor('printer')).toThrow('no bench device')
})
