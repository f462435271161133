// The pages of the dossier as a grid that grows while they arrive. Arrows walk it; the paper each page belongs to is written under it.
import { useEffect, useRef } from 'react'
import { ListBox, ListBoxItem } from 'react-aria-components'
import type { Page } from '../../preload/contract/scan.ts'
import { useWords } from '../look/language.tsx'
import { PageImage } from '../look/page-image.tsx'
import type { Paper } from './papers.ts'

interface ThumbsProps {
  readonly pages: readonly Page[]
  readonly papers: readonly Paper[]
  readonly chosen: string | null
  readonly choose: (id: string) => void
  /** Pages are arriving: the newest is chosen, the focus stays where it is. */
  readonly arriving: boolean
}

export function Thumbs({ pages, papers, chosen, choose, arriving }: ThumbsProps) {
  const w = useWords()
  const paperOf = new Map(
    papers.flatMap((paper) =>
      paper.pages.map((page, at) => [page.id, { number: paper.number, first: at === 0 }] as const),
    ),
  )
  const grid = useRef<HTMLDivElement>(null)
  // The chosen page is in sight, and has the focus unless the person is busy elsewhere: arrows and R, N, Delete work at once.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that was moved is shown at its new place
  useEffect(() => {
    if (chosen === null) return
    const item = grid.current?.querySelector<HTMLElement>(`[data-key="${chosen}"]`)
    item?.scrollIntoView({ block: 'nearest' })
    if (arriving) return
    const at = document.activeElement
    const free = at === null || at === document.body || at.tagName === 'H1' || grid.current?.contains(at) === true
    if (free && at !== item) item?.focus({ preventScroll: true })
  }, [chosen, pages, arriving])
  return (
    <ListBox
      ref={grid}
      className="thumbs"
      layout="grid"
      aria-label={w.scan.pages}
      items={[...pages]}
      dependencies={[papers, w]}
      selectionMode="single"
      selectionBehavior="replace"
      disallowEmptySelection
      selectedKeys={chosen === null ? [] : [chosen]}
      onSelectionChange={(keys) => {
        const first = keys === 'all' ? undefined : [...keys][0]
        if (first !== undefined) choose(String(first))
      }}
    >
      {(page) => {
        const paper = paperOf.get(page.id)
        return (
          <ListBoxItem
            className="thumb option-plain"
            id={page.id}
            textValue={w.scan.page(page.number)}
            data-testid="page-thumb"
            data-removed={page.removed}
            data-filed={page.filed}
            data-rotation={page.rotation}
            data-paper={paper?.number ?? ''}
            data-number={page.number}
          >
            {paper?.first === true && <span className="begins" aria-hidden="true" />}
            <div className="image">
              <PageImage page={page} label={w.scan.page(page.number)} />
            </div>
            <div className="under">
              <span className="num">{page.number}</span>
              {page.removed ? (
                <span className="tag warn">{w.scan.removed}</span>
              ) : page.filed ? (
                <span className="tag ok">{w.scan.filed}</span>
              ) : (
                paper !== undefined && (
                  <span className={paper.first ? 'tag accent' : 'tag'}>{w.scan.paper(paper.number)}</span>
                )
              )}
            </div>
          </ListBoxItem>
        )
      }}
    </ListBox>
  )
}
