// The path on the left: eight stations with what waits, and the desks beside it. Alt with a digit jumps.
import { Button } from 'react-aria-components'
import { Kbd } from './button.tsx'
import { useWords } from './language.tsx'
import { PATH, type Screen, usePlace } from './place.tsx'
import { useUnfinished, useWaiting } from './waiting.ts'

export const SCREEN_KEYS: Readonly<Record<Screen, string>> = {
  card: 'Alt+1',
  dossier: 'Alt+2',
  scan: 'Alt+3',
  document: 'Alt+4',
  certification: 'Alt+5',
  signature: 'Alt+6',
  outbox: 'Alt+7',
  province: 'Alt+8',
  register: 'Alt+9',
  certificates: 'Alt+C',
  check: 'Alt+K',
  rules: 'Alt+Q',
  accounts: 'Alt+T',
  help: 'F1',
}

/** A quiet line for what was left unfinished, wherever the person is; gone when nothing is left, or while it is worked on. */
function Greeting() {
  const w = useWords()
  const { screen, go, take } = usePlace()
  const unfinished = useUnfinished().value ?? []
  if (unfinished.length === 0 || screen === 'scan') return null
  const sum = (count: (one: (typeof unfinished)[number]) => number) =>
    unfinished.reduce((all, one) => all + count(one), 0)
  return (
    <Button
      className="greeting"
      aria-keyshortcuts="Alt+U"
      data-testid="unfinished-greeting"
      onPress={() => {
        take(null)
        go('scan')
      }}
    >
      <b>{w.scan.home.greeting(unfinished.length)}</b>
      <span>
        {w.scan.home.greetingSub(
          sum((one) => one.pages),
          sum((one) => one.toCheck),
        )}
      </span>
      <Kbd>Alt+U</Kbd>
    </Button>
  )
}

export function PathNav() {
  const w = useWords()
  const { screen, go, has } = usePlace()
  const waiting = useWaiting()
  const desks: readonly { readonly name: Screen; readonly sign: string }[] = [
    { name: 'register', sign: '☰' },
    { name: 'certificates', sign: '◆' },
    { name: 'check', sign: '✓' },
    { name: 'rules', sign: '§' },
    ...(has('supervisor', 'it') ? [{ name: 'accounts', sign: '⚇' } as const] : []),
    { name: 'help', sign: '?' },
  ]
  return (
    <nav className="path" aria-label={w.app.path}>
      {PATH.map((name, at) => {
        const count = waiting[name]
        return (
          <Button
            key={name}
            data-testid={`go-${name}`}
            aria-current={screen === name ? 'page' : undefined}
            aria-keyshortcuts={SCREEN_KEYS[name]}
            onPress={() => go(name)}
          >
            <i aria-hidden="true">{at + 1}</i>
            {w.stations[name]}
            <span
              className={count?.warn === true ? 'count warn' : 'count'}
              data-testid={`count-${name}`}
              title={count === undefined ? '' : w.app.waits(count.count)}
            >
              {count === undefined || count.count === 0 ? '' : count.count}
            </span>
          </Button>
        )
      })}
      <hr />
      {desks.map(({ name, sign }) => (
        <Button
          key={name}
          data-testid={`go-${name}`}
          aria-current={screen === name ? 'page' : undefined}
          aria-keyshortcuts={SCREEN_KEYS[name]}
          onPress={() => go(name)}
        >
          <i aria-hidden="true">{sign}</i>
          {w.stations[name]}
          <Kbd>{SCREEN_KEYS[name]}</Kbd>
        </Button>
      ))}
      <Greeting />
    </nav>
  )
}
