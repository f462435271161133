import { sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** A file the province has confirmed, with its id there. */
export const provinceFile = sqliteTable('province_file', {
  documentId: text('document_id').primaryKey(),
  dossierId: text('dossier_id').notNull(),
  file: text('file').notNull(),
  fileId: text('file_id').notNull(),
  title: text('title').notNull(),
  deliveredAt: text('delivered_at').notNull(),
})

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
