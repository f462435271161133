// What is left of a document when nothing of it may be kept: the row of a secret paper (pages, title, who, when, hash), or nothing
// of a file that nobody compared yet. Files go when the transaction is over; this decides nothing.
import { eq, isNotNull } from 'drizzle-orm'
import type { Reader, Writer } from '../storage/index.ts'
import { documentDocument, documentField, documentPageCompared } from './table.ts'

/** In the caller's transaction: the row stays, what was read and confirmed of the paper does not. */
export function purgeDocument(w: Writer, documentId: string, at: Date): void {
  w.delete(documentField).where(eq(documentField.documentId, documentId)).run()
  w.update(documentDocument)
    .set({ purgedAt: at.toISOString(), fields: 'none', fieldsBy: null, fieldsByName: null, fieldsAt: null })
    .where(eq(documentDocument.id, documentId))
    .run()
}

/** In the caller's transaction: a document that was made and nothing more. The audit keeps that it was. */
export function eraseDocument(w: Writer, documentId: string): void {
  w.delete(documentPageCompared).where(eq(documentPageCompared.documentId, documentId)).run()
  w.delete(documentField).where(eq(documentField.documentId, documentId)).run()
  w.delete(documentDocument).where(eq(documentDocument.id, documentId)).run()
}

const columns = {
  file: documentDocument.file,
  copy: documentDocument.copyFile,
  scan: documentDocument.scanFile,
  agencyCopy: documentDocument.agencyCopyFile,
  brought: documentDocument.broughtFile,
}
type Named = { readonly [K in keyof typeof columns]: string | null }
const hashes = (rows: readonly Named[]): readonly string[] =>
  rows.flatMap((row) => [row.file, row.copy, row.scan, row.agencyCopy, row.brought].filter((file) => file !== null))

/** Vault hashes of every document; of secret papers only those they had, and only when asked for. */
export function documentFiles(r: Reader, which: 'kept' | 'purged'): readonly string[] {
  const rows = r.select({ ...columns, purged: documentDocument.purgedAt }).from(documentDocument)
  return which === 'purged'
    ? hashes(rows.where(isNotNull(documentDocument.purgedAt)).all())
    : hashes(rows.all().filter((row) => row.purged === null))
}
