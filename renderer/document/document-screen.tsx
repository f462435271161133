// Station 4: the pages become one PDF/A per paper with its name; then the clerk, original in hand, compares each one.
import { useState } from 'react'
import { PickDossier } from '../dossier/pick-dossier.tsx'
import { useNews, useSnapshot } from '../look/calls.ts'
import { usePlace } from '../look/place.tsx'
import { openPapers } from '../scan/papers.ts'
import { ComparePapers } from './compare-papers.tsx'
import { MakeDocuments } from './make-documents.tsx'

export function DocumentScreen() {
  const { dossierId } = usePlace()
  return dossierId === null ? (
    <PickDossier testId="screen-document" />
  ) : (
    <Documents key={dossierId} dossierId={dossierId} />
  )
}

function Documents({ dossierId }: { readonly dossierId: string }) {
  const { counter } = window
  const dossier = useSnapshot(() => counter.dossier.show({ id: dossierId }), dossierId)
  const pages = useSnapshot(() => counter.scan.pages({ dossierId }), dossierId)
  const documents = useSnapshot(() => counter.document.list({ dossierId }), dossierId)
  const [comparing, setComparing] = useState(false)
  useNews(counter.scan.changed, (value) => value.dossierId === dossierId && pages.set(value))
  useNews(counter.document.changed, (value) => value.dossierId === dossierId && documents.reload())
  const papers = openPapers(pages.value?.pages ?? [])
  const made = documents.value ?? []
  const about =
    dossier.value === null
      ? ''
      : `${dossier.value.code ?? dossier.value.provisionalCode} · ${dossier.value.citizenName}`
  const failure = pages.failure ?? documents.failure
  if (made.length > 0 && (papers.length === 0 || comparing))
    return (
      <ComparePapers
        about={about}
        documents={made}
        onChanged={documents.reload}
        onMore={papers.length > 0 ? () => setComparing(false) : undefined}
      />
    )
  return (
    <MakeDocuments
      about={about}
      dossierId={dossierId}
      papers={papers}
      failure={failure}
      onCompare={made.length > 0 ? () => setComparing(true) : undefined}
      onMade={(value) => {
        documents.set([...value])
        documents.reload()
        pages.reload()
        setComparing(true)
      }}
    />
  )
}
