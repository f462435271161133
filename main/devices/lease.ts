// One session per device: a second one is told "busy" at once instead of waiting on a driver.
import type { DeviceId, Driver } from '../../drivers/contract.ts'
import { fail, type Result } from '../../preload/contract/result.ts'

interface Closable {
  close(): Promise<void>
}

export function withLease<Session extends Closable>(
  driver: Driver<Session>,
  kind: 'card' | 'scan' | 'signature',
): Driver<Session> {
  const held = new Map<DeviceId, symbol>()
  return {
    ...driver,
    open: async (device, signal): Promise<Result<Session>> => {
      if (held.has(device)) return fail({ kind: 'device', device: kind, what: 'busy' })
      const mine = Symbol(device)
      held.set(device, mine)
      // Only the lease of this very session: a second close, or its signal given later, must not free the next one's.
      const release = (): void => {
        if (held.get(device) === mine) held.delete(device)
      }
      const opened = await driver.open(device, signal).catch((error: unknown) => {
        release()
        throw error
      })
      if (!opened.ok) {
        release()
        return opened
      }
      if (signal.aborted) release()
      else signal.addEventListener('abort', release, { once: true })
      return { ok: true, value: closingWith(opened.value, release) }
    },
  }
}

/** The same session, whatever it is made of, that also releases the device when it closes. */
const closingWith = <Session extends Closable>(session: Session, release: () => void): Session =>
  new Proxy(session, {
    get: (target, name) => {
      if (name === 'close') return () => target.close().finally(release)
      const part: unknown = Reflect.get(target, name, target)
      return typeof part === 'function' ? part.bind(target) : part
    },
  })
