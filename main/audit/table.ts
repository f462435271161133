import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** One thing that happened. Rows are only added; triggers refuse change and removal. */
export const auditEntry = sqliteTable('audit_entry', {
  seq: integer('seq').primaryKey(),
  at: text('at').notNull(),
  actor: text('actor').notNull(),
  event: text('event').notNull(),
  subject: text('subject').notNull(),
  detail: text('detail').notNull(),
  hash: text('hash').notNull(),
})

/** Where the chain ends, sealed: a dropped last row is found too. */
export const auditHead = sqliteTable('audit_head', {
  id: integer('id').primaryKey(),
  seq: integer('seq').notNull(),
  hash: text('hash').notNull(),
  seal: text('seal').notNull(),
})
