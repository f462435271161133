import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** A batch that was begun: who signs what was shown, and where its report is. */
export const signatureBatch = sqliteTable('signature_batch', {
  id: text('id').primaryKey(),
  role: text('role', { enum: ['officer', 'agency', 'scanner', 'copy'] }).notNull(),
  listCode: text('list_code').notNull(),
  /** Account that began it. */
  by: text('by').notNull(),
  signer: text('signer').notNull(),
  signerTitle: text('signer_title').notNull(),
  /** Of the officer: number and day of the decision. */
  authority: text('authority').notNull(),
  /** What the report says of the certificate: JSON. */
  certificate: text('certificate').notNull(),
  beganAt: text('began_at').notNull(),
  endedAt: text('ended_at'),
  state: text('state', { enum: ['running', 'paused', 'finished'] }).notNull(),
  /** Documents in the order they were shown, each with the file that was shown: JSON. */
  list: text('list').notNull(),
  /** The report (SHA-256), and whether it is signed. */
  reportFile: text('report_file'),
  reportSigned: integer('report_signed', { mode: 'boolean' }).notNull(),
  reportAt: text('report_at'),
})
