// How much waits at each station, for the numbers on the path. Every number comes from main; here they are only added up.
import { useCallback, useEffect, useState } from 'react'
import type { Dossier } from '../../preload/contract/dossier.ts'
import type { OutboxState } from '../../preload/contract/outbox.ts'
import { useNews, useSnapshot } from './calls.ts'
import { type Place, type StationName, usePlace } from './place.tsx'

export interface Count {
  readonly count: number
  readonly warn: boolean
}
export type Waiting = Readonly<Partial<Record<StationName, Count>>>

const OPEN = ['received', 'in-work', 'waiting-for-citizen']

/** What waits, from the dossiers of the day, the queue, the lists to be signed and the outbox. */
export function countWaiting(
  open: number,
  dossiers: readonly Dossier[],
  toSee: number,
  toSign: number,
  outbox: OutboxState | null,
): Waiting {
  const live = dossiers.filter((dossier) => OPEN.includes(dossier.status))
  const plain = (count: number): Count => ({ count, warn: false })
  return {
    dossier: plain(open),
    scan: plain(live.filter((dossier) => dossier.pages === 0).length),
    document: plain(live.filter((dossier) => dossier.pages > 0 && dossier.documents === 0).length),
    certification: plain(toSee),
    signature: plain(toSign),
    outbox: {
      count: outbox === null ? 0 : outbox.waiting + outbox.sending + outbox.needsPerson,
      warn: (outbox?.needsPerson ?? 0) > 0,
    },
  }
}

function useToSign(place: Place, reviewed: number): { readonly count: number; readonly look: () => void } {
  const [count, setCount] = useState<number | null>(null)
  const officer = place.has('officer')
  const agency = place.has('seal-keeper')
  const look = useCallback(() => {
    const roles = [...(officer ? (['officer'] as const) : []), ...(agency ? (['agency'] as const) : [])]
    Promise.all(roles.map((role) => window.counter.signature.next({ role }))).then(
      (answers) =>
        setCount(
          roles.length === 0
            ? null
            : answers.reduce(
                (sum, answer) =>
                  sum + (answer.ok && answer.value !== null ? answer.value.total - answer.value.done : 0),
                0,
              ),
        ),
      () => setCount(null),
    )
  }, [officer, agency])
  useEffect(look, [look])
  return { count: count ?? reviewed, look }
}

export function useWaiting(): Waiting {
  const place = usePlace()
  const { counter } = window
  const open = useSnapshot(() => counter.dossier.counts({}), 'open')
  const dossiers = useSnapshot(() => counter.dossier.list({}), 'all')
  const queue = useSnapshot(() => counter.certification.queue({}), 'queue')
  const outbox = useSnapshot(() => counter.outbox.state({}), 'outbox')
  const toSign = useToSign(place, queue.value?.reviewed ?? 0)
  useNews(counter.dossier.changed, () => {
    open.reload()
    dossiers.reload()
  })
  useNews(counter.document.changed, () => dossiers.reload())
  useNews(counter.scan.changed, () => dossiers.reload())
  useNews(counter.certification.changed, (value) => {
    queue.set(value)
    toSign.look()
  })
  useNews(counter.signature.changed, (batch) => batch.state !== 'running' && toSign.look())
  useNews(counter.outbox.changed, outbox.set)
  const toSee = queue.value?.items.filter((item) => item.document.state === 'compared').length ?? 0
  return countWaiting(open.value?.open ?? 0, dossiers.value ?? [], toSee, toSign.count, outbox.value)
}
