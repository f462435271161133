// What opens the chip is printed on the card: number, birth date, expiry. The reading goes step by step, in words.

import type { z } from 'zod'
import type { CardProgress } from '../../preload/contract/card.ts'
import { Entry } from '../look/field.tsx'
import { dayFromDigits, showDay } from '../look/formats.ts'
import { useWords } from '../look/language.tsx'

export interface Printed {
  readonly number: string
  readonly birth: string
  readonly expiry: string
  readonly never: boolean
  readonly name: string
}
export const NOTHING_PRINTED: Printed = { number: '', birth: '', expiry: '', never: false, name: '' }
const STEPS = ['connect', 'select', 'access', 'COM', 'DG1', 'DG13', 'done'] as const

/** What can be sent to the chip; null while something is missing. */
export function chipKey(printed: Printed): { number: string; birth: string; expiry: string | null } | null {
  const birth = dayFromDigits(printed.birth)
  const expiry = printed.never ? null : dayFromDigits(printed.expiry)
  if (!/^\d{12}$/.test(printed.number) || birth === null || (expiry === null && !printed.never)) return null
  return { number: printed.number, birth, expiry }
}

interface FormProps {
  readonly printed: Printed
  readonly change: (part: Partial<Printed>) => void
}

const digits = (text: string) => text.replace(/\D/g, '')

/** Eight digits, and the day they mean under them. */
export function DayEntry({
  label,
  hint,
  value,
  onChange,
  onKey,
  testId,
  focus = false,
}: {
  readonly label: string
  readonly hint: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onKey?: (key: string) => boolean
  readonly testId: string
  readonly focus?: boolean
}) {
  const w = useWords()
  const day = dayFromDigits(value)
  const wrong = digits(value).length >= 8 && day === null && w.card.badDay
  return (
    <Entry
      label={label}
      value={value}
      onChange={onChange}
      hint={day === null ? hint : `= ${showDay(day)}`}
      wrong={wrong}
      digits
      max={40}
      focus={focus}
      testId={testId}
      {...(onKey === undefined ? {} : { onKey })}
    />
  )
}

export function PrintedFields({ printed, change, withName }: FormProps & { readonly withName: boolean }) {
  const w = useWords()
  const badNumber = printed.number !== '' && digits(printed.number).length > 12
  return (
    <>
      {withName && (
        <Entry
          label={w.card.name}
          value={printed.name}
          onChange={(name) => change({ name })}
          max={100}
          focus
          testId="type-name"
        />
      )}
      <Entry
        label={w.card.number}
        value={printed.number}
        onChange={(number) => change({ number })}
        clean={(number) => number.replace(/\s/g, '')}
        digits
        wrong={badNumber && w.card.badNumber}
        testId="card-number"
      />
      <DayEntry
        label={w.card.birth}
        hint={w.card.birthHint}
        value={printed.birth}
        onChange={(birth) => change({ birth })}
        testId="card-birth"
      />
    </>
  )
}

export function ExpiryField({ printed, change }: FormProps) {
  const w = useWords()
  const never = (key: string) => {
    if (key !== 'k' && key !== 'K') return false
    change({ never: true, expiry: '' })
    return true
  }
  if (printed.never)
    return (
      <Entry
        label={w.card.expiry}
        value={w.card.never}
        hint={w.card.expiryHint}
        testId="card-expiry"
        onChange={(text) => change({ never: false, expiry: digits(text.replace(w.card.never, '')) })}
      />
    )
  return (
    <DayEntry
      label={w.card.expiry}
      hint={w.card.expiryHint}
      value={printed.expiry}
      onChange={(expiry) => change({ expiry })}
      onKey={never}
      testId="card-expiry"
    />
  )
}

export function ReadingSteps({ progress }: { readonly progress: z.infer<typeof CardProgress> | null }) {
  const w = useWords()
  const now = progress === null ? 0 : STEPS.indexOf(progress.step)
  return (
    <div className="stack" role="status" data-testid="card-progress">
      <b>{w.card.reading}</b>
      <div className="bar">
        <b style={{ width: `${progress?.percent ?? 2}%` }} />
      </div>
      <ul className="steps">
        {STEPS.map((step, at) => (
          <li key={step} data-now={at === now}>
            {at < now ? '✓' : at === now ? '▸' : '·'} {w.card.steps[step]}
          </li>
        ))}
      </ul>
    </div>
  )
}
