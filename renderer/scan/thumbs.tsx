// The pages of the stack as a grid that grows while they arrive, under the heading of their dossier. It is walked with the arrows
// (the screen binds them), and the chosen page is always in sight. Only pages that changed are drawn again.
import { memo, useEffect, useMemo, useRef } from 'react'
import type { Page, Pages } from '../../preload/contract/scan.ts'
import { useWords } from '../look/language.tsx'
import type { Words } from '../words/index.ts'
import { firstReason, type Paper, sectionsOf } from './papers.ts'
import { Thumb } from './thumb.tsx'

interface ThumbsProps {
  readonly stack: Pages
  readonly papers: readonly Paper[]
  readonly chosen: string | null
  readonly choose: (id: string) => void
  /** The heading says whose pages these are; with one dossier in hand the screen's title has said it. */
  readonly mixed: boolean
}

const listId = (id: string) => `page-${id}`

/** Everything a person is told about a page, in one line. */
export function pageWords(page: Page, paper: Paper | undefined, w: Words): string {
  const said = [
    w.scan.page(page.number),
    page.separator && w.scan.tags.separator,
    page.blank && w.scan.tags.blank,
    page.removed && w.scan.tags.removed,
    page.filed && w.scan.tags.filed,
    page.purged && w.scan.tags.purged,
    page.work === 'waiting' && w.scan.tags.waiting,
    paper !== undefined && [w.scan.paper(paper.number), paper.title].filter(Boolean).join(' '),
    ...page.reasons.map((reason) => w.scan.reasons[reason].tag),
  ]
  return said.filter((part) => typeof part === 'string').join(', ')
}

function headingOf(stack: Pages, dossierId: string | null, mixed: boolean, w: Words): string {
  if (dossierId === null) return w.scan.noDossier
  const dossier = mixed ? stack.dossiers.find((one) => one.id === dossierId) : undefined
  return dossier === undefined ? '' : `${dossier.code} · ${dossier.citizenName}`
}

/** Titles with the number of their paper; papers without one are only counted. */
function titlesOf(papers: readonly Paper[], w: Words): readonly string[] {
  const named = papers.flatMap((paper) => (paper.title === null ? [] : [`${paper.number} ${paper.title}`]))
  const bare = papers.length - named.length
  return bare === 0 ? named : [...named, named.length === 0 ? w.scan.papersIn(bare) : w.scan.untitled(bare)]
}

export const Thumbs = memo(function Thumbs({ stack, papers, chosen, choose, mixed }: ThumbsProps) {
  const w = useWords()
  const { pages } = stack
  const grid = useRef<HTMLDivElement>(null)
  const sections = useMemo(() => sectionsOf(pages), [pages])
  const paperOf = useMemo(
    () => new Map(papers.flatMap((paper) => paper.pages.map((page) => [page.id, paper] as const))),
    [papers],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that was moved is shown at its new place
  useEffect(() => {
    if (chosen !== null) document.getElementById(listId(chosen))?.scrollIntoView({ block: 'nearest' })
  }, [chosen, pages])
  return (
    <div
      ref={grid}
      className="thumbs"
      role="listbox"
      tabIndex={0}
      aria-label={w.scan.pages}
      aria-activedescendant={chosen === null ? undefined : listId(chosen)}
      data-testid="thumbs"
      onMouseDown={(event) => {
        // The list keeps the focus, not the small page in it: arrows go on from there.
        if (!(event.target instanceof Element) || event.target.closest('[role=option]') === null) return
        event.preventDefault()
        grid.current?.focus({ preventScroll: true })
      }}
    >
      {sections.map((section) => {
        const inside = [...new Set(section.pages.flatMap((page) => paperOf.get(page.id) ?? []))]
        const heading = headingOf(stack, section.dossierId, mixed, w)
        const titles = titlesOf(inside, w)
        const label = [heading, ...titles].filter((part) => part !== '').join(' · ')
        return (
          // biome-ignore lint/a11y/useSemanticElements: a group inside a listbox, which fieldset is not
          <div
            key={section.key}
            role="group"
            aria-label={label === '' ? w.scan.pages : label}
            className="thumb-section"
          >
            {label !== '' && (
              <div className="thumb-heading" aria-hidden="true" data-testid="section-heading">
                {heading !== '' && <b className={section.dossierId === null ? 'unknown' : undefined}>{heading}</b>}
                {titles.map((title) => (
                  <span key={title}>{title}</span>
                ))}
              </div>
            )}
            {section.pages.map((page) => {
              const paper = paperOf.get(page.id)
              return (
                <Thumb
                  key={page.id}
                  id={listId(page.id)}
                  page={page}
                  paper={paper?.number ?? null}
                  begins={paper?.pages[0]?.id === page.id}
                  reason={firstReason(page)}
                  words={pageWords(page, paper, w)}
                  chosen={page.id === chosen}
                  choose={choose}
                />
              )
            })}
          </div>
        )
      })}
    </div>
  )
})

/** Where an arrow leads from the chosen page; rows are told apart by where the small pages really are. */
export function walk(pages: readonly Page[], chosen: string | null, key: string): string | null {
  const at = pages.findIndex((page) => page.id === chosen)
  if (at < 0) return pages[0]?.id ?? null
  const step = (to: number) => pages[Math.min(Math.max(0, to), pages.length - 1)]?.id ?? null
  if (key === 'ArrowLeft') return step(at - 1)
  if (key === 'ArrowRight') return step(at + 1)
  if (key === 'Home') return step(0)
  if (key === 'End') return step(pages.length - 1)
  const here = boxOf(pages[at])
  if (here === null) return null
  const down = key === 'ArrowDown'
  const beyond = (down ? pages.slice(at + 1) : pages.slice(0, at).reverse()).map((page) => ({ page, box: boxOf(page) }))
  const row = beyond.find(({ box }) => box !== null && (down ? box.top > here.top + 4 : box.top < here.top - 4))?.box
  if (row === undefined || row === null) return null
  const inRow = beyond.filter(({ box }) => box !== null && Math.abs(box.top - row.top) < 4)
  const nearest = inRow.reduce(
    (best, one) => (away(one.box, here) < away(best.box, here) ? one : best),
    inRow[0] ?? { page: pages[at], box: null },
  )
  return nearest.page?.id ?? null
}

const boxOf = (page: Page | undefined): DOMRect | null =>
  (page === undefined ? null : document.getElementById(listId(page.id))?.getBoundingClientRect()) ?? null
const away = (box: DOMRect | null, from: DOMRect): number => (box === null ? Infinity : Math.abs(box.left - from.left))
