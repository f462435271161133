// Promises: every signature of a PDF judged as a stranger would: what it covers, whether it holds, whose it is, and
// what came after it.
// Never: an answer from the code that signs, a revocation check, or trust in anything that the caller did not give.
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { listSignatureFields, type SignatureField } from '../../workshop/pdf/form.ts'
import { readBox } from '../../workshop/pdf/pages.ts'
import { isWhite } from '../../workshop/pdf/tokens.ts'
import { asCount, asDictionary, asList, asName, asReference, asStream, at, textOf } from '../../workshop/pdf/values.ts'
import { type Begin, fromScratch } from './beginnings.ts'
import { broken, readingForeign } from './broken.ts'
import { isValidAt, judgePath, type PathVerdict } from './certificate-path.ts'
import { type CmsFindings, examineCms, type ReadCertificate, readCertificate } from './examine-cms.ts'
import { openPdf, type Pdf } from './file.ts'
import { findLaterChanges, type LaterChanges } from './later-changes.ts'
import { listPages } from './tree.ts'

export interface SignatureReport {
  readonly fieldName: string
  readonly subFilter: string
  /** DER; empty when the CMS cannot be read. */
  readonly signerCertificate: Uint8Array
  /** SHA-256 of the DER in hexadecimal, empty when there is none. */
  readonly fingerprint: string
  /** Common name of the signer. */
  readonly signerName: string
  /** The signature covers every byte of the file but its own value. */
  readonly coversWholeFile: boolean
  /** What it covers is a whole revision that already holds this signature. */
  readonly coversRevision: boolean
  /** The covered bytes are the signed ones and the signature value is the certificate's. */
  readonly integrity: boolean
  /** Path of the signer's certificate at the claimed time to one of the given roots; key usage included. */
  readonly chain: PathVerdict
  /** The certificate was valid at the claimed time; false without one. */
  readonly validAt: boolean
  /** Claimed time (/M). */
  readonly at: Date | null
  readonly laterChanges: LaterChanges
  /** A visible widget with an appearance stands on a page. */
  readonly widgetPresent: boolean
}

/** In the order of the form. `trust`: DER of the roots (or of intermediates that are trusted as such). `malformed file` when the file cannot be read, `malformed argument` for a root that is no certificate. */
export async function verifySignatures(
  pdf: Uint8Array,
  trust: readonly Uint8Array[],
  begin: Begin = fromScratch,
): Promise<Result<readonly SignatureReport[]>> {
  const roots = attempt(() => trust.map(readCertificate))
  if (roots === undefined) return fail({ kind: 'malformed', what: 'argument' })
  return readingForeign(() => {
    const file = openPdf(pdf)
    if (at(file.trailer, 'Encrypt') !== undefined) broken('encrypted')
    return ok(
      listSignatureFields(file).flatMap((field) =>
        field.signature === undefined ? [] : [reportOn(file, field, roots, begin)],
      ),
    )
  })
}

function reportOn(file: Pdf, field: SignatureField, roots: readonly ReadCertificate[], begin: Begin): SignatureReport {
  const subFilter = asName(file.look(at(field.signature, 'SubFilter'))) ?? ''
  const range = readByteRange(file, field)
  const findings = attempt(() => examine(file, field, range, subFilter, begin))
  const end = range === undefined ? -1 : range[2] + range[3]
  const revision = attempt(() => openRevision(file, field, end))
  const claimed = parseTime(textOf(file.look(at(field.signature, 'M'))))
  const signer = findings?.signer
  return {
    fieldName: field.name,
    subFilter,
    signerCertificate: signer?.der ?? new Uint8Array(),
    fingerprint: signer?.fingerprint ?? '',
    signerName: signer === undefined ? '' : commonName(signer),
    coversWholeFile: range !== undefined && end === file.bytes.length,
    coversRevision: revision !== undefined,
    integrity: findings?.sound ?? false,
    chain:
      findings === undefined
        ? 'incomplete'
        : (attempt(() => judgePath(findings.signer, findings.others, roots, claimed ?? new Date(0))) ?? 'untrusted'),
    validAt: signer !== undefined && claimed !== null && isValidAt(signer.fields, claimed),
    at: claimed,
    laterChanges: revision === undefined ? 'other' : findLaterChanges(revision, file),
    widgetPresent: attempt(() => hasVisibleWidget(file, field)) ?? false,
  }
}

export function attempt<T>(what: () => T): T | undefined {
  try {
    return what()
  } catch {
    return undefined
  }
}

export type ByteRange = readonly [number, number, number, number]

/** The byte range, when it leaves out exactly the hexadecimal string of Contents that stands in the gap. */
export function readByteRange(file: Pdf, field: SignatureField): ByteRange | undefined {
  const items = asList(file.look(at(field.signature, 'ByteRange')))?.map(asCount)
  const contents = field.contents
  if (items?.length !== 4 || contents === undefined || contents.source !== file.bytes || !contents.hexadecimal)
    return undefined
  const [start, first, second, rest] = items
  if (
    start !== 0 ||
    first === undefined ||
    second === undefined ||
    rest === undefined ||
    second + rest > file.bytes.length
  )
    return undefined
  const solid = contents.end - contents.start === contents.bytes.length * 2 + 2
  return solid && contents.start === first && contents.end === second ? [start, first, second, rest] : undefined
}

/** Digest of the covered bytes. */
export const digestOf = (
  { bytes }: Pdf,
  [, first, second, rest]: ByteRange,
  hash: string,
  begin: Begin = fromScratch,
): Uint8Array =>
  begin(hash, bytes, first)
    .update(bytes.subarray(second, second + rest))
    .digest()

function examine(
  file: Pdf,
  field: SignatureField,
  range: ByteRange | undefined,
  subFilter: string,
  begin: Begin,
): CmsFindings | undefined {
  if (field.contents === undefined) return undefined
  const known = subFilter === 'ETSI.CAdES.detached' || subFilter === 'adbe.pkcs7.detached'
  const digestBy = (hash: string): Uint8Array =>
    range === undefined || !known ? new Uint8Array() : digestOf(file, range, hash, begin)
  return examineCms(field.contents.bytes, digestBy, subFilter === 'ETSI.CAdES.detached')
}

/** The covered bytes as a file of their own, when they are one and already have the signature. */
export function openRevision(file: Pdf, field: SignatureField, end: number): Pdf | undefined {
  if (end <= 0) return undefined
  const revision = openPdf(file.bytes.subarray(0, end))
  if (revision.end < 0 || !revision.bytes.subarray(revision.end).every((byte) => isWhite(byte))) return undefined
  const held = listSignatureFields(revision).find((other) => other.name === field.name)
  return held?.contents !== undefined && held.contents.start === field.contents?.start ? revision : undefined
}

/** D:YYYYMMDDHHmmSS and an offset (7.9.4); without an offset UTC is assumed. */
export function parseTime(text: string | undefined): Date | null {
  const found = /^D:(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:Z|([+-])(\d{2})'(\d{2})?)?/.exec(text ?? '')
  if (found === null) return null
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number)
  const offset = (Number(found[8] ?? 0) * 60 + Number(found[9] ?? 0)) * (found[7] === '-' ? -1 : 1)
  const time = Date.UTC(year, month - 1, day, hour, minute - offset, second)
  return Number.isFinite(time) ? new Date(time) : null
}

function commonName(certificate: ReadCertificate): string {
  const named = certificate.fields.subject.typesAndValues.filter((part) => part.type === '2.5.4.3').at(-1)
  const value: unknown = named?.value.valueBlock.value
  return typeof value === 'string' ? value : ''
}

function hasVisibleWidget(file: Pdf, field: SignatureField): boolean {
  const listed = new Set(
    listPages(file).flatMap((page) =>
      (asList(file.look(at(page.dictionary, 'Annots'))) ?? []).flatMap((item) => asReference(item)?.object ?? []),
    ),
  )
  return field.widgets.some((reference) => {
    const widget = asDictionary(file.look(reference))
    const box = readBox(file.look, at(widget, 'Rect'))
    const hidden = ((asCount(file.look(at(widget, 'F'))) ?? 0) & (2 | 32)) !== 0
    const face = asStream(file.look(at(asDictionary(file.look(at(widget, 'AP'))), 'N')))
    return (
      listed.has(reference.object) &&
      !hidden &&
      face !== undefined &&
      box !== undefined &&
      box[2] > box[0] &&
      box[3] > box[1]
    )
  })
}
