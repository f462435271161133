// Station 7: promised, not yet delivered. Every parcel says in words where it stands, and why it waits.
import { useState } from 'react'
import type { Parcel } from '../../preload/contract/outbox.ts'
import { Button } from '../look/button.tsx'
import { useCall, useNews, useSnapshot } from '../look/calls.ts'
import { DataTable } from '../look/data-table.tsx'
import { momentOf, shortId, size, timeOf } from '../look/formats.ts'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useSpeech } from '../look/language.tsx'
import { sentenceFor } from '../words/index.ts'

const TONE: Readonly<Record<Parcel['state'], string>> = {
  waiting: 'tag warn',
  sending: 'tag accent',
  delivered: 'tag ok',
  'needs-a-person': 'tag bad',
}
const RANK: Readonly<Record<Parcel['state'], number>> = { 'needs-a-person': 0, sending: 1, waiting: 2, delivered: 3 }

export function OutboxScreen() {
  const { w, language } = useSpeech()
  const { counter } = window
  const list = useSnapshot(() => counter.outbox.list({}), 'parcels')
  const state = useSnapshot(() => counter.outbox.state({}), 'state')
  useNews(counter.outbox.changed, (value) => {
    state.set(value)
    list.reload()
  })
  const { busy, failure, run } = useCall()
  const [chosenId, choose] = useState<string | null>(null)
  const rows = [...(list.value ?? [])].sort(
    (one, other) => RANK[one.state] - RANK[other.state] || other.createdAt.localeCompare(one.createdAt),
  )
  const chosen = rows.find((row) => row.id === chosenId) ?? rows[0]
  const canRetry = chosen !== undefined && (chosen.state === 'waiting' || chosen.state === 'needs-a-person') && !busy
  const retry = async () => {
    if (!canRetry) return
    const next = await run(counter.outbox.retry({ parcelId: chosen.id }))
    if (next === undefined) return
    state.set(next)
    list.reload()
  }
  useKeys({ T: retry })
  const waiting = state.value === null ? 0 : state.value.waiting + state.value.sending + state.value.needsPerson
  return (
    <Job
      testId="screen-outbox"
      title={w.outbox.title(waiting)}
      sub={w.outbox.sub(state.value?.delivered ?? 0)}
      failure={failure ?? list.failure}
      ends={
        <Button main keyName="T" disabled={!canRetry} onPress={retry} testId="parcel-retry">
          {w.outbox.retry}
        </Button>
      }
    >
      <Sheet flush>
        <DataTable<Parcel>
          label={w.stations.outbox}
          rows={rows}
          id={(row) => row.id}
          selected={chosen?.id ?? null}
          onSelect={choose}
          testId="parcels"
          rowTestId="parcel-row"
          state={(row) => row.state}
          empty={
            <Empty
              title={list.value === null ? '' : w.outbox.empty}
              sub={list.value === null ? '' : w.outbox.emptySub}
            />
          }
          columns={[
            {
              id: 'what',
              head: w.outbox.what,
              cell: (row) => (
                <>
                  <b>{row.title === '' ? w.outbox.kinds[row.kind] : row.title}</b>
                  <div className="small sub">
                    {row.title === '' ? '' : `${w.outbox.kinds[row.kind]} · `}
                    {row.laneName}
                    {row.bytes > 20_000 ? ` · ${size(row.bytes)}` : ''}
                  </div>
                </>
              ),
            },
            {
              id: 'state',
              head: w.outbox.state,
              width: '30%',
              cell: (row) => (
                <>
                  <span className={TONE[row.state]}>{w.outbox.states[row.state]}</span>
                  {row.state === 'waiting' && row.notBefore !== null && (
                    <span className="small sub"> {w.outbox.notBefore(timeOf(row.notBefore))}</span>
                  )}
                  {row.failure !== null && row.state !== 'delivered' && (
                    <div className="small">{sentenceFor(row.failure, language)}</div>
                  )}
                </>
              ),
            },
            { id: 'tries', head: w.outbox.tries, width: 80, right: true, cell: (row) => row.tries },
            { id: 'created', head: w.outbox.created, width: 110, cell: (row) => momentOf(row.createdAt) },
            {
              id: 'answered',
              head: w.outbox.answered,
              width: 160,
              cell: (row) =>
                row.deliveredAt !== null && (
                  <>
                    {momentOf(row.deliveredAt)}
                    <div className="small sub one-line" title={row.provinceId ?? ''}>
                      {shortId(row.provinceId ?? '')}
                    </div>
                  </>
                ),
            },
          ]}
        />
      </Sheet>
    </Job>
  )
}
