// What is shown of the pages: rows become the contract's pages, with the reasons why somebody should look.
import { and, asc, desc, eq, inArray, isNull, or } from 'drizzle-orm'
import { Findings, type Page, type Pages, type Reason, type Unfinished } from '../../preload/contract/scan.ts'
import { findDossier } from '../dossier/index.ts'
import type { Reader, Writer } from '../storage/index.ts'
import { inOrder, isLeftOut } from './arrange.ts'
import { SURE } from './picture/sure.ts'
import { interpretCodes } from './separator.ts'
import { scanPage } from './table.ts'

export type PageRow = typeof scanPage.$inferSelect

/** A view: the pages of a dossier, or of the mixed stack (null). */
export type View = string | null

export const viewOf = (row: PageRow): View => (row.fedInto === null ? null : (row.dossierId ?? row.fedInto))

export function rowsIn(r: Reader | Writer, view: View): readonly PageRow[] {
  const within =
    view === null
      ? and(isNull(scanPage.fedInto), eq(scanPage.closed, false))
      : or(eq(scanPage.dossierId, view), and(eq(scanPage.fedInto, view), isNull(scanPage.dossierId)))
  return r.select().from(scanPage).where(within).orderBy(asc(scanPage.position)).all()
}

export const rowsOfRun = (r: Reader | Writer, run: string): readonly PageRow[] =>
  r.select().from(scanPage).where(eq(scanPage.run, run)).orderBy(asc(scanPage.position)).all()

export const findPage = (r: Reader | Writer, id: string): PageRow | undefined =>
  r.select().from(scanPage).where(eq(scanPage.id, id)).get()

export const findingsOf = (row: PageRow): Findings | null =>
  row.findings === null ? null : Findings.parse(JSON.parse(row.findings))

/** Files of the vault that page rows name; those of secret papers are not named any more. */
export const pageFiles = (r: Reader): readonly string[] =>
  r
    .select({ file: scanPage.file, picture: scanPage.picture, words: scanPage.words })
    .from(scanPage)
    .where(isNull(scanPage.purgedAt))
    .all()
    .flatMap(({ file, picture, words }) => [file, picture, words].filter((hash) => hash !== null))

/** Why a person should look at this page. Pure. */
export function reasonsFor(row: PageRow, findings: Findings | null): readonly Reason[] {
  if (row.checked || row.removed || row.documentId !== null || row.work === 'waiting') return []
  const unknown = row.dossierId === null
  if (row.separator) return unknown && isOurs(findings) ? ['separator-unknown'] : []
  const reasons: Reason[] = []
  if (row.work === 'failed') reasons.push('not-worked-on')
  if (row.doubtful) reasons.push('double-fed')
  if (unknown && !row.blank) reasons.push('no-dossier')
  if (row.lowResolution) reasons.push('low-resolution')
  if (findings === null) return reasons
  if (findings.blank.confidence < SURE.blank) reasons.push('blank')
  if (row.blank) return reasons
  if (!row.turned && findings.upright.confidence < SURE.upright) reasons.push('upright')
  if (!row.asScanned && findings.skew.confidence < SURE.skew) reasons.push('skew')
  if (!row.asScanned && findings.paper.confidence < SURE.edge) reasons.push('edge')
  return reasons
}

/** A sheet of ours, as against a bare patch code that names no dossier on purpose. */
const isOurs = (findings: Findings | null): boolean =>
  findings !== null && interpretCodes(findings.codes).separator !== null

function toPage(row: PageRow, number: number): Page {
  const findings = findingsOf(row)
  const made = row.picture !== null && !row.asScanned
  return {
    id: row.id,
    dossierId: row.dossierId,
    number,
    file: row.file,
    picture: made ? (row.picture ?? row.file) : row.file,
    width: made ? row.pictureWidth : row.width,
    height: made ? row.pictureHeight : row.height,
    dpi: row.dpi,
    rotation: row.rotation as Page['rotation'],
    startsPaper: row.startsPaper,
    separator: row.separator,
    blank: row.blank,
    removed: row.removed,
    filed: row.documentId !== null,
    purged: row.purgedAt !== null,
    work: row.work,
    asScanned: row.asScanned,
    findings,
    reasons: [...reasonsFor(row, findings)],
    title: row.title,
  }
}

export function showPages(
  r: Reader | Writer,
  view: View,
  canUndo: boolean,
  unread: (rows: readonly PageRow[]) => number,
): Pages {
  const rows = rowsIn(r, view)
  const ids = [...new Set(rows.map((row) => row.dossierId).filter((id) => id !== null))]
  return {
    dossierId: view,
    pages: inOrder(rows).map((row, index) => toPage(row, index + 1)),
    waiting: rows.filter((row) => row.work === 'waiting').length,
    unread: unread(rows),
    canUndo,
    dossiers: ids.flatMap((id) => {
      const dossier = findDossier(r, id)
      return dossier === undefined
        ? []
        : [{ id, code: dossier.code ?? dossier.provisionalCode, citizenName: dossier.citizenName }]
    }),
  }
}

/** Stacks with pages that are in no document yet, newest first. */
export function showUnfinished(r: Reader): readonly Unfinished[] {
  const open = r
    .select()
    .from(scanPage)
    .where(and(eq(scanPage.closed, false), isNull(scanPage.documentId)))
    .orderBy(desc(scanPage.scannedAt))
    .all()
  const stacks = new Map<View, PageRow[]>()
  for (const row of open.filter((one) => !isLeftOut(one)))
    stacks.set(viewOf(row), [...(stacks.get(viewOf(row)) ?? []), row])
  return [...stacks].map(([view, rows]) => {
    const dossier = view === null ? undefined : findDossier(r, view)
    return {
      dossierId: view,
      code: dossier === undefined ? '' : (dossier.code ?? dossier.provisionalCode),
      citizenName: dossier?.citizenName ?? '',
      pages: rows.length,
      toCheck: rows.filter((row) => reasonsFor(row, findingsOf(row)).length > 0).length,
      lastAt: rows[0]?.scannedAt ?? '',
    }
  })
}

/** Pages of these ids, in their order. */
export const rowsNamed = (r: Reader | Writer, ids: readonly string[]): readonly PageRow[] =>
  r
    .select()
    .from(scanPage)
    .where(inArray(scanPage.id, [...ids]))
    .orderBy(asc(scanPage.position))
    .all()

/** The pages of a document that was given up are open again; the first says what the paper is. */
export function unfilePages(w: Writer, documentId: string, title: string): void {
  const [first] = w
    .update(scanPage)
    .set({ documentId: null, closed: false, unread: false })
    .where(eq(scanPage.documentId, documentId))
    .returning()
    .all()
    .sort((one, other) => one.position - other.position)
  if (first === undefined) return
  const named = { startsPaper: true, title, titleFrom: first.title === title ? first.titleFrom : ('typed' as const) }
  w.update(scanPage).set(named).where(eq(scanPage.id, first.id)).run()
}
