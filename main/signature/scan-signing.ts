// The personal signature of the person who scanned a paper (người thực hiện số hóa, TT 01/2023/TT-VPCP Đ.8): on a copy of the
// capture, never on the capture itself, from which certified copies start. No number and no register are touched.
import type { Caller } from '../../preload/contract/border.ts'
import { formatLegal } from '../../preload/contract/legal-time.ts'
import type { Audit } from '../audit/index.ts'
import type { DocumentRow, Documents } from '../document/index.ts'
import type { Reader, Writer } from '../storage/index.ts'
import type { Rest } from './journal.ts'
import type { Line } from './steps.ts'

export interface ScanSigningParts {
  readonly audit: Audit
  readonly documents: Documents
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

/** Inside the filing transaction. */
export function fileScan(
  parts: ScanSigningParts,
  w: Writer,
  document: DocumentRow,
  item: Rest,
  file: string,
  bytes: number,
): void {
  parts.documents.turn(w, document.id, ['made'], { scanFile: file, scanSignedAt: item.signingAt })
  parts.audit.append(w, { actor: 'program', event: 'signature.scan-filed', subject: document.id, detail: { file } })
  parts.scanFiled(w, document, file, bytes)
}
