// One judge for two askers: what a service answers now must be exactly right; what lies in a stranger's file may be older, written
// in BER, or name its certificate by a better hash. A list that speaks of some certificates only is believed by nobody.
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasIssued } from '../../main/signature/pades/certificate-path.ts'
import { judgeStatus } from '../../main/signature/pades/certificate-status.ts'
import { encode, readElements } from '../../main/signature/pades/der.ts'
import { readCertificate } from '../../main/signature/pades/examine-cms.ts'
import { readCms } from '../../main/signature/pades/read-cms.ts'
import { definiteForm, onlyElement } from '../../main/signature/pades/read-der.ts'
import { judgeRevocationList } from '../../main/signature/pades/revocation-list.ts'
import { publicKeyOf } from '../../main/signature/pades/signature-value.ts'
import { FROM_FILE, judgeTimestamp, readTimestampResponse } from '../../main/signature/pades/timestamp-token.ts'
import { extension, nameOf, writeCertificate } from '../bench/token/certificate.ts'
import {
  enumerated,
  generalized,
  integer,
  octets,
  oid,
  plain,
  SHA256,
  sequence,
  signatureAlgorithm,
  signed,
  tagged,
  time,
} from '../bench/token/der.ts'
import { missingTools } from '../bench/token/pki.ts'
import { askTimestamp, type EvidenceRig, newNonce, startRig } from './evidence-rig.ts'

const HOUR = 3_600_000
const NOW = new Date()
const ago = (hours: number): Date => new Date(NOW.getTime() - hours * HOUR)

/** The same in BER: every length of what is made of parts left open, octets in two pieces. */
function inBer(der: Uint8Array): Buffer {
  const { tag, content } = onlyElement(der)
  const [open, end] = [0x80, Buffer.alloc(2)]
  if (tag === 0x04) {
    const half = content.length >> 1
    const pieces = [content.subarray(0, half), content.subarray(half)].map((piece) => encode(0x04, piece))
    return Buffer.concat([Buffer.of(0x24, open), ...pieces, end])
  }
  if ((tag & 0x20) === 0) return Buffer.from(der)
  return Buffer.concat([Buffer.of(tag, open), ...readElements(content).map(({ whole }) => inBer(whole)), end])
}

describe.skipIf(missingTools().length > 0)('what services say and what files keep', () => {
  const home = mkdtempSync(join(tmpdir(), 'quay-encodings-'))
  const digest = new Uint8Array(32).fill(7)
  const digestBy = (hash: string): Uint8Array => (hash === 'sha256' ? digest : new Uint8Array())
  let rig: EvidenceRig
  let response: Buffer
  beforeAll(async () => {
    rig = await startRig(home, { tsas: 1 }, { intermediate: true })
    response = await askTimestamp(rig.trust.tsas[0]?.url ?? '', digest, newNonce())
  }, 30_000)
  afterAll(async () => {
    await rig.trust.close()
    rmSync(home, { recursive: true, force: true })
  })

  const tokenIn = (answer: Uint8Array): Uint8Array => readElements(onlyElement(answer).content)[1]?.whole ?? answer
  const people = () => ({
    certificate: readCertificate(rig.pki.officer.der),
    issuer: readCertificate(rig.pki.issuing.der),
    trust: [readCertificate(rig.pki.ca.der)],
  })
  const issuingKey = (): KeyObject => rig.pki.issuing.privateKey

  test('a token in BER is read in a file with its room behind it, and not taken from a service', () => {
    const token = tokenIn(response)
    const ber = inBer(token)
    const expected = { ...FROM_FILE, digestBy, trust: people().trust }
    const inFile = judgeTimestamp(Buffer.concat([ber, Buffer.alloc(99)]), expected)
    expect(inFile).toMatchObject({ ok: true, value: { trouble: null, imprint: true } })
    expect(inFile.ok && inFile.value.at).toEqual(
      (judgeTimestamp(token, expected) as typeof inFile & { ok: true }).value.at,
    )
    expect(judgeTimestamp(Buffer.concat([ber, Buffer.of(1)]), expected)).toEqual({
      ok: false,
      trouble: 'wrong-signature',
    })
    expect(readTimestampResponse(sequence(sequence(integer(0)), token))).toMatchObject({ ok: true })
    expect(readTimestampResponse(sequence(sequence(integer(0)), ber))).toEqual({ ok: false, trouble: 'malformed' })
    // Cut or open without end, it is refused; too deep, too.
    for (const bytes of [ber.subarray(0, -1), Buffer.alloc(200_000, Buffer.of(0x30, 0x80))])
      expect(() => readCms(bytes)).toThrow('broken pdf')
  })

  test('DER stays as it is, byte for byte, and comes out of BER again', () => {
    const tree: fc.Arbitrary<Buffer> = fc.letrec<{ node: Buffer }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small', maxDepth: 6 },
        fc
          .tuple(fc.constantFrom(0x02, 0x04, 0x0c, 0x80), fc.uint8Array({ maxLength: 200 }))
          .map(([tag, bytes]) => encode(tag, bytes)),
        fc
          .tuple(fc.constantFrom(0x30, 0x31, 0xa0), fc.array(tie('node'), { maxLength: 4 }))
          .map(([tag, parts]) => encode(tag, ...parts)),
      ),
    })).node
    fc.assert(
      fc.property(tree, (der) => {
        expect(definiteForm(der)).toMatchObject({ changed: false, end: der.length })
        expect(der.equals(definiteForm(inBer(der)).whole)).toBe(true)
      }),
      { numRuns: 300, seed: 8 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          expect(definiteForm(bytes).end).toBeLessThanOrEqual(bytes.length)
        } catch (trouble) {
          expect(String(trouble)).toBe('Error: broken pdf')
        }
      }),
      { numRuns: 1000, seed: 9 },
    )
  })

  /** An answer by the issuer itself; each entry its status, from, until. */
  function answer(hash: 'sha1' | 'sha256', entries: readonly (readonly [Buffer, Date, Date | null])[]): Buffer {
    const { certificate, issuer } = people()
    const digested = (bytes: ArrayBuffer | Uint8Array): Buffer =>
      octets(createHash(hash).update(new Uint8Array(bytes)).digest())
    const id = sequence(
      sequence(oid(hash === 'sha1' ? '1.3.14.3.2.26' : SHA256)),
      digested(issuer.fields.subject.valueBeforeDecode),
      digested(issuer.fields.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView),
      integer(new Uint8Array(certificate.fields.serialNumber.valueBlock.valueHexView)),
    )
    const singles = entries.map(([status, from, until]) =>
      sequence(id, status, generalized(from), ...(until === null ? [] : [tagged(0, generalized(until))])),
    )
    const data = sequence(tagged(2, octets(Buffer.alloc(20))), generalized(NOW), sequence(...singles))
    const basic = sequence(oid('1.3.6.1.5.5.7.48.1.1'), octets(signed(data, issuingKey())))
    return sequence(enumerated(0), tagged(0, basic))
  }
  const GOOD = plain(0, new Uint8Array())
  const standing = (der: Uint8Array, nonce: Uint8Array | null, moment = NOW) => {
    const { certificate, issuer } = people()
    const judged = judgeStatus(der, { certificate, issuer, nonce, now: NOW, moment })
    return judged.ok ? judged.value.standing.is : judged.trouble
  }

  test('an answer that names the certificate by SHA-256 counts in a file, and is none to our question', () => {
    const [sha1, sha256] = (['sha1', 'sha256'] as const).map((hash) => answer(hash, [[GOOD, ago(1), null]]))
    if (sha1 === undefined || sha256 === undefined) throw new Error('no answers')
    expect([sha1, sha256].map((der) => standing(der, null))).toEqual(['good', 'good'])
    expect([sha1, sha256].map((der) => standing(der, newNonce()))).toEqual(['good', 'wrong-answer'])
  })

  test('of several entries the one that says revoked counts, and one without a readable time counts from the beginning', () => {
    const at = ago(30)
    const revoked = tagged(1, generalized(at))
    const unreadable = tagged(1, integer(5))
    expect(
      standing(
        answer('sha1', [
          [GOOD, ago(1), null],
          [revoked, ago(1), null],
        ]),
        null,
      ),
    ).toBe('revoked')
    const { certificate, issuer } = people()
    const judged = judgeStatus(answer('sha1', [[unreadable, ago(1), null]]), {
      certificate,
      issuer,
      nonce: null,
      now: NOW,
    })
    expect(judged).toMatchObject({ ok: true, value: { standing: { is: 'revoked', at: new Date(0) } } })
  })

  test('an answer of the past speaks of its own time; without an end it speaks of one day', () => {
    const past = answer('sha1', [[GOOD, ago(100), ago(60)]])
    expect([standing(past, null), standing(past, null, ago(80))]).toEqual(['stale', 'good'])
    const open = answer('sha1', [[GOOD, ago(100), null]])
    expect([standing(open, null, ago(80)), standing(open, null, ago(50))]).toEqual(['good', 'stale'])
  })

  test.each([
    ['of authorities only', 'partial-list', extension('2.5.29.28', true, sequence(Buffer.from([0x82, 1, 0xff])))],
    ['of nobody knows whom, said softly', 'partial-list', extension('2.5.29.28', false, sequence())],
    ['of changes', 'partial-list', extension('2.5.29.27', true, integer(4))],
    ['with a demand that nobody knows', 'wrong-answer', extension('1.2.3.4', true, integer(4))],
  ])('a list %s says nothing of a certificate: %s', (_what, trouble, partial) => {
    const { certificate, issuer } = people()
    const list = (...extensions: readonly Buffer[]) => {
      const head = [
        integer(1),
        signatureAlgorithm(issuingKey()),
        nameOf(rig.pki.issuing.subject),
        time(ago(1)),
        time(ago(-9)),
      ]
      return signed(sequence(...head, tagged(0, sequence(...extensions))), issuingKey())
    }
    const number = extension('2.5.29.20', true, integer(9))
    expect(judgeRevocationList(list(number), certificate, issuer, NOW)).toMatchObject({
      value: { standing: { is: 'good' } },
    })
    expect(judgeRevocationList(list(number, partial), certificate, issuer, NOW)).toEqual({ ok: false, trouble })
  })

  test('a key that is named for PSS alone signs by PSS and by nothing else, under every cryptography', () => {
    const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const subject = { commonName: 'CA PSS mẫu', organization: 'Mẫu' }
    const self = { subject, publicKey: keys.publicKey, issuer: { subject, ...keys }, authority: true, pssOnly: true }
    const issued = (['pss', 'pkcs1'] as const).map((padding) => {
      const one = readCertificate(writeCertificate({ ...self, padding, notBefore: ago(1), notAfter: ago(-1) }))
      return [publicKeyOf(one).asymmetricKeyType, hasIssued(one, one)]
    })
    expect(issued).toEqual([
      ['rsa', true],
      ['rsa', false],
    ])
  })
})
