// One paper that waits to become a document: its first page, its name with where that comes from, and the copies wanted.
import type { OpenPaper } from '../../preload/contract/document.ts'
import type { Page } from '../../preload/contract/scan.ts'
import { Entry } from '../look/field.tsx'
import { useWords } from '../look/language.tsx'
import { ThumbImage } from '../look/thumb-image.tsx'
import type { Typed } from './make-documents.tsx'
import { TitleBox } from './title-box.tsx'

interface RowProps {
  readonly number: number
  readonly paper: OpenPaper
  readonly page: Page | undefined
  readonly title: string
  readonly copies: string
  readonly isTyped: boolean
  readonly focus: boolean
  readonly change: (part: Typed) => void
}

export function PaperRow({ number, paper, page, title, copies, isTyped, focus, change }: RowProps) {
  const w = useWords()
  const from = isTyped ? 'typed' : paper.titleFrom
  const source = title === '' ? '' : w.document.titleFrom[from]
  return (
    <div
      className="paper-row"
      data-testid="paper-row"
      data-dossier={paper.dossierId}
      data-title-from={from}
      data-pages={paper.pages.length}
    >
      <div className="image">
        {page !== undefined && <ThumbImage picture={page.picture} rotation={page.rotation} />}
      </div>
      <div className="stack" style={{ gap: 4 }}>
        <span className="row" style={{ gap: 8 }}>
          <b>{w.document.paper(number)}</b>
          <span className="sub">
            {w.document.pages(paper.pages.length)} · {paper.certifiedCopy ? w.document.certified : w.document.kept}
          </span>
          {source !== '' && <em className={from === 'typed' ? 'src plain' : 'src'}>{source}</em>}
        </span>
        <TitleBox
          label={`${w.document.paper(number)}: ${w.document.fields.names.title}`}
          registered={paper.certifiedCopy}
          value={title}
          onChange={(text) => change({ title: text })}
          focus={focus}
        />
      </div>
      <div style={{ alignSelf: 'end' }}>
        {paper.certifiedCopy && (
          <Entry
            label={w.document.copies}
            value={copies}
            onChange={(text) => change({ copies: text })}
            clean={(text) => text.replace(/\D/g, '').slice(0, 2)}
            digits
            testId="paper-copies"
          />
        )}
      </div>
    </div>
  )
}
