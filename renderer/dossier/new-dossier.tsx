// Opening a dossier: the person left, the procedure right, found by typing without diacritics; then what is needed, when and how much.
import { useEffect } from 'react'
import { Autocomplete, Input, ListBox, ListBoxItem, SearchField } from 'react-aria-components'
import type { Reading } from '../../preload/contract/card.ts'
import type { Procedure } from '../../preload/contract/dossier.ts'
import { IdentityDoubts, IdentityFacts } from '../card/identity-facts.tsx'
import { Button, Kbd } from '../look/button.tsx'
import { useCall, useSnapshot } from '../look/calls.ts'
import { Entry, Field } from '../look/field.tsx'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { FailureNotice, Notice } from '../look/notice.tsx'
import { useDraft, usePlace } from '../look/place.tsx'
import { dueWords } from './due-words.ts'

/** Copies from an original: the law lets the receiving office take a plain copy shown with the original. */
const CERTIFIED_COPY = '2.000815'
const STATE_TONE = { 'to-scan': 'tag warn', 'from-card': 'tag ok', scanned: 'tag ok', 'not-needed': 'tag' } as const

interface SearchProps {
  /** Whose dossier it becomes: what was typed for one person never stands there for the next. */
  readonly of: string
  readonly onChoose: (procedure: Procedure) => void
}

function ProcedureSearch({ of, onChoose }: SearchProps) {
  const w = useWords()
  const [query, setQuery] = useDraft(`dossier.query.${of}`, '')
  const found = useSnapshot(() => window.counter.dossier.procedures({ query }), 'first')
  const { reload } = found
  // biome-ignore lint/correctness/useExhaustiveDependencies: each letter asks again and keeps the old list until the answer is here
  useEffect(reload, [query, reload])
  const rows = found.value ?? []
  const { failure, run } = useCall()
  const takeBest = async (typed: string) => {
    const [best] = (await run(window.counter.dossier.procedures({ query: typed }))) ?? []
    if (best !== undefined) onChoose(best)
  }
  return (
    <Autocomplete inputValue={query} onInputChange={setQuery}>
      <SearchField
        className="entry"
        aria-label={w.dossier.search}
        autoFocus
        // Enter without walking the list takes the best match, as a hurried hand expects: of what is typed, not of the list that
        // still stands there from the letter before.
        onSubmit={takeBest}
      >
        <Input placeholder={w.dossier.search} data-testid="procedure-search" />
      </SearchField>
      <ListBox
        className="list"
        aria-label={w.dossier.procedure}
        items={rows}
        selectionMode="none"
        data-testid="procedures"
        onAction={(code) => {
          const procedure = rows.find((row) => row.code === code)
          if (procedure !== undefined) onChoose(procedure)
        }}
        renderEmptyState={() => (
          <p className="sub" style={{ padding: 12 }}>
            {found.value === null ? '' : w.dossier.noProcedure}
          </p>
        )}
      >
        {(row) => (
          <ListBoxItem className="option" id={row.code} textValue={row.name} data-testid={`procedure-${row.code}`}>
            <div>
              <b>{row.name}</b>
              <div className="small sub">
                {row.code} · {row.hint}
              </div>
            </div>
            <Kbd>Enter</Kbd>
          </ListBoxItem>
        )}
      </ListBox>
      <FailureNotice failure={failure ?? found.failure} />
    </Autocomplete>
  )
}

function Chosen({ code, onChange }: { readonly code: string; readonly onChange: () => void }) {
  const w = useWords()
  const quote = useSnapshot(() => window.counter.dossier.quote({ procedureCode: code }), code)
  useKeys({ F4: onChange })
  if (quote.value === null)
    return (
      <>
        <div className="row">
          <Field name={w.dossier.chosen}>{code}</Field>
          <span className="grow" />
          <Button slim keyName="F4" onPress={onChange} testId="procedure-change">
            {w.dossier.change}
          </Button>
        </div>
        <FailureNotice failure={quote.failure} />
      </>
    )
  const { procedure, components, due, feeHint } = quote.value
  return (
    <>
      <div className="row" data-testid="procedure-chosen">
        <Field name={`${w.dossier.chosen} · ${procedure.code}`}>{procedure.name}</Field>
        <span className="grow" />
        <Button slim keyName="F4" onPress={onChange} testId="procedure-change">
          {w.dossier.change}
        </Button>
      </div>
      <div className="two">
        <Field name={w.dossier.due} quiet testId="due">
          {dueWords(due.at, due.sameDay, w)}
          {due.slip && ` · ${w.dossier.slip}`}
          {due.skipped.length > 0 && ` (${w.dossier.skipped(due.skipped.join(', '))})`}
        </Field>
        <Field name={w.dossier.fee} quiet testId="fee-hint">
          {feeHint === '' ? w.dossier.feeLater : feeHint}
        </Field>
      </div>
      <h2>{w.dossier.components}</h2>
      <div className="scroll">
        {components.map((component) => (
          <div key={component.code} className="option" data-testid="component">
            <span>{component.name}</span>
            <span className={STATE_TONE[component.state]}>{w.dossier.componentStates[component.state]}</span>
          </div>
        ))}
      </div>
      <div className="grow" />
      {procedure.code.startsWith(CERTIFIED_COPY) && (
        <Notice tone="warn" testId="plain-copy-hint">
          {w.dossier.plainCopy}
        </Notice>
      )}
    </>
  )
}

export function NewDossier({ reading, onList }: { readonly reading: Reading | null; readonly onList: () => void }) {
  const w = useWords()
  const { go, take, has } = usePlace()
  const { busy, failure, run } = useCall()
  const of = reading?.id ?? ''
  const [code, setCode] = useDraft<string | null>(`dossier.code.${of}`, null)
  const [phone, setPhone] = useDraft(`dossier.phone.${of}`, '')
  const [email, setEmail] = useDraft(`dossier.email.${of}`, '')
  const [, setQuery] = useDraft(`dossier.query.${of}`, '')
  const badPhone = !/^[0-9 +]*$/.test(phone)
  const ready = reading !== null && code !== null && !badPhone && !busy && has('clerk', 'officer', 'supervisor')
  const open = async () => {
    if (!ready || reading === null || code === null) return
    const opened = await run(
      window.counter.dossier.open({
        readingId: reading.id,
        procedureCode: code,
        phone: phone.trim(),
        email: email.trim(),
      }),
    )
    if (opened === undefined) return
    take(opened.id)
    setCode(null)
    setPhone('')
    setEmail('')
    setQuery('')
    go('scan')
  }
  useKeys({ F9: open, F2: onList })
  return (
    <Job
      testId="screen-dossier"
      takesFocus={false}
      title={w.dossier.newTitle}
      sub={w.dossier.newSub}
      side={
        <Button keyName="F2" onPress={onList} testId="dossier-list-tab">
          {w.dossier.tabList}
        </Button>
      }
      columns="400px minmax(0, 1fr)"
      failure={failure}
      ends={
        <Button main keyName="F9" disabled={!ready} onPress={open} testId="open-dossier">
          {w.dossier.open}
        </Button>
      }
    >
      <Sheet title={w.dossier.applicant}>
        {reading === null ? (
          <Empty title={w.dossier.noReading} sub={w.dossier.noReadingSub}>
            <Button keyName="Alt 1" onPress={() => go('card')}>
              {w.dossier.goCard}
            </Button>
          </Empty>
        ) : (
          <div className="stack scroll" style={{ gap: 16 }}>
            <IdentityFacts
              identity={reading.identity}
              shown={false}
              only={['name', 'number', 'birth', 'sex', 'address']}
            />
            <IdentityDoubts identity={reading.identity} shown={false} />
            <Entry
              label={w.dossier.phone}
              value={phone}
              onChange={setPhone}
              digits
              max={20}
              wrong={badPhone && w.dossier.badPhone}
              testId="phone"
            />
            <Entry label={w.dossier.email} value={email} onChange={setEmail} max={120} testId="email" />
          </div>
        )}
      </Sheet>
      <Sheet title={w.dossier.procedure}>
        {code === null ? (
          <>
            <ProcedureSearch of={of} onChoose={(procedure) => setCode(procedure.code)} />
            <p className="sub small">{w.dossier.pickFirst}</p>
          </>
        ) : (
          <Chosen code={code} onChange={() => setCode(null)} />
        )}
      </Sheet>
    </Job>
  )
}
