// The agency signs its own electronic copy of a paper (sao y, NĐ 30/2020/NĐ-CP Đ.25.1c), over the signature of who scanned it:
// one file says who made the capture and who answers for the copy. No number, no register, no officer.
// Never: a copy that nobody asks for any more, and never one that was not signed by who scanned it.
import { formatLegal } from '../../preload/contract/legal-time.ts'
import type { Audit } from '../audit/index.ts'
import { SPECIMEN } from '../certification/index.ts'
import type { AgencyCopyRule, DocumentRow, Documents } from '../document/index.ts'
import type { Unit } from '../operator/index.ts'
import type { Reader, Writer } from '../storage/index.ts'
import type { Rest } from './journal.ts'
import { drawnCopyMark } from './pades/index.ts'
import type { Line } from './steps.ts'

export interface CopySigningParts {
  readonly audit: Audit
  readonly documents: Documents
  readonly unit: Pick<Unit, 'agency'>
  /** Promises the finished file to the province, inside the filing transaction. `parent`: the file it continues. */
  readonly agencyCopyFiled: (w: Writer, document: DocumentRow, file: string, bytes: number, parent: string) => void
}

/** What waits for the agency: asked for, and signed by who scanned it. */
export const copiesToSign = (r: Reader, documents: Pick<Documents, 'agencyCopies'>): readonly DocumentRow[] =>
  documents.agencyCopies(r).filter((row) => row.scanSignedAt !== null && row.scanFile !== null)

/** Form of the copy, agency, time: the words of the dated entry, and in a unit of specimens that they are worth nothing. */
export function copyLines(rule: AgencyCopyRule, unit: Pick<Unit, 'agency' | 'specimen'>, at: Date): readonly Line[] {
  const mark = { form: rule.form, agency: unit.agency.name, time: formatLegal(at, 'iso') }
  const lines = drawnCopyMark(rule.lines, mark).lines.map(({ text, size, weight }): Line => ({ text, size, weight }))
  // On a line that stands there anyway: the mark covers as little of the page as it can.
  return unit.specimen
    ? lines.map((line, at) => (at === 0 ? { ...line, text: `${line.text} · ${SPECIMEN}` } : line))
    : lines
}

/** Inside the filing transaction; false: the wish was taken back meanwhile, and nothing is filed. */
export function fileAgencyCopy(
  parts: CopySigningParts,
  w: Writer,
  documentId: string,
  item: Rest,
  file: string,
  bytes: number,
): boolean {
  const { documents } = parts
  const asked = documents.find(w, documentId)
  if (asked === undefined || asked.agencyCopyAskedAt === null) return false
  const set = { agencyCopyFile: file, agencyCopySigner: parts.unit.agency.name, agencyCopySignedAt: item.signingAt }
  if (!documents.turn(w, documentId, ['made', 'delivered'], set)) return false
  parts.audit.append(w, {
    actor: 'program',
    event: 'signature.copy-filed',
    subject: documentId,
    detail: { file, parent: item.shownFile },
  })
  parts.agencyCopyFiled(w, { ...asked, ...set }, file, bytes, item.shownFile)
  return true
}
