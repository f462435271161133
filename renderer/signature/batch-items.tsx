// The list to be signed: number, title, and where each one rests.
import { useMemo } from 'react'
import type { z } from 'zod'
import type { Batch, BatchItem, SigningRole } from '../../preload/contract/signature.ts'
import { type DataColumn, DataTable } from '../look/data-table.tsx'
import { useSpeech } from '../look/language.tsx'
import { sentenceFor } from '../words/index.ts'

type Item = z.infer<typeof BatchItem>

/** For the officer it ends when it waits for the seal; the others end when it is filed. */
const isDone = (item: Item, role: SigningRole): boolean =>
  item.state === 'filed' || (role === 'officer' && item.state === 'officer-closed')

const tone = (item: Item, role: SigningRole): string => {
  if (item.state === 'set-aside') return 'tag bad'
  if (isDone(item, role)) return 'tag ok'
  return item.state === 'waiting' || item.state === 'prepared' || item.state === 'officer-closed' ? 'tag' : 'tag accent'
}

/** `07 · 03/2026-SCT/BS`: the number, and its book below. */
function numberCell({ number }: Item) {
  if (number === null) return '—'
  const [own = '', book = ''] = number.split(' · ')
  return (
    <>
      <b>{own}</b>
      <div className="small sub" style={{ whiteSpace: 'nowrap' }}>
        {book}
      </div>
    </>
  )
}

interface BatchItemsProps {
  readonly batch: Batch
  readonly chosen: string | null
  readonly choose: (documentId: string) => void
}

export function BatchItems({ batch, chosen, choose }: BatchItemsProps) {
  const { w, language } = useSpeech()
  const { role } = batch
  const isPaper = role === 'scanner' || role === 'copy'
  const columns = useMemo(
    (): readonly DataColumn<Item>[] => [
      ...(isPaper ? [] : [{ id: 'number', head: w.signature.items.number, width: 150, cell: numberCell }]),
      {
        id: 'title',
        head: isPaper ? w.document.fields.names.title : w.signature.items.title,
        cell: (row) => (
          <>
            <div>
              <b>{row.title}</b>{' '}
              {row.brought !== undefined && (
                <span className="tag accent">{w.document.brought.inList(row.brought.earlier)}</span>
              )}
            </div>
            <div className="small sub">{`${row.dossierCode} · ${row.citizenName}`}</div>
            {row.failure !== null && <div className="small">{sentenceFor(row.failure, language)}</div>}
          </>
        ),
      },
      // Beside the page itself there is room for little more than the name.
      ...(role === 'copy'
        ? []
        : [{ id: 'pages', head: w.signature.items.pages, width: 80, right: true, cell: (row: Item) => row.pages }]),
      {
        id: 'state',
        head: w.signature.items.state,
        width: role === 'copy' ? 110 : 180,
        cell: (row) => (
          <div>
            <span className={tone(row, role)}>
              {row.state === 'filed' ? w.signature.filed[role] : w.signature.itemStates[row.state]}
            </span>
          </div>
        ),
      },
    ],
    [role, isPaper, w, language],
  )
  const inHand = batch.state === 'running' ? batch.items.findIndex((item) => item.state === 'waiting') : -1
  return (
    <DataTable<Item>
      label={w.signature.list}
      rows={batch.items}
      id={(row) => row.documentId}
      selected={chosen}
      onSelect={choose}
      testId="batch-items"
      rowTestId="batch-item"
      state={(row) => row.state}
      empty={null}
      long
      follow={inHand < 0 ? null : inHand}
      columns={columns}
    />
  )
}
