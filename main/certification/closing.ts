// The year of a register is closed (khóa sổ, NĐ 23/2015 Đ.13.1): every number has its row, the total is sealed, nothing is added any more.
import type { Caller } from '../../preload/contract/border.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import { linkAfter, sameHash } from '../audit/index.ts'
import { legalDay } from '../dossier/index.ts'
import type { Reader } from '../storage/index.ts'
import { annulments } from './annul.ts'
import { type BookRow, rowsOfSeries, writeOffFreed } from './book.ts'
import type { CertificationParts } from './parts.ts'
import { closeStretch, closingOf, stretchesOf } from './stretches.ts'
import { certificationAsk, certificationClosing } from './table.ts'

type ClosingRow = typeof certificationClosing.$inferSelect
const NOT_USED = 'khóa sổ cuối năm'

export interface Totals {
  readonly rows: number
  readonly cancelled: number
  readonly annulled: number
  readonly copies: number
  readonly fee: number
}

/** A cancelled number certified nothing; an annulled one did, and its fee was taken. */
export function totalsOf(rows: readonly BookRow[], annulled: ReadonlySet<number>): Totals {
  const certified = rows.filter((row) => row.state === 'certified')
  return {
    rows: rows.length,
    cancelled: rows.filter((row) => row.state === 'cancelled').length,
    annulled: certified.filter((row) => annulled.has(row.seq)).length,
    copies: certified.reduce((sum, row) => sum + row.copies, 0),
    fee: certified.reduce((sum, row) => sum + row.fee, 0),
  }
}

const sealOf = (key: Buffer, one: Omit<ClosingRow, 'seal'>): string =>
  linkAfter(key, 'closing', [
    one.series,
    one.year,
    one.rows,
    one.cancelled,
    one.annulled,
    one.copies,
    one.fee,
    one.by,
    one.at,
  ])

/** From the last day of the year on; a number still in work has to be finished or given back first. */
export function closeYear(
  parts: CertificationParts,
  { series, year }: { readonly series: string; readonly year: number },
  caller: Caller,
): Result<void> {
  const { storage, audit, chainKey } = parts
  const at = parts.now()
  if (legalDay(at) < `${year}-12-31`) return fail({ kind: 'stale' })
  return storage.write((w) => {
    const lost = w
      .select()
      .from(certificationAsk)
      .all()
      .filter((one) => one.series === series && one.answeredAt === null)
    const inWork = rowsOfSeries(w, series).filter((row) => row.state === 'in-work')
    if (inWork.length + lost.length > 0) return refuse('numbers-in-work', String(inWork.length + lost.length))
    const stretches = stretchesOf(w, series)
    if (closingOf(w, series) !== undefined || stretches.length === 0 || stretches.some((one) => one.year !== year))
      return fail({ kind: 'stale' })
    // Nothing may be given back after the closing: what is free today is written off as well.
    writeOffFreed(w, chainKey, '9999-12-31')
    for (const row of stretches) if (row.closedAt === null) closeStretch(w, chainKey, row, at, NOT_USED)
    const totals = totalsOf(rowsOfSeries(w, series), new Set(annulments(w).keys()))
    const one = { series, year, ...totals, by: caller.operatorId, byName: caller.name, at: at.toISOString() }
    w.insert(certificationClosing)
      .values({ ...one, seal: sealOf(chainKey, one) })
      .run()
    audit.append(w, {
      actor: caller.operatorId,
      event: 'certification.year-closed',
      subject: series,
      detail: { ...totals },
    })
    return ok(undefined)
  })
}

/** The series whose closing no longer says what its rows say, or null. Later annulments do not change a total. */
export function checkClosings(key: Buffer, rows: readonly BookRow[], r: Reader): string | null {
  for (const one of r.select().from(certificationClosing).all()) {
    const own = rows.filter((row) => row.series === one.series)
    const { rows: count, copies, fee } = totalsOf(own, new Set())
    const same = count === one.rows && copies === one.copies && fee === one.fee
    if (!same || !sameHash(one.seal, sealOf(key, one))) return one.series
  }
  return null
}
