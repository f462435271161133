// The whole way of a PIN, but for the glass: main's end (`linkHost`, `remoteToken`), the real `drivers/host.ts` in a process of
// its own, the real PKCS#11 driver, and a person who types into the PIN window's port.
import { type ChildProcess, fork } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Driver } from '../../drivers/contract.ts'
import {
  type HostLink,
  type HostProcess,
  linkHost,
  remoteToken,
  type SigningSession,
} from '../../main/devices/index.ts'
import type { Result } from '../../preload/contract/result.ts'
import { PinAnswer } from '../../preload/contract/signature.ts'
import type { FromParentPort, ToParentPort } from './parent-port.ts'

export interface TokenHost {
  readonly driver: Driver<SigningSession>
  /** Below the driver: whoever uses it keeps the process, whatever PIN it has seen. */
  readonly link: HostLink
  /** Everything main received from the host, to look for PINs in. */
  readonly heard: readonly unknown[]
  /** What the log was told. */
  readonly logged: readonly string[]
  /** The host processes so far, the last one may be alive. */
  readonly children: readonly ChildProcess[]
  stop(): void
}

/** A person in front of the PIN window. */
export interface PinWindow {
  /** To be given to the session, as main gives the port. */
  readonly port: unknown
  /** Types and presses Enter; answers what the window was told. */
  type(pin: string, more?: { readonly newPin?: string; readonly insist?: boolean }): Promise<PinAnswer>
  /** Anything else a broken window might send. */
  send(data: unknown): void
  close(): void
  /** After an answer: nothing of what was typed is left in the buffers of the host. */
  readonly wiped: boolean
}

interface Glass {
  readonly number: number
  child: ChildProcess | null
  readonly answers: ((answer: unknown) => void)[]
  wiped: boolean
}

let windows = 0

export function openPinWindow(): PinWindow {
  windows += 1
  const glass: Glass = { number: windows, child: null, answers: [], wiped: false }
  const send = (message: ToParentPort): void => void glass.child?.send(message, () => undefined)
  const say = (data: unknown) => send({ is: 'typed', port: glass.number, data })
  return {
    port: glass,
    type: (pin, { newPin, insist } = {}) =>
      new Promise((resolve) => {
        glass.answers.push((answer) => resolve(PinAnswer.parse(answer)))
        say({
          pin: bytes(pin),
          ...(newPin === undefined ? {} : { newPin: bytes(newPin) }),
          ...(insist === true ? { insist } : {}),
        })
      }),
    send: say,
    close: () => send({ is: 'closed', port: glass.number }),
    get wiped() {
      return glass.wiped
    },
  }
}

const bytes = (text: string): Uint8Array => Uint8Array.from(new TextEncoder().encode(text))

/** `env` is added to the environment before the library is loaded. */
export function startTokenHost(module: string, env: Readonly<Record<string, string>>): TokenHost {
  const children: ChildProcess[] = []
  const heard: unknown[] = []
  const logged: string[] = []
  const glasses = new Map<number, Glass>()

  const start = (): HostProcess => {
    const shim = new URL('./parent-port.ts', import.meta.url).href
    const child = fork(fileURLToPath(new URL('../../drivers/host.ts', import.meta.url)), ['signature', module], {
      // The host is started anew after every PIN: its sources are compiled once.
      env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'quay-compiled'), ...env },
      execArgv: ['--import', shim],
      serialization: 'advanced',
    })
    children.push(child)
    return {
      send: (data, ports = []) => {
        const glass = (ports[0] ?? null) as Glass | null
        if (glass !== null) {
          glass.child = child
          glasses.set(glass.number, glass)
        }
        const message: ToParentPort = { is: 'message', data, port: glass?.number ?? null }
        child.send(message, () => undefined)
      },
      onMessage: (listener) =>
        void child.on('message', (message: FromParentPort) => {
          if (message.is === 'message') {
            heard.push(message.data)
            return listener(message.data)
          }
          const glass = glasses.get(message.port)
          if (glass === undefined) return
          glass.wiped = message.bare
          glass.answers.shift()?.(message.data)
        }),
      onExit: (listener) => void child.on('exit', listener),
      kill: () => void child.kill('SIGKILL'),
    }
  }
  const link = linkHost('signature', start, (event, facts) => logged.push(`${event} ${JSON.stringify(facts)}`))
  return { driver: remoteToken(link), link, heard, logged, children, stop: () => link.stop() }
}

/** One window, one entry: what main hears, and what the window was told. */
export async function enter(
  give: (port: unknown) => Promise<Result<unknown>>,
  pin: string,
  more: { readonly newPin?: string; readonly insist?: boolean } = {},
): Promise<{ readonly main: Result<unknown>; readonly window: PinAnswer; readonly wiped: boolean }> {
  const glass = openPinWindow()
  const main = give(glass.port)
  const window = await glass.type(pin, more)
  return { main: await main, window, wiped: glass.wiped }
}
