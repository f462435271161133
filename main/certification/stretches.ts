// The stretches of numbers in the database: which are open, drawing from them, closing what is left with a row for each number.
// Always inside the caller's transaction; a number leaves a stretch only together with its row.
import { randomUUID } from 'node:crypto'
import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { BookRule } from '../../preload/contract/certification.ts'
import { legalDay } from '../dossier/index.ts'
import type { Looks, Reader, Writer } from '../storage/index.ts'
import { freedRows, type NumberFor, writeNumber, writeOffFreed, writeOffNumber } from './book.ts'
import { bookOf, type Form, type NextNumber, nextNumbers, type Stretch, type Taken, volumeOf } from './register.ts'
import { certificationClosing, certificationStretch } from './table.ts'

export type StretchRow = typeof certificationStretch.$inferSelect

/** Where copies of this form are written today. */
export interface Place {
  readonly form: Form
  readonly rule: BookRule
  readonly series: string
  readonly year: number
  readonly symbol: string
  readonly station: string
}

/** Column 8 of numbers that were handed to this station and never used. */
export const notUsed = (why: string): string => `Số dành riêng không dùng: ${why}`
export const DAY_OVER = 'hết ngày'

const ofSeries = (db: Looks) =>
  db
    .select()
    .from(certificationStretch)
    .where(eq(certificationStretch.series, sql.placeholder('series')))
    .orderBy(asc(certificationStretch.seq))
    .prepare()
export const stretchesOf = (r: Reader | Writer, series: string): readonly StretchRow[] =>
  r.kept(ofSeries).all({ series })

const closing = (db: Looks) =>
  db
    .select()
    .from(certificationClosing)
    .where(eq(certificationClosing.series, sql.placeholder('series')))
    .prepare()
export const closingOf = (r: Reader | Writer, series: string) => r.kept(closing).get({ series })

const fromServer = (db: Looks) =>
  db
    .select()
    .from(certificationStretch)
    .where(and(eq(certificationStretch.kind, 'server'), isNull(certificationStretch.closedAt)))
    .prepare()

const isOpen = (row: StretchRow): boolean => row.closedAt === null && (row.last === null || row.next <= row.last)

/** A station's own book begins by itself with the first number of the year. */
function openIn(r: Reader | Writer, place: Place, today: string): readonly Stretch[] {
  if (closingOf(r, place.series) !== undefined) return []
  const rows = stretchesOf(r, place.series)
  if (rows.length === 0 && place.rule.mode === 'station')
    return [{ book: bookOf(volumeOf(place.station, 1), place.year, place.symbol), next: 1, last: null }]
  return rows.filter((row) => isOpen(row) && (row.kind !== 'server' || row.grantedDay === today))
}

/** The numbers the next documents will get, if they are taken before any other; fewer when no more are left. */
export function peekNumbers(r: Reader | Writer, place: Place, at: Date, count: number): readonly NextNumber[] {
  const today = legalDay(at)
  return nextNumbers(freedRows(r, place.series), openIn(r, place, today), today, count)
}

interface NewStretch {
  readonly place: Pick<Place, 'series' | 'year'>
  readonly book: string
  readonly kind: StretchRow['kind']
  readonly first: number
  readonly last: number | null
  readonly grant: string
  readonly by: string
  /** The legal day whose numbers they are; that of `at` when left out. */
  readonly day?: string
}

export function addStretch(w: Writer, { place, by, book, kind, first, last, grant, day }: NewStretch, at: Date): void {
  w.insert(certificationStretch)
    .values({
      book,
      kind,
      first,
      last,
      grant,
      id: randomUUID(),
      series: place.series,
      year: place.year,
      next: first,
      grantedAt: at.toISOString(),
      grantedDay: day ?? legalDay(at),
      grantedBy: by,
      closedAt: null,
      closedWhy: null,
    })
    .run()
}

const change = (w: Writer, seq: number, set: Partial<StretchRow>): void =>
  void w.update(certificationStretch).set(set).where(eq(certificationStretch.seq, seq)).run()

/** Takes exactly this number, with its row; false when it is not the next one (any more). */
export function takeNumber(w: Writer, key: Buffer, place: Place, taken: Taken, at: Date, whose: NumberFor): boolean {
  writeOffFreed(w, key, legalDay(at))
  retireServerNumbers(w, key, at)
  const [next] = peekNumbers(w, place, at, 1)
  if (next === undefined || next.number !== taken.number || next.book !== taken.book) return false
  if (next.reuse === null) {
    if (stretchesOf(w, place.series).length === 0)
      addStretch(w, { place, book: next.book, kind: 'own', first: 1, last: null, grant: '', by: 'program' }, at)
    const from = stretchesOf(w, place.series).find(
      (row) => isOpen(row) && row.book === next.book && row.next === next.number,
    )
    if (from === undefined) return false
    change(w, from.seq, { next: next.number + 1 })
  }
  writeNumber(w, key, place.series, next, at, whose)
  return true
}

/** Nothing more is drawn from it; each number that is left gets a row that says why. */
export function closeStretch(w: Writer, key: Buffer, row: StretchRow, at: Date, why: string): void {
  const { series, year, book } = row
  const last = row.last ?? row.next - 1
  for (let number = row.next; number <= last; number += 1)
    writeOffNumber(w, key, { series, year }, { book, number }, at, notUsed(why))
  change(w, row.seq, { next: last + 1, last, closedAt: at.toISOString(), closedWhy: why })
}

/** What the server gave for an earlier day is written off: numbers go with the days. */
export function retireServerNumbers(w: Writer, key: Buffer, at: Date): void {
  for (const row of w.kept(fromServer).all()) {
    if (!isOpen(row)) change(w, row.seq, { closedAt: at.toISOString(), closedWhy: '' })
    else if (row.grantedDay < legalDay(at)) closeStretch(w, key, row, at, DAY_OVER)
  }
}

/** Would a block from `first` to `last` meet numbers that are somewhere already? */
export const overlaps = (r: Reader | Writer, series: string, first: number, last: number): boolean =>
  stretchesOf(r, series).some((row) => first <= (row.last ?? Number.POSITIVE_INFINITY) && row.first <= last)
