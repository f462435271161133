import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** A person who may sit at this counter. Never deleted: the audit names them. */
export const operatorAccount = sqliteTable('operator_account', {
  id: text('id').primaryKey(),
  login: text('login').notNull().unique(),
  name: text('name').notNull(),
  /** JSON array of roles. */
  roles: text('roles').notNull(),
  /** scrypt, as `n:r:p:salt:hash` (base64). */
  password: text('password').notNull(),
  enabled: integer('enabled', { mode: 'boolean' }).notNull(),
  createdAt: text('created_at').notNull(),
})

/** What this station remembers about itself. */
export const operatorSetting = sqliteTable('operator_setting', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
})
