// What the clerk does to pages: one change, one transaction, one audit entry, one step to undo. Filed pages never change.
import { eq } from 'drizzle-orm'
import type { Caller } from '../../preload/contract/border.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Audit } from '../audit/index.ts'
import type { Storage, Writer } from '../storage/index.ts'
import { counted, inOrder, isLeftOut, moved, papers } from './arrange.ts'
import { findPage, type PageRow, rowsIn, rowsNamed, type View, viewOf } from './pages.ts'
import { scanPage } from './table.ts'

/** The columns a clerk's decision may touch, and so the ones that undoing brings back. */
const decisions = (row: PageRow) => ({
  dossierId: row.dossierId,
  position: row.position,
  rotation: row.rotation,
  turned: row.turned,
  asScanned: row.asScanned,
  startsPaper: row.startsPaper,
  title: row.title,
  titleFrom: row.titleFrom,
  blank: row.blank,
  removed: row.removed,
  checked: row.checked,
  placed: row.placed,
})
type Decisions = ReturnType<typeof decisions>
interface Step {
  readonly before: readonly (Decisions & { readonly id: string })[]
  /** As the step left them: a page that changed since is not brought back over it. */
  readonly after: readonly (Decisions & { readonly id: string })[]
}

const MOST_STEPS = 100

export interface Edits {
  /** Changes pages in the view of `pageId`; `stale` when the page is gone or filed. Answers the views to tell. */
  page(
    pageId: string,
    decide: (page: PageRow, all: readonly PageRow[]) => readonly PageRow[],
    event: string,
    caller: Caller,
  ): Result<readonly View[]>
  counts(view: View, counts: readonly number[], caller: Caller): Result<readonly View[]>
  undo(view: View, caller: Caller): Result<readonly View[]>
  canUndo(view: View): boolean
}

export function openEdits(parts: { readonly storage: Storage; readonly audit: Audit }): Edits {
  const { storage, audit } = parts
  const steps = new Map<View, Step[]>()

  const differs = (one: PageRow, other: PageRow): boolean =>
    JSON.stringify(decisions(one)) !== JSON.stringify(decisions(other))

  function write(w: Writer, view: View, before: readonly PageRow[], after: readonly PageRow[]): readonly PageRow[] {
    const changed = after.filter((row) => {
      const old = before.find((one) => one.id === row.id)
      return old !== undefined && old.documentId === null && differs(old, row)
    })
    for (const row of changed) w.update(scanPage).set(decisions(row)).where(eq(scanPage.id, row.id)).run()
    if (changed.length === 0) return changed
    const olds = changed.flatMap((row) => before.find((one) => one.id === row.id) ?? [])
    const list = steps.get(view) ?? []
    list.push({
      before: olds.map((row) => ({ id: row.id, ...decisions(row) })),
      after: changed.map((row) => ({ id: row.id, ...decisions(row) })),
    })
    steps.set(view, list.slice(-MOST_STEPS))
    return changed
  }
  const viewsOf = (view: View, rows: readonly PageRow[]): readonly View[] => [
    ...new Set([view, ...rows.map(viewOf), ...rows.map((row) => row.dossierId)]),
  ]

  return {
    page: (pageId, decide, event, caller) => {
      const done = storage.write((w) => {
        const page = findPage(w, pageId)
        if (page === undefined || page.documentId !== null || page.closed || page.purgedAt !== null) return null
        const view = page.fedInto === null ? null : viewOf(page)
        const before = rowsIn(w, view)
        const changed = write(w, view, before, decide(page, before))
        audit.append(w, {
          actor: caller.operatorId,
          event: `scan.${event}`,
          subject: page.dossierId ?? 'mixed',
          detail: { page: pageId },
        })
        return viewsOf(view, changed)
      })
      return done === null ? fail({ kind: 'stale' }) : ok(done)
    },
    counts: (view, counts, caller) => {
      const views = storage.write((w) => {
        const before = rowsIn(w, view).filter((row) => row.documentId === null && !row.closed)
        const after = counted(before, counts).map((row) => {
          const old = before.find((one) => one.id === row.id)
          return old === undefined || old.startsPaper === row.startsPaper ? row : { ...row, placed: true }
        })
        const changed = write(w, view, before, after)
        audit.append(w, {
          actor: caller.operatorId,
          event: 'scan.pages-counted',
          subject: view ?? 'mixed',
          detail: { counts: counts.join(' ') },
        })
        return viewsOf(view, changed)
      })
      return ok(views)
    },
    undo: (view, caller) => {
      const step = steps.get(view)?.pop()
      if (step === undefined) return fail({ kind: 'stale' })
      const views = storage.write((w) => {
        const now = rowsNamed(
          w,
          step.after.map((row) => row.id),
        )
        for (const row of now) {
          const [was, left] = [step.before, step.after].map((rows) => rows.find((one) => one.id === row.id))
          const untouched = JSON.stringify({ id: row.id, ...decisions(row) }) === JSON.stringify(left)
          if (was === undefined || row.documentId !== null || row.purgedAt !== null || !untouched) continue
          const { id: _, ...columns } = was
          w.update(scanPage).set(columns).where(eq(scanPage.id, row.id)).run()
        }
        audit.append(w, { actor: caller.operatorId, event: 'scan.undone', subject: view ?? 'mixed' })
        return viewsOf(view, [...now, ...step.before.map((row) => ({ ...row, fedInto: view }) as PageRow)])
      })
      return ok(views)
    },
    canUndo: (view) => (steps.get(view)?.length ?? 0) > 0,
  }
}

// --- decisions, pure ------------------------------------------------------------------------------------------------

const QUARTERS = [0, 90, 180, 270]

export const turnedBy =
  (by: 90 | -90 | 180) =>
  (page: PageRow): readonly PageRow[] => [
    { ...page, rotation: QUARTERS[((page.rotation + by + 360) % 360) / 90] ?? 0, turned: true, checked: true },
  ]

export const movedTo =
  (to: number) =>
  (page: PageRow, all: readonly PageRow[]): readonly PageRow[] =>
    moved(all, page.id, to).map((row) => (row.id === page.id ? { ...row, placed: true } : row))

/** The mark of a beginning does not get lost with the page that carried it. */
export const startingPaper =
  (starts: boolean) =>
  (page: PageRow): readonly PageRow[] => [
    { ...page, startsPaper: starts, title: starts ? page.title : null, placed: true },
  ]

/** The whole paper goes to another dossier and stays one paper there. */
export const sentTo =
  (dossierId: string) =>
  (page: PageRow, all: readonly PageRow[]): readonly PageRow[] => {
    const open = all.filter((row) => row.documentId === null)
    const paper = papers(open).find((one) => one.pages.some((row) => row.id === page.id))
    const first = paper?.pages[0]
    const rows = paper?.pages ?? [page]
    const last = rows.at(-1)?.position ?? page.position
    const next = inOrder(open).find(
      (row) => row.position > last && row.dossierId === page.dossierId && !isLeftOut(row) && !row.startsPaper,
    )
    return [
      ...rows.map((row) => ({
        ...row,
        dossierId,
        placed: true,
        startsPaper: row.id === first?.id || (first === undefined && row.id === page.id),
        title: row.id === first?.id ? (paper?.title ?? row.title) : null,
      })),
      ...(next === undefined ? [] : [{ ...next, startsPaper: true, placed: true }]),
    ]
  }

/** The name of the paper that a page belongs to stands on its first page. */
export const named =
  (title: string) =>
  (page: PageRow, all: readonly PageRow[]): readonly PageRow[] => {
    const paper = papers(all.filter((row) => row.documentId === null)).find((one) =>
      one.pages.some((row) => row.id === page.id),
    )
    const first = paper?.pages[0] ?? page
    return [
      {
        ...first,
        startsPaper: true,
        title: title === '' ? null : title,
        titleFrom: title === '' ? 'none' : 'typed',
        placed: true,
      },
    ]
  }
