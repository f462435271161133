// The agency's own copy of a paper (sao y) on the clerk's screen: one key asks for it, takes it back until it is signed, and shows
// the signed file afterwards. A line says what it is and where it stands.
import { useState } from 'react'
import type { Document } from '../../preload/contract/document.ts'
import { Button } from '../look/button.tsx'
import { timeOf } from '../look/formats.ts'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { PdfDialog } from '../look/pdf-dialog.tsx'

interface AgencyCopyProps {
  readonly document: Document
  readonly busy: boolean
  readonly ask: (wanted: boolean) => void
}

export function AgencyCopy({ document, busy, ask }: AgencyCopyProps) {
  const w = useWords().agencyCopy
  const [shown, show] = useState(false)
  const { agencyCopy: copy } = document
  const signed = copy?.signed ?? null
  const state = signed !== null ? 'signed' : copy !== null ? 'asked' : 'none'
  const press = () => (signed !== null ? show(true) : !busy && ask(copy === null))
  useKeys({ F2: press })
  return (
    <section className="row" style={{ gap: 12 }} data-testid="agency-copy" data-state={state}>
      <div className="grow small">
        {signed !== null ? (
          <span className="tag ok block">{w.signed(signed.by, timeOf(signed.at))}</span>
        ) : copy === null ? (
          <span className="sub">{w.what}</span>
        ) : (
          <>
            <b>{w.asked(copy.by, timeOf(copy.at))}</b>
            <div className="sub">{document.scanSigned === null ? w.waitsForScanner : w.waitsForAgency}</div>
          </>
        )}
      </div>
      <Button slim keyName="F2" disabled={busy} onPress={press} testId="agency-copy-key">
        {signed !== null ? w.open : copy !== null ? w.takeBack : w.ask}
      </Button>
      {shown && signed !== null && (
        <PdfDialog file={signed.file} title={document.title} onClose={() => show(false)} testId="agency-copy-file" />
      )}
    </section>
  )
}
