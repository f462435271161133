// The program in a process that is killed while timestamps are made: opens the store, goes on where it was, ends when nothing waits.
// node evidence-child.ts PLAN.json. It dies by its own SIGKILL around its N-th transaction, or when its parent kills it.
import { readFileSync } from 'node:fs'
import { type Death, dieAtTransaction } from './die-at-transaction.ts'
import { type Desk, enter, rowsOf } from './evidence-copies.ts'

export interface EvidencePlan {
  readonly desk: Desk
  /** Counted from the beginning of the work; null: nobody dies by the count. */
  readonly dies: Death | null
}

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as EvidencePlan
const countFromNow = dieAtTransaction(plan.dies)

const counter = enter(plan.desk)
countFromNow()
counter.evidence.start()
const look = setInterval(() => {
  if (rowsOf(counter).some(({ state }) => state === 'waiting')) return
  clearInterval(look)
  void counter.close().then(() => process.exit(0))
}, 20)
