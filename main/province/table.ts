import { primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** A file the province has confirmed, with its id there. A paper may have two: as who scanned signed it, and the agency's own copy. */
export const provinceFile = sqliteTable(
  'province_file',
  {
    documentId: text('document_id').notNull(),
    dossierId: text('dossier_id').notNull(),
    file: text('file').notNull(),
    fileId: text('file_id').notNull(),
    title: text('title').notNull(),
    deliveredAt: text('delivered_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.documentId, table.file] })],
)

/** What the province said last of a dossier. */
export const provinceDossier = sqliteTable('province_dossier', {
  dossierId: text('dossier_id').primaryKey(),
  provinceId: text('province_id').notNull(),
  code: text('code').notNull(),
  status: text('status', {
    enum: ['received', 'in-work', 'waiting-for-citizen', 'withdrawn', 'stopped', 'done', 'returned'],
  }).notNull(),
  at: text('at').notNull(),
})
