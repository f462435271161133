// The steps of signing one document, with software keys: the seal only after the officer (T14), and nothing leaves that a
// stranger would not find right: who signed, in which order, how much of the file, and what came later.
import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makePdf } from '../../main/document/index.ts'
import type { Prepared, SignatureReport, Signer } from '../../main/signature/pades/index.ts'
import {
  AGENCY_FIELD,
  type AgencyStep,
  closeAndVerify,
  type Expected,
  firstWrong,
  OFFICER_FIELD,
  type OfficerStep,
  prepareAgency,
  prepareOfficer,
} from '../../main/signature/steps.ts'
import { must } from '../bench/office.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { root } from '../setup/place.ts'
import { type BenchPki, type BenchSigner, makePki } from './pades-pki.ts'

const refused = (rule: string, detail?: string) => ({
  ok: false,
  failure: { kind: 'refused', rule, ...(detail === undefined ? {} : { detail }) },
})

describe('what is wrong with the signatures of a finished file', () => {
  const report = (special: Partial<SignatureReport> = {}): SignatureReport => ({
    fieldName: OFFICER_FIELD,
    subFilter: 'ETSI.CAdES.detached',
    signerCertificate: new Uint8Array(),
    fingerprint: 'officer',
    signerName: 'Nguyễn Văn Đức',
    coversWholeFile: true,
    coversRevision: true,
    integrity: true,
    chain: 'trusted',
    validAt: true,
    at: null,
    laterChanges: 'none',
    widgetPresent: true,
    ...special,
  })
  const officer = { field: OFFICER_FIELD, fingerprint: 'officer' }
  const agency = { field: AGENCY_FIELD, fingerprint: 'agency' }
  const alone: Expected = { signers: [officer], trust: [] }
  const both: Expected = { signers: [officer, agency], trust: [] }
  const first = report({ coversWholeFile: false, laterChanges: 'signature-only' })
  const second = report({ fieldName: AGENCY_FIELD, fingerprint: 'agency' })

  test('nothing, when everything is as it should be', () => {
    expect(firstWrong([report()], alone)).toBeNull()
    expect(firstWrong([first, second], both)).toBeNull()
  })

  test.for([
    ['count', []],
    ['count', [report(), report()]],
    ['order', [report({ fieldName: AGENCY_FIELD })]],
    ['certificate', [report({ fingerprint: 'somebody' })]],
    ['integrity', [report({ integrity: false })]],
    ['integrity', [report({ coversRevision: false })]],
    ['coverage', [report({ coversWholeFile: false })]],
    ['later-changes', [report({ laterChanges: 'signature-only' })]],
    ['later-changes', [report({ laterChanges: 'other' })]],
    ['chain', [report({ chain: 'untrusted' })]],
    ['chain', [report({ chain: 'incomplete' })]],
    ['validity', [report({ validAt: false })]],
    ['stamp', [report({ widgetPresent: false })]],
  ] as const)('one signature: %s', ([wrong, reports]) => {
    expect(firstWrong(reports, alone)).toBe(wrong)
  })

  test.for([
    ['count', [first]],
    ['order', [second, first]],
    ['certificate', [first, { ...second, fingerprint: 'officer' }]],
    ['coverage', [report(), second]],
    ['later-changes', [{ ...first, laterChanges: 'other' }, second]],
    ['later-changes', [{ ...first, laterChanges: 'none' }, second]],
    ['integrity', [{ ...first, integrity: false }, second]],
    ['chain', [first, { ...second, chain: 'untrusted' }]],
    ['stamp', [first, { ...second, widgetPresent: false }]],
  ] as const)('two signatures: %s', ([wrong, reports]) => {
    expect(firstWrong(reports, both)).toBe(wrong)
  })
})

describe('one document', () => {
  const fontFolder = join(root, 'resources/fonts')
  const at = new Date('2026-11-21T03:30:00Z')
  const lines = [
    { text: 'CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH', size: 10.5, weight: 'bold' as const },
    { text: 'Số chứng thực: 01    Quyển số: 03/2026-SCT/BS', size: 9.5, weight: 'regular' as const },
    { text: '', size: 34, weight: 'regular' as const },
    { text: 'Nguyễn Văn Đức', size: 10, weight: 'bold' as const },
  ]
  const seal = [{ text: 'UBND PHƯỜNG MẪU', size: 8.5, weight: 'bold' as const }]
  let folder: string
  let pki: BenchPki
  let pdf: Uint8Array
  let fingerprints: { officer: string; agency: string }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'steps-'))
    pki = makePki(folder, 'rsa')
    const of = (signer: BenchSigner) => createHash('sha256').update(signer.certificate).digest('hex')
    fingerprints = { officer: of(pki.officer), agency: of(pki.agency) }
    const jpeg = (await drawPaper('birth')).pages[0] ?? Buffer.alloc(0)
    const metadata = {
      id: '00000000-0000-4000-8000-000000000001',
      now: at,
      title: 'Giấy khai sinh',
      creator: 'Đơn vị mẫu',
    }
    pdf = must(
      await makePdf({ pages: [{ picture: jpeg, rotation: 0, dpi: 300, words: null }], metadata, certified: true }),
    ).pdf
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const signerOf = ({ certificate }: BenchSigner): Signer => ({ certificate, chain: [] })
  const officerStep = (bytes = pdf): OfficerStep => ({
    pdf: bytes,
    fontFolder,
    signer: signerOf(pki.officer),
    at,
    lines,
    name: 'Nguyễn Văn Đức',
    location: 'Phường Mẫu',
  })
  const agencyStep = (bytes: Uint8Array, place: AgencyStep['place']): AgencyStep => ({
    ...officerStep(bytes),
    signer: signerOf(pki.agency),
    lines: seal,
    attestation: lines,
    place,
    name: 'UBND Phường Mẫu',
  })
  /** What a token answers to the digest. */
  const token = (signer: { readonly key: KeyObject }, prepared: Prepared) =>
    new Uint8Array(sign('sha256', prepared.signedAttributes, signer.key))
  const byOfficer = (): Expected => ({
    signers: [{ field: OFFICER_FIELD, fingerprint: fingerprints.officer }],
    trust: [pki.root],
  })
  async function signedByOfficer() {
    const { prepared, place } = must(prepareOfficer(officerStep()))
    const { whole: closed } = must(
      await closeAndVerify(pdf, prepared, token(pki.officer, prepared), signerOf(pki.officer), byOfficer()),
    )
    return { closed, place }
  }

  test('officer, then agency: both signatures stand, and the original is the beginning of the copy byte for byte', async () => {
    const { closed, place } = await signedByOfficer()
    const { prepared } = must(await prepareAgency(agencyStep(closed, place), fingerprints.officer, [pki.root]))
    const expected: Expected = {
      signers: [...byOfficer().signers, { field: AGENCY_FIELD, fingerprint: fingerprints.agency }],
      trust: [pki.root],
    }
    const { whole: copy, hash } = must(
      await closeAndVerify(closed, prepared, token(pki.agency, prepared), signerOf(pki.agency), expected),
    )
    expect(hash).toBe(createHash('sha256').update(copy).digest('hex'))
    expect(Buffer.from(copy.subarray(0, pdf.length)).equals(Buffer.from(pdf))).toBe(true)
    expect(Buffer.from(copy.subarray(0, closed.length)).equals(Buffer.from(closed))).toBe(true)
  })

  test("the agency's key asked before the officer's signature is there is refused (T14, NĐ 30/2020 Đ.32.2(d))", async () => {
    const { place } = must(prepareOfficer(officerStep()))
    const missing = refused('officer-signature-missing')
    expect(await prepareAgency(agencyStep(pdf, place), fingerprints.officer, [pki.root])).toEqual(missing)
  })

  test("a signature in the officer's place that is not this officer's, or no longer good, is not one", async () => {
    const { closed, place } = await signedByOfficer()
    const missing = refused('officer-signature-missing')
    expect(await prepareAgency(agencyStep(closed, place), fingerprints.agency, [pki.root])).toEqual(missing)
    const spoiled = Uint8Array.from(closed)
    // A byte of the scanned picture.
    spoiled[pdf.length >> 1] = (spoiled[pdf.length >> 1] ?? 0) ^ 1
    expect(await prepareAgency(agencyStep(spoiled, place), fingerprints.officer, [pki.root])).toEqual(missing)
  })

  test('a paper that carries a signature already is not signed by the officer a second time', async () => {
    const { closed } = await signedByOfficer()
    expect(prepareOfficer(officerStep(closed))).toEqual(refused('pdf-unsupported', 'already-signed'))
  })

  test('what the token answered is checked before anything leaves', async () => {
    const { prepared } = must(prepareOfficer(officerStep()))
    const close = (value: Uint8Array, signer: BenchSigner, expected = byOfficer()) =>
      closeAndVerify(pdf, prepared, value, signerOf(signer), expected)
    const good = token(pki.officer, prepared)
    expect(await close(good, pki.officer, { ...byOfficer(), trust: [] })).toEqual(refused('signature-invalid', 'chain'))
    const other = createPrivateKey(readFileSync(join(folder, 'agency.key')))
    const foreign = await close(new Uint8Array(sign('sha256', prepared.signedAttributes, other)), pki.officer)
    expect(foreign.ok).toBe(false)
    expect((await close(new Uint8Array(256), pki.officer)).ok).toBe(false)
    expect((await close(good, pki.agency)).ok).toBe(false)
    expect((await close(good, pki.officer)).ok).toBe(true)
  })

  test('a file that is not the one that was prepared is not closed', async () => {
    const { prepared } = must(prepareOfficer(officerStep()))
    const longer = Buffer.concat([pdf, Buffer.from('\n')])
    const value = token(pki.officer, prepared)
    expect((await closeAndVerify(longer, prepared, value, signerOf(pki.officer), byOfficer())).ok).toBe(false)
    const changed = Uint8Array.from(pdf)
    changed[pdf.length >> 1] = (changed[pdf.length >> 1] ?? 0) ^ 1
    expect((await closeAndVerify(changed, prepared, value, signerOf(pki.officer), byOfficer())).ok).toBe(false)
  })

  test('bytes that are no PDF are refused at every door', async () => {
    const nonsense = new TextEncoder().encode('không phải PDF')
    expect(prepareOfficer(officerStep(nonsense)).ok).toBe(false)
    expect((await prepareAgency(agencyStep(nonsense, [0, 0, 10, 10]), fingerprints.officer, [pki.root])).ok).toBe(false)
  })
})
