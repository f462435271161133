// The books of a year as a supervisor sees them: what was written where, what is left, what was printed, what is closed;
// and how a book changes, a block comes and goes.
import { asc, eq } from 'drizzle-orm'
import type { Caller } from '../../preload/contract/border.ts'
import type { YearBook } from '../../preload/contract/certification.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import { legalDay } from '../dossier/index.ts'
import type { Reader, Writer } from '../storage/index.ts'
import { type BookRow, rowsOfYear } from './book.ts'
import { totalsOf } from './closing.ts'
import { MOST, type Numbers } from './numbers.ts'
import type { CertificationParts } from './parts.ts'
import { bookOf, type Form, ruleOn, seriesOf, volumeOf } from './register.ts'
import { addStretch, closeStretch, closingOf, overlaps, type StretchRow, stretchesOf } from './stretches.ts'
import { certificationPrint, certificationStretch } from './table.ts'

type PrintRow = typeof certificationPrint.$inferSelect

/** The month in which a row is printed. What was written off after the year's end still closes its year. */
export function monthOf(row: Pick<BookRow, 'year' | 'certifiedAt' | 'takenAt'>): number {
  const day = legalDay(new Date(row.certifiedAt ?? row.takenAt))
  return Number(day.slice(0, 4)) === row.year ? Number(day.slice(5, 7)) : 12
}

export const printsOf = (r: Reader, year: number): readonly PrintRow[] =>
  r
    .select()
    .from(certificationPrint)
    .where(eq(certificationPrint.year, year))
    .orderBy(asc(certificationPrint.seq))
    .all()

const byFirst = (one: StretchRow, other: StretchRow): number => one.first - other.first
/** The names of the books of a run of numbers, in the order of their numbers. */
const booksOf = (stretches: readonly StretchRow[]): readonly string[] => [
  ...new Set([...stretches].sort(byFirst).map((one) => one.book)),
]

/** `current`: where copies are written today, by form. */
export function yearBooks(
  r: Reader,
  year: number,
  current: readonly { readonly form: Form; readonly series: string; readonly book: string }[],
): readonly YearBook[] {
  const rows = rowsOfYear(r, year)
  const stretches = r.select().from(certificationStretch).where(eq(certificationStretch.year, year)).all()
  const prints = printsOf(r, year)
  const names = [...new Set([...stretches, ...rows, ...current].map((one) => one.series))].sort()
  return names.map((series): YearBook => {
    const own = rows.filter((row) => row.series === series)
    const parts = stretches.filter((one) => one.series === series).sort(byFirst)
    const here = current.filter((one) => one.series === series)
    const books = parts.length > 0 ? booksOf(parts) : here.slice(0, 1).map((one) => one.book)
    const { copies, fee } = totalsOf(own, new Set())
    const closing = closingOf(r, series)
    return {
      series,
      year,
      mode: parts.some((one) => one.kind === 'own')
        ? 'station'
        : parts.some((one) => one.kind === 'server')
          ? 'server'
          : parts.length === 0 && here.some((one) => one.book !== '')
            ? 'station'
            : 'blocks',
      forms: here.map((one) => one.form),
      parts: parts.map(({ id, book, kind, first, last, next, grant, closedAt }) => {
        const open = closedAt === null && (last === null || next <= last)
        return { id, book, kind, first, last, next, grant, open }
      }),
      books: [...books],
      rows: own.length,
      inWork: own.filter((row) => row.state === 'in-work').length,
      copies,
      fee,
      months: books.flatMap((book) => monthsOf(book, own, prints)),
      closed: closing === undefined ? null : { at: closing.at, by: closing.byName, rows: closing.rows },
    }
  })
}

function monthsOf(book: string, rows: readonly BookRow[], prints: readonly PrintRow[]): YearBook['months'] {
  const own = rows.filter((row) => row.book === book && row.state !== 'in-work')
  return Array.from({ length: 12 }, (_, index) => index + 1).flatMap((month) => {
    const count = own.filter((row) => monthOf(row) === month).length
    const print = prints.filter((one) => one.book === book && one.month === month).at(-1)
    if (count === 0 && print === undefined) return []
    const printed = print === undefined ? null : { at: print.at, firstPage: print.firstPage, pages: print.pages }
    return [{ book, month, rows: count, printed }]
  })
}

export interface Shelf {
  /** The station's own book goes on in another one: the numbers go on, the cover is new. */
  changeBook(ask: { readonly series: string }, caller: Caller): Result<void>
  grantBlock(
    ask: {
      readonly year: number
      readonly form: Form
      readonly volume: string
      readonly first: number
      readonly last: number
      readonly grant: string
    },
    caller: Caller,
  ): Result<void>
  closeBlock(ask: { readonly id: string; readonly why: string }, caller: Caller): Result<void>
}

export function openShelf(parts: CertificationParts, numbers: Numbers): Shelf {
  const { storage, audit, chainKey, unit, now } = parts
  const note = (
    w: Writer,
    caller: Caller,
    event: `certification.${string}`,
    subject: string,
    detail: Record<string, string | number>,
  ) => audit.append(w, { actor: caller.operatorId, event, subject, detail })

  return {
    changeBook: ({ series }, caller) =>
      storage.write((w) => {
        const own = stretchesOf(w, series).filter((one) => one.kind === 'own')
        const last = own.at(-1)
        if (last === undefined || last.closedAt !== null || last.next === last.first) return fail({ kind: 'stale' })
        const at = now()
        const symbol = last.book.slice(last.book.indexOf('-') + 1)
        const book = bookOf(volumeOf(unit.station, own.length + 1), last.year, symbol)
        closeStretch(w, chainKey, last, at, 'hết quyển')
        const place = { series, year: last.year }
        addStretch(w, { place, book, kind: 'own', first: last.next, last: null, grant: '', by: caller.operatorId }, at)
        note(w, caller, 'certification.book-changed', series, { book, from: last.next })
        return ok(undefined)
      }),
    grantBlock: ({ year, form, volume, first, last, grant }, caller) => {
      const at = now()
      if (last < first || last - first >= MOST) return fail({ kind: 'malformed', what: 'argument' })
      const place = numbers.place(form, at)
      if (!place.ok) return place
      const { symbol } = place.value
      // A block may be handed over before the day the setting begins; it lies there until then.
      const rule = { ...ruleOn(parts.books ?? [], `${year}-12-31`), mode: 'blocks' as const }
      const series = seriesOf(rule, unit.station, year, symbol)
      return storage.write((w) => {
        if (closingOf(w, series) !== undefined) return fail({ kind: 'stale' })
        if (overlaps(w, series, first, last)) return refuse('block-overlaps', `${first}–${last}`)
        const book = bookOf(volume, year, symbol)
        const by = caller.operatorId
        addStretch(w, { place: { series, year }, book, kind: 'reserved', first, last, grant, by }, at)
        note(w, caller, 'certification.block-granted', series, { book, first, last })
        return ok(undefined)
      })
    },
    closeBlock: ({ id, why }, caller) =>
      storage.write((w) => {
        const row = w.select().from(certificationStretch).where(eq(certificationStretch.id, id)).get()
        if (row === undefined || row.closedAt !== null || row.kind !== 'reserved') return fail({ kind: 'stale' })
        closeStretch(w, chainKey, row, now(), why)
        note(w, caller, 'certification.block-closed', row.series, { book: row.book, from: row.next })
        return ok(undefined)
      }),
  }
}
