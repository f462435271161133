// Parts of the queue: where a document stands, what stands in the way, what will be stamped on it.
import type { Queue, QueueItem } from '../../preload/contract/certification.ts'
import { BroughtFacts, BroughtTag } from '../document/brought-facts.tsx'
import { useSnapshot } from '../look/calls.ts'
import { Field } from '../look/field.tsx'
import { momentOf, timeOf } from '../look/formats.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'

export const isToSee = (item: QueueItem): boolean =>
  !item.onPaper && (item.document.state === 'compared' || item.document.state === 'made')

/** The word for where it stands, and the colour beside it. */
function standOf({ document, onPaper, refusal }: QueueItem) {
  if (onPaper) return ['onPaper', 'tag accent'] as const
  if (document.state === 'held')
    return refusal === null
      ? (['held', 'tag warn'] as const)
      : refusal.kind === 'forgery'
        ? (['locked', 'tag bad'] as const)
        : (['refused', 'tag bad'] as const)
  if (document.state === 'reviewed') return ['seen', 'tag ok'] as const
  return document.state === 'signing' ? (['signing', 'tag accent'] as const) : (['toSee', 'tag'] as const)
}

export function StateTag({ item }: { readonly item: QueueItem }) {
  const w = useWords()
  const [word, tone] = standOf(item)
  return (
    <span className="stack" style={{ gap: 4, alignItems: 'flex-end', flexShrink: 0 }}>
      <span className={tone}>{w.certification.states[word]}</span>
      <BroughtTag document={item.document} />
    </span>
  )
}

export function Blocked({ title, blocked }: { readonly title: string; readonly blocked: Queue['blocked'] }) {
  const w = useWords()
  const rules = useSnapshot(() => window.counter.certification.rules({}), 'rules')
  if (blocked.length === 0) return null
  const titleOf = (key: string) => rules.value?.find((rule) => rule.key.startsWith(`${key}@`))?.title ?? key
  return (
    <Notice tone="bad" testId="blocked">
      <div>
        <b>{title}:</b> {blocked.map((one) => `${titleOf(one.key)} ${w.certification.why[one.why]}`).join(' · ')}.
        <br />
        {w.certification.blockedNext}
      </div>
    </Notice>
  )
}

/** Why it is held, and in which way. */
function HeldFor({ item: { document, refusal } }: { readonly item: QueueItem }) {
  const w = useWords()
  if (document.heldFor === null) return null
  const head =
    refusal === null
      ? w.certification.heldFor
      : refusal.kind === 'forgery'
        ? w.certification.lockedFor
        : w.certification.refusedFor
  return (
    <Notice tone={refusal === null ? 'warn' : 'bad'} testId="held-for">
      <div>
        <b>{head}.</b> {document.heldFor}
        {refusal !== null && (
          <div className="small">
            {refusal.note}
            <div>{w.certification.by(refusal.by, momentOf(refusal.at))}</div>
          </div>
        )}
      </div>
    </Notice>
  )
}

/** What will be stamped, in the colour of the seal, line by line. */
function StampLines({ lines }: { readonly lines: readonly string[] }) {
  const w = useWords()
  return (
    <>
      <h2>{w.certification.willStamp}</h2>
      <div className="stamp" data-testid="attestation">
        {lines.map((line, at) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text never change places
            key={at}
            style={{ fontWeight: at === 0 || /MẪU/.test(line) ? 700 : 400, minHeight: line === '' ? 17 : undefined }}
          >
            {line}
          </div>
        ))}
      </div>
    </>
  )
}

/** More than fits: keys reach it, to scroll. */
const reachable = (label: string) => ({ tabIndex: 0, role: 'group', 'aria-label': label }) as const

/** Beside the page: why it is held, or what will be stamped; whose it is and how many copies. */
export function Stamp({ item }: { readonly item: QueueItem }) {
  const w = useWords()
  const { document } = item
  return (
    <div className="stack scroll" {...(document.brought === null ? {} : reachable(w.certification.willStamp))}>
      <HeldFor item={item} />
      <BroughtFacts document={document} compact />
      {item.refusal === null && <StampLines lines={item.attestation} />}
      {item.refusal === null && (
        <p className="small sub">{item.onPaper ? w.certification.paperWaits : w.certification.stampNote}</p>
      )}
      {document.number !== null && <Field name={w.certification.number}>{document.number}</Field>}
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
    </div>
  )
}
