// The CPU steps of signing one document, run in the workshop: prepare, close, and verify as a stranger would.
// They see bytes and certificates, never a token, a PIN or the database.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Result, refuse } from '../../preload/contract/result.ts'
import { checkPdfA } from '../document/index.ts'
import type { FileHash } from '../storage/index.ts'
import { bareNumber, readFacts } from './certificate.ts'
import { firstWrongBeside } from './pades/acceptance-earlier.ts'
import { type Begin, openBeginnings } from './pades/beginnings.ts'
import type { Grow } from './pades/close.ts'
import {
  type Appearance,
  attestationWidth,
  closeSignature,
  describePdf,
  fitLines,
  type Lettering,
  openLettering,
  type PdfDescription,
  type Prepared,
  placeAttestation,
  placeScanMark,
  placeSeal,
  placeSealPicture,
  prepareSignature,
  type SignatureReport,
  type Signer,
  type SignRequest,
  type StampPicture,
  verifySignatures,
} from './pades/index.ts'

export type Place = readonly [number, number, number, number]
export interface Line {
  readonly text: string
  readonly size: number
  readonly weight: 'regular' | 'bold'
}

export interface OfficerStep {
  readonly pdf: Uint8Array
  readonly fontFolder: string
  readonly signer: Signer
  readonly at: Date
  readonly lines: readonly Line[]
  readonly name: string
  readonly location: string
  /** Others signed the file before it was accepted (brought.ts); absent: it carries no signature. */
  readonly signedBefore?: boolean
  /** Of the officer's own hand, or of the seal; null or absent: words alone. */
  readonly picture?: StampPicture | null
  /** What the QR beside an attestation says (verifyText); null or absent: none. */
  readonly code?: string | null
}
export interface AgencyStep extends Omit<OfficerStep, 'code'> {
  /** The officer's attestation and place, which the seal covers by a third. */
  readonly attestation: readonly Line[]
  readonly place: Place
  /** Sizes of the pictures of signatures, by the personal number in the officer's certificate. */
  readonly signatureSizes?: Readonly<Record<string, StampPicture['size']>>
}
export interface PreparedStep {
  readonly prepared: Prepared
  readonly place: Place
}

let lettering: { readonly folder: string; readonly value: Lettering } | null = null
export function letteringIn(folder: string): Lettering {
  if (lettering?.folder !== folder) {
    const file = (name: string): Uint8Array => readFileSync(join(folder, name))
    lettering = {
      folder,
      value: openLettering({ regular: file('BeVietnamPro_400Regular.ttf'), bold: file('BeVietnamPro_700Bold.ttf') }),
    }
  }
  return lettering.value
}

const stamp = (lines: readonly Line[], kind: 'attestation' | 'seal'): Appearance => ({
  kind,
  border: 'red',
  lines: lines.map((line) => ({ ...line, align: 'center', colour: 'red' })),
})

/** The words of the certification as they stand on this page. */
const attestationOn = (page: { readonly width: number }, lines: readonly Line[], fonts: Lettering): Appearance =>
  fitLines(stamp(lines, 'attestation'), attestationWidth(page), fonts)

/** The seal in its real size, the agency's name and the time over it (NĐ 30/2020, annex I). */
const sealPicture = (lines: readonly Line[], picture: StampPicture, fonts: Lettering): Appearance =>
  fitLines(
    { kind: 'seal', picture, lines: lines.map((line) => ({ ...line, align: 'center', colour: 'ink' })) },
    picture.size[0],
    fonts,
  )

/** How large the officer's hand stands there; null when nobody has brought a picture of it. */
function handOf(officer: SignatureReport, { signatureSizes = {} }: AgencyStep): Pick<StampPicture, 'size'> | null {
  const facts = readFacts(officer.signerCertificate)
  const size = facts === null ? undefined : signatureSizes[bareNumber(facts)]
  return size === undefined ? null : { size }
}

/** PDF/A-1 knows no transparency. */
const isHard = ({ pdfA }: PdfDescription): boolean => pdfA?.part === 1

export const OFFICER_FIELD = 'NguoiThucHienChungThuc'
export const AGENCY_FIELD = 'CoQuanChungThuc'
export const SCANNER_FIELD = 'NguoiSaoChup'

/** Who signs, when and where is the step's; the field, its place and its face are the role's. */
export function prepareField(
  { pdf, fontFolder, signer, at, name, location }: Omit<OfficerStep, 'lines'>,
  field: Pick<SignRequest, 'fieldName' | 'page' | 'rect' | 'appearance' | 'reason'>,
  begin?: Begin,
): Result<PreparedStep> {
  const prepared = prepareSignature(pdf, { ...field, signer, at, name, location }, letteringIn(fontFolder), begin)
  return prepared.ok ? ok({ prepared: prepared.value, place: field.rect }) : prepared
}

export function prepareOfficer(step: OfficerStep): Result<PreparedStep> {
  const described = describePdf(step.pdf)
  if (!described.ok) return described
  const page = described.value.pages.length - 1
  const size = described.value.pages[page]
  if (size === undefined) return refuse('pdf-unsupported', 'no-pages')
  if (described.value.signatures > 0 && step.signedBefore !== true) return refuse('pdf-unsupported', 'already-signed')
  const fonts = letteringIn(step.fontFolder)
  const { picture, code } = step
  const appearance: Appearance = {
    ...attestationOn(size, step.lines, fonts),
    hard: isHard(described.value),
    ...(picture ? { picture } : {}),
    ...(code ? { code } : {}),
  }
  const place = placeAttestation(size, appearance)
  const reason = 'Chứng thực bản sao từ bản chính'
  return prepareField(step, { fieldName: OFFICER_FIELD, page, rect: place, appearance, reason })
}

/** TT 01/2023/TT-VPCP Đ.8: the personal signature of who scanned, name and time of the capture, top left of the first page. */
export function prepareScanner(step: OfficerStep): Result<PreparedStep> {
  const described = describePdf(step.pdf)
  if (!described.ok) return described
  const [first] = described.value.pages
  if (first === undefined) return refuse('pdf-unsupported', 'no-pages')
  if (described.value.signatures > 0) return refuse('pdf-unsupported', 'already-signed')
  const appearance: Appearance = {
    kind: 'attestation',
    lines: step.lines.map((line) => ({ ...line, align: 'left', colour: 'ink' })),
  }
  const place = placeScanMark(first, appearance)
  const reason = 'Ký bản sao chụp điện tử'
  return prepareField(step, { fieldName: SCANNER_FIELD, page: 0, rect: place, appearance, reason })
}

/** NĐ 30/2020 Đ.32.2(d): the seal only on a document that already carries the signature of the authorised person. */
export async function prepareAgency(
  step: AgencyStep,
  officerFingerprint: string,
  trust: readonly Uint8Array[],
): Promise<Result<PreparedStep>> {
  const begin = openBeginnings()
  const reports = await verifySignatures(step.pdf, trust, begin)
  if (!reports.ok) return reports
  const officer = reports.value.find((report) => report.fieldName === OFFICER_FIELD)
  if (officer === undefined || !officer.integrity || officer.fingerprint !== officerFingerprint)
    return refuse('officer-signature-missing')
  const described = describePdf(step.pdf)
  if (!described.ok) return described
  const page = described.value.pages.length - 1
  const size = described.value.pages[page]
  if (size === undefined) return refuse('pdf-unsupported', 'no-pages')
  const fonts = letteringIn(step.fontFolder)
  const { picture } = step
  const attestation = attestationOn(size, step.attestation, fonts)
  const appearance = picture ? sealPicture(step.lines, picture, fonts) : stamp(step.lines, 'seal')
  const place = picture
    ? placeSealPicture(step.place, attestation, size, picture.size, handOf(officer, step))
    : placeSeal(step.place, attestation)
  const hard = isHard(described.value)
  return prepareField(step, { fieldName: AGENCY_FIELD, page, rect: place, appearance: { ...appearance, hard } }, begin)
}

export interface Expected {
  /** Field name → fingerprint, in the order of signing. */
  readonly signers: readonly { readonly field: string; readonly fingerprint: string }[]
  readonly trust: readonly Uint8Array[]
  /** Bytes of the file before our first signature when others have signed it; null or absent: nobody has. */
  readonly signedBefore?: number | null
  /** False: it was no PDF/A-2 before; absent: it was, and must stay one. */
  readonly archival?: boolean
}

/** Finished, and its SHA-256. */
export interface Finished {
  readonly whole: Uint8Array
  readonly hash: FileHash
}

/** Puts the value in, then reads the file again as a stranger would; nothing that fails here leaves. */
export async function closeAndVerify(
  pdf: Uint8Array,
  prepared: Prepared,
  value: Uint8Array,
  signer: Signer,
  expected: Expected,
  grow?: Grow,
): Promise<Result<Finished>> {
  // Up to the place of the value nothing changes any more: the strangers' digests and the file's name begin alike.
  const begin = openBeginnings()
  const closed = closeSignature(pdf, prepared, value, signer, { begin, ...(grow === undefined ? {} : { grow }) })
  if (!closed.ok) return closed
  const whole = closed.value
  const reports = await verifySignatures(whole, expected.trust, begin)
  if (!reports.ok) return reports
  const wrong = await firstWrongIn(whole, reports.value, expected)
  if (wrong !== null) return refuse('signature-invalid', wrong)
  const archival = expected.archival === false ? ok(undefined) : checkPdfA(whole)
  if (!archival.ok) return archival
  const open = prepared.contents.offset - 1
  return ok({ whole, hash: begin('sha256', whole, open).update(whole.subarray(open)).digest('hex') })
}

/** With signatures of others in the file: they must say what they said before ours. */
async function firstWrongIn(
  pdf: Uint8Array,
  reports: readonly SignatureReport[],
  expected: Expected,
): Promise<string | null> {
  if (typeof expected.signedBefore !== 'number') return firstWrong(reports, expected)
  const before = await verifySignatures(pdf.subarray(0, expected.signedBefore), expected.trust)
  return before.ok ? firstWrongBeside(before.value, reports, expected.signers) : 'earlier-signature'
}

/** What is wrong with the signatures of a finished file that only we signed, or null. Pure. */
export function firstWrong(reports: readonly SignatureReport[], expected: Expected): string | null {
  if (reports.length !== expected.signers.length) return 'count'
  for (const [index, want] of expected.signers.entries()) {
    const report = reports[index]
    const last = index === expected.signers.length - 1
    if (report === undefined || report.fieldName !== want.field) return 'order'
    if (report.fingerprint !== want.fingerprint) return 'certificate'
    if (!report.integrity || !report.coversRevision) return 'integrity'
    if (report.coversWholeFile !== last) return 'coverage'
    if (report.laterChanges !== (last ? 'none' : 'signature-only')) return 'later-changes'
    if (report.chain !== 'trusted') return 'chain'
    if (!report.validAt) return 'validity'
    if (!report.widgetPresent) return 'stamp'
  }
  return null
}
