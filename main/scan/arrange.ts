// The order of pages and where papers begin: decided purely, written by the caller.

export interface Arranged {
  readonly id: string
  readonly position: number
  readonly dossierId: string | null
  readonly startsPaper: boolean
  readonly title: string | null
  readonly removed: boolean
  readonly blank: boolean
  readonly separator: boolean
}

/** Left out of every paper: taken out, blank, or a separator sheet. */
export const isLeftOut = (page: Pick<Arranged, 'removed' | 'blank' | 'separator'>): boolean =>
  page.removed || page.blank || page.separator

/** Pages in their order. */
export const inOrder = <P extends Arranged>(pages: readonly P[]): readonly P[] =>
  [...pages].sort((one, other) => one.position - other.position)

/** `to` counts from 1; a place beyond the end is the end. The positions in use stay in use. Unknown pages change nothing. */
export function moved<P extends Arranged>(pages: readonly P[], id: string, to: number): readonly P[] {
  const ordered = inOrder(pages)
  const page = ordered.find((one) => one.id === id)
  if (page === undefined) return ordered
  const others = ordered.filter((one) => one.id !== id)
  const at = Math.min(Math.max(0, to - 1), others.length)
  return [...others.slice(0, at), page, ...others.slice(at)].map((one, index) => ({
    ...one,
    position: ordered[index]?.position ?? one.position,
  }))
}

/** Pages that make one document. */
export interface Paper<P> {
  readonly dossierId: string | null
  /** Known when its separator sheet or the clerk said what it is. */
  readonly title: string | null
  readonly pages: readonly P[]
}

/**
 * Papers, in the order in which they begin. The first kept page of a dossier always begins one, marked or not;
 * a beginning whose page is left out passes to the next kept page, so that papers never run into each other.
 */
export function papers<P extends Arranged>(pages: readonly P[]): readonly Paper<P>[] {
  const found: { dossierId: string | null; title: string | null; pages: P[] }[] = []
  const current = new Map<string | null, (typeof found)[number]>()
  const begun = new Map<string | null, string | null>()
  for (const page of inOrder(pages)) {
    if (page.startsPaper && !page.separator) begun.set(page.dossierId, page.title)
    if (isLeftOut(page)) continue
    const open = current.get(page.dossierId)
    if (open !== undefined && !begun.has(page.dossierId)) {
      open.pages.push(page)
      continue
    }
    const paper = { dossierId: page.dossierId, title: begun.get(page.dossierId) ?? page.title, pages: [page] }
    begun.delete(page.dossierId)
    current.set(page.dossierId, paper)
    found.push(paper)
  }
  return found
}

/** Typed page counts (3, 2, 4): which of the kept pages begin a paper. What lies behind the last count stays as it is. */
export function counted<P extends Arranged>(pages: readonly P[], counts: readonly number[]): readonly P[] {
  const kept = inOrder(pages).filter((page) => !isLeftOut(page))
  const starts = new Set<string>()
  let at = 0
  for (const count of counts) {
    const first = kept[at]
    if (first === undefined) break
    starts.add(first.id)
    at += count
  }
  const after = kept[at]
  if (after !== undefined) starts.add(after.id)
  // Left-out pages in between lose their marks too, or they would hand them on.
  const end = after?.position ?? Number.POSITIVE_INFINITY
  return pages.map((page) => (page.position <= end ? { ...page, startsPaper: starts.has(page.id) } : page))
}
