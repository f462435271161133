// The name of a paper: typed freely, or picked from the names used most.
import { useEffect, useState } from 'react'
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components'
import { useSnapshot } from '../look/calls.ts'
import { useWords } from '../look/language.tsx'

interface TitleBoxProps {
  readonly value: string
  readonly onChange: (title: string) => void
  readonly label: string
  /** A certified copy is made of it: its name goes into the register. */
  readonly registered: boolean
  readonly focus: boolean
}

export function TitleBox({ value, onChange, label, registered, focus }: TitleBoxProps) {
  const w = useWords()
  const [query, setQuery] = useState(value)
  const titles = useSnapshot(() => window.counter.document.titles({ query: query.slice(0, 100) }), 'titles')
  const { reload } = titles
  // biome-ignore lint/correctness/useExhaustiveDependencies: each letter asks again and keeps the old names until the answer is here
  useEffect(reload, [query, reload])
  // A name that comes from elsewhere (it was just read on the page) must not open the list over the job: for one breath the list
  // is empty.
  const mine = query === value
  useEffect(() => setQuery(value), [value])
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
      items={mine ? (titles.value ?? []).map((title) => ({ title })) : []}
      defaultFilter={() => true}
    >
      <Label>{registered ? w.document.name : w.document.fields.names.title}</Label>
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
