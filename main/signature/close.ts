// Behind the token: the value goes into its place, a stranger's eyes look at the whole file, and what is right is filed.
// Nothing that fails here leaves; what was closed already is left as it is.
import type { Writer } from '../storage/index.ts'
import { type EngineParts, failed, type Step } from './batch.ts'
import { fileAgencyCopy } from './copy-signing.ts'
import { COPY_FIELD } from './copy-step.ts'
import type { Closed } from './jobs.ts'
import { findItem, findRest, type ItemRow, type Made, madeOf, type Rest, setItem } from './journal.ts'
import { fileScan } from './scan-signing.ts'
import { AGENCY_FIELD, OFFICER_FIELD, SCANNER_FIELD } from './steps.ts'

const DONE = { prepared: null, value: null, signer: null, failure: null }

/** What the sitting still has in its hands: the row has it too, for the program that comes after this one. */
export interface InHand extends Made {
  /** What the officer's signature appended, where the agency signed after it. */
  readonly tail: Uint8Array | null
}
function inRow(row: ItemRow | undefined): InHand | null {
  const made = row === undefined ? null : madeOf(row)
  return made === null || row === undefined
    ? null
    : { ...made, tail: row.state === 'agency-signed' ? row.officerTail : null }
}

/** From signed to closed (officer) or filed (agency, who scanned, or the agency on its own copy). `soon` makes the change durable. */
export async function closeDocument(
  parts: EngineParts,
  documentId: string,
  soon: (change: (w: Writer) => void) => Promise<void>,
  inHand: InHand | null = null,
): Promise<Step<void>> {
  const { known, document, made } = parts.storage.read((r) => ({
    known: findRest(r, documentId),
    document: parts.documents.find(r, documentId),
    made: inHand ?? inRow(findItem(r, documentId)),
  }))
  // Somebody else closed it meanwhile: nothing is left to do.
  if (known !== undefined && !known.state.endsWith('-signed')) return { ok: true, value: undefined }
  if (known === undefined || document === undefined || made === null) return failed({ kind: 'stale' }, false)
  const agency = known.state === 'agency-signed'
  const scanned = known.state === 'scanner-signed'
  const copied = known.state === 'copy-signed'
  const first = { field: scanned || copied ? SCANNER_FIELD : OFFICER_FIELD, fingerprint: known.officerFingerprint }
  const second = { field: copied ? COPY_FIELD : AGENCY_FIELD, fingerprint: known.agencyFingerprint ?? '' }
  const base = parts.vault.reading(known.shownFile)
  if (!base.ok) return failed(base.failure)
  const last = agency || scanned || copied
  const closed = await parts.work.run(
    'closeSigning',
    { file: base.value, tail: made.tail },
    made.prepared,
    made.value,
    made.signer,
    {
      signers: agency || copied ? [first, second] : [first],
      trust: parts.trust,
      signedBefore: document.earlierSignatures === null ? null : document.bytes,
      // Looked at when the file is whole: what leaves is judged, not what still waits for a seal.
      archival: last && document.level !== 'none',
    },
    last ? parts.vault.writing() : null,
  )
  if (!closed.ok) return failed(closed.failure)
  const { file } = closed.value
  if (last && file === null) return failed({ kind: 'bug', ref: documentId })
  let isWanted = true
  await soon((w) => {
    if (findRest(w, documentId)?.state !== known.state) return
    if (file === null) keepTail(parts, w, known, closed.value)
    else if (copied) {
      isWanted = fileAgencyCopy(parts, w, documentId, known, file, closed.value.bytes)
      if (isWanted) setItem(w, documentId, { ...DONE, state: 'filed', file })
    } else {
      setItem(w, documentId, { ...DONE, officerTail: null, state: 'filed', file })
      if (scanned) fileScan(parts, w, document, known, file, closed.value.bytes)
      else fileCopy(parts, w, known, file, closed.value.bytes)
    }
  })
  if (!isWanted) return failed({ kind: 'stale' }, false)
  parts.moved(documentId, last ? 'filed' : 'officer-closed', null)
  return { ok: true, value: undefined }
}

function keepTail(parts: EngineParts, w: Writer, known: Rest, closed: Closed): void {
  setItem(w, known.documentId, { ...DONE, state: 'officer-closed', officerTail: Buffer.from(closed.tail) })
  parts.audit.append(w, { actor: 'program', event: 'signature.officer-closed', subject: known.documentId })
}

/** Register, document, audit and parcel: one transaction. */
function fileCopy(parts: EngineParts, w: Writer, known: Rest, file: string, bytes: number): void {
  const { documentId } = known
  parts.certifications.certified(w, documentId, new Date(known.attestedAt))
  parts.documents.turn(w, documentId, ['signing'], { state: 'certified', copyFile: file })
  parts.audit.append(w, { actor: 'program', event: 'signature.filed', subject: documentId, detail: { file } })
  const document = parts.documents.find(w, documentId)
  if (document !== undefined) parts.filed(w, document, file, bytes)
}
