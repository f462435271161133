import { integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** One citizen's business (hồ sơ). */
export const dossierDossier = sqliteTable(
  'dossier_dossier',
  {
    id: text('id').primaryKey(),
    provisionalCode: text('provisional_code').notNull().unique(),
    day: text('day').notNull(),
    ordinal: integer('ordinal').notNull(),
    code: text('code'),
    provinceId: text('province_id'),
    procedureCode: text('procedure_code').notNull(),
    citizenName: text('citizen_name').notNull(),
    citizenNumber: text('citizen_number').notNull(),
    citizenAddress: text('citizen_address').notNull(),
    phone: text('phone').notNull(),
    email: text('email').notNull(),
    /** Name and number folded (no diacritics), for the search box. */
    folded: text('folded').notNull(),
    status: text('status', {
      enum: ['received', 'in-work', 'waiting-for-citizen', 'withdrawn', 'stopped', 'done', 'returned'],
    }).notNull(),
    receivedAt: text('received_at').notNull(),
    receivedBy: text('received_by').notNull(),
    dueAt: text('due_at').notNull(),
    dueSameDay: integer('due_same_day', { mode: 'boolean' }).notNull(),
  },
  (table) => [uniqueIndex('dossier_day_ordinal').on(table.day, table.ordinal)],
)

/** One line of the checklist (thành phần hồ sơ). */
export const dossierComponent = sqliteTable('dossier_component', {
  id: text('id').primaryKey(),
  dossierId: text('dossier_id')
    .notNull()
    .references(() => dossierDossier.id),
  position: integer('position').notNull(),
  code: text('code').notNull(),
  name: text('name').notNull(),
  state: text('state', { enum: ['to-scan', 'from-card', 'scanned', 'not-needed'] }).notNull(),
})

/** A supervisor of the unit took responsibility for an entry that is not confirmed law. */
export const dossierAdoption = sqliteTable('dossier_adoption', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  key: text('key').notNull(),
  validFrom: text('valid_from').notNull(),
  entryHash: text('entry_hash').notNull(),
  by: text('by').notNull(),
  byName: text('by_name').notNull(),
  on: text('on').notNull(),
  source: text('source').notNull(),
})
