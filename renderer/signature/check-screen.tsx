// Check a file (kiểm tra tệp): a PDF from disk or the finished copy of a dossier, its pages left, what its signatures are worth right.
// The file is looked at and forgotten; only the report can be printed.
import { useEffect, useRef, useState } from 'react'
import type { Document } from '../../preload/contract/document.ts'
import type { CheckedFile } from '../../preload/contract/validation.ts'
import { Button } from '../look/button.tsx'
import { useCall, useSnapshot } from '../look/calls.ts'
import { DataTable } from '../look/data-table.tsx'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import { PdfDialog } from '../look/pdf-dialog.tsx'
import { holdPdf } from '../look/pdf-file.ts'
import { PdfView } from '../look/pdf-view.tsx'
import { usePlace } from '../look/place.tsx'
import { SignatureLine, Verdict } from './check-parts.tsx'

/** The contract's LARGEST_CHECK, bytes. */
const LARGEST = 64 * 1024 * 1024
const CHOICE = 'check-input'

/** The whole name stands in the report beside it. */
const shortened = (name: string): string => (name.length <= 60 ? name : `${name.slice(0, 45)}…${name.slice(-12)}`)

interface Shown extends CheckedFile {
  readonly name: string
}

export function CheckScreen() {
  const w = useWords()
  const { dossierId } = usePlace()
  const { signature, document } = window.counter
  const { failure, run, tell, busy } = useCall()
  const [shown, setShown] = useState<Shown | null>(null)
  const [large, setLarge] = useState(false)
  const [over, setOver] = useState(false)
  const [printed, setPrinted] = useState<string | null>(null)
  const letGo = useRef<() => void>(() => undefined)
  useEffect(() => () => letGo.current(), [])
  const documents = useSnapshot(() => document.list({ dossierId: dossierId ?? '' }), dossierId)
  const copies = (documents.value ?? []).filter(
    (one) => one.copyFile !== null || (one.agencyCopy?.signed ?? null) !== null,
  )

  const forget = () => {
    letGo.current()
    letGo.current = () => undefined
    setShown(null)
    setLarge(false)
    tell(null)
  }
  const checkBytes = async (file: File | undefined) => {
    if (file === undefined || busy) return
    forget()
    if (file.size > LARGEST) return setLarge(true)
    const bytes = new Uint8Array(await file.arrayBuffer())
    const answer = await run(signature.checkFile({ bytes }))
    if (answer === undefined) return
    letGo.current = holdPdf(answer.report.hash, bytes)
    setShown({ ...answer, name: file.name })
  }
  const checkCopy = async (documentId: string) => {
    const copy = copies.find((one) => one.id === documentId)
    if (copy === undefined || busy) return
    forget()
    const answer = await run(signature.checkFile({ documentId }))
    if (answer !== undefined) setShown({ ...answer, name: copy.title })
  }
  const print = async () => {
    if (shown === null) return
    // A name is one line; whatever else it holds is no part of it.
    const name = shown.name.replace(/\p{Cc}+/gu, ' ').slice(0, 255)
    const answer = await run(signature.printValidation({ checkId: shown.checkId, name }))
    if (answer !== undefined) setPrinted(answer.file)
  }
  const choose = () => window.document.getElementById(CHOICE)?.click()
  useKeys({ O: choose, F9: shown === null ? choose : () => void print(), Escape: shown !== null && forget })

  return (
    <Job
      testId="screen-check"
      title={w.check.title}
      sub={w.check.sub}
      columns={shown === null ? 'minmax(0, 1fr)' : 'minmax(0, 1fr) 460px'}
      failure={failure}
      said={
        large ? (
          <Notice tone="bad">{w.check.tooLarge}</Notice>
        ) : busy ? (
          <span className="sub">{w.check.checking}</span>
        ) : undefined
      }
      ends={
        <>
          {shown !== null && (
            <Button keyName="O" disabled={busy} onPress={choose} testId="check-another">
              {w.check.another}
            </Button>
          )}
          {shown === null ? (
            <Button main keyName="O" disabled={busy} onPress={choose} testId="check-open">
              {w.check.open}
            </Button>
          ) : (
            <Button main keyName="F9" disabled={busy} onPress={() => void print()} testId="check-print">
              {w.check.print}
            </Button>
          )}
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is only a second way; O opens the same choice */}
      <div
        className="drop"
        data-testid="check-drop"
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes('Files')) return
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          setOver(false)
          event.preventDefault()
          void checkBytes(event.dataTransfer.files[0])
        }}
      >
        <input
          id={CHOICE}
          type="file"
          hidden
          accept=".pdf"
          aria-label={w.check.open}
          data-testid={CHOICE}
          onChange={(event) => {
            const [file] = event.target.files ?? []
            event.target.value = ''
            void checkBytes(file)
          }}
        />
        {shown === null ? (
          <Sheet>
            <Empty title={busy ? w.check.checking : w.check.empty} sub={w.check.emptySub} testId="check-empty" />
            {copies.length > 0 && <Copies copies={copies} open={(id) => void checkCopy(id)} />}
          </Sheet>
        ) : (
          <PdfView file={shown.file ?? shown.report.hash} label={shortened(shown.name)} />
        )}
        {over && <div className="drop-veil">{w.check.drop}</div>}
      </div>
      {shown !== null && (
        <Sheet testId="check-report">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long reports are scrolled with the arrow keys */}
          <section className="lines scroll" tabIndex={0} aria-label={w.check.report}>
            <Verdict report={shown.report} name={shown.name} />
            {shown.report.signatures.map((one, at) => (
              <SignatureLine
                key={`${one.fieldName} ${one.algorithm} ${one.changes.join()} ${one.claimedAt} ${one.provenAt}`}
                one={one}
                at={at}
              />
            ))}
          </section>
        </Sheet>
      )}
      {printed !== null && <PdfDialog file={printed} title={w.check.report} onClose={() => setPrinted(null)} />}
    </Job>
  )
}

function Copies({ copies, open }: { readonly copies: readonly Document[]; readonly open: (id: string) => void }) {
  const w = useWords()
  const [chosen, choose] = useState<string | null>(copies[0]?.id ?? null)
  return (
    <>
      <h2>{w.check.copies}</h2>
      <p className="sub small">{w.check.copiesSub}</p>
      <DataTable<Document>
        label={w.check.copies}
        rows={copies}
        id={(one) => one.id}
        selected={chosen}
        onSelect={choose}
        onOpen={open}
        testId="check-copies"
        rowTestId="check-copy"
        empty={null}
        columns={[
          { id: 'title', head: w.signature.items.title, cell: (one) => one.title },
          {
            id: 'number',
            head: w.signature.items.number,
            width: 160,
            cell: (one) => one.number ?? (one.agencyCopy === null ? '–' : w.signature.tabs.copy),
          },
        ]}
      />
    </>
  )
}
