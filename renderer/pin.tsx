// Entry of the PIN window: who signs, how many, which list; one box. It knows nothing else and tries a PIN once.
import { useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { Failure } from '../preload/contract/result.ts'
import type { PinQuestion } from '../preload/contract/signature.ts'
import './look/theme.css'
import './look/frame.css'
import './look/parts.css'
import './look/lists.css'
import './look/stations.css'
import { Button } from './look/button.tsx'
import { Entry } from './look/field.tsx'
import { listCode } from './look/formats.ts'
import { useKeys } from './look/keys.ts'
import { adviceFor, type Words, words } from './words/index.ts'

type Stage =
  | { readonly at: 'ask' }
  | { readonly at: 'checking' }
  | { readonly at: 'done' }
  | { readonly at: 'failed'; readonly failure: Failure }

function Warning({ question, w }: { readonly question: PinQuestion; readonly w: Words }) {
  const { pin } = question
  if (pin.locked)
    return (
      <div className="note bad" role="alert">
        {w.pin.locked}
      </div>
    )
  if (pin.finalTry)
    return (
      <div className="note bad" role="alert" data-testid="pin-final-try">
        {w.pin.finalTry}
      </div>
    )
  return pin.countLow ? (
    <div className="note warn" role="status">
      {w.pin.countLow}
    </div>
  ) : null
}

function PinBox({ question }: { readonly question: PinQuestion }) {
  const w = words[question.language]
  const [pin, setPin] = useState('')
  const [stage, setStage] = useState<Stage>({ at: 'ask' })
  const asks = stage.at === 'ask'
  const submit = async () => {
    if (!asks || question.pin.locked || (pin === '' && !question.pin.pinPad)) return
    setStage({ at: 'checking' })
    setPin('')
    try {
      const answer = await window.pin.submit(pin)
      setStage(answer.ok ? { at: 'done' } : { at: 'failed', failure: answer.failure })
    } catch {
      setStage({ at: 'failed', failure: { kind: 'bug', ref: 'pin' } })
    }
  }
  const close = () => window.pin.cancel()
  useKeys({ Escape: stage.at === 'checking' ? undefined : close, Enter: stage.at === 'failed' ? close : undefined })
  const advice = stage.at === 'failed' ? adviceFor(stage.failure, question.language) : null
  return (
    <form
      className="pin-window"
      data-testid="pin-window"
      data-stage={stage.at}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <h1>{w.pin.signs[question.role](question.count)}</h1>
      <dl>
        <dt>{w.pin.signer}</dt>
        <dd>{question.signer === question.holder ? question.signer : `${question.signer} · ${question.holder}`}</dd>
        <dt>{w.pin.list}</dt>
        <dd data-testid="pin-list-code">{listCode(question.listCode)}</dd>
        <dt>{w.pin.token}</dt>
        <dd>{question.tokenName}</dd>
      </dl>
      {advice === null ? (
        <>
          <Warning question={question} w={w} />
          {question.pin.pinPad ? (
            <div className="note plain">{w.pin.pinPad}</div>
          ) : (
            <Entry
              label={w.pin.pin}
              value={pin}
              onChange={setPin}
              secret
              focus
              max={64}
              disabled={!asks || question.pin.locked}
              testId="pin"
            />
          )}
          <p className="small sub" role="status">
            {stage.at === 'checking' ? w.pin.signing : stage.at === 'done' ? w.pin.done : w.pin.once}
          </p>
        </>
      ) : (
        <div className="note bad" role="alert" data-testid="pin-failure">
          <div>
            <b>{advice.happened}</b> {advice.safe} {advice.next}
          </div>
        </div>
      )}
      <div className="ends">
        {advice === null ? (
          <>
            <Button keyName="Esc" disabled={stage.at === 'checking'} onPress={close} testId="pin-cancel">
              {w.actions.cancel}
            </Button>
            <Button
              main
              submit
              keyName="Enter"
              disabled={!asks || question.pin.locked || (pin === '' && !question.pin.pinPad)}
              testId="pin-submit"
            >
              {w.pin.sign}
            </Button>
          </>
        ) : (
          <Button main keyName="Enter" onPress={close} testId="pin-close">
            {w.pin.readAndClose}
          </Button>
        )}
      </div>
    </form>
  )
}

function PinWindow() {
  const [question, setQuestion] = useState<PinQuestion | null>(null)
  useEffect(() => {
    window.pin.question().then((value) => {
      document.documentElement.lang = value.language
      document.title = words[value.language].pin.title
      setQuestion(value)
    })
  }, [])
  return question === null ? null : <PinBox question={question} />
}

const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<PinWindow />)
