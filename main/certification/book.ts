// The rows of the register: taking, freeing, finishing a number, always inside the caller's transaction.
import { and, asc, desc, eq, sql } from 'drizzle-orm'
import { legalParts } from '../../preload/contract/legal-time.ts'
import { linkAfter, setHead } from '../audit/index.ts'
import { legalDay } from '../dossier/index.ts'
import { type Looks, placeholdersOf, type Reader, type Writer } from '../storage/index.ts'
import type { Form, FreedRow, NextNumber, Taken } from './register.ts'
import { certificationRow } from './table.ts'

export type BookRow = typeof certificationRow.$inferSelect

/** Who and what a number is for. */
export interface NumberFor {
  readonly documentId: string
  readonly form: Form
  readonly requester: string
  readonly originalTitle: string
  readonly signer: string
  readonly signerTitle: string
  readonly copies: number
  readonly fee: number
  readonly template: string
}

/** Nobody's number: it was written off before any paper asked for it. */
const NOTHING = {
  documentId: '',
  form: 'electronic',
  requester: '',
  originalTitle: '',
  signer: '',
  signerTitle: '',
  copies: 0,
  fee: 0,
  template: '',
} as const satisfies NumberFor

/** Series, book, number and moment of taking never change; whose document it is may, while nothing was signed. */
export const columns = (row: Omit<BookRow, 'hash' | 'seal'>) => [
  row.seq,
  row.series,
  row.book,
  row.year,
  row.number,
  row.takenAt,
  row.takenDay,
]

/** What a finished row says of person, paper, fee and state, sealed. */
export const sealOf = (key: Buffer, row: BookRow): string =>
  linkAfter(key, row.hash, [
    row.documentId,
    row.form,
    row.requester,
    row.originalTitle,
    row.signer,
    row.signerTitle,
    row.copies,
    row.fee,
    row.template,
    row.state,
    row.certifiedAt,
    row.note,
  ])

export const WRITTEN_OFF = 'Số đã lấy nhưng không ký trong ngày'
export const YEAR_ENDED = 'Số đã lấy nhưng không ký trong năm'

const freed = (db: Looks) => db.select().from(certificationRow).where(eq(certificationRow.state, 'freed')).prepare()
/** Given back and not used again yet, in any book of this run of numbers. */
export const freedRows = (r: Reader | Writer, series: string): readonly FreedRow[] =>
  r
    .kept(freed)
    .all()
    .filter((row) => row.series === series)

/** The row is finished: from now on neither its state nor its content changes unseen. */
function finishRow(w: Writer, key: Buffer, row: BookRow, end: Pick<BookRow, 'state' | 'certifiedAt' | 'note'>): void {
  const done = { ...row, ...end }
  w.update(certificationRow)
    .set({ ...end, seal: sealOf(key, done) })
    .where(eq(certificationRow.seq, row.seq))
    .run()
}

/** Numbers given back before `today` are cancelled, in every book: a gap is a number without a row. */
export function writeOffFreed(w: Writer, key: Buffer, today: string): void {
  for (const row of w.kept(freed).all())
    if (row.takenDay < today) finishRow(w, key, row, { state: 'cancelled', certifiedAt: null, note: WRITTEN_OFF })
}

const lastRow = (db: Looks) =>
  db
    .select({ seq: certificationRow.seq, hash: certificationRow.hash })
    .from(certificationRow)
    .orderBy(desc(certificationRow.seq))
    .limit(1)
    .prepare()
const insertRow = (db: Pick<Writer, 'insert'>) =>
  db.insert(certificationRow).values(placeholdersOf(certificationRow)).prepare()

function addRow(w: Writer, key: Buffer, row: Omit<BookRow, 'seq' | 'hash' | 'seal'>): BookRow {
  const last = w.kept(lastRow).get()
  const whole = { ...row, seq: (last?.seq ?? 0) + 1 }
  const hash = linkAfter(key, last?.hash ?? '', columns(whole))
  w.kept(insertRow).run({ ...whole, hash, seal: '' })
  setHead(w, key, 'register', { seq: whole.seq, hash })
  return { ...whole, hash, seal: '' }
}

const moment = (series: string, { book, number }: Taken, at: Date) => ({
  series,
  book,
  number,
  year: legalParts(at).year,
  takenAt: at.toISOString(),
  takenDay: legalDay(at),
  certifiedAt: null,
  note: '',
})

/** The number gets its row, or the row that was given back gets its document. */
export function writeNumber(
  w: Writer,
  key: Buffer,
  series: string,
  next: NextNumber,
  at: Date,
  whose: NumberFor,
): void {
  if (next.reuse === null) addRow(w, key, { ...moment(series, next, at), state: 'in-work', ...whose })
  else
    w.update(certificationRow)
      .set({ ...whose, state: 'in-work', note: '' })
      .where(eq(certificationRow.seq, next.reuse))
      .run()
}

/** A number nobody used: its row says why (column 8). */
export function writeOffNumber(
  w: Writer,
  key: Buffer,
  place: { readonly series: string; readonly year: number },
  taken: Taken,
  at: Date,
  note: string,
): void {
  const row = addRow(w, key, {
    ...moment(place.series, taken, at),
    ...NOTHING,
    year: place.year,
    state: 'in-work',
  })
  finishRow(w, key, row, { state: 'cancelled', certifiedAt: null, note })
}

const inWork = (db: Looks) =>
  db
    .select()
    .from(certificationRow)
    .where(and(eq(certificationRow.documentId, sql.placeholder('documentId')), eq(certificationRow.state, 'in-work')))
    .prepare()
/** The one row that a document has in work; rows it gave back or finished are another matter. */
export const rowInWork = (r: Reader | Writer, documentId: string): BookRow | undefined =>
  r.kept(inWork).get({ documentId })

/** Printed on a sheet, not yet said to be signed by hand. */
export const inWorkOnPaper = (r: Reader): readonly BookRow[] =>
  r
    .select()
    .from(certificationRow)
    .where(and(eq(certificationRow.state, 'in-work'), eq(certificationRow.form, 'paper')))
    .orderBy(asc(certificationRow.seq))
    .all()

/** The number a document has already; one of last year's book is not carried over (NĐ 23/2015 Đ.13.2). */
export function numberThisYear(r: Reader | Writer, documentId: string, at: Date): BookRow | undefined {
  const row = rowInWork(r, documentId)
  return row !== undefined && row.year === legalParts(at).year ? row : undefined
}

/** Another person signs than the one the number was taken for, with the attestation as it is printed now. */
export function nameSigner(
  w: Writer,
  documentId: string,
  signer: Pick<BookRow, 'signer' | 'signerTitle' | 'template'>,
): void {
  const row = rowInWork(w, documentId)
  if (row !== undefined) w.update(certificationRow).set(signer).where(eq(certificationRow.seq, row.seq)).run()
}

export function freeRow(w: Writer, documentId: string): void {
  const row = rowInWork(w, documentId)
  if (row !== undefined)
    w.update(certificationRow).set({ state: 'freed', note: '' }).where(eq(certificationRow.seq, row.seq)).run()
}

export function endRow(
  w: Writer,
  key: Buffer,
  documentId: string,
  end: Pick<BookRow, 'certifiedAt' | 'note'> & { readonly state: 'certified' | 'cancelled' },
): void {
  const row = rowInWork(w, documentId)
  if (row !== undefined) finishRow(w, key, row, end)
}

export const rowsOfYear = (r: Reader | Writer, year: number): readonly BookRow[] =>
  r
    .select()
    .from(certificationRow)
    .where(eq(certificationRow.year, year))
    .orderBy(asc(certificationRow.series), asc(certificationRow.number))
    .all()

export const rowsOfSeries = (r: Reader | Writer, series: string): readonly BookRow[] =>
  r
    .select()
    .from(certificationRow)
    .where(eq(certificationRow.series, series))
    .orderBy(asc(certificationRow.number))
    .all()
