// A supervisor records who may sign: the person, the form (KT., TUQ., TL.), the decision and its day, from when to when.
import { useState } from 'react'
import type { z } from 'zod'
import type { Authority, certification } from '../../preload/contract/certification.ts'
import { DayEntry } from '../card/chip-form.tsx'
import { Button } from '../look/button.tsx'
import { useCall, useSnapshot } from '../look/calls.ts'
import { Pick } from '../look/choice.tsx'
import { Dialog } from '../look/dialog.tsx'
import { Entry } from '../look/field.tsx'
import { dayFromDigits } from '../look/formats.ts'
import { useWords } from '../look/language.tsx'

type Grant = z.input<typeof certification.grant.ask>
const ACTING = ['', 'KT.', 'TUQ.', 'TL.'] as const
/** In the form, and in the words. */
const DAYS = [
  ['decided', 'decidedOn'],
  ['from', 'validFrom'],
  ['to', 'validTo'],
] as const
const NOBODY = 'none'

export function GrantDialog({
  onGranted,
  onClose,
}: {
  readonly onGranted: (all: Authority[]) => void
  readonly onClose: () => void
}) {
  const w = useWords()
  const accounts = useSnapshot(() => window.counter.operator.list({}), 'accounts')
  const { busy, failure, run } = useCall()
  const [form, setForm] = useState({
    personName: '',
    personNumber: '',
    operatorId: NOBODY,
    titleLine: '',
    acting: '0',
    decision: '',
    decided: '',
    from: '',
    to: '',
  })
  const put = (name: keyof typeof form) => (value: string) => setForm((old) => ({ ...old, [name]: value }))
  const decidedOn = dayFromDigits(form.decided)
  const validFrom = dayFromDigits(form.from)
  const validTo = dayFromDigits(form.to)
  const whole =
    form.personName.trim() !== '' &&
    form.personNumber.trim() !== '' &&
    form.titleLine.trim() !== '' &&
    form.decision.trim() !== '' &&
    decidedOn !== null &&
    validFrom !== null &&
    validTo !== null &&
    validFrom <= validTo
  const submit = async () => {
    if (!whole || decidedOn === null || validFrom === null || validTo === null || busy) return
    const ask: Grant = {
      personName: form.personName.trim(),
      personNumber: form.personNumber.trim(),
      operatorId: form.operatorId === NOBODY ? null : form.operatorId,
      titleLine: form.titleLine.trim(),
      actingForm: ACTING[Number(form.acting)] ?? '',
      decision: form.decision.trim(),
      decidedOn,
      validFrom,
      validTo,
      kinds: ['SCT/BS'],
    }
    const all = await run(window.counter.certification.grant(ask))
    if (all !== undefined) onGranted(all)
  }
  const people = [
    { id: NOBODY, text: w.rules.noAccount },
    ...(accounts.value ?? []).map((one) => ({ id: one.id, text: `${one.name} (${one.login})` })),
  ]
  return (
    <Dialog
      title={w.rules.grant}
      width={680}
      failure={failure}
      onClose={onClose}
      onSubmit={submit}
      testId="grant-dialog"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          <Button main submit keyName="Enter" disabled={!whole || busy} testId="grant-confirm">
            {w.actions.save}
          </Button>
        </>
      }
    >
      <div className="two">
        <Entry label={w.rules.person} value={form.personName} onChange={put('personName')} focus testId="grant-name" />
        <Entry
          label={w.rules.personNumber}
          value={form.personNumber}
          onChange={put('personNumber')}
          hint={w.rules.personNumberHint}
          testId="grant-number"
        />
        <Pick
          label={w.rules.account}
          options={people}
          value={form.operatorId}
          onChange={put('operatorId')}
          testId="grant-account"
        />
        <Pick
          label={w.rules.actingForm}
          options={ACTING.map((one, at) => ({ id: String(at), text: w.rules.acting[one] }))}
          value={form.acting}
          onChange={put('acting')}
          testId="grant-acting"
        />
        <Entry label={w.rules.titleLine} value={form.titleLine} onChange={put('titleLine')} testId="grant-title" />
        <Entry label={w.rules.decision} value={form.decision} onChange={put('decision')} testId="grant-decision" />
        {DAYS.map(([name, label]) => (
          <DayEntry
            key={name}
            label={w.rules[label]}
            hint={w.rules.dayHint}
            value={form[name]}
            onChange={put(name)}
            testId={`grant-${name}`}
          />
        ))}
      </div>
    </Dialog>
  )
}
