// One dossier: who, what, when, what is in it, and the receipt.
import { useState } from 'react'
import type { Document } from '../../preload/contract/document.ts'
import { Button } from '../look/button.tsx'
import { useCall, useNews, useSnapshot } from '../look/calls.ts'
import { DataTable } from '../look/data-table.tsx'
import { Field } from '../look/field.tsx'
import { dateOf, money, timeOf } from '../look/formats.ts'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { PdfDialog } from '../look/pdf-dialog.tsx'
import { usePlace } from '../look/place.tsx'
import { StatusTag } from './dossier-list.tsx'

const moment = (at: string) => `${timeOf(at)} · ${dateOf(at)}`

export function DossierPage({ id, onBack }: { readonly id: string; readonly onBack: () => void }) {
  const w = useWords()
  const { go, has } = usePlace()
  const { counter } = window
  const one = useSnapshot(() => counter.dossier.show({ id }), id)
  const documents = useSnapshot(() => counter.document.list({ dossierId: id }), id)
  const { busy, failure, run } = useCall()
  const [shown, show] = useState<{ readonly file: string; readonly title: string } | null>(null)
  const [chosen, choose] = useState<string | null>(null)
  useNews(counter.dossier.changed, (value) => value.id === id && one.set(value))
  useNews(counter.document.changed, (value) => value.dossierId === id && documents.reload())
  const rows = documents.value ?? []
  const receipt = async () => {
    if (busy || !has('clerk', 'officer', 'supervisor')) return
    const made = await run(counter.dossier.printReceipt({ id }))
    if (made !== undefined) show({ file: made.file, title: w.dossier.receiptTitle })
  }
  const onward = (one.value?.pages ?? 0) === 0 ? ('scan' as const) : ('document' as const)
  const openFile = (documentId: string) => {
    const row = rows.find((each) => each.id === documentId)
    if (row !== undefined) show({ file: row.copyFile ?? row.agencyCopy?.signed?.file ?? row.file, title: row.title })
  }
  useKeys({ F7: receipt, F9: () => go(onward), F3: () => go('scan'), Escape: onBack })
  const dossier = one.value
  return (
    <Job
      testId="screen-dossier-page"
      title={dossier === null ? '' : (dossier.code ?? dossier.provisionalCode)}
      sub={dossier?.procedure.name ?? ''}
      side={dossier !== null && <StatusTag status={dossier.status} />}
      columns="400px minmax(0, 1fr)"
      failure={failure ?? one.failure}
      ends={
        <>
          <Button keyName="Esc" onPress={onBack} testId="back">
            {w.actions.back}
          </Button>
          <Button keyName="F7" disabled={busy} onPress={receipt} testId="print-receipt">
            {w.dossier.receipt}
          </Button>
          <Button main keyName="F9" onPress={() => go(onward)} testId="dossier-onward">
            {onward === 'scan' ? w.dossier.continueScan : w.dossier.continueDocument}
          </Button>
        </>
      }
    >
      <Sheet title={w.dossier.applicant}>
        {dossier !== null && (
          <div className="facts scroll">
            <div className="whole">
              <Field name={w.card.fields.name}>{dossier.citizenName}</Field>
            </div>
            <div className="whole">
              <Field name={w.card.fields.number}>{dossier.citizenNumber}</Field>
            </div>
            {dossier.phone !== '' && (
              <Field name={w.dossier.phone} quiet>
                {dossier.phone}
              </Field>
            )}
            {dossier.email !== '' && (
              <Field name={w.dossier.email} quiet>
                {dossier.email}
              </Field>
            )}
            <Field name={w.dossier.provinceCode} quiet testId="province-code">
              {dossier.code ?? w.dossier.noProvinceCode}
            </Field>
            <Field name={w.dossier.provisional} quiet>
              {dossier.provisionalCode}
            </Field>
            <Field name={w.dossier.receivedAt} quiet>
              {moment(dossier.receivedAt)}
            </Field>
            <Field name={w.dossier.dueAt} quiet>
              {moment(dossier.dueAt)}
            </Field>
            <div className="whole">
              <Field name={w.dossier.content} quiet>
                {w.dossier.pagesAndPapers(dossier.pages, dossier.documents, dossier.certified)}
              </Field>
            </div>
            <Field name={w.dossier.fee} quiet>
              {money(dossier.fee)}
            </Field>
          </div>
        )}
      </Sheet>
      <Sheet flush>
        <h2 style={{ padding: '16px 16px 0' }}>{w.dossier.documents}</h2>
        <DataTable<Document>
          label={w.dossier.documents}
          rows={rows}
          id={(row) => row.id}
          selected={chosen}
          onSelect={choose}
          onOpen={openFile}
          testId="dossier-documents"
          rowTestId="document-row"
          state={(row) => row.state}
          empty={<Empty title={w.dossier.noDocuments} />}
          columns={[
            { id: 'title', head: w.signature.items.title, cell: (row) => <b>{row.title}</b> },
            { id: 'pages', head: w.signature.items.pages, width: 80, right: true, cell: (row) => row.pages },
            { id: 'copies', head: w.document.copies, width: 80, right: true, cell: (row) => row.copies },
            { id: 'number', head: w.register.number, width: 170, cell: (row) => row.number ?? '—' },
            {
              id: 'state',
              head: w.dossier.status,
              width: 170,
              cell: (row) => (
                <span
                  className={
                    row.state === 'certified' || row.state === 'delivered'
                      ? 'tag ok'
                      : row.state === 'held'
                        ? 'tag bad'
                        : 'tag'
                  }
                >
                  {w.document.states[row.state]}
                </span>
              ),
            },
          ]}
        />
      </Sheet>
      {shown !== null && <PdfDialog file={shown.file} title={shown.title} onClose={() => show(null)} />}
    </Job>
  )
}
