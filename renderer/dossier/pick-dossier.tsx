// No dossier in hand: choose the one to go on with.
import type { Dossier } from '../../preload/contract/dossier.ts'
import { Job, Sheet } from '../look/job.tsx'
import { useWords } from '../look/language.tsx'
import { usePlace } from '../look/place.tsx'
import { DossierTable } from './dossier-list.tsx'

/** Work on it may still go on. */
export const isOpen = (dossier: Dossier) => !['returned', 'withdrawn', 'stopped'].includes(dossier.status)

export function PickDossier({ testId }: { readonly testId: string }) {
  const w = useWords()
  const { take } = usePlace()
  return (
    <Job testId={testId} takesFocus={false} title={w.dossier.pick} sub={w.dossier.pickSub}>
      <Sheet flush>
        <DossierTable onOpen={take} waiting={isOpen} />
      </Sheet>
    </Job>
  )
}
