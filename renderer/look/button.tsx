// A button that shows its key, and the key on its own. The key itself is bound by the screen's key map.
import type { ReactNode } from 'react'
import { Button as Pressable } from 'react-aria-components'

export function Kbd({ children }: { readonly children: ReactNode }) {
  return <kbd>{children}</kbd>
}

export interface ButtonProps {
  readonly children: ReactNode
  readonly keyName?: string
  readonly main?: boolean
  readonly slim?: boolean
  readonly wide?: boolean
  readonly pressed?: boolean
  readonly disabled?: boolean
  readonly label?: string
  readonly submit?: boolean
  readonly testId?: string
  readonly onPress?: () => void
}

export function Button(props: ButtonProps) {
  const {
    children,
    keyName,
    main = false,
    slim = false,
    wide = false,
    pressed,
    disabled = false,
    label,
    submit = false,
    testId,
    onPress,
  } = props
  return (
    <Pressable
      className={['btn', main && 'main', slim && 'slim', wide && 'wide'].filter(Boolean).join(' ')}
      type={submit ? 'submit' : 'button'}
      isDisabled={disabled}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={keyName?.replace(/\s+/g, '+')}
      data-testid={testId}
      {...(onPress === undefined ? {} : { onPress })}
    >
      {children}
      {keyName !== undefined && <Kbd>{keyName}</Kbd>}
    </Pressable>
  )
}
