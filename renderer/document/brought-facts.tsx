// What is to be known of a brought file that is certified as it is: who signed it before, what was mended, what it carries along.
import type { Document } from '../../preload/contract/document.ts'
import { momentOf } from '../look/formats.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'

export function BroughtTag({ document }: { readonly document: Document }) {
  const w = useWords()
  return document.brought === null ? null : (
    <span className="tag accent" data-testid="brought-tag">
      {w.document.brought.tag}
    </span>
  )
}

interface FactsProps {
  readonly document: Document
  /** In a narrow column beside other things: plain lines. */
  readonly compact?: boolean
}

/** Nothing for a paper that was scanned here. */
export function BroughtFacts({ document, compact = false }: FactsProps) {
  const w = useWords()
  const { brought } = document
  if (brought === null) return null
  const words = w.document.brought
  const changed = brought.mended !== null || brought.addedPage
  const happened = (
    <div>
      {!changed && words.same}
      {brought.mended !== null && <div>{words.mended[brought.mended]}</div>}
      {brought.addedPage && <div>{words.addedPage}</div>}
    </div>
  )
  return (
    <div
      className="stack"
      style={{ gap: 6, flexShrink: 0 }}
      data-testid="brought-facts"
      data-mended={brought.mended ?? ''}
    >
      <h2>{words.facts}</h2>
      {compact ? (
        <div className="small" data-testid="brought-mended">
          {happened}
        </div>
      ) : (
        <Notice tone={changed ? 'warn' : 'ok'} testId="brought-mended">
          {happened}
        </Notice>
      )}
      {brought.earlier.length === 0 ? (
        <span className="small sub">{words.noEarlier}</span>
      ) : (
        <div data-testid="brought-earlier" className="small">
          <b>{words.earlier}</b>
          {brought.earlier.map((one, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the signatures of one file never change places
            <div key={index} data-state={one.state}>
              {words.signer(one.signer === '' ? words.nameless : one.signer, one.at === null ? '' : momentOf(one.at))}
              <br />
              <span className={one.state === 'trusted' ? 'tag ok block' : 'tag warn block'}>
                {words.states[one.state]}
              </span>
            </div>
          ))}
        </div>
      )}
      {brought.carried.length > 0 && (
        <span className="small sub" data-testid="brought-carried">
          {words.carried}: {brought.carried.map((kind) => words.carriedKinds[kind]).join(', ')}
        </span>
      )}
    </div>
  )
}
