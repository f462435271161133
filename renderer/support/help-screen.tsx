// Help: what to do when something goes wrong, the keys, and the facts about the program that IT asks for.
import { useEffect, useRef, useState } from 'react'
import { Input, SearchField } from 'react-aria-components'
import { Kbd } from '../look/button.tsx'
import { useSnapshot } from '../look/calls.ts'
import { Field } from '../look/field.tsx'
import { useDevices } from '../look/foot.tsx'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useSpeech } from '../look/language.tsx'
import { usePlace } from '../look/place.tsx'
import { findArticles } from './manual.ts'

const KEYS = [
  ['jump', 'Alt+1 … Alt+8'],
  ['register', 'Alt+9'],
  ['rules', 'Alt+Q'],
  ['accounts', 'Alt+T'],
  ['find', 'Ctrl+K'],
  ['unfinished', 'Alt+U'],
  ['main', 'F9 / F10 / Enter'],
  ['language', 'Alt+N'],
  ['lock', 'Ctrl+L'],
  ['signOut', 'Alt+X'],
  ['help', 'F1'],
] as const

function AboutFacts() {
  const { w } = useSpeech()
  const about = useSnapshot(() => window.counter.support.about({}), 'about')
  const devices = useDevices()
  const facts = about.value
  return (
    <div className="lines" data-testid="about">
      <h2>{w.support.about}</h2>
      {facts !== null && (
        <>
          <Field
            name={w.support.version}
            quiet
          >{`Quầy ${facts.version} · Electron ${facts.electron} · Chrome ${facts.chrome} · Node ${facts.node}`}</Field>
          <Field name={w.support.platform} quiet>
            {facts.platform}
          </Field>
          <Field name={w.support.sandbox} quiet>
            {facts.sandboxed ? w.support.sandboxOn : w.support.sandboxOff}
          </Field>
          <Field name={w.support.bench} quiet>
            {facts.bench ? w.support.benchOn : w.support.benchOff}
          </Field>
        </>
      )}
      <Field name={w.support.devices} quiet>
        {devices.flatMap((device) => device.names).join(' · ') || w.support.noDevice}
      </Field>
    </div>
  )
}

export function HelpScreen() {
  const { w, language } = useSpeech()
  const { wish, arrivals } = usePlace()
  const [query, setQuery] = useState('')
  const wanted = useRef<HTMLElement>(null)
  const articles = findArticles(language, query)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each arrival with a wish shows its article
  useEffect(() => wanted.current?.scrollIntoView({ block: 'center' }), [arrivals, wish])
  return (
    <Job
      testId="screen-help"
      takesFocus={false}
      title={w.support.help}
      sub={w.support.helpSub}
      columns="minmax(0, 1fr) 380px"
    >
      <Sheet>
        <SearchField className="entry" aria-label={w.support.search} value={query} onChange={setQuery} autoFocus>
          <Input placeholder={w.support.search} data-testid="help-search" />
        </SearchField>
        <h2>{w.support.troubles}</h2>
        <div className="help" data-testid="help-articles">
          {articles.length === 0 && <Empty title={w.support.nothingFound} sub={w.support.nothingFoundSub} />}
          {articles.map((article) => (
            <section
              key={article.key}
              ref={article.key === wish ? wanted : null}
              data-wanted={article.key === wish}
              data-testid={`help-${article.key}`}
            >
              <h3>{article.title}</h3>
              {article.text.split(/\n\n+/).map((paragraph) => (
                <p key={paragraph}>{paragraph}</p>
              ))}
            </section>
          ))}
        </div>
      </Sheet>
      <Sheet title={w.support.keys}>
        <div className="scroll stack">
          <div className="key-table">
            {KEYS.map(([name, key]) => (
              <div key={name} style={{ display: 'contents' }}>
                <Kbd>{key}</Kbd>
                <span>{w.support.keyList[name]}</span>
              </div>
            ))}
          </div>
          <AboutFacts />
        </div>
      </Sheet>
    </Job>
  )
}
