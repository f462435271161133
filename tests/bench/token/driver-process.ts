// Runs the real PKCS#11 driver in a process of its own and gives it to a test as if it were here.
// It adds no rule: what the driver answers is what the test sees.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Driver, TokenSession } from '../../../drivers/contract.ts'
import type { Result } from '../../../preload/contract/result.ts'

export type Ask =
  | { readonly abort: number }
  | { readonly id: number; readonly call: 'present' }
  | { readonly id: number; readonly call: 'open'; readonly device: string }
  | { readonly id: number; readonly session: number; readonly call: 'pinState' | 'certificates' | 'logout' | 'close' }
  | {
      readonly id: number
      readonly session: number
      readonly call: 'login'
      readonly pin: Uint8Array
      readonly insist: boolean
    }
  | {
      readonly id: number
      readonly session: number
      readonly call: 'changePin' | 'unblock'
      readonly pin: Uint8Array
      readonly fresh: Uint8Array
      readonly insist: boolean
    }
  | {
      readonly id: number
      readonly session: number
      readonly call: 'sign'
      readonly fingerprint: string
      readonly digest: Uint8Array
    }

export type Answer =
  | { readonly note: number }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly thrown: string }

type Unnumbered<A> = A extends { readonly id: number } ? Omit<A, 'id'> : never

export interface DriverProcess {
  readonly driver: Driver<TokenSession>
  /** Return codes the driver had no row for. */
  readonly notes: readonly number[]
  /** One answer a login: whether the driver wiped the PIN it was given. */
  readonly wiped: readonly boolean[]
  readonly pid: number
  /** Ends the process without asking it; unanswered calls reject. Answers the signal that ended it. */
  kill(): Promise<NodeJS.Signals | null>
}

/** `env` is added to the environment before the module is loaded; `entry`: the child's program, when it was bundled. */
export function startDriverProcess(
  module: string,
  env: Readonly<Record<string, string>>,
  entry = fileURLToPath(new URL('./driver-child.ts', import.meta.url)),
): DriverProcess {
  const child = fork(entry, [module], {
    env: { ...process.env, ...env },
    execArgv: [],
    serialization: 'advanced',
  })
  const ended = once(child, 'exit')
  const notes: number[] = []
  const wiped: boolean[] = []
  const ask = asker(child, notes)

  const sessionOf = (session: number): TokenSession => ({
    pinState: () => ask({ session, call: 'pinState' }),
    certificates: () => ask({ session, call: 'certificates' }),
    async login(pin, insist) {
      const { answered, wiped: isWiped } = await ask<{ answered: Result<void>; wiped: boolean }>({
        session,
        call: 'login',
        pin,
        insist,
      })
      wiped.push(isWiped)
      return answered
    },
    changePin: (pin, fresh, insist) => ask({ session, call: 'changePin', pin, fresh, insist }),
    unblock: (pin, fresh, insist) => ask({ session, call: 'unblock', pin, fresh, insist }),
    sign: (fingerprint, digest) => ask({ session, call: 'sign', fingerprint, digest }),
    logout: () => ask({ session, call: 'logout' }),
    close: () => ask({ session, call: 'close' }),
  })

  return {
    driver: {
      name: `${module} in a process of its own`,
      present: (signal) => ask({ call: 'present' }, signal),
      async open(device, signal) {
        const opened = await ask<Result<number>>({ call: 'open', device }, signal)
        return opened.ok ? { ok: true, value: sessionOf(opened.value) } : opened
      },
    },
    notes,
    wiped,
    pid: child.pid ?? -1,
    async kill() {
      child.kill('SIGKILL')
      return (await ended)[1]
    },
  }
}

function asker(child: ChildProcess, notes: number[]) {
  let last = 0
  const open = new Map<number, { resolve: (value: never) => void; reject: (reason: Error) => void }>()
  child.on('message', (answer: Answer) => {
    if ('note' in answer) return void notes.push(answer.note)
    const waiting = open.get(answer.id)
    open.delete(answer.id)
    if ('thrown' in answer) waiting?.reject(new Error(answer.thrown))
    else waiting?.resolve(answer.value as never)
  })
  child.on('exit', () => {
    for (const { reject } of open.values()) reject(new Error('the driver process has ended'))
    open.clear()
  })
  return <T>(question: Unnumbered<Ask>, signal?: AbortSignal): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      last += 1
      const id = last
      open.set(id, { resolve, reject })
      child.send({ ...question, id })
      signal?.addEventListener('abort', () => child.connected && child.send({ abort: id }), { once: true })
    })
}
