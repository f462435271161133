// Station 5: the officer sees every document that asks to be certified, with exactly what will be stamped on it.
import { useState } from 'react'
import { ListBox, ListBoxItem } from 'react-aria-components'
import type { Queue, QueueItem } from '../../preload/contract/certification.ts'
import { ImagesRemoved } from '../document/images-removed.tsx'
import { Button } from '../look/button.tsx'
import { useCall, useNews, useSnapshot } from '../look/calls.ts'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import { PdfDialog } from '../look/pdf-dialog.tsx'
import { PdfView } from '../look/pdf-view.tsx'
import { usePlace } from '../look/place.tsx'
import { forgetThumbs } from '../look/thumbs-store.ts'
import { ForgeryDialog } from './forgery-dialog.tsx'
import { HoldDialog } from './hold-dialog.tsx'
import { PaperDialog, PaperEndDialog } from './paper-dialog.tsx'
import { Blocked, isToSee, Stamp, StateTag } from './queue-parts.tsx'
import { ReviewDialog } from './review-dialog.tsx'

/** A number and its word stay on one line. */
const whole = (text: string): string => text.replaceAll(' ', '\u00a0')

export function QueueScreen() {
  const w = useWords()
  const { go, goFor, has, drafts } = usePlace()
  const { counter } = window
  const queue = useSnapshot(() => counter.certification.queue({}), 'queue')
  useNews(counter.certification.changed, queue.set)
  const { busy, failure, run } = useCall()
  const [chosenId, choose] = useState<string | null>(null)
  const [seen, setSeen] = useState('')
  const [asking, ask] = useState<'hold' | 'forgery' | 'paper' | 'review' | null>(null)
  /** Drawn papers, while they are looked at. */
  const [sample, setSample] = useState<readonly string[] | null>(null)
  const [sheet, showSheet] = useState<{ readonly file: string; readonly title: string } | null>(null)
  const all = queue.value?.items ?? []
  const items = sample === null ? all : all.filter((item) => sample.includes(item.document.id))
  const chosen = items.find((item) => item.document.id === chosenId) ?? items.find(isToSee) ?? items[0]
  const officer = has('officer')
  const toSee = all.filter(isToSee)
  const waiting = toSee.length
  const sampleHeld = sample !== null && items.some((item) => item.document.state === 'held')
  const sampleLeft = sample === null ? 0 : items.filter(isToSee).length
  const mayReviewAll =
    officer && waiting > 1 && sampleLeft === 0 && !sampleHeld && (queue.value?.blocked.length ?? 1) === 0 && !busy
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
  const clerk = has('clerk')
  const locked = chosen?.refusal?.kind === 'forgery'
  const hold = async () => {
    if (chosen === undefined || busy || chosen.onPaper || chosen.document.purged) return
    if (locked) return has('supervisor') ? ask('forgery') : undefined
    if (!officer) return
    if (chosen.document.state !== 'held') return ask('hold')
    const next = await run(counter.certification.release({ documentId: chosen.document.id }))
    if (next !== undefined) queue.set(next)
  }
  const mayHold =
    chosen !== undefined && !chosen.onPaper && !chosen.document.purged && (locked ? has('supervisor') : officer)
  const mayDoubt = chosen !== undefined && !chosen.onPaper && !chosen.document.purged && !locked && (officer || clerk)
  const mayOnPaper =
    chosen !== undefined &&
    (officer || clerk) &&
    (chosen.onPaper || (chosen.document.state !== 'held' && queue.value?.paperBlocked.length === 0))
  /** The letter is given to the person who waits: refused in writing. */
  const letter = async (item: QueueItem | undefined) => {
    if (item === undefined || busy) return
    const made = await run(counter.certification.printRefusal({ documentId: item.document.id }))
    if (made === undefined) return
    const record = item.refusal?.kind === 'forgery'
    showSheet({ file: made.file, title: record ? w.certification.recordTitle : w.certification.letterTitle })
  }
  /** A dialog has done its work; what has to be printed is shown at once. */
  const after = (next: Queue, print: boolean) => {
    ask(null)
    queue.set(next)
    const now = next.items.find((item) => item.document.id === chosen?.document.id)
    if (now?.document.purged === true) {
      forgetThumbs()
      drafts.delete(`document.fields.${now.document.id}`)
    }
    if (print && now !== undefined) {
      choose(now.document.id)
      void letter(now)
    } else if (chosen !== undefined) choose(nextAfter(chosen, next.items))
  }
  const afterPaper = (next: Queue, file: string | null) => {
    ask(null)
    queue.set(next)
    if (file !== null) {
      // It stays in hand, also when nobody had picked it from the list.
      if (chosen !== undefined) choose(chosen.document.id)
      showSheet({ file, title: w.certification.paperSheets })
    } else if (chosen !== undefined) choose(nextAfter(chosen, next.items))
  }
  const step = (by: 1 | -1) => {
    const at = chosen === undefined ? 0 : items.indexOf(chosen)
    choose(items[Math.min(Math.max(0, at + by), items.length - 1)]?.document.id ?? null)
  }
  const sign = () => go('signature')
  useKeys({
    Enter: review,
    H: hold,
    G: mayDoubt && (() => ask('forgery')),
    Escape: sample !== null && (() => setSample(null)),
    A: mayReviewAll && (() => ask('review')),
    P: mayOnPaper && (() => ask('paper')),
    L: chosen?.refusal != null && (() => void letter(chosen)),
    F9: sign,
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
  })
  const reviewed = queue.value?.reviewed ?? 0
  const allSeen = waiting === 0 && reviewed > 0
  const sampleSeen = sample !== null && sampleLeft === 0 && waiting > 0 && !sampleHeld
  return (
    <Job
      testId="screen-certification"
      title={
        sample === null
          ? w.certification.title(waiting, reviewed, queue.value?.held ?? 0)
          : w.certification.sampleTitle(sample.length - sampleLeft, sample.length)
      }
      sub={
        sample === null
          ? w.certification.sub
          : sampleHeld
            ? w.certification.sampleHeld
            : sampleLeft > 0
              ? w.certification.sampleLeft
              : w.certification.sampleSeen(sample.length)
      }
      columns="280px minmax(0, 1fr) 280px"
      failure={failure ?? queue.failure}
      said={
        (queue.value?.blocked.length ?? 0) > 0 ? (
          <Blocked title={w.certification.blocked} blocked={queue.value?.blocked ?? []} />
        ) : !officer ? (
          <Notice tone="plain">{w.certification.onlyOfficer}</Notice>
        ) : (
          sample === null &&
          allSeen && (
            <Notice tone="ok" testId="all-seen">
              {w.certification.allSeen(reviewed)}
            </Notice>
          )
        )
      }
      ends={
        <>
          {chosen?.refusal != null && (
            <Button keyName="L" disabled={busy} onPress={() => void letter(chosen)} testId="refusal-letter">
              {locked ? w.certification.recordLetter : w.certification.letter}
            </Button>
          )}
          {!locked && (
            <Button keyName="G" disabled={!mayDoubt} onPress={() => ask('forgery')} testId="forgery">
              {w.certification.forgery}
            </Button>
          )}
          {chosen?.document.state !== 'held' && (
            <Button keyName="P" disabled={!mayOnPaper} onPress={() => ask('paper')} testId="on-paper">
              {w.certification.paper}
            </Button>
          )}
          <Button keyName="H" disabled={!mayHold} onPress={hold} testId="hold">
            {locked
              ? w.certification.endForgery
              : chosen?.document.state === 'held'
                ? w.certification.release
                : w.certification.hold}
          </Button>
          {sample !== null && (
            <Button keyName="Esc" onPress={() => setSample(null)} testId="leave-sample">
              {w.certification.leaveSample}
            </Button>
          )}
          {officer && waiting > 1 && sample === null && (
            <Button keyName="A" disabled={!mayReviewAll} onPress={() => ask('review')} testId="to-review-all">
              {w.certification.reviewAll(waiting)}
            </Button>
          )}
          {!allSeen && !sampleSeen && reviewed > 0 && (
            <Button keyName="F9" onPress={sign} testId="to-signature">
              {w.certification.sign}
            </Button>
          )}
          {sampleSeen ? (
            <Button main keyName="A" disabled={!mayReviewAll} onPress={() => ask('review')} testId="to-review-all">
              {w.certification.reviewAll(waiting)}
            </Button>
          ) : allSeen ? (
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
                    {item.document.citizenName} · {whole(w.document.pages(item.document.pages))} ·{' '}
                    {whole(w.document.copiesOf(item.document.copies))}
                  </div>
                </div>
                <StateTag item={item} />
              </ListBoxItem>
            )}
          </ListBox>
        )}
      </Sheet>
      <Sheet flush>
        {chosen?.document.purged === true && <ImagesRemoved label={chosen.document.title} />}
        {chosen !== undefined && !chosen.document.purged && (
          <PdfView
            file={chosen.document.file}
            label={chosen.document.title}
            onSeen={() => setSeen(chosen.document.file)}
          />
        )}
      </Sheet>
      <Sheet>{chosen !== undefined && <Stamp item={chosen} />}</Sheet>
      {asking === 'hold' && chosen !== undefined && (
        <HoldDialog
          documentId={chosen.document.id}
          title={chosen.document.title}
          onClose={() => ask(null)}
          onHeld={after}
        />
      )}
      {asking === 'forgery' && chosen !== undefined && (
        <ForgeryDialog
          documentId={chosen.document.id}
          title={chosen.document.title}
          locked={locked}
          onClose={() => ask(null)}
          onDone={(next) => after(next, !locked)}
        />
      )}
      {asking === 'paper' && chosen !== undefined && !chosen.onPaper && (
        <PaperDialog item={chosen} onClose={() => ask(null)} onDone={afterPaper} />
      )}
      {asking === 'paper' && chosen?.onPaper === true && (
        <PaperEndDialog item={chosen} onClose={() => ask(null)} onDone={afterPaper} />
      )}
      {asking === 'review' && (
        <ReviewDialog
          items={toSee}
          sampled={sampleSeen ? sample.length : null}
          modes={queue.value?.modes ?? []}
          onClose={() => ask(null)}
          onSample={(ids) => {
            ask(null)
            setSample(ids)
            choose(ids[0] ?? null)
          }}
          onDone={(next) => {
            ask(null)
            setSample(null)
            queue.set(next)
            goFor('signature', 'sign')
          }}
        />
      )}
      {sheet !== null && <PdfDialog file={sheet.file} title={sheet.title} onClose={() => showSheet(null)} />}
    </Job>
  )
}
