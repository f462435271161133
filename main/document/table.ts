import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

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
      enum: ['made', 'compared', 'reviewed', 'held', 'signing', 'certified', 'delivered'],
    }).notNull(),
    heldFor: text('held_for'),
    comparedBy: text('compared_by'),
    comparedByName: text('compared_by_name'),
    comparedAt: text('compared_at'),
    reviewedBy: text('reviewed_by'),
    reviewedAt: text('reviewed_at'),
    number: text('number'),
    copyFile: text('copy_file'),
    createdAt: text('created_at').notNull(),
  },
  (table) => [index('document_dossier').on(table.dossierId), index('document_state').on(table.state)],
)
