// A copy on paper: who signs it, the number that is taken and the sheet that is printed; afterwards, whether it was signed.
import { useState } from 'react'
import type { Authority, Queue, QueueItem } from '../../preload/contract/certification.ts'
import { Button } from '../look/button.tsx'
import { useCall, useSnapshot } from '../look/calls.ts'
import { OneOf } from '../look/choice.tsx'
import { Dialog } from '../look/dialog.tsx'
import { Field } from '../look/field.tsx'
import { money, showDay } from '../look/formats.ts'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import { usePlace } from '../look/place.tsx'
import { holdsNow } from './holds.ts'

interface PaperProps {
  readonly item: QueueItem
  readonly onDone: (queue: Queue, sheet: string | null) => void
  readonly onClose: () => void
}

function Facts({ item: { document } }: { readonly item: QueueItem }) {
  const w = useWords()
  return (
    <div className="two">
      <Field name={w.certification.requester} quiet>
        {document.citizenName}
      </Field>
      <Field name={w.document.copies} quiet>
        {w.document.copiesOf(document.copies)}
      </Field>
      <Field name={w.document.fee} quiet source={document.feeSource}>
        {money(document.fee)}
      </Field>
      {document.number !== null && <Field name={w.certification.number}>{document.number}</Field>}
    </div>
  )
}

/** Before the number: who signs. */
export function PaperDialog({ item, onDone, onClose }: PaperProps) {
  const w = useWords()
  const { me } = usePlace()
  const { certification } = window.counter
  const { busy, failure, run } = useCall()
  const all = useSnapshot(() => certification.authorities({}), 'authorities')
  const [chosen, choose] = useState<string | null>(null)
  const signers = (all.value ?? []).filter((one) => holdsNow(one))
  const own = signers.find((one) => one.operatorId === me.id) ?? (signers.length === 1 ? signers[0] : undefined)
  const signer = chosen ?? own?.id ?? null
  const nameOf = (one: Authority) =>
    `${one.personName}, ${[one.actingForm, one.titleLine].filter(Boolean).join(' ')} · ${w.rules.until(showDay(one.validFrom), showDay(one.validTo))}`
  const start = async () => {
    if (signer === null || busy) return
    const { id, file } = item.document
    const done = await run(certification.onPaper({ documentId: id, seen: file, authorityId: signer }))
    if (done !== undefined) onDone(done.queue, done.file)
  }
  useKeys({ F9: start }, true)
  return (
    <Dialog
      title={`${w.certification.paperTitle}: ${item.document.title}`}
      width={720}
      failure={failure ?? all.failure}
      onClose={onClose}
      testId="paper-dialog"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          <Button main keyName="F9" disabled={signer === null || busy} onPress={start} testId="paper-start">
            {w.certification.paperStart}
          </Button>
        </>
      }
    >
      <p className="sub">{w.certification.paperSub}</p>
      <Facts item={item} />
      {all.known && signers.length === 0 ? (
        <Notice tone="bad">{w.certification.paperNoSigner}</Notice>
      ) : (
        <OneOf
          label={w.certification.paperSigner}
          options={signers.map((one) => ({ id: one.id, text: nameOf(one) }))}
          value={signer}
          onChange={choose}
          testId="paper-signers"
        />
      )}
    </Dialog>
  )
}

/** The number is taken and the sheet printed: was it signed? */
export function PaperEndDialog({ item, onDone, onClose }: PaperProps) {
  const w = useWords()
  const { certification } = window.counter
  const { busy, failure, run } = useCall()
  const documentId = item.document.id
  const end = async (signed: boolean) => {
    if (busy) return
    const done = await run(
      signed ? certification.paperSigned({ documentId }) : certification.paperUndone({ documentId }),
    )
    if (done !== undefined) onDone(done, null)
  }
  const again = async () => {
    if (busy) return
    const sheet = await run(certification.printOnPaper({ documentId }))
    const queue = sheet === undefined ? undefined : await run(certification.queue({}))
    if (sheet !== undefined && queue !== undefined) onDone(queue, sheet.file)
  }
  useKeys({ F9: () => end(true), F8: () => end(false), F7: again }, true)
  return (
    <Dialog
      title={`${w.certification.paperTitle}: ${item.document.title}`}
      width={720}
      failure={failure}
      onClose={onClose}
      testId="paper-end-dialog"
      ends={
        <>
          <Button keyName="F8" disabled={busy} onPress={() => end(false)} testId="paper-undo">
            {w.certification.paperUndo}
          </Button>
          <Button keyName="F7" disabled={busy} onPress={again} testId="paper-again">
            {w.certification.paperAgain}
          </Button>
          <Button main keyName="F9" disabled={busy} onPress={() => end(true)} testId="paper-done">
            {w.certification.paperDone}
          </Button>
        </>
      }
    >
      <p className="sub">{w.certification.paperWaits}</p>
      <Facts item={item} />
    </Dialog>
  )
}
