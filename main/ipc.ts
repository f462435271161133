// The door between the window and main. Every call passes, in this order: is it our window's main frame at our origin →
// is the person signed in and allowed → has the argument exactly the shape → handler. Nothing is thrown across.
import { randomBytes } from 'node:crypto'
import { type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron'
import { allowed, type Call, type Caller, channel, type News } from '../preload/contract/border.ts'
import { contract, type Handlers, type Tell } from '../preload/contract/index.ts'
import { fail, type Result, refuse } from '../preload/contract/result.ts'
import { type Log, traceOf } from './log.ts'
import { isDamage, isFull } from './storage/index.ts'

export const ORIGIN = 'quay://counter'

/** Eight letters to read out on the telephone; no digits, which the log would mask. */
const shortReference = (): string => Array.from(randomBytes(8), (byte) => 'abcdefghjkmnpqrstuvwxyz'[byte % 23]).join('')

const isOurs = (event: IpcMainInvokeEvent, window: WebContents | null): boolean =>
  window !== null &&
  event.sender === window &&
  event.senderFrame === window.mainFrame &&
  event.senderFrame?.url.startsWith(`${ORIGIN}/`) === true

export function answerCalls(parts: {
  readonly window: () => WebContents | null
  readonly caller: () => Caller | null
  /** Null for a station whose store is not open yet. */
  readonly handlers: () => Partial<Handlers>
  readonly log: Log
}): void {
  const { log } = parts
  for (const [station, declared] of Object.entries(contract))
    for (const [name, one] of Object.entries(declared) as [string, Call | News][]) {
      if (one.is !== 'call') continue
      ipcMain.handle(channel(station, name), async (event, raw: unknown): Promise<Result<unknown>> => {
        if (!isOurs(event, parts.window())) {
          log('ipc.foreign-sender', { channel: channel(station, name) })
          return refuse('not-signed-in')
        }
        const person = allowed(one.may, parts.caller())
        if (!person.ok) return person
        const ask = one.ask.safeParse(raw)
        if (!ask.success) {
          log('ipc.malformed', {
            channel: channel(station, name),
            at: ask.error.issues.map((issue) => issue.path.join('.')).join(','),
          })
          return fail({ kind: 'malformed', what: 'argument' })
        }
        const handlers = parts.handlers()[station as keyof Handlers] as
          | Record<string, (ask: unknown, caller: Caller) => unknown>
          | undefined
        const handler = handlers?.[name]
        if (handler === undefined) return fail({ kind: 'storage', what: 'locked' })
        try {
          return (await handler(ask.data, person.value)) as Result<unknown>
        } catch (error) {
          if (isFull(error)) return fail({ kind: 'storage', what: 'full' })
          if (isDamage(error)) return fail({ kind: 'storage', what: 'damaged' })
          const ref = shortReference()
          log('ipc.bug', { ref, channel: channel(station, name), ...traceOf(error) })
          return fail({ kind: 'bug', ref })
        }
      })
    }
}

/** `tell.scan.changed(pages)`: news for the window, checked by the contract before they leave. */
export function tellWindow(window: () => WebContents | null, log: Log): Tell {
  const entries = Object.entries(contract).map(([station, declared]) => [
    station,
    Object.fromEntries(
      (Object.entries(declared) as [string, Call | News][])
        .filter(([, one]) => one.is === 'news')
        .map(([name, one]) => [
          name,
          (value: unknown) => {
            const checked = (one as News).value.safeParse(value)
            if (!checked.success) return log('ipc.news-malformed', { channel: channel(station, name) })
            const to = window()
            if (to !== null && !to.isDestroyed()) to.send(channel(station, name), checked.data)
          },
        ]),
    ),
  ])
  return Object.fromEntries(entries) as Tell
}
