// Small facts of several documents written in one transaction: the disk is asked to be sure once, not once a fact.
// It waits a moment for more; whoever hands a change in hears only when it is durable; a change that cannot be made spoils no other.
import type { Storage, Writer } from '../storage/index.ts'

/** Milliseconds that the first change of a group waits for others, and how many make it full. */
const A_MOMENT = 12
const FULL = 16

type Change = (w: Writer) => void

interface Waiting {
  readonly change: Change
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/** Answers a function that resolves when the change is durable, or rejects with what it threw. */
export function groupWrites(storage: Pick<Storage, 'writeSoon'>): (change: Change) => Promise<void> {
  let waiting: Waiting[] = []
  let clock: NodeJS.Timeout | null = null
  /** The disk is being asked: what comes meanwhile is the next group. */
  let asking = false

  /** A change that throws undoes the group as a whole: then each by itself shows which one it was. */
  function write(group: readonly Waiting[]): Promise<unknown> {
    try {
      const { durable } = storage.writeSoon((w) => {
        for (const { change } of group) change(w)
      })
      return durable.then(
        () => {
          for (const { done } of group) done()
        },
        (error: unknown) => {
          for (const { failed } of group) failed(error)
        },
      )
    } catch (error) {
      if (group.length > 1) return Promise.all(group.map((one) => write([one])))
      for (const { failed } of group) failed(error)
      return Promise.resolve()
    }
  }
  async function flush(): Promise<void> {
    if (clock !== null) clearTimeout(clock)
    clock = null
    if (asking) return
    const group = waiting
    waiting = []
    asking = true
    await write(group)
    asking = false
    if (waiting.length > 0) soon()
  }
  function soon(): void {
    if (waiting.length >= FULL) void flush()
    else clock ??= setTimeout(flush, A_MOMENT)
  }

  return (change) =>
    new Promise((done, failed) => {
      waiting.push({ change, done, failed })
      soon()
    })
}
