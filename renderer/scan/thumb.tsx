// One small page with its number and the one word that matters most about it. Drawn again only when one of its facts changed.
import { memo } from 'react'
import type { Page } from '../../preload/contract/scan.ts'
import { useWords } from '../look/language.tsx'
import { ThumbImage } from '../look/thumb-image.tsx'
import type { Words } from '../words/index.ts'

type Reason = Page['reasons'][number]

interface ThumbProps {
  readonly id: string
  readonly page: Page
  readonly paper: number | null
  readonly begins: boolean
  readonly reason: Reason | null
  readonly words: string
  readonly chosen: boolean
  readonly choose: (id: string) => void
}

/** State in words, and the colour that goes with it. */
function tagOf(page: Page, reason: Reason | null, w: Words): { readonly tone: string; readonly text: string } | null {
  const { tags } = w.scan
  if (page.purged) return { tone: 'tag bad', text: tags.purged }
  if (page.removed) return { tone: 'tag', text: tags.removed }
  if (page.filed) return { tone: 'tag ok', text: tags.filed }
  if (reason !== null) return { tone: 'tag warn', text: w.scan.reasons[reason].tag }
  if (page.separator) return { tone: 'tag ok', text: tags.separator }
  if (page.blank) return { tone: 'tag', text: tags.blank }
  if (page.work === 'waiting') return { tone: 'tag', text: tags.waiting }
  return page.asScanned ? { tone: 'tag', text: tags.asScanned } : null
}

export const Thumb = memo(function Thumb({ id, page, paper, begins, reason, words, chosen, choose }: ThumbProps) {
  const w = useWords()
  const tag = tagOf(page, reason, w)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the screen's, for the whole list
    <div
      id={id}
      role="option"
      tabIndex={-1}
      className="thumb"
      aria-selected={chosen}
      onClick={() => choose(page.id)}
      data-testid="page-thumb"
      data-page={page.id}
      data-number={page.number}
      data-paper={paper ?? ''}
      data-dossier={page.dossierId ?? ''}
      data-removed={page.removed}
      data-filed={page.filed}
      data-purged={page.purged}
      data-separator={page.separator}
      data-blank={page.blank}
      data-work={page.work}
      data-rotation={page.rotation}
      data-original={page.asScanned}
      data-reasons={page.reasons.join(' ')}
    >
      <span className="unseen">{words}</span>
      {begins && (
        <span className="begins" aria-hidden="true">
          {paper}
        </span>
      )}
      {page.purged ? (
        <div className="thumb-image">
          <span className="page bare" />
        </div>
      ) : (
        <ThumbImage picture={page.picture} rotation={page.rotation} />
      )}
      <div className="under" aria-hidden="true">
        {tag === null ? (
          <span className="num">{page.number}</span>
        ) : (
          <span className={tag.tone}>
            {page.number} · {tag.text}
          </span>
        )}
      </div>
    </div>
  )
})
