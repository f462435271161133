// The certificates of the counter: those on the tokens that are in, those seen before, when they end, and who cannot sign.
// Real tokens (SoftHSM) through the real driver and host; a real store; the calendar is an argument.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DeviceWatch, watchDevices } from '../../main/devices/index.ts'
import type { CertificateFacts } from '../../main/signature/certificate.ts'
import { cannotSign, daysLeft, expiryOf, openCertificates } from '../../main/signature/inventory.ts'
import type { Storage } from '../../main/storage/index.ts'
import type { Authority } from '../../preload/contract/certification.ts'
import { ok, type Result } from '../../preload/contract/result.ts'
import type { Inventory } from '../../preload/contract/signature.ts'
import { Inventory as Shape } from '../../preload/contract/signature.ts'
import { mayChange, mayUnblock, rowsOf, tokenWord } from '../../renderer/signature/certificate-rows.ts'
import { makePki, missingTools, type Pki } from '../bench/token/pki.ts'
import { startTokenHost, type TokenHost } from '../devices/token-host.ts'
import { storeIn } from '../storage/store.ts'

const DAY = 86_400_000
function valueIn<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}
const agency = { name: 'UBND Phường Mẫu', identifier: 'VATVN-0100000000' }
const nobody = { name: '', identifier: '' }

const authority = (personName: string, personNumber: string, more: Partial<Authority> = {}): Authority => ({
  id: '3f1c2f5e-8a40-4c1e-9b2d-0d7f6a1b2c3d',
  personName,
  personNumber,
  operatorId: null,
  titleLine: 'PHÓ CHỦ TỊCH',
  actingForm: 'KT.',
  decision: 'QĐ 01/QĐ-UBND',
  validFrom: '2020-01-01',
  validTo: '2099-12-31',
  kinds: ['SCT/BS'],
  ...more,
})

describe('when a certificate ends', () => {
  const from = new Date('2026-01-01T00:00:00Z')
  const to = new Date('2026-12-31T16:59:59Z')
  const ahead = (days: number, more = 0): Date => new Date(to.getTime() - days * DAY + more)

  test('it warns at 30, at 7 and at 0 days, and says when it is over or not valid yet', () => {
    const said = [ahead(31), ahead(30), ahead(8), ahead(7), ahead(1), ahead(0, -1), ahead(0), ahead(0, 1)]
    expect(said.map((at) => expiryOf(from, to, at))).toEqual([
      ...['fine', 'month', 'month', 'week', 'week', 'today', 'today', 'expired'],
    ])
    expect(expiryOf(from, to, new Date(from.getTime() - 1))).toBe('not-yet')
  })

  test('whatever the moment: the nearer the end, the graver the word', () => {
    const GRAVER = ['fine', 'month', 'week', 'today', 'expired']
    const moment = fc.integer({ min: from.getTime(), max: to.getTime() + 40 * DAY })
    fc.assert(
      fc.property(moment, moment, (one, other) => {
        const [early, late] = [new Date(Math.min(one, other)), new Date(Math.max(one, other))]
        const [first, second] = [expiryOf(from, to, early), expiryOf(from, to, late)]
        expect(GRAVER.indexOf(first)).toBeLessThanOrEqual(GRAVER.indexOf(second))
        expect(daysLeft(to, early) >= daysLeft(to, late)).toBe(true)
      }),
    )
  })
})

describe('who cannot sign', () => {
  const at = new Date('2026-11-22T03:00:00Z')
  const facts = (personNumber: string, validFrom: string, validTo: string, more = {}): CertificateFacts => ({
    ...{ fingerprint: '', der: new Uint8Array(), commonName: '', organisation: '', organisationIdentifier: '' },
    ...{ issuer: '', personNumber, validFrom: new Date(validFrom), validTo: new Date(validTo), ...more },
  })
  const officer = authority('Nguyễn Văn Đức', '001085000123')

  test('an officer whose certificate is over, not valid yet, or was never seen; nobody who has one that is valid', () => {
    const over = facts('001085000123', '2024-01-01', '2026-11-20T10:00:00Z')
    const future = facts('001085000123', '2027-01-01', '2029-01-01')
    const valid = facts('CCCD:001085000123', '2025-01-01', '2027-01-01')
    const lacks = (...known: CertificateFacts[]) =>
      cannotSign([officer], nobody, known, at).map(({ why, day }) => [why, day])
    expect(lacks()).toEqual([['not-seen', null]])
    expect(lacks(over)).toEqual([['expired', '2026-11-20']])
    expect(lacks(over, future)).toEqual([['not-yet', '2027-01-01']])
    expect(lacks(over, future, valid)).toEqual([])
    expect(lacks(facts('001190654321', '2025-01-01', '2027-01-01'))).toEqual([['not-seen', null]])
  })

  test('only who may sign today counts, each person once, and the agency’s seal as well', () => {
    const past = authority('Lê Văn Mẫu', '001070000001', { validTo: '2026-11-21' })
    const twice = authority('Nguyễn Văn Đức', '001085000123', { actingForm: 'TUQ.' })
    const all = cannotSign([officer, past, twice], agency, [], at)
    expect(all.map(({ role, who }) => [role, who])).toEqual([
      ['officer', 'Nguyễn Văn Đức'],
      ['agency', 'UBND Phường Mẫu'],
    ])
    const seal = facts('', '2025-01-01', '2027-01-01', {
      commonName: agency.name,
      organisationIdentifier: agency.identifier,
    })
    expect(cannotSign([], agency, [seal], at)).toEqual([])
  })
})

describe.skipIf(missingTools().length > 0)('on the counter', () => {
  let dir = ''
  let pki: Pki
  let host: TokenHost
  let store: Storage
  let devices: DeviceWatch
  let now = new Date()

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'quay-inventory-'))
    pki = await makePki(dir, { extras: ['expired'] })
    host = startTokenHost(pki.module, pki.env)
    store = storeIn(dir).open()
    devices = watchDevices([{ kind: 'signature', present: host.driver.present, beat: 60_000 }], () => undefined)
  })
  afterAll(async () => {
    devices?.stop()
    host?.stop()
    store?.close()
    await rm(dir, { recursive: true, force: true })
  })

  const officers = [authority('Nguyễn Văn Đức', '001085000123'), authority('Phạm Văn Mẫu', '001080000009')]
  const open = (watch: DeviceWatch = devices) =>
    openCertificates({ storage: store, driver: host.driver, devices: watch, now: () => now })
  const short = (inventory: Inventory) =>
    inventory.certificates.map(({ holder, expiry, tokenId }) => [holder, expiry, tokenId !== null])

  test('lists every certificate with its end, soonest first, and whom none was seen for; no PIN is asked', async () => {
    const inventory = valueIn(await open().answer(ok(officers), agency))
    expect(Shape.parse(inventory)).toEqual(inventory)
    expect(short(inventory)).toEqual([
      ['Nguyễn Văn Đức', 'expired', true],
      ['Nguyễn Văn Đức', 'fine', true],
      ['UBND Phường Mẫu', 'fine', true],
    ])
    expect(inventory.tokens.map(({ name, trouble }) => [name, trouble]).sort()).toEqual([
      ['OFFICER', null],
      ['SEAL', null],
    ])
    expect(inventory.cannotSign.map(({ who, why }) => [who, why])).toEqual([['Phạm Văn Mẫu', 'not-seen']])
    expect(rowsOf(inventory).map((row) => [tokenWord(row), mayChange(row), mayUnblock(row)])).toEqual(
      Array(3).fill(['ready', true, true]),
    )
  })

  test('remembers what it saw when the tokens are out, and what a login has shown of the keys', async () => {
    const none: DeviceWatch = { ...devices, look: async (kind) => ({ kind, devices: [], answered: true }) }
    const certificates = open(none)
    expect(certificates.asksEveryTime(pki.officer.fingerprint)).toBeUndefined()
    const { fingerprint, der } = pki.officer
    certificates.learn(ok([{ fingerprint, der, everySignature: true }]))
    expect(certificates.asksEveryTime(pki.officer.fingerprint)).toBe(true)
    const inventory = valueIn(await certificates.answer(ok(officers), agency))
    expect(short(inventory).map(([, , isIn]) => isIn)).toEqual([false, false, false])
    expect(rowsOf(inventory).map((row) => [tokenWord(row), mayChange(row), mayUnblock(row)])).toEqual(
      Array(3).fill(['out', false, false]),
    )
    valueIn(await open().answer(ok([]), nobody))
    expect(certificates.asksEveryTime(pki.officer.fingerprint)).toBe(true)
  })

  test('says in time that nobody will be able to sign', async () => {
    const certificates = open()
    const { certificates: all } = valueIn(await certificates.answer(ok(officers), agency))
    const end = Math.max(...all.map((one) => Date.parse(one.validTo)))
    now = new Date(end - 20 * DAY)
    const soon = valueIn(await certificates.answer(ok(officers), agency))
    expect(soon.certificates.map((one) => one.expiry)).toContain('month')
    expect(soon.cannotSign.map((one) => one.who)).toEqual(['Phạm Văn Mẫu'])
    now = new Date(end + 3 * DAY)
    const late = valueIn(await certificates.answer(ok(officers), agency))
    expect(late.cannotSign.map(({ who, why }) => [who, why])).toEqual([
      ['Nguyễn Văn Đức', 'expired'],
      ['Phạm Văn Mẫu', 'not-seen'],
      ['UBND Phường Mẫu', 'expired'],
    ])
    now = new Date()
  })
})

test('a row says what can be done with its token: a locked one is unblocked first, a dead one neither', () => {
  const spent = { countLow: true, finalTry: false, locked: true }
  const open = { countLow: false, finalTry: false, locked: false }
  const token = (pin: object) => ({ id: 't', name: 'T', trouble: null, pin: { pinPad: false, ...pin } as never })
  const row = (pin: object) => ({ id: 'r', certificate: null, token: token(pin) })
  expect(
    [row({ ...spent, code: open }), row({ ...spent, code: spent }), row({ ...open, finalTry: true, code: open })].map(
      (one) => [tokenWord(one), mayChange(one), mayUnblock(one)],
    ),
  ).toEqual([
    ['locked', false, true],
    ['codeLocked', false, false],
    ['finalTry', true, true],
  ])
  const held = { id: 'h', certificate: null, token: { id: 't', name: 'T', pin: null, trouble: null } }
  expect([tokenWord(held), mayChange(held), mayUnblock(held)]).toEqual(['held', false, false])
})
