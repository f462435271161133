// What the screen says about a stack: which page belongs to which paper and dossier, how much is worked on, what to look at.
// Pure; main groups the same way when it makes documents.
import type { Page, Pages } from '../../preload/contract/scan.ts'
import { keepUnchanged } from '../look/unchanged.ts'

type Reason = Page['reasons'][number]

export interface Paper {
  /** From 1, among the pages that are not yet in a document. */
  readonly number: number
  readonly dossierId: string | null
  readonly title: string | null
  readonly pages: readonly Page[]
}

/** Left out of every paper: taken out, blank, or a separator sheet. */
const isLeftOut = (page: Page): boolean => page.removed || page.blank || page.separator

/**
 * Kept pages not yet in a document, in their order. The first kept page of a dossier always begins a paper, marked or not;
 * a beginning whose page is left out passes to the next kept page.
 */
export function openPapers(pages: readonly Page[]): readonly Paper[] {
  const found: { dossierId: string | null; title: string | null; pages: Page[] }[] = []
  const current = new Map<string | null, (typeof found)[number]>()
  const begun = new Map<string | null, string | null>()
  for (const page of [...pages].sort((one, other) => one.number - other.number)) {
    if (page.filed) continue
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
  return found.map((paper, at) => ({ number: at + 1, ...paper }))
}

/** Somebody should look at it, and still can do something. */
export const isException = (page: Page): boolean => page.reasons.length > 0 && !page.removed && !page.filed

export interface StackCount {
  /** Pages that are neither taken out nor in a document yet. */
  readonly all: number
  readonly worked: number
  readonly toCheck: number
}

export function countStack(pages: readonly Page[]): StackCount {
  const live = pages.filter((page) => !page.removed && !page.filed)
  return {
    all: live.length,
    worked: live.filter((page) => page.work !== 'waiting').length,
    toCheck: live.filter(isException).length,
  }
}

/** The next page to look at behind this one, round the end; null when there is none besides it. */
export function nextException(pages: readonly Page[], from: string | null): string | null {
  const at = pages.findIndex((page) => page.id === from)
  const round = [...pages.slice(at + 1), ...pages.slice(0, Math.max(0, at))]
  return round.find(isException)?.id ?? null
}

/** Pages side by side that belong to one dossier, under one heading. */
export interface Section {
  readonly key: string
  readonly dossierId: string | null
  readonly pages: readonly Page[]
}

export function sectionsOf(pages: readonly Page[]): readonly Section[] {
  const sections: { key: string; dossierId: string | null; pages: Page[] }[] = []
  for (const page of pages) {
    const last = sections.at(-1)
    if (last !== undefined && last.dossierId === page.dossierId) last.pages.push(page)
    else sections.push({ key: page.id, dossierId: page.dossierId, pages: [page] })
  }
  return sections
}

/** The same pages, and the very same object for each page that did not change, so that only the changed ones are drawn. */
export function mergePages(old: Pages | null, next: Pages): Pages {
  return old === null ? next : { ...next, pages: [...keepUnchanged(old.pages, next.pages, ({ id }) => id)] }
}

/** The reason the small tag names; the gravest first. */
const ORDER: readonly Reason[] = [
  'separator-unknown',
  'no-dossier',
  'double-fed',
  'not-worked-on',
  'low-resolution',
  'upright',
  'skew',
  'blank',
  'edge',
]
export const firstReason = (page: Page): Reason | null => ORDER.find((reason) => page.reasons.includes(reason)) ?? null
