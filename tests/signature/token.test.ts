// Real SoftHSM tokens through the real driver: what a clerk's token answers when nothing is broken.
// Every signature is checked with node:crypto against the certificate; no PIN is tried that the story does not name.
import { createHash, verify, X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as asn1 from 'asn1js'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TokenSession } from '../../drivers/contract.ts'
import {
  CODE_LOCKED,
  CODE_WRONG,
  codeOf,
  FAILED,
  LOOK,
  meaningOf,
  NEW_REFUSED,
  PIN_LOCKED,
  PIN_WRONG,
  REMOVED,
} from '../../drivers/signature/codes.ts'
import { digestInfo, ecdsaToDer } from '../../drivers/signature/encoding.ts'
import { agrees, readCertificate } from '../../drivers/signature/keys.ts'
import { pkcs11Driver } from '../../drivers/signature/pkcs11.ts'
import type { Result } from '../../preload/contract/result.ts'
import { type DriverProcess, startDriverProcess } from '../bench/token/driver-process.ts'
import { makePki, missingTools, type Pki, type Signer } from '../bench/token/pki.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const sha256 = (message: Uint8Array) => Uint8Array.from(createHash('sha256').update(message).digest())
const device = (what: string) => ({ ok: false, failure: { kind: 'device', device: 'signature', what } })
const pin = (what: string) => ({ ok: false, failure: { kind: 'pin', what } })
const done = { ok: true, value: undefined }

function valueIn<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

describe.skipIf(missingTools().length > 0)('a token on the counter (SoftHSM)', () => {
  let dir = ''
  let pki: Pki
  let host: DriverProcess
  let close = () => {}

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'quay-token-'))
    pki = await makePki(dir, {
      extras: ['expired', 'stranger', 'p256', 'p384', 'asks-every-time', 'keyless', 'misfiled'],
    })
    host = startDriverProcess(pki.module, pki.env)
  }, 30_000)
  afterEach(() => close())
  afterAll(async () => {
    await host?.kill()
    await rm(dir, { recursive: true, force: true })
  })

  async function deviceOf(name: string): Promise<string> {
    const devices = valueIn(await host.driver.present(new AbortController().signal))
    return devices.find((candidate) => candidate.name === name)?.id ?? ''
  }

  async function open(name: string): Promise<TokenSession> {
    const controller = new AbortController()
    const session = valueIn(await host.driver.open(await deviceOf(name), controller.signal))
    close = () => controller.abort()
    return session
  }

  async function openWithPin(signer: Signer): Promise<TokenSession> {
    const session = await open(signer.token)
    expect(await session.login(utf8(signer.pin), false)).toEqual(done)
    return session
  }

  function extra(name: keyof Pki['extras']): Signer {
    const signer = pki.extras[name]
    if (signer === undefined) throw new Error(`the test did not ask for ${name}`)
    return signer
  }

  async function expectSigned(session: TokenSession, signer: Signer): Promise<void> {
    const message = utf8(`quyết định ${signer.fingerprint}`)
    const signature = valueIn(await session.sign(signer.fingerprint, sha256(message)))
    expect(verify('sha256', message, new X509Certificate(signer.der).publicKey, signature)).toBe(true)
  }

  test('both tokens are seen under their own names, and keep their ids in another process', async () => {
    const seen = valueIn(await host.driver.present(new AbortController().signal))
    const byName = [...seen].sort((one, other) => one.name.localeCompare(other.name))
    expect(byName.map(({ kind, name, loaded }) => ({ kind, name, loaded }))).toEqual([
      { kind: 'signature', name: 'OFFICER', loaded: true },
      { kind: 'signature', name: 'SEAL', loaded: true },
    ])
    const another = startDriverProcess(pki.module, pki.env)
    const seenAgain = valueIn(await another.driver.present(new AbortController().signal))
    expect(new Set(seenAgain)).toEqual(new Set(seen))
    await another.kill()
  })

  test('before the PIN every certificate is shown that may belong to a key, and no authority', async () => {
    const session = await open('OFFICER')
    const shown = valueIn(await session.certificates()).map((certificate) => certificate.fingerprint)
    const all = [pki.officer, ...Object.values(pki.extras)].map((signer) => signer.fingerprint)
    expect(new Set(shown)).toEqual(new Set(all))
    const spent = { countLow: false, finalTry: false, locked: false }
    expect(await session.pinState()).toEqual({
      ok: true,
      value: { ...spent, pinPad: false, code: spent, length: { min: 4, max: 64 } },
    })
  })

  test('after the PIN only certificates remain whose key number is on the token', async () => {
    const session = await openWithPin(pki.officer)
    const shown = valueIn(await session.certificates()).map((certificate) => certificate.fingerprint)
    expect(shown).toContain(pki.officer.fingerprint)
    expect(shown).not.toContain(extra('keyless').fingerprint)
    expect(shown).not.toContain(pki.ca.fingerprint)
  })

  test('the officer and the agency sign, and their names are whole', async () => {
    for (const signer of [pki.officer, pki.agency]) {
      const session = await openWithPin(signer)
      await expectSigned(session, signer)
      const [certificate] = valueIn(await session.certificates()).filter(
        (one) => one.fingerprint === signer.fingerprint,
      )
      expect(new X509Certificate(certificate?.der ?? '').toLegacyObject().subject.CN).toBe(signer.subject.commonName)
      await session.close()
    }
  })

  test('keys on elliptic curves sign too', async () => {
    const session = await openWithPin(pki.officer)
    await expectSigned(session, extra('p256'))
    await expectSigned(session, extra('p384'))
  })

  test('the driver does not judge dates: an expired certificate is for the rules to refuse', async () => {
    await expectSigned(await openWithPin(pki.officer), extra('expired'))
  })

  test('signatures asked for all at once are made one after the other, each over its own digest', async () => {
    const session = await openWithPin(pki.officer)
    const messages = Array.from({ length: 20 }, (_, index) => utf8(`trang ${index}`))
    const signatures = await Promise.all(
      messages.map((message) => session.sign(pki.officer.fingerprint, sha256(message))),
    )
    const publicKey = new X509Certificate(pki.officer.der).publicKey
    const checks = signatures.map((signature, index) =>
      verify('sha256', messages[index] ?? utf8(''), publicKey, valueIn(signature)),
    )
    expect(checks).toEqual(messages.map(() => true))
  })

  test('two tokens of one maker sign side by side', async () => {
    const officer = await openWithPin(pki.officer)
    const closeOfficer = close
    const agency = await openWithPin(pki.agency)
    await Promise.all([expectSigned(officer, pki.officer), expectSigned(agency, pki.agency)])
    closeOfficer()
  })

  test('nothing is signed before the PIN, nor after the logout', async () => {
    const session = await open('OFFICER')
    const digest = sha256(utf8('bản sao'))
    expect(await session.sign(pki.officer.fingerprint, digest)).toEqual(pin('withheld'))
    expect(await session.login(utf8(pki.officer.pin), false)).toEqual(done)
    await session.logout()
    expect(await session.sign(pki.officer.fingerprint, digest)).toEqual(pin('withheld'))
  })

  test('a wrong PIN is a wrong PIN, and the right one still works', async () => {
    const session = await open('SEAL')
    expect(await session.login(utf8('000000'), false)).toEqual(pin('wrong'))
    expect(await session.login(utf8(pki.agency.pin), false)).toEqual(done)
    await expectSigned(session, pki.agency)
  })

  test('a second PIN entry on an open token is checked again, not waved through', async () => {
    const session = await openWithPin(pki.officer)
    expect(await session.login(utf8('000000'), true)).toEqual(pin('wrong'))
    expect(await session.sign(pki.officer.fingerprint, sha256(utf8('x')))).toEqual(pin('withheld'))
  })

  test('a certificate without its key, or filed under a key that is not its own, cannot sign', async () => {
    const session = await openWithPin(pki.officer)
    const missing = { ok: false, failure: { kind: 'refused', rule: 'certificate-missing' } }
    const digest = sha256(utf8('x'))
    expect(await session.sign(extra('keyless').fingerprint, digest)).toEqual(missing)
    expect(await session.sign(extra('misfiled').fingerprint, digest)).toEqual(missing)
    expect(await session.sign(pki.agency.fingerprint, digest)).toEqual(missing)
  })

  test('a key that wants its PIN before every signature gets it, as often as there are papers, typed once', async () => {
    const session = await openWithPin(pki.officer)
    for (const _paper of [1, 2, 3]) await expectSigned(session, extra('asks-every-time'))
    const shown = valueIn(await session.certificates())
    const asks = shown.filter((one) => one.everySignature).map((one) => one.fingerprint)
    expect(asks).toEqual([extra('asks-every-time').fingerprint])
    await session.logout()
    const after = await session.sign(extra('asks-every-time').fingerprint, sha256(utf8('x')))
    expect(after).toEqual(pin('withheld'))
  })

  test('only a digest can be signed, never a document', async () => {
    const session = await openWithPin(pki.officer)
    const document = utf8('nội dung của cả một văn bản, không phải giá trị băm')
    const answer = await session.sign(pki.officer.fingerprint, document)
    expect(answer).toEqual({ ok: false, failure: { kind: 'malformed', what: 'argument' } })
  })

  test('a token is in use by one at a time, and free again after the close', async () => {
    const first = await openWithPin(pki.officer)
    const again = () => host.driver.open(id, new AbortController().signal)
    const id = await deviceOf('OFFICER')
    expect(await again()).toEqual(device('busy'))
    await first.close()
    await first.close()
    expect(await first.pinState()).toEqual(device('absent'))
    const second = valueIn(await again())
    expect(await second.sign(pki.officer.fingerprint, sha256(utf8('x')))).toEqual(pin('withheld'))
    await second.close()
  })

  test('when the signal says stop, the session is over and the login forgotten', async () => {
    const session = await openWithPin(pki.officer)
    close()
    expect(await session.sign(pki.officer.fingerprint, sha256(utf8('x')))).toEqual(device('timeout'))
    const next = await open('OFFICER')
    expect(await next.sign(pki.officer.fingerprint, sha256(utf8('x')))).toEqual(pin('withheld'))
  })

  test('a token that is not there is absent', async () => {
    expect(await host.driver.open('token-0', new AbortController().signal)).toEqual(device('absent'))
  })
})

describe('what needs no token', () => {
  test("a maker's library that is missing or is none is not supported", async () => {
    const { signal } = new AbortController()
    expect(await pkcs11Driver('/nowhere/none.so').present(signal)).toEqual(device('unsupported'))
    expect(await pkcs11Driver(import.meta.filename).open('token-0', signal)).toEqual(device('unsupported'))
  })

  test('return codes are read by number; a vague one is no wrong PIN, an unknown one is noted in full', () => {
    const notes: number[] = []
    const note = (code: number) => void notes.push(code)
    expect([0xa0, 0x32, 0xb3, 0x5, 0x6, 0x150, 0x80001234].map((code) => meaningOf(code, note))).toEqual([
      PIN_WRONG,
      REMOVED,
      REMOVED,
      LOOK,
      LOOK,
      FAILED,
      LOOK,
    ])
    expect(notes).toEqual([0x80001234])
    const acts = (['pin', 'new-pin', 'code'] as const).map((act) =>
      [0xa0, 0xa2, 0xa4].map((code) => meaningOf(code, note, act)),
    )
    expect(acts).toEqual([
      [PIN_WRONG, PIN_WRONG, PIN_LOCKED],
      [PIN_WRONG, NEW_REFUSED, PIN_LOCKED],
      [CODE_WRONG, CODE_WRONG, CODE_LOCKED],
    ])
    const thrown = [Object.assign(new Error('any words'), { code: 160 }), new Error('CKR_DEVICE_REMOVED:50')]
    expect(thrown.map(codeOf)).toEqual([160, 50])
    expect([new TypeError('CKR_PIN_INCORRECT: no'), 'CKR_PIN_INCORRECT:160'].map(codeOf)).toEqual([
      undefined,
      undefined,
    ])
  })

  test('the DigestInfo is that of RFC 8017', () => {
    const digest = sha256(utf8('abc'))
    const parsed = asn1.fromBER(Uint8Array.from(digestInfo(Buffer.from(digest))).buffer)
    const expected = new asn1.Sequence({
      value: [
        new asn1.Sequence({
          value: [new asn1.ObjectIdentifier({ value: '2.16.840.1.101.3.4.2.1' }), new asn1.Null()],
        }),
        new asn1.OctetString({ valueHex: digest.buffer }),
      ],
    })
    expect(Buffer.from(parsed.result.toBER())).toEqual(Buffer.from(expected.toBER()))
    expect(parsed.offset).toBe(51)
  })

  test('ECDSA values of any size come out as DER that reads back as the same two numbers', () => {
    const half = fc.constantFrom(32, 48, 66).chain((length) => {
      const bytes = fc
        .uint8Array({ minLength: length, maxLength: length })
        .filter((some) => some.some((byte) => byte > 0))
      return fc.tuple(bytes, bytes)
    })
    fc.assert(
      fc.property(half, ([r, s]) => {
        const der = ecdsaToDer(Buffer.concat([r, s])) ?? new Uint8Array()
        const { result, offset } = asn1.fromBER(Uint8Array.from(der).buffer)
        const parts = result instanceof asn1.Sequence ? result.valueBlock.value : []
        const numbers = parts.map((part) => (part instanceof asn1.Integer ? part.toBigInt() : -1n))
        const big = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
        expect({ offset, numbers }).toEqual({ offset: der.length, numbers: [big(r), big(s)] })
      }),
    )
    expect([0, 7, 64, 134].map((length) => ecdsaToDer(new Uint8Array(length)))).toEqual(Array(4).fill(undefined))
  })

  test('foreign bytes on a token are never more than a certificate that is left out', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 8 }), (der, id) => {
        expect(readCertificate(Buffer.from(der), Buffer.from(id))).toBeUndefined()
        const point = Buffer.alloc(65, 4)
        expect(agrees({ type: 'ec', point }, Buffer.from(der))).toBe(false)
      }),
    )
  })

  test('a curve point is recognised bare and wrapped, another one is not', () => {
    const point = Buffer.concat([Buffer.of(4), Buffer.alloc(64, 7)])
    const shown = [point, Buffer.concat([Buffer.of(4, 65), point]), Buffer.alloc(65, 4), undefined]
    expect(shown.map((value) => agrees({ type: 'ec', point }, value))).toEqual([true, true, false, true])
  })
})
