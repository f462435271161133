// Choosing a dossier over the job: to send a paper to it, or to print its separator sheets.

import { DossierTable } from '../dossier/dossier-list.tsx'
import { isOpen } from '../dossier/pick-dossier.tsx'
import { Button } from '../look/button.tsx'
import { Dialog } from '../look/dialog.tsx'
import { useWords } from '../look/language.tsx'

interface SendProps {
  readonly title: string
  /** The dossier it belongs to now is not offered. */
  readonly except: string | null
  readonly onDossier: (id: string) => void
  readonly onClose: () => void
}

export function DossierDialog({ title, except, onDossier, onClose }: SendProps) {
  const w = useWords()
  return (
    <Dialog
      title={title}
      width={1080}
      height="calc(100vh - 96px)"
      onClose={onClose}
      testId="dossier-dialog"
      ends={
        <Button keyName="Esc" onPress={onClose}>
          {w.actions.cancel}
        </Button>
      }
    >
      <DossierTable onOpen={onDossier} waiting={(dossier) => isOpen(dossier) && dossier.id !== except} />
    </Dialog>
  )
}
