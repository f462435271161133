// One session per device: the second is told "busy" at once, and the device is free again however the first one ends.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Driver } from '../../drivers/contract.ts'
import { withLease } from '../../main/devices/index.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'

class Session {
  closed = 0
  #secret = 'inner state'
  name(): string {
    return this.#secret
  }
  async close(): Promise<void> {
    this.closed += 1
  }
}
const busy = fail({ kind: 'device', device: 'scan', what: 'busy' })
const absent = fail({ kind: 'device', device: 'scan', what: 'absent' })
const never = new AbortController().signal

/** A driver that opens as the test says; with the sessions it gave out. */
function driver(opening: (device: string) => Promise<Result<Session>> = async () => ok(new Session())) {
  const inner: Driver<Session> = { name: 'a driver', present: async () => ok([]), open: opening }
  return withLease(inner, 'scan')
}
const sessionOf = (opened: Result<Session>): Session => {
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
  return opened.value
}

describe('a device in use', () => {
  test('is busy for a second one, also while the first is still opening; another device is not', async () => {
    const leased = driver()
    const both = await Promise.all([
      leased.open('usb:1', never),
      leased.open('usb:1', never),
      leased.open('usb:2', never),
    ])
    expect(both.map((one) => (one.ok ? 'open' : one))).toEqual(['open', busy, 'open'])
    expect(await leased.open('usb:1', never)).toEqual(busy)
  })
  test('the session works as it would without a lease', async () => {
    const session = sessionOf(await driver().open('usb:1', never))
    expect(session.name()).toBe('inner state')
    expect(session.closed).toBe(0)
    await session.close()
    expect(session.closed).toBe(1)
  })
  test('the driver keeps its name and its listing', async () => {
    const leased = driver()
    expect([leased.name, await leased.present(never)]).toEqual(['a driver', ok([])])
  })
})

describe('a device is free again', () => {
  test('when its session closed, also when closing went wrong', async () => {
    const leased = driver(async () =>
      ok(Object.assign(new Session(), { close: async () => Promise.reject(new Error('unplugged')) })),
    )
    const session = sessionOf(await leased.open('usb:1', never))
    await expect(session.close()).rejects.toThrow('unplugged')
    expect((await leased.open('usb:1', never)).ok).toBe(true)
  })
  test('when it could not be opened, and when the driver has a bug', async () => {
    const answers = [
      async () => absent,
      async () => Promise.reject(new TypeError('a bug')),
      async () => ok(new Session()),
    ]
    const leased = driver(() => (answers.shift() ?? (async () => absent))())
    expect(await leased.open('usb:1', never)).toEqual(absent)
    await expect(leased.open('usb:1', never)).rejects.toThrow('a bug')
    expect((await leased.open('usb:1', never)).ok).toBe(true)
  })
  test('when the signal of the whole session was given', async () => {
    const leased = driver()
    const control = new AbortController()
    sessionOf(await leased.open('usb:1', control.signal))
    control.abort()
    expect((await leased.open('usb:1', never)).ok).toBe(true)
  })
  test('when the signal was given while it was still opening', async () => {
    let finish: (result: Result<Session>) => void = () => undefined
    const leased = driver((device) =>
      device === 'slow'
        ? new Promise((resolve) => {
            finish = resolve
          })
        : Promise.resolve(ok(new Session())),
    )
    const control = new AbortController()
    const opening = leased.open('slow', control.signal)
    control.abort()
    finish(ok(new Session()))
    await opening
    const again = leased.open('slow', never)
    finish(ok(new Session()))
    expect((await again).ok).toBe(true)
  })
})

describe('a session that has ended', () => {
  test('does not free the device of the next one by closing a second time', async () => {
    const leased = driver()
    const first = sessionOf(await leased.open('usb:1', never))
    await first.close()
    sessionOf(await leased.open('usb:1', never))
    await first.close()
    expect(await leased.open('usb:1', never)).toEqual(busy)
  })
  test('nor by its signal, given after it closed', async () => {
    const leased = driver()
    const control = new AbortController()
    const first = sessionOf(await leased.open('usb:1', control.signal))
    await first.close()
    sessionOf(await leased.open('usb:1', never))
    control.abort()
    expect(await leased.open('usb:1', never)).toEqual(busy)
  })
})

test('any order of opening and closing: never two sessions on one device, never a device lost', async () => {
  const step = fc.record({ device: fc.constantFrom('usb:1', 'usb:2'), act: fc.constantFrom('open', 'close') })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const leased = driver()
      const held = new Map<string, Session>()
      for (const { device, act } of steps) {
        const mine = held.get(device)
        if (act === 'close') {
          await mine?.close()
          held.delete(device)
          continue
        }
        const opened = await leased.open(device, never)
        expect(opened.ok).toBe(mine === undefined)
        if (opened.ok) held.set(device, opened.value)
        else expect(opened).toEqual(busy)
      }
    }),
  )
})
