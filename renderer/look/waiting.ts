// How much waits at each station, for the numbers on the path. Every number comes from main; here they are only added up.
import { useEffect, useRef } from 'react'
import type { Dossier } from '../../preload/contract/dossier.ts'
import type { OutboxState } from '../../preload/contract/outbox.ts'
import type { Unfinished } from '../../preload/contract/scan.ts'
import { type Snapshot, useNews, useSnapshot } from './calls.ts'
import { type StationName, usePlace } from './place.tsx'

export interface Count {
  readonly count: number
  readonly warn: boolean
}
export type Waiting = Readonly<Partial<Record<StationName, Count>>>

const OPEN = ['received', 'in-work', 'waiting-for-citizen']

/** At most once in `pause` milliseconds, the last wish always: for news that comes in bursts while a stack is fed. */
export function useCalm(act: () => void, pause = 700): () => void {
  const latest = useRef(act)
  const due = useRef<ReturnType<typeof setTimeout> | null>(null)
  useEffect(() => {
    latest.current = act
  })
  useEffect(
    () => () => {
      if (due.current !== null) clearTimeout(due.current)
      due.current = null
    },
    [],
  )
  return () => {
    due.current ??= setTimeout(() => {
      due.current = null
      latest.current()
    }, pause)
  }
}

/** Scanning that was begun and not finished, as it changes. */
export function useUnfinished(): Snapshot<Unfinished[]> {
  const { counter } = window
  const unfinished = useSnapshot(() => counter.scan.unfinished({}), 'unfinished')
  const later = useCalm(unfinished.reload)
  useNews(counter.scan.changed, later)
  useNews(counter.document.changed, later)
  return unfinished
}

/** What waits, from the dossiers of the day, the queue, the lists to be signed and the outbox. */
export function countWaiting(
  open: number,
  dossiers: readonly Dossier[],
  toSee: number,
  toSign: number,
  outbox: OutboxState | null,
  toCheck: number,
): Waiting {
  const live = dossiers.filter((dossier) => OPEN.includes(dossier.status))
  const plain = (count: number): Count => ({ count, warn: false })
  return {
    dossier: plain(open),
    // Pages that somebody should look at come before dossiers that wait for the scanner.
    scan: toCheck > 0 ? { count: toCheck, warn: true } : plain(live.filter((dossier) => dossier.pages === 0).length),
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
  const unfinished = useUnfinished()
  const later = useCalm(() => {
    dossiers.reload()
    toSign.reload()
  })
  useNews(counter.document.changed, later)
  useNews(counter.scan.changed, later)
  useNews(counter.certification.changed, (value) => {
    queue.set(value)
    toSign.reload()
  })
  useNews(counter.signature.changed, (batch) => batch.state !== 'running' && toSign.reload())
  useNews(counter.outbox.changed, outbox.set)
  const toSee = queue.value?.items.filter((item) => item.document.state === 'compared').length ?? 0
  const { officer = 0, agency = 0, scanner = 0, copy = 0 } = toSign.value ?? {}
  const toSignHere =
    (has('officer') ? officer : 0) +
    (has('seal-keeper') ? agency + copy : 0) +
    (has('clerk', 'officer', 'supervisor') ? scanner : 0)
  const toCheck = (unfinished.value ?? []).reduce((sum, one) => sum + one.toCheck, 0)
  return countWaiting(open.value?.open ?? 0, dossiers.value ?? [], toSee, toSignHere, outbox.value, toCheck)
}
