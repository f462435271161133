// A certification is cancelled: the decision, its day and why. The row of the register stays.
import { useState } from 'react'
import type { RegisterRow } from '../../preload/contract/certification.ts'
import { DayEntry } from '../card/chip-form.tsx'
import { Button } from '../look/button.tsx'
import { useCall } from '../look/calls.ts'
import { Dialog } from '../look/dialog.tsx'
import { Entry, Field } from '../look/field.tsx'
import { dayFromDigits } from '../look/formats.ts'
import { useWords } from '../look/language.tsx'
import { legalToday } from './holds.ts'

export function AnnulDialog({
  row,
  onDone,
  onClose,
}: {
  readonly row: RegisterRow
  readonly onDone: (rows: RegisterRow[]) => void
  readonly onClose: () => void
}) {
  const w = useWords()
  const { busy, failure, run } = useCall()
  const [decision, setDecision] = useState('')
  const [day, setDay] = useState('')
  const [reason, setReason] = useState('')
  const decidedOn = dayFromDigits(day)
  const inTime = decidedOn !== null && decidedOn <= legalToday()
  const whole = decision.trim().length >= 3 && inTime && reason.trim().length >= 4 && !busy
  const submit = async () => {
    if (!whole || decidedOn === null) return
    const { book, number } = row
    const ask = { book, number, decision: decision.trim(), decidedOn, reason: reason.trim() }
    const rows = await run(window.counter.certification.annul(ask))
    if (rows !== undefined) onDone(rows)
  }
  const name = `${String(row.number).padStart(2, '0')} · ${row.book}`
  return (
    <Dialog
      title={w.register.annulTitle(name)}
      width={680}
      failure={failure}
      onClose={onClose}
      onSubmit={submit}
      testId="annul-dialog"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          <Button main submit keyName="Enter" disabled={!whole} testId="annul-confirm">
            {w.register.annul}
          </Button>
        </>
      }
    >
      <p className="sub">{w.register.annulSub}</p>
      <div className="two">
        <Field name={w.register.requester} quiet>
          {row.requester}
        </Field>
        <Field name={w.register.originalTitle} quiet>
          {row.originalTitle}
        </Field>
        <Entry
          label={w.register.decision}
          value={decision}
          onChange={setDecision}
          max={100}
          focus
          testId="annul-decision"
        />
        <DayEntry
          label={w.register.decidedOn}
          hint={w.rules.dayHint}
          value={day}
          onChange={setDay}
          testId="annul-day"
        />
      </div>
      <Entry label={w.register.reason} value={reason} onChange={setReason} max={300} testId="annul-reason" />
    </Dialog>
  )
}
