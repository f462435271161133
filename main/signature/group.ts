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
export function groupWrites(storage: Pick<Storage, 'write'>): (change: Change) => Promise<void> {
  let waiting: Waiting[] = []
  let clock: NodeJS.Timeout | null = null

  function flush(): void {
    if (clock !== null) clearTimeout(clock)
    clock = null
    const group = waiting
    waiting = []
    if (group.length === 0) return
    try {
      storage.write((w) => {
        for (const { change } of group) change(w)
      })
      for (const { done } of group) done()
    } catch (error) {
      const [only, second] = group
      if (only !== undefined && second === undefined) {
        only.failed(error)
        return
      }
      // The transaction is undone as a whole: each change by itself shows which one it was.
      for (const { change, done, failed } of group)
        try {
          storage.write(change)
          done()
        } catch (own) {
          failed(own)
        }
    }
  }

  return (change) =>
    new Promise((done, failed) => {
      waiting.push({ change, done, failed })
      if (waiting.length >= FULL) flush()
      else clock ??= setTimeout(flush, A_MOMENT)
    })
}
