// Promises: a validation report on any PDF: every signature in order, what it is worth, and what changed since; bounded on any bytes.
// Never: the network, a clock, a byte of the file kept; a file that programs read differently is never called valid.
import { createHash } from 'node:crypto'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import type { CheckVerdict, ValidationReport } from '../../../preload/contract/validation.ts'
import { checkPdfA } from '../../document/index.ts'
import { openAnyPdf } from '../../workshop/pdf/file.ts'
import { certificationLevel, findCatalog, listSignatureFields } from '../../workshop/pdf/form.ts'
import { walkPages } from '../../workshop/pdf/pages.ts'
import { asDictionary, at, isDictionary } from '../../workshop/pdf/values.ts'
import { readCertificate } from '../pades/examine-cms.ts'
import { openPdf, type Pdf } from '../pades/file.ts'
import { describePdf } from '../pades/index.ts'
import { attempt } from '../pades/verify.ts'
import { judgeSignature } from './judge.ts'
import { hasStraySignature, NO_PROOFS, proofsOfStore, readSignatures } from './read.ts'

/** DER that somebody fetched beside the file: issuers, OCSP answers, revocation lists. */
export interface Evidence {
  readonly certificates: readonly Uint8Array[]
  readonly ocsps: readonly Uint8Array[]
  readonly lists: readonly Uint8Array[]
}

const MOST_SIGNATURES = 50

/**
 * Judges a file as a stranger would. `trust`: DER of the roots. `now`: the moment of the check. `malformed file` when it is no PDF
 * that anybody could open, `malformed argument` for a root that is no certificate.
 */
export async function checkFile(
  pdf: Uint8Array,
  trust: readonly Uint8Array[],
  now: Date,
  evidence: Evidence = NO_EVIDENCE,
): Promise<Result<ValidationReport>> {
  const roots = attempt(() => trust.map(readCertificate))
  if (roots === undefined) return fail({ kind: 'malformed', what: 'argument' })
  const file = attempt(() => openPdf(pdf))
  if (file === undefined || at(file.trailer, 'Encrypt') !== undefined) return lookLeniently(pdf, file, now)
  const claim = archivalOf(pdf)
  try {
    return ok(judge(file, pdf, { roots, now, evidence, claim }))
  } catch {
    return lookLeniently(pdf, undefined, now)
  }
}

const NO_EVIDENCE: Evidence = { certificates: [], ocsps: [], lists: [] }

interface Ground {
  readonly roots: readonly ReturnType<typeof readCertificate>[]
  readonly now: Date
  readonly evidence: Evidence
  readonly claim: ValidationReport['archival']
}

function judge(file: Pdf, pdf: Uint8Array, { roots, now, evidence, claim }: Ground): ValidationReport {
  const kept = proofsOfStore(file)
  const fetched = {
    ...NO_PROOFS,
    ...evidence,
    certificates: evidence.certificates.flatMap((der) => attempt(() => readCertificate(der)) ?? []),
  }
  const read = readSignatures(file, roots, kept, MOST_SIGNATURES)
  const signatures = read.map((one) =>
    judgeSignature(one, { file, signatures: read, trust: roots, kept, fetched, now }),
  )
  const filled = listSignatureFields(file).filter((field) => field.signature !== undefined).length
  const notes: ValidationReport['notes'] = []
  if (filled > MOST_SIGNATURES) notes.push('too-many')
  if (hasStraySignature(file, read, usageRightsOf(file))) notes.push('stray-signature')
  return {
    ...factsOf(pdf, now),
    pages: countPages(file),
    archival: claim,
    notes,
    certified:
      read.flatMap(({ revision }) => (revision && attempt(() => certificationLevel(revision))) ?? [])[0] ?? null,
    verdict: overall(signatures, notes),
    signatures,
  }
}

/** The worst of all; what is odd about the file leaves no signature without a reservation. */
export function overall(signatures: ValidationReport['signatures'], notes: ValidationReport['notes']): CheckVerdict {
  if (signatures.length === 0) return notes.includes('stray-signature') ? 'unjudged' : 'unsigned'
  if (signatures.some(({ verdict }) => verdict === 'invalid') || notes.includes('too-many')) return 'invalid'
  const reserved = notes.length > 0 || signatures.some(({ verdict }) => verdict === 'reserved')
  if (signatures.every(({ kind }) => kind === 'timestamp')) return 'reserved'
  return reserved ? 'reserved' : 'valid'
}

/** What cannot be read in exactly one way, or is locked: nobody judges its signatures; pages and signatures are counted as viewers would. */
function lookLeniently(pdf: Uint8Array, strict: Pdf | undefined, now: Date): Result<ValidationReport> {
  const file = strict ?? attempt(() => openAnyPdf(pdf, { mend: true }))
  if (file === undefined) return fail({ kind: 'malformed', what: 'file' })
  const locked = at(file.trailer, 'Encrypt') !== undefined
  const fields = attempt(() => listSignatureFields(file).filter((field) => field.signature !== undefined).length)
  const signed = (fields ?? 0) > 0 || Buffer.from(pdf.buffer, pdf.byteOffset, pdf.length).includes('/ByteRange')
  return ok({
    ...factsOf(pdf, now),
    pages: countPages(file),
    archival: null,
    verdict: signed ? 'unjudged' : 'unsigned',
    notes: [locked ? 'encrypted' : signed ? 'ambiguous' : 'damaged'],
    certified: null,
    signatures: [],
  })
}

const factsOf = (pdf: Uint8Array, now: Date) => ({
  hash: createHash('sha256').update(pdf).digest('hex'),
  bytes: pdf.length,
  checkedAt: now.toISOString(),
})

const countPages = (file: Pdf): number | null =>
  attempt(() => {
    let count = 0
    for (const _page of walkPages(file, () => undefined)) count += 1
    return count
  }) ?? null

function archivalOf(pdf: Uint8Array): ValidationReport['archival'] {
  const described = describePdf(pdf)
  const claim = described.ok ? described.value.pdfA : undefined
  return claim === undefined
    ? null
    : { claim: `${claim.part}${claim.conformance}`, holds: claim.part === 2 && checkPdfA(pdf).ok }
}

/** Signatures of reader programs (ISO 32000-1 12.8.2.3): no person's. */
function usageRightsOf(file: Pdf) {
  const permissions = attempt(() => asDictionary(file.look(at(findCatalog(file).dictionary, 'Perms'))))
  return ['UR', 'UR3'].map((key) => file.look(at(permissions, key))).filter(isDictionary)
}
