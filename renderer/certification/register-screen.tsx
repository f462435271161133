// The register of certified copies (sổ chứng thực): its eight columns by year, book and month, what is printed, what is cancelled;
// beside it the books and blocks of the year.
import { useState } from 'react'
import type { RegisterRow } from '../../preload/contract/certification.ts'
import { Button } from '../look/button.tsx'
import { useCall, useNews, useSnapshot } from '../look/calls.ts'
import { Pick } from '../look/choice.tsx'
import { DataTable } from '../look/data-table.tsx'
import { dateOf, legalMonth, legalYear, money } from '../look/formats.ts'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import { PdfDialog } from '../look/pdf-dialog.tsx'
import { usePlace } from '../look/place.tsx'
import { AnnulDialog } from './annul-dialog.tsx'
import { BooksScreen } from './books-screen.tsx'
import { type TabProps, yearsFrom } from './register-tabs.ts'

const ALL = 'all'
/** The whole year, among the months. */
const YEAR = '0'

const keyOf = (row: RegisterRow): string => `${row.book} ${row.number}`
/** `03/2026-SCT/BS` belongs to the year in its name; a row written off after its end closes that year. */
const monthOf = (row: RegisterRow, year: number): number => {
  const [, month = '', of = ''] = dateOf(row.at).split('/')
  return Number(of) === year ? Number(month) : 12
}

export function RegisterScreen() {
  const [tab, setTab] = useState<'rows' | 'books'>('rows')
  const [year, setYear] = useState(legalYear())
  const swap = () => setTab((old) => (old === 'rows' ? 'books' : 'rows'))
  return tab === 'rows' ? (
    <RowsScreen year={year} setYear={setYear} swap={swap} />
  ) : (
    <BooksScreen year={year} setYear={setYear} swap={swap} />
  )
}

function RowsScreen({ year, setYear, swap }: TabProps) {
  const w = useWords()
  const { has } = usePlace()
  const { counter } = window
  const [month, setMonth] = useState(String(legalMonth()))
  const [book, setBook] = useState(ALL)
  const [file, setFile] = useState<string | null>(null)
  const [chosenKey, choose] = useState<string | null>(null)
  const [annulling, setAnnulling] = useState(false)
  const rows = useSnapshot(() => counter.certification.register({ year }), String(year))
  const books = useSnapshot(() => counter.certification.books({ year }), String(year))
  const reload = () => {
    rows.reload()
    books.reload()
  }
  useNews(counter.certification.changed, reload)
  useNews(counter.signature.changed, (batch) => batch.state !== 'running' && reload())
  const { busy, failure, run } = useCall()

  const names = (books.value ?? []).flatMap((one) => one.books)
  const shownBook = names.includes(book) ? book : ALL
  const shown = (rows.value ?? []).filter(
    (row) => (shownBook === ALL || row.book === shownBook) && (month === YEAR || monthOf(row, year) === Number(month)),
  )
  const chosen = shown.find((row) => keyOf(row) === chosenKey)
  const whole = month === YEAR
  const print = async () => {
    if (busy) return
    const named = shownBook === ALL ? {} : { book: shownBook }
    const made = await run(counter.certification.printRegister({ year, month: whole ? null : Number(month), ...named }))
    if (made === undefined) return
    setFile(made.file)
    books.reload()
  }
  const mayAnnul = has('supervisor', 'officer') && chosen?.state === 'certified'
  useKeys({ F7: print, F2: swap, F4: mayAnnul && (() => setAnnulling(true)) })
  const months = [
    { id: YEAR, text: w.register.wholeYear },
    ...Array.from({ length: 12 }, (_, at) => ({ id: String(at + 1), text: String(at + 1).padStart(2, '0') })),
  ]
  const inWork = shown.filter((row) => row.state === 'in-work').length
  return (
    <Job
      testId="screen-register"
      title={w.register.title}
      sub={rows.value === null ? '' : w.register.sub(shown.length)}
      side={
        <div className="row">
          <Pick
            label={w.register.year}
            options={yearsFrom(legalYear())}
            value={String(year)}
            onChange={(id) => setYear(Number(id))}
            testId="register-year"
          />
          <Pick
            label={w.register.book}
            options={[{ id: ALL, text: w.register.allBooks }, ...names.map((name) => ({ id: name, text: name }))]}
            value={shownBook}
            onChange={setBook}
            testId="register-book"
          />
          <Pick label={w.register.month} options={months} value={month} onChange={setMonth} testId="register-month" />
          <Button keyName="F2" onPress={swap} testId="register-tab">
            {w.register.tabBooks}
          </Button>
        </div>
      }
      failure={failure ?? rows.failure}
      said={inWork > 0 && <Notice tone="warn">{w.register.inWork(inWork)}</Notice>}
      ends={
        <>
          {has('supervisor', 'officer') && (
            <Button keyName="F4" disabled={!mayAnnul} onPress={() => setAnnulling(true)} testId="annul">
              {w.register.annul}
            </Button>
          )}
          <Button main keyName="F7" disabled={busy} onPress={print} testId="print-register">
            {whole ? w.register.printYear : w.register.printMonth}
          </Button>
        </>
      }
    >
      <Sheet flush>
        <Rows rows={shown} known={rows.known} chosen={chosenKey} choose={choose} />
      </Sheet>
      {annulling && chosen !== undefined && (
        <AnnulDialog
          row={chosen}
          onClose={() => setAnnulling(false)}
          onDone={(next) => {
            rows.set(next)
            setAnnulling(false)
          }}
        />
      )}
      {file !== null && (
        <PdfDialog
          file={file}
          title={`${w.register.title} ${whole ? '' : `${month.padStart(2, '0')}/`}${year}`}
          onClose={() => setFile(null)}
        />
      )}
    </Job>
  )
}

const TONE: Readonly<Record<RegisterRow['state'], string>> = {
  certified: '',
  'in-work': '',
  cancelled: 'tag bad block',
  annulled: 'tag bad block',
}

function Rows({
  rows,
  known,
  chosen,
  choose,
}: {
  readonly rows: readonly RegisterRow[]
  readonly known: boolean
  readonly chosen: string | null
  readonly choose: (key: string) => void
}) {
  const w = useWords()
  const note = (row: RegisterRow) => [w.register.states[row.state], row.note].filter((part) => part !== '').join(' · ')
  return (
    <DataTable<RegisterRow>
      label={w.register.title}
      rows={rows}
      id={keyOf}
      selected={chosen}
      onSelect={choose}
      testId="register"
      rowTestId="register-row"
      state={(row) => row.state}
      empty={<Empty title={known ? w.register.empty : ''} sub={known ? w.register.emptySub : ''} />}
      columns={[
        {
          id: 'number',
          head: w.register.number,
          width: 128,
          cell: (row) => (
            <>
              <b>{String(row.number).padStart(2, '0')}</b>
              <div className="small sub">{row.book}</div>
            </>
          ),
        },
        { id: 'date', head: w.register.date, width: 104, cell: (row) => dateOf(row.at) },
        { id: 'requester', head: w.register.requester, cell: (row) => row.requester },
        {
          id: 'title',
          head: w.register.originalTitle,
          cell: (row) => (
            <>
              {row.originalTitle}
              {row.copies > 0 && <div className="small sub">{w.register.forms[row.form]}</div>}
            </>
          ),
        },
        {
          id: 'signer',
          head: w.register.signer,
          cell: (row) => (
            <>
              {row.signer}
              <div className="small sub">{row.signerTitle}</div>
            </>
          ),
        },
        { id: 'copies', head: w.register.copies, width: 76, right: true, cell: (row) => row.copies },
        { id: 'fee', head: w.register.fee, width: 96, right: true, cell: (row) => money(row.fee) },
        {
          id: 'note',
          head: w.register.note,
          width: 190,
          cell: (row) => <span className={TONE[row.state]}>{note(row)}</span>,
        },
      ]}
    />
  )
}
