import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** One promise to the province. Its body and files never change; only its progress does. */
export const outboxParcel = sqliteTable('outbox_parcel', {
  seq: integer('seq').primaryKey({ autoIncrement: true }),
  /** Also the idempotency key. */
  id: text('id').notNull().unique(),
  /** The dossier; order inside a lane is kept. */
  lane: text('lane').notNull(),
  laneName: text('lane_name').notNull(),
  kind: text('kind', { enum: ['dossier', 'paper', 'copy', 'evidence', 'annulled', 'returned'] }).notNull(),
  body: text('body').notNull(),
  bodyHash: text('body_hash').notNull(),
  /** JSON array of vault hashes. */
  files: text('files').notNull(),
  bytes: integer('bytes').notNull(),
  createdAt: text('created_at').notNull(),
  state: text('state', { enum: ['waiting', 'sending', 'delivered', 'needs-a-person'] }).notNull(),
  tries: integer('tries').notNull(),
  notBefore: text('not_before'),
  failure: text('failure'),
  /** Where a resumable upload goes on (tus), by file hash: JSON object. */
  uploads: text('uploads').notNull(),
  provinceId: text('province_id'),
  deliveredAt: text('delivered_at'),
})
