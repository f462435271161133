// The bench's side of the workshop: functions by name, one job at a time, nothing thrown across.

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

/** Jobs whose libraries are opened when the first of them is asked for: a bench that only signs never loads them. */
export function late<J extends Jobs, N extends keyof J & string>(
  open: () => Promise<J>,
  ...names: readonly N[]
): { readonly [name in N]: (...input: Parameters<J[name]>) => Promise<Awaited<ReturnType<J[name]>>> } {
  let opened: Promise<J> | null = null
  const run = async (name: N, input: readonly unknown[]): Promise<unknown> => {
    opened ??= open()
    return (await opened)[name]?.(...input)
  }
  return Object.fromEntries(names.map((name) => [name, (...input: unknown[]) => run(name, input)])) as never
}

/** Where jobs come from: an Electron utility process has a port, a forked Node process has `process.send`. */
interface Door {
  listen(take: (job: Job) => void): void
  answer(outcome: Outcome): void
}
interface UtilityPort {
  on(event: 'message', listener: (message: { readonly data: unknown }) => void): void
  postMessage(value: unknown): void
}

function findDoor(): Door | null {
  const port = (process as unknown as { readonly parentPort?: UtilityPort }).parentPort
  if (port !== undefined)
    return {
      listen: (take) => port.on('message', ({ data }) => take(data as Job)),
      answer: (outcome) => port.postMessage(outcome),
    }
  if (process.send === undefined) return null
  // A bench without its counter is of no use.
  process.once('disconnect', () => process.exit(0))
  return {
    listen: (take) => process.on('message', (job) => take(job as Job)),
    answer: (outcome) => void process.send?.(outcome, undefined, undefined, () => undefined),
  }
}

export function serve(jobs: Jobs): void {
  const door = findDoor()
  if (door === null) return
  door.listen(async (job) => {
    const fail = (error: unknown): Outcome => {
      const thrown = error instanceof Error ? error : new Error(String(error))
      return { id: job.id, error: thrown.name, stack: thrown.stack ?? '' }
    }
    try {
      const work = jobs[job.name]
      if (work === undefined) throw new Error(`no such job: ${job.name}`)
      door.answer({ id: job.id, value: await work(...job.input) })
    } catch (error) {
      door.answer(fail(error))
    }
  })
}
