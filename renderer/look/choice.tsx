// Things to choose from: tick, one of many, a short list. All can be reached and changed with the keyboard.
import type { ReactNode } from 'react'
import {
  Button,
  Checkbox,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Radio,
  RadioGroup,
  Select,
  SelectValue,
} from 'react-aria-components'

export function Tick({
  chosen,
  onChange,
  children,
  disabled = false,
  testId,
}: {
  readonly chosen: boolean
  readonly onChange: (chosen: boolean) => void
  readonly children: ReactNode
  readonly disabled?: boolean
  readonly testId?: string
}) {
  return (
    <Checkbox className="choice" isSelected={chosen} onChange={onChange} isDisabled={disabled} data-testid={testId}>
      {({ isSelected }) => (
        <>
          <span className="mark square" aria-hidden="true">
            {isSelected ? '✓' : ''}
          </span>
          <span>{children}</span>
        </>
      )}
    </Checkbox>
  )
}

export interface Option {
  readonly id: string
  readonly text: ReactNode
}

export function OneOf({
  label,
  options,
  value,
  onChange,
  testId,
}: {
  readonly label: string
  readonly options: readonly Option[]
  readonly value: string | null
  readonly onChange: (id: string) => void
  readonly testId?: string
}) {
  return (
    <RadioGroup aria-label={label} value={value} onChange={onChange} data-testid={testId}>
      {options.map((option) => (
        <Radio key={option.id} value={option.id} className="choice" data-testid={`option-${option.id}`}>
          {({ isSelected }) => (
            <>
              <span className="mark" aria-hidden="true">
                {isSelected ? '●' : ''}
              </span>
              <span>{option.text}</span>
            </>
          )}
        </Radio>
      ))}
    </RadioGroup>
  )
}

export function Pick({
  label,
  options,
  value,
  onChange,
  disabled = false,
  testId,
}: {
  readonly label: string
  readonly options: readonly { readonly id: string; readonly text: string }[]
  readonly value: string
  readonly onChange: (id: string) => void
  readonly disabled?: boolean
  readonly testId?: string
}) {
  return (
    <Select
      className="entry pick"
      selectedKey={value}
      onSelectionChange={(key) => onChange(String(key))}
      isDisabled={disabled}
      data-testid={testId}
    >
      <Label>{label}</Label>
      <Button className="box">
        <SelectValue />
        <span aria-hidden="true">▾</span>
      </Button>
      <Popover className="popover">
        <ListBox className="list" items={options}>
          {(option) => (
            <ListBoxItem className="option" id={option.id} textValue={option.text}>
              <span>{option.text}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  )
}
