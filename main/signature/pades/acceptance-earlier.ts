// Promises: what signatures that a file had before it came to the counter say about signing it, and that ours left them as they were.
// Never: a byte read; it compares reports of `verifySignatures`.
import type { SignatureReport } from './verify.ts'

/** Kinds whose value our checker can judge (ISO 32000-2 §12.8.3, ETSI EN 319 142-1). */
const JUDGED: readonly string[] = ['adbe.pkcs7.detached', 'ETSI.CAdES.detached']
const isJudged = ({ subFilter, fingerprint }: SignatureReport): boolean =>
  JUDGED.includes(subFilter) && fingerprint !== ''

/** Names of the fields whose signature our checker cannot read: they stay as they are, and whoever certifies is told. */
export const unjudged = (earlier: readonly SignatureReport[]): readonly string[] =>
  earlier.filter((report) => !isJudged(report)).map(({ fieldName }) => fieldName)

/**
 * Why a file with these signatures is not signed further, or null: `earlier-signature-broken` (its value does not hold),
 * `changed-after-signature` (something other than signatures was added since). Pure.
 */
export function firstDoubt(
  earlier: readonly SignatureReport[],
): 'earlier-signature-broken' | 'changed-after-signature' | null {
  for (const report of earlier) {
    if (isJudged(report) && !report.integrity) return 'earlier-signature-broken'
    if (!report.coversRevision || report.laterChanges === 'other') return 'changed-after-signature'
  }
  return null
}

export interface NewSignature {
  readonly field: string
  readonly fingerprint: string
}

/**
 * What is wrong with the signatures of a finished file, or null. `earlier`: reports on the file before our first signature,
 * `expected`: ours in the order of signing. Earlier ones must say what they said, only followed by signatures. Pure.
 */
export function firstWrongBeside(
  earlier: readonly SignatureReport[],
  reports: readonly SignatureReport[],
  expected: readonly NewSignature[],
): string | null {
  const names = new Set(expected.map(({ field }) => field))
  const foreign = reports.filter((report) => !names.has(report.fieldName))
  const ours = reports.filter((report) => names.has(report.fieldName))
  if (foreign.length !== earlier.length || ours.length !== expected.length) return 'count'
  for (const [index, before] of earlier.entries()) {
    const now = foreign[index]
    if (now === undefined || now.fieldName !== before.fieldName) return 'order'
    if (now.fingerprint !== before.fingerprint) return 'certificate'
    if (now.integrity !== before.integrity || now.chain !== before.chain || now.validAt !== before.validAt)
      return 'earlier-signature'
    if (now.coversRevision !== before.coversRevision || now.coversWholeFile) return 'coverage'
    const followed = before.laterChanges === 'none' ? 'signature-only' : before.laterChanges
    if (now.laterChanges !== followed) return 'later-changes'
  }
  return firstWrongOfOurs(ours, expected)
}

function firstWrongOfOurs(ours: readonly SignatureReport[], expected: readonly NewSignature[]): string | null {
  for (const [index, want] of expected.entries()) {
    const report = ours[index]
    const last = index === expected.length - 1
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
