// Each paper has its name, said by its separator sheet, read on the page, or typed; then one key makes all documents.

import { type ReactNode, useMemo } from 'react'
import type { Document, OpenPaper } from '../../preload/contract/document.ts'
import type { Failure } from '../../preload/contract/result.ts'
import type { Page } from '../../preload/contract/scan.ts'
import { Button } from '../look/button.tsx'
import { useCall } from '../look/calls.ts'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { useDraft, usePlace } from '../look/place.tsx'
import { PaperRow } from './paper-row.tsx'

/** What the clerk changed; what was not touched follows main. */
export interface Typed {
  readonly title?: string
  readonly copies?: string
}

interface MakeProps {
  readonly about: string
  readonly dossierId: string | null
  readonly papers: readonly OpenPaper[]
  readonly pages: readonly Page[]
  /** Pages whose words are still to be read. */
  readonly unread: number
  readonly known: boolean
  readonly failure: Failure | null
  readonly tabs: ReactNode
  readonly onMade: (documents: readonly Document[]) => void
}

const keyOf = (paper: OpenPaper): string => paper.pages[0] ?? ''
const isWhole = (copies: string): boolean => /^[1-9]\d?$/.test(copies)

export function MakeDocuments(props: MakeProps) {
  const { about, dossierId, papers, pages, unread, known, failure: trouble, tabs, onMade } = props
  const w = useWords()
  const { go, take } = usePlace()
  const { busy, failure, run } = useCall()
  const [typed, setTyped] = useDraft<Readonly<Record<string, Typed>>>(`document.names.${dossierId ?? 'mixed'}`, {})
  const titleOf = (paper: OpenPaper) => typed[keyOf(paper)]?.title ?? paper.title
  const copiesOf = (paper: OpenPaper) => typed[keyOf(paper)]?.copies ?? '1'
  const change = (paper: OpenPaper, part: Typed) =>
    setTyped((old) => ({ ...old, [keyOf(paper)]: { ...old[keyOf(paper)], ...part } }))
  const pageOf = useMemo(() => new Map(pages.map((page) => [page.id, page])), [pages])
  const unnamed = papers.filter((paper) => titleOf(paper).trim().length < 2)
  const whole = papers.length > 0 && unnamed.length === 0 && papers.every((paper) => isWhole(copiesOf(paper)))
  const live = pages.filter((page) => !page.removed && !page.filed)
  const undecided = live.filter((page) => page.dossierId === null && !page.blank && !page.separator).length
  const waiting = live.filter((page) => page.work === 'waiting').length
  const make = async () => {
    if (!whole || busy) return
    const wanted = papers.map((paper) => ({ title: titleOf(paper).trim(), copies: Number(copiesOf(paper)) }))
    const made = await run(window.counter.document.make({ dossierId, papers: wanted }))
    if (made !== undefined) onMade(made)
  }
  useKeys({ F9: make, F3: () => go('scan'), F6: () => take(null) })
  const said = [
    busy && w.document.making,
    !busy && undecided > 0 && w.document.undecided(undecided),
    !busy && unnamed.length > 0 && w.document.needTitles(unnamed.length),
    waiting > 0 && w.document.waiting(waiting),
    unread > 0 &&
      w.document.readingOn(
        papers.reduce((sum, paper) => sum + paper.pages.length, 0) - unread,
        papers.reduce((sum, paper) => sum + paper.pages.length, 0),
        papers.some((paper) => !paper.certifiedCopy),
      ),
  ]
  return (
    <Job
      testId="screen-document"
      takesFocus={unnamed.length === 0}
      title={w.document.title}
      sub={about === '' ? w.document.sub : about}
      side={tabs}
      failure={failure ?? trouble}
      said={<span className="sub">{said.filter(Boolean).join(' ')}</span>}
      ends={
        <>
          <Button keyName="F6" onPress={() => take(null)} testId="other-dossier">
            {w.dossier.other}
          </Button>
          {papers.length > 0 && (
            <Button keyName="F3" onPress={() => go('scan')} testId="back-to-scan">
              {w.document.goScan}
            </Button>
          )}
          {papers.length === 0 ? (
            <Button main keyName="F3" onPress={() => go('scan')}>
              {w.document.goScan}
            </Button>
          ) : (
            <Button main keyName="F9" disabled={!whole || busy} onPress={make} testId="make-documents">
              {w.document.make(papers.length)}
            </Button>
          )}
        </>
      }
    >
      <Sheet title={w.document.papers}>
        {papers.length === 0 ? (
          <Empty title={known ? w.document.empty : ''} sub={known ? w.document.emptySub : ''} />
        ) : (
          <div className="papers">
            {papers.map((paper, at) => (
              <div key={keyOf(paper)}>
                {dossierId === null && paper.dossierId !== papers[at - 1]?.dossierId && (
                  <h2 className="paper-dossier">{`${paper.dossierCode} · ${paper.citizenName}`}</h2>
                )}
                <PaperRow
                  number={at + 1}
                  paper={paper}
                  page={pageOf.get(keyOf(paper))}
                  title={titleOf(paper)}
                  copies={copiesOf(paper)}
                  isTyped={typed[keyOf(paper)]?.title !== undefined && titleOf(paper) !== paper.title}
                  focus={unnamed[0] === paper}
                  change={(part) => change(paper, part)}
                />
              </div>
            ))}
          </div>
        )}
      </Sheet>
    </Job>
  )
}
