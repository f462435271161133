// The pages in hand: main's snapshots as they come, unchanged pages kept as the same objects, and the page that is chosen.
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Result } from '../../preload/contract/result.ts'
import type { Page, Pages } from '../../preload/contract/scan.ts'
import { useNews, useSnapshot } from '../look/calls.ts'
import { forgetThumbs } from '../look/thumbs-store.ts'
import { isException, mergePages, nextException } from './papers.ts'

export function useStack(dossierId: string | null) {
  const { counter } = window
  const asked = useSnapshot(() => counter.scan.pages({ dossierId }), dossierId ?? 'mixed')
  const merged = useRef<Pages | null>(null)
  merged.current = asked.value === null ? null : mergePages(merged.current, asked.value)
  useNews(counter.scan.changed, (value) => value.dossierId === dossierId && asked.set(value))
  // Nothing of a secret paper stays in the window: its small pictures go too, the others are painted again.
  const purged = merged.current?.pages.filter((page) => page.purged).length ?? 0
  useEffect(() => {
    if (purged > 0) forgetThumbs()
  }, [purged])
  return { stack: merged.current, failure: asked.failure, set: asked.set }
}

/** Which page is shown. While nobody chose, the newest page is, and at the end of a run the first one to look at. */
export function useChosen(pages: readonly Page[], running: boolean) {
  const [chosenId, setChosen] = useState<string | null>(null)
  const following = useRef(true)
  const count = useRef(0)
  const known = pages.some((page) => page.id === chosenId)
  useEffect(() => {
    const first = count.current === 0 && !running ? pages[0] : pages.at(-1)
    const arrived = pages.length > count.current
    count.current = pages.length
    if (following.current && !running) {
      const exception = pages.find(isException)
      if (exception !== undefined) {
        following.current = false
        setChosen(exception.id)
        return
      }
    }
    if ((arrived && following.current) || !known) setChosen(first?.id ?? null)
  }, [pages, running, known])
  const choose = useCallback((id: string | null) => {
    if (id === null) return
    following.current = false
    setChosen(id)
  }, [])
  const follow = useCallback(() => {
    following.current = true
  }, [])
  return { page: pages.find((page) => page.id === chosenId), chosenId, choose, follow }
}

export type Edit = (change: (page: Page) => Promise<Result<Pages>>) => Promise<void>

/** Everything the clerk does to the chosen page. A page in a document no longer changes. */
export function pageActions(
  page: Page | undefined,
  pages: readonly Page[],
  edit: Edit,
  choose: (id: string | null) => void,
) {
  const { scan } = window.counter
  const look = () => choose(nextException(pages, page?.id ?? null))
  return {
    turn: (by: 90 | -90) => edit((one) => scan.rotate({ pageId: one.id, by })),
    move: (by: 1 | -1) => edit((one) => scan.move({ pageId: one.id, to: Math.max(1, one.number + by) })),
    remove: () => edit((one) => scan.remove({ pageId: one.id, removed: !one.removed })),
    startPaper: (starts: boolean) => edit((one) => scan.startPaper({ pageId: one.id, starts })),
    blank: () => edit((one) => scan.blank({ pageId: one.id, blank: !one.blank })),
    asScanned: () => edit((one) => scan.asScanned({ pageId: one.id, asScanned: !one.asScanned })),
    look,
    /** Enter: the page is right; on to the next one to look at. */
    right: () => {
      const next = nextException(pages, page?.id ?? null)
      if (page !== undefined && isException(page)) void edit((one) => scan.check({ pageId: one.id }))
      choose(next)
    },
  }
}
export type PageActions = ReturnType<typeof pageActions>
