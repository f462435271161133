// Timestamps of the certified copies: the state large and in few words, the copies a person must look at, the services.
// It shows; trying again is the screen's key.
import { useEffect, useState } from 'react'
import type { Evidence } from '../../preload/contract/signature.ts'
import { DataTable } from '../look/data-table.tsx'
import { Field } from '../look/field.tsx'
import { momentOf, showDay } from '../look/formats.ts'
import { Empty, Sheet } from '../look/job.tsx'
import { useWords } from '../look/language.tsx'
import type { Tone } from '../look/notice.tsx'
import { ExpiryTag } from './certificate-facts.tsx'

export type EvidenceWord = 'ending' | 'refused' | 'none' | 'trouble' | 'waiting' | 'fine'

const TONE: Readonly<Record<EvidenceWord, Tone>> = {
  ending: 'bad',
  refused: 'bad',
  none: 'warn',
  trouble: 'warn',
  waiting: 'plain',
  fine: 'ok',
}
/** Milliseconds between two looks while the panel is shown. */
const LOOK_EVERY = 3_000

const sum = (ending: Evidence['ending']): number => ending.reduce((all, one) => all + one.copies, 0)

/** The one word that matters most now, and how many copies it is about. */
export function evidenceWord(value: Evidence): { readonly word: EvidenceWord; readonly count: number } {
  const pressing = value.ending.filter(({ expiry }) => expiry !== 'month')
  if (pressing.length > 0) return { word: 'ending', count: sum(pressing) }
  if (value.refusedCount > 0) return { word: 'refused', count: value.refusedCount }
  if (value.services.length === 0) return { word: 'none', count: value.waiting }
  if (value.waiting > 0 && value.services.every(({ trouble }) => trouble !== null))
    return { word: 'trouble', count: value.waiting }
  return value.waiting > 0 ? { word: 'waiting', count: value.waiting } : { word: 'fine', count: value.done }
}

export function EvidencePanel({
  value,
  known,
  look,
}: {
  readonly value: Evidence | null
  readonly known: boolean
  readonly look: () => void
}) {
  const w = useWords()
  const words = w.evidence
  const [chosen, choose] = useState<string | null>(null)
  useEffect(() => {
    const clock = setInterval(look, LOOK_EVERY)
    return () => clearInterval(clock)
  }, [look])
  return (
    <>
      <Sheet flush>
        <DataTable<Evidence['refused'][number]>
          label={words.title}
          rows={value?.refused ?? []}
          id={(row) => row.documentId}
          selected={chosen}
          onSelect={choose}
          testId="evidence-refused"
          rowTestId="evidence-row"
          state={(row) => row.trouble}
          empty={<Empty title={known ? words.empty : ''} sub={known ? words.emptySub : undefined} />}
          columns={[
            {
              id: 'copy',
              head: words.copy,
              cell: (row) => (
                <>
                  <b>{row.title}</b>
                  <div className="small sub">
                    {words.number(row.number)} · {momentOf(row.at)}
                  </div>
                </>
              ),
            },
            {
              id: 'why',
              head: words.why,
              width: '45%',
              cell: (row) => (
                <>
                  <span className="tag bad">{words.troubles[row.trouble]}</span>
                  <div className="small">{words.advice[row.trouble] ?? words.adviceElse}</div>
                </>
              ),
            },
          ]}
        />
      </Sheet>
      {value === null ? <Sheet>{null}</Sheet> : <EvidenceFacts value={value} />}
    </>
  )
}

function EvidenceFacts({ value }: { readonly value: Evidence }) {
  const w = useWords()
  const words = w.evidence
  const { word, count } = evidenceWord(value)
  return (
    <Sheet testId="evidence-facts">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="lines scroll" tabIndex={0} aria-label={words.tab}>
        <div className={`note ${TONE[word]}`} role="status" data-testid="evidence-big" data-state={word}>
          <div>
            <b style={{ fontSize: 20, lineHeight: '28px' }}>{words.big[word](count)}</b>
            <br />
            {words.bigSub[word]}
          </div>
        </div>
        {value.ending.map(({ validTo, expiry, copies }) => (
          <Field key={`${validTo} ${expiry}`} name={words.ending(showDay(validTo))} warn>
            {words.copies(copies)} <ExpiryTag expiry={expiry} days={daysTo(validTo)} />
          </Field>
        ))}
        {value.refusedCount > 0 && <Field name={words.refused}>{String(value.refusedCount)}</Field>}
        <Field name={words.waiting}>{String(value.waiting)}</Field>
        <Field name={words.done}>{String(value.done)}</Field>
        {value.withoutProofs > 0 && <p className="small sub">{words.withoutProofs(value.withoutProofs)}</p>}
        {value.nextTry !== null && (
          <Field name={words.nextTry} quiet>
            {momentOf(value.nextTry)}
          </Field>
        )}
        {value.services.map(({ name, trouble, since }) => (
          <Field key={name} name={name} quiet>
            {trouble === null ? (
              <span className="tag ok">{words.well}</span>
            ) : (
              <>
                <span className="tag warn">{words.troubles[trouble]}</span>
                {since !== null && <div className="small sub">{words.since(momentOf(since))}</div>}
              </>
            )}
          </Field>
        ))}
      </section>
    </Sheet>
  )
}

/** Whole days from today to a day. */
const daysTo = (day: string): number => Math.max(0, Math.ceil((Date.parse(day) - Date.now()) / 86_400_000))
