// Why this document is held: one of the six legal reasons, word for word, or a note that it has to wait.
import { useState } from 'react'
import type { Queue } from '../../preload/contract/certification.ts'
import { Button } from '../look/button.tsx'
import { useCall, useSnapshot } from '../look/calls.ts'
import { OneOf } from '../look/choice.tsx'
import { Dialog } from '../look/dialog.tsx'
import { Entry } from '../look/field.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'

const WAIT = 'wait'

export function HoldDialog({
  documentId,
  title,
  onHeld,
  onClose,
}: {
  readonly documentId: string
  readonly title: string
  /** `refused`: one of the legal reasons was chosen, and the letter has to be given. */
  readonly onHeld: (queue: Queue, refused: boolean) => void
  readonly onClose: () => void
}) {
  const w = useWords()
  const reasons = useSnapshot(() => window.counter.certification.reasons({}), 'reasons')
  const { busy, failure, run } = useCall()
  const [reason, setReason] = useState<string | null>(null)
  const [note, setNote] = useState('')
  const whole = reason !== null && (reason !== WAIT || note.trim().length >= 4)
  const hold = async () => {
    if (!whole || busy) return
    const next = await run(window.counter.certification.hold({ documentId, reason, note: note.trim() }))
    if (next !== undefined) onHeld(next, reason !== WAIT)
  }
  useKeys({ F9: hold }, true)
  const removes = reasons.value?.find((one) => one.id === reason)?.removesImages === true
  const options = [
    ...(reasons.value ?? []).map((one, at) => ({
      id: one.id,
      text: (
        <>
          {`${at + 1}. ${one.text}`}
          {one.hint !== '' && <em className="small sub"> {one.hint}</em>}
        </>
      ),
    })),
    { id: WAIT, text: w.certification.waitOnly },
  ]
  return (
    <Dialog
      title={`${w.certification.holdTitle}: ${title}`}
      width={760}
      failure={failure ?? reasons.failure}
      onClose={onClose}
      testId="hold-dialog"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          <Button main keyName="F9" disabled={!whole || busy} onPress={hold} testId="hold-confirm">
            {removes ? w.document.secret.refuse : w.certification.hold}
          </Button>
        </>
      }
    >
      <p className="sub">{w.certification.holdSub}</p>
      <div className="scroll">
        <OneOf
          label={w.certification.heldFor}
          options={options}
          value={reason}
          onChange={setReason}
          testId="hold-reasons"
        />
      </div>
      {removes && (
        <Notice tone="bad" testId="hold-removes">
          <div>
            {w.document.secret.sub} {w.document.secret.kept}
          </div>
        </Notice>
      )}
      <Entry label={w.certification.note} value={note} onChange={setNote} max={300} testId="hold-note" />
    </Dialog>
  )
}
