// Station 6: what you are about to sign, with what, and how far it is. The officer signs first, the agency's seal follows;
// who scanned signs the scan (TT 01/2023 Đ.8), and the agency its own copies of it (sao y), which are looked at here.
// The PIN is never typed here: it has its own window.
import { useEffect, useRef, useState } from 'react'
import type { Batch, SigningRole } from '../../preload/contract/signature.ts'
import type { BatchReport } from '../../preload/contract/validation.ts'
import { Button } from '../look/button.tsx'
import { useCall, useNews, useSnapshot } from '../look/calls.ts'
import { listCode } from '../look/formats.ts'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import { PdfDialog } from '../look/pdf-dialog.tsx'
import { PdfView } from '../look/pdf-view.tsx'
import { usePlace } from '../look/place.tsx'
import { keepUnchanged } from '../look/unchanged.ts'
import { useCalm } from '../look/waiting.ts'
import { Reauthenticate } from '../operator/reauthenticate.tsx'
import { BatchItems } from './batch-items.tsx'
import { awaitsToken, isOther, SignPanel } from './sign-panel.tsx'

export function SignatureScreen() {
  const w = useWords()
  const { has } = usePlace()
  const roles: SigningRole[] = [
    ...(has('officer') ? (['officer'] as const) : []),
    ...(has('seal-keeper') ? (['agency', 'copy'] as const) : []),
    ...(has('clerk', 'officer', 'supervisor') ? (['scanner'] as const) : []),
  ]
  const [role, setRole] = useState<SigningRole | null>(roles[0] ?? null)
  if (role === null)
    return (
      <Job testId="screen-signature" title={w.stations.signature}>
        <Sheet>
          <Empty title={w.signature.noRole} sub={w.signature.noRoleSub} />
        </Sheet>
      </Job>
    )
  return <Signing key={role} role={role} roles={roles} setRole={setRole} />
}

function RoleTabs({
  role,
  roles,
  setRole,
}: {
  readonly role: SigningRole
  readonly roles: readonly SigningRole[]
  readonly setRole: (role: SigningRole) => void
}) {
  const w = useWords()
  const { counter } = window
  const waiting = useSnapshot(() => counter.signature.counts({}), 'tabs')
  const recount = useCalm(waiting.reload)
  useNews(counter.document.changed, recount)
  useNews(counter.signature.changed, recount)
  const other = roles[(roles.indexOf(role) + 1) % roles.length] ?? role
  useKeys({ F2: other !== role && (() => setRole(other)) })
  if (other === role) return null
  return (
    <div className="tabs">
      {roles.map((one) => (
        <Button
          key={one}
          pressed={one === role}
          {...(one === other ? { keyName: 'F2' } : {})}
          onPress={() => setRole(one)}
          testId={`role-${one}`}
        >
          {w.signature.tabs[one]}
          {(waiting.value?.[one] ?? 0) > 0 && <span className="count">{waiting.value?.[one]}</span>}
        </Button>
      ))}
    </div>
  )
}

function ReportButton({ onPress }: { readonly onPress: () => Promise<void> }) {
  const w = useWords()
  return (
    <Button keyName="F7" onPress={() => void onPress()} testId="batch-report-open">
      {w.batchReport.open}
    </Button>
  )
}

const keepItems = (old: Batch | null, next: Batch): Batch =>
  old === null ? next : { ...next, items: [...keepUnchanged(old.items, next.items, (item) => item.documentId)] }

interface SigningProps {
  readonly role: SigningRole
  readonly roles: readonly SigningRole[]
  readonly setRole: (role: SigningRole) => void
}

function Signing({ role, roles, setRole }: SigningProps) {
  const w = useWords()
  const { go, wish } = usePlace()
  /** Who agreed to a whole list said "and sign": the password is asked for as soon as the list stands here. */
  const wishesToSign = useRef(wish === 'sign')
  const { counter } = window
  const next = useSnapshot(() => counter.signature.next({ role }), role)
  const { failure, run, tell } = useCall()
  const [asking, setAsking] = useState(false)
  const [started, setStarted] = useState(false)
  const [insist, setInsist] = useState(false)
  const [report, setReport] = useState<BatchReport | null>(null)
  const [chosenId, choose] = useState<string | null>(null)
  useNews(counter.signature.changed, (news: Batch) => news.role === role && next.set(keepItems(next.value, news)))
  const batch = next.value
  const resting = batch === null || batch.state === 'ready' || batch.state === 'blocked'
  useNews(counter.support.devicesChanged, () => resting && !started && next.reload())
  useNews(counter.certification.changed, () => resting && !started && next.reload())
  const listed = useCalm(() => (role === 'scanner' || role === 'copy') && resting && !started && next.reload())
  useNews(counter.document.changed, listed)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new list never inherits the consent of the old one
  useEffect(() => setInsist(false), [batch?.listCode])

  const pin = batch?.certificate?.pin
  const finalTry = pin?.finalTry === true
  const left = batch === null ? 0 : batch.total - batch.done
  const finished = batch?.state === 'finished'
  const paused = batch?.state === 'paused'
  const waiting = batch?.state === 'waiting'
  const canSign =
    batch !== null &&
    !started &&
    batch.state !== 'running' &&
    !finished &&
    left > 0 &&
    batch.certificate !== null &&
    pin?.locked !== true &&
    (!finalTry || insist)
  // A paused list may be tried again even while its token is away: main answers what is missing.
  const canGoOn = batch !== null && paused && !started && pin?.locked !== true && (!finalTry || insist)

  const ask = () => (canSign || canGoOn) && setAsking(true)
  useEffect(() => {
    if (!wishesToSign.current || !canSign) return
    wishesToSign.current = false
    setAsking(true)
  }, [canSign])
  const sign = async () => {
    setAsking(false)
    if (batch === null) return
    setStarted(true)
    const answer = await run(
      counter.signature.start({ batchId: batch.id, listCode: batch.listCode, insist: finalTry && insist }),
    )
    setStarted(false)
    if (answer !== undefined) next.set(answer)
    else next.reload()
  }
  const look = () => {
    tell(null)
    next.reload()
  }
  const sealNext = role === 'officer' && roles.includes('agency')
  const onward = () => (sealNext ? setRole('agency') : go(role === 'scanner' ? 'document' : 'outbox'))
  const reported = (finished || paused) && !started
  const openReport = async () => {
    if (batch === null) return
    const answer = await run(counter.signature.batchReport({ batchId: batch.id }))
    if (answer !== undefined) setReport(answer)
  }
  const stopWaiting = () => void run(counter.signature.stopWaiting({}))
  useKeys({
    Escape: waiting && stopWaiting,
    Enter: finished ? look : ask,
    F9: finished ? onward : ask,
    F5: look,
    F7: reported && (() => void openReport()),
    F8: finalTry && (() => setInsist((old) => !old)),
  })

  // The agency's own copies were reviewed by nobody before: each is shown here, the first one at once.
  const inHand =
    role === 'copy' ? (batch?.items.find((item) => item.documentId === chosenId) ?? batch?.items[0]) : undefined
  const title = batch === null ? w.signature.titleIdle[role] : w.signature.title[role](batch.total)
  const aside = batch?.items.filter((item) => item.state === 'set-aside').length ?? 0
  // Between the key and the PIN the old list still stands here; its trouble is over. A held token is trouble of a running one.
  const shown = batch !== null && (!started || waiting || batch.state === 'running') ? batch.trouble : null
  // A clerk without a token of her own is no trouble: the panel says calmly that nothing has to wait for it.
  const trouble = failure ?? next.failure ?? (batch !== null && awaitsToken(batch) ? null : shown)
  return (
    <Job
      testId="screen-signature"
      title={title}
      sub={batch === null ? '' : w.signature.sub(batch.done, batch.total, aside)}
      side={<RoleTabs role={role} roles={roles} setRole={setRole} />}
      columns={inHand === undefined ? 'minmax(0, 1fr) 340px' : '330px minmax(0, 1fr) 300px'}
      failure={trouble}
      said={
        finished ? (
          <Notice tone="ok" testId="batch-finished">
            {w.signature.finished[role](batch.items.length - aside)}
          </Notice>
        ) : (
          <span className="sub" data-testid="batch-said">
            {batch === null
              ? ''
              : awaitsToken(batch)
                ? w.signature.token[isOther(batch) ? 'other' : 'none']
                : started && batch.state !== 'running' && !waiting
                  ? w.signature.askPin
                  : w.signature.batchStates[batch.state]}
          </span>
        )
      }
      ends={
        batch === null ? undefined : finished ? (
          <>
            <ReportButton onPress={openReport} />
            <Button keyName="Enter" onPress={look} testId="batch-next">
              {w.signature.nextList}
            </Button>
            <Button main keyName="F9" onPress={onward} testId="batch-onward">
              {sealNext ? w.signature.toAgency : role === 'scanner' ? w.signature.toFields : w.signature.toOutbox}
            </Button>
          </>
        ) : waiting ? (
          <Button keyName="Esc" onPress={stopWaiting} testId="batch-stop-waiting">
            {w.signature.stopWaiting}
          </Button>
        ) : paused ? (
          <>
            <ReportButton onPress={openReport} />
            <Button main keyName="F9" disabled={!canGoOn} onPress={ask} testId="batch-continue">
              {w.signature.goOn}
            </Button>
          </>
        ) : (
          <Button main keyName="F9" disabled={!canSign} onPress={ask} testId="batch-start">
            {w.signature.sign(batch?.state === 'running' ? batch.total : left)}
          </Button>
        )
      }
    >
      {batch === null ? (
        <Sheet>
          {next.known ? (
            <Empty
              title={next.failure === null ? w.signature.empty[role] : ''}
              sub={next.failure === null ? w.signature.emptySub[role] : ''}
              testId="batch-empty"
            />
          ) : (
            <Empty title={w.signature.looking} testId="batch-looking" />
          )}
        </Sheet>
      ) : (
        <Sheet flush>
          <BatchItems batch={batch} chosen={inHand?.documentId ?? chosenId} choose={choose} />
        </Sheet>
      )}
      {inHand?.file !== undefined && (
        <Sheet flush>
          <PdfView file={inHand.file} label={inHand.title} />
        </Sheet>
      )}
      {batch === null ? <div /> : <SignPanel batch={batch} insist={insist} setInsist={setInsist} />}
      {report !== null && batch !== null && (
        <PdfDialog
          file={report.file}
          title={`${w.batchReport.title(listCode(batch.listCode))} · ${w.batchReport[report.signed ? 'signed' : 'unsigned']}`}
          onClose={() => setReport(null)}
          testId="batch-report"
        />
      )}
      {asking && <Reauthenticate onConfirmed={sign} onClose={() => setAsking(false)} />}
    </Job>
  )
}
