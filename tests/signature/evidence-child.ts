// The program in a process that is killed while timestamps are made: opens the store, goes on where it was, ends when nothing waits.
// node evidence-child.ts PLAN.json. It dies by its own SIGKILL around its N-th transaction, or when its parent kills it.
import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { type Desk, enter, rowsOf } from './evidence-copies.ts'

export interface EvidencePlan {
  readonly desk: Desk
  /** Counted from the beginning of the work; null: nobody dies by the count. */
  readonly dies: { readonly when: 'before' | 'after'; readonly transaction: number } | null
}

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as EvidencePlan
let counted = false
let transactions = 0
function dieAround(work: () => unknown): unknown {
  if (!counted || plan.dies === null) return work()
  transactions += 1
  const now = transactions === plan.dies.transaction
  if (now && plan.dies.when === 'before') process.kill(process.pid, 'SIGKILL')
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

const counter = enter(plan.desk)
counted = true
counter.evidence.start()
const look = setInterval(() => {
  if (rowsOf(counter).some(({ state }) => state === 'waiting')) return
  clearInterval(look)
  void counter.close().then(() => process.exit(0))
}, 20)
