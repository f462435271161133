// A PDF that a person brings is taken as it is: the file, its name for the register, the copies wanted. Where the unit has no rule
// for it, the dialog says why and what to do instead.
import { useEffect, useState } from 'react'
import type { Document } from '../../preload/contract/document.ts'
import type { Failure } from '../../preload/contract/result.ts'
import { Button } from '../look/button.tsx'
import { useCall, useSnapshot } from '../look/calls.ts'
import { Dialog } from '../look/dialog.tsx'
import { Entry } from '../look/field.tsx'
import { size } from '../look/formats.ts'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { FailureNotice, Notice } from '../look/notice.tsx'
import { Suggest } from '../look/suggest.tsx'
import { BROKEN, readFile } from './use-run.ts'

export interface MayKeep {
  readonly offered: boolean
  readonly why: Failure | null
  readonly source: string
}

interface KeepProps {
  readonly dossierId: string
  readonly may: MayKeep
  readonly onKept: (document: Document) => void
  readonly onClose: () => void
}

const ID = 'keep-file'

export function KeepFileDialog({ dossierId, may, onKept, onClose }: KeepProps) {
  const w = useWords()
  const { busy, failure, run, tell } = useCall()
  const [file, setFile] = useState<File | null>(null)
  const [title, setTitle] = useState('')
  const [typed, setTyped] = useState('')
  const [copies, setCopies] = useState('1')
  const titles = useSnapshot(() => window.counter.document.titles({ query: typed.slice(0, 100) }), 'titles')
  const { reload } = titles
  // biome-ignore lint/correctness/useExhaustiveDependencies: each letter asks again and keeps the old names until the answer is here
  useEffect(reload, [typed, reload])
  const isReady = file !== null && title.trim().length >= 2 && /^[1-9]\d?$/.test(copies) && !busy
  const keep = async (name = title) => {
    if (file === null || name.trim().length < 2 || !isReady) return
    const read = await readFile(file)
    if (!read.ok) return tell(read.failure)
    const asked = window.counter.document.keepFile({
      dossierId,
      bytes: read.value,
      title: name.trim(),
      copies: Number(copies),
    })
    const kept = await run(asked.catch(() => ({ ok: false as const, failure: BROKEN })))
    if (kept !== undefined) onKept(kept)
  }
  const choose = () => !busy && document.getElementById(ID)?.click()
  useKeys({ F2: may.why === null && choose }, true)
  if (may.why !== null)
    return (
      <Dialog
        title={w.document.brought.title}
        width={560}
        onClose={onClose}
        testId="keep-file-dialog"
        ends={
          <Button main keyName="Esc" onPress={onClose}>
            {w.actions.close}
          </Button>
        }
      >
        <p className="sub">{w.document.brought.sub}</p>
        <Notice tone="warn" testId="keep-file-not-here">
          {w.document.brought.notHere} {w.document.brought.instead}
        </Notice>
        <FailureNotice failure={may.why} />
      </Dialog>
    )
  return (
    <Dialog
      title={w.document.brought.title}
      width={600}
      onClose={onClose}
      failure={failure}
      testId="keep-file-dialog"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          <Button main keyName="Enter" disabled={!isReady} onPress={() => void keep()} testId="keep-file-save">
            {w.document.brought.keep}
          </Button>
        </>
      }
    >
      <p className="sub">
        {w.document.brought.sub} {w.document.brought.basis(may.source)}
      </p>
      <div className="row" style={{ gap: 12 }}>
        <input
          id={ID}
          type="file"
          hidden
          accept=".pdf"
          aria-label={w.document.brought.choose}
          data-testid="keep-file-input"
          onChange={(event) => {
            tell(null)
            setFile(event.target.files?.[0] ?? null)
            event.target.value = ''
          }}
        />
        <Button keyName="F2" onPress={choose} testId="keep-file-choose">
          {w.document.brought.choose}
        </Button>
        <b data-testid="keep-file-chosen">
          {file === null ? w.document.brought.none : w.document.brought.chosen(file.name, size(file.size))}
        </b>
      </div>
      <Suggest
        label={w.document.name}
        value={title}
        onChange={(text) => {
          setTitle(text)
          setTyped(text)
        }}
        names={(titles.value ?? []).slice(0, 5)}
        onTake={(text) => {
          setTitle(text)
          void keep(text)
        }}
        testId="keep-file-title"
      />
      <Entry
        label={w.document.copies}
        value={copies}
        onChange={setCopies}
        clean={(text) => text.replace(/\D/g, '').slice(0, 2)}
        digits
        onKey={(key) => {
          if (key === 'Enter') void keep()
          return key === 'Enter'
        }}
        testId="keep-file-copies"
      />
      {busy && <p role="status">{w.document.brought.checking}</p>}
    </Dialog>
  )
}
