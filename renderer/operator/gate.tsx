// What the window shows first: first start, closed store, sign-in, the desk, or the lock over the desk.
// Under the lock the work is kept in memory, but nothing of it is shown and none of its keys work.
import { Activity, useEffect, useState } from 'react'
import type { OperatorState } from '../../preload/contract/operator.ts'
import { Desk } from '../desk.tsx'
import { useWords } from '../look/language.tsx'
import type { SignedIn } from '../look/place.tsx'
import { Damaged, FirstRun, Locked, SignIn, StoreLocked } from './doors.tsx'

export function Gate() {
  const w = useWords()
  const [state, setState] = useState<OperatorState | null>(null)
  const [desk, setDesk] = useState<SignedIn | null>(null)
  useEffect(() => {
    const hear = (next: OperatorState) => {
      setState(next)
      setDesk((old) => (next.at === 'signed-in' ? next : next.at === 'locked' ? old : null))
    }
    window.counter.operator.state({}).then((answer) => answer.ok && hear(answer.value))
    return window.counter.operator.changed(hear)
  }, [])
  useEffect(() => {
    // Dialogs live outside the desk's element; under the lock they are hidden by this mark (look/lists.css).
    document.body.dataset.at = state?.at ?? ''
  }, [state])
  return (
    <>
      {desk !== null && (
        <Activity mode={state?.at === 'signed-in' ? 'visible' : 'hidden'}>
          <Desk key={desk.operator.id} desk={desk} />
        </Activity>
      )}
      {state === null && (
        <div className="door" role="status">
          {w.app.starting}
        </div>
      )}
      {state?.at === 'first-run' && <FirstRun keychain={state.keychain} />}
      {state?.at === 'store-locked' && <StoreLocked />}
      {state?.at === 'damaged' && <Damaged why={state.why} />}
      {state?.at === 'signed-out' && <SignIn unit={state.unit} station={state.station} specimen={state.specimen} />}
      {state?.at === 'locked' && <Locked name={state.name} />}
    </>
  )
}
