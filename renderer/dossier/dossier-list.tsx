// The dossiers of the day, searched by code, name or procedure; Enter opens one.
import { useEffect, useState } from 'react'
import { Input, SearchField } from 'react-aria-components'
import type { Dossier } from '../../preload/contract/dossier.ts'
import { Button } from '../look/button.tsx'
import { useNews, useSnapshot } from '../look/calls.ts'
import { DataTable } from '../look/data-table.tsx'
import { momentOf } from '../look/formats.ts'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { FailureNotice } from '../look/notice.tsx'
import { usePlace } from '../look/place.tsx'

const TONE: Readonly<Record<Dossier['status'], string>> = {
  received: 'tag accent',
  'in-work': 'tag accent',
  'waiting-for-citizen': 'tag warn',
  withdrawn: 'tag',
  stopped: 'tag',
  done: 'tag ok',
  returned: 'tag ok',
}

export function StatusTag({ status }: { readonly status: Dossier['status'] }) {
  const w = useWords()
  return (
    <span className={TONE[status]} data-testid="dossier-status" data-status={status}>
      {w.dossier.statuses[status]}
    </span>
  )
}

/** Found dossiers as a table; the same one stands in the scan and document stations when no dossier is in hand. */
export function DossierTable({
  onOpen,
  waiting,
  takesFocus = true,
  narrow = false,
}: {
  readonly onOpen: (id: string) => void
  readonly waiting?: (dossier: Dossier) => boolean
  readonly takesFocus?: boolean
  /** Beside something else: without the due time. */
  readonly narrow?: boolean
}) {
  const w = useWords()
  const { arrivals } = usePlace()
  const [query, setQuery] = useState('')
  const [chosen, choose] = useState<string | null>(null)
  const list = useSnapshot(() => window.counter.dossier.list(query === '' ? {} : { query }), 'list')
  const { reload } = list
  // biome-ignore lint/correctness/useExhaustiveDependencies: each letter asks again and keeps the old rows until the answer is here
  useEffect(reload, [query, reload])
  useNews(window.counter.dossier.changed, reload)
  const rows = (list.value ?? []).filter((row) => waiting === undefined || waiting(row))
  return (
    <>
      <SearchField
        key={arrivals}
        className="entry"
        style={{ padding: '12px 12px 0' }}
        aria-label={w.dossier.find}
        value={query}
        onChange={setQuery}
        autoFocus={takesFocus}
        onSubmit={() => {
          const first = rows[0]
          if (first !== undefined) onOpen(first.id)
        }}
      >
        <Input placeholder={w.dossier.find} data-testid="dossier-search" />
      </SearchField>
      <FailureNotice failure={list.failure} />
      <DataTable<Dossier>
        label={w.dossier.listTitle}
        rows={rows}
        id={(row) => row.id}
        selected={chosen}
        onSelect={choose}
        onOpen={onOpen}
        testId="dossiers"
        rowTestId="dossier-row"
        state={(row) => row.status}
        empty={
          list.value === null ? (
            <Empty title="" />
          ) : query === '' ? (
            <Empty title={w.dossier.empty} sub={w.dossier.emptySub} />
          ) : (
            <Empty title={w.dossier.notFound} sub={w.dossier.notFoundSub} />
          )
        }
        columns={[
          {
            id: 'code',
            head: w.dossier.code,
            width: narrow ? 218 : 250,
            cell: (row) => <span className="code">{row.code ?? row.provisionalCode}</span>,
          },
          {
            id: 'citizen',
            head: w.dossier.citizen,
            width: narrow ? 160 : 210,
            cell: (row) => <b>{row.citizenName}</b>,
          },
          {
            id: 'procedure',
            head: w.dossier.procedure,
            cell: (row) => (
              <>
                {row.procedure.code} · {row.procedure.field}
                <div className="small sub two-lines" title={row.procedure.name}>
                  {row.procedure.name}
                </div>
              </>
            ),
          },
          ...(narrow
            ? []
            : [{ id: 'due', head: w.dossier.dueAt, width: 170, cell: (row: Dossier) => momentOf(row.dueAt) }]),
          {
            id: 'status',
            head: w.dossier.status,
            width: narrow ? 120 : 150,
            cell: (row) => <StatusTag status={row.status} />,
          },
        ]}
      />
    </>
  )
}

export function DossierList({ onOpen, onNew }: { readonly onOpen: (id: string) => void; readonly onNew: () => void }) {
  const w = useWords()
  const counts = useSnapshot(() => window.counter.dossier.counts({}), 'counts')
  useNews(window.counter.dossier.changed, counts.reload)
  useKeys({ F2: onNew })
  return (
    <Job
      testId="screen-dossier-list"
      takesFocus={false}
      title={w.dossier.listTitle}
      sub={counts.value === null ? '' : w.dossier.listSub(counts.value.open)}
      side={<span className="sub small">{w.dossier.pickSub}</span>}
      failure={counts.failure}
      ends={
        <Button main keyName="F2" onPress={onNew} testId="dossier-new-tab">
          {w.dossier.tabNew}
        </Button>
      }
    >
      <Sheet flush>
        <DossierTable onOpen={onOpen} />
      </Sheet>
    </Job>
  )
}
