// The books and blocks of a year: what is in use, what was printed, what is left; and the supervisor's acts on them.
import { useState } from 'react'
import type { BookPart, NumberSource, YearBook } from '../../preload/contract/certification.ts'
import { Button } from '../look/button.tsx'
import { useNews, useSnapshot } from '../look/calls.ts'
import { Pick } from '../look/choice.tsx'
import { DataTable } from '../look/data-table.tsx'
import { dateOf, legalYear, momentOf, money } from '../look/formats.ts'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useSpeech, useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import { usePlace } from '../look/place.tsx'
import { adviceFor, failureKey } from '../words/index.ts'
import { type BookAct, BookActDialog, GrantBlockDialog } from './book-dialogs.tsx'
import { legalToday } from './holds.ts'
import { type TabProps, yearsFrom } from './register-tabs.ts'

interface Line {
  readonly of: YearBook
  readonly part: BookPart
}

/** A year may be closed from its last day on. */
const isOver = (year: number): boolean => legalToday() >= `${year}-12-31`

/** Where numbers come from when it is a server, and how that goes. */
function Source({ source }: { readonly source: NumberSource }) {
  const w = useWords()
  const { language } = useSpeech()
  const { host, answeredAt, openSince, trouble } = source
  return (
    <div className="stack" data-testid="number-source" data-trouble={trouble === null ? 'none' : failureKey(trouble)}>
      <h2>{w.register.source}</h2>
      <span>{host ?? w.register.sourceNone}</span>
      <span className="small sub">
        {answeredAt === null ? w.register.sourceNever : w.register.sourceGave(momentOf(answeredAt))}
      </span>
      {openSince !== null && <Notice tone="warn">{w.register.sourceOpen(momentOf(openSince))}</Notice>}
      {trouble !== null && <Notice tone="bad">{adviceFor(trouble, language).happened}</Notice>}
    </div>
  )
}

function Months({ of }: { readonly of: YearBook }) {
  const w = useWords()
  return (
    <div className="stack scroll" data-testid="year-book">
      <h2>{of.books.join(', ') || of.series}</h2>
      <span>{w.register.totals(of.rows, of.copies, money(of.fee))}</span>
      {of.inWork > 0 && <span className="tag warn">{w.register.inWork(of.inWork)}</span>}
      <span className={of.closed === null ? 'tag' : 'tag ok'} style={{ whiteSpace: 'normal' }}>
        {of.closed === null ? w.register.notClosed : w.register.closedOn(dateOf(of.closed.at), of.closed.by)}
      </span>
      <h2>{w.register.months}</h2>
      {of.months.map(({ book, month, rows, printed }) => (
        <div key={`${book} ${month}`} data-testid="book-month" data-printed={printed !== null}>
          {of.books.length > 1 ? `${book} · ` : ''}
          {w.register.monthOf(month, rows)}
          <div className="small sub">
            {printed === null
              ? w.register.notPrinted
              : w.register.printed(printed.firstPage, printed.firstPage + printed.pages - 1, dateOf(printed.at))}
          </div>
        </div>
      ))}
    </div>
  )
}

export function BooksScreen({ year, setYear, swap }: TabProps) {
  const w = useWords()
  const { has } = usePlace()
  const { counter } = window
  const books = useSnapshot(() => counter.certification.books({ year }), String(year))
  const source = useSnapshot(() => counter.certification.numberSource({}), 'source')
  useNews(counter.certification.changed, () => {
    books.reload()
    source.reload()
  })
  const [chosenId, choose] = useState<string | null>(null)
  const [act, setAct] = useState<BookAct | 'grant' | null>(null)
  const supervisor = has('supervisor')
  const all = books.value ?? []
  const lines: readonly Line[] = all.flatMap((of) => of.parts.map((part) => ({ of, part })))
  const chosen = lines.find((line) => line.part.id === chosenId) ?? lines.find((line) => line.part.open) ?? lines[0]
  const may = {
    change: supervisor && chosen?.part.kind === 'own' && chosen.part.open && chosen.part.next > chosen.part.first,
    grant: supervisor,
    give: supervisor && chosen?.part.kind === 'reserved' && chosen.part.open,
    close: supervisor && chosen !== undefined && chosen.of.closed === null && isOver(chosen.of.year),
  }
  useKeys({
    F2: swap,
    F5: may.change && (() => setAct('change')),
    F6: may.grant && (() => setAct('grant')),
    F4: may.give && (() => setAct('give')),
    F8: may.close && (() => setAct('close')),
  })
  const done = (next: YearBook[]) => {
    books.set(next)
    setAct(null)
  }
  return (
    <Job
      testId="screen-books"
      title={w.register.booksTitle}
      sub={w.register.booksSub(
        all.reduce((sum, one) => sum + one.books.length, 0),
        all.reduce((sum, one) => sum + one.rows, 0),
      )}
      side={
        <div className="row">
          <Pick
            label={w.register.year}
            options={yearsFrom(legalYear() + 1)}
            value={String(year)}
            onChange={(id) => setYear(Number(id))}
            testId="books-year"
          />
          <Button keyName="F2" onPress={swap} testId="register-tab">
            {w.register.tabRows}
          </Button>
        </div>
      }
      columns="minmax(0, 1fr) 320px"
      failure={books.failure}
      said={!supervisor && <Notice tone="plain">{w.register.onlySupervisor}</Notice>}
      ends={
        <>
          <Button keyName="F4" disabled={!may.give} onPress={() => setAct('give')} testId="close-block">
            {w.register.closeBlock}
          </Button>
          <Button keyName="F6" disabled={!may.grant} onPress={() => setAct('grant')} testId="grant-block">
            {w.register.grantBlock}
          </Button>
          <Button keyName="F5" disabled={!may.change} onPress={() => setAct('change')} testId="change-book">
            {w.register.changeBook}
          </Button>
          <Button main keyName="F8" disabled={!may.close} onPress={() => setAct('close')} testId="close-year">
            {w.register.closeYear}
          </Button>
        </>
      }
    >
      <Sheet flush>
        <Parts lines={lines} known={books.known} chosen={chosen?.part.id ?? null} choose={choose} />
      </Sheet>
      <Sheet>
        {source.value !== null && <Source source={source.value} />}
        {chosen !== undefined && <Months of={chosen.of} />}
      </Sheet>
      {act === 'grant' && <GrantBlockDialog year={year} onDone={done} onClose={() => setAct(null)} />}
      {act !== null && act !== 'grant' && chosen !== undefined && (
        <BookActDialog act={act} of={chosen.of} part={chosen.part} onDone={done} onClose={() => setAct(null)} />
      )}
    </Job>
  )
}

function Parts({
  lines,
  known,
  chosen,
  choose,
}: {
  readonly lines: readonly Line[]
  readonly known: boolean
  readonly chosen: string | null
  readonly choose: (id: string) => void
}) {
  const w = useWords()
  const left = ({ last, next, open }: BookPart) =>
    !open ? '–' : last === null ? w.register.noEnd : String(last - next + 1)
  return (
    <DataTable<Line>
      label={w.register.booksTitle}
      rows={lines}
      id={({ part }) => part.id}
      selected={chosen}
      onSelect={choose}
      testId="books"
      rowTestId="book-row"
      state={({ part }) => (part.open ? 'open' : 'finished')}
      empty={<Empty title={known ? w.register.booksEmpty : ''} sub={known ? w.register.booksEmptySub : ''} />}
      columns={[
        {
          id: 'book',
          head: w.register.book,
          cell: ({ part, of }) => (
            <>
              <b>{part.book}</b>
              <div className="small sub">{of.forms.map((form) => w.register.forms[form]).join(' · ')}</div>
            </>
          ),
        },
        {
          id: 'kind',
          head: w.register.grantPaper,
          cell: ({ part }) => (
            <>
              {w.register.kinds[part.kind]}
              {part.kind === 'reserved' && <div className="small sub">{part.grant}</div>}
            </>
          ),
        },
        {
          id: 'range',
          head: w.register.range,
          width: 150,
          cell: ({ part }) => `${part.first} – ${part.last ?? w.register.noEnd}`,
        },
        {
          id: 'next',
          head: w.register.next,
          width: 110,
          right: true,
          cell: ({ part }) => (part.open ? part.next : '–'),
        },
        { id: 'left', head: w.register.left, width: 120, right: true, cell: ({ part }) => left(part) },
        {
          id: 'state',
          head: w.rules.state,
          width: 110,
          cell: ({ part }) => (
            <span className={part.open ? 'tag ok' : 'tag'}>{w.register.open[part.open ? 'yes' : 'no']}</span>
          ),
        },
      ]}
    />
  )
}
