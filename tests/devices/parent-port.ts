// Loaded before drivers/host.ts in a plain Node process: Electron's `process.parentPort`, over the channel of `fork`.
// A MessagePort cannot travel there, so the PIN window's end stays with the parent and is spoken for by number.
import { EventEmitter } from 'node:events'

/** Parent → host process. `port`: the PIN window that comes along with the message. */
export type ToParentPort =
  | { readonly is: 'message'; readonly data: unknown; readonly port: number | null }
  | { readonly is: 'typed'; readonly port: number; readonly data: unknown }
  | { readonly is: 'closed'; readonly port: number }

/** Host process → parent. `bare`: what was typed is all zeros once the host has answered. */
export type FromParentPort =
  | { readonly is: 'message'; readonly data: unknown }
  | { readonly is: 'answered'; readonly port: number; readonly data: unknown; readonly bare: boolean }

const say = (message: FromParentPort): void => void process.send?.(message)
const windows = new Map<number, EventEmitter>()
const typed = new Map<number, { readonly pin?: unknown; readonly newPin?: unknown }>()
const bare = (bytes: unknown): boolean => !(bytes instanceof Uint8Array) || bytes.every((byte) => byte === 0)

function windowEnd(number: number): EventEmitter {
  const end = new EventEmitter()
  windows.set(number, end)
  return Object.assign(end, {
    start: () => undefined,
    postMessage: (data: unknown) => {
      const { pin, newPin } = typed.get(number) ?? {}
      say({ is: 'answered', port: number, data, bare: bare(pin) && bare(newPin) })
    },
  })
}

const port = Object.assign(new EventEmitter(), {
  postMessage: (data: unknown) => say({ is: 'message', data }),
})

process.on('message', (message: ToParentPort) => {
  switch (message.is) {
    case 'message':
      return port.emit('message', {
        data: message.data,
        ports: message.port === null ? [] : [windowEnd(message.port)],
      })
    case 'typed':
      typed.set(message.port, (message.data ?? {}) as { pin?: unknown; newPin?: unknown })
      return windows.get(message.port)?.emit('message', { data: message.data })
    case 'closed':
      return windows.get(message.port)?.emit('close')
  }
})

Object.defineProperty(process, 'parentPort', { value: port })
