// A supervisor adopts an unverified entry for the unit and names the legal text it rests on.
import { useState } from 'react'
import type { Rule } from '../../preload/contract/certification.ts'
import { Button } from '../look/button.tsx'
import { useCall } from '../look/calls.ts'
import { Dialog } from '../look/dialog.tsx'
import { Entry, Field } from '../look/field.tsx'
import { useWords } from '../look/language.tsx'

export function AdoptDialog({
  rule,
  onAdopted,
  onClose,
}: {
  readonly rule: Rule
  readonly onAdopted: (rules: Rule[]) => void
  readonly onClose: () => void
}) {
  const w = useWords()
  const { busy, failure, run } = useCall()
  const [source, setSource] = useState('')
  const whole = source.trim().length >= 4 && !busy
  const adopt = async () => {
    if (!whole) return
    const next = await run(window.counter.certification.adopt({ key: rule.key, source: source.trim() }))
    if (next !== undefined) onAdopted(next)
  }
  return (
    <Dialog
      title={w.rules.adoptTitle}
      width={600}
      failure={failure}
      onClose={onClose}
      onSubmit={adopt}
      testId="adopt-dialog"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          <Button main submit keyName="Enter" disabled={!whole} testId="adopt-confirm">
            {w.rules.adopt}
          </Button>
        </>
      }
    >
      <Field name={rule.key}>{rule.title}</Field>
      <Field name={w.rules.value} quiet>
        {rule.value}
      </Field>
      <Field name={w.rules.source} quiet>
        {rule.source}
      </Field>
      <p className="sub">{w.rules.adoptSub}</p>
      <Entry label={w.rules.adoptSource} value={source} onChange={setSource} max={300} focus testId="adopt-source" />
    </Dialog>
  )
}
