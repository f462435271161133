// Each paper gets its name and the number of copies wanted; then one key makes the documents.
import type { Document } from '../../preload/contract/document.ts'
import type { Failure } from '../../preload/contract/result.ts'
import { Button } from '../look/button.tsx'
import { useCall } from '../look/calls.ts'
import { Entry } from '../look/field.tsx'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { PageImage } from '../look/page-image.tsx'
import { useDraft, usePlace } from '../look/place.tsx'
import type { Paper } from '../scan/papers.ts'
import { TitleBox } from './title-box.tsx'

interface Named {
  readonly title: string
  readonly copies: string
}
const UNNAMED: Named = { title: '', copies: '1' }

interface MakeProps {
  readonly about: string
  readonly dossierId: string
  readonly papers: readonly Paper[]
  readonly failure: Failure | null
  readonly onCompare: (() => void) | undefined
  readonly onMade: (documents: readonly Document[]) => void
}

export function MakeDocuments({ about, dossierId, papers, failure: trouble, onCompare, onMade }: MakeProps) {
  const w = useWords()
  const { go, take } = usePlace()
  const { busy, failure, run } = useCall()
  const [names, setNames] = useDraft<Readonly<Record<string, Named>>>(`document.names.${dossierId}`, {})
  const keyOf = (paper: Paper) => paper.pages[0]?.id ?? String(paper.number)
  const nameOf = (paper: Paper) => names[keyOf(paper)] ?? UNNAMED
  const change = (paper: Paper, part: Partial<Named>) =>
    setNames((old) => ({ ...old, [keyOf(paper)]: { ...(old[keyOf(paper)] ?? UNNAMED), ...part } }))
  const wholeCopies = (text: string) => /^[1-9]\d?$/.test(text)
  const whole =
    papers.length > 0 &&
    papers.every((paper) => nameOf(paper).title.trim().length >= 2 && wholeCopies(nameOf(paper).copies))
  const make = async () => {
    if (!whole || busy) return
    const made = await run(
      window.counter.document.make({
        dossierId,
        papers: papers.map((paper) => ({ title: nameOf(paper).title.trim(), copies: Number(nameOf(paper).copies) })),
      }),
    )
    if (made !== undefined) onMade(made)
  }
  useKeys({ F9: make, F8: onCompare, F3: () => go('scan'), F6: () => take(null) })
  return (
    <Job
      testId="screen-document"
      takesFocus={papers.length === 0}
      title={w.document.title}
      sub={about === '' ? w.document.sub : about}
      failure={failure ?? trouble}
      said={
        <span className="sub">
          {busy ? w.document.making : papers.length > 0 && !whole ? w.document.needTitles : ''}
        </span>
      }
      ends={
        <>
          <Button keyName="F6" onPress={() => take(null)} testId="other-dossier">
            {w.dossier.other}
          </Button>
          {onCompare !== undefined && (
            <Button keyName="F8" onPress={onCompare} testId="show-compare">
              {w.document.compare}
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
          <Empty title={w.document.empty} sub={w.document.emptySub} />
        ) : (
          <div className="papers">
            {papers.map((paper, at) => {
              const first = paper.pages[0]
              return (
                <div key={keyOf(paper)} className="paper-row" data-testid="paper-row">
                  <div>
                    <div className="image">
                      {first !== undefined && <PageImage page={first} label={w.document.paper(paper.number)} />}
                    </div>
                  </div>
                  <div className="stack" style={{ gap: 4 }}>
                    <span>
                      <b>{w.document.paper(paper.number)}</b>{' '}
                      <span className="sub">· {w.document.pages(paper.pages.length)}</span>
                    </span>
                    <TitleBox
                      label={`${w.document.paper(paper.number)}: ${w.document.name}`}
                      value={nameOf(paper).title}
                      onChange={(title) => change(paper, { title })}
                      focus={at === 0}
                    />
                  </div>
                  <div style={{ alignSelf: 'end' }}>
                    <Entry
                      label={w.document.copies}
                      value={nameOf(paper).copies}
                      onChange={(copies) => change(paper, { copies: copies.replace(/\D/g, '').slice(0, 2) })}
                      digits
                      testId="paper-copies"
                    />
                  </div>
                </div>
              )
            })}
          </div>
        )}
      </Sheet>
    </Job>
  )
}
