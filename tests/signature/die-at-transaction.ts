// A program that dies by its own hand around its N-th transaction: every rest of a journal is one.
import Database from 'better-sqlite3'

export interface Death {
  readonly when: 'before' | 'after'
  readonly transaction: number
}

/** Answers what begins the counting. Null: nobody dies by the count. */
export function dieAtTransaction(death: Death | null): () => void {
  let counted = false
  let transactions = 0
  const dieAround = (work: () => unknown): unknown => {
    if (!counted || death === null) return work()
    transactions += 1
    const now = transactions === death.transaction
    if (now && death.when === 'before') process.kill(process.pid, 'SIGKILL')
    const value = work()
    if (now) process.kill(process.pid, 'SIGKILL')
    return value
  }
  const begin = Database.prototype.transaction
  Database.prototype.transaction = function wrapped(this: Database.Database, work: never) {
    const made = begin.call(this, work)
    return Object.assign((...input: unknown[]) => dieAround(() => made(...(input as never[]))), {
      immediate: (...input: unknown[]) => dieAround(() => made.immediate(...(input as never[]))),
    })
  } as unknown as typeof begin
  return () => {
    counted = true
  }
}
