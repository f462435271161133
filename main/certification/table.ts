import { integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** Who may sign what (thẩm quyền ký): dated, with the decision it rests on. */
export const certificationAuthority = sqliteTable('certification_authority', {
  id: text('id').primaryKey(),
  personName: text('person_name').notNull(),
  personNumber: text('person_number').notNull(),
  operatorId: text('operator_id'),
  titleLine: text('title_line').notNull(),
  actingForm: text('acting_form', { enum: ['', 'KT.', 'TUQ.', 'TL.'] }).notNull(),
  decision: text('decision').notNull(),
  validFrom: text('valid_from').notNull(),
  validTo: text('valid_to').notNull(),
  kinds: text('kinds').notNull(),
})

/** A number of the register (sổ chứng thực). The row is there from the moment the number is taken; it is never removed. */
export const certificationRow = sqliteTable(
  'certification_row',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    /** `01/2026-SCT/BS` */
    book: text('book').notNull(),
    year: integer('year').notNull(),
    number: integer('number').notNull(),
    takenAt: text('taken_at').notNull(),
    takenDay: text('taken_day').notNull(),
    documentId: text('document_id').notNull(),
    requester: text('requester').notNull(),
    originalTitle: text('original_title').notNull(),
    signer: text('signer').notNull(),
    signerTitle: text('signer_title').notNull(),
    copies: integer('copies').notNull(),
    fee: integer('fee').notNull(),
    state: text('state', { enum: ['in-work', 'freed', 'certified', 'cancelled'] }).notNull(),
    certifiedAt: text('certified_at'),
    note: text('note').notNull(),
    /** Links book, number and document to the row before; state changes are in the audit. */
    hash: text('hash').notNull(),
    /** Set when the row is finished: seals what it says of person, paper, fee and state. */
    seal: text('seal').notNull().default(''),
  },
  (table) => [uniqueIndex('certification_book_number').on(table.book, table.number)],
)
