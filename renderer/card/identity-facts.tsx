// The person as the card says it: every field with its sources, every disagreement in amber, the number masked until asked for.
import type { CitizenIdentity, FieldName, Field as Known } from '../../preload/contract/citizen.ts'
import { Field } from '../look/field.tsx'
import { masked, showDay, spaced } from '../look/formats.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import type { Words } from '../words/index.ts'

const ORDER: readonly FieldName[] = ['name', 'number', 'birth', 'sex', 'address', 'issued', 'expiry', 'oldNumber']
const WHOLE: readonly FieldName[] = ['name', 'address']

/** `chip = QR` when two kinds of source agree. */
export function sourceWords(field: Known, w: Words): string {
  return [...new Set([field.source, ...field.alsoIn].map((source) => w.sources[source]))].join(' = ')
}

export function valueWords(name: FieldName, value: string, shown: boolean, w: Words): string {
  switch (name) {
    case 'number':
      return shown ? spaced(value) : masked(value)
    case 'oldNumber':
      return shown ? value : value.replace(/.(?=.{3})/g, '•')
    case 'sex':
      return value === 'Nam' || value === 'Nữ' ? w.card.sexes[value] : value
    case 'expiry':
      return /^\d/.test(value) ? showDay(value) : w.card.never
    case 'birth':
    case 'issued':
      return showDay(value)
    case 'name':
    case 'address':
      return value
  }
}

export function IdentityFacts({
  identity,
  shown,
  only,
}: {
  readonly identity: CitizenIdentity
  readonly shown: boolean
  readonly only?: readonly FieldName[]
}) {
  const w = useWords()
  const differs = new Set(identity.conflicts.map((conflict) => conflict.field))
  return (
    <div className="facts" data-testid="identity">
      {(only ?? ORDER).map((name) => {
        const field = identity[name]
        if (field === undefined) return null
        const warn = differs.has(name)
        const source = sourceWords(field, w)
        return (
          <div key={name} className={WHOLE.includes(name) ? 'whole' : undefined}>
            <Field
              name={w.card.fields[name]}
              source={warn ? `${source} · ${w.sources.differs}` : source}
              warn={warn}
              testId={`field-${name}`}
            >
              {valueWords(name, field.value, shown, w)}
            </Field>
          </div>
        )
      })}
    </div>
  )
}

/** What the clerk should look at twice. None of it stops the business. */
export function IdentityDoubts({ identity, shown }: { readonly identity: CitizenIdentity; readonly shown: boolean }) {
  const w = useWords()
  return (
    <>
      {identity.conflicts.map((conflict) => (
        <Notice key={conflict.field} tone="warn" testId="identity-conflict">
          {w.card.conflict(
            w.card.fields[conflict.field],
            conflict.values
              .map((one) => `${w.sources[one.source]} "${valueWords(conflict.field, one.value, shown, w)}"`)
              .join(', '),
          )}
        </Notice>
      ))}
      {identity.warnings.map((warning) => (
        <Notice key={warning} tone="warn" testId="identity-warning">
          {w.card.warnings[warning]}
        </Notice>
      ))}
    </>
  )
}
