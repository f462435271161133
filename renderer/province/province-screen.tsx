// Station 8: what the province has confirmed, with its own codes and states.
import { useState } from 'react'
import type { Arrival } from '../../preload/contract/province.ts'
import { useNews, useSnapshot } from '../look/calls.ts'
import { DataTable } from '../look/data-table.tsx'
import { momentOf, skewWords } from '../look/formats.ts'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'

export function ProvinceScreen() {
  const w = useWords()
  const { counter } = window
  const state = useSnapshot(() => counter.province.state({}), 'state')
  const arrivals = useSnapshot(() => counter.province.arrivals({}), 'arrivals')
  useNews(counter.province.changed, (value) => {
    state.set(value)
    arrivals.reload()
  })
  useNews(counter.outbox.changed, arrivals.reload)
  useNews(counter.dossier.changed, arrivals.reload)
  const [chosen, choose] = useState<string | null>(null)
  const now = state.value
  const line = now === null || !now.configured ? 'notConfigured' : now.online ? 'online' : 'offline'
  const skew = now?.clockSkewSeconds ?? 0
  const id = (row: Arrival) => `${row.provinceId} ${row.at} ${row.status}`
  return (
    <Job
      testId="screen-province"
      title={w.province.title(now?.name ?? '')}
      sub={`${w.province.sub} · ${now === null || now.lastAnswerAt === null ? w.province.noAnswer : w.province.lastAnswer(momentOf(now.lastAnswerAt))}`}
      side={
        <span className={line === 'online' ? 'tag ok' : 'tag warn'} data-testid="province-state">
          {w.province[line]}
        </span>
      }
      failure={state.failure ?? arrivals.failure}
      said={Math.abs(skew) > 120 && <Notice tone="warn">{w.province.skew(skewWords(skew, w))}</Notice>}
    >
      <Sheet flush>
        <DataTable<Arrival>
          label={w.stations.province}
          rows={arrivals.value ?? []}
          id={id}
          selected={chosen}
          onSelect={choose}
          testId="arrivals"
          rowTestId="arrival-row"
          empty={
            <Empty
              title={arrivals.value === null ? '' : w.province.empty}
              sub={arrivals.value === null ? '' : w.province.emptySub}
            />
          }
          columns={[
            { id: 'code', head: w.province.code, width: 200, cell: (row) => <b>{row.dossierCode}</b> },
            { id: 'province', head: w.province.provinceId, width: 200, cell: (row) => row.provinceId },
            { id: 'citizen', head: w.province.citizen, cell: (row) => row.citizenName },
            { id: 'procedure', head: w.province.procedure, cell: (row) => row.procedure },
            {
              id: 'status',
              head: w.province.status,
              width: 170,
              cell: (row) => (
                <span className={row.status === 'returned' ? 'tag ok' : 'tag accent'}>
                  {w.dossier.statuses[row.status]}
                </span>
              ),
            },
            {
              id: 'results',
              head: w.province.results,
              width: 80,
              right: true,
              cell: (row) => w.province.resultsOf(row.results),
            },
            { id: 'at', head: w.province.at, width: 140, cell: (row) => momentOf(row.at) },
          ]}
        />
      </Sheet>
    </Job>
  )
}
