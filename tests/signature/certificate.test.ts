// Which certificate is the right one to sign with: read from the bytes, judged by person, agency and day.
import { createHash, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CertificateFacts, choose, judge, readFacts, type Wanted } from '../../main/signature/certificate.ts'
import { type Subject, writeCertificate } from '../bench/token/certificate.ts'

const KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ROOT = { subject: { organization: 'Test Root', commonName: 'Test Root CA' }, ...KEYS }
const DUC: Subject = { organization: 'UBND Phường Mẫu', commonName: 'Nguyễn Văn Đức', serialNumber: '001085000123' }
const AGENCY: Subject = {
  organization: 'UBND Phường Mẫu',
  commonName: 'UBND Phường Mẫu',
  organizationIdentifier: 'VATVN-0100000000',
}
const day = (text: string) => new Date(`${text}T00:00:00+07:00`)
function certificate(subject: Subject, from = '2026-01-01', to = '2027-01-01'): CertificateFacts {
  const facts = readFacts(der(subject, from, to))
  if (facts === null) throw new Error('no certificate')
  return facts
}
const der = (subject: Subject, from = '2026-01-01', to = '2027-01-01') =>
  writeCertificate({
    subject,
    publicKey: KEYS.publicKey,
    issuer: ROOT,
    authority: false,
    notBefore: day(from),
    notAfter: day(to),
  })
const PERSON: Wanted = { personNumber: '001085000123' }
const SEAL: Wanted = { agency: { name: 'UBND Phường Mẫu', identifier: 'VATVN-0100000000' } }
const TODAY = day('2026-11-21')
const GOOD = { ok: true, value: undefined }
const refused = (rule: string, detail?: string) => ({
  ok: false,
  failure: { kind: 'refused', rule, ...(detail === undefined ? {} : { detail }) },
})

describe('reading', () => {
  test('everything a person wants to know of a certificate, diacritics whole', () => {
    const bytes = der(DUC)
    expect(readFacts(bytes)).toEqual({
      fingerprint: createHash('sha256').update(bytes).digest('hex'),
      der: bytes,
      commonName: 'Nguyễn Văn Đức',
      personNumber: '001085000123',
      organisation: 'UBND Phường Mẫu',
      organisationIdentifier: '',
      issuer: 'Test Root CA',
      validFrom: day('2026-01-01'),
      validTo: day('2027-01-01'),
    })
    expect(certificate(AGENCY)).toMatchObject({ personNumber: '', organisationIdentifier: 'VATVN-0100000000' })
  })

  test('a name typed in pieces is the same name', () => {
    expect(certificate({ ...DUC, commonName: 'Nguyễn Văn Đức'.normalize('NFD') }).commonName).toBe('Nguyễn Văn Đức')
  })

  test('bytes that are no certificate are nothing, cut or spoiled ones never a crash', () => {
    const bytes = der(DUC)
    expect([readFacts(new Uint8Array()), readFacts(new TextEncoder().encode('không phải'))]).toEqual([null, null])
    for (let length = 0; length < bytes.length; length += 7) expect(readFacts(bytes.subarray(0, length))).toBeNull()
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const spoiled = Uint8Array.from(bytes)
        spoiled[at] = (spoiled[at] ?? 0) ^ change
        const facts = readFacts(spoiled)
        if (facts !== null) expect(facts.fingerprint).not.toBe(createHash('sha256').update(bytes).digest('hex'))
      }),
      { numRuns: 300 },
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (any) => void readFacts(any)))
  })
})

describe('judging', () => {
  test("the officer's own, on its first and last moment", () => {
    const own = certificate(DUC)
    expect([judge(own, PERSON, own.validFrom), judge(own, PERSON, TODAY), judge(own, PERSON, own.validTo)]).toEqual([
      GOOD,
      GOOD,
      GOOD,
    ])
  })

  test('out of its time, with the day that the clerk can read', () => {
    expect(judge(certificate(DUC, '2025-01-01', '2026-11-20'), PERSON, TODAY)).toEqual(
      refused('certificate-expired', '2026-11-20'),
    )
    expect(judge(certificate(DUC, '2026-11-22'), PERSON, TODAY)).toEqual(
      refused('certificate-not-yet-valid', '2026-11-22'),
    )
  })

  test("another person's is refused although it is valid, and so is an expired one of another person", () => {
    const stranger = { ...DUC, commonName: 'Trần Thị Mẫu', serialNumber: '001190654321' }
    const refusal = refused('certificate-not-the-signers')
    expect(judge(certificate(stranger), PERSON, TODAY)).toEqual(refusal)
    expect(judge(certificate(stranger, '2020-01-01', '2021-01-01'), PERSON, TODAY)).toEqual(refusal)
    // The same name is not the same person.
    expect(judge(certificate({ ...DUC, serialNumber: '001085000999' }), PERSON, TODAY)).toEqual(refusal)
    expect(judge(certificate({ ...DUC, serialNumber: '' }), { personNumber: '' }, TODAY)).toEqual(refusal)
  })

  test('a certificate authority may write letters before the number', () => {
    expect(judge(certificate({ ...DUC, serialNumber: 'CCCD001085000123' }), PERSON, TODAY)).toEqual(GOOD)
    expect(judge(certificate({ ...DUC, serialNumber: 'CCCD-001085000123' }), PERSON, TODAY)).toEqual(GOOD)
    expect(judge(certificate({ ...DUC, serialNumber: '9001085000123' }), PERSON, TODAY)).toEqual(
      refused('certificate-not-the-signers'),
    )
  })

  test("the agency's by name and identifier; a person of the agency is not the agency", () => {
    expect(judge(certificate(AGENCY), SEAL, TODAY)).toEqual(GOOD)
    expect(judge(certificate({ ...AGENCY, organizationIdentifier: 'VATVN-0199999999' }), SEAL, TODAY)).toEqual(
      refused('certificate-not-the-signers'),
    )
    expect(judge(certificate(DUC), SEAL, TODAY)).toEqual(refused('certificate-not-the-signers'))
    const noIdentifier: Wanted = { agency: { name: 'UBND Phường Mẫu'.normalize('NFD'), identifier: '' } }
    expect(judge(certificate({ ...AGENCY, organizationIdentifier: undefined }), noIdentifier, TODAY)).toEqual(GOOD)
  })
})

describe('choosing', () => {
  const one = (facts: CertificateFacts) => ({ facts })
  const stranger = one(certificate({ ...DUC, commonName: 'Trần Thị Mẫu', serialNumber: '001190654321' }))
  const expired = one(certificate(DUC, '2025-01-01', '2026-11-20'))
  const short = one(certificate(DUC, '2026-01-01', '2026-12-01'))
  const long = one(certificate(DUC))

  test('no token, no certificate', () => {
    expect(choose([], PERSON, TODAY)).toEqual(refused('certificate-missing'))
  })

  test('of the good ones the one that lasts longest', () => {
    expect(choose([stranger, expired, short, long], PERSON, TODAY)).toEqual({ ok: true, value: long })
  })

  test("when none is good, what is wrong with the officer's own is said before anything about strangers", () => {
    expect(choose([stranger, expired], PERSON, TODAY)).toEqual(refused('certificate-expired', '2026-11-20'))
    expect(choose([stranger], PERSON, TODAY)).toEqual(refused('certificate-not-the-signers'))
  })

  test('whatever lies in the slots and in whatever order: only an own and valid one is ever chosen', () => {
    const pool = [stranger, expired, short, long, one(certificate(AGENCY)), one(certificate(DUC, '2026-11-22'))]
    fc.assert(
      fc.property(fc.shuffledSubarray(pool), (all) => {
        const chosen = choose(all, PERSON, TODAY)
        const good = all.filter((each) => judge(each.facts, PERSON, TODAY).ok)
        expect(chosen.ok).toBe(good.length > 0)
        if (chosen.ok) expect(good).toContain(chosen.value)
        if (good.includes(long)) expect(chosen).toEqual({ ok: true, value: long })
      }),
    )
  })
})
