// A process that renders its share of a stack: job on the first message, truths in the answer, then it ends.
// Started by index.ts only.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadImage } from '@napi-rs/canvas'
import { scanSheet, type Truth } from './glass.ts'
import type { Plan } from './plan.ts'

export interface Job {
  readonly folder: string
  readonly sheets: readonly {
    readonly plan: Plan
    readonly name: string
    /** Text of its code, and a file with the sheet as printed. */
    readonly code: string | null
    readonly printed: string | null
  }[]
}

process.once('message', async (job: Job) => {
  const truths: Truth[] = []
  for (const { plan, name, code, printed } of job.sheets) {
    const picture = printed === null ? null : await loadImage(printed)
    const { jpeg, truth } = await scanSheet(plan, name, code === null ? null : { code, picture })
    writeFileSync(join(job.folder, name), jpeg)
    truths.push(truth)
  }
  process.send?.(truths, undefined, undefined, () => process.disconnect())
})
