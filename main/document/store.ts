// Queries of the document station.
import { and, asc, eq, inArray, isNotNull, isNull, notInArray, sql } from 'drizzle-orm'
import type { BroughtFacts, Document, EarlierSignature } from '../../preload/contract/document.ts'
import { findDossier } from '../dossier/index.ts'
import type { Looks, Reader, Writer } from '../storage/index.ts'
import { documentDocument } from './table.ts'

export type DocumentRow = typeof documentDocument.$inferSelect
export type DocumentState = DocumentRow['state']

const byId = (db: Looks) =>
  db
    .select()
    .from(documentDocument)
    .where(eq(documentDocument.id, sql.placeholder('id')))
    .prepare()
export const findDocument = (r: Reader | Writer, id: string): DocumentRow | undefined => r.kept(byId).get({ id })

const OVER = ['certified', 'delivered', 'annulled'] as const
const openIn = (db: Looks) =>
  db
    .select({ id: documentDocument.id })
    .from(documentDocument)
    .where(and(eq(documentDocument.dossierId, sql.placeholder('id')), notInArray(documentDocument.state, [...OVER])))
    .limit(1)
    .prepare()
/** Nothing of this dossier is still to be certified. */
export const allOver = (r: Reader | Writer, dossierId: string): boolean =>
  r.kept(openIn).get({ id: dossierId }) === undefined

export const documentsOf = (r: Reader | Writer, dossierId: string): readonly DocumentRow[] =>
  r
    .select()
    .from(documentDocument)
    .where(eq(documentDocument.dossierId, dossierId))
    .orderBy(asc(documentDocument.position))
    .all()

export const documentsIn = (r: Reader | Writer, states: readonly DocumentState[]): readonly DocumentRow[] =>
  r
    .select()
    .from(documentDocument)
    .where(inArray(documentDocument.state, [...states]))
    .orderBy(asc(documentDocument.createdAt), asc(documentDocument.position))
    .all()

/** Papers of dossiers that the agency shall sign as its copy and has not, those first that were asked for first. */
export const agencyCopiesIn = (r: Reader | Writer): readonly DocumentRow[] =>
  r
    .select()
    .from(documentDocument)
    .where(
      and(
        isNotNull(documentDocument.agencyCopyAskedAt),
        isNull(documentDocument.agencyCopyFile),
        isNull(documentDocument.purgedAt),
      ),
    )
    .orderBy(asc(documentDocument.agencyCopyAskedAt), asc(documentDocument.position))
    .all()

/** Changes a document only from a state it may come from; false when somebody else was quicker. */
export function turnDocument(
  w: Writer,
  id: string,
  from: readonly DocumentState[],
  set: Partial<DocumentRow>,
): boolean {
  return (
    w
      .update(documentDocument)
      .set(set)
      .where(and(eq(documentDocument.id, id), inArray(documentDocument.state, [...from])))
      .run().changes === 1
  )
}

export const earlierOf = (row: DocumentRow): readonly EarlierSignature[] =>
  row.earlierSignatures === null ? [] : (JSON.parse(row.earlierSignatures) as EarlierSignature[])

function broughtFacts(row: DocumentRow): BroughtFacts | null {
  if (row.broughtFile === null) return null
  return {
    file: row.broughtFile,
    mended: row.mended,
    addedPage: row.filePages > row.originalPages,
    carried: row.carried === null ? [] : (JSON.parse(row.carried) as BroughtFacts['carried']),
    earlier: [...earlierOf(row)],
  }
}

function agencyCopyOf(row: DocumentRow): Document['agencyCopy'] {
  const { agencyCopyAskedAt: at, agencyCopyAskedBy: by } = row
  if (at === null) return null
  const { agencyCopySignedAt: signedAt, agencyCopySigner: signer, agencyCopyFile: file } = row
  const signed = signedAt === null || file === null ? null : { by: signer ?? '', at: signedAt, file }
  return { by: by ?? '', at, signed }
}

export function viewOf(r: Reader | Writer, row: DocumentRow, book: Document['book']): Document {
  const dossier = findDossier(r, row.dossierId)
  return {
    id: row.id,
    dossierId: row.dossierId,
    dossierCode: dossier?.code ?? dossier?.provisionalCode ?? '',
    citizenName: dossier?.citizenName ?? '',
    title: row.title,
    pages: row.originalPages,
    file: row.file,
    bytes: row.bytes,
    copies: row.copies,
    fee: row.fee,
    feeSource: row.feeSource,
    compared: row.comparedAt === null ? null : { by: row.comparedByName ?? '', at: row.comparedAt },
    state: row.state,
    certifiedCopy: row.certifiedCopy,
    fileName: row.fileName,
    level: row.level,
    brought: broughtFacts(row),
    scannedBy: row.scannedByName,
    scanSigned:
      row.scanSignedAt === null || row.scanFile === null ? null : { at: row.scanSignedAt, file: row.scanFile },
    agencyCopy: agencyCopyOf(row),
    fields: row.fields,
    heldFor: row.heldFor,
    number: row.number,
    copyFile: row.copyFile,
    purged: row.purgedAt !== null,
    book,
  }
}
