// What the workshop does for evidence: looks who signed a copy, prepares the update with its proofs, and puts the token in.
// The finished file is read as a stranger would before it is kept; files come and go by tickets of the vault.
import { ok, type Result, refuse } from '../../../preload/contract/result.ts'
import { checkPdfA } from '../../document/index.ts'
import { type FileHash, type ReadTicket, readSealed, type WriteTicket, writeSealed } from '../../storage/index.ts'
import { listSignatureFields } from '../../workshop/pdf/form.ts'
import { asName, at } from '../../workshop/pdf/values.ts'
import {
  type AwaitingTimestamp,
  closeTimestamp,
  prepareTimestamp,
  type TimestampPlace,
} from '../pades/append-timestamp.ts'
import { type ReadCertificate, readCertificate } from '../pades/examine-cms.ts'
import { openPdf } from '../pades/file.ts'
import { verifySignatures } from '../pades/index.ts'
import { readCms } from '../pades/read-cms.ts'
import { FROM_FILE, judgeTimestamp } from '../pades/timestamp-token.ts'
import { digestOf, readByteRange } from '../pades/verify.ts'

/** A finished copy ends with two signatures, the officer's and the agency's; those of others in a brought file stand before. */
const OURS = 2

/** A signature of a finished copy: who made it, by certificates. */
export interface MadeSignature {
  readonly field: string
  readonly certificate: Uint8Array
  /** What came along in the CMS. */
  readonly others: readonly Uint8Array[]
  /** Claimed time, milliseconds since the epoch. */
  readonly at: number
}

/** Our signatures of the file; `signature-invalid` unless each is whole. */
export async function lookAtSigned(
  file: ReadTicket,
  trust: readonly Uint8Array[],
): Promise<Result<readonly MadeSignature[]>> {
  const read = readSealed(file)
  if (!read.ok) return read
  const reports = await verifySignatures(read.value, trust)
  if (!reports.ok) return reports
  const ours = reports.value.slice(-OURS)
  if (ours.length === 0) return refuse('signature-invalid', 'count')
  const contents = new Map(listSignatureFields(openPdf(read.value)).map((one) => [one.name, one.contents?.bytes]))
  const made: MadeSignature[] = []
  for (const report of ours) {
    const cms = contents.get(report.fieldName)
    if (cms === undefined || !report.integrity || !report.coversRevision || report.at === null)
      return refuse('signature-invalid', 'integrity')
    const certificates = readCms(cms).certificates.map(readCertificate)
    made.push({
      field: report.fieldName,
      certificate: report.signerCertificate,
      others: certificates.map((one) => one.der).filter((der) => Buffer.compare(der, report.signerCertificate) !== 0),
      at: report.at.getTime(),
    })
  }
  return ok(made)
}

export function prepareEvidence(file: ReadTicket, place: TimestampPlace): Result<AwaitingTimestamp> {
  const read = readSealed(file)
  return read.ok ? prepareTimestamp(read.value, place) : read
}

/** Who must have signed, in the order of the form, and the roots that are trusted. */
export interface EvidenceExpected {
  readonly signers: readonly { readonly field: string; readonly fingerprint: string }[]
  readonly trust: readonly Uint8Array[]
}

export interface ClosedEvidence {
  readonly file: FileHash
  readonly bytes: number
}

export async function closeEvidence(
  file: ReadTicket,
  awaiting: AwaitingTimestamp,
  token: Uint8Array,
  expected: EvidenceExpected,
  keep: WriteTicket,
): Promise<Result<ClosedEvidence>> {
  const read = readSealed(file)
  if (!read.ok) return read
  const closed = closeTimestamp(read.value, awaiting, token)
  if (!closed.ok) return closed
  const fault = await findFault(closed.value, awaiting.fieldName, expected)
  if (fault !== null) return refuse('signature-invalid', fault)
  const archival = checkPdfA(closed.value)
  // A brought file that was no PDF/A before need not be one now.
  if (!archival.ok && checkPdfA(read.value).ok) return archival
  const stored = writeSealed(keep, closed.value)
  return stored.ok ? ok({ file: stored.value, bytes: closed.value.length }) : stored
}

/** What a stranger would find wrong with the finished file, or null. */
export async function findFault(
  pdf: Uint8Array,
  fieldName: string,
  expected: EvidenceExpected,
): Promise<string | null> {
  const reports = await verifySignatures(pdf, expected.trust)
  if (!reports.ok) return 'unreadable'
  if (reports.value.length <= expected.signers.length) return 'count'
  const ours = reports.value.slice(-1 - expected.signers.length, -1)
  for (const [index, want] of expected.signers.entries()) {
    const report = ours[index]
    if (report?.fieldName !== want.field) return 'order'
    if (report.fingerprint !== want.fingerprint) return 'certificate'
    if (!report.integrity || !report.coversRevision) return 'integrity'
    if (report.laterChanges === 'other' || report.laterChanges === 'none') return 'later-changes'
    if (report.chain !== 'trusted' || !report.validAt) return 'chain'
  }
  const stamp = reports.value.at(-1)
  if (stamp?.fieldName !== fieldName || !stamp.coversWholeFile || !stamp.coversRevision) return 'coverage'
  return isStamped(pdf, fieldName, expected.trust.map(readCertificate)) ? null : 'timestamp'
}

/** The token in the file is over its own byte range, and leads to a trusted root. */
function isStamped(pdf: Uint8Array, fieldName: string, trust: readonly ReadCertificate[]): boolean {
  const file = openPdf(pdf)
  const field = listSignatureFields(file).find((one) => one.name === fieldName)
  const range = field === undefined ? undefined : readByteRange(file, field)
  const kind = asName(file.look(at(field?.signature, 'SubFilter')))
  if (field?.contents === undefined || range === undefined || kind !== 'ETSI.RFC3161') return false
  const digestBy = (hash: string): Uint8Array => digestOf(file, range, hash)
  return judgeTimestamp(field.contents.bytes, { ...FROM_FILE, digestBy, trust }).ok
}

export type EvidenceJobs = {
  readonly lookAtSigned: typeof lookAtSigned
  readonly prepareEvidence: typeof prepareEvidence
  readonly closeEvidence: typeof closeEvidence
}
