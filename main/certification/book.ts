// The register in the database: taking, freeing, finishing a number, always inside the caller's transaction.
import { and, asc, desc, eq } from 'drizzle-orm'
import type { RegisterRow } from '../../preload/contract/certification.ts'
import { legalParts } from '../../preload/contract/legal-time.ts'
import { checkHead, firstBreak, linkAfter, sameHash, setHead } from '../audit/index.ts'
import { legalDay } from '../dossier/index.ts'
import type { Reader, Writer } from '../storage/index.ts'
import { bookOf, nextNumber } from './register.ts'
import { certificationRow } from './table.ts'

export type BookRow = typeof certificationRow.$inferSelect

export interface NumberFor {
  readonly documentId: string
  readonly requester: string
  readonly originalTitle: string
  readonly signer: string
  readonly signerTitle: string
  readonly copies: number
  readonly fee: number
}

export interface Taken {
  readonly book: string
  readonly number: number
}

/** All that the next number depends on: what was given back, and the highest number. */
function rowsThatMatter(r: Reader | Writer, book: string): readonly BookRow[] {
  const own = eq(certificationRow.book, book)
  const freed = r
    .select()
    .from(certificationRow)
    .where(and(own, eq(certificationRow.state, 'freed')))
    .all()
  const highest = r.select().from(certificationRow).where(own).orderBy(desc(certificationRow.number)).limit(1).all()
  return [...freed, ...highest]
}

/** Book, number and moment of taking never change; whose document it is may, while nothing was signed. */
const columns = (row: Omit<BookRow, 'hash' | 'seal'>) => [
  row.seq,
  row.book,
  row.year,
  row.number,
  row.takenAt,
  row.takenDay,
]

export const bookToday = (station: string, symbol: string, at: Date): string =>
  bookOf(station, legalParts(at).year, symbol)

/** The number the next document will get, if it is taken in the same breath. */
export const peekNumber = (r: Reader | Writer, book: string, at: Date): Taken => ({
  book,
  number: nextNumber(rowsThatMatter(r, book), legalDay(at)).number,
})

export const WRITTEN_OFF = 'Số đã lấy nhưng không ký trong ngày'

/** What a finished row says of person, paper, fee and state, sealed. */
const sealOf = (key: Buffer, row: BookRow): string =>
  linkAfter(key, row.hash, [
    row.documentId,
    row.requester,
    row.originalTitle,
    row.signer,
    row.signerTitle,
    row.copies,
    row.fee,
    row.state,
    row.certifiedAt,
    row.note,
  ])

/** The row is finished: from now on neither its state nor its content changes unseen. */
function finishRow(w: Writer, key: Buffer, row: BookRow, end: Pick<BookRow, 'state' | 'certifiedAt' | 'note'>): void {
  const done = { ...row, ...end }
  w.update(certificationRow)
    .set({ ...end, seal: sealOf(key, done) })
    .where(eq(certificationRow.seq, row.seq))
    .run()
}

/** Numbers that were given back on an earlier day are cancelled, in every book: a gap is a number without a row. */
function writeOff(w: Writer, key: Buffer, today: string): void {
  const freed = w.select().from(certificationRow).where(eq(certificationRow.state, 'freed')).all()
  for (const row of freed)
    if (row.takenDay < today) finishRow(w, key, row, { state: 'cancelled', certifiedAt: null, note: WRITTEN_OFF })
}

/** Takes a number; the row exists from now on. */
export function takeNumber(w: Writer, key: Buffer, book: string, at: Date, whose: NumberFor): Taken {
  writeOff(w, key, legalDay(at))
  const next = nextNumber(rowsThatMatter(w, book), legalDay(at))
  if (next.reuse !== null) {
    w.update(certificationRow)
      .set({ ...whose, state: 'in-work', note: '' })
      .where(eq(certificationRow.seq, next.reuse))
      .run()
    return { book, number: next.number }
  }
  const last = w.select().from(certificationRow).orderBy(desc(certificationRow.seq)).limit(1).get()
  const row = {
    seq: (last?.seq ?? 0) + 1,
    book,
    year: legalParts(at).year,
    number: next.number,
    takenAt: at.toISOString(),
    takenDay: legalDay(at),
    state: 'in-work' as const,
    certifiedAt: null,
    note: '',
    ...whose,
  }
  const hash = linkAfter(key, last?.hash ?? '', columns(row))
  w.insert(certificationRow)
    .values({ ...row, hash, seal: '' })
    .run()
  setHead(w, key, 'register', { seq: row.seq, hash })
  return { book, number: next.number }
}

/** The one row that a document has in work; rows it gave back or finished are another matter. */
export const rowInWork = (r: Reader | Writer, documentId: string): BookRow | undefined =>
  r
    .select()
    .from(certificationRow)
    .where(and(eq(certificationRow.documentId, documentId), eq(certificationRow.state, 'in-work')))
    .get()

/** Another person signs than the one the number was taken for. */
export function nameSigner(w: Writer, documentId: string, signer: Pick<BookRow, 'signer' | 'signerTitle'>): void {
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

export const rowsOfYear = (r: Reader, year: number): readonly BookRow[] =>
  r
    .select()
    .from(certificationRow)
    .where(eq(certificationRow.year, year))
    .orderBy(asc(certificationRow.book), asc(certificationRow.number))
    .all()

/** Null when no row was changed, dropped or reordered; else the sequence number of the first that was. */
export function checkRegister(r: Reader, key: Buffer): number | null {
  const rows = r.select().from(certificationRow).orderBy(asc(certificationRow.seq)).all()
  const broken = firstBreak(key, rows, columns, (row) => row.hash)
  if (broken !== null) return rows[broken]?.seq ?? null
  const finished = rows.filter((row) => row.state === 'certified' || row.state === 'cancelled')
  const opened = finished.find((row) => !sameHash(row.seal, sealOf(key, row)))
  return opened?.seq ?? checkHead(r, key, 'register', rows.at(-1))
}

/** A number given back stands in the book too: today it waits for the next paper, afterwards it is written off. */
function shownState(row: BookRow, today: string): Pick<RegisterRow, 'state' | 'note'> {
  if (row.state !== 'freed') return { state: row.state, note: row.note }
  return row.takenDay < today ? { state: 'cancelled', note: WRITTEN_OFF } : { state: 'in-work', note: row.note }
}

export const toRegisterRow = (row: BookRow, today: string): RegisterRow => ({
  book: row.book,
  number: row.number,
  at: row.certifiedAt ?? row.takenAt,
  requester: row.requester,
  originalTitle: row.originalTitle,
  signer: row.signer,
  signerTitle: row.signerTitle,
  copies: row.copies,
  fee: row.fee,
  ...shownState(row, today),
})
