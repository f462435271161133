// One sitting (một phiên ký) while it lasts: whose list it is, where each document stands, who is told. One a role at a time;
// the seal's may follow the officer's while it still runs.
import type { Failure } from '../../preload/contract/result.ts'
import type { Batch, SigningRole } from '../../preload/contract/signature.ts'
import type { Item } from './list.ts'

/** Milliseconds between two pieces of news of a running batch: a long list is long to tell. */
const newsEvery = (items: number): number => (items > 200 ? 600 : 150)
const DONE: { readonly [role in SigningRole]: readonly Item['state'][] } = {
  // The seal may be on it already, when its sitting follows.
  officer: ['officer-closed', 'agency-signed', 'filed'],
  agency: ['filed'],
  scanner: ['filed'],
  copy: ['filed'],
}

export interface Sitting {
  readonly role: SigningRole
  readonly by: string
  readonly signal: AbortSignal
  readonly batch: Batch
  ids(): readonly string[]
  /** Those that cannot come any more leave the list. */
  keep(ids: readonly string[]): void
  at(documentId: string): Item['state'] | undefined
  /** One document went a step; the window hears of a long batch now and then. */
  moved(documentId: string, state: Item['state'], failure: Failure | null, number: () => string | null): void
  /** All of it anew, at once. */
  tell(items: readonly Item[], state: Batch['state'], trouble: Failure | null): Batch
  change(set: Partial<Batch>): void
  /** Resolved when nobody waits for the token any more. */
  readonly waited: Promise<void>
  stopWaiting(): void
  end(): void
}

export function openSitting(
  offer: Batch,
  list: readonly string[],
  by: string,
  changed: (batch: Batch) => void,
): Sitting {
  const control = new AbortController()
  const items = new Map<string, Item>()
  let batch = offer
  let ids = list
  let news: NodeJS.Timeout | null = null
  let stop = (): void => undefined
  const waited = new Promise<void>((resolve) => {
    stop = resolve
  })
  const counted = (): Pick<Batch, 'items' | 'done' | 'total'> => {
    const all = ids.flatMap((id) => items.get(id) ?? [])
    return { items: all, done: all.filter((one) => DONE[offer.role].includes(one.state)).length, total: ids.length }
  }
  return {
    role: offer.role,
    by,
    signal: control.signal,
    get batch() {
      return batch
    },
    ids: () => ids,
    keep: (kept) => {
      ids = kept
    },
    at: (documentId) => items.get(documentId)?.state,
    moved: (documentId, state, failure, number) => {
      const item = items.get(documentId)
      // What is finished here may be signed by somebody else next.
      if (item === undefined || item.state === 'filed') return
      const named = state === 'prepared' ? number() : item.number
      items.set(documentId, { ...item, state, failure, number: state === 'set-aside' ? null : named })
      if (news !== null) return
      news = setTimeout(() => {
        news = null
        if (control.signal.aborted) return
        batch = { ...batch, ...counted() }
        changed(batch)
      }, newsEvery(items.size))
    },
    tell: (all, state, trouble) => {
      for (const item of all) items.set(item.documentId, item)
      batch = { ...batch, ...counted(), state, trouble }
      changed(batch)
      return batch
    },
    change: (set) => {
      batch = { ...batch, ...set }
    },
    waited,
    stopWaiting: () => stop(),
    end: () => {
      control.abort()
      stop()
    },
  }
}
