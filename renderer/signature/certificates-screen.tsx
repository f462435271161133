// The certificates and tokens of this counter: which end soon, whose token is locked, who cannot sign.
// A PIN is changed and a token unblocked in the PIN window; nothing secret is typed or shown here.
import { useState } from 'react'
import type { Result } from '../../preload/contract/result.ts'
import type { Shortfall } from '../../preload/contract/signature.ts'
import { Button } from '../look/button.tsx'
import { useCall, useNews, useSnapshot } from '../look/calls.ts'
import { DataTable } from '../look/data-table.tsx'
import { showDay } from '../look/formats.ts'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import { CertificateFacts, ExpiryTag, TokenTag } from './certificate-facts.tsx'
import { type CertificateRow, isEnding, mayChange, mayUnblock, rowsOf, tokenWord } from './certificate-rows.ts'
import { EvidencePanel } from './evidence-panel.tsx'
import { UnblockDialog } from './unblock-dialog.tsx'

const BROKEN: Result<never> = { ok: false, failure: { kind: 'bug', ref: 'pin' } }

type Said = 'asking' | 'changed' | 'unblocked' | 'retried'

export function CertificatesScreen() {
  const w = useWords()
  const { counter } = window
  const inventory = useSnapshot(() => counter.signature.inventory({}), 'inventory')
  const evidence = useSnapshot(() => counter.signature.evidence({}), 'evidence')
  const { failure, run, tell } = useCall()
  const [tab, setTab] = useState<'list' | 'office' | 'evidence'>('list')
  const [chosenId, choose] = useState<string | null>(null)
  const [confirming, setConfirming] = useState(false)
  const [said, setSaid] = useState<Said | null>(null)
  const asking = said === 'asking'
  useNews(counter.support.devicesChanged, () => !asking && inventory.reload())

  const { value } = inventory
  const rows = value === null ? [] : rowsOf(value)
  const chosen = rows.find((row) => row.id === chosenId) ?? rows[0]
  const locked = chosen !== undefined && tokenWord(chosen) === 'locked'
  const canChange = !asking && chosen !== undefined && mayChange(chosen)
  const canUnblock = !asking && chosen !== undefined && mayUnblock(chosen)

  const give = async (ask: (token: { tokenId: string }) => Promise<Result<unknown>>, done: Said) => {
    const tokenId = chosen?.token?.id
    if (tokenId === undefined || asking) return
    setConfirming(false)
    setSaid('asking')
    const answer = await ask({ tokenId }).catch(() => BROKEN)
    // A window that was closed is no trouble.
    const withheld = !answer.ok && answer.failure.kind === 'pin' && answer.failure.what === 'withheld'
    await run(Promise.resolve(withheld ? { ok: true, value: null } : answer))
    setSaid(answer.ok ? done : null)
    inventory.reload()
  }
  const change = () => give(counter.signature.changePin, 'changed')
  const unblock = () => give(counter.signature.unblock, 'unblocked')
  const look = () => {
    if (asking) return
    tell(null)
    setSaid(null)
    inventory.reload()
    evidence.reload()
  }
  const canRetry = evidence.value !== null && evidence.value.waiting + evidence.value.refusedCount > 0
  const retry = async () => {
    const answer = await run(counter.signature.retryEvidence({}))
    if (answer === undefined) return
    evidence.set(answer)
    setSaid('retried')
  }
  const swap = () => setTab((old) => (old === 'office' ? 'list' : 'office'))
  const swapEvidence = () => {
    setSaid(null)
    setTab((old) => (old === 'evidence' ? 'list' : 'evidence'))
  }
  useKeys({
    F2: swap,
    F5: look,
    F6: swapEvidence,
    F9:
      tab === 'evidence'
        ? canRetry && retry
        : tab === 'list' && (locked ? canUnblock && (() => setConfirming(true)) : canChange && change),
    F4: tab === 'list' && !locked && canUnblock && (() => setConfirming(true)),
  })

  const known = value?.certificates ?? []
  const pressing = evidence.value?.pressing ?? 0
  return (
    <Job
      testId="screen-certificates"
      title={tab === 'evidence' ? w.evidence.title : w.certificates.title}
      sub={
        tab === 'evidence'
          ? w.evidence.sub
          : value === null
            ? ''
            : w.certificates.sub(known.length, value.tokens.length, known.filter((one) => isEnding(one.expiry)).length)
      }
      side={
        <>
          <Button keyName="F6" onPress={swapEvidence} testId="evidence-tab">
            {tab === 'evidence' ? w.certificates.tabs.list : w.evidence.tab}
            {tab !== 'evidence' && pressing > 0 ? ` (${pressing})` : ''}
          </Button>
          <Button keyName="F2" onPress={swap} testId="certificates-tab">
            {tab === 'office' ? w.certificates.tabs.list : w.certificates.tabs.office}
            {tab !== 'office' && value !== null && value.cannotSign.length > 0 ? ` (${value.cannotSign.length})` : ''}
          </Button>
        </>
      }
      columns={tab !== 'office' ? 'minmax(0, 1fr) 380px' : 'minmax(0, 1fr)'}
      failure={failure ?? (tab === 'evidence' ? evidence.failure : inventory.failure)}
      said={
        said === null || (said === 'retried' && evidence.value?.waiting === 0) ? undefined : said === 'asking' ? (
          <span className="sub" data-testid="certificates-said">
            {w.certificates.asking}
          </span>
        ) : (
          <Notice tone="ok" testId="certificates-said">
            {said === 'retried' ? w.evidence.retried : w.certificates[said]}
          </Notice>
        )
      }
      ends={
        tab === 'evidence' ? (
          <>
            <Button keyName="F5" onPress={look} testId="evidence-look">
              {w.certificates.look}
            </Button>
            <Button main keyName="F9" disabled={!canRetry} onPress={retry} testId="evidence-retry">
              {w.evidence.retry}
            </Button>
          </>
        ) : (
          tab === 'list' && (
            <>
              <Button keyName="F5" disabled={asking} onPress={look} testId="certificates-look">
                {w.certificates.look}
              </Button>
              {!locked && (
                <Button keyName="F4" disabled={!canUnblock} onPress={() => setConfirming(true)} testId="unblock">
                  {w.certificates.unblock}
                </Button>
              )}
              {locked ? (
                <Button main keyName="F9" disabled={!canUnblock} onPress={() => setConfirming(true)} testId="unblock">
                  {w.certificates.unblock}
                </Button>
              ) : (
                <Button main keyName="F9" disabled={!canChange} onPress={change} testId="change-pin">
                  {w.certificates.change}
                </Button>
              )}
            </>
          )
        )
      }
    >
      {tab === 'evidence' ? (
        <EvidencePanel value={evidence.value} known={evidence.known} look={evidence.reload} />
      ) : tab === 'office' ? (
        <Office rows={value?.cannotSign ?? []} known={inventory.known} />
      ) : (
        <>
          <Sheet flush>
            <Certificates rows={rows} known={inventory.known} chosen={chosen?.id ?? null} choose={choose} />
          </Sheet>
          {chosen === undefined ? <Sheet>{null}</Sheet> : <CertificateFacts row={chosen} />}
        </>
      )}
      {confirming && chosen !== undefined && (
        <UnblockDialog row={chosen} onConfirm={unblock} onClose={() => setConfirming(false)} />
      )}
    </Job>
  )
}

function Certificates({
  rows,
  known,
  chosen,
  choose,
}: {
  readonly rows: readonly CertificateRow[]
  readonly known: boolean
  readonly chosen: string | null
  readonly choose: (id: string) => void
}) {
  const w = useWords()
  return (
    <DataTable<CertificateRow>
      label={w.certificates.title}
      rows={rows}
      id={(row) => row.id}
      selected={chosen}
      onSelect={choose}
      testId="certificates"
      rowTestId="certificate-row"
      state={tokenWord}
      empty={
        <Empty
          title={known ? w.certificates.empty : w.certificates.looking}
          sub={known ? w.certificates.emptySub : undefined}
        />
      }
      columns={[
        {
          id: 'holder',
          head: w.certificates.holder,
          cell: ({ certificate, token }) => (
            <>
              <b>{certificate?.holder ?? token?.name}</b>
              <div className="small sub">{certificate?.issuer ?? w.certificates.noCertificate}</div>
            </>
          ),
        },
        {
          id: 'validTo',
          head: w.certificates.validTo,
          width: 230,
          cell: ({ certificate }) =>
            certificate === null ? (
              '—'
            ) : (
              <>
                {showDay(certificate.validTo)} <ExpiryTag expiry={certificate.expiry} days={certificate.daysLeft} />
              </>
            ),
        },
        { id: 'token', head: w.certificates.token, width: 140, cell: (row) => <TokenTag row={row} /> },
      ]}
    />
  )
}

function Office({ rows, known }: { readonly rows: readonly Shortfall[]; readonly known: boolean }) {
  const w = useWords()
  const words = w.certificates.office
  return (
    <Sheet title={words.title}>
      <DataTable<Shortfall>
        label={words.title}
        rows={rows}
        id={(row) => `${row.role} ${row.who}`}
        testId="cannot-sign"
        rowTestId="cannot-sign-row"
        state={(row) => row.why}
        empty={<Empty title={known ? words.empty : w.certificates.looking} sub={known ? words.emptySub : undefined} />}
        columns={[
          {
            id: 'who',
            head: words.who,
            cell: (row) => (
              <>
                <b>{row.who}</b>
                <div className="small sub">{row.title}</div>
              </>
            ),
          },
          { id: 'what', head: words.what, width: 200, cell: (row) => words.roles[row.role] },
          {
            id: 'why',
            head: words.why,
            width: 340,
            cell: (row) => <span className="tag bad">{words.whys[row.why](showDay(row.day ?? ''))}</span>,
          },
        ]}
      />
      <p className="sub small" style={{ marginTop: 12 }}>
        {words.note}
      </p>
    </Sheet>
  )
}
