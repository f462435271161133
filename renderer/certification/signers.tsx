// Who may sign, from when to when, and how (KT., TUQ., TL.), and who no longer may; a supervisor records each decision.
import { useState } from 'react'
import type { Authority } from '../../preload/contract/certification.ts'
import { Button } from '../look/button.tsx'
import { useCall, useSnapshot } from '../look/calls.ts'
import { DataTable } from '../look/data-table.tsx'
import { Dialog } from '../look/dialog.tsx'
import { Entry } from '../look/field.tsx'
import { momentOf, showDay } from '../look/formats.ts'
import { Empty, Sheet } from '../look/job.tsx'
import { useWords } from '../look/language.tsx'
import { GrantDialog } from './grant-dialog.tsx'
import { type Holding, holding } from './holds.ts'

const TONE: Readonly<Record<Holding, string>> = { now: 'tag ok', later: 'tag', over: 'tag bad', ended: 'tag bad' }

/** Before its last day: from this moment on nobody signs under it. */
function EndDialog({
  authority,
  onDone,
  onClose,
}: {
  readonly authority: Authority
  readonly onDone: (all: Authority[]) => void
  readonly onClose: () => void
}) {
  const w = useWords()
  const { busy, failure, run } = useCall()
  const [why, setWhy] = useState('')
  const whole = why.trim().length >= 4 && !busy
  const submit = async () => {
    if (!whole) return
    const next = await run(window.counter.certification.endAuthority({ id: authority.id, why: why.trim() }))
    if (next !== undefined) onDone(next)
  }
  return (
    <Dialog
      title={w.rules.endTitle(authority.personName)}
      width={600}
      failure={failure}
      onClose={onClose}
      onSubmit={submit}
      testId="end-authority-dialog"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          <Button main submit keyName="Enter" disabled={!whole} testId="end-authority-confirm">
            {w.rules.end}
          </Button>
        </>
      }
    >
      <p className="sub">{w.rules.endSub}</p>
      <Entry label={w.rules.endWhy} value={why} onChange={setWhy} max={300} focus testId="end-authority-why" />
    </Dialog>
  )
}

export function SignersTab({
  granting,
  ending,
  chosen,
  choose,
  onDone,
}: {
  readonly granting: boolean
  readonly ending: boolean
  readonly chosen: Authority | null
  readonly choose: (authority: Authority | null) => void
  readonly onDone: () => void
}) {
  const w = useWords()
  const all = useSnapshot(() => window.counter.certification.authorities({}), 'authorities')
  const after = (next: Authority[]) => {
    all.set(next)
    choose(next.find((one) => one.id === chosen?.id) ?? null)
    onDone()
  }
  const decisionOf = ({ decision, decidedOn }: Authority) =>
    decidedOn === undefined ? decision : w.rules.decisionOf(decision, showDay(decidedOn))
  return (
    <Sheet flush>
      <DataTable<Authority>
        label={w.rules.tabSigners}
        rows={all.value ?? []}
        id={(row) => row.id}
        selected={chosen?.id ?? null}
        onSelect={(id) => choose((all.value ?? []).find((one) => one.id === id) ?? null)}
        testId="authorities"
        rowTestId="authority-row"
        state={(row) => holding(row)}
        empty={<Empty title={w.rules.signersEmpty} sub={w.rules.signersEmptySub} />}
        columns={[
          { id: 'person', head: w.rules.person, cell: (row) => <b>{row.personName}</b> },
          { id: 'title', head: w.rules.titleLine, cell: (row) => row.titleLine },
          { id: 'acting', head: w.rules.actingForm, width: 150, cell: (row) => w.rules.acting[row.actingForm] },
          { id: 'decision', head: w.rules.decision, cell: decisionOf },
          {
            id: 'valid',
            head: w.rules.valid,
            width: 200,
            cell: (row) => w.rules.until(showDay(row.validFrom), showDay(row.validTo)),
          },
          {
            id: 'state',
            head: w.rules.state,
            width: 180,
            cell: (row) => (
              <>
                <span className={TONE[holding(row)]}>{w.rules.holds[holding(row)]}</span>
                {row.ended !== undefined && (
                  <div className="small sub">
                    {momentOf(row.ended.at)} · {row.ended.why}
                  </div>
                )}
              </>
            ),
          },
        ]}
      />
      {granting && <GrantDialog onClose={onDone} onGranted={after} />}
      {ending && chosen !== null && <EndDialog authority={chosen} onClose={onDone} onDone={after} />}
    </Sheet>
  )
}
