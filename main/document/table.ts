import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { MENDED } from '../../preload/contract/document.ts'

/** One paper of a dossier as PDF/A-2b. The file never changes; a new file is a new row. */
export const documentDocument = sqliteTable(
  'document_document',
  {
    id: text('id').primaryKey(),
    dossierId: text('dossier_id').notNull(),
    position: integer('position').notNull(),
    title: text('title').notNull(),
    /** Pages of the original: the base of the fee. */
    originalPages: integer('original_pages').notNull(),
    /** Pages of the file, with a page added for the attestation if there was no room. */
    filePages: integer('file_pages').notNull(),
    file: text('file').notNull(),
    bytes: integer('bytes').notNull(),
    copies: integer('copies').notNull(),
    fee: integer('fee').notNull(),
    feeSource: text('fee_source').notNull(),
    state: text('state', {
      enum: ['made', 'compared', 'reviewed', 'held', 'signing', 'certified', 'delivered', 'annulled'],
    }).notNull(),
    heldFor: text('held_for'),
    comparedBy: text('compared_by'),
    comparedByName: text('compared_by_name'),
    comparedAt: text('compared_at'),
    reviewedBy: text('reviewed_by'),
    reviewedAt: text('reviewed_at'),
    reviewMode: text('review_mode', { enum: ['each', 'sample', 'all'] }),
    certifiedCopy: integer('certified_copy', { mode: 'boolean' }).notNull(),
    fileName: text('file_name').notNull(),
    level: text('level', { enum: ['2b', '2u', 'none'] }).notNull(),
    /** `file`: a PDF that a person brought, certified as it is. */
    origin: text('origin', { enum: ['scan', 'file'] })
      .notNull()
      .default('scan'),
    /** The file as brought (SHA-256), the parent of `file` when it was mended or made longer; null: scanned here. */
    broughtFile: text('brought_file'),
    /** Why it was written anew: a word of MENDED; null: it was not. */
    mended: text('mended', { enum: MENDED }),
    /** JSON: words of CARRIED; null: nothing. */
    carried: text('carried'),
    /** JSON of `EarlierSignature[]`; null: nobody signed it before. */
    earlierSignatures: text('earlier_signatures'),
    /** The person who scanned it (người sao chụp), and the file with that person's signature. */
    scannedBy: text('scanned_by').notNull(),
    scannedByName: text('scanned_by_name').notNull(),
    scannedAt: text('scanned_at').notNull(),
    scanSignedAt: text('scan_signed_at'),
    scanFile: text('scan_file'),
    /** Sao y: who wanted the agency's own copy and when, the agency as it stands on it, and the file; null: not asked, not signed. */
    agencyCopyAskedBy: text('agency_copy_asked_by'),
    agencyCopyAskedAt: text('agency_copy_asked_at'),
    agencyCopySigner: text('agency_copy_signer'),
    agencyCopySignedAt: text('agency_copy_signed_at'),
    agencyCopyFile: text('agency_copy_file'),
    fields: text('fields', { enum: ['none', 'suggested', 'confirmed'] }).notNull(),
    fieldsBy: text('fields_by'),
    fieldsByName: text('fields_by_name'),
    fieldsAt: text('fields_at'),
    number: text('number'),
    copyFile: text('copy_file'),
    /** Of a book: its pages with information, as the clerk counted them with the original in hand. */
    countedPages: integer('counted_pages'),
    /** A secret paper: since then the files this row names are gone, or go at the next start. */
    purgedAt: text('purged_at'),
    createdAt: text('created_at').notNull(),
  },
  (table) => [
    index('document_dossier').on(table.dossierId),
    index('document_state').on(table.state),
    index('document_purged').on(table.purgedAt),
    index('document_agency_copy').on(table.agencyCopyAskedAt, table.agencyCopyFile),
  ],
)

/** What the clerk confirmed of a paper (TT 01/2023 Art. 9), with where it came from. */
export const documentField = sqliteTable(
  'document_field',
  {
    documentId: text('document_id')
      .notNull()
      .references(() => documentDocument.id),
    name: text('name').notNull(),
    value: text('value').notNull(),
    source: text('source', { enum: ['none', 'page', 'card', 'separator', 'typed'] }).notNull(),
    confidence: real('confidence').notNull(),
    /** JSON: page and place of the value, null when it stands on no page. */
    place: text('place'),
  },
  (table) => [primaryKey({ columns: [table.documentId, table.name] })],
)

/** Pages of a brought file that a person has opened and found equal to the original (đối chiếu). */
export const documentPageCompared = sqliteTable(
  'document_page_compared',
  {
    documentId: text('document_id')
      .notNull()
      .references(() => documentDocument.id),
    /** From 1. */
    page: integer('page').notNull(),
    /** Whoever confirms the whole must have ticked every page. */
    by: text('by').notNull(),
    /** The file that was shown (SHA-256). */
    file: text('file').notNull(),
    at: text('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.documentId, table.page, table.by] })],
)
