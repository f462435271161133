// A fact with its name and where it comes from; and the fields a person types into.
import type { ReactNode } from 'react'
import { Input, Label, Text, TextArea, TextField } from 'react-aria-components'

export function Field({
  name,
  children,
  source,
  warn = false,
  quiet = false,
  testId,
}: {
  readonly name: string
  readonly children: ReactNode
  readonly source?: string | undefined
  readonly warn?: boolean
  readonly quiet?: boolean
  readonly testId?: string
}) {
  return (
    <div className="field" data-testid={testId}>
      <span>{name}</span>
      <b className={quiet ? 'quiet' : undefined}>{children}</b>
      {source !== undefined && source !== '' && (
        <em className={warn ? 'src warn' : 'src'} style={{ fontStyle: 'normal' }}>
          {source}
        </em>
      )}
    </div>
  )
}

export interface EntryProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly hint?: string
  readonly wrong?: string | false
  readonly secret?: boolean
  readonly digits?: boolean
  readonly long?: boolean
  readonly focus?: boolean
  readonly max?: number
  readonly placeholder?: string
  readonly disabled?: boolean
  readonly testId?: string
  readonly onKey?: (key: string) => boolean
}

/** One line (or a short text) that a person types. What is wrong is said under it, in words. */
export function Entry(props: EntryProps) {
  const {
    label,
    value,
    onChange,
    hint,
    wrong = false,
    secret = false,
    digits = false,
    long = false,
    focus = false,
    max = 200,
    placeholder,
    disabled = false,
    testId,
    onKey,
  } = props
  return (
    <TextField
      className="entry"
      value={value}
      onChange={onChange}
      type={secret ? 'password' : 'text'}
      inputMode={digits ? 'numeric' : 'text'}
      maxLength={max}
      isInvalid={wrong !== false}
      isDisabled={disabled}
      autoComplete="off"
      spellCheck="false"
      autoFocus={focus}
      validationBehavior="aria"
      onKeyDown={(event) => {
        if (onKey?.(event.key) === true) event.preventDefault()
        else event.continuePropagation()
      }}
    >
      <Label>{label}</Label>
      {long ? (
        <TextArea data-testid={testId} />
      ) : (
        <Input data-testid={testId} {...(placeholder === undefined ? {} : { placeholder })} />
      )}
      {(wrong !== false || hint !== undefined) && (
        <Text slot="description" className={wrong === false ? 'told' : 'told bad'}>
          {wrong === false ? hint : wrong}
        </Text>
      )}
    </TextField>
  )
}
