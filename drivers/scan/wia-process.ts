// Runs the WIA helper for one order: lines in, lines out, a time limit on silence, and the process is gone at the end.
// It judges nothing; a helper that says something else than the protocol is ended.
import { spawn } from 'node:child_process'
import { stop } from './program.ts'
import { type Order, readLine, type Said, write } from './wia-lines.ts'

export interface HelperOrder {
  readonly program: string
  readonly args: readonly string[]
  readonly order: Order
  readonly silenceMs: number
  readonly graceMs: number
}

/** How the helper ended: told its end or an error code, or why we or fate ended it. */
export type HelperEnd =
  | { readonly is: 'end' }
  | { readonly is: 'error'; readonly code: number }
  /** `gone`: it ended without a word; `garbled`: it said what is not in the protocol. */
  | { readonly is: 'missing' | 'silent' | 'aborted' | 'gone' | 'garbled' }

const LONGEST_LINE = 100_000

/**
 * `hear` gets every fact, one after the other; what it answers is sent down when it has resolved. Rejects only when
 * `hear` did, after the helper was ended.
 */
export function runHelper(
  helper: HelperOrder,
  hear: (said: Said) => Promise<Order | undefined>,
  signal: AbortSignal,
): Promise<HelperEnd> {
  if (signal.aborted) return Promise.resolve({ is: 'aborted' })
  return new Promise((done, failed) => {
    const child = spawn(helper.program, [...helper.args], { stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true })
    let told: HelperEnd | undefined
    let refused: { readonly error: unknown } | undefined
    let hearing = Promise.resolve()
    let clock: NodeJS.Timeout | undefined
    let rest = ''

    const end = (why: HelperEnd) => {
      told ??= why
      clearTimeout(clock)
      child.stdin.end()
      stop(child, helper.graceMs)
    }
    const listen = () => {
      clearTimeout(clock)
      if (told === undefined) clock = setTimeout(() => end({ is: 'silent' }), helper.silenceMs)
    }
    const abort = () => end({ is: 'aborted' })
    const take = async (said: Said) => {
      if (refused !== undefined || told?.is === 'aborted') return
      clearTimeout(clock)
      try {
        const order = await hear(said)
        if (told !== undefined) return
        if (order !== undefined) child.stdin.write(write(order))
        listen()
      } catch (error) {
        refused = { error }
        end({ is: 'aborted' })
      }
    }
    const finish = () => {
      clearTimeout(clock)
      signal.removeEventListener('abort', abort)
      hearing.then(() => (refused === undefined ? done(told ?? { is: 'gone' }) : failed(refused.error)), failed)
    }

    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (text: string) => {
      const lines = (rest + text).split(/\r?\n/)
      rest = lines.pop() ?? ''
      if (rest.length > LONGEST_LINE) return end({ is: 'garbled' })
      for (const line of lines) {
        if (line.trim() === '') continue
        const said = readLine(line)
        if (said === undefined) return end({ is: 'garbled' })
        // What was said before the last word is still heard, in order.
        if (said.say === 'end') hearing = hearing.then(() => end({ is: 'end' }))
        else if (said.say === 'error') hearing = hearing.then(() => end({ is: 'error', code: said.code }))
        else hearing = hearing.then(() => take(said))
      }
    })
    child.stdin.on('error', () => undefined)
    child.once('error', () => {
      told ??= { is: 'missing' }
      finish()
    })
    child.once('close', finish)
    signal.addEventListener('abort', abort, { once: true })
    listen()
    child.stdin.write(write(helper.order))
  })
}
