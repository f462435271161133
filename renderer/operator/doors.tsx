// The doors before the desk: first start, opening the store, signing in, the lock. They show a name at most, never work.
import { useState } from 'react'
import type { OperatorState } from '../../preload/contract/operator.ts'
import type { Result } from '../../preload/contract/result.ts'
import { Button } from '../look/button.tsx'
import { useCall } from '../look/calls.ts'
import { Entry } from '../look/field.tsx'
import { useKeys } from '../look/keys.ts'
import { useSpeech } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import { Door } from './door.tsx'

/** One question with one secret: the passphrase, or the password on the lock. */
function useSecret(ask: (secret: string) => Promise<Result<OperatorState>>) {
  const call = useCall()
  const [secret, setSecret] = useState('')
  const submit = async () => {
    await call.run(ask(secret))
    setSecret('')
  }
  return { ...call, secret, setSecret, submit }
}

export function FirstRun({ keychain }: { readonly keychain: boolean }) {
  const { w } = useSpeech()
  const { busy, failure, run } = useCall()
  const [form, setForm] = useState({ passphrase: '', again: '', login: '', name: '', password: '', repeat: '' })
  const put = (name: keyof typeof form) => (value: string) => setForm((old) => ({ ...old, [name]: value }))
  const phraseDiffers = form.again !== '' && form.again !== form.passphrase
  const passwordDiffers = form.repeat !== '' && form.repeat !== form.password
  const whole =
    (keychain || (form.passphrase.length >= 8 && form.again === form.passphrase)) &&
    /^[a-z0-9._-]{2,40}$/.test(form.login) &&
    form.name.trim() !== '' &&
    form.password.length >= 8 &&
    form.password === form.repeat
  const create = () => {
    const { passphrase, login, name, password } = form
    return run(window.counter.operator.setUp({ login, name, password, ...(keychain ? {} : { passphrase }) }))
  }
  return (
    <Door
      title={w.operator.firstRun}
      sub={w.operator.firstRunSub}
      failure={failure}
      action={w.operator.create}
      disabled={!whole || busy}
      onSubmit={create}
      testId="first-run"
      actionTestId="set-up"
    >
      {keychain ? (
        <Notice tone="plain">{w.operator.keychain}</Notice>
      ) : (
        <>
          <div className="two">
            <Entry
              label={w.operator.passphrase}
              value={form.passphrase}
              onChange={put('passphrase')}
              secret
              focus
              testId="passphrase"
            />
            <Entry
              label={w.operator.passphraseAgain}
              value={form.again}
              onChange={put('again')}
              secret
              wrong={phraseDiffers && w.operator.differs}
              testId="passphrase-again"
            />
          </div>
          <p className="small sub">{w.operator.passphraseHint}</p>
        </>
      )}
      <div className="two">
        <Entry
          label={w.operator.fullName}
          value={form.name}
          onChange={put('name')}
          max={100}
          focus={keychain}
          testId="name"
        />
        <Entry
          label={w.operator.login}
          value={form.login}
          onChange={put('login')}
          hint={w.operator.loginHint}
          max={40}
          testId="login"
        />
        <Entry
          label={w.operator.password}
          value={form.password}
          onChange={put('password')}
          hint={w.operator.newPasswordHint}
          secret
          testId="password"
        />
        <Entry
          label={w.operator.passwordAgain}
          value={form.repeat}
          onChange={put('repeat')}
          wrong={passwordDiffers && w.operator.differs}
          secret
          testId="password-again"
        />
      </div>
    </Door>
  )
}

export function StoreLocked() {
  const { w } = useSpeech()
  const { busy, failure, secret, setSecret, submit } = useSecret((passphrase) =>
    window.counter.operator.openStore({ passphrase }),
  )
  return (
    <Door
      title={w.operator.storeLocked}
      sub={w.operator.storeLockedSub}
      failure={failure}
      action={w.operator.open}
      disabled={secret === '' || busy}
      onSubmit={submit}
      testId="store-locked"
      actionTestId="open-store"
    >
      <Entry label={w.operator.passphrase} value={secret} onChange={setSecret} secret focus testId="passphrase" />
    </Door>
  )
}

export function Damaged({ why }: { readonly why: 'damaged' | 'newer' }) {
  const { w } = useSpeech()
  return <Door title={w.operator.damaged} sub={w.operator.damagedSub[why]} testId="damaged" />
}

export function SignIn({
  unit,
  station,
  specimen,
}: {
  readonly unit: string
  readonly station: string
  readonly specimen: boolean
}) {
  const { w } = useSpeech()
  const [login, setLogin] = useState('')
  const { busy, failure, secret, setSecret, submit } = useSecret((password) =>
    window.counter.operator.signIn({ login: login.trim(), password }),
  )
  return (
    <Door
      title={w.operator.signIn}
      sub={w.operator.signInSub(unit, station)}
      failure={failure}
      action={w.operator.signIn}
      disabled={busy || login === '' || secret === ''}
      onSubmit={submit}
      testId="signed-out"
      actionTestId="sign-in"
      specimen={specimen}
    >
      <Entry label={w.operator.login} value={login} onChange={setLogin} max={40} focus testId="login" />
      <Entry label={w.operator.password} value={secret} onChange={setSecret} secret testId="password" />
    </Door>
  )
}

export function Locked({ name }: { readonly name: string }) {
  const { w } = useSpeech()
  const { busy, failure, secret, setSecret, submit } = useSecret((password) =>
    window.counter.operator.unlock({ password }),
  )
  // Somebody who is away must not hold the counter: another person may take the seat; stored work stays stored.
  const leave = () => void window.counter.operator.signOut({})
  useKeys({ F6: leave })
  return (
    <Door
      title={name}
      sub={`${w.operator.locked}. ${w.operator.lockedSub}`}
      failure={failure}
      action={w.operator.unlock}
      disabled={busy || secret === ''}
      onSubmit={submit}
      testId="locked"
      actionTestId="unlock"
    >
      <Entry label={w.operator.password} value={secret} onChange={setSecret} secret focus testId="password" />
      <Button keyName="F6" onPress={leave} testId="take-over">
        {w.operator.takeOver}
      </Button>
    </Door>
  )
}
