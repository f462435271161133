// What was read on a paper, beside the paper: each field with where it comes from and where it stands on the page. The clerk
// confirms with Enter. It follows the signature of who scanned (TT 01/2023 Đ.8), unless a certified copy is made of it.
import { type ReactNode, useState } from 'react'
import type { Document, FieldName } from '../../preload/contract/document.ts'
import { Button } from '../look/button.tsx'
import { useCall, useNews, useSnapshot } from '../look/calls.ts'
import { Pick } from '../look/choice.tsx'
import { timeOf } from '../look/formats.ts'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import { PdfView } from '../look/pdf-view.tsx'
import { useDraft, usePlace } from '../look/place.tsx'
import { AgencyCopy } from './agency-copy.tsx'
import { type Edits, shownFields, valuesToConfirm } from './field-values.ts'
import { FieldsForm } from './fields-form.tsx'
import { FileFacts } from './file-facts.tsx'

interface ScreenProps {
  /** Null: papers of several dossiers; each says whose it is. */
  readonly about: string | null
  readonly documents: readonly Document[]
  readonly onChanged: () => void
  readonly tabs: ReactNode
}

const isOpen = (document: Document): boolean => document.fields !== 'confirmed'

export function FieldsScreen({ about, documents, onChanged, tabs }: ScreenProps) {
  const w = useWords()
  const { take } = usePlace()
  const [chosenId, choose] = useState<string | null>(null)
  const chosen = documents.find((one) => one.id === chosenId) ?? documents.find(isOpen) ?? documents[0]
  const done = documents.filter((one) => !isOpen(one)).length
  const next = () => {
    if (chosen === undefined) return
    const at = documents.indexOf(chosen)
    const round = [...documents.slice(at + 1), ...documents.slice(0, at)]
    choose((round.find(isOpen) ?? round[0] ?? chosen).id)
  }
  useKeys({ F6: () => take(null) })
  if (chosen === undefined)
    return (
      <Job testId="screen-fields" title={w.document.fields.empty} sub={about ?? ''} side={tabs}>
        <Sheet>
          <Empty title={w.document.empty} sub={w.document.emptySub} />
        </Sheet>
      </Job>
    )
  return (
    <Paper
      key={chosen.id}
      about={about ?? `${chosen.dossierCode} · ${chosen.citizenName}`}
      title={w.document.fields.title(done, documents.length)}
      all={done === documents.length}
      document={chosen}
      onNext={next}
      onConfirmed={() => {
        // The paper stays in sight until F9, whatever the list becomes.
        choose(chosen.id)
        onChanged()
      }}
      tabs={tabs}
      list={
        documents.length > 1 && (
          <Pick
            label={w.document.fields.list}
            options={documents.map((one, at) => ({
              id: one.id,
              text: `${at + 1}. ${one.title} · ${w.document.fields.states[one.fields]}`,
            }))}
            value={chosen.id}
            onChange={choose}
            testId="fields-document"
          />
        )
      }
      many={documents.length > 1}
    />
  )
}

interface PaperProps {
  readonly about: string
  readonly title: string
  /** Every document is confirmed. */
  readonly all: boolean
  readonly document: Document
  readonly onNext: () => void
  readonly onConfirmed: () => void
  readonly tabs: ReactNode
  readonly list: ReactNode
  readonly many: boolean
}

function Paper({ about, title, all, document, onNext, onConfirmed, tabs, list, many }: PaperProps) {
  const w = useWords()
  const { counter } = window
  const { go, take } = usePlace()
  const fields = useSnapshot(() => counter.document.fields({ documentId: document.id }), document.id)
  useNews(counter.document.fieldsChanged, (value) => value.documentId === document.id && fields.set(value))
  const { busy, failure, run } = useCall()
  const [edits, setEdits] = useDraft<Edits>(`document.fields.${document.id}`, {})
  const [at, setAt] = useState<FieldName>('title')
  const shown = shownFields(fields.value?.fields ?? [], edits)
  const confirmed = fields.value?.confirmed ?? null
  const unsigned = !document.certifiedCopy && document.scanSigned === null
  const confirm = async () => {
    if (busy || fields.value === null) return
    const values = valuesToConfirm(shown)
    const answer = await run(counter.document.confirmFields({ documentId: document.id, values }))
    if (answer === undefined) return
    fields.set(answer)
    setEdits({})
    onConfirmed()
  }
  const askCopy = async (wanted: boolean) => {
    // The list hears of the change by itself; what was typed stays.
    await run(counter.document.askAgencyCopy({ documentId: document.id, wanted }))
  }
  const next = () => many && onNext()
  const saidAlready = failure?.kind === 'refused' && failure.rule === 'scan-signature-missing'
  useKeys({ 'Ctrl+Enter': confirm, F9: next })
  // The one dark button: sign first, then confirm, then the next paper, and when all is done another dossier.
  const main = all ? 'other' : confirmed !== null ? 'next' : unsigned ? 'sign' : 'confirm'
  const nextButton = many && (
    <Button keyName="F9" main={main === 'next'} onPress={next} testId="fields-next">
      {w.document.fields.next}
    </Button>
  )
  const otherButton = (
    <Button keyName="F6" main={main === 'other'} onPress={() => take(null)} testId="other-dossier">
      {w.dossier.other}
    </Button>
  )
  return (
    <Job
      testId="screen-fields"
      takesFocus={false}
      title={title}
      sub={about}
      side={tabs}
      columns="minmax(0, 1fr) 484px"
      failure={failure ?? fields.failure}
      said={
        all ? (
          <Notice tone="ok" testId="all-confirmed">
            {w.document.fields.all}
          </Notice>
        ) : (
          <span className="sub">
            {fields.value?.reading === true ? w.document.fields.reading : unsigned ? '' : w.document.fields.hint}
          </span>
        )
      }
      ends={
        <>
          {main !== 'other' && otherButton}
          {main !== 'next' && nextButton}
          {main !== 'sign' && (
            <Button
              keyName="Ctrl Enter"
              main={main === 'confirm'}
              disabled={busy || fields.value === null}
              onPress={confirm}
              testId="fields-confirm"
            >
              {w.document.fields.confirm}
            </Button>
          )}
          {main === 'next' && nextButton}
          {main === 'sign' && (
            <Button main keyName="Alt 6" onPress={() => go('signature')} testId="fields-sign">
              {w.signature.tabs.scanner}
            </Button>
          )}
          {main === 'other' && otherButton}
        </>
      }
    >
      <Sheet flush>
        {fields.value !== null && (
          <PdfView
            file={fields.value.file}
            label={document.title}
            mark={shown.find((field) => field.name === at)?.place ?? null}
          />
        )}
      </Sheet>
      <Sheet>
        <div
          className="stack scroll"
          style={{ gap: 10 }}
          data-testid="fields-form"
          data-document={document.id}
          data-fields={confirmed === null ? document.fields : 'confirmed'}
          data-reading={fields.value?.reading === true}
        >
          {list}
          {!document.certifiedCopy && (
            <AgencyCopy document={document} busy={busy} ask={(wanted) => void askCopy(wanted)} />
          )}
          {unsigned && !saidAlready && (
            <Notice tone="warn" testId="sign-first">
              {w.document.fields.signFirst}
            </Notice>
          )}
          {confirmed !== null && (
            <span className="tag ok block" data-testid="fields-confirmed">
              {w.document.fields.confirmed(confirmed.by, timeOf(confirmed.at))}
            </span>
          )}
          {fields.value !== null && (
            <FieldsForm
              shown={shown}
              onAt={setAt}
              onChange={(name, value) => setEdits((old) => ({ ...old, [name]: value }))}
              onLast={confirm}
            />
          )}
          {document.scanSigned !== null && (
            <span className="small sub">
              {w.document.fields.signed(document.scannedBy, timeOf(document.scanSigned.at))}
            </span>
          )}
          <FileFacts document={document} />
        </div>
      </Sheet>
    </Job>
  )
}
