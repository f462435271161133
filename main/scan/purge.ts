// Secret papers (giấy tờ mật): which pages show one, and what is left of them: their rows, without image, words or findings.
// It never decides that a paper is secret, and removes no file: files go when the transaction is over.
import { asc, eq, inArray, isNotNull, or } from 'drizzle-orm'
import type { Reader, Writer } from '../storage/index.ts'
import { type Arranged, inOrder, isLeftOut } from './arrange.ts'
import { type PageRow, rowsNamed } from './pages.ts'
import { scanPage } from './table.ts'

type Placed = Arranged & { readonly documentId: string | null }

/**
 * The pages of a paper, and every page left out of it: a page that was fed again, or is blank, still shows the paper. What lies
 * between its pages and right beside them belongs to it, until a kept page, a separator sheet or another document begins. Pure.
 */
export function pagesShowing<P extends Placed>(all: readonly P[], ids: ReadonlySet<string>): readonly P[] {
  const ordered = inOrder(all)
  const own = ordered.flatMap((page, at) => (ids.has(page.id) ? [at] : []))
  const loose = (page: P | undefined): boolean =>
    page !== undefined && page.documentId === null && !page.separator && isLeftOut(page)
  let [first, last] = [own[0] ?? 0, own.at(-1) ?? -1]
  while (loose(ordered[first - 1])) first -= 1
  while (loose(ordered[last + 1])) last += 1
  return ordered.filter((page, at) => ids.has(page.id) || (at >= first && at <= last && loose(page)))
}

/** In the caller's transaction: these pages, and what was left out beside them, show nothing any more. Answers the pages. */
export function purgePages(w: Writer, pageIds: readonly string[], at: Date): readonly PageRow[] {
  const named = rowsNamed(w, pageIds)
  const runs = [...new Set(named.map((row) => row.run))]
  const dossiers = [...new Set(named.map((row) => row.dossierId).filter((id) => id !== null))]
  const near = or(inArray(scanPage.run, runs), inArray(scanPage.dossierId, dossiers))
  const all = w.select().from(scanPage).where(near).orderBy(asc(scanPage.position)).all()
  const gone = pagesShowing(all, new Set(pageIds)).filter((row) => row.purgedAt === null)
  for (const row of gone)
    w.update(scanPage)
      .set({
        purgedAt: at.toISOString(),
        // Codes on the page are content too. The hashes stay: by them the files are found again after a power cut.
        findings: null,
        work: 'done',
        unread: false,
        removed: row.documentId === null ? true : row.removed,
      })
      .where(eq(scanPage.id, row.id))
      .run()
  return gone
}

/** Files that secret pages had; another row may still name the same bytes. */
export const purgedPageFiles = (r: Reader): readonly string[] =>
  r
    .select({ file: scanPage.file, picture: scanPage.picture, words: scanPage.words })
    .from(scanPage)
    .where(isNotNull(scanPage.purgedAt))
    .all()
    .flatMap(({ file, picture, words }) => [file, picture, words].filter((hash) => hash !== null))
