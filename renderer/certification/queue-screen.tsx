// Station 5: the officer sees every document that asks to be certified, with exactly what will be stamped on it.
import { useState } from 'react'
import { ListBox, ListBoxItem } from 'react-aria-components'
import type { Queue, QueueItem } from '../../preload/contract/certification.ts'
import { Button } from '../look/button.tsx'
import { useCall, useNews, useSnapshot } from '../look/calls.ts'
import { Field } from '../look/field.tsx'
import { timeOf } from '../look/formats.ts'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import { PdfView } from '../look/pdf-view.tsx'
import { usePlace } from '../look/place.tsx'
import { HoldDialog } from './hold-dialog.tsx'

const isToSee = (item: QueueItem) => item.document.state === 'compared' || item.document.state === 'made'
const SHOWN = { reviewed: ['seen', 'tag ok'], held: ['held', 'tag bad'], signing: ['signing', 'tag accent'] } as const

function StateTag({ state }: { readonly state: QueueItem['document']['state'] }) {
  const w = useWords()
  const [word, tone] =
    state === 'reviewed' || state === 'held' || state === 'signing' ? SHOWN[state] : (['toSee', 'tag'] as const)
  return <span className={tone}>{w.certification.states[word]}</span>
}

function Blocked({ blocked }: { readonly blocked: Queue['blocked'] }) {
  const w = useWords()
  const rules = useSnapshot(() => window.counter.certification.rules({}), 'rules')
  if (blocked.length === 0) return null
  const titleOf = (key: string) => rules.value?.find((rule) => rule.key === key)?.title ?? key
  return (
    <Notice tone="bad" testId="blocked">
      <div>
        <b>{w.certification.blocked}:</b>{' '}
        {blocked.map((one) => `${titleOf(one.key)} ${w.certification.why[one.why]}`).join(' · ')}.
        <br />
        {w.certification.blockedNext}
      </div>
    </Notice>
  )
}

/** What will be stamped, in the colour of the seal, line by line. */
function Stamp({ item }: { readonly item: QueueItem }) {
  const w = useWords()
  const { document } = item
  return (
    <div className="stack scroll">
      <h2>{w.certification.willStamp}</h2>
      <div className="stamp" data-testid="attestation">
        {item.attestation.map((line, at) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text never change places
            key={at}
            style={{ fontWeight: at === 0 || /MẪU/.test(line) ? 700 : 400, minHeight: line === '' ? 17 : undefined }}
          >
            {line}
          </div>
        ))}
      </div>
      <p className="small sub">{w.certification.stampNote}</p>
      <Field name={w.certification.requester} quiet>
        {document.citizenName}
      </Field>
      <Field name={w.document.copies} quiet>
        {w.document.copiesOf(document.copies)}
      </Field>
      {document.compared !== null && (
        <span className="tag ok" style={{ whiteSpace: 'normal', alignSelf: 'flex-start' }}>
          {w.certification.compared(document.compared.by, timeOf(document.compared.at))}
        </span>
      )}
      {document.heldFor !== null && (
        <Notice tone="bad" testId="held-for">
          <div>
            <b>{w.certification.heldFor}.</b> {document.heldFor}
          </div>
        </Notice>
      )}
    </div>
  )
}

export function QueueScreen() {
  const w = useWords()
  const { go, has } = usePlace()
  const { counter } = window
  const queue = useSnapshot(() => counter.certification.queue({}), 'queue')
  useNews(counter.certification.changed, queue.set)
  const { busy, failure, run } = useCall()
  const [chosenId, choose] = useState<string | null>(null)
  const [seen, setSeen] = useState('')
  const [holding, setHolding] = useState(false)
  const items = queue.value?.items ?? []
  const chosen = items.find((item) => item.document.id === chosenId) ?? items.find(isToSee) ?? items[0]
  const officer = has('officer')
  const waiting = items.filter(isToSee).length
  const canReview = officer && chosen !== undefined && isToSee(chosen) && seen === chosen.document.file && !busy
  const nextAfter = (from: QueueItem, among: readonly QueueItem[]) => {
    const at = among.findIndex((item) => item.document.id === from.document.id)
    return [...among.slice(at + 1), ...among.slice(0, Math.max(0, at))].find(isToSee)?.document.id ?? from.document.id
  }
  const review = async () => {
    if (!canReview) return
    const next = await run(counter.certification.review({ documentId: chosen.document.id, seen: chosen.document.file }))
    if (next === undefined) return queue.reload()
    queue.set(next)
    choose(nextAfter(chosen, next.items))
  }
  const hold = async () => {
    if (!officer || chosen === undefined || busy) return
    if (chosen.document.state !== 'held') return setHolding(true)
    const next = await run(counter.certification.release({ documentId: chosen.document.id }))
    if (next !== undefined) queue.set(next)
  }
  const step = (by: 1 | -1) => {
    const at = chosen === undefined ? 0 : items.indexOf(chosen)
    choose(items[Math.min(Math.max(0, at + by), items.length - 1)]?.document.id ?? null)
  }
  const sign = () => go('signature')
  useKeys({ Enter: review, H: hold, F9: sign, ArrowDown: () => step(1), ArrowUp: () => step(-1) })
  const reviewed = queue.value?.reviewed ?? 0
  const allSeen = waiting === 0 && reviewed > 0
  return (
    <Job
      testId="screen-certification"
      title={w.certification.title(waiting, reviewed, queue.value?.held ?? 0)}
      sub={w.certification.sub}
      columns="280px minmax(0, 1fr) 280px"
      failure={failure ?? queue.failure}
      said={
        (queue.value?.blocked.length ?? 0) > 0 ? (
          <Blocked blocked={queue.value?.blocked ?? []} />
        ) : !officer ? (
          <Notice tone="plain">{w.certification.onlyOfficer}</Notice>
        ) : (
          allSeen && (
            <Notice tone="ok" testId="all-seen">
              {w.certification.allSeen(reviewed)}
            </Notice>
          )
        )
      }
      ends={
        <>
          <Button keyName="H" disabled={!officer || chosen === undefined} onPress={hold} testId="hold">
            {chosen?.document.state === 'held' ? w.certification.release : w.certification.hold}
          </Button>
          {!allSeen && (
            <Button keyName="F9" disabled={reviewed === 0} onPress={sign} testId="to-signature">
              {w.certification.sign}
            </Button>
          )}
          {allSeen ? (
            <Button main keyName="F9" onPress={sign} testId="to-signature">
              {w.certification.sign}
            </Button>
          ) : (
            <Button main keyName="Enter" disabled={!canReview} onPress={review} testId="review">
              {w.certification.agree}
            </Button>
          )}
        </>
      }
    >
      <Sheet flush>
        <h2 style={{ padding: '12px 12px 0' }}>{w.certification.queue}</h2>
        {items.length === 0 && queue.known ? (
          <Empty title={w.certification.empty} sub={w.certification.emptySub} />
        ) : (
          <ListBox
            className="list"
            aria-label={w.certification.queue}
            items={items}
            dependencies={[w, items]}
            selectionMode="single"
            selectionBehavior="replace"
            disallowEmptySelection
            selectedKeys={chosen === undefined ? [] : [chosen.document.id]}
            onSelectionChange={(keys) => keys !== 'all' && choose(String([...keys][0] ?? ''))}
          >
            {(item) => (
              <ListBoxItem
                className="option"
                id={item.document.id}
                textValue={item.document.title}
                data-testid="queue-item"
                data-state={item.document.state}
              >
                <div>
                  <b>{item.document.title}</b>
                  <div className="small sub">
                    {item.document.citizenName} · {w.document.pages(item.document.pages)} ·{' '}
                    {w.document.copiesOf(item.document.copies)}
                  </div>
                </div>
                <StateTag state={item.document.state} />
              </ListBoxItem>
            )}
          </ListBox>
        )}
      </Sheet>
      <Sheet flush>
        {chosen !== undefined && (
          <PdfView
            file={chosen.document.file}
            label={chosen.document.title}
            onSeen={() => setSeen(chosen.document.file)}
          />
        )}
      </Sheet>
      <Sheet>{chosen !== undefined && <Stamp item={chosen} />}</Sheet>
      {holding && chosen !== undefined && (
        <HoldDialog
          documentId={chosen.document.id}
          title={chosen.document.title}
          onClose={() => setHolding(false)}
          onHeld={() => {
            setHolding(false)
            queue.reload()
            choose(nextAfter(chosen, items))
          }}
        />
      )}
    </Job>
  )
}
