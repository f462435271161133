// The register in the database: taking, freeing, finishing a number, always inside the caller's transaction.
import { asc, desc, eq } from 'drizzle-orm'
import type { RegisterRow } from '../../preload/contract/certification.ts'
import { legalParts } from '../../preload/contract/legal-time.ts'
import { firstBreak, linkAfter } from '../audit/index.ts'
import { legalDay } from '../dossier/index.ts'
import type { Reader, Writer } from '../storage/index.ts'
import { bookOf, isShown, nextNumber } from './register.ts'
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

const rowsOf = (r: Reader | Writer, book: string): readonly BookRow[] =>
  r.select().from(certificationRow).where(eq(certificationRow.book, book)).orderBy(asc(certificationRow.number)).all()

/** Book, number and moment of taking never change; whose document it is may, while nothing was signed. */
const columns = (row: Omit<BookRow, 'hash'>) => [row.seq, row.book, row.year, row.number, row.takenAt, row.takenDay]

export const bookToday = (station: string, symbol: string, at: Date): string =>
  bookOf(station, legalParts(at).year, symbol)

/** The number the next document will get, if it is taken in the same breath. */
export const peekNumber = (r: Reader | Writer, book: string, at: Date): Taken => ({
  book,
  number: nextNumber(rowsOf(r, book), legalDay(at)).number,
})

/** Takes a number; the row exists from now on. Freed numbers of earlier days are written off on the way. */
export function takeNumber(w: Writer, key: Buffer, book: string, at: Date, whose: NumberFor): Taken {
  const next = nextNumber(rowsOf(w, book), legalDay(at))
  for (const seq of next.cancel)
    w.update(certificationRow)
      .set({ state: 'cancelled', note: 'Số đã lấy nhưng không ký trong ngày' })
      .where(eq(certificationRow.seq, seq))
      .run()
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
  w.insert(certificationRow)
    .values({ ...row, hash: linkAfter(key, last?.hash ?? '', columns(row)) })
    .run()
  return { book, number: next.number }
}

export const rowOfDocument = (r: Reader | Writer, documentId: string): BookRow | undefined =>
  r
    .select()
    .from(certificationRow)
    .where(eq(certificationRow.documentId, documentId))
    .orderBy(desc(certificationRow.seq))
    .limit(1)
    .get()

export const setRow = (w: Writer, seq: number, set: Partial<Pick<BookRow, 'state' | 'certifiedAt' | 'note'>>): void =>
  void w.update(certificationRow).set(set).where(eq(certificationRow.seq, seq)).run()

export const rowsOfYear = (r: Reader, year: number): readonly BookRow[] =>
  r
    .select()
    .from(certificationRow)
    .where(eq(certificationRow.year, year))
    .orderBy(asc(certificationRow.book), asc(certificationRow.number))
    .all()
    .filter(isShown)

/** Null when no row was changed, dropped or reordered; else the sequence number of the first that was. */
export function checkRegister(r: Reader, key: Buffer): number | null {
  const rows = r.select().from(certificationRow).orderBy(asc(certificationRow.seq)).all()
  const broken = firstBreak(key, rows, columns, (row) => row.hash)
  return broken === null ? null : (rows[broken]?.seq ?? null)
}

export const toRegisterRow = (row: BookRow): RegisterRow => ({
  book: row.book,
  number: row.number,
  at: row.certifiedAt ?? row.takenAt,
  requester: row.requester,
  originalTitle: row.originalTitle,
  signer: row.signer,
  signerTitle: row.signerTitle,
  copies: row.copies,
  fee: row.fee,
  state: row.state === 'freed' ? 'in-work' : row.state,
  note: row.note,
})
