// A word to the person: good, to be looked at, or wrong. A failure always says what happened, what is safe and what to do now.
import type { ReactNode } from 'react'
import type { Failure } from '../../preload/contract/result.ts'
import { adviceFor, failureKey } from '../words/index.ts'
import { useSpeech } from './language.tsx'

export type Tone = 'ok' | 'warn' | 'bad' | 'plain'

export function Notice({
  tone,
  children,
  testId,
}: {
  readonly tone: Tone
  readonly children: ReactNode
  readonly testId?: string
}) {
  return (
    <div className={`note ${tone}`} role={tone === 'bad' ? 'alert' : 'status'} data-testid={testId}>
      {children}
    </div>
  )
}

/** The failure of the screen's last call. `about`: what it is about, where there are several, e.g. the name of a file. */
export function FailureNotice({ failure, about = '' }: { readonly failure: Failure | null; readonly about?: string }) {
  const { language } = useSpeech()
  if (failure === null) return null
  const { happened, safe, next } = adviceFor(failure, language)
  return (
    <div className="note bad" role="alert" data-testid="failure" data-failure={failureKey(failure)}>
      <div>
        {about !== '' && <span className="path-of">{about}: </span>}
        <b>{happened}</b> {safe}
        <br />
        {next}
      </div>
    </div>
  )
}
