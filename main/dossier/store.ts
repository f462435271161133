// Queries of the dossier station.
import { and, asc, count, desc, eq, or, sql } from 'drizzle-orm'
import type { Dossier } from '../../preload/contract/dossier.ts'
import type { Looks, Reader, Writer } from '../storage/index.ts'
import type { Catalogue } from './catalogue.ts'
import { dossierComponent, dossierDossier } from './table.ts'

export type DossierRow = typeof dossierDossier.$inferSelect
export type ComponentRow = typeof dossierComponent.$inferSelect

/** What other stations know about a dossier; handed in by app.ts, because they stand to the right. */
export interface DossierCounts {
  readonly pages: number
  readonly documents: number
  readonly certified: number
  readonly fee: number
}

const byId = (db: Looks) =>
  db
    .select()
    .from(dossierDossier)
    .where(eq(dossierDossier.id, sql.placeholder('id')))
    .prepare()
export const findDossier = (r: Reader | Writer, id: string): DossierRow | undefined => r.kept(byId).get({ id })

/** By the code on paper: the provisional one, or the province's. */
export const findDossierByCode = (r: Reader | Writer, code: string): DossierRow | undefined =>
  r
    .select()
    .from(dossierDossier)
    .where(or(eq(dossierDossier.provisionalCode, code), eq(dossierDossier.code, code)))
    .get()

export const componentsOf = (r: Reader | Writer, id: string): readonly ComponentRow[] =>
  r
    .select()
    .from(dossierComponent)
    .where(eq(dossierComponent.dossierId, id))
    .orderBy(asc(dossierComponent.position))
    .all()

export const newestDossiers = (r: Reader, limit: number): readonly DossierRow[] =>
  r.select().from(dossierDossier).orderBy(desc(dossierDossier.receivedAt)).limit(limit).all()

export const nextOrdinal = (w: Writer, day: string): number =>
  (w
    .select({ n: dossierDossier.ordinal })
    .from(dossierDossier)
    .where(eq(dossierDossier.day, day))
    .orderBy(desc(dossierDossier.ordinal))
    .limit(1)
    .get()?.n ?? 0) + 1

export const countOpen = (r: Reader): number =>
  r.select({ n: count() }).from(dossierDossier).where(eq(dossierDossier.status, 'received')).get()?.n ?? 0

/** A scanned component answers the first line of the checklist that still waits for a scan. */
export function markScanned(w: Writer, dossierId: string): void {
  const row = w
    .select()
    .from(dossierComponent)
    .where(and(eq(dossierComponent.dossierId, dossierId), eq(dossierComponent.state, 'to-scan')))
    .orderBy(asc(dossierComponent.position))
    .limit(1)
    .get()
  if (row !== undefined)
    w.update(dossierComponent).set({ state: 'scanned' }).where(eq(dossierComponent.id, row.id)).run()
}

/** First six and last three digits. */
export const maskNumber = (number: string): string =>
  number.length < 10 ? number : `${number.slice(0, 6)}${'•'.repeat(number.length - 9)}${number.slice(-3)}`

export function viewOf(
  row: DossierRow,
  components: readonly ComponentRow[],
  catalogue: Catalogue,
  counts: DossierCounts,
): Dossier {
  const listed = catalogue.find(row.procedureCode)
  return {
    id: row.id,
    provisionalCode: row.provisionalCode,
    code: row.code,
    provinceId: row.provinceId,
    procedure: {
      code: row.procedureCode,
      name: listed?.name ?? row.procedureCode,
      field: listed?.field ?? '',
      hint: listed?.hint ?? '',
      mark: listed?.mark ?? '?',
    },
    citizenName: row.citizenName,
    citizenNumber: maskNumber(row.citizenNumber),
    phone: row.phone,
    email: row.email,
    status: row.status,
    components: components.map(({ code, name, state }) => ({ code, name, state })),
    receivedAt: row.receivedAt,
    dueAt: row.dueAt,
    dueSameDay: row.dueSameDay,
    ...counts,
  }
}
