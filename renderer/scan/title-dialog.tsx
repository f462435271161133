// What the paper is that begins with a page: typed, or one of the names used before. Empty takes the name back.
import { useEffect, useState } from 'react'
import { Button } from '../look/button.tsx'
import { useSnapshot } from '../look/calls.ts'
import { Dialog } from '../look/dialog.tsx'
import { useWords } from '../look/language.tsx'
import { Suggest } from '../look/suggest.tsx'
import type { Paper } from './papers.ts'

interface TitleProps {
  readonly paper: Paper
  readonly onTitle: (title: string) => void
  readonly onClose: () => void
}

export function TitleDialog({ paper, onTitle, onClose }: TitleProps) {
  const w = useWords()
  const [title, setTitle] = useState(paper.title ?? '')
  const [typed, setTyped] = useState('')
  const titles = useSnapshot(() => window.counter.document.titles({ query: typed.slice(0, 100) }), 'titles')
  const { reload } = titles
  // biome-ignore lint/correctness/useExhaustiveDependencies: each letter asks again and keeps the old names until the answer is here
  useEffect(reload, [typed, reload])
  return (
    <Dialog
      title={w.scan.nameTitle(paper.number)}
      width={560}
      onClose={onClose}
      testId="title-dialog"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          <Button main keyName="Enter" onPress={() => onTitle(title)} testId="title-save">
            {w.actions.save}
          </Button>
        </>
      }
    >
      <p className="sub">{w.scan.nameSub}</p>
      <Suggest
        label={w.scan.nameLabel}
        value={title}
        onChange={(text) => {
          setTitle(text)
          setTyped(text)
        }}
        names={(titles.value ?? []).slice(0, 8)}
        onTake={onTitle}
        testId="title-input"
      />
    </Dialog>
  )
}
