// The order of pages and where papers begin: decided purely, written by the caller.

export interface Arranged {
  readonly id: string
  readonly position: number
  readonly startsPaper: boolean
  readonly removed: boolean
}

/** Pages in their order, renumbered from 1. */
export const inOrder = <P extends Arranged>(pages: readonly P[]): readonly P[] =>
  [...pages]
    .sort((one, other) => one.position - other.position)
    .map((page, index) => ({ ...page, position: index + 1 }))

/** `to` counts from 1; a place beyond the end is the end. Unknown pages change nothing. */
export function moved<P extends Arranged>(pages: readonly P[], id: string, to: number): readonly P[] {
  const ordered = inOrder(pages)
  const page = ordered.find((one) => one.id === id)
  if (page === undefined) return ordered
  const others = ordered.filter((one) => one.id !== id)
  const at = Math.min(Math.max(0, to - 1), others.length)
  return [...others.slice(0, at), page, ...others.slice(at)].map((one, index) => ({ ...one, position: index + 1 }))
}

/** Papers: groups of kept pages. The first kept page always begins one, marked or not. */
export function papers<P extends Arranged>(pages: readonly P[]): readonly (readonly P[])[] {
  const groups: P[][] = []
  for (const page of inOrder(pages).filter((one) => !one.removed)) {
    const last = groups.at(-1)
    if (last === undefined || page.startsPaper) groups.push([page])
    else last.push(page)
  }
  return groups
}
