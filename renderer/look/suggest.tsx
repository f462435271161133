// One line to type with names used before under it. Arrows walk the names, Enter takes the one walked to, or what was typed.
// While an input method is composing a letter, nothing is taken and nothing is rewritten.
import { useId, useState } from 'react'
import { Input, Label, TextField } from 'react-aria-components'
import { isComposing } from './keys.ts'

interface SuggestProps {
  readonly label: string
  readonly value: string
  readonly onChange: (text: string) => void
  readonly names: readonly string[]
  /** Enter: the text to be taken. */
  readonly onTake: (text: string) => void
  readonly testId: string
}

export function Suggest({ label, value, onChange, names, onTake, testId }: SuggestProps) {
  const id = useId()
  const [at, setAt] = useState(-1)
  const walked = names[at]
  const key = (event: React.KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return
    if (event.key === 'ArrowDown') setAt(Math.min(at + 1, names.length - 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, -1))
    else if (event.key === 'Enter') onTake(walked ?? value)
    else return
    event.preventDefault()
  }
  return (
    <div className="stack" style={{ gap: 8 }}>
      <TextField
        className="entry"
        value={value}
        onChange={(text) => {
          setAt(-1)
          onChange(text)
        }}
        maxLength={200}
        autoComplete="off"
        spellCheck="false"
        autoFocus
      >
        <Label>{label}</Label>
        <Input
          role="combobox"
          aria-expanded={names.length > 0}
          aria-controls={`${id}-names`}
          aria-autocomplete="list"
          aria-activedescendant={walked === undefined ? undefined : `${id}-${at}`}
          data-testid={testId}
          onKeyDownCapture={key}
        />
      </TextField>
      <div id={`${id}-names`} role="listbox" aria-label={label} className="list suggest">
        {names.map((name, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the line above
          <div
            key={name}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className="option"
            data-selected={index === at || undefined}
            onClick={() => onTake(name)}
          >
            <span>{name}</span>
          </div>
        ))}
      </div>
    </div>
  )
}
