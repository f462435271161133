// The name of a paper: typed freely, or picked from the names used most.
import { useEffect, useState } from 'react'
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components'
import { useSnapshot } from '../look/calls.ts'
import { useWords } from '../look/language.tsx'

interface TitleBoxProps {
  readonly value: string
  readonly onChange: (title: string) => void
  readonly label: string
  readonly focus: boolean
}

export function TitleBox({ value, onChange, label, focus }: TitleBoxProps) {
  const w = useWords()
  const [query, setQuery] = useState(value)
  const titles = useSnapshot(() => window.counter.document.titles({ query: query.slice(0, 100) }), 'titles')
  const { reload } = titles
  // biome-ignore lint/correctness/useExhaustiveDependencies: each letter asks again and keeps the old names until the answer is here
  useEffect(reload, [query, reload])
  const put = (title: string) => {
    setQuery(title)
    onChange(title)
  }
  return (
    <ComboBox
      className="entry combo"
      aria-label={label}
      allowsCustomValue
      allowsEmptyCollection={false}
      menuTrigger="input"
      autoFocus={focus}
      inputValue={value}
      onInputChange={put}
      onSelectionChange={(key) => key !== null && put(String(key))}
      items={(titles.value ?? []).map((title) => ({ title }))}
      defaultFilter={() => true}
    >
      <Label>{w.document.name}</Label>
      <div className="boxed">
        <Input data-testid="paper-title" maxLength={200} />
        <Button aria-label={w.actions.choose}>▾</Button>
      </div>
      <Popover className="popover">
        <ListBox className="list">
          {(row: { readonly title: string }) => (
            <ListBoxItem className="option" id={row.title} textValue={row.title}>
              <span>{row.title}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}
