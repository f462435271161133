// A button that shows its key, and the key on its own. The key itself is bound by the screen's key map.
import type { ReactNode } from 'react'
import { Button as Pressable } from 'react-aria-components'

/** Two keys together are written with a blank everywhere: `Alt 9`. */
export function Kbd({ children }: { readonly children: ReactNode }) {
  return <kbd>{typeof children === 'string' ? children.replace(/(?<=\w)\+/g, ' ') : children}</kbd>
}

export interface ButtonProps {
  readonly children: ReactNode
  readonly keyName?: string
  readonly main?: boolean
  readonly slim?: boolean
  /** Many beside each other: small, but never below 28 px. */
  readonly tiny?: boolean
  readonly wide?: boolean
  readonly pressed?: boolean
  readonly disabled?: boolean
  /** What it does, for those who hear the screen; the words on it are said as well. */
  readonly label?: string
  readonly submit?: boolean
  readonly testId?: string
  readonly onPress?: () => void
}

/** The key as the standard for assistive programs names it. */
const shortcutOf = (keyName: string): string =>
  keyName
    .replace(/^Ctrl/, 'Control')
    .replace(/^Del$/, 'Delete')
    .replace(/^Ins$/, 'Insert')
    .replace(/^Esc$/, 'Escape')
    .replace(/\s+/g, '+')

/** An arrow or another sign: what it means is said by the label alone. */
const isSign = (children: ReactNode): boolean => typeof children === 'string' && !/\p{L}/u.test(children)

export function Button(props: ButtonProps) {
  const {
    children,
    keyName,
    main = false,
    slim = false,
    tiny = false,
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
      className={['btn', main && 'main', slim && 'slim', tiny && 'tiny', wide && 'wide'].filter(Boolean).join(' ')}
      type={submit ? 'submit' : 'button'}
      isDisabled={disabled}
      aria-pressed={pressed}
      aria-keyshortcuts={keyName === undefined ? undefined : shortcutOf(keyName)}
      data-testid={testId}
      {...(onPress === undefined ? {} : { onPress })}
    >
      {label === undefined ? (
        children
      ) : (
        <>
          <span aria-hidden={isSign(children)}>{children}</span>
          <span className="unseen">{label}</span>
        </>
      )}
      {keyName !== undefined && <Kbd>{keyName}</Kbd>}
    </Pressable>
  )
}
