// What the program did to the chosen page and how sure it is, why somebody should look, and the two answers: right, or as scanned.
import type { Page, Pages } from '../../preload/contract/scan.ts'
import { Button } from '../look/button.tsx'
import { Field } from '../look/field.tsx'
import { useWords } from '../look/language.tsx'
import type { Words } from '../words/index.ts'
import { isException, type Paper } from './papers.ts'

interface FactsProps {
  readonly page: Page
  readonly paper: Paper | undefined
  readonly stack: Pages
  /** There are other pages to look at. */
  readonly more: boolean
  /** The answer to this page is the main thing to do now. */
  readonly main: boolean
  readonly onRight: () => void
  readonly onSend: () => void
  readonly onOriginal: () => void
}

/** Whoever says "right" to such a page has not yet said whose it is. */
export const isHomeless = (page: Page): boolean =>
  page.reasons.some((reason) => reason === 'no-dossier' || reason === 'separator-unknown')

const percent = (confidence: number): string => `${Math.round(confidence * 100)} %`
/** `2,4°`; a tenth of a degree is the least that is shown. */
export const degrees = (angle: number): string => `${Math.abs(angle).toFixed(1).replace('.', ',')}°`

/** A code as it may be shown: never the text of an identity card, never more than fits. */
export function codeWords(code: { readonly format: string; readonly text: string }, w: Words): string {
  if (/^\d{9,12}\|/.test(code.text)) return w.scan.facts.cardCode
  const text = code.text.length > 28 ? `${code.text.slice(0, 27)}…` : code.text
  return `${code.format} · ${text}`
}

function Fact({
  name,
  sure,
  unsure,
  children,
  testId,
}: {
  readonly name: string
  readonly sure?: number | undefined
  readonly unsure: boolean
  readonly children: string
  readonly testId: string
}) {
  const w = useWords()
  const source = [sure === undefined ? '' : percent(sure), unsure ? w.scan.facts.unsure : '']
    .filter(Boolean)
    .join(' · ')
  return (
    <div className="fact" data-testid={testId} data-unsure={unsure}>
      <span>{name}</span>
      {source !== '' && <em className={unsure ? 'src warn' : 'src'}>{source}</em>}
      <b>{children}</b>
    </div>
  )
}

function Done({ page }: { readonly page: Page }) {
  const w = useWords()
  const { facts } = w.scan
  const { findings } = page
  if (findings === null) return page.work === 'waiting' ? <p className="sub">{facts.waiting}</p> : null
  const { upright, skew, paper, blank, codes } = findings
  const why = (reason: Page['reasons'][number]) => page.reasons.includes(reason)
  const straight = Math.abs(skew.degrees) < 0.05
  // Nobody reads a separator sheet or an empty page: which way up it stands is no matter.
  const stands = !page.separator && !page.blank
  return (
    <>
      {stands && (
        <Fact name={facts.turned} sure={upright.confidence} unsure={why('upright')} testId="fact-turned">
          {facts.turns[page.rotation]}
        </Fact>
      )}
      <Fact name={facts.straightened} sure={skew.confidence} unsure={why('skew')} testId="fact-skew">
        {straight
          ? facts.straight
          : `${degrees(skew.degrees)}${skew.straightened && !page.asScanned ? '' : ` · ${facts.left}`}`}
      </Fact>
      <Fact name={facts.size} sure={paper.confidence} unsure={why('edge')} testId="fact-paper">
        {`${facts.sizes[paper.size]}${paper.cropped && !page.asScanned ? ` · ${facts.cropped}` : ''}`}
      </Fact>
      {(blank.is || page.blank || why('blank')) && (
        <Fact name={facts.blank} sure={blank.confidence} unsure={why('blank')} testId="fact-blank">
          {page.blank ? facts.blankIs.yes : facts.blankIs.no}
        </Fact>
      )}
      {codes.length > 0 && (
        <Field name={facts.codes} quiet testId="fact-codes">
          {codes.map((code) => codeWords(code, w)).join('; ')}
        </Field>
      )}
    </>
  )
}

export function PageFacts({ page, paper, stack, more, main, onRight, onSend, onOriginal }: FactsProps) {
  const w = useWords()
  const { facts } = w.scan
  const dossier = stack.dossiers.find((one) => one.id === page.dossierId)
  const toCheck = isException(page)
  const homeless = toCheck && isHomeless(page)
  return (
    <div className="page-facts" data-testid="page-facts">
      <div className="scroll stack" style={{ gap: 10 }}>
        <h2>{w.scan.page(page.number)}</h2>
        {page.reasons.map((reason) => (
          <span key={reason} className="tag warn block" data-testid="reason" data-reason={reason}>
            {w.scan.reasons[reason].text}
          </span>
        ))}
        <Done page={page} />
        {page.separator ? (
          <p className="tag ok block">{facts.separator}</p>
        ) : (
          paper !== undefined && (
            <Field name={facts.paper} quiet testId="fact-title">
              {`${paper.title ?? w.scan.noTitle} (${w.scan.paper(paper.number)})`}
            </Field>
          )
        )}
        {stack.dossierId === null && (
          <Field name={facts.dossier} quiet testId="fact-dossier">
            {dossier === undefined ? w.scan.noDossier : `${dossier.code} · ${dossier.citizenName}`}
          </Field>
        )}
        {page.asScanned && <p className="sub small">{facts.original}</p>}
        {page.filed && <p className="sub small">{w.scan.filedNote}</p>}
      </div>
      <div className="stack" style={{ gap: 8 }}>
        <Button
          wide
          keyName="0"
          pressed={page.asScanned}
          disabled={page.filed || page.purged}
          onPress={onOriginal}
          testId="page-original"
        >
          {w.scan.keepOriginal}
        </Button>
        {homeless && (
          <Button wide main={main} keyName="M" onPress={onSend} testId="facts-send">
            {w.scan.sendHere}
          </Button>
        )}
        <Button
          wide
          main={main && toCheck && !homeless}
          keyName="Enter"
          disabled={!toCheck && !more}
          onPress={onRight}
          testId="page-right"
        >
          {toCheck || !more ? w.scan.right : w.scan.nextToCheck}
        </Button>
      </div>
    </div>
  )
}
