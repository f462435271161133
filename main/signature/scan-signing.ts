// The personal signature of the person who scanned a paper (người thực hiện số hóa, TT 01/2023/TT-VPCP Đ.8): on a copy of the
// capture, never on the capture itself, from which certified copies start. No number and no register are touched.
import type { Caller } from '../../preload/contract/border.ts'
import { formatLegal } from '../../preload/contract/legal-time.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Audit } from '../audit/index.ts'
import type { DocumentRow, Documents } from '../document/index.ts'
import { legalDay } from '../dossier/index.ts'
import type { Reader, Storage, Vault, Writer } from '../storage/index.ts'
import type { Workshop } from '../workshop/index.ts'
import { findItem, type ItemRow, preparedOf, startItem } from './journal.ts'
import type { Prepared, Signer } from './pades/index.ts'
import type { Line, SigningJobs } from './steps.ts'

export interface ScanSigningParts {
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly documents: Documents
  readonly work: Pick<Workshop<SigningJobs>, 'run'>
  readonly fontFolder: string
  readonly place: string
  readonly now: () => Date
  readonly scanFiled: (w: Writer, document: DocumentRow, file: string, bytes: number) => void
}

/** What waits for this person's signature: papers of the dossier (no certified copies) that they scanned. */
export const scansToSign = (r: Reader, documents: Documents, caller: Caller): readonly DocumentRow[] =>
  documents
    .inStates(r, ['made'])
    .filter((row) => !row.certifiedCopy && row.scanSignedAt === null && row.scannedBy === caller.operatorId)

/** Name of who scanned and time of the capture, as the circular wants them shown. */
export const scanLines = (document: Pick<DocumentRow, 'scannedByName' | 'scannedAt'>): readonly Line[] => [
  { text: `Người sao chụp: ${document.scannedByName}`, size: 7, weight: 'regular' },
  { text: `Thời gian: ${formatLegal(new Date(document.scannedAt), 'iso')}`, size: 7, weight: 'regular' },
]

export async function prepareScan(
  parts: ScanSigningParts,
  documentId: string,
  signing: {
    readonly caller: Caller
    readonly fingerprint: string
    readonly signer: Signer
    readonly signerName: string
  },
): Promise<Result<Prepared>> {
  const { storage, vault, now } = parts
  const { document, known } = storage.read((r) => ({
    document: parts.documents.find(r, documentId),
    known: findItem(r, documentId),
  }))
  if (document === undefined || document.scanSignedAt !== null) return fail({ kind: 'stale' })
  const at = now()
  const kept = known === undefined ? null : preparedOf(known)
  if (
    known?.state === 'scanner-prepared' &&
    kept !== null &&
    known.officerFingerprint === signing.fingerprint &&
    legalDay(new Date(known.signingAt)) === legalDay(at)
  )
    return ok(kept)
  const pdf = vault.get(document.file)
  if (!pdf.ok) return pdf
  const lines = scanLines(document)
  const made = await parts.work.run('prepareScanner', {
    pdf: pdf.value,
    fontFolder: parts.fontFolder,
    signer: signing.signer,
    at,
    lines,
    name: signing.signerName,
    location: parts.place,
  })
  if (!made.ok) return made
  storage.write((w) => {
    startItem(w, {
      state: 'scanner-prepared',
      documentId,
      shownFile: document.file,
      lines,
      place: made.value.place,
      fingerprint: signing.fingerprint,
      signer: signing.signer,
      at,
      prepared: made.value.prepared,
    })
    parts.audit.append(w, {
      actor: signing.caller.operatorId,
      event: 'signature.scan-prepared',
      subject: documentId,
      detail: { shown: document.file },
    })
  })
  return ok(made.value.prepared)
}

/** Inside the filing transaction. */
export function fileScan(
  parts: ScanSigningParts,
  w: Writer,
  document: DocumentRow,
  item: ItemRow,
  file: string,
  bytes: number,
): void {
  parts.documents.turn(w, document.id, ['made'], { scanFile: file, scanSignedAt: item.signingAt })
  parts.audit.append(w, { actor: 'program', event: 'signature.scan-filed', subject: document.id, detail: { file } })
  parts.scanFiled(w, document, file, bytes)
}
