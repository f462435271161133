// A fact with its name and where it comes from; and the fields a person types into.
import { type ReactNode, useRef } from 'react'
import { Input, Label, Text, TextArea, TextField } from 'react-aria-components'
import { isComposing } from './keys.ts'

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
  /** What may not be in the text is taken out; never while an input method is still composing. */
  readonly clean?: (text: string) => string
  /** Beside the label: where the value comes from. */
  readonly note?: ReactNode
  readonly onFocus?: () => void
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
    clean = (text: string) => text,
    note,
    onFocus,
  } = props
  const composing = useRef(false)
  const input = {
    'data-testid': testId,
    onCompositionStart: () => {
      composing.current = true
    },
    onCompositionEnd: (event: { readonly currentTarget: { readonly value: string } }) => {
      composing.current = false
      onChange(clean(event.currentTarget.value))
    },
  }
  return (
    <TextField
      className="entry"
      value={value}
      onChange={(text) => onChange(composing.current ? text : clean(text))}
      type={secret ? 'password' : 'text'}
      inputMode={digits ? 'numeric' : 'text'}
      maxLength={max}
      isInvalid={wrong !== false}
      isDisabled={disabled}
      autoComplete="off"
      spellCheck="false"
      autoFocus={focus}
      validationBehavior="aria"
      {...(onFocus === undefined ? {} : { onFocus })}
      onKeyDown={(event) => {
        if (!isComposing(event.nativeEvent) && onKey?.(event.key) === true) event.preventDefault()
        else event.continuePropagation()
      }}
    >
      {note === undefined ? (
        <Label>{label}</Label>
      ) : (
        <div className="noted">
          <Label>{label}</Label>
          {note}
        </div>
      )}
      {long ? <TextArea {...input} /> : <Input {...input} {...(placeholder === undefined ? {} : { placeholder })} />}
      {(wrong !== false || hint !== undefined) && (
        <Text slot="description" className={wrong === false ? 'told' : 'told bad'}>
          {wrong === false ? hint : wrong}
        </Text>
      )}
    </TextField>
  )
}
