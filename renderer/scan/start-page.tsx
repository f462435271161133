// No stack in hand: what was left unfinished, a dossier to scan into, the whole stack of many dossiers, and the watched folder.
import { useEffect, useState } from 'react'
import { ListBox, ListBoxItem } from 'react-aria-components'
import type { HotFolder, Unfinished } from '../../preload/contract/scan.ts'
import { DossierTable } from '../dossier/dossier-list.tsx'
import { isOpen } from '../dossier/pick-dossier.tsx'
import { Button, Kbd } from '../look/button.tsx'
import { useNews, useSnapshot } from '../look/calls.ts'
import { momentOf } from '../look/formats.ts'
import { Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useSpeech, useWords } from '../look/language.tsx'
import { usePlace } from '../look/place.tsx'
import { useUnfinished } from '../look/waiting.ts'
import { adviceFor } from '../words/index.ts'

/** The subfolder main puts them into, each with its reason beside it. */
export const ASIDE = 'khong-nhan-duoc'

const keyOf = (one: Unfinished): string => one.dossierId ?? 'mixed'

function UnfinishedList({
  rows,
  takesFocus,
  onOpen,
}: {
  readonly rows: readonly Unfinished[]
  readonly takesFocus: boolean
  readonly onOpen: (key: string) => void
}) {
  const w = useWords()
  if (rows.length === 0) return <p className="sub">{w.scan.home.none}</p>
  return (
    <ListBox
      className="list"
      aria-label={w.scan.home.unfinished}
      items={rows.map((row) => ({ ...row, id: keyOf(row) }))}
      selectionMode="none"
      autoFocus={takesFocus ? 'first' : false}
      onAction={(key) => onOpen(String(key))}
      dependencies={[w]}
      data-testid="unfinished"
    >
      {(row) => (
        <ListBoxItem
          className="option"
          id={row.id}
          textValue={row.dossierId === null ? w.scan.mixed : `${row.code} ${row.citizenName}`}
          data-testid="unfinished-item"
          data-dossier={row.dossierId ?? ''}
          data-pages={row.pages}
          data-to-check={row.toCheck}
        >
          <div>
            <b>{row.dossierId === null ? w.scan.mixed : row.citizenName}</b>
            <div className="small sub">
              {[row.dossierId === null ? '' : row.code, w.scan.home.item(row.pages), momentOf(row.lastAt)]
                .filter((part) => part !== '')
                .join(' · ')}
            </div>
            {row.toCheck > 0 && <span className="tag warn">{w.scan.toCheck(row.toCheck)}</span>}
          </div>
          <Kbd>Enter</Kbd>
        </ListBoxItem>
      )}
    </ListBox>
  )
}

function HotFolderFacts({ folder }: { readonly folder: HotFolder | null }) {
  const { w, language } = useSpeech()
  if (folder === null) return null
  const { hotFolder } = w.scan
  return (
    <div className="stack" style={{ gap: 6 }} data-testid="hot-folder" data-state={folder.state}>
      <span className={folder.state === 'unreachable' ? 'tag bad block' : 'sub'}>{hotFolder.states[folder.state]}</span>
      {folder.state !== 'off' && <span className="small path-of">{folder.folder}</span>}
      {folder.settling > 0 && <span className="sub small">{hotFolder.settling(folder.settling)}</span>}
      {folder.refused.length > 0 && (
        <>
          <b className="small">{hotFolder.refused(folder.refused.length, ASIDE)}</b>
          <span className="sub small">{hotFolder.refusedNext}</span>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled with the keys */}
          <ul className="refused" tabIndex={0} aria-label={hotFolder.refused(folder.refused.length, ASIDE)}>
            {folder.refused.map((one) => (
              <li key={`${one.name} ${one.at}`} data-testid="refused-file">
                <b>{one.name}</b> · {momentOf(one.at)}
                <br />
                {adviceFor(one.failure, language).happened}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

export function StartPage() {
  const w = useWords()
  const { take, takeMixed, has } = usePlace()
  const { counter } = window
  const unfinished = useUnfinished()
  const folder = useSnapshot(() => counter.scan.hotFolder({}), 'hot-folder')
  useNews(counter.scan.hotFolderChanged, folder.set)
  const rows = unfinished.value ?? []
  // Decided once: a file that comes in while somebody types does not take the focus away.
  const [first, setFirst] = useState<'list' | 'search' | null>(null)
  const known = unfinished.known ? (rows.length > 0 ? 'list' : 'search') : null
  useEffect(() => setFirst((old) => old ?? known), [known])
  const focus = first ?? known
  const staff = has('clerk', 'officer', 'supervisor')
  const mixed = () => staff && takeMixed()
  useKeys({ F9: mixed })
  return (
    <Job
      testId="screen-scan"
      takesFocus={false}
      title={w.scan.home.title}
      sub={w.scan.home.sub}
      columns="360px minmax(0, 1fr)"
      failure={unfinished.failure ?? folder.failure}
      ends={
        <Button main keyName="F9" disabled={!staff} onPress={mixed} testId="scan-mixed">
          {w.scan.home.stack}
        </Button>
      }
    >
      <div className="stack start-side" style={{ gap: 16 }}>
        <Sheet title={w.scan.home.unfinished}>
          {unfinished.known && (
            <UnfinishedList
              rows={rows}
              takesFocus={focus === 'list'}
              onOpen={(key) => (key === 'mixed' ? takeMixed() : take(key))}
            />
          )}
        </Sheet>
        <Sheet title={w.scan.hotFolder.title}>
          <HotFolderFacts folder={folder.value} />
        </Sheet>
      </div>
      <Sheet flush>
        {/* The search takes the focus only when nothing unfinished asks for it. */}
        {unfinished.known && <DossierTable onOpen={take} waiting={isOpen} takesFocus={focus === 'search'} narrow />}
      </Sheet>
    </Job>
  )
}
