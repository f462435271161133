import { sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** What identified the citizen of a dossier: the judged identity and the raw evidence, to be judged again later. */
export const cardReading = sqliteTable('card_reading', {
  id: text('id').primaryKey(),
  dossierId: text('dossier_id').notNull(),
  at: text('at').notNull(),
  identity: text('identity').notNull(),
  /** JSON: files as base64; null when only the QR or typed data were used. */
  evidence: text('evidence'),
})
