// A finished paper (receipt, register page, certified copy) shown over the job, and printed from there.
import { useState } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { useKeys } from './keys.ts'
import { useWords } from './language.tsx'
import { type Pdf, printPdf } from './pdf-file.ts'
import { PdfView } from './pdf-view.tsx'

export function PdfDialog({
  file,
  title,
  onClose,
  testId = 'pdf-dialog',
}: {
  readonly file: string
  readonly title: string
  readonly onClose: () => void
  readonly testId?: string
}) {
  const w = useWords()
  const [pdf, setPdf] = useState<Pdf | null>(null)
  const [printing, setPrinting] = useState(false)
  const print = () => {
    if (pdf === null || printing) return
    setPrinting(true)
    printPdf(pdf).finally(() => setPrinting(false))
  }
  useKeys({ 'Ctrl+P': print }, true)
  return (
    <Dialog
      title={title}
      width={860}
      height="calc(100vh - 48px)"
      onClose={onClose}
      testId={testId}
      ends={
        <>
          <span className="sub grow" role="status">
            {printing ? w.look.preparingPrint : ''}
          </span>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.close}
          </Button>
          <Button main keyName="Ctrl P" disabled={pdf === null || printing} onPress={print} testId="print">
            {w.actions.print}
          </Button>
        </>
      }
    >
      <PdfView file={file} label={title} inDialog onOpened={setPdf} />
    </Dialog>
  )
}
