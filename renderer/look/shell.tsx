// The frame around every job: top bar, path, foot, and the keys that work everywhere.
import type { ReactNode } from 'react'
import { Button as Pressable } from 'react-aria-components'
import { Button, Kbd } from './button.tsx'
import { Foot } from './foot.tsx'
import { useKeys } from './keys.ts'
import { useSpeech } from './language.tsx'
import { PathNav, SCREEN_KEYS } from './path-nav.tsx'
import { type Screen, usePlace } from './place.tsx'

function TopBar() {
  const { w, change } = useSpeech()
  const { desk, me, goFor } = usePlace()
  const roles = me.roles.map((role) => w.roles[role])
  return (
    <header className="top">
      <div className="brand">{w.app.name}</div>
      <div className="office" data-testid="office">
        {desk.unit}
      </div>
      <Pressable className="find" data-testid="find" onPress={() => goFor('dossier', 'find')}>
        <span>{w.app.find}</span>
        <Kbd>Ctrl K</Kbd>
      </Pressable>
      <div className="grow" />
      {desk.specimen && (
        <span className="tag specimen" data-testid="specimen">
          {w.app.specimen}
        </span>
      )}
      <div className="who" data-testid="who" title={roles.join(', ')}>
        <b>{me.name}</b>
        {desk.station} · {roles[0]}
        {roles.length > 1 && ` +${roles.length - 1}`}
      </div>
      <Button slim label={w.app.languageName} keyName="Alt N" onPress={change} testId="language">
        {w.app.otherLanguage}
      </Button>
      <Button slim keyName="Ctrl L" onPress={lock} testId="lock">
        {w.app.lock}
      </Button>
    </header>
  )
}

const lock = () => void window.counter.operator.lock({})

export function Shell({ children }: { readonly children: ReactNode }) {
  const { change } = useSpeech()
  const { go, goFor, has, take } = usePlace()
  const jumps = Object.entries(SCREEN_KEYS).map(([screen, key]) => [key, () => go(screen as Screen)] as const)
  useKeys({
    ...Object.fromEntries(jumps),
    'Alt+T': has('supervisor', 'it') && (() => go('accounts')),
    F1: () => goFor('help', document.querySelector('[data-failure]')?.getAttribute('data-failure') ?? ''),
    'Ctrl+K': () => goFor('dossier', 'find'),
    'Ctrl+L': lock,
    'Alt+U': () => {
      take(null)
      go('scan')
    },
    'Alt+N': change,
    'Alt+X': () => void window.counter.operator.signOut({}),
  })
  return (
    <div className="window">
      <TopBar />
      <PathNav />
      {children}
      <Foot />
    </div>
  )
}
