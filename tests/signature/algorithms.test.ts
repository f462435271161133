// Every kind of key that an officer or an agency may hold signs certified copies through the whole product, and strangers find
// both signatures good: RSA of 2048, 3072 and 4096 bits, RSA for PSS alone, the curves P-256 and P-384. What is too weak is
// refused before anybody types a PIN.
import { constants, createHash, verify, X509Certificate } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TokenSession } from '../../drivers/contract.ts'
import { readPublicKey } from '../../drivers/signature/public-key.ts'
import { judge, readFacts } from '../../main/signature/certificate.ts'
import { acceptSignature, readSigningKey } from '../../main/signature/pades/cms.ts'
import { verifySignatures } from '../../main/signature/pades/index.ts'
import { AGENCY_FIELD, OFFICER_FIELD } from '../../main/signature/steps.ts'
import { must, OFFICER_NUMBER } from '../bench/office.ts'
import { askStrangers } from '../bench/peers/ask-strangers.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { writeCertificate } from '../bench/token/certificate.ts'
import { startDriverProcess } from '../bench/token/driver-process.ts'
import { type IssuingPki, makePki, missingTools } from '../bench/token/pki.ts'
import { hasAirscan } from '../scan/bench.ts'
import { enrol, KINDS, type Kind, keysOf, offerOnly, takeOffOfficer, WEAK_KINDS } from './algorithms-keys.ts'
import {
  makeHome,
  makeTokens,
  offered,
  openDossier,
  openWorkplace,
  reviewed,
  signAll,
  type Tokens,
  type Workplace,
} from './workplace.ts'

const NAMES: Readonly<Record<Kind, readonly [kind: string, hash: string]>> = {
  'RSA-1024': ['rsa', 'sha256'],
  'RSA-2048': ['rsa', 'sha256'],
  'RSA-3072': ['rsa', 'sha256'],
  'RSA-4096': ['rsa', 'sha256'],
  'RSA-PSS': ['pss', 'sha256'],
  'P-192': ['ec', 'sha256'],
  'P-256': ['ec', 'sha256'],
  'P-384': ['ec', 'sha384'],
}

describe.skipIf(!hasAirscan || missingTools().length > 0)('whatever key is on the token', () => {
  let home: string
  let tokens: Tokens
  let at: Workplace
  let page: Buffer
  beforeAll(async () => {
    home = makeHome()
    tokens = await makeTokens(home)
    Object.assign(process.env, tokens.env)
    page = (await drawPaper('birth')).pages[0] ?? Buffer.alloc(0)
    at = await openWorkplace({ scanner: true, tokens })
  }, 60_000)
  afterAll(async () => {
    await at.close()
    rmSync(home, { recursive: true, force: true })
  })
  const pki = (): IssuingPki => tokens.pki as IssuingPki

  async function oneReviewed(): Promise<string> {
    const dossierId = (await openDossier(at)).id
    await reviewed(at, dossierId, [{ title: 'Giấy khai sinh', copies: 1, pages: [page] }])
    return dossierId
  }
  async function copyOf(dossierId: string): Promise<Uint8Array> {
    const [document] = must(await at.counter.handlers.document.list({ dossierId }, at.clerk))
    return must(at.counter.vault.get(document?.copyFile ?? ''))
  }

  test.for(WEAK_KINDS)('%s is refused by name: no PIN window, no try, no number', async (kind) => {
    if (kind === WEAK_KINDS[0]) takeOffOfficer(pki())
    const weak = enrol(pki(), 'officer', kind)
    const name = kind === 'P-192' ? 'EC-1.2.840.10045.3.1.1' : kind
    const facts = readFacts(weak.der)
    expect(facts?.unfit).toBe(name)
    if (facts === null) return
    const refused = { ok: false, failure: { kind: 'refused', rule: 'certificate-missing', detail: name } }
    expect(judge(facts, { personNumber: OFFICER_NUMBER }, new Date())).toEqual(refused)
    const dossierId = await oneReviewed()
    const before = await tokens.faults.tries()
    expect((await offered(at, 'officer')).certificate).toBeNull()
    expect(await signAll(at, 'officer')).toMatchObject({ state: 'blocked', trouble: { rule: 'certificate-missing' } })
    const [document] = must(await at.counter.handlers.document.list({ dossierId }, at.clerk))
    expect([at.pinWindows, await tokens.faults.tries(), document?.number]).toEqual([0, before, null])
  })

  const files: string[] = []
  test.for(KINDS)('%s: officer and agency sign, and the copy is found right before it is filed', async (kind) => {
    const [officer, agency] = (['officer', 'agency'] as const).map((who) => enrol(pki(), who, kind))
    expect(readFacts(officer?.der ?? new Uint8Array())?.unfit).toBeUndefined()
    const { kind: named, hash } = readSigningKey(officer?.der ?? new Uint8Array())
    expect([named, hash]).toEqual(NAMES[kind])
    const dossierId = await oneReviewed()
    expect(await signAll(at, 'officer')).toMatchObject({ state: 'finished', trouble: null })
    expect(await signAll(at, 'agency')).toMatchObject({ state: 'finished', trouble: null })
    const copy = await copyOf(dossierId)
    const reports = must(await verifySignatures(copy, [pki().ca.der]))
    expect(reports.map(({ fingerprint, integrity, chain }) => ({ fingerprint, integrity, chain }))).toEqual(
      [officer, agency].map((one) => ({ fingerprint: one?.fingerprint, integrity: true, chain: 'trusted' })),
    )
    const file = join(home, `${kind}.pdf`)
    writeFileSync(file, copy)
    files.push(file)
  })

  test('pdfsig, openssl and the Java validator agree about every one of them', async () => {
    const { verdicts, disagreements } = await askStrangers(files, {
      trust: [pki().ca.pem],
      ours: async (file) => must(await verifySignatures(new Uint8Array(readFileSync(file)), [pki().ca.der])),
    })
    // NSS, on which pdfsig stands, knows no PSS in CMS: it calls it unsound, whoever signed.
    const pss = verdicts.find(({ file }) => file.endsWith('RSA-PSS.pdf'))
    const others = { java: true, openssl: true, ours: true }
    expect(disagreements.map(({ file, field, answers }) => ({ file, field, answers }))).toEqual(
      [OFFICER_FIELD, AGENCY_FIELD].map((field) => ({ file: pss?.file, field, answers: { ...others, pdfsig: false } })),
    )
    expect(verdicts.map(({ file, clean, qpdf }) => [basename(file, '.pdf'), clean, qpdf])).toEqual(
      KINDS.map((kind) => [kind, kind !== 'RSA-PSS', 'ok']),
    )
  }, 120_000)
})

describe.skipIf(missingTools().length > 0)('what a token offers decides how it is asked', () => {
  let home: string
  let pki: IssuingPki
  beforeAll(async () => {
    home = makeHome()
    pki = await makePki(join(home, 'pki'))
  }, 30_000)
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  const message = Buffer.from('một bản sao')
  const digest = (hash: string) => Uint8Array.from(createHash(hash).update(message).digest())
  const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }

  /** The officer's token in a process of its own whose library offers these mechanisms alone. */
  async function offering<T>(mechanisms: string, story: (session: TokenSession) => Promise<T>): Promise<T> {
    offerOnly(pki, mechanisms)
    const host = startDriverProcess(pki.module, pki.env)
    try {
      const { signal } = new AbortController()
      const devices = must(await host.driver.present(signal))
      return await story(must(await host.driver.open(devices.find(({ name }) => name === 'OFFICER')?.id ?? '', signal)))
    } finally {
      await host.kill()
    }
  }
  async function signed(session: TokenSession, hash: string): Promise<Uint8Array> {
    must(await session.login(new TextEncoder().encode(pki.officer.pin), false))
    return must(await session.sign(pki.officer.fingerprint, digest(hash)))
  }
  const key = () => new X509Certificate(pki.officer.der).publicKey

  test('PKCS#1 v1.5 by the token, or by us on a token that only computes with the number', async () => {
    for (const mechanisms of ['CKM_RSA_PKCS,CKM_RSA_PKCS_PSS', 'CKM_RSA_X_509,CKM_RSA_PKCS_PSS'])
      for (const hash of ['sha256', 'sha384'])
        expect(verify(hash, message, key(), await offering(mechanisms, (one) => signed(one, hash)))).toBe(true)
  }, 30_000)

  test('PSS on a token that has nothing else; a copy is closed with it although the certificate does not say so', async () => {
    for (const hash of ['sha256', 'sha384']) {
      const value = await offering('CKM_RSA_PKCS_PSS', (one) => signed(one, hash))
      expect(verify(hash, message, { key: key(), ...PSS }, value)).toBe(true)
    }
    const value = await offering('CKM_RSA_PKCS_PSS', (one) => signed(one, 'sha256'))
    const accepted = acceptSignature(readSigningKey(pki.officer.der), message, value)
    expect(Buffer.from(accepted?.algorithm ?? []).subarray(2, 13)).toEqual(Buffer.from('06092a864886f70d01010a', 'hex'))
  }, 30_000)

  test('a token that signs only what it has hashed with SHA-1 itself is named before anybody types a PIN', async () => {
    const shown = await offering('CKM_SHA1_RSA_PKCS,CKM_SHA1_RSA_PKCS_PSS', (one) => one.certificates())
    expect(shown).toEqual({ ok: false, failure: { kind: 'device', device: 'signature', what: 'unsupported' } })
  }, 30_000)
})

describe('the public key of a certificate', () => {
  const certificateOf = (kind: Kind): X509Certificate => {
    const keys = keysOf(kind)
    const subject = { organization: 'UBND Phường Mẫu', commonName: 'Nguyễn Văn Đức' }
    const life = { notBefore: new Date('2026-01-01'), notAfter: new Date('2040-01-01') }
    const issuer = { subject, ...keysOf('P-256') }
    const pssOnly = kind === 'RSA-PSS'
    return new X509Certificate(
      writeCertificate({ subject, publicKey: keys.publicKey, issuer, authority: false, pssOnly, ...life }),
    )
  }
  /** Electron's cryptography ends the whole process when a certificate is asked for a key it does not know. */
  const unasked = (raw: Buffer): X509Certificate =>
    ({
      raw,
      get publicKey(): never {
        throw new Error('never ask the certificate itself')
      },
    }) as unknown as X509Certificate

  test('is read from its bytes: RSA, RSA for PSS alone, curves; an unknown curve is no key', () => {
    const read = [...KINDS, 'P-192' as const].map((kind) => {
      const key = readPublicKey(unasked(certificateOf(kind).raw))
      return key?.type === 'rsa' ? `${key.modulus.length * 8}${key.pssOnly ? ' PSS' : ''}` : key?.point.length
    })
    expect(read).toEqual(['2048', '3072', '4096', '2048 PSS', 65, 97, undefined])
  })

  test('spoiled bytes are another key or none, never a crash', () => {
    const { raw } = certificateOf('RSA-PSS')
    fc.assert(
      fc.property(fc.nat(raw.length - 1), fc.uint8Array({ minLength: 1, maxLength: 6 }), (from, noise) => {
        const bytes = Buffer.from(raw)
        bytes.set(noise.subarray(0, raw.length - from), from)
        expect(['rsa', 'ec', undefined]).toContain(readPublicKey(unasked(bytes))?.type)
        const facts = readFacts(bytes)
        expect(facts === null || typeof facts.commonName === 'string').toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
