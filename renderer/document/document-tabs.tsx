// The three sides of station 4, each on its key: make, compare, data. Only what there is to do is offered.
import type { Document } from '../../preload/contract/document.ts'
import { Button } from '../look/button.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'

export type View = 'make' | 'compare' | 'fields'

/** Where the work is: papers to make, copies to compare, data to confirm. */
export function firstView(papers: number, documents: readonly Document[]): View {
  if (papers > 0 || documents.length === 0) return 'make'
  const certified = documents.filter((document) => document.certifiedCopy)
  if (certified.some((document) => document.state === 'made')) return 'compare'
  if (documents.some((document) => !document.certifiedCopy && document.fields !== 'confirmed')) return 'fields'
  return certified.length > 0 ? 'compare' : 'fields'
}

interface TabsProps {
  readonly now: View
  readonly papers: number
  readonly documents: readonly Document[]
  readonly change: (view: View) => void
}

export function DocumentTabs({ now, papers, documents, change }: TabsProps) {
  const w = useWords()
  const certified = documents.filter((document) => document.certifiedCopy)
  const sides = [
    { view: 'make', key: 'F4', left: papers, there: papers > 0, testId: 'show-make' },
    {
      view: 'compare',
      key: 'F8',
      left: certified.filter((document) => document.state === 'made').length,
      there: certified.length > 0,
      testId: 'show-compare',
    },
    {
      view: 'fields',
      key: 'F7',
      left: documents.filter((document) => !document.purged && document.fields !== 'confirmed').length,
      there: documents.some((document) => !document.purged),
      testId: 'show-fields',
    },
  ] as const
  useKeys(Object.fromEntries(sides.map(({ view, key, there }) => [key, there && (() => change(view))])))
  if (documents.length === 0) return null
  return (
    <div className="tabs">
      {sides.map(({ view, key, left, there, testId }) => (
        <Button
          key={view}
          keyName={key}
          pressed={view === now}
          disabled={!there}
          onPress={() => change(view)}
          testId={testId}
        >
          {w.document.tabs[view]}
          {left > 0 && <span className="count">{left}</span>}
        </Button>
      ))}
    </div>
  )
}
