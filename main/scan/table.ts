import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** One page as the scanner gave it. The file never changes; what the clerk does to it are columns. */
export const scanPage = sqliteTable(
  'scan_page',
  {
    id: text('id').primaryKey(),
    dossierId: text('dossier_id').notNull(),
    position: integer('position').notNull(),
    file: text('file').notNull(),
    bytes: integer('bytes').notNull(),
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    dpi: integer('dpi').notNull(),
    rotation: integer('rotation').notNull(),
    startsPaper: integer('starts_paper', { mode: 'boolean' }).notNull(),
    removed: integer('removed', { mode: 'boolean' }).notNull(),
    /** The document it became part of. */
    documentId: text('document_id'),
    scannedAt: text('scanned_at').notNull(),
    scannedBy: text('scanned_by').notNull(),
  },
  (table) => [index('scan_page_dossier').on(table.dossierId)],
)
