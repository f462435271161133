// How much waits at each station, for the numbers on the path. Every number comes from main; here they are only added up.
import type { Dossier } from '../../preload/contract/dossier.ts'
import type { OutboxState } from '../../preload/contract/outbox.ts'
import { useNews, useSnapshot } from './calls.ts'
import { type StationName, usePlace } from './place.tsx'

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

export function useWaiting(): Waiting {
  const { has } = usePlace()
  const { counter } = window
  const open = useSnapshot(() => counter.dossier.counts({}), 'open')
  const dossiers = useSnapshot(() => counter.dossier.list({}), 'all')
  const queue = useSnapshot(() => counter.certification.queue({}), 'queue')
  const outbox = useSnapshot(() => counter.outbox.state({}), 'outbox')
  const toSign = useSnapshot(() => counter.signature.counts({}), 'to-sign')
  useNews(counter.dossier.changed, () => {
    open.reload()
    dossiers.reload()
  })
  useNews(counter.document.changed, () => dossiers.reload())
  useNews(counter.scan.changed, () => dossiers.reload())
  useNews(counter.certification.changed, (value) => {
    queue.set(value)
    toSign.reload()
  })
  useNews(counter.signature.changed, (batch) => batch.state !== 'running' && toSign.reload())
  useNews(counter.outbox.changed, outbox.set)
  const toSee = queue.value?.items.filter((item) => item.document.state === 'compared').length ?? 0
  const mine = { officer: toSign.value?.officer ?? 0, agency: toSign.value?.agency ?? 0 }
  const toSignHere = has('seal-keeper') ? mine.agency + (has('officer') ? mine.officer : 0) : mine.officer
  return countWaiting(open.value?.open ?? 0, dossiers.value ?? [], toSee, toSignHere, outbox.value)
}
