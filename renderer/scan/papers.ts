// Which page belongs to which paper, for the badges and counts on the screen. Main groups the same way when it makes documents.
import type { Page } from '../../preload/contract/scan.ts'

export interface Paper {
  /** From 1, among the pages that are not yet in a document. */
  readonly number: number
  readonly pages: readonly Page[]
}

/** Kept pages not yet in a document; the first one begins a paper, marked or not. */
export function openPapers(pages: readonly Page[]): readonly Paper[] {
  const groups: Page[][] = []
  for (const page of [...pages].sort((one, other) => one.number - other.number)) {
    if (page.removed || page.filed) continue
    const last = groups.at(-1)
    if (last === undefined || page.startsPaper) groups.push([page])
    else last.push(page)
  }
  return groups.map((group, at) => ({ number: at + 1, pages: group }))
}
