// The worker's side of the workshop: functions by name, one job at a time, nothing thrown across.
import { parentPort } from 'node:worker_threads'

// biome-ignore lint/suspicious/noExplicitAny: functions of any arguments; the caller's type is checked where the pool is made
export type Jobs = Readonly<Record<string, (...input: any[]) => unknown>>

export interface Job {
  readonly id: number
  readonly name: string
  readonly input: readonly unknown[]
}
export type Outcome =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string; readonly stack: string }

export function serve(jobs: Jobs): void {
  const port = parentPort
  if (port === null) return
  port.on('message', async (job: Job) => {
    try {
      const work = jobs[job.name]
      if (work === undefined) throw new Error(`no such job: ${job.name}`)
      port.postMessage({ id: job.id, value: await work(...job.input) } satisfies Outcome)
    } catch (error) {
      const thrown = error instanceof Error ? error : new Error(String(error))
      port.postMessage({ id: job.id, error: thrown.name, stack: thrown.stack ?? '' } satisfies Outcome)
    }
  })
}
