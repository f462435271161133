// A document timestamp with its proofs behind the last signature: what we write, four strangers find right; what an authority
// answers wrong is caught before it reaches a file.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { checkPdfA } from '../../main/document/check-pdf.ts'
import { findFault } from '../../main/signature/evidence/jobs.ts'
import { closeTimestamp, prepareTimestamp } from '../../main/signature/pades/append-timestamp.ts'
import { judgeStatus, writeStatusRequest } from '../../main/signature/pades/certificate-status.ts'
import { readCertificate } from '../../main/signature/pades/examine-cms.ts'
import { openPdf } from '../../main/signature/pades/file.ts'
import { judgeRevocationList } from '../../main/signature/pades/revocation-list.ts'
import type { Proofs } from '../../main/signature/pades/security-store.ts'
import { judgeTimestamp, readTimestampResponse } from '../../main/signature/pades/timestamp-token.ts'
import { readSecurityStore } from '../../main/workshop/pdf/form.ts'
import { askStrangers } from '../bench/peers/ask-strangers.ts'
import { pem } from '../bench/token/der.ts'
import { missingTools } from '../bench/token/pki.ts'
import type { WrongCrl } from '../bench/trust/crl.ts'
import type { WrongOcsp } from '../bench/trust/ocsp.ts'
import { POLICY, type WrongTimestamp } from '../bench/trust/timestamp.ts'
import { askTimestamp, calmDown, type EvidenceRig, expectedOf, newNonce, startRig } from './evidence-rig.ts'
import { makePaper } from './pades-paper.ts'
import { signByBoth, unwrap } from './pades-signing.ts'

const NONE: Proofs = { certificates: [], ocsps: [], crls: [] }

describe.skipIf(missingTools().length > 0)('a timestamp behind the last signature', () => {
  const home = mkdtempSync(join(tmpdir(), 'quay-evidence-'))
  let rig: EvidenceRig
  let copy: Uint8Array
  beforeAll(async () => {
    rig = await startRig(home, { tsas: 1 }, { intermediate: true })
    copy = signByBoth(await makePaper(), rig.people)
  }, 30_000)
  afterEach(() => calmDown(rig))
  afterAll(async () => {
    await rig.trust.close()
    rmSync(home, { recursive: true, force: true })
  })

  const tsa = () => rig.trust.tsas[0]?.url ?? ''
  const people = () => {
    const { officer, agency, issuing, root } = rig.pki
    const read = (one: { readonly der: Uint8Array }) => readCertificate(one.der)
    return { officer: read(officer), agency: read(agency), issuing: read(issuing), root: read(root) }
  }

  async function askOcsp(): Promise<{ readonly answer: Buffer; readonly nonce: Buffer }> {
    const { officer, issuing } = people()
    const nonce = newNonce()
    const answer = await fetch(rig.trust.services.ocsp ?? '', {
      method: 'POST',
      body: new Uint8Array(writeStatusRequest(officer, issuing, nonce)),
    })
    return { answer: Buffer.from(await answer.arrayBuffer()), nonce }
  }
  const askCrl = async () => Buffer.from(await (await fetch(rig.trust.services.crl ?? '')).arrayBuffer())
  const judgedOcsp = async () => {
    const { officer: certificate, issuing: issuer } = people()
    const { answer, nonce } = await askOcsp()
    return judgeStatus(answer, { certificate, issuer, nonce, now: new Date() })
  }
  const judgedCrl = async () => {
    const { officer, issuing } = people()
    return judgeRevocationList(await askCrl(), officer, issuing, new Date())
  }

  async function stamped(room = 8192): Promise<{
    readonly file: Uint8Array
    readonly token: Uint8Array
    readonly fieldName: string
    readonly digest: Uint8Array
  }> {
    const { issuing } = people()
    const proofs: Proofs = { certificates: [issuing.der], ocsps: [(await askOcsp()).answer], crls: [await askCrl()] }
    const signatures = ['Officer', 'Agency'].map((field) => ({ field, proofs }))
    const awaiting = unwrap(prepareTimestamp(copy, { store: { signatures, more: NONE }, room, at: new Date() }))
    const nonce = newNonce()
    const response = readTimestampResponse(await askTimestamp(tsa(), awaiting.digest, nonce))
    if (!response.ok) throw new Error(response.trouble)
    expect(judgeTimestamp(response.value, expectedOf(rig, awaiting, nonce))).toMatchObject({ ok: true })
    const file = unwrap(closeTimestamp(copy, awaiting, response.value))
    return { file, token: response.value, fieldName: awaiting.fieldName, digest: awaiting.digest }
  }

  test('covers signatures and proofs; the copy stays as it was, PDF/A, and every stranger agrees', async () => {
    const { file, token, fieldName, digest } = await stamped()
    const { officer, agency } = people()
    expect(Buffer.from(file.subarray(0, copy.length)).equals(copy)).toBe(true)
    expect(checkPdfA(file)).toMatchObject({ ok: true })
    const signers = [
      { field: 'Officer', fingerprint: officer.fingerprint },
      { field: 'Agency', fingerprint: agency.fingerprint },
    ]
    expect(await findFault(file, fieldName, { signers, trust: [rig.pki.ca.der] })).toBeNull()
    const store = readSecurityStore(openPdf(file))
    expect([store?.certificates.length, store?.ocsps.length, store?.crls.length, store?.signatures.length]).toEqual([
      1, 1, 1, 2,
    ])
    const path = join(home, 'stamped.pdf')
    writeFileSync(path, file)
    // Who checks today has the authority between root and people among the trusted, or in the proofs.
    const { verdicts, disagreements, missing } = await askStrangers([path], {
      trust: [rig.pki.ca.pem, rig.pki.issuingFile],
    })
    expect({ disagreements, missing }).toEqual({ disagreements: [], missing: [] })
    expect(verdicts[0]?.qpdf).toBe('ok')
    expect(verdicts[0]?.signatures.map((one) => [one.field, one.kind])).toEqual([
      ['Officer', 'signature'],
      ['Agency', 'signature'],
      [fieldName, 'timestamp'],
    ])
    expect(verdicts[0]?.clean).toBe(true)
    // The token itself, by OpenSSL: the digest is that of the covered bytes.
    writeFileSync(join(home, 'token.der'), token)
    writeFileSync(join(home, 'issuing.pem'), pem(rig.pki.issuing.der))
    const asked = ['ts', '-verify', '-digest', Buffer.from(digest).toString('hex'), '-in', 'token.der', '-token_in']
    const openssl = spawnSync('openssl', [...asked, '-CAfile', rig.pki.ca.pem, '-untrusted', 'issuing.pem'], {
      cwd: home,
      encoding: 'utf8',
    })
    expect(openssl.stdout + openssl.stderr).toContain('Verification: OK')
  }, 60_000)

  test('a token without room is refused, and a changed copy too', async () => {
    const awaiting = unwrap(
      prepareTimestamp(copy, { store: { signatures: [], more: NONE }, room: 2048, at: new Date() }),
    )
    expect(closeTimestamp(copy, awaiting, new Uint8Array(2049))).toEqual({
      ok: false,
      failure: { kind: 'refused', rule: 'pdf-unsupported', detail: 'token-too-long' },
    })
    expect(closeTimestamp(copy.subarray(1), awaiting, new Uint8Array(9))).toMatchObject({ ok: false })
  })

  test('the proofs of a second timestamp stand behind those of the first', async () => {
    const { file } = await stamped()
    const more: Proofs = { certificates: [people().root.der], ocsps: [], crls: [] }
    const signatures = ['Officer', 'DauThoiGian1'].map((field) => ({ field, proofs: more }))
    const again = unwrap(prepareTimestamp(file, { store: { signatures, more }, room: 8192, at: new Date() }))
    expect(again.fieldName).toBe('DauThoiGian2')
    const store = readSecurityStore(openPdf(unwrap(closeTimestamp(file, again, new Uint8Array([0x30, 0])))))
    expect([store?.certificates.length, store?.ocsps.length, store?.signatures.length]).toEqual([2, 1, 3])
  })

  const wrongStamps: readonly (readonly [WrongTimestamp, string])[] = [
    ['nonce', 'wrong-answer'],
    ['no-nonce', 'wrong-answer'],
    ['digest', 'wrong-answer'],
    ['policy', 'wrong-answer'],
    ['expired-certificate', 'wrong-certificate'],
    ['no-usage', 'wrong-certificate'],
    ['no-certificate', 'wrong-certificate'],
    ['foreign', 'untrusted'],
    ['bad-signature', 'wrong-signature'],
    ['future', 'wrong-time'],
    ['past', 'wrong-time'],
    ['rejection', 'busy'],
    ['waiting', 'busy'],
  ]
  test.each(wrongStamps)('an authority that is wrong in its %s is not believed: %s', async (wrong, trouble) => {
    await rig.trust.tsas[0]?.behave({ wrong })
    const digest = new Uint8Array(32).fill(7)
    const nonce = newNonce()
    const read = readTimestampResponse(await askTimestamp(tsa(), digest, nonce, POLICY))
    const judged = read.ok ? judgeTimestamp(read.value, expectedOf(rig, { digest }, nonce, { policy: POLICY })) : read
    expect(judged).toEqual({ ok: false, trouble })
  })

  test('granted with modifications is granted, when everything asked for is there', async () => {
    await rig.trust.tsas[0]?.behave({ wrong: 'modified' })
    const digest = new Uint8Array(32).fill(7)
    const nonce = newNonce()
    const read = readTimestampResponse(await askTimestamp(tsa(), digest, nonce))
    expect(read.ok && judgeTimestamp(read.value, expectedOf(rig, { digest }, nonce)).ok).toBe(true)
  })

  const wrongStatus: readonly (readonly [WrongOcsp, string])[] = [
    ['stale', 'stale'],
    ['future', 'stale'],
    ['bad-signature', 'wrong-signature'],
    ['wrong-issuer', 'untrusted'],
    ['no-usage', 'untrusted'],
    ['other-certificate', 'wrong-answer'],
    ['nonce', 'wrong-answer'],
    ['try-later', 'busy'],
    ['unauthorized', 'refused-by-service'],
  ]
  test.each(wrongStatus)('a responder that is wrong in its %s is not believed: %s', async (wrong, trouble) => {
    await rig.trust.ocsp.behave({ wrong })
    expect(await judgedOcsp()).toEqual({ ok: false, trouble })
  })

  const wrongLists: readonly (readonly [WrongCrl, string])[] = [
    ['stale', 'stale'],
    ['future', 'stale'],
    ['bad-signature', 'wrong-signature'],
    ['wrong-issuer', 'wrong-signature'],
    ['other-name', 'wrong-answer'],
    ['other-point', 'partial-list'],
    ['other-kind', 'partial-list'],
    ['attributes', 'partial-list'],
    ['some-reasons', 'partial-list'],
    ['indirect', 'partial-list'],
    ['changes', 'partial-list'],
  ]
  test.each(wrongLists)('a list that is wrong in its %s is not believed: %s', async (wrong, trouble) => {
    await rig.trust.crl.behave({ wrong })
    expect(await judgedCrl()).toEqual({ ok: false, trouble })
  })

  test.each([false, true])(
    'good, revoked and unknown are told apart, by responder and by list (limits said: %s)',
    async (said) => {
      rig.trust.limitLists(said)
      const standing = async () => [await judgedOcsp(), await judgedCrl()].map((one) => one.ok && one.value.standing)
      expect(await standing()).toEqual([{ is: 'good' }, { is: 'good' }])
      const at = new Date('2026-03-01T08:00:00Z')
      rig.trust.revoke(rig.pki.officer.der, { at, reason: 1 })
      expect(await standing()).toEqual([
        { is: 'revoked', at },
        { is: 'revoked', at },
      ])
      rig.trust.pardon()
      rig.trust.forget(rig.pki.officer.der)
      expect(await standing()).toEqual([{ is: 'unknown' }, { is: 'good' }])
    },
  )

  test('damaged answers are refused, never believed, and nothing is thrown', async () => {
    rig.trust.limitLists(true)
    const { officer: certificate, issuing: issuer } = people()
    const digest = new Uint8Array(32).fill(9)
    const nonce = newNonce()
    const answers = {
      stamp: await askTimestamp(tsa(), digest, nonce),
      ocsp: (await askOcsp()).answer,
      crl: await askCrl(),
    }
    const judge = {
      stamp: (bytes: Uint8Array) => {
        const read = readTimestampResponse(bytes)
        return read.ok ? judgeTimestamp(read.value, expectedOf(rig, { digest }, nonce)) : read
      },
      ocsp: (bytes: Uint8Array) => judgeStatus(bytes, { certificate, issuer, nonce: null, now: new Date() }),
      crl: (bytes: Uint8Array) => judgeRevocationList(bytes, certificate, issuer, new Date()),
    }
    const kind = fc.constantFrom('stamp' as const, 'ocsp' as const, 'crl' as const)
    const damage = fc.oneof(
      fc.record({ how: fc.constant('flip' as const), at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) }),
      fc.record({ how: fc.constant('cut' as const), at: fc.nat(), by: fc.constant(0) }),
      fc.record({ how: fc.constant('insert' as const), at: fc.nat(), by: fc.integer({ min: 0, max: 255 }) }),
    )
    const seen = { refused: 0, unharmed: 0 }
    /** What it says: a time, or the standing of a certificate. */
    const essence = (judged: ReturnType<(typeof judge)['stamp' | 'ocsp' | 'crl']>) =>
      JSON.stringify(!judged.ok ? null : 'at' in judged.value ? judged.value.at : judged.value.standing)
    fc.assert(
      fc.property(kind, damage, (which, { how, at, by }) => {
        const whole = answers[which]
        const place = at % whole.length
        const bytes =
          how === 'cut'
            ? whole.subarray(0, place)
            : how === 'insert'
              ? Buffer.concat([whole.subarray(0, place), Buffer.of(by), whole.subarray(place)])
              : Buffer.from(whole.map((byte, index) => (index === place ? byte ^ by : byte)))
        const judged = judge[which](bytes)
        seen[judged.ok ? 'unharmed' : 'refused'] += 1
        return !judged.ok || essence(judged) === essence(judge[which](whole))
      }),
      { numRuns: 1500, seed: 4 },
    )
    // Only bytes that say nothing (certificates sent along, responder's name, optional parts) may be harmed and still pass.
    expect(seen.refused).toBeGreaterThan(1000)
    fc.assert(
      fc.property(kind, fc.uint8Array({ maxLength: 400 }), (which, bytes) => !judge[which](bytes).ok),
      { numRuns: 500, seed: 5 },
    )
  }, 60_000)
})
