// Comparing a brought file page by page: which pages are ticked as equal to the original, and which one comes next.
// Main keeps the ticks of each person and writes every one down; here they are shown and asked for.
import type { Document } from '../../preload/contract/document.ts'
import { Button } from '../look/button.tsx'
import { type Calling, useSnapshot } from '../look/calls.ts'
import { useWords } from '../look/language.tsx'
import type { Words } from '../words/index.ts'
import { BroughtFacts } from './brought-facts.tsx'

export interface PageTicks {
  readonly ticked: readonly number[]
  /** Pages of this document are still to be ticked: confirming waits for them. */
  readonly open: boolean
  /** Ticks the page in sight and answers the page to turn to; null: stay. */
  readonly tick: (page: number) => Promise<number | null>
}

/** The first page behind this one that is not ticked, else the first of all; null: every page is. Pure. */
export function nextToTick(ticked: readonly number[], pages: number, after: number): number | null {
  const left = Array.from({ length: pages }, (_, index) => index + 1).filter((page) => !ticked.includes(page))
  return left.find((page) => page > after) ?? left[0] ?? null
}

/** For a paper scanned here, or one that is compared already, nothing is open. */
export function usePageTicks(document: Document | undefined, run: Calling['run']): PageTicks {
  const { counter } = window
  const id = document !== undefined && document.brought !== null && document.state === 'made' ? document.id : null
  const ticks = useSnapshot(() => counter.document.pagesCompared({ documentId: id ?? '' }), id)
  const ticked = ticks.value ?? []
  return {
    ticked,
    open: id !== null && ticked.length < (document?.pages ?? 0),
    tick: async (page) => {
      if (id === null || document === undefined) return null
      if (page > document.pages || ticked.includes(page)) return nextToTick(ticked, document.pages, page)
      const after = await run(counter.document.comparePage({ documentId: id, seen: document.file, page }))
      if (after === undefined) return null
      ticks.set(after)
      return nextToTick(after, document.pages, page)
    },
  }
}

/** What to do now: of a scanned paper as of any, of a brought file page by page. */
export const tickHint = (document: Document, ticks: PageTicks, page: number, w: Words): string =>
  !ticks.open ? w.document.compareHint : page > document.pages ? w.document.brought.added : w.document.brought.hint

interface TickListProps {
  readonly document: Document
  readonly ticks: PageTicks
  /** The page in sight. */
  readonly page: number
  readonly onPage: (page: number) => void
}

function TickList({ document, ticks, page, onPage }: TickListProps) {
  const w = useWords()
  if (document.brought === null || document.state !== 'made') return null
  const words = w.document.brought
  const done = ticks.ticked.length
  return (
    <div className="stack" style={{ gap: 6, flexShrink: 0 }}>
      <h2>{words.pages}</h2>
      <span
        className={ticks.open ? 'tag warn' : 'tag ok'}
        style={{ alignSelf: 'flex-start' }}
        data-testid="pages-ticked"
        data-ticked={done}
      >
        {words.ticked(done, document.pages)}
      </span>
      <div className="row scroll" style={{ gap: 4, flexWrap: 'wrap', maxHeight: 120 }}>
        {Array.from({ length: document.pages }, (_, index) => index + 1).map((each) => (
          <Button
            key={each}
            tiny
            pressed={each === page}
            label={words.toPage(each, ticks.ticked.includes(each))}
            onPress={() => onPage(each)}
          >
            {ticks.ticked.includes(each) ? `${each} ✓` : `${each}`}
          </Button>
        ))}
      </div>
    </div>
  )
}

/** The ticks and what is to be known of the file; of a paper scanned here nothing. Keys reach it, to scroll. */
export function BroughtSide(props: TickListProps) {
  const w = useWords()
  if (props.document.brought === null) return null
  const reachable = { tabIndex: 0, role: 'group', 'aria-label': w.document.brought.facts } as const
  return (
    <div className="stack scroll" style={{ gap: 8, flex: '0 1 auto' }} {...reachable}>
      <TickList {...props} />
      <BroughtFacts document={props.document} compact={props.document.brought.mended === null} />
    </div>
  )
}
