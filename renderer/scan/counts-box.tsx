// Typed page counts: a digit opens the box, Enter takes a count, Enter on the empty box divides the stack into papers.
import { useState } from 'react'
import { Button } from '../look/button.tsx'
import { Entry } from '../look/field.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { enterCount, sumOf } from './counts.ts'

interface CountsProps {
  readonly first: string
  /** Pages that can be divided. */
  readonly pages: number
  readonly onCounts: (counts: readonly number[]) => void
  readonly onClose: () => void
}

export function CountsBox({ first, pages, onCounts, onClose }: CountsProps) {
  const w = useWords()
  const [text, setText] = useState(first)
  const [counts, setCounts] = useState<readonly number[]>([])
  const [bad, setBad] = useState(false)
  const enter = () => {
    const typed = enterCount(counts, text)
    if (typed.is === 'end') return onCounts(typed.counts)
    if (typed.is === 'no') return text.trim() === '' ? onClose() : setBad(true)
    setCounts(typed.counts)
    setText('')
    setBad(false)
  }
  useKeys({ Escape: onClose })
  return (
    <form
      className="counts"
      data-testid="counts"
      onSubmit={(event) => {
        event.preventDefault()
        enter()
      }}
    >
      <Entry
        label={w.scan.counts.label}
        value={text}
        onChange={(next) => {
          setText(next)
          setBad(false)
        }}
        onKey={(key) => {
          if (key !== 'Backspace' || text !== '' || counts.length === 0) return false
          setCounts(counts.slice(0, -1))
          return true
        }}
        digits
        focus
        max={60}
        wrong={bad && w.scan.counts.bad}
        hint={w.scan.counts.hint}
        testId="counts-input"
      />
      <div className="chips" data-testid="counts-typed" data-counts={counts.join(' ')}>
        {counts.map((count, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same count may stand there twice, its place is what it is
          <span key={at} className="tag accent">
            {at + 1}: {w.document.pages(count)}
          </span>
        ))}
        <span className="sub small">{w.scan.counts.left(pages - sumOf(counts))}</span>
      </div>
      <Button submit keyName="Enter" testId="counts-end">
        {text.trim() === '' ? w.scan.counts.end : w.actions.next}
      </Button>
    </form>
  )
}
