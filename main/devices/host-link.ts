// Main's end of a device host: asks by number, answers by number, events in between; restarts a host that died.
// A dead host answers every waiting ask with "removed"; a hanging one is killed by whoever gives the time limit.
import { z } from 'zod'
import type { DeviceKind } from '../../drivers/contract.ts'
import { FromHost, type HostVerb, type ToHost } from '../../preload/contract/host.ts'
import { fail, type Result, resultOf } from '../../preload/contract/result.ts'
import type { PinTask } from '../../preload/contract/signature.ts'
import type { Log } from '../log.ts'

/** A started process, whatever starts it (an Electron utility process, or a forked Node process in tests). */
export interface HostProcess {
  send(message: ToHost, ports?: readonly unknown[]): void
  onMessage(listener: (message: unknown) => void): void
  onExit(listener: () => void): void
  kill(): void
}

export interface HostLink {
  ask(verb: HostVerb, session: string | null, argument: unknown, options?: AskOptions): Promise<Result<unknown>>
  /**
   * Hands the PIN window's port to the host; answers when the PIN was tried or the window was closed. `silence` counts from
   * the moment something was typed: a person may read the window as long as they like.
   */
  passPinPort(given: PinPort, silence: number): Promise<Result<unknown>>
  onNudge(listener: () => void): () => void
  /** Ends the process at once; the next ask starts a new one. Sessions are gone. */
  kill(): void
  stop(): void
}

export interface PinPort {
  readonly session: string
  readonly task: PinTask
  /** Spend the last try of a login. */
  readonly insist: boolean
  readonly port: unknown
}

export interface AskOptions {
  readonly signal?: AbortSignal
  readonly progress?: (value: unknown) => void
  /** Must resolve before the host may hand over the next page. */
  readonly page?: (value: unknown) => Promise<void>
  /** Milliseconds of silence after which the host is killed and `timeout` answered. */
  readonly silence?: number
  /** Silence counts from the first event only. */
  readonly patient?: boolean
}

interface Waiting {
  readonly settle: (result: Result<unknown>) => void
  readonly options: AskOptions
  timer: NodeJS.Timeout | null
  readonly abort: (() => void) | null
}

const Answer = resultOf(z.unknown())

export function linkHost(kind: DeviceKind, start: () => HostProcess, log: Log): HostLink {
  let process: HostProcess | null = null
  let counter = 0
  let stopped = false
  const waiting = new Map<number, Waiting>()
  const nudges = new Set<() => void>()

  const end = (id: number, result: Result<unknown>): void => {
    const ask = waiting.get(id)
    if (ask === undefined) return
    waiting.delete(id)
    if (ask.timer !== null) clearTimeout(ask.timer)
    if (ask.abort !== null) ask.options.signal?.removeEventListener('abort', ask.abort)
    ask.settle(result)
  }
  const endAll = (what: 'removed' | 'timeout'): void => {
    for (const id of [...waiting.keys()]) end(id, fail({ kind: 'device', device: kind, what }))
  }
  const watchSilence = (id: number): void => {
    const ask = waiting.get(id)
    if (ask?.options.silence === undefined) return
    if (ask.timer !== null) clearTimeout(ask.timer)
    ask.timer = setTimeout(() => {
      log('devices.host-silent', { kind })
      const dead = process
      process = null
      endAll('timeout')
      dead?.kill()
    }, ask.options.silence)
  }
  function receive(raw: unknown): void {
    const parsed = FromHost.safeParse(raw)
    if (!parsed.success) {
      log('devices.host-malformed', { kind })
      return
    }
    const message = parsed.data
    switch (message.is) {
      case 'nudge':
        for (const nudge of nudges) nudge()
        return
      case 'note':
        log('devices.note', { kind, code: message.code.replaceAll(' ', '_') })
        return
      case 'answer': {
        const answer = Answer.safeParse(message.result)
        end(message.id, answer.success ? (answer.data as Result<unknown>) : fail({ kind: 'malformed', what: 'answer' }))
        return
      }
      case 'event': {
        watchSilence(message.id)
        const ask = waiting.get(message.id)
        if (message.event === 'progress') {
          ask?.options.progress?.(message.value)
          return
        }
        const number = (message.value as { number?: number }).number ?? 0
        void ask?.options.page?.(message.value).then(
          () => process?.send({ is: 'taken', id: message.id, page: number }),
          () => {
            process?.send({ is: 'abort', id: message.id })
          },
        )
        return
      }
    }
  }
  function running(): HostProcess {
    if (process !== null) return process
    const started = start()
    started.onMessage((message) => {
      if (process === started) receive(message)
    })
    started.onExit(() => {
      if (process !== started) return
      process = null
      log('devices.host-ended', { kind })
      endAll('removed')
      if (!stopped) for (const nudge of nudges) setTimeout(nudge, 500)
    })
    process = started
    return started
  }
  function ask(
    message: (id: number) => ToHost,
    options: AskOptions,
    ports?: readonly unknown[],
  ): Promise<Result<unknown>> {
    if (stopped || options.signal?.aborted)
      return Promise.resolve(fail({ kind: 'device', device: kind, what: 'removed' }))
    counter += 1
    const id = counter
    return new Promise((settle) => {
      const abort = options.signal === undefined ? null : () => process?.send({ is: 'abort', id })
      waiting.set(id, { settle, options, timer: null, abort })
      if (options.patient !== true) watchSilence(id)
      if (abort !== null) options.signal?.addEventListener('abort', abort, { once: true })
      running().send(message(id), ports)
    })
  }
  return {
    ask: (verb, session, argument, options = {}) => ask((id) => ({ is: 'ask', id, verb, session, argument }), options),
    passPinPort: ({ port, ...given }, silence) =>
      ask((id) => ({ is: 'pin-port', id, ...given }), { silence, patient: true }, [port]),
    onNudge: (listener) => {
      nudges.add(listener)
      return () => nudges.delete(listener)
    },
    kill: () => {
      const dead = process
      process = null
      endAll('removed')
      dead?.kill()
      for (const nudge of nudges) nudge()
    },
    stop: () => {
      stopped = true
      endAll('removed')
      process?.kill()
      process = null
    },
  }
}
