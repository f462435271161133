// The boxes for a new PIN: what opens the token now, the new PIN twice. They judge while one types, and send nothing.
import type { PinQuestion } from '../../preload/contract/signature.ts'
import { Entry } from '../look/field.tsx'
import { words } from '../words/index.ts'
import { judgeNewPin, type Task } from './new-pin.ts'

export interface NewPinTyped {
  readonly old: string
  readonly fresh: string
  readonly again: string
}
export const NOTHING_TYPED: NewPinTyped = { old: '', fresh: '', again: '' }

/** The box where the person should go on, or null when all is there. */
export function nextBox(typed: NewPinTyped, question: PinQuestion): string | null {
  if (typed.old === '') return 'pin'
  const verdict = judgeNewPin(typed.old, typed.fresh, typed.again, question.pin.length)
  return verdict === 'fine' ? null : verdict === 'differs' ? 'pin-again' : 'pin-new'
}

export function NewPinFields({
  task,
  question,
  typed,
  onChange,
  disabled,
}: {
  readonly task: Task
  readonly question: PinQuestion
  readonly typed: NewPinTyped
  readonly onChange: (typed: NewPinTyped) => void
  readonly disabled: boolean
}) {
  const w = words[question.language].pins
  const { length } = question.pin
  const verdict = judgeNewPin(typed.old, typed.fresh, typed.again, length)
  const wrong = {
    missing: false,
    fine: false,
    differs: false,
    letters: w.wrongLetters,
    length: typed.again !== '' && length ? w.wrongLength(length.min, length.max) : false,
    same: w.same,
  } as const
  const box = (name: keyof NewPinTyped) => ({
    value: typed[name],
    onChange: (text: string) => onChange({ ...typed, [name]: text }),
    secret: true,
    max: 64,
    disabled,
  })
  return (
    <>
      <Entry label={task === 'change' ? w.old : w.code} {...box('old')} focus testId="pin" />
      <Entry
        label={w.fresh}
        {...box('fresh')}
        hint={length ? w.length(length.min, length.max) : w.anyLength}
        wrong={wrong[verdict]}
        testId="pin-new"
      />
      <Entry
        label={w.again}
        {...box('again')}
        wrong={verdict === 'differs' && typed.again.length >= typed.fresh.length && w.differs}
        testId="pin-again"
      />
    </>
  )
}
