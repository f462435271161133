// Asked before signing: the same person is still at the keyboard.
import { useState } from 'react'
import { Button } from '../look/button.tsx'
import { useCall } from '../look/calls.ts'
import { Dialog } from '../look/dialog.tsx'
import { Entry } from '../look/field.tsx'
import { useWords } from '../look/language.tsx'
import { usePlace } from '../look/place.tsx'

export function Reauthenticate({
  onConfirmed,
  onClose,
}: {
  readonly onConfirmed: () => void
  readonly onClose: () => void
}) {
  const w = useWords()
  const { me } = usePlace()
  const { busy, failure, run } = useCall()
  const [password, setPassword] = useState('')
  const submit = async () => {
    if (password === '' || busy) return
    const answer = await run(window.counter.operator.reauthenticate({ password }))
    setPassword('')
    if (answer !== undefined) onConfirmed()
  }
  return (
    <Dialog
      title={w.operator.reauth}
      width={440}
      failure={failure}
      onClose={onClose}
      onSubmit={submit}
      testId="reauthenticate"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          <Button main submit keyName="Enter" disabled={password === '' || busy} testId="confirm">
            {w.operator.confirm}
          </Button>
        </>
      }
    >
      <p className="sub">{w.operator.reauthSub(me.name)}</p>
      <Entry label={w.operator.password} value={password} onChange={setPassword} secret focus testId="password" />
    </Dialog>
  )
}
