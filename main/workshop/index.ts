// A pool of processes for CPU work (imaging, reading, PDF building, digests), so that main never blocks for it.
// A bench that dies, takes too long or too much memory takes one job with it: that job fails, a new bench takes its place.
// Background work never takes the last bench: who waits at the counter is served first.
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Job, Jobs, Outcome } from './serve.ts'

export { type JpegFacts, readJpegFacts } from './jpeg-facts.ts'
export { late, serve } from './serve.ts'

export interface Workshop<J extends Jobs> {
  run<N extends keyof J & string>(name: N, ...input: Parameters<J[N]>): Promise<Awaited<ReturnType<J[N]>>>
  close(): Promise<void>
}

/** A started process, whatever starts it: an Electron utility process, or a forked Node process. */
export interface BenchProcess {
  send(job: Job): void
  onMessage(listener: (outcome: Outcome) => void): void
  onExit(listener: () => void): void
  kill(): void
  /** Bytes resident; null where it cannot be told. */
  memory(): number | null
}

export interface WorkshopOptions<J extends Jobs> {
  /** Jobs nobody waits for; they leave one bench free, unless there is only one. */
  readonly background?: readonly (keyof J & string)[]
  /** Milliseconds a job may take before its bench is ended. */
  readonly limits?: Readonly<Partial<Record<keyof J & string, number>>>
  /** Bytes a bench may hold; one that passes it is ended. Pictures and drawn pages lie outside the JavaScript heap. */
  readonly memory?: number
}

/** Milliseconds between two looks at the memory of the benches at work. */
const LOOK_EVERY = 250

interface Bench {
  readonly process: BenchProcess
  doing: Waiting | null
  clock: NodeJS.Timeout | null
}
interface Waiting {
  readonly job: Job
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

/** Its heap gets little room and grows slowly: its objects are short-lived, and the memory of an old PC is not ours alone. */
export const BENCH_FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=100']

/** A bench as a plain Node process; `entry` is a module that calls `serve(jobs)`, `files` the folder it is told. */
export function forkBench(entry: string, files = ''): BenchProcess {
  const child = fork(entry, [files], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [...process.execArgv, ...BENCH_FLAGS],
  })
  child.unref()
  child.channel?.unref()
  return {
    send: (job) => {
      child.channel?.ref()
      child.send(job, () => undefined)
    },
    onMessage: (listener) =>
      void child.on('message', (outcome) => {
        child.channel?.unref()
        listener(outcome as unknown as Outcome)
      }),
    onExit: (listener) => void child.once('exit', listener).once('error', listener),
    kill: () => void child.kill('SIGKILL'),
    memory: () => {
      try {
        // proc(5): pages resident are the second word.
        return Number(readFileSync(`/proc/${child.pid}/statm`, 'latin1').split(' ')[1]) * 4096
      } catch {
        return null
      }
    },
  }
}

/** At most `size` benches, started when first needed. */
export function openWorkshop<J extends Jobs>(
  startBench: () => BenchProcess,
  size: number,
  options: WorkshopOptions<J> = {},
): Workshop<J> {
  const benches: Bench[] = []
  const queue: Waiting[] = []
  const background = new Set<string>(options.background)
  const mostBackground = Math.max(1, size - 1)
  const isBackground = ({ job }: Waiting): boolean => background.has(job.name)
  let counter = 0
  let closed = false
  let watch: NodeJS.Timeout | null = null

  function end(bench: Bench, why: string): void {
    bench.process.kill()
    leave(bench, new Error(why))
  }
  /** Runs while work is done. */
  function watchMemory(): void {
    const { memory } = options
    if (memory === undefined || watch !== null) return
    watch = setInterval(() => {
      const busy = benches.filter((bench) => bench.doing !== null)
      for (const bench of busy)
        if ((bench.process.memory() ?? 0) > memory) end(bench, 'a workshop job took too much memory')
      if (busy.length > 0 || watch === null) return
      clearInterval(watch)
      watch = null
    }, LOOK_EVERY)
    watch.unref()
  }

  function leave(bench: Bench, error: Error): void {
    const at = benches.indexOf(bench)
    if (at >= 0) benches.splice(at, 1)
    if (bench.clock !== null) clearTimeout(bench.clock)
    bench.doing?.reject(error)
    bench.doing = null
    if (!closed) hand()
  }
  function start(): Bench {
    const bench: Bench = { process: startBench(), doing: null, clock: null }
    bench.process.onMessage((outcome) => {
      const done = bench.doing
      if (done === null || done.job.id !== outcome.id) return
      bench.doing = null
      if (bench.clock !== null) clearTimeout(bench.clock)
      if ('error' in outcome) done.reject(Object.assign(new Error(outcome.error), { stack: outcome.stack }))
      else done.resolve(outcome.value as never)
      hand()
    })
    bench.process.onExit(() => leave(bench, new Error('a workshop process ended')))
    benches.push(bench)
    return bench
  }
  function giveTo(bench: Bench, next: Waiting): void {
    try {
      bench.process.send(next.job)
    } catch (error) {
      // What cannot be handed over fails alone; the bench stays free.
      next.reject(error as Error)
      return
    }
    bench.doing = next
    watchMemory()
    const limit = options.limits?.[next.job.name]
    if (limit !== undefined) bench.clock = setTimeout(() => end(bench, 'a workshop job took too long'), limit)
  }
  function hand(): void {
    for (;;) {
      const busyBehind = benches.filter((bench) => bench.doing !== null && isBackground(bench.doing)).length
      const at = queue.findIndex((waiting) => !isBackground(waiting) || busyBehind < mostBackground)
      const free = benches.find((bench) => bench.doing === null)
      if (at < 0 || (free === undefined && benches.length >= size)) return
      const [next] = queue.splice(at, 1)
      if (next !== undefined) giveTo(free ?? start(), next)
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
      if (watch !== null) clearInterval(watch)
      for (const waiting of queue.splice(0)) waiting.reject(new Error('the workshop is closed'))
      const gone = benches.map((bench) => new Promise<void>((resolve) => bench.process.onExit(resolve)))
      for (const bench of [...benches]) bench.process.kill()
      await Promise.all(gone)
    },
  }
}
