// Station 2: a new dossier for the person who was identified, the dossiers of the day, or one dossier.
import { useEffect, useState } from 'react'
import { useSnapshot } from '../look/calls.ts'
import { usePlace } from '../look/place.tsx'
import { DossierList } from './dossier-list.tsx'
import { DossierPage } from './dossier-page.tsx'
import { NewDossier } from './new-dossier.tsx'

export type View = 'new' | 'list' | 'page'

export function DossierScreen() {
  const { arrivals, wish, take, dossierId } = usePlace()
  const reading = useSnapshot(() => window.counter.card.current({}), `reading ${arrivals}`)
  const [view, setView] = useState<View | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: every arrival looks again where to begin
  useEffect(() => {
    setView(wish === 'find' ? 'list' : wish === 'page' ? 'page' : null)
  }, [arrivals, wish])
  const shown = view ?? (reading.value === null ? 'list' : 'new')
  const open = (id: string) => {
    take(id)
    setView('page')
  }
  if (shown === 'page' && dossierId !== null)
    return <DossierPage key={dossierId} id={dossierId} onBack={() => setView('list')} />
  if (shown === 'new')
    return <NewDossier key={reading.value?.id} reading={reading.value} onList={() => setView('list')} />
  return <DossierList onOpen={open} onNew={() => setView('new')} />
}
