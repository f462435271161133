// Entry of the PIN window: a batch to sign, a PIN to change, or a token to unblock. What the token says of its tries comes
// first; one entry is one try; the last try only by a key of its own. It knows nothing else and keeps nothing.
import { type FormEvent, useEffect, useRef, useState } from 'react'
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
import { adviceForTask, triesFor } from './signature/new-pin.ts'
import { NewPinFields, NOTHING_TYPED, nextBox } from './signature/new-pin-fields.tsx'
import { words } from './words/index.ts'

type Stage =
  | { readonly at: 'ask' }
  | { readonly at: 'checking' }
  | { readonly at: 'done' }
  | { readonly at: 'failed'; readonly failure: Failure }

/** What the token says of its tries, before anything is typed. */
function Warning({ question }: { readonly question: PinQuestion }) {
  const { task = 'sign' } = question
  const w = words[question.language]
  const tries = triesFor(task, question.pin)
  if (tries === 'ready') return null
  const said = task === 'sign' ? w.pin[tries] : w.pins.tries[task][tries]
  return tries === 'countLow' ? (
    <div className="note warn" role="status" data-testid="pin-countLow">
      {said}
    </div>
  ) : (
    <div className="note bad" role="alert" data-testid={tries === 'finalTry' ? 'pin-final-try' : 'pin-locked'}>
      {said}
    </div>
  )
}

/** Who and what: a list to be signed, or whose token. */
const MOST_KINDS = 3

/** `40 Giấy khai sinh, 20 Học bạ, 12 loại khác` */
function kindsSaid(kinds: NonNullable<PinQuestion['kinds']>, others: (count: number) => string): string {
  const rest = kinds.slice(MOST_KINDS).reduce((sum, kind) => sum + kind.count, 0)
  const named = kinds.slice(0, MOST_KINDS).map(({ title, count }) => `${count} ${title}`)
  return [...named, ...(rest === 0 ? [] : [others(rest)])].join(', ')
}

function Facts({ question }: { readonly question: PinQuestion }) {
  const w = words[question.language]
  if (question.task === 'change' || question.task === 'unblock')
    return (
      <dl>
        <dt>{w.pins.holder}</dt>
        <dd data-testid="pin-holder">{question.holder}</dd>
        <dt>{w.pins.token}</dt>
        <dd>{question.tokenName}</dd>
      </dl>
    )
  return (
    <dl>
      <dt>{w.pin.signer}</dt>
      <dd>{question.signer === question.holder ? question.signer : `${question.signer} · ${question.holder}`}</dd>
      {question.authority !== undefined && (
        <>
          <dt>{w.pin.authority}</dt>
          <dd data-testid="pin-authority">{question.authority}</dd>
        </>
      )}
      <dt>{w.pin.list}</dt>
      <dd>
        <span data-testid="pin-list-code">{listCode(question.listCode)}</span>
        <div className="small sub" style={{ fontWeight: 400 }} data-testid="pin-kinds">
          {kindsSaid(question.kinds ?? [], w.pin.others)}
        </div>
      </dd>
      <dt>{w.pin.token}</dt>
      <dd>{question.tokenName}</dd>
    </dl>
  )
}

/** How long the PIN of a batch is kept: said before it is typed. */
function Keeping({ question }: { readonly question: PinQuestion }) {
  const w = words[question.language].pins
  if ((question.task ?? 'sign') !== 'sign' || question.everySignature === false) return null
  const said = question.everySignature === undefined ? w.maybeEverySignature : w.everySignature
  return (
    <p className="small sub" data-testid="pin-kept">
      {question.pin.pinPad && question.everySignature === true ? w.everySignatureAtReader : said}
    </p>
  )
}

function PinBox({ question }: { readonly question: PinQuestion }) {
  const { task = 'sign', pin: state } = question
  const w = words[question.language]
  const [typed, setTyped] = useState(NOTHING_TYPED)
  const [insist, setInsist] = useState(false)
  const [stage, setStage] = useState<Stage>({ at: 'ask' })
  const form = useRef<HTMLFormElement>(null)
  const tries = triesFor(task, state)
  const asks = stage.at === 'ask' && tries !== 'locked'
  // A batch insisted before its window opened.
  const mayTry = task === 'sign' || tries !== 'finalTry' || insist
  const missing = state.pinPad ? null : task === 'sign' ? (typed.old === '' ? 'pin' : null) : nextBox(typed, question)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!asks) return
    if (missing !== null)
      return event.currentTarget.querySelector<HTMLInputElement>(`input[data-testid=${missing}]`)?.focus()
    if (!mayTry) return
    setStage({ at: 'checking' })
    setTyped(NOTHING_TYPED)
    try {
      const answer = await (task === 'sign'
        ? window.pin.submit(typed.old)
        : window.pin.submit(typed.old, typed.fresh, insist))
      setStage(answer.ok ? { at: 'done' } : { at: 'failed', failure: answer.failure })
    } catch {
      setStage({ at: 'failed', failure: { kind: 'bug', ref: 'pin' } })
    }
  }
  const close = () => window.pin.cancel()
  useKeys({
    Escape: stage.at === 'checking' ? undefined : close,
    // Without a box nothing has the focus.
    Enter: stage.at === 'failed' ? close : asks && state.pinPad && (() => form.current?.requestSubmit()),
    F8: asks && task !== 'sign' && tries === 'finalTry' && (() => setInsist((old) => !old)),
  })
  const advice = stage.at === 'failed' ? adviceForTask(task, stage.failure, question.language) : null
  const said = {
    ask: task === 'sign' ? w.pin.once : w.pins.once[task],
    checking: state.pinPad ? w.pins.typeAtReader : task === 'sign' ? w.pin.signing : w.pins.checking[task],
    done: task === 'sign' ? w.pin.done : w.pins.done[task],
    failed: '',
  }[stage.at]
  return (
    <form
      ref={form}
      className="pin-window"
      style={{ overflowY: 'auto' }}
      data-testid="pin-window"
      data-stage={stage.at}
      data-task={task}
      onSubmit={submit}
    >
      <h1>{task === 'sign' ? w.pin.signs[question.role](question.count) : w.pins.titles[task]}</h1>
      <Facts question={question} />
      {advice === null ? (
        <>
          <Warning question={question} />
          {state.pinPad ? (
            <div className="note plain" data-testid="pin-pad">
              {w.pins.pad[task]}
            </div>
          ) : task === 'sign' ? (
            <Entry
              label={w.pin.pin}
              value={typed.old}
              onChange={(old) => setTyped({ ...typed, old })}
              secret
              focus
              max={64}
              disabled={!asks}
              testId="pin"
            />
          ) : (
            <NewPinFields task={task} question={question} typed={typed} onChange={setTyped} disabled={!asks} />
          )}
          {asks && task !== 'sign' && tries === 'finalTry' && (
            <div>
              <Button keyName="F8" pressed={insist} onPress={() => setInsist(!insist)} testId="pin-insist">
                {insist ? w.pins.insisted : w.pins.insist}
              </Button>
            </div>
          )}
          <Keeping question={question} />
          <p className="small sub" role="status">
            {said}
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
            <Button main submit keyName="Enter" disabled={!asks || !mayTry} testId="pin-submit">
              {task === 'sign' ? w.pin.sign : w.pins.submit[task]}
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
