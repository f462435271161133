// What the province is promised: the parcel of each fact, put by the transaction that makes the fact. The other end is push.ts.
// It decides nothing: which fact it is, the station says.
import type { DocumentRow, Documents } from '../document/index.ts'
import type { Dossiers } from '../dossier/index.ts'
import type { Outbox } from '../outbox/index.ts'
import type { Writer } from '../storage/index.ts'
import type { AnnulledBody, CopyBody, EvidenceBody, PaperBody, ReturnedBody } from './push.ts'
import { nameOfCopy } from './push-papers.ts'

export interface Promises {
  paper(w: Writer, document: DocumentRow, file: string, bytes: number): void
  /** The agency's own copy of that paper (sao y), beside `parent`, the paper as who scanned signed it. */
  agencyCopy(w: Writer, document: DocumentRow, file: string, bytes: number, parent: string): void
  copy(w: Writer, document: DocumentRow, file: string, bytes: number): void
  /** The copy's file with its timestamp, which names the one it continues. */
  evidence(
    w: Writer,
    document: DocumentRow,
    added: Pick<EvidenceBody, 'file' | 'bytes' | 'parent' | 'level'> & { readonly at: Date },
  ): void
  annulled(
    w: Writer,
    document: DocumentRow,
    act: Pick<AnnulledBody, 'number' | 'decision' | 'decidedOn' | 'reason' | 'at'>,
  ): void
  returned(w: Writer, dossierId: string): void
}

export function openPromises(parts: {
  readonly outbox: Pick<Outbox, 'put'>
  readonly dossiers: Pick<Dossiers, 'find'>
  readonly documents: Pick<Documents, 'of'>
  /** Who speaks: the unit. */
  readonly person: string
  readonly now: () => Date
}): Promises {
  const { outbox, dossiers, documents, person } = parts
  const laneOf = (w: Writer, dossierId: string) => ({
    lane: dossierId,
    laneName: dossiers.find(w, dossierId)?.provisionalCode ?? dossierId,
  })
  const moment = (): string => parts.now().toISOString()
  const copyOf = (document: DocumentRow, file: string, bytes: number): CopyBody => {
    const { dossierId, id: documentId, title, number } = document
    return { dossierId, documentId, title, number: number ?? '', file, bytes, person, at: moment() }
  }
  return {
    paper: (w, document, file, bytes) => {
      const { dossierId, id: documentId, title, fileName, scannedByName } = document
      const body: PaperBody = {
        ...{ dossierId, documentId, title, fileName, file, bytes },
        ...{ person: scannedByName, at: moment() },
      }
      outbox.put(w, { ...laneOf(w, dossierId), kind: 'paper', body, files: [{ hash: file, bytes }] })
    },
    agencyCopy: (w, document, file, bytes, parent) => {
      const { dossierId, id: documentId, title, fileName, agencyCopySigner: agency } = document
      const body: PaperBody = {
        ...{ dossierId, documentId, title, file, bytes, parent },
        fileName: nameOfCopy(fileName),
        ...{ person, at: moment(), agencyCopyBy: agency ?? person },
      }
      outbox.put(w, { ...laneOf(w, dossierId), kind: 'paper', body, files: [{ hash: file, bytes }] })
    },
    copy: (w, document, file, bytes) => {
      const body = copyOf(document, file, bytes)
      outbox.put(w, { ...laneOf(w, document.dossierId), kind: 'copy', body, files: [{ hash: file, bytes }] })
    },
    evidence: (w, document, { file, bytes, parent, level, at }) => {
      const body: EvidenceBody = { ...copyOf(document, file, bytes), parent, level, stampedAt: at.toISOString() }
      outbox.put(w, { ...laneOf(w, document.dossierId), kind: 'evidence', body, files: [{ hash: file, bytes }] })
    },
    annulled: (w, document, { number, decision, decidedOn, reason, at }) => {
      const { dossierId, id: documentId, title } = document
      const body: AnnulledBody = { dossierId, documentId, title, number, decision, decidedOn, reason, person, at }
      outbox.put(w, { ...laneOf(w, dossierId), kind: 'annulled', body, files: [] })
    },
    returned: (w, dossierId) => {
      const fee = documents.of(w, dossierId).reduce((sum, one) => sum + one.fee, 0)
      const body: ReturnedBody = { dossierId, person, at: moment(), fee }
      outbox.put(w, { ...laneOf(w, dossierId), kind: 'returned', body, files: [] })
    },
  }
}
