// Promises: everything a file brings for its own judgement: its signatures and time stamps in the order they were made, and the proofs
// it keeps. Never: a judgement; what cannot be read is undefined.
import {
  type FieldLock,
  fieldsLockedBy,
  listSignatureFields,
  readSecurityStore,
  type SignatureField,
} from '../../workshop/pdf/form.ts'
import { asName, at, type Stream, spanOf, textOf } from '../../workshop/pdf/values.ts'
import { type CmsFindings, examineCms, type ReadCertificate, readCertificate } from '../pades/examine-cms.ts'
import type { Pdf } from '../pades/file.ts'
import { partsOf } from '../pades/read-der.ts'
import { examineTimestamp, FROM_FILE, type Timestamp } from '../pades/timestamp-token.ts'
import { attempt, type ByteRange, digestOf, openRevision, parseTime, readByteRange } from '../pades/verify.ts'
import type { Proofs } from './revocation.ts'

export interface ReadSignature {
  readonly field: SignatureField
  readonly subFilter: string
  readonly kind: 'signature' | 'timestamp'
  readonly range: ByteRange | undefined
  /** Where the covered bytes end, -1 when that is not known. */
  readonly end: number
  /** The file as it was signed. */
  readonly revision: Pdf | undefined
  readonly findings: CmsFindings | undefined
  /** Of a document time stamp. */
  readonly stamp: Timestamp | undefined
  readonly claimedAt: Date | null
  readonly lock: FieldLock | undefined
  /** Shares its name, its value or its place with another one. */
  readonly claimedTwice: boolean
}

const MOST_PROOFS = 200
const STAMP = 'ETSI.RFC3161'
const REVOCATION_ARCHIVE = '1.2.840.113583.1.1.8'

/** Oldest first; those without a known place last. */
export function readSignatures(
  file: Pdf,
  trust: readonly ReadCertificate[],
  proofs: Proofs,
  most: number,
): readonly ReadSignature[] {
  const filled = listSignatureFields(file).filter((field) => field.signature !== undefined)
  return filled
    .slice(0, most)
    .map((field) => readOne(file, field, trust, proofs, filled))
    .sort((a, b) => (a.end < 0 ? Number.MAX_SAFE_INTEGER : a.end) - (b.end < 0 ? Number.MAX_SAFE_INTEGER : b.end))
}

function readOne(
  file: Pdf,
  field: SignatureField,
  trust: readonly ReadCertificate[],
  proofs: Proofs,
  all: readonly SignatureField[],
): ReadSignature {
  const signature = field.signature ?? new Map()
  const subFilter = asName(file.look(at(signature, 'SubFilter'))) ?? ''
  const range = attempt(() => readByteRange(file, field))
  const end = range === undefined ? -1 : range[2] + range[3]
  const digestBy = (hash: string): Uint8Array => (range === undefined ? new Uint8Array() : digestOf(file, range, hash))
  const contents = field.contents?.bytes ?? new Uint8Array()
  const expected = { ...FROM_FILE, digestBy, known: proofs.certificates, trust }
  const stamp = subFilter === STAMP ? attempt(() => examineTimestamp(contents, expected)) : undefined
  const others = all.filter((other) => other !== field)
  return {
    field,
    subFilter,
    kind: subFilter === STAMP ? 'timestamp' : 'signature',
    range,
    end,
    revision: attempt(() => openRevision(file, field, end)),
    findings:
      subFilter === STAMP ? stamp : attempt(() => examineCms(contents, digestBy, subFilter === 'ETSI.CAdES.detached')),
    stamp,
    claimedAt: parseTime(textOf(file.look(at(signature, 'M')))),
    lock: attempt(() => fieldsLockedBy(file, signature)) ?? field.lock,
    claimedTwice: others.some(
      (other) =>
        other.name === field.name ||
        (other.signatureNumber !== undefined && other.signatureNumber === field.signatureNumber) ||
        (other.contents !== undefined && other.contents.start === field.contents?.start),
    ),
  }
}

export const NO_PROOFS: Proofs = { certificates: [], ocsps: [], lists: [] }

/** The security store (ISO 32000-2 12.8.4.3) of the file as it stands. */
export function proofsOfStore(file: Pdf): Proofs {
  const store = attempt(() => readSecurityStore(file))
  const bytes = (streams: readonly Stream[]): readonly Uint8Array[] =>
    streams.slice(0, MOST_PROOFS).flatMap((stream) => attempt(() => new Uint8Array(file.decode(stream))) ?? [])
  if (store === undefined) return NO_PROOFS
  return {
    certificates: bytes(store.certificates).flatMap((der) => attempt(() => readCertificate(der)) ?? []),
    ocsps: bytes(store.ocsps),
    lists: bytes(store.crls),
  }
}

/** What a CMS itself brings: lists beside the certificates, and Adobe's archive among the signed attributes (ISO 32000-1 12.8.3.3.2). */
export function proofsOfCms({ cms, info, others }: CmsFindings): Proofs {
  const archive = info.attribute(REVOCATION_ARCHIVE)
  const inside = (tag: number): readonly Uint8Array[] =>
    attempt(() =>
      partsOf(
        partsOf(
          partsOf(archive).find((part) => part.tag === tag),
          tag,
        )[0],
      )
        .slice(0, MOST_PROOFS)
        .map(({ whole }) => whole),
    ) ?? []
  return { certificates: others, ocsps: inside(0xa1), lists: [...cms.lists, ...inside(0xa0)] }
}

export const joined = (...all: readonly Proofs[]): Proofs => ({
  certificates: all.flatMap((one) => one.certificates).slice(0, MOST_PROOFS),
  ocsps: all.flatMap((one) => one.ocsps),
  lists: all.flatMap((one) => one.lists),
})

/** Byte ranges that stand outside every signature of the form: signatures that no field shows. */
export function hasStraySignature(
  file: Pdf,
  signatures: readonly ReadSignature[],
  more: readonly ReadonlyMap<string, unknown>[],
): boolean {
  const spans = [...signatures.flatMap(({ field }) => field.signature ?? []), ...more].flatMap(
    (dictionary) => spanOf(dictionary as never) ?? [],
  )
  const bytes = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.length)
  let seen = 0
  for (
    let place = bytes.indexOf('/ByteRange');
    place >= 0 && seen < 1000;
    place = bytes.indexOf('/ByteRange', place + 10)
  ) {
    seen += 1
    if (!spans.some(({ source, start, end }) => source === file.bytes && start <= place && place < end)) return true
  }
  return false
}
