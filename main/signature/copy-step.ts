// The CPU step of the agency's own copy (sao y), run in the workshop: the mark top right of the first page, beside the mark of who
// scanned, whose signature must stand and stay good.
// Never: a picture of the seal (NĐ 30/2020/NĐ-CP, phụ lục I), and never a byte before the end of the file changed.
import { type Result, refuse } from '../../preload/contract/result.ts'
import { openBeginnings } from './pades/beginnings.ts'
import {
  type Appearance,
  describePdf,
  fitLines,
  placeCopyMark,
  placeScanMark,
  verifySignatures,
} from './pades/index.ts'
import { type Line, letteringIn, type OfficerStep, type PreparedStep, prepareField, SCANNER_FIELD } from './steps.ts'

export const COPY_FIELD = 'SaoY'

export interface CopyStep extends Omit<OfficerStep, 'code' | 'picture' | 'signedBefore'> {
  /** The mark of who scanned, as it was signed: this one stands clear of it. */
  readonly scanLines: readonly Line[]
}

const markOf = (lines: readonly Line[]): readonly Appearance['lines'][number][] =>
  lines.map((line) => ({ ...line, align: 'left', colour: 'ink' }))

export async function prepareAgencyCopy(
  step: CopyStep,
  scannerFingerprint: string,
  trust: readonly Uint8Array[],
): Promise<Result<PreparedStep>> {
  const begin = openBeginnings()
  const reports = await verifySignatures(step.pdf, trust, begin)
  if (!reports.ok) return reports
  const scanner = reports.value.find((report) => report.fieldName === SCANNER_FIELD)
  if (scanner === undefined || !scanner.integrity || scanner.fingerprint !== scannerFingerprint)
    return refuse('scan-signature-missing')
  if (reports.value.length !== 1) return refuse('pdf-unsupported', 'already-signed')
  const described = describePdf(step.pdf)
  if (!described.ok) return described
  const [first] = described.value.pages
  if (first === undefined) return refuse('pdf-unsupported', 'no-pages')
  const fonts = letteringIn(step.fontFolder)
  const beside = placeScanMark(first, { kind: 'attestation', lines: markOf(step.scanLines) })
  const bare: Appearance = { kind: 'seal', lines: markOf(step.lines) }
  const widest = placeCopyMark(first, bare, beside)
  const appearance = fitLines(bare, widest[2] - widest[0], fonts)
  const place = placeCopyMark(first, appearance, beside)
  const reason = 'Sao y từ văn bản giấy sang văn bản điện tử'
  return prepareField(step, { fieldName: COPY_FIELD, page: 0, rect: place, appearance, reason }, begin)
}
