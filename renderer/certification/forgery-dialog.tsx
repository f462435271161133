// A suspected forgery: what was seen is recorded and the paper locked; and, for a supervisor, why it is unlocked again.
import { useState } from 'react'
import type { Queue } from '../../preload/contract/certification.ts'
import { Button } from '../look/button.tsx'
import { useCall } from '../look/calls.ts'
import { Dialog } from '../look/dialog.tsx'
import { Entry } from '../look/field.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'

export function ForgeryDialog({
  documentId,
  title,
  locked,
  onDone,
  onClose,
}: {
  readonly documentId: string
  readonly title: string
  /** It is locked already: the dialog ends that. */
  readonly locked: boolean
  readonly onDone: (queue: Queue) => void
  readonly onClose: () => void
}) {
  const w = useWords()
  const { certification } = window.counter
  const { busy, failure, run } = useCall()
  const [text, setText] = useState('')
  const whole = text.trim().length >= 4 && !busy
  const confirm = async () => {
    if (!whole) return
    const said = text.trim().replace(/\s+/g, ' ')
    const next = await run(
      locked ? certification.endForgery({ documentId, why: said }) : certification.forgery({ documentId, signs: said }),
    )
    if (next !== undefined) onDone(next)
  }
  useKeys({ F9: confirm }, true)
  return (
    <Dialog
      title={`${locked ? w.certification.endForgeryTitle : w.certification.forgeryTitle}: ${title}`}
      width={680}
      failure={failure}
      onClose={onClose}
      testId="forgery-dialog"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          <Button main keyName="F9" disabled={!whole} onPress={confirm} testId="forgery-confirm">
            {locked ? w.certification.endForgery : w.certification.lock}
          </Button>
        </>
      }
    >
      <p className="sub">{locked ? w.certification.endForgerySub : w.certification.forgerySub}</p>
      <Entry
        label={locked ? w.certification.endForgeryWhy : w.certification.signs}
        value={text}
        onChange={setText}
        max={locked ? 300 : 500}
        focus
        testId="forgery-text"
      />
    </Dialog>
  )
}
