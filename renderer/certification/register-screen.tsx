// The register of certified copies (sổ chứng thực), its eight columns, and the monthly print.
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
import { PdfDialog } from '../look/pdf-dialog.tsx'

const MONTHS = Array.from({ length: 12 }, (_, at) => ({ id: String(at + 1), text: String(at + 1).padStart(2, '0') }))

export function RegisterScreen() {
  const w = useWords()
  const { counter } = window
  const now = legalYear()
  const [year, setYear] = useState(now)
  const [month, setMonth] = useState(legalMonth())
  const [file, setFile] = useState<string | null>(null)
  const [chosen, choose] = useState<string | null>(null)
  const rows = useSnapshot(() => counter.certification.register({ year }), String(year))
  useNews(counter.certification.changed, rows.reload)
  useNews(counter.signature.changed, (batch) => batch.state !== 'running' && rows.reload())
  const { busy, failure, run } = useCall()
  const print = async () => {
    if (busy) return
    const made = await run(counter.certification.printRegister({ year, month }))
    if (made !== undefined) setFile(made.file)
  }
  useKeys({ F7: print })
  const years = Array.from({ length: 6 }, (_, at) => ({ id: String(now - at), text: String(now - at) }))
  const note = (row: RegisterRow) => [w.register.states[row.state], row.note].filter((part) => part !== '').join(' · ')
  return (
    <Job
      testId="screen-register"
      title={w.register.title}
      sub={rows.value === null ? '' : w.register.sub(rows.value.length)}
      side={
        <div className="row">
          <Pick
            label={w.register.year}
            options={years}
            value={String(year)}
            onChange={(id) => setYear(Number(id))}
            testId="register-year"
          />
          <Pick
            label={w.register.month}
            options={MONTHS}
            value={String(month)}
            onChange={(id) => setMonth(Number(id))}
            testId="register-month"
          />
        </div>
      }
      failure={failure ?? rows.failure}
      ends={
        <Button main keyName="F7" disabled={busy} onPress={print} testId="print-register">
          {w.register.printMonth}
        </Button>
      }
    >
      <Sheet flush>
        <DataTable<RegisterRow>
          label={w.register.title}
          rows={rows.value ?? []}
          id={(row) => `${row.book} ${row.number}`}
          selected={chosen}
          onSelect={choose}
          testId="register"
          rowTestId="register-row"
          state={(row) => row.state}
          empty={
            <Empty
              title={rows.value === null ? '' : w.register.empty}
              sub={rows.value === null ? '' : w.register.emptySub}
            />
          }
          columns={[
            {
              id: 'number',
              head: w.register.number,
              width: 120,
              cell: (row) => (
                <>
                  <b>{String(row.number).padStart(2, '0')}</b>
                  <div className="small sub">{row.book}</div>
                </>
              ),
            },
            { id: 'date', head: w.register.date, width: 110, cell: (row) => dateOf(row.at) },
            { id: 'requester', head: w.register.requester, cell: (row) => row.requester },
            { id: 'title', head: w.register.originalTitle, cell: (row) => row.originalTitle },
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
            { id: 'copies', head: w.register.copies, width: 80, right: true, cell: (row) => row.copies },
            { id: 'fee', head: w.register.fee, width: 100, right: true, cell: (row) => money(row.fee) },
            {
              id: 'note',
              head: w.register.note,
              width: 150,
              cell: (row) => <span className={row.state === 'cancelled' ? 'tag bad block' : ''}>{note(row)}</span>,
            },
          ]}
        />
      </Sheet>
      {file !== null && (
        <PdfDialog
          file={file}
          title={`${w.register.title} ${String(month).padStart(2, '0')}/${year}`}
          onClose={() => setFile(null)}
        />
      )}
    </Job>
  )
}
