// A book (passport, household book, school report): how many pages of the original carry information, as the clerk counts them.
// Fewer pages scanned is said with the sentence of the law; whether the comparison may be confirmed main decides.
import { useEffect, useState } from 'react'
import type { Document } from '../../preload/contract/document.ts'
import { Entry } from '../look/field.tsx'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'

/** Milliseconds after the last digit; Enter says it at once. */
const TYPED = 700

/** Pages the clerk counted that were not scanned; 0 for a paper that is no book, or not counted yet. */
export const missingPages = ({ book, pages }: Document): number => Math.max(0, (book?.counted ?? 0) - pages)

interface BookProps {
  readonly document: Document
  readonly book: NonNullable<Document['book']>
  /** Null takes the number back. */
  readonly onCount: (pages: number | null) => void
}

export function BookPages({ document, book, onCount }: BookProps) {
  const w = useWords()
  /** What stands in the field until main has it; null: what main has. */
  const [typed, setTyped] = useState<string | null>(null)
  const known = book.counted === null ? '' : String(book.counted)
  const say = () => {
    if (typed === null) return
    if (typed !== known) onCount(typed === '' ? null : Number(typed))
    setTyped(null)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: each digit begins the wait anew, nothing else does
  useEffect(() => {
    if (typed === null) return
    const later = setTimeout(say, TYPED)
    return () => clearTimeout(later)
  }, [typed])
  const missing = missingPages(document)
  const words = w.document.book
  return (
    <div className="stack" style={{ gap: 8, flexShrink: 0 }} data-testid="book-pages" data-missing={missing}>
      <Entry
        label={words.count}
        hint={book.cover ? words.coverHint : words.hint}
        value={typed ?? known}
        onChange={setTyped}
        onKey={(key) => {
          if (key !== 'Enter') return false
          say()
          // The next Enter is the comparison's, not the field's.
          if (window.document.activeElement instanceof HTMLElement) window.document.activeElement.blur()
          return true
        }}
        clean={(text) => text.replace(/\D/g, '').replace(/^0+/, '').slice(0, 3)}
        digits
        focus={book.counted === null && document.state === 'made'}
        disabled={document.state !== 'made'}
        testId="book-count"
      />
      {missing > 0 && book.counted !== null ? (
        <Notice tone="bad" testId="book-missing">
          <div>
            <b>{words.missing(document.pages, book.counted)}</b>
            <div className="small">{words.quote(book.rule, book.source)}</div>
            <div className="small">{words.next}</div>
          </div>
        </Notice>
      ) : (
        book.counted !== null && <span className="tag ok block">{words.whole(book.counted)}</span>
      )}
    </div>
  )
}
