// Before a whole list is agreed to: what is in it, who compared it with the originals, how much of it the officer has opened.
// The act of will is explicit: the number stands on the button, and the way is written down with every paper.
import type { Queue, QueueItem } from '../../preload/contract/certification.ts'
import { Button } from '../look/button.tsx'
import { useCall } from '../look/calls.ts'
import { Dialog } from '../look/dialog.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import { sampleSize } from './sample-size.ts'

function countBy(
  items: readonly QueueItem[],
  what: (item: QueueItem) => string,
): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(what(item), (counts.get(what(item)) ?? 0) + 1)
  return [...counts].sort((one, other) => other[1] - one[1])
}

export function ReviewDialog({
  items,
  sampled,
  modes,
  onSample,
  onDone,
  onClose,
}: {
  /** Compared and not seen yet. */
  readonly items: readonly QueueItem[]
  /** How many of a sample were seen before; null when none was drawn. */
  readonly sampled: number | null
  readonly modes: Queue['modes']
  readonly onSample: (ids: readonly string[]) => void
  readonly onDone: (queue: Queue) => void
  readonly onClose: () => void
}) {
  const w = useWords()
  const { counter } = window
  const { busy, failure, run } = useCall()
  const mode = sampled === null ? 'all' : 'sample'
  const mayAll = modes.includes(mode)
  const mayDraw = sampled === null && modes.includes('sample') && items.length > 1
  const agree = async () => {
    if (busy || !mayAll) return
    const list = items.map(({ document }) => ({ documentId: document.id, seen: document.file }))
    const next = await run(counter.certification.reviewRest({ mode, list }))
    if (next !== undefined) onDone(next)
  }
  const draw = async () => {
    if (busy) return
    const sample = await run(counter.certification.drawSample({}))
    if (sample !== undefined) onSample(sample.ids)
  }
  useKeys({ F9: mayAll && agree, M: mayDraw && draw }, true)
  const pages = items.reduce((sum, { document }) => sum + document.pages, 0)
  return (
    <Dialog
      title={w.certification.reviewTitle(items.length)}
      width={720}
      failure={failure}
      onClose={onClose}
      testId="review-dialog"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          {mayDraw && (
            <Button main={!mayAll} keyName="M" disabled={busy} onPress={draw} testId="draw-sample">
              {w.certification.drawSample(sampleSize(items.length))}
            </Button>
          )}
          {mayAll && (
            <Button main keyName="F9" disabled={busy} onPress={agree} testId="review-all">
              {w.certification.agreeAll(items.length)}
            </Button>
          )}
        </>
      }
    >
      <Notice tone={mode === 'sample' ? 'ok' : 'warn'}>
        {mode === 'sample' ? w.certification.sampleSeen(sampled ?? 0) : w.certification.notOpened(items.length)}
      </Notice>
      <div className="scroll" style={{ maxHeight: 260 }}>
        {countBy(items, ({ document }) => document.title).map(([title, count]) => (
          <div key={title} className="spread" data-testid="review-kind">
            <span>{title}</span>
            <b>{count}</b>
          </div>
        ))}
      </div>
      <p>
        <b>{w.certification.reviewTotal(items.length, pages)}</b>
      </p>
      <p className="small sub">
        {w.certification.comparedBy}{' '}
        {countBy(items, ({ document }) => document.compared?.by ?? '–')
          .map(([name, count]) => `${name} (${count})`)
          .join(', ')}
      </p>
    </Dialog>
  )
}
