// The frame of a door: the name of the program, the language, one form with one action.
import type { ReactNode } from 'react'
import type { Failure } from '../../preload/contract/result.ts'
import { Button } from '../look/button.tsx'
import { useKeys } from '../look/keys.ts'
import { useSpeech } from '../look/language.tsx'
import { FailureNotice } from '../look/notice.tsx'

interface DoorProps {
  readonly title: string
  readonly sub: string
  readonly children?: ReactNode
  readonly failure?: Failure | null
  readonly action?: string
  readonly actionTestId?: string
  readonly disabled?: boolean
  readonly onSubmit?: () => void
  readonly testId: string
  readonly specimen?: boolean
}

export function Door({
  title,
  sub,
  children,
  failure = null,
  action,
  actionTestId,
  disabled = false,
  onSubmit,
  testId,
  specimen = false,
}: DoorProps) {
  const { w, change } = useSpeech()
  useKeys({ 'Alt+N': change })
  return (
    <div className="door" data-testid={testId}>
      <div className="row">
        <span className="brand">{w.app.name}</span>
        {specimen && <span className="tag specimen wide">{w.app.specimen}</span>}
        <span className="grow" />
        <Button slim label={w.app.languageName} keyName="Alt N" onPress={change} testId="language">
          {w.app.otherLanguage}
        </Button>
      </div>
      <form
        className="sheet"
        onSubmit={(event) => {
          event.preventDefault()
          if (!disabled) onSubmit?.()
        }}
      >
        <div>
          <h1>{title}</h1>
          <p className="sub">{sub}</p>
        </div>
        {children}
        <FailureNotice failure={failure} />
        {action !== undefined && (
          <Button main wide submit keyName="Enter" disabled={disabled} testId={actionTestId ?? 'enter'}>
            {action}
          </Button>
        )}
      </form>
    </div>
  )
}
