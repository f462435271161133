// Decides what to do with the files of the watched folder, from what was seen before and what is seen now. Pure.
// A file is looked at only when it stopped growing; one that never becomes whole is given up only after long patience.

/** A file as the folder lists it. */
export interface Seen {
  readonly name: string
  readonly size: number
  readonly mtimeMs: number
}

/** What is remembered of a file between two rounds. */
export interface Watched extends Seen {
  /** Milliseconds: since when size and time of change stayed the same. */
  readonly since: number
  /** Looked at since then and found not whole. */
  readonly looked: boolean
  /** Tries that failed for reasons outside the file. */
  readonly tries: number
  /** Milliseconds: not to be tried before. */
  readonly notBefore: number
}
export type Memory = ReadonlyMap<string, Watched>

export interface Patience {
  /** Milliseconds without change until a file is looked at. */
  readonly settleMs: number
  /** Milliseconds without change until a file that is not whole is set aside. */
  readonly patienceMs: number
  /** Milliseconds until the first new try; doubled each time, at most 32 times as long. */
  readonly retryMs: number
}

/** `last`: whatever is found now counts. */
export interface Look {
  readonly name: string
  readonly last: boolean
}

export interface Decided {
  readonly memory: Memory
  /** In the order of the stack: by name as people count (2 before 10), then by time. */
  readonly looks: readonly Look[]
}

const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Hidden files, files that a program is still writing under another name, lock files of office programs. */
export const isPassedOver = (name: string): boolean =>
  name.startsWith('.') ||
  name.startsWith('~') ||
  /\.(part|partial|tmp|temp|crdownload|download|filepart|opdownload|lock|lnk)$/i.test(name) ||
  /^(thumbs\.db|desktop\.ini)$/i.test(name)

export function decide(before: Memory, listing: readonly Seen[], now: number, patience: Patience): Decided {
  const memory = new Map<string, Watched>()
  for (const { name, size, mtimeMs } of listing) {
    if (isPassedOver(name)) continue
    const old = before.get(name)
    const same = old !== undefined && old.size === size && old.mtimeMs === mtimeMs
    // A clock that was set back must not make a file wait for years.
    const kept = same
      ? { ...old, since: Math.min(old.since, now), notBefore: Math.min(old.notBefore, now + 32 * patience.retryMs) }
      : null
    memory.set(name, kept ?? { name, size, mtimeMs, since: now, looked: false, tries: 0, notBefore: 0 })
  }
  const looks = [...memory.values()]
    .filter((file) => {
      const still = now - file.since
      return still >= patience.settleMs && now >= file.notBefore && (!file.looked || still >= patience.patienceMs)
    })
    .sort(
      (one, other) =>
        order.compare(one.name, other.name) || one.mtimeMs - other.mtimeMs || (one.name < other.name ? -1 : 1),
    )
    .map((file) => ({ name: file.name, last: now - file.since >= Math.max(patience.patienceMs, patience.settleMs) }))
  return { memory, looks }
}

/** `gone`: no longer in the folder. `not-whole`: wait. `failed`: try again later. `changed`: it grew while it was read. */
export type Outcome = 'gone' | 'not-whole' | 'failed' | 'changed'

export function remember(memory: Memory, name: string, outcome: Outcome, now: number, patience: Patience): Memory {
  const next = new Map(memory)
  const file = next.get(name)
  if (file === undefined) return next
  if (outcome === 'gone') next.delete(name)
  if (outcome === 'not-whole') next.set(name, { ...file, looked: true })
  if (outcome === 'changed') next.set(name, { ...file, since: now, looked: false })
  if (outcome === 'failed') {
    const wait = patience.retryMs * 2 ** Math.min(5, file.tries)
    next.set(name, { ...file, tries: file.tries + 1, notBefore: now + wait })
  }
  return next
}
