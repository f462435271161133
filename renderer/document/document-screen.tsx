// Station 4: the papers become one PDF/A each; copies to be certified are compared with the original; then what was read on a
// paper is confirmed. Of one dossier, or of the stack of many.
import { useCallback, useEffect, useState } from 'react'
import type { Document } from '../../preload/contract/document.ts'
import type { Result } from '../../preload/contract/result.ts'
import { PickDossier } from '../dossier/pick-dossier.tsx'
import { useNews, useSnapshot } from '../look/calls.ts'
import { useWords } from '../look/language.tsx'
import { useDraft, usePlace } from '../look/place.tsx'
import { useCalm } from '../look/waiting.ts'
import { ComparePapers } from './compare-papers.tsx'
import { DocumentTabs, firstView, type View } from './document-tabs.tsx'
import { FieldsScreen } from './fields-screen.tsx'
import { MakeDocuments } from './make-documents.tsx'

export function DocumentScreen() {
  const { dossierId, mixed } = usePlace()
  if (dossierId === null && !mixed) return <PickDossier testId="screen-document" />
  return <Documents key={dossierId ?? 'mixed'} dossierId={dossierId} />
}

async function listAll(ids: readonly string[]): Promise<Result<Document[]>> {
  const lists = await Promise.all(ids.map((dossierId) => window.counter.document.list({ dossierId })))
  const bad = lists.find((list) => !list.ok)
  if (bad !== undefined) return bad
  return { ok: true, value: lists.flatMap((list) => (list.ok ? list.value : [])) }
}

const NONE: readonly never[] = []

function Documents({ dossierId }: { readonly dossierId: string | null }) {
  const w = useWords()
  const { counter } = window
  const dossier = useSnapshot(() => counter.dossier.show({ id: dossierId ?? '' }), dossierId)
  const stack = useSnapshot(() => counter.scan.pages({ dossierId }), dossierId ?? 'mixed')
  const papers = useSnapshot(() => counter.document.papers({ dossierId }), dossierId ?? 'mixed')
  // Documents made of the mixed stack stay in sight when their pages have left it.
  const [madeFor, setMadeFor] = useDraft<readonly string[]>('document.mixed', NONE)
  const ids =
    dossierId !== null
      ? [dossierId]
      : [...new Set([...madeFor, ...(stack.value?.dossiers ?? []).map((one) => one.id)])].sort()
  const documents = useSnapshot(() => listAll(ids), ids.length === 0 ? null : ids.join(' '))
  const [view, setView] = useState<View | null>(null)
  const reread = useCalm(() => {
    papers.reload()
    documents.reload()
  }, 300)
  useNews(counter.scan.changed, (value) => {
    if (value.dossierId !== dossierId) return
    stack.set(value)
    reread()
  })
  useNews(counter.document.changed, (value) => ids.includes(value.dossierId) && reread())
  const made = documents.value ?? NONE
  const open = papers.value ?? NONE
  const known = papers.known && stack.known && (documents.known || ids.length === 0)
  // What comes first is decided once; after that only the person changes it.
  useEffect(() => {
    if (known) setView((old) => old ?? firstView(open.length, made))
  }, [known, open.length, made])
  const change = useCallback((next: View) => setView(next), [])

  const one = dossier.value
  const about =
    dossierId === null ? w.scan.mixed : one === null ? '' : `${one.code ?? one.provisionalCode} · ${one.citizenName}`
  const tabs = (now: View) => <DocumentTabs now={now} papers={open.length} documents={made} change={change} />
  const failure = stack.failure ?? papers.failure ?? documents.failure
  if (view === 'compare')
    return (
      <ComparePapers
        about={about}
        documents={made.filter((each) => each.certifiedCopy)}
        onChanged={documents.reload}
        tabs={tabs('compare')}
        mixed={dossierId === null}
      />
    )
  if (view === 'fields')
    return (
      <FieldsScreen
        about={dossierId === null ? null : about}
        documents={made.filter((each) => !each.purged)}
        onChanged={documents.reload}
        tabs={tabs('fields')}
      />
    )
  return (
    <MakeDocuments
      about={about}
      dossierId={dossierId}
      papers={open}
      pages={stack.value?.pages ?? NONE}
      unread={stack.value?.unread ?? 0}
      known={known}
      failure={failure}
      tabs={tabs('make')}
      onMade={(fresh) => {
        setMadeFor((old) => [...new Set([...old, ...fresh.map((each) => each.dossierId)])])
        if (dossierId !== null) documents.set([...fresh])
        documents.reload()
        papers.reload()
        stack.reload()
        setView(firstView(0, fresh))
      }}
    />
  )
}
