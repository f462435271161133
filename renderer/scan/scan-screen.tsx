// Station 3: the paper, page by page. A page that is shown is already stored; trouble keeps what was scanned and says how to go on.
import { useEffect, useRef, useState } from 'react'
import type { Result } from '../../preload/contract/result.ts'
import type { Page, Pages } from '../../preload/contract/scan.ts'
import { PickDossier } from '../dossier/pick-dossier.tsx'
import { Button } from '../look/button.tsx'
import { useCall, useNews, useSnapshot } from '../look/calls.ts'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { PageImage } from '../look/page-image.tsx'
import { useDraft, usePlace } from '../look/place.tsx'
import { ViewerTools, zoomStep } from '../look/viewer.tsx'
import { openPapers } from './papers.ts'
import { type Profile, ProfileBar, profileKeys, within } from './profile-bar.tsx'
import { Thumbs } from './thumbs.tsx'

export function ScanScreen() {
  const { dossierId } = usePlace()
  return dossierId === null ? <PickDossier testId="screen-scan" /> : <Scanning key={dossierId} dossierId={dossierId} />
}

function usePages(dossierId: string) {
  const pages = useSnapshot(() => window.counter.scan.pages({ dossierId }), dossierId)
  useNews(window.counter.scan.changed, (value) => value.dossierId === dossierId && pages.set(value))
  return pages
}

function Scanning({ dossierId }: { readonly dossierId: string }) {
  const w = useWords()
  const { go, has, take } = usePlace()
  const { counter } = window
  const dossier = useSnapshot(() => counter.dossier.show({ id: dossierId }), dossierId)
  const abilities = useSnapshot(
    () => counter.scan.abilities({}),
    has('clerk', 'officer', 'supervisor') ? 'abilities' : null,
  )
  const snapshot = usePages(dossierId)
  const { failure, run, tell } = useCall()
  const [wish, setWish] = useDraft<Profile>('scan.profile', { source: 'feeder', mode: 'colour', dpi: 300 })
  const [chosenId, choose] = useState<string | null>(null)
  const [zoom, setZoom] = useState(1)
  const [before, setBefore] = useState<number | null>(null)
  const [received, setReceived] = useState<number | null>(null)
  useNews(counter.support.devicesChanged, () => abilities.reload())

  const pages = snapshot.value?.pages ?? []
  const papers = openPapers(pages)
  const kept = papers.reduce((sum, paper) => sum + paper.pages.length, 0)
  const page = pages.find((one) => one.id === chosenId)
  const running = before !== null
  const profile = within(wish, abilities.value)
  const count = useRef(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that arrives is shown; otherwise the choice stays
  useEffect(() => {
    const newest = count.current === 0 && !running ? pages[0] : pages.at(-1)
    if (pages.length > count.current) choose(newest?.id ?? null)
    count.current = pages.length
  }, [pages.length])

  const start = async () => {
    if (running) return
    tell(null)
    setReceived(null)
    setBefore(pages.length)
    const ended = await run(counter.scan.start({ dossierId, profile }))
    setBefore(null)
    if (ended === undefined) return
    setReceived(ended.received)
    if (ended.trouble !== null) tell(ended.trouble)
  }
  const stop = () => running && void run(counter.scan.stop({}))
  const edit = async (change: (page: Page) => Promise<Result<Pages>>) => {
    if (page === undefined || page.filed) return
    const next = await run(change(page))
    if (next !== undefined) snapshot.set(next)
  }
  const turn = (by: 90 | -90) => edit((one) => counter.scan.rotate({ pageId: one.id, by }))
  const move = (by: 1 | -1) => edit((one) => counter.scan.move({ pageId: one.id, to: Math.max(1, one.number + by) }))
  const remove = () => edit((one) => counter.scan.remove({ pageId: one.id, removed: !one.removed }))
  const startPaper = () => edit((one) => counter.scan.startPaper({ pageId: one.id, starts: !one.startsPaper }))
  const done = () => !running && kept > 0 && go('document')

  useKeys({
    ...(running ? {} : profileKeys(profile, abilities.value, setWish)),
    F9: start,
    Escape: running ? stop : undefined,
    F10: done,
    F6: !running && (() => take(null)),
    R: () => turn(90),
    'Shift+R': () => turn(-90),
    Delete: remove,
    N: startPaper,
    '[': () => move(-1),
    ']': () => move(1),
    'Ctrl+ArrowLeft': () => move(-1),
    'Ctrl+ArrowRight': () => move(1),
    'Ctrl+ArrowUp': () => move(-1),
    'Ctrl+ArrowDown': () => move(1),
    '+': () => setZoom(zoomStep(zoom, 1)),
    '=': () => setZoom(zoomStep(zoom, 1)),
    '-': () => setZoom(zoomStep(zoom, -1)),
    '0': () => setZoom(1),
  })

  const trouble = failure ?? snapshot.failure ?? (pages.length === 0 ? abilities.failure : null)
  const scanFirst = kept === 0 || running || trouble !== null
  const filed = page?.filed === true
  const onward = (
    <Button keyName="F10" main={!scanFirst} disabled={running || kept === 0} onPress={done} testId="scan-done">
      {w.scan.done}
    </Button>
  )
  return (
    <Job
      testId="screen-scan"
      title={
        running
          ? w.scan.running(Math.max(0, pages.length - before))
          : kept === 0
            ? w.scan.start
            : w.scan.title(kept, papers.length)
      }
      sub={`${dossier.value === null ? '' : `${dossier.value.code ?? dossier.value.provisionalCode} · ${dossier.value.citizenName} · `}${abilities.value?.name ?? w.scan.noScanner}`}
      side={<ProfileBar profile={profile} abilities={abilities.value} change={setWish} disabled={running} />}
      columns="minmax(0, 46fr) minmax(0, 54fr)"
      failure={trouble}
      said={
        <span className="sub" data-testid="scan-said">
          {received !== null && !running ? `${w.scan.ready(received)} ` : ''}
          {pages.length > 0 ? w.scan.safe : ''}
        </span>
      }
      ends={
        <>
          {!running && (
            <Button keyName="F6" onPress={() => take(null)} testId="other-dossier">
              {w.dossier.other}
            </Button>
          )}
          {running && (
            <Button keyName="Esc" onPress={stop} testId="scan-stop">
              {w.scan.stop}
            </Button>
          )}
          {scanFirst && onward}
          {!running && (
            <Button keyName="F9" main={scanFirst} onPress={start} testId="scan-start">
              {pages.length === 0 ? w.scan.go : w.scan.goOn}
            </Button>
          )}
          {!scanFirst && onward}
        </>
      }
    >
      <Sheet>
        {pages.length === 0 ? (
          <Empty title={w.scan.empty} sub={w.scan.emptySub} testId="scan-empty" />
        ) : (
          <>
            <Thumbs pages={pages} papers={papers} chosen={chosenId} choose={choose} arriving={running} />
            <div className="row" style={{ gap: 8, flexWrap: 'wrap' }}>
              <Button
                slim
                keyName="R"
                disabled={page === undefined || filed}
                onPress={() => turn(90)}
                testId="page-rotate"
              >
                {w.scan.turn}
              </Button>
              <Button
                slim
                keyName="N"
                disabled={page === undefined || filed || page.removed}
                onPress={startPaper}
                testId="page-starts-paper"
              >
                {page?.startsPaper === true ? w.scan.samePaper : w.scan.newPaper}
              </Button>
              <Button
                slim
                keyName="Delete"
                disabled={page === undefined || filed}
                onPress={remove}
                testId="page-remove"
              >
                {page?.removed === true ? w.scan.restore : w.scan.remove}
              </Button>
              <Button
                slim
                keyName="["
                label={w.scan.earlier}
                disabled={page === undefined || filed}
                onPress={() => move(-1)}
                testId="page-earlier"
              >
                ←
              </Button>
              <Button
                slim
                keyName="]"
                label={w.scan.later}
                disabled={page === undefined || filed}
                onPress={() => move(1)}
                testId="page-later"
              >
                →
              </Button>
            </div>
          </>
        )}
      </Sheet>
      <Sheet flush>
        <div className="viewer" style={{ borderRadius: 0 }} data-testid="page-view">
          <ViewerTools zoom={zoom} setZoom={setZoom}>
            <span>
              {page === undefined ? '' : `${w.scan.page(page.number)} · ${page.dpi} dpi`}
              {filed ? ` · ${w.scan.filedNote}` : ''}
            </span>
          </ViewerTools>
          <div style={{ flex: 1, minHeight: 0, padding: 12 }}>
            {page !== undefined && (
              <PageImage key={page.id} page={page} zoom={zoom} label={w.scan.page(page.number)} eager />
            )}
          </div>
        </div>
      </Sheet>
    </Job>
  )
}
