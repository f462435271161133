// Keeps one current listing per kind of device. Looks again on every nudge and on a slow beat, since nudges may be missed.
import type { Device, DeviceKind } from '../../drivers/contract.ts'
import type { Result } from '../../preload/contract/result.ts'
import { type Change, compare, isQuiet } from './present.ts'

export interface Watched {
  readonly kind: DeviceKind
  present(signal: AbortSignal): Promise<Result<readonly Device[]>>
  watch?(nudge: () => void): () => void
  /** Milliseconds between looks when nothing nudges; a slow listing is asked for less often. */
  readonly beat: number
}

export interface Listing {
  readonly kind: DeviceKind
  readonly devices: readonly Device[]
  /** False when the driver's own service or process did not answer. */
  readonly answered: boolean
}

export interface DeviceWatch {
  list(kind: DeviceKind): Listing
  all(): readonly Listing[]
  /** Looks now; answers with what is there. */
  look(kind: DeviceKind): Promise<Listing>
  stop(): void
}

/** A listing that takes a second is asked for every ten. */
const PATIENCE = 10

export function watchDevices(
  sources: readonly Watched[],
  news: (listing: Listing, change: Change) => void,
): DeviceWatch {
  const listings = new Map<DeviceKind, Listing>(
    sources.map((source) => [source.kind, { kind: source.kind, devices: [], answered: true }]),
  )
  const control = new AbortController()
  const running = new Map<DeviceKind, Promise<Listing>>()
  const timers = new Map<DeviceKind, NodeJS.Timeout>()
  const unwatch: (() => void)[] = []
  const current = (kind: DeviceKind): Listing => listings.get(kind) ?? { kind, devices: [], answered: false }

  const took = new Map<DeviceKind, number>()

  async function lookOnce(source: Watched): Promise<Listing> {
    const began = Date.now()
    const found = await source.present(control.signal)
    took.set(source.kind, Date.now() - began)
    const before = current(source.kind)
    const after: Listing = { kind: source.kind, devices: found.ok ? found.value : [], answered: found.ok }
    listings.set(source.kind, after)
    const change = compare(before.devices, after.devices)
    if (!control.signal.aborted && (!isQuiet(change) || before.answered !== after.answered)) news(after, change)
    return after
  }
  function look(source: Watched): Promise<Listing> {
    const already = running.get(source.kind)
    if (already !== undefined) return already
    const clear = timers.get(source.kind)
    if (clear !== undefined) clearTimeout(clear)
    const work = lookOnce(source)
      .catch(() => current(source.kind))
      .finally(() => {
        running.delete(source.kind)
        if (!control.signal.aborted)
          timers.set(
            source.kind,
            setTimeout(() => void look(source), Math.max(source.beat, PATIENCE * (took.get(source.kind) ?? 0))),
          )
      })
    running.set(source.kind, work)
    return work
  }
  for (const source of sources) {
    const stop = source.watch?.(() => void look(source))
    if (stop !== undefined) unwatch.push(stop)
    void look(source)
  }
  return {
    list: current,
    all: () => sources.map((source) => current(source.kind)),
    look: (kind) => {
      const source = sources.find((candidate) => candidate.kind === kind)
      return source === undefined ? Promise.resolve(current(kind)) : look(source)
    },
    stop: () => {
      control.abort()
      for (const timer of timers.values()) clearTimeout(timer)
      for (const end of unwatch) end()
    },
  }
}
