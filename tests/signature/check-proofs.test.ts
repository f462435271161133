// Time and revocation in a checked file: what a time stamp proves, what an OCSP answer or a list says, and what each is worth
// when it is wrong. The authorities are the rig's; the signatures are OpenSSL's.
import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { checkFile } from '../../main/signature/check/check-file.ts'
import type { ValidationReport } from '../../preload/contract/validation.ts'
import {
  addTimestamp,
  appendRevision,
  bodyOf,
  catalogOf,
  gapsOf,
  signatureValue,
  sizeOf,
} from '../bench/peers/rewrite.ts'
import { type IssuingPki, makePki, missingTools } from '../bench/token/pki.ts'
import { startTrust, type TrustServices } from '../bench/trust/trust.ts'
import { makePaper } from './pades-paper.ts'
import { unwrap } from './pades-signing.ts'
import { signByHand, withEntry } from './sign-by-hand.ts'

const DAY = 86_400_000
/** The one moment of these stories: a day after the claimed time of the samples. */
const NOW = new Date('2026-11-22T03:00:00Z')

describe.skipIf(missingTools().length > 0)('time and revocation', () => {
  let dir = ''
  let trust: TrustServices
  let pki: IssuingPki
  let signed: Buffer
  let ran = 0
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'check-proofs-'))
    trust = await startTrust({ now: () => NOW })
    const { services, rootServices } = trust
    pki = await makePki(join(dir, 'pki'), { intermediate: true, services, rootServices, now: NOW })
    await trust.serve(pki)
    signed = await signByHand(await makePaper(), { field: 'Officer', cms })
  })
  afterEach(async () => {
    trust.pardon()
    for (const service of [...trust.tsas, trust.ocsp, trust.crl]) await service.behave()
  })
  afterAll(async () => {
    await trust.close()
    await rm(dir, { recursive: true, force: true })
  })

  const path = (): string => {
    ran += 1
    return join(dir, `file-${ran}`)
  }
  async function cms(covered: Buffer): Promise<Uint8Array> {
    const file = path()
    await writeFile(file, covered)
    const who = ['-signer', pki.officer.certificateFile, '-inkey', pki.officer.keyFile, '-certfile', pki.issuingFile]
    const how = ['cms', '-sign', '-cades', '-binary', '-nosmimecap', '-outform', 'DER', '-md', 'sha256']
    execFileSync('openssl', [...how, '-in', file, '-out', `${file}.der`, ...who], { stdio: 'pipe' })
    return new Uint8Array(await readFile(`${file}.der`))
  }
  const openssl = (...words: readonly string[]): Promise<void> =>
    new Promise((resolve, reject) =>
      execFile('openssl', words, (error) => (error === null ? resolve() : reject(error))),
    )
  async function post(url: string, file: string, type: string): Promise<Buffer> {
    const body = new Uint8Array(await readFile(file))
    return Buffer.from(
      await (await fetch(url, { method: 'POST', body, headers: { 'content-type': type } })).arrayBuffer(),
    )
  }
  /** A token over these bytes. */
  async function stamp(bytes: Uint8Array): Promise<Uint8Array> {
    const file = path()
    await writeFile(file, bytes)
    await openssl('ts', '-query', '-data', file, '-sha256', '-cert', '-out', `${file}.tsq`)
    await writeFile(`${file}.tsr`, await post(trust.tsas[0]?.url ?? '', `${file}.tsq`, 'application/timestamp-query'))
    await openssl('ts', '-reply', '-in', `${file}.tsr`, '-token_out', '-out', `${file}.tst`)
    return new Uint8Array(await readFile(`${file}.tst`))
  }
  async function ocsp(): Promise<Buffer> {
    const file = path()
    await openssl(
      'ocsp',
      '-issuer',
      pki.issuingFile,
      '-cert',
      pki.officer.certificateFile,
      '-no_nonce',
      '-reqout',
      file,
    )
    return post(trust.ocsp.url, file, 'application/ocsp-request')
  }
  const crl = async (): Promise<Buffer> => Buffer.from(await (await fetch(trust.services.crl ?? '')).arrayBuffer())

  function withStore(
    pdf: Uint8Array,
    { ocsps = [], lists = [] }: { ocsps?: readonly Uint8Array[]; lists?: readonly Uint8Array[] },
  ): Buffer {
    const first = sizeOf(pdf)
    const streams = [...ocsps, ...lists, new Uint8Array(pki.issuing.der)]
    const named = (from: number, count: number): string =>
      Array.from({ length: count }, (_, i) => `${first + 1 + from + i} 0 R`).join(' ')
    const store = `<< /OCSPs [${named(0, ocsps.length)}] /CRLs [${named(ocsps.length, lists.length)}] /Certs [${named(streams.length - 1, 1)}] >>`
    return appendRevision(pdf, {
      [first]: { text: store },
      ...Object.fromEntries(streams.map((data, i) => [first + 1 + i, { text: '', data }])),
      [catalogOf(pdf)]: { text: withEntry(bodyOf(pdf, catalogOf(pdf)), `/DSS ${first} 0 R`) },
    })
  }
  const stampFile = (pdf: Uint8Array): Promise<Buffer> =>
    signByHand(pdf, { field: 'Stamp', subFilter: 'ETSI.RFC3161', cms: stamp })
  const check = async (pdf: Uint8Array, later = 0): Promise<ValidationReport> =>
    unwrap(await checkFile(new Uint8Array(pdf), [pki.ca.der], new Date(NOW.getTime() + 60_000 + later)))
  const first = async (pdf: Uint8Array, later = 0) => {
    const report = await check(pdf, later)
    const [one] = report.signatures
    return {
      overall: report.verdict,
      level: one?.level,
      faults: one?.faults,
      reservations: one?.reservations,
      proven: one?.provenBy,
      revocation: one?.revocation,
    }
  }
  const PROVEN = { faults: [], proven: 'Dấu thời gian mẫu 1' }
  const inside = (pdf: Buffer, token: Uint8Array): Buffer => {
    const [gap] = gapsOf(pdf)
    if (gap === undefined) throw new Error('not signed')
    return addTimestamp(pdf, gap, token)
  }
  const value = (): Buffer => {
    const [gap] = gapsOf(signed)
    if (gap === undefined) throw new Error('not signed')
    return signatureValue(signed, gap)
  }

  test('B-B, B-T by a stamp inside or over the document, B-LT, B-LTA: the level is what is really there', async () => {
    expect(await first(signed)).toMatchObject({
      level: 'B-B',
      overall: 'reserved',
      reservations: ['revocation-unknown'],
    })
    expect(await first(inside(signed, await stamp(value())))).toMatchObject({ ...PROVEN, level: 'B-T' })
    expect(await first(await stampFile(signed))).toMatchObject({ ...PROVEN, level: 'B-T', overall: 'reserved' })
    const kept = withStore(inside(signed, await stamp(value())), { ocsps: [await ocsp()] })
    expect(await first(kept)).toMatchObject({
      ...PROVEN,
      level: 'B-LT',
      overall: 'valid',
      revocation: 'good',
      reservations: [],
    })
    const archived = await stampFile(withStore(signed, { lists: [await crl()] }))
    expect(await first(archived)).toMatchObject({ ...PROVEN, level: 'B-LTA', overall: 'valid', revocation: 'good' })
    const { signatures } = await check(archived)
    expect(signatures.map(({ kind, verdict, changes }) => [kind, verdict, changes])).toEqual([
      ['signature', 'valid', ['validation-data', 'timestamp']],
      ['timestamp', 'valid', []],
    ])
  })

  test('a stamp on other bytes, by the wrong authority or badly signed proves nothing, and that is said', async () => {
    expect(await first(inside(signed, await stamp(Buffer.from('khác'))))).toMatchObject({
      level: 'B-B',
      proven: '',
      reservations: ['stamp-unsound', 'revocation-unknown'],
    })
    for (const wrong of ['digest', 'no-usage', 'foreign', 'bad-signature', 'expired-certificate'] as const) {
      await trust.tsas[0]?.behave({ wrong })
      const report = await first(inside(signed, await stamp(value())))
      expect([wrong, report.level, report.proven, report.reservations?.[0]]).toEqual([
        wrong,
        'B-B',
        '',
        'stamp-unsound',
      ])
    }
  })

  test('a changed document stamp is not valid', async () => {
    const stamped = await stampFile(signed)
    stamped[stamped.length - 40] = (stamped[stamped.length - 40] ?? 0) ^ 1
    expect((await check(stamped)).verdict).not.toBe('valid')
    await trust.tsas[0]?.behave({ wrong: 'digest' })
    const { verdict, signatures } = await check(await stampFile(signed))
    expect([verdict, signatures[1]?.faults]).toEqual(['invalid', ['digest']])
  })

  test('an answer or a list that nobody of right signed, of another day or about another certificate says nothing', async () => {
    for (const wrong of ['bad-signature', 'wrong-issuer', 'no-usage', 'other-certificate', 'future'] as const) {
      await trust.ocsp.behave({ wrong })
      const report = await first(withStore(inside(signed, await stamp(value())), { ocsps: [await ocsp()] }))
      expect([wrong, report.revocation, report.level]).toEqual([wrong, 'unknown', 'B-T'])
    }
    await trust.ocsp.behave({ wrong: 'stale' })
    expect(await first(withStore(inside(signed, await stamp(value())), { ocsps: [await ocsp()] }))).toMatchObject({
      revocation: 'unknown',
    })
  })

  test('revoked before the signature, or with no proof of its time: not valid; revoked after the proven time: a reservation', async () => {
    trust.revoke(pki.officer.der, { at: new Date(NOW.getTime() - 20 * DAY), reason: 1 })
    for (const proofs of [{ ocsps: [await ocsp()] }, { lists: [await crl()] }])
      expect(await first(withStore(inside(signed, await stamp(value())), proofs))).toMatchObject({
        overall: 'invalid',
        faults: ['revoked'],
      })
    const stamped = inside(signed, await stamp(value()))
    trust.revoke(pki.officer.der, { at: new Date(NOW.getTime() + 30_000) })
    const later = { lists: [await crl()] }
    expect(await first(withStore(signed, later))).toMatchObject({ overall: 'invalid', faults: ['revoked'] })
    expect(await first(withStore(stamped, later))).toMatchObject({
      overall: 'reserved',
      faults: [],
      reservations: ['revoked-later'],
    })
  })

  test('years later the proven time still holds, and the claimed one does not', async () => {
    const years = 1500 * DAY
    expect((await first(inside(signed, await stamp(value())), years)).reservations).not.toContain('time-not-proven')
    expect((await first(signed, years)).reservations).toContain('time-not-proven')
  })

  test('what somebody fetched counts beside the file, and makes no level of it', async () => {
    const evidence = { certificates: [], ocsps: [new Uint8Array(await ocsp())], lists: [] }
    const report = unwrap(
      await checkFile(
        new Uint8Array(inside(signed, await stamp(value()))),
        [pki.ca.der],
        new Date(NOW.getTime() + 60_000),
        evidence,
      ),
    )
    expect(report.signatures[0]).toMatchObject({ revocation: 'good', level: 'B-T', verdict: 'valid' })
  })
})
