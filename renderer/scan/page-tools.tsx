// The repairs of the chosen page, each with its key. The keys work wherever the focus is, except in a field.
import type { Page } from '../../preload/contract/scan.ts'
import { Button } from '../look/button.tsx'
import { useWords } from '../look/language.tsx'
import type { PageActions } from './use-stack.ts'

export interface ToolActions extends PageActions {
  readonly insert: () => void
  readonly rescan: () => void
  readonly name: () => void
  readonly send: () => void
  readonly undo: () => void
  readonly secret: () => void
}

interface ToolsProps {
  readonly page: Page | undefined
  readonly canUndo: boolean
  readonly running: boolean
  readonly actions: ToolActions
}

interface Tool {
  readonly key: string
  readonly text: string
  readonly act: () => void
  readonly testId: string
  readonly off?: boolean
  readonly label?: string
}

export function PageTools({ page, canUndo, running, actions }: ToolsProps) {
  const w = useWords()
  const fixed = page === undefined || page.filed || page.purged
  const begins = page?.startsPaper === true
  const tools: readonly Tool[] = [
    { key: 'R', text: w.scan.turn, act: () => actions.turn(90), testId: 'page-rotate' },
    {
      key: begins ? 'J' : 'N',
      text: begins ? w.scan.join : w.scan.newPaper,
      act: () => actions.startPaper(!begins),
      testId: 'page-starts-paper',
      off: page?.removed === true || page?.separator === true,
    },
    { key: 'T', text: w.scan.name, act: actions.name, testId: 'page-name', off: page?.separator === true },
    { key: 'M', text: w.scan.send, act: actions.send, testId: 'page-send' },
    {
      key: 'Del',
      text: page?.removed === true ? w.scan.restore : w.scan.remove,
      act: actions.remove,
      testId: 'page-remove',
    },
    {
      key: 'B',
      text: page?.blank === true ? w.scan.notBlank : w.scan.blank,
      act: actions.blank,
      testId: 'page-blank',
    },
    { key: 'Ins', text: w.scan.insert, act: actions.insert, testId: 'page-insert', off: running },
    { key: 'S', text: w.scan.rescan, act: actions.rescan, testId: 'page-rescan', off: running },
    {
      key: 'D',
      text: w.document.secret.button,
      act: actions.secret,
      testId: 'page-secret',
      off: page?.separator === true,
    },
    { key: '[', text: '←', label: w.scan.earlier, act: () => actions.move(-1), testId: 'page-earlier' },
    { key: ']', text: '→', label: w.scan.later, act: () => actions.move(1), testId: 'page-later' },
  ]
  return (
    <div className="page-tools" role="toolbar" aria-label={w.scan.tools}>
      {tools.map(({ key, text, act, testId, off = false, label }) => (
        <Button
          key={testId}
          tiny
          keyName={key}
          disabled={fixed || off}
          onPress={act}
          testId={testId}
          {...(label === undefined ? {} : { label })}
        >
          {text}
        </Button>
      ))}
      <Button tiny keyName="Ctrl Z" disabled={!canUndo} onPress={actions.undo} testId="undo">
        {w.scan.undo}
      </Button>
    </div>
  )
}
