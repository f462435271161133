// The two signatures of an electronic certified copy, and what strangers say of them.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  closeSignature,
  describePdf,
  prepareSignature,
  type SignatureReport,
  verifySignatures,
} from '../../main/signature/pades/index.ts'
import { agencyRequest, lettering, makePaper, officerRequest } from './pades-paper.ts'
import { type BenchPki, makePki } from './pades-pki.ts'
import { signByAgency, signByBoth, signByOfficer, signOnce, unwrap } from './pades-signing.ts'
import { strangersAreHere, verdictOfStrangers } from './strangers.ts'

const room = mkdtempSync(join(tmpdir(), 'pades-'))
const inside = (name: string): string => join(room, name)
let rsa: BenchPki
let ec: BenchPki
let paper: Uint8Array
beforeAll(async () => {
  for (const kind of ['rsa', 'ec'] as const) execFileSync('mkdir', [inside(kind)])
  rsa = makePki(inside('rsa'), 'rsa')
  ec = makePki(inside('ec'), 'ec')
  paper = await makePaper(40_000)
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

const store = (name: string, pdf: Uint8Array): string => {
  writeFileSync(inside(name), pdf)
  return inside(name)
}
const fingerprint = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex')

const officerReport = (pki: BenchPki): SignatureReport => ({
  fieldName: 'Officer',
  subFilter: 'ETSI.CAdES.detached',
  signerCertificate: pki.officer.certificate,
  fingerprint: fingerprint(pki.officer.certificate),
  signerName: 'Nguyễn Văn Đức',
  coversWholeFile: true,
  coversRevision: true,
  integrity: true,
  chain: 'trusted',
  validAt: true,
  at: new Date('2026-11-21T03:30:05Z'),
  laterChanges: 'none',
  widgetPresent: true,
})
const agencyReport = (pki: BenchPki): SignatureReport => ({
  ...officerReport(pki),
  fieldName: 'Agency',
  signerCertificate: pki.agency.certificate,
  fingerprint: fingerprint(pki.agency.certificate),
  signerName: 'UBND Phường Mẫu',
  at: new Date('2026-11-21T03:31:00Z'),
})
const bothReports = (pki: BenchPki): readonly SignatureReport[] => [
  { ...officerReport(pki), coversWholeFile: false, laterChanges: 'signature-only' },
  agencyReport(pki),
]
const strangersContent = {
  pdfsig: [
    { field: 'Officer', signer: 'Nguyễn Văn Đức', valid: true, trusted: true, whole: false },
    { field: 'Agency', signer: 'UBND Phường Mẫu', valid: true, trusted: true, whole: true },
  ],
  qpdf: 'ok',
  openssl: ['ok', 'ok'],
}

describe('a certified copy is signed by the officer and then by the agency', () => {
  test.each(['rsa', 'ec'] as const)(
    'both signatures hold, the first is whole before the second (%s keys)',
    async (kind) => {
      const pki = kind === 'rsa' ? rsa : ec
      const once = signByOfficer(paper, pki)
      const twice = signByAgency(once, pki)
      expect(unwrap(await verifySignatures(once, [pki.root]))).toEqual([officerReport(pki)])
      expect(unwrap(await verifySignatures(twice, [pki.root]))).toEqual(bothReports(pki))
      expect(unwrap(describePdf(twice))).toEqual({
        pages: [
          { width: 595.28, height: 841.89, rotate: 0 },
          { width: 595.28, height: 841.89, rotate: 0 },
        ],
        signatures: 2,
        encrypted: false,
        pdfA: { part: 2, conformance: 'B' },
      })
    },
  )

  test('nothing that was there before is touched: each signature only appends', () => {
    const once = signByOfficer(paper, rsa)
    const twice = signByAgency(once, rsa)
    expect(Buffer.compare(once.subarray(0, paper.length), paper)).toBe(0)
    expect(Buffer.compare(twice.subarray(0, once.length), once)).toBe(0)
    expect(once.length - paper.length).toBeLessThan(25_000)
    expect(twice.length - once.length).toBeLessThan(25_000)
  })

  test.skipIf(!strangersAreHere)('strangers find the same: pdfsig, qpdf and OpenSSL (RSA and EC)', () => {
    for (const [name, pki] of Object.entries({ rsa, ec }))
      expect(verdictOfStrangers(store(`${name}.pdf`, signByBoth(paper, pki)), pki.rootPem)).toEqual(strangersContent)
  })

  test.skipIf(!strangersAreHere).each([
    ['object and cross-reference streams', ['--object-streams=generate']],
    ['a linearised file', ['--linearize']],
    ['a linearised file with object streams', ['--object-streams=generate', '--linearize']],
  ])('a paper written by another program is signed as well: %s', async (_, options) => {
    const other = inside('other.pdf')
    execFileSync('qpdf', [...options, store('plain.pdf', paper), other])
    const signed = signByBoth(new Uint8Array(readFileSync(other)), rsa)
    expect(unwrap(await verifySignatures(signed, [rsa.root]))).toEqual(bothReports(rsa))
    expect(verdictOfStrangers(store('other-signed.pdf', signed), rsa.rootPem)).toEqual(strangersContent)
  })
})

describe('the face of the signatures', () => {
  test.skipIf(!strangersAreHere)(
    'its words can be read by a machine, with every Vietnamese mark, in embedded cuts of the typeface',
    () => {
      const signed = store('words.pdf', signByBoth(paper, rsa))
      const words = execFileSync('pdftotext', ['-f', '2', '-layout', signed, '-'], { encoding: 'utf8' }).normalize(
        'NFC',
      )
      for (const line of [...officerRequest(rsa).appearance.lines, ...agencyRequest(rsa).appearance.lines])
        expect(words.replaceAll(/ +/g, ' ')).toContain(line.text.replaceAll(/ +/g, ' '))
      const fonts = execFileSync('pdffonts', [signed], { encoding: 'utf8' }).split('\n').slice(2, -1)
      expect(fonts).toHaveLength(6)
      for (const font of fonts)
        expect(font).toMatch(/^[A-Z]{6}\+BeVietnamPro-\w+ +CID TrueType +Identity-H +yes yes yes/)
    },
  )

  test('it is printed, locked, and fit for an archive: no transparency, no time inside the CMS', () => {
    const prepared = unwrap(prepareSignature(paper, officerRequest(rsa), lettering))
    const update = Buffer.from(prepared.update).toString('latin1')
    expect(update).toContain('/F 132 ')
    expect(update).toContain('/SigFlags 3')
    expect(update).toContain("/M (D:20261121103005+07'00')")
    expect(update).not.toMatch(/\/(ca|CA|SMask|Group|JavaScript|NeedAppearances)\b/)
    expect(Buffer.from(prepared.signedAttributes).includes(Buffer.from('2a864886f70d010905', 'hex'))).toBe(false)
  })

  test('a signature without a face leaves no mark on the page', async () => {
    const request = { ...officerRequest(rsa), appearance: { kind: 'none' as const, lines: [] } }
    const signed = signOnce(paper, request, rsa.officer)
    expect(unwrap(await verifySignatures(signed, [rsa.root]))).toEqual([
      { ...officerReport(rsa), widgetPresent: false },
    ])
  })

  test('a long line and a low frame are set smaller, never cut', () => {
    const long = {
      text: 'Ủy ban nhân dân phường '.repeat(12).trim(),
      size: 14,
      weight: 'bold' as const,
      align: 'left' as const,
      colour: 'ink' as const,
    }
    const request = {
      ...officerRequest(rsa),
      rect: [40, 40, 240, 70] as const,
      appearance: { kind: 'seal' as const, lines: [long, long], border: 'red' as const },
    }
    const signed = store('long.pdf', signOnce(paper, request, rsa.officer))
    const boxes = execFileSync('pdftotext', ['-f', '2', '-bbox', signed, '-'], { encoding: 'utf8' })
    const words = [
      ...boxes.matchAll(/xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(?:Ủy|ban|nhân|dân|phường)</g),
    ].map((found) => found.slice(1).map(Number))
    expect(words.length).toBeGreaterThan(100)
    for (const [left = 0, top = 0, right = 999, bottom = 999] of words)
      expect([left >= 40, right <= 240, top >= 841.89 - 72, bottom <= 841.89 - 38]).toEqual([true, true, true, true])
  })
})

describe('the work can stop between preparing and closing', () => {
  test('what was prepared survives storage, and the digest is all that a token needs', () => {
    const prepared = structuredClone(unwrap(prepareSignature(paper, officerRequest(ec), lettering)))
    expect(Buffer.from(prepared.digest)).toEqual(createHash('sha256').update(prepared.signedAttributes).digest())
    expect(closeSignature(paper, prepared, ec.officer.sign(prepared.signedAttributes), ec.officer).ok).toBe(true)
  })

  test('preparing twice gives the same bytes', () => {
    const [a, b] = [1, 2].map(() => unwrap(prepareSignature(paper, officerRequest(rsa), lettering)))
    expect(a).toEqual(b)
  })
})
