// Is the register still what was written? Chain, seals, decisions beside rows, closings, and a row for every number drawn.
import { asc } from 'drizzle-orm'
import { checkHead, firstBreak, sameHash } from '../audit/index.ts'
import type { Reader } from '../storage/index.ts'
import { checkAnnulments } from './annul.ts'
import { columns, sealOf } from './book.ts'
import { checkClosings } from './closing.ts'
import { certificationRow, certificationStretch } from './table.ts'

/** Null when no row was changed, dropped or reordered; else the sequence number of the first that was. */
export function checkRegister(r: Reader, key: Buffer): number | null {
  const rows = r.select().from(certificationRow).orderBy(asc(certificationRow.seq)).all()
  const broken = firstBreak(key, rows, columns, (row) => row.hash)
  if (broken !== null) return rows[broken]?.seq ?? null
  const finished = rows.filter((row) => row.state === 'certified' || row.state === 'cancelled')
  const opened = finished.find((row) => !sameHash(row.seal, sealOf(key, row)))
  if (opened !== undefined) return opened.seq
  const head = checkHead(r, key, 'register', rows.at(-1))
  if (head !== null) return head
  const annulled = checkAnnulments(key, new Map(rows.map((row) => [row.seq, row])), r)
  if (annulled !== null) return annulled
  const firstOf = (series: string): number => rows.find((row) => row.series === series)?.seq ?? 1
  const closed = checkClosings(key, rows, r)
  if (closed !== null) return firstOf(closed)
  const written = new Set(rows.map((row) => `${row.book} ${row.number}`))
  for (const { series, book, first, next } of r.select().from(certificationStretch).all())
    for (let number = first; number < next; number += 1) if (!written.has(`${book} ${number}`)) return firstOf(series)
  return null
}
