// A pool of workers for CPU work (imaging, PDF building, digests), so that main never blocks for it.
// A worker that dies takes one job with it: that job fails, a new worker takes its place.
import { Worker } from 'node:worker_threads'
import type { Job, Jobs, Outcome } from './serve.ts'

export { serve } from './serve.ts'

export interface Workshop<J extends Jobs> {
  run<N extends keyof J & string>(name: N, ...input: Parameters<J[N]>): Promise<Awaited<ReturnType<J[N]>>>
  close(): Promise<void>
}

interface Bench {
  worker: Worker
  doing: Waiting | null
}
interface Waiting {
  readonly job: Job
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

/** `entry` is a module that calls `serve(jobs)`; `size` workers are started when first needed. */
export function openWorkshop<J extends Jobs>(entry: string, size: number): Workshop<J> {
  const benches: Bench[] = []
  const queue: Waiting[] = []
  let counter = 0
  let closed = false

  function start(): Bench {
    const bench: Bench = { worker: new Worker(entry), doing: null }
    bench.worker.on('message', (outcome: Outcome) => {
      const done = bench.doing
      bench.doing = null
      if (done !== null && 'error' in outcome)
        done.reject(Object.assign(new Error(outcome.error), { stack: outcome.stack }))
      else done?.resolve((outcome as unknown as { value: never }).value)
      hand()
    })
    const dead = (error: Error): void => {
      const at = benches.indexOf(bench)
      if (at >= 0) benches.splice(at, 1)
      bench.doing?.reject(error)
      bench.doing = null
      if (!closed) hand()
    }
    bench.worker.on('error', dead)
    bench.worker.on('exit', () => dead(new Error('a workshop worker ended')))
    bench.worker.unref()
    benches.push(bench)
    return bench
  }
  function hand(): void {
    while (queue.length > 0) {
      const free = benches.find((bench) => bench.doing === null) ?? (benches.length < size ? start() : undefined)
      if (free === undefined) return
      const next = queue.shift()
      if (next === undefined) return
      try {
        free.worker.postMessage(next.job)
        free.doing = next
      } catch (error) {
        // What cannot be handed over fails alone; the worker stays free.
        next.reject(error as Error)
      }
    }
  }
  return {
    run: (name, ...input) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Error('the workshop is closed'))
        counter += 1
        queue.push({ job: { id: counter, name, input }, resolve: resolve as (value: never) => void, reject })
        hand()
      }),
    close: async () => {
      closed = true
      for (const waiting of queue.splice(0)) waiting.reject(new Error('the workshop is closed'))
      await Promise.all(benches.map((bench) => bench.worker.terminate()))
    },
  }
}
