// The form: one line a field, its source and how sure it is beside its name. Enter says "right" and goes on; on the last it confirms.
import { useRef, useState } from 'react'
import type { FieldName } from '../../preload/contract/document.ts'
import { Entry } from '../look/field.tsx'
import { useWords } from '../look/language.tsx'
import { FORM, forTheEye, fromTheHand, type Shown } from './field-values.ts'

interface FormProps {
  readonly shown: readonly Shown[]
  /** The focus came to this field. */
  readonly onAt: (name: FieldName) => void
  readonly onChange: (name: FieldName, value: string) => void
  /** Enter on the last field. */
  readonly onLast: () => void
}

/** Fields that share a line with their neighbour. */
const HALF: readonly FieldName[] = ['number', 'issuedOn', 'owner', 'ownerId', 'validity', 'scope']

function Source({ field, seen }: { readonly field: Shown; readonly seen: boolean }) {
  const w = useWords()
  const words = [
    [w.document.fields.sources[field.source], field.sure === null ? '' : w.document.fields.sure(field.sure)]
      .filter((part) => part !== '')
      .join(' '),
    seen ? w.document.fields.seen : field.doubtful ? w.document.fields.unsure : '',
  ].filter((part) => part !== '')
  if (words.length === 0) return null
  const tone = field.doubtful && !seen ? 'src warn' : field.source === 'typed' ? 'src plain' : 'src'
  return <em className={tone}>{words.join(' · ')}</em>
}

export function FieldsForm({ shown, onAt, onChange, onLast }: FormProps) {
  const w = useWords()
  const form = useRef<HTMLDivElement>(null)
  const [seen, setSeen] = useState<ReadonlySet<FieldName>>(new Set())
  const goTo = (name: FieldName | undefined) =>
    form.current?.querySelector<HTMLInputElement>(`[data-testid="field-${name}"]`)?.focus()
  const step = (name: FieldName, by: 1 | -1) => goTo(FORM[FORM.indexOf(name) + by])
  const key = (name: FieldName) => (pressed: string) => {
    if (pressed === 'ArrowDown' || pressed === 'ArrowUp') {
      step(name, pressed === 'ArrowDown' ? 1 : -1)
      return true
    }
    if (pressed !== 'Enter') return false
    setSeen((old) => new Set([...old, name]))
    if (name === FORM.at(-1)) onLast()
    else step(name, 1)
    return true
  }
  return (
    <div ref={form} className="fields">
      {shown.map((field, at) => (
        <div
          key={field.name}
          className={HALF.includes(field.name) ? undefined : 'whole'}
          data-source={field.source}
          data-seen={seen.has(field.name)}
        >
          <Entry
            label={w.document.fields.names[field.name]}
            note={<Source field={field} seen={seen.has(field.name)} />}
            value={forTheEye(field.name, field.value)}
            onChange={(text) => onChange(field.name, fromTheHand(field.name, text))}
            onKey={key(field.name)}
            onFocus={() => onAt(field.name)}
            focus={at === 0}
            max={500}
            {...(field.name === 'issuedOn' ? { placeholder: w.document.fields.day } : {})}
            testId={`field-${field.name}`}
          />
        </div>
      ))}
    </div>
  )
}
