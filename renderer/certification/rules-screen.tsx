// The dated legal entries with their sources and marks, their adoption by a supervisor, and who may sign.
import { useState } from 'react'
import type { Authority, Queue, Rule } from '../../preload/contract/certification.ts'
import { Button } from '../look/button.tsx'
import { useNews, useSnapshot } from '../look/calls.ts'
import { DataTable } from '../look/data-table.tsx'
import { Field } from '../look/field.tsx'
import { showDay } from '../look/formats.ts'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import { usePlace } from '../look/place.tsx'
import type { Words } from '../words/index.ts'
import { AdoptDialog } from './adopt-dialog.tsx'
import { holding } from './holds.ts'
import { type Act, neededFor } from './needed-for.ts'
import { SignersTab } from './signers.tsx'

const STATE: Readonly<Record<Rule['state'], string>> = {
  usable: 'tag ok',
  expired: 'tag bad',
  'not-adopted': 'tag warn',
  future: 'tag',
}
const MARK: Readonly<Record<Rule['mark'], string>> = { C: 'tag ok', S: 'tag warn', R: 'tag warn', '?': 'tag bad' }

export function MarkBadge({ mark }: { readonly mark: Rule['mark'] }) {
  const w = useWords()
  return (
    <span className={MARK[mark]} data-testid="mark">
      [{mark}] {w.rules.marks[mark]}
    </span>
  )
}

const actsOf = (rule: Rule, w: Words): string =>
  neededFor(rule.key)
    .map((act) => w.rules.acts[act])
    .join(', ')

/** Which acts stand still now, and for which reasons. */
function Stopped({ queue, rules }: { readonly queue: Queue; readonly rules: readonly Rule[] }) {
  const w = useWords()
  const titleOf = (key: string) => rules.find((rule) => rule.key.startsWith(`${key}@`))?.title ?? key
  const acts: readonly (readonly [Act, Queue['blocked']])[] = [
    ['electronic', queue.blocked],
    ['paper', queue.paperBlocked],
  ]
  const stopped = acts.filter(([, why]) => why.length > 0)
  if (stopped.length === 0) return null
  return (
    <Notice tone="bad" testId="stopped">
      <div>
        {stopped.map(([act, why]) => (
          <div key={act}>
            <b>
              {w.rules.stops}: {w.rules.acts[act]}.
            </b>{' '}
            {why.map((one) => `${titleOf(one.key)} ${w.certification.why[one.why]}`).join(' · ')}
          </div>
        ))}
      </div>
    </Notice>
  )
}

function RuleFacts({ rule }: { readonly rule: Rule }) {
  const w = useWords()
  return (
    <div className="lines scroll">
      <Field name={rule.key}>{rule.title}</Field>
      <Field name={w.rules.value} quiet>
        {rule.value}
      </Field>
      <Field name={w.rules.valid} quiet>
        {rule.validTo === null
          ? w.rules.from(showDay(rule.validFrom))
          : w.rules.until(showDay(rule.validFrom), showDay(rule.validTo))}
      </Field>
      <Field name={w.rules.source} quiet>
        {rule.source}
      </Field>
      <div>
        <MarkBadge mark={rule.mark} />
      </div>
      <Field name={w.rules.checkedOn} quiet>
        {showDay(rule.checkedOn)}
      </Field>
      <Field name={w.rules.needed} quiet>
        {actsOf(rule, w)}
      </Field>
      {rule.note !== '' && (
        <Field name={w.rules.note} quiet>
          {rule.note}
        </Field>
      )}
      <Field name={w.rules.adopted} quiet source={rule.adopted?.source}>
        {rule.adopted === null ? w.look.missing : w.rules.adoptedBy(rule.adopted.by, showDay(rule.adopted.on))}
      </Field>
    </div>
  )
}

export function RulesScreen() {
  const w = useWords()
  const { has } = usePlace()
  const rules = useSnapshot(() => window.counter.certification.rules({}), 'rules')
  const queue = useSnapshot(() => window.counter.certification.queue({}), 'queue')
  useNews(window.counter.certification.changed, queue.set)
  const [tab, setTab] = useState<'rules' | 'signers'>('rules')
  const [chosenKey, choose] = useState<string | null>(null)
  const [adopting, setAdopting] = useState(false)
  const [granting, setGranting] = useState(false)
  const [signer, chooseSigner] = useState<Authority | null>(null)
  const [ending, setEnding] = useState(false)
  const rows = rules.value ?? []
  const chosen = rows.find((row) => row.key === chosenKey) ?? rows.find((row) => row.state === 'not-adopted') ?? rows[0]
  const waiting = rows.filter((row) => row.state === 'not-adopted' || row.state === 'expired').length
  const supervisor = has('supervisor')
  const canAdopt = supervisor && chosen?.state === 'not-adopted'
  const canEnd = supervisor && tab === 'signers' && signer !== null && ['now', 'later'].includes(holding(signer))
  const swap = () => setTab((old) => (old === 'rules' ? 'signers' : 'rules'))
  useKeys({
    F2: swap,
    F9: canAdopt && tab === 'rules' && (() => setAdopting(true)),
    F8: supervisor && tab === 'signers' && (() => setGranting(true)),
    F4: canEnd && (() => setEnding(true)),
  })
  return (
    <Job
      testId="screen-rules"
      title={w.rules.title}
      sub={w.rules.sub(rows.filter((row) => row.state === 'usable').length, waiting)}
      side={
        <Button keyName="F2" onPress={swap} testId="rules-tab">
          {tab === 'rules' ? w.rules.tabSigners : w.rules.tabRules}
        </Button>
      }
      columns={tab === 'rules' ? 'minmax(0, 1fr) 380px' : 'minmax(0, 1fr)'}
      failure={rules.failure}
      said={
        tab === 'rules' &&
        (queue.value !== null && queue.value.blocked.length + queue.value.paperBlocked.length > 0 ? (
          <Stopped queue={queue.value} rules={rows} />
        ) : waiting > 0 ? (
          <Notice tone="warn">{w.rules.blocked(waiting)}</Notice>
        ) : (
          !supervisor && <span className="sub">{w.rules.onlySupervisor}</span>
        ))
      }
      ends={
        tab === 'rules' ? (
          <Button main keyName="F9" disabled={!canAdopt} onPress={() => setAdopting(true)} testId="adopt">
            {w.rules.adopt}
          </Button>
        ) : (
          <>
            <Button keyName="F4" disabled={!canEnd} onPress={() => setEnding(true)} testId="end-authority">
              {w.rules.end}
            </Button>
            <Button main keyName="F8" disabled={!supervisor} onPress={() => setGranting(true)} testId="grant">
              {w.rules.grant}
            </Button>
          </>
        )
      }
    >
      {tab === 'signers' ? (
        <SignersTab
          granting={granting}
          ending={ending}
          chosen={signer}
          choose={chooseSigner}
          onDone={() => {
            setGranting(false)
            setEnding(false)
          }}
        />
      ) : (
        <>
          <Sheet flush>
            <DataTable<Rule>
              label={w.rules.title}
              rows={rows}
              id={(row) => row.key}
              selected={chosen?.key ?? null}
              onSelect={choose}
              onOpen={(key) => {
                choose(key)
                if (supervisor && rows.find((row) => row.key === key)?.state === 'not-adopted') setAdopting(true)
              }}
              testId="rules"
              rowTestId="rule-row"
              state={(row) => row.state}
              empty={<Empty title={rules.value === null ? '' : w.rules.empty} />}
              columns={[
                {
                  id: 'title',
                  head: w.rules.entry,
                  cell: (row) => (
                    <>
                      <b>{row.title}</b>
                      <div className="small sub">{row.source}</div>
                    </>
                  ),
                },
                { id: 'needed', head: w.rules.needed, width: 170, cell: (row) => actsOf(row, w) },
                { id: 'mark', head: w.rules.mark, width: 180, cell: (row) => <MarkBadge mark={row.mark} /> },
                {
                  id: 'state',
                  head: w.rules.state,
                  width: 140,
                  cell: (row) => <span className={STATE[row.state]}>{w.rules.states[row.state]}</span>,
                },
              ]}
            />
          </Sheet>
          <Sheet>{chosen !== undefined && <RuleFacts rule={chosen} />}</Sheet>
        </>
      )}
      {adopting && chosen !== undefined && (
        <AdoptDialog
          rule={chosen}
          onClose={() => setAdopting(false)}
          onAdopted={(next) => {
            rules.set(next)
            setAdopting(false)
          }}
        />
      )}
    </Job>
  )
}
