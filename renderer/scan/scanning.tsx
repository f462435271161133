// The stack while it is fed: what is there, what to look at, one page large with what was done to it. A page that is shown is
// already stored; trouble keeps what was scanned and says how to go on. Rules live in main.
import { useMemo, useState } from 'react'
import { ImagesRemoved } from '../document/images-removed.tsx'
import { Button } from '../look/button.tsx'
import { useCall, useNews, useSnapshot } from '../look/calls.ts'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { FailureNotice } from '../look/notice.tsx'
import { PageImage } from '../look/page-image.tsx'
import { useDraft, usePlace } from '../look/place.tsx'
import { ViewerTools, zoomStep } from '../look/viewer.tsx'
import { CountsBox } from './counts-box.tsx'
import { DropFiles, ImportButton, openFiles } from './import-files.tsx'
import { PageFacts } from './page-facts.tsx'
import { PageTools } from './page-tools.tsx'
import { countStack, isException, nextException, openPapers } from './papers.ts'
import { usePedal } from './pedal.ts'
import { ProfileBar, type ProfileKey, plainProfile, profileOf, STANDARD, within } from './profile-bar.tsx'
import { type Asking, StackDialogs } from './stack-dialogs.tsx'
import { StackHead, StackSaid } from './stack-head.tsx'
import { type StackActions, stackKeys } from './stack-keys.ts'
import { Thumbs, walk } from './thumbs.tsx'
import { TroubleNotice } from './trouble.tsx'
import { type Place, useRun } from './use-run.ts'
import { type Edit, pageActions, useChosen, useStack } from './use-stack.ts'

const NO_PAGES: readonly never[] = []

export function Scanning({ dossierId }: { readonly dossierId: string | null }) {
  const w = useWords()
  const { go, has, take } = usePlace()
  const { counter } = window
  const staff = has('clerk', 'officer', 'supervisor')
  const abilities = useSnapshot(() => counter.scan.abilities({}), staff ? 'abilities' : null)
  const profiles = useSnapshot(() => counter.scan.profiles({}), 'profiles')
  useNews(counter.support.devicesChanged, () => abilities.reload())
  const calling = useCall()
  const { failure, run } = calling
  const { stack, failure: unread, set } = useStack(dossierId)
  const pages = stack?.pages ?? NO_PAGES
  const scanning = useRun(dossierId, pages, calling)
  const { running, ended } = scanning
  const mayKeep = useSnapshot(
    () => counter.document.mayKeepFile({ dossierId: dossierId ?? '' }),
    staff ? dossierId : null,
  )
  const { page, chosenId, choose, follow } = useChosen(pages, running)
  const papers = useMemo(() => openPapers(pages), [pages])
  const counted = useMemo(() => countStack(pages), [pages])
  const [profileKey, setProfileKey] = useDraft<ProfileKey>('scan.profile', 'F2')
  const [zoom, setZoom] = useState(1)
  const [asking, ask] = useState<Asking | null>(null)
  const [typed, setTyped] = useState<string | null>(null)
  const [pedal] = usePedal()

  const keyed = profileOf(profiles.value, profileKey)
  const wish = keyed === null ? STANDARD : plainProfile(keyed)
  const profile = within(wish, abilities.value)
  const paper = papers.find((one) => page !== undefined && one.pages.includes(page))
  const kept = papers.reduce((sum, one) => sum + one.pages.length, 0)

  const start = (place: Place = null) => {
    if (running) return
    setTyped(null)
    if (place === null) follow()
    void scanning.start(profile, place)
  }
  const edit: Edit = async (change) => {
    if (page === undefined || page.filed || page.purged) return
    // Whoever repairs a page keeps it in sight, whatever arrives meanwhile.
    choose(page.id)
    const next = await run(change(page))
    if (next !== undefined) set(next)
  }
  const changed = async (asked: ReturnType<typeof counter.scan.undo>) => {
    const next = await run(asked)
    if (next !== undefined) set(next)
  }
  const at = (is: 'after' | 'instead') => page !== undefined && !page.filed && start({ is, pageId: page.id })
  const actions: StackActions = {
    ...pageActions(page, pages, edit, choose),
    insert: () => at('after'),
    rescan: () => at('instead'),
    name: () => {
      if (page === undefined || paper === undefined) return
      choose(page.id)
      ask({ for: 'name', paper })
    },
    send: () => {
      if (page === undefined || page.filed) return
      choose(page.id)
      ask({ for: 'send', page, paper })
    },
    secret: () => {
      if (page === undefined || page.filed || page.purged || page.separator) return
      choose(page.id)
      ask({ for: 'secret', page, paper })
    },
    undo: () => stack?.canUndo === true && void changed(counter.scan.undo({ dossierId })),
    walk: (key) => choose(walk(pages, chosenId, key)),
    zoom: (step) => setZoom(step === 0 ? 1 : zoomStep(zoom, step)),
    start: () => start(),
    stop: scanning.stop,
    done: () => !running && kept > 0 && go('document'),
    other: () => take(null),
    files: openFiles,
    keepFile:
      dossierId !== null && mayKeep.value?.offered === true
        ? () => mayKeep.value !== null && ask({ for: 'keep-file', dossierId, may: mayKeep.value })
        : false,
    separators: () => {
      const of = dossierId ?? page?.dossierId ?? null
      ask(of === null ? { for: 'separators-of' } : { for: 'separators', dossierId: of })
    },
    profile: setProfileKey,
    editProfile: () => ask({ for: 'profile' }),
    count: setTyped,
  }
  useKeys(stackKeys(actions, { running, pedal, countable: typed === null && kept > 0 }))

  const trouble = failure ?? unread ?? (pages.length === 0 ? abilities.failure : null)
  const stopped = trouble === null ? (ended?.run.trouble ?? null) : null
  const { refused } = scanning
  const scanFirst = kept === 0 || running || trouble !== null || stopped !== null || refused.length > 0
  // One dark button: trouble first, then the page that somebody should look at, then the stack.
  const answerFirst =
    page !== undefined && isException(page) && !running && trouble === null && stopped === null && refused.length === 0
  const onward = (
    <Button
      keyName="F10"
      main={!scanFirst && !answerFirst}
      disabled={running || kept === 0}
      onPress={actions.done}
      testId="scan-done"
    >
      {w.scan.done}
    </Button>
  )
  return (
    <DropFiles disabled={running} onFiles={scanning.takeFiles}>
      <Job
        testId="screen-scan"
        title={<StackHead pages={pages} counted={counted} />}
        sub={
          <StackSaid
            dossierId={dossierId}
            stack={stack}
            scanner={abilities.value?.name ?? null}
            profile={profile}
            exact={profile.source === wish.source && profile.mode === wish.mode && profile.dpi === wish.dpi}
          />
        }
        side={
          <ProfileBar
            profiles={profiles.value}
            chosen={keyed?.key ?? null}
            profile={profile}
            choose={setProfileKey}
            onEdit={actions.editProfile}
            disabled={running}
          />
        }
        columns="minmax(0, 47fr) minmax(0, 53fr)"
        said={
          <span className="sub" data-testid="scan-said">
            {[
              running && (scanning.file === null ? w.scan.running(scanning.received) : w.scan.importing(scanning.file)),
              !running &&
                ended?.from === 'scanner' &&
                ended.run.trouble === null &&
                (ended.run.putBack === null
                  ? w.scan.ready(ended.run.received)
                  : w.scan.stopped(ended.run.received, ended.run.putBack)),
              !running && ended?.from === 'file' && w.scan.imported(ended.run.received),
              pages.length > 0 && w.scan.safe,
              counted.worked < counted.all && w.scan.behind(counted.worked, counted.all),
            ]
              .filter(Boolean)
              .join(' ')}
          </span>
        }
        ends={
          <>
            {!running && (
              <>
                <Button keyName="F6" onPress={actions.other} testId="other-dossier">
                  {w.dossier.other}
                </Button>
                <Button keyName="P" onPress={actions.separators} testId="separators">
                  {w.scan.separators.button}
                </Button>
                <ImportButton onFiles={scanning.takeFiles} />
                {actions.keepFile !== false && (
                  <Button keyName="K" onPress={actions.keepFile} testId="keep-file">
                    {w.document.brought.button}
                  </Button>
                )}
              </>
            )}
            {running && scanning.file === null && (
              <Button keyName="Esc" onPress={actions.stop} testId="scan-stop">
                {w.scan.stop}
              </Button>
            )}
            {scanFirst && onward}
            {!running && (
              <Button keyName="F9" main={scanFirst && !answerFirst} onPress={actions.start} testId="scan-start">
                {pages.length === 0 ? w.scan.go : w.scan.goOn}
              </Button>
            )}
            {!scanFirst && onward}
          </>
        }
      >
        <Sheet>
          {stack === null || pages.length === 0 ? (
            <Empty
              title={stack === null ? '' : w.scan.empty}
              sub={stack === null ? '' : dossierId === null ? w.scan.mixedEmptySub : w.scan.emptySub}
              testId="scan-empty"
            />
          ) : (
            <Thumbs stack={stack} papers={papers} chosen={chosenId} choose={choose} mixed={dossierId === null} />
          )}
          <FailureNotice failure={trouble} />
          {refused.map(({ names, failure: why }) => (
            <FailureNotice key={names} failure={why} about={names} />
          ))}
          {stopped !== null && ended !== null && (
            <TroubleNotice failure={stopped} run={ended.run} pages={pages.length} />
          )}
          {typed !== null && (
            <CountsBox
              first={typed}
              pages={kept}
              onCounts={(counts) => {
                setTyped(null)
                void changed(counter.scan.counts({ dossierId, counts: [...counts] }))
              }}
              onClose={() => setTyped(null)}
            />
          )}
          {pages.length > 0 && (
            <PageTools page={page} canUndo={stack?.canUndo === true} running={running} actions={actions} />
          )}
        </Sheet>
        <Sheet flush>
          <div className={page === undefined ? 'page-side bare' : 'page-side'}>
            <div className="viewer" style={{ borderRadius: 0 }} data-testid="page-view">
              <ViewerTools zoom={zoom} setZoom={setZoom} fitKey="*">
                {page === undefined ? '' : `${w.scan.page(page.number)} · ${w.scan.profileEdit.dpiOf(page.dpi)}`}
              </ViewerTools>
              <div style={{ flex: 1, minHeight: 0, padding: 12 }}>
                {page?.purged === true && <ImagesRemoved label={w.scan.page(page.number)} />}
                {page !== undefined && !page.purged && (
                  <PageImage key={page.id} page={page} zoom={zoom} label={w.scan.page(page.number)} />
                )}
              </div>
            </div>
            {page !== undefined && stack !== null && (
              <PageFacts
                page={page}
                paper={paper}
                stack={stack}
                more={nextException(pages, page.id) !== null}
                main={answerFirst}
                onRight={actions.right}
                onSend={actions.send}
                onOriginal={actions.asScanned}
              />
            )}
          </div>
        </Sheet>
        {asking !== null && (
          <StackDialogs
            asking={asking}
            ask={ask}
            changed={changed}
            profiles={profiles}
            profileKey={keyed?.key ?? profileKey}
            abilities={abilities.value}
            kept={() => go('document')}
          />
        )}
      </Job>
    </DropFiles>
  )
}
