import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

const flag = (name: string) => integer(name, { mode: 'boolean' }).notNull()

/** One page. The file as scanned never changes; what the program found and what the clerk decided are columns. */
export const scanPage = sqliteTable(
  'scan_page',
  {
    id: text('id').primaryKey(),
    /** The dossier it belongs to; null while nobody knows. */
    dossierId: text('dossier_id'),
    /** The dossier whose screen it was fed at; null: the mixed stack. */
    fedInto: text('fed_into'),
    /** Order over all pages of the store. */
    position: integer('position').notNull(),
    /** One run of the feeder (a jam does not end it), or one file taken in. */
    run: text('run').notNull(),
    /** Sheet of the run, from 1; both sides of a sheet have the same number. */
    sheet: integer('sheet').notNull(),
    /** Which page of which file it came from, so that a file taken twice by accident is one. Null: scanned. */
    origin: text('origin').unique(),
    file: text('file').notNull(),
    bytes: integer('bytes').notNull(),
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    dpi: integer('dpi').notNull(),
    /** The file it came in has fewer pixels than the law wants; `dpi` may be what it was drawn at. */
    lowResolution: flag('low_resolution'),
    mode: text('mode', { enum: ['colour', 'grey', 'bitonal'] }).notNull(),
    work: text('work', { enum: ['waiting', 'done', 'failed'] }).notNull(),
    /** JSON of `Findings`. */
    findings: text('findings'),
    /** The picture made right; null: the page as scanned is right. */
    picture: text('picture'),
    pictureWidth: integer('picture_width').notNull(),
    pictureHeight: integer('picture_height').notNull(),
    rotation: integer('rotation').notNull(),
    /** Turned by hand: what the program thinks of it no longer matters. */
    turned: flag('turned'),
    asScanned: flag('as_scanned'),
    startsPaper: flag('starts_paper'),
    title: text('title'),
    titleFrom: text('title_from', { enum: ['none', 'separator', 'typed'] }).notNull(),
    separator: flag('separator'),
    blank: flag('blank'),
    removed: flag('removed'),
    doubtful: flag('doubtful'),
    checked: flag('checked'),
    /** Put where it is by hand: separator sheets no longer move it. */
    placed: flag('placed'),
    /** The words read on it (JSON in the vault), for the picture and rotation they were read in. */
    words: text('words'),
    wordsOf: text('words_of'),
    /** Filed before its words were read: the form still waits for them, the file no longer does. */
    unread: flag('unread'),
    /** The document it became part of. */
    documentId: text('document_id'),
    /** Its stack is finished. */
    closed: flag('closed'),
    /** Of a secret paper: since then the files this row names are gone, or go at the next start. */
    purgedAt: text('purged_at'),
    scannedAt: text('scanned_at').notNull(),
    scannedBy: text('scanned_by').notNull(),
    scannedByName: text('scanned_by_name').notNull(),
  },
  (table) => [
    index('scan_page_dossier').on(table.dossierId),
    index('scan_page_fed').on(table.fedInto, table.closed),
    index('scan_page_run').on(table.run),
    index('scan_page_work').on(table.work),
    index('scan_page_document').on(table.documentId),
    index('scan_page_unread').on(table.unread),
    index('scan_page_purged').on(table.purgedAt),
  ],
)

/** A run of the feeder that has not come to its end. */
export const scanRun = sqliteTable('scan_run', {
  run: text('run').primaryKey(),
  /** As of its pages. */
  fedInto: text('fed_into'),
  duplex: flag('duplex'),
  /** Sheets that lay whole in the stack when it began, or when it was cut short. */
  sheets: integer('sheets').notNull(),
  is: text('is', { enum: ['feeding', 'inserting', 'cut-short'] }).notNull(),
})

/** A profile of the feeder, bound to its key. No rows: the profiles the program comes with. */
export const scanProfile = sqliteTable('scan_profile', {
  key: text('key').primaryKey(),
  name: text('name').notNull(),
  source: text('source', { enum: ['feeder', 'duplex', 'flatbed'] }).notNull(),
  mode: text('mode', { enum: ['colour', 'grey', 'bitonal'] }).notNull(),
  dpi: integer('dpi').notNull(),
  /** Only IT may change the profiles; the same in every row. */
  locked: flag('locked'),
})
