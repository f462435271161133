import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** Who may sign what (thẩm quyền ký): dated, with the decision it rests on. */
export const certificationAuthority = sqliteTable('certification_authority', {
  id: text('id').primaryKey(),
  personName: text('person_name').notNull(),
  personNumber: text('person_number').notNull(),
  operatorId: text('operator_id'),
  titleLine: text('title_line').notNull(),
  actingForm: text('acting_form', { enum: ['', 'KT.', 'TUQ.', 'TL.'] }).notNull(),
  decision: text('decision').notNull(),
  /** Day of that decision. */
  decidedOn: text('decided_on'),
  validFrom: text('valid_from').notNull(),
  validTo: text('valid_to').notNull(),
  kinds: text('kinds').notNull(),
  /** Withdrawn before its last day: the moment, who recorded it and why. */
  endedAt: text('ended_at'),
  endedBy: text('ended_by'),
  endedWhy: text('ended_why'),
})

/** Numbers this station may use: its own book, a reserved block of a shared one, or what the server granted. */
export const certificationStretch = sqliteTable(
  'certification_stretch',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    id: text('id').notNull().unique(),
    /** What shares one run of numbers. */
    series: text('series').notNull(),
    year: integer('year').notNull(),
    book: text('book').notNull(),
    kind: text('kind', { enum: ['own', 'reserved', 'server'] }).notNull(),
    first: integer('first').notNull(),
    /** Null: until the end of the year. */
    last: integer('last'),
    /** The first number nobody used yet. */
    next: integer('next').notNull(),
    /** The paper by which the block was handed over; for the server the key of the question. */
    grant: text('grant').notNull(),
    grantedAt: text('granted_at').notNull(),
    grantedDay: text('granted_day').notNull(),
    grantedBy: text('granted_by').notNull(),
    closedAt: text('closed_at'),
    closedWhy: text('closed_why'),
  },
  (table) => [index('certification_stretch_series').on(table.series)],
)

/** A question to the server for numbers; written before it is asked, so that an answer that got lost is asked for again. */
export const certificationAsk = sqliteTable('certification_ask', {
  key: text('key').primaryKey(),
  series: text('series').notNull(),
  year: integer('year').notNull(),
  symbol: text('symbol').notNull(),
  count: integer('count').notNull(),
  askedAt: text('asked_at').notNull(),
  answeredAt: text('answered_at'),
})

/** A number of the register (sổ chứng thực). The row is there from the moment the number is taken; it is never removed. */
export const certificationRow = sqliteTable(
  'certification_row',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    /** What shares one run of numbers: no number is twice in it. */
    series: text('series').notNull().default(''),
    /** `01/2026-SCT/BS` */
    book: text('book').notNull(),
    year: integer('year').notNull(),
    number: integer('number').notNull(),
    takenAt: text('taken_at').notNull(),
    takenDay: text('taken_day').notNull(),
    form: text('form', { enum: ['electronic', 'paper'] })
      .notNull()
      .default('electronic'),
    documentId: text('document_id').notNull(),
    requester: text('requester').notNull(),
    originalTitle: text('original_title').notNull(),
    signer: text('signer').notNull(),
    signerTitle: text('signer_title').notNull(),
    copies: integer('copies').notNull(),
    fee: integer('fee').notNull(),
    /** Which attestation was printed: key, first day and SHA-256 of the entry as it was adopted. */
    template: text('template').notNull().default(''),
    state: text('state', { enum: ['in-work', 'freed', 'certified', 'cancelled'] }).notNull(),
    certifiedAt: text('certified_at'),
    note: text('note').notNull(),
    /** Links series, book and number to the row before; state changes are in the audit. */
    hash: text('hash').notNull(),
    /** Set when the row is finished: seals what it says of person, paper, fee and state. */
    seal: text('seal').notNull().default(''),
  },
  (table) => [
    uniqueIndex('certification_series_number').on(table.series, table.number),
    index('certification_row_document').on(table.documentId),
    index('certification_row_state').on(table.state),
    index('certification_row_year').on(table.year),
  ],
)

/** A certification that has no value any more (TT 01/2020/TT-BTP Đ.7). Its row stays as it is. */
export const certificationAnnulment = sqliteTable('certification_annulment', {
  rowSeq: integer('row_seq').primaryKey(),
  decision: text('decision').notNull(),
  decidedOn: text('decided_on').notNull(),
  reason: text('reason').notNull(),
  by: text('by').notNull(),
  byName: text('by_name').notNull(),
  at: text('at').notNull(),
  seal: text('seal').notNull(),
})

/** The register of a year is closed with its total (khóa sổ, NĐ 23/2015 Đ.13.1); no number is taken any more. */
export const certificationClosing = sqliteTable('certification_closing', {
  series: text('series').primaryKey(),
  year: integer('year').notNull(),
  rows: integer('rows').notNull(),
  cancelled: integer('cancelled').notNull(),
  annulled: integer('annulled').notNull(),
  copies: integer('copies').notNull(),
  fee: integer('fee').notNull(),
  by: text('by').notNull(),
  byName: text('by_name').notNull(),
  at: text('at').notNull(),
  seal: text('seal').notNull(),
})

/** A paper that was not certified: refused for a legal reason, or held because it may be forged. */
export const certificationRefusal = sqliteTable(
  'certification_refusal',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    documentId: text('document_id').notNull(),
    kind: text('kind', { enum: ['refusal', 'forgery'] }).notNull(),
    /** One of the reasons, verbatim, and where it stands; for a forgery the signs of it. */
    reason: text('reason').notNull(),
    source: text('source').notNull(),
    note: text('note').notNull(),
    by: text('by').notNull(),
    byName: text('by_name').notNull(),
    byTitle: text('by_title').notNull(),
    at: text('at').notNull(),
    withdrawnAt: text('withdrawn_at'),
    withdrawnBy: text('withdrawn_by'),
    withdrawnWhy: text('withdrawn_why'),
  },
  (table) => [index('certification_refusal_document').on(table.documentId)],
)

/** A print of the register: from which page to which, so that the next month goes on. */
export const certificationPrint = sqliteTable('certification_print', {
  seq: integer('seq').primaryKey({ autoIncrement: true }),
  /** A book for a month, a series for the whole year. */
  book: text('book').notNull(),
  year: integer('year').notNull(),
  month: integer('month'),
  firstPage: integer('first_page').notNull(),
  pages: integer('pages').notNull(),
  rows: integer('rows').notNull(),
  file: text('file').notNull(),
  template: text('template').notNull(),
  at: text('at').notNull(),
  by: text('by').notNull(),
})
