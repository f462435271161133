// Main's end of a device host, over a real process: every ask is answered, also when the host dies, hangs or talks nonsense.
import { type ChildProcess, fork } from 'node:child_process'
import { getEventListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import type { AskOptions } from '../../main/devices/host-link.ts'
import { type HostLink, type HostProcess, linkHost } from '../../main/devices/index.ts'
import { fail, ok } from '../../preload/contract/result.ts'

const removed = fail({ kind: 'device', device: 'scan', what: 'removed' })
const timeout = fail({ kind: 'device', device: 'scan', what: 'timeout' })
const open: { link: HostLink; children: ChildProcess[] }[] = []
afterEach(() => {
  for (const { link, children } of open.splice(0)) {
    link.stop()
    for (const child of children) child.kill('SIGKILL')
  }
})

function host() {
  const children: ChildProcess[] = []
  const logged: string[] = []
  const start = (): HostProcess => {
    const child = fork(fileURLToPath(new URL('./host-child.ts', import.meta.url)), [], { execArgv: [] })
    children.push(child)
    return {
      send: (message) => void child.send(message, () => undefined),
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void child.on('exit', listener),
      kill: () => void child.kill('SIGKILL'),
    }
  }
  const link = linkHost('scan', start, (event, facts) => logged.push(`${event} ${JSON.stringify(facts)}`))
  open.push({ link, children })
  const ask = (what: string, argument: unknown = null, options?: AskOptions) =>
    link.ask('scan.scan', what, argument, options)
  return { link, children, logged, ask }
}

describe('a healthy host', () => {
  test('is started by the first ask, once, and answers each ask with its own answer', async () => {
    const { ask, children } = host()
    expect(children).toHaveLength(0)
    const answers = await Promise.all(Array.from({ length: 20 }, (_, count) => ask('echo', { count })))
    expect(answers).toEqual(Array.from({ length: 20 }, (_, count) => ok({ count })))
    expect(children).toHaveLength(1)
  })
  test('tells its progress on the way', async () => {
    const { ask } = host()
    const seen: unknown[] = []
    expect(await ask('progress', null, { progress: (value) => seen.push(value) })).toEqual(ok(null))
    expect(seen).toEqual([10, 50, 100])
  })
  test('nudges those who listen, and no longer those who stopped; its notes go to the log', async () => {
    const { ask, link, logged } = host()
    const heard: string[] = []
    link.onNudge(() => heard.push('one'))
    const stop = link.onNudge(() => heard.push('other'))
    await ask('nudge')
    stop()
    await ask('nudge')
    expect(heard).toEqual(['one', 'other', 'one'])
    expect(logged.join()).toMatch(/devices\.note .*"code":"sane.9"/)
  })
  test('gets the PIN window’s port, what is to be done with it, and the word whether to insist', async () => {
    const { link } = host()
    const given = { session: 'any', task: 'change', insist: true, port: {} } as const
    expect(await link.passPinPort(given, 1000)).toEqual(ok({ task: 'change', insist: true }))
  })
})

describe('pages', () => {
  test('the next one comes only after the last is safe', async () => {
    const { ask } = host()
    const order: string[] = []
    const answer = await ask('pages', 4, {
      page: async (value) => {
        const { number } = value as { number: number }
        order.push(`page ${number}`)
        await pause(20)
        order.push(`safe ${number}`)
      },
    })
    expect(order).toEqual([1, 2, 3, 4].flatMap((number) => [`page ${number}`, `safe ${number}`]))
    expect(answer).toEqual(ok({ pages: 4, taken: [1, 2, 3, 4] }))
  })
  test('one that could not be made safe stops the run: no further page comes', async () => {
    const { ask } = host()
    const seen: unknown[] = []
    const answer = await ask('pages', 4, {
      page: async (value) => {
        seen.push(value)
        if (seen.length === 2) throw new Error('the disk is full')
      },
    })
    expect(answer).toEqual(removed)
    expect(seen).toEqual([{ number: 1 }, { number: 2 }])
    expect(await ask('aborted')).toEqual(ok(1))
  })
})

describe('an aborted ask', () => {
  test('is told to the host, which answers it', async () => {
    const { ask } = host()
    const control = new AbortController()
    const waiting = ask('hang', null, { signal: control.signal })
    expect((await ask('pid')).ok).toBe(true)
    control.abort()
    expect(await waiting).toEqual(removed)
    expect(await ask('aborted')).toEqual(ok(1))
  })
  test('that was aborted before it was asked never reaches a host', async () => {
    const { ask, children } = host()
    expect(await ask('echo', 1, { signal: AbortSignal.abort() })).toEqual(removed)
    expect(children).toHaveLength(0)
  })
  test('an answered ask leaves nothing behind on a signal that lives as long as the program', async () => {
    const { ask } = host()
    const control = new AbortController()
    for (let count = 0; count < 5; count += 1) await ask('echo', count, { signal: control.signal })
    expect(getEventListeners(control.signal, 'abort')).toHaveLength(0)
  })
})

describe('a host that dies', () => {
  test('answers every waiting ask with "removed"; the next ask starts a new one', async () => {
    const { ask, children, logged } = host()
    const waiting = [ask('hang'), ask('hang'), ask('die')]
    expect(await Promise.all(waiting)).toEqual([removed, removed, removed])
    expect(logged).toEqual(['devices.host-ended {"kind":"scan"}'])
    const pid = await ask('pid')
    expect(pid).toEqual(ok(children[1]?.pid))
    expect(children).toHaveLength(2)
  })
  test('killed from outside in the middle of its pages, it is a removed device too', async () => {
    const { ask, children } = host()
    const seen: unknown[] = []
    const answer = await ask('pages', 9, {
      page: async (value) => {
        seen.push(value)
        if (seen.length === 3) children[0]?.kill('SIGKILL')
      },
    })
    expect(answer).toEqual(removed)
    expect(seen.length).toBeGreaterThanOrEqual(3)
  })
  test('is worth a new look: a nudge follows', async () => {
    const { ask, link } = host()
    const nudged = new Promise<void>((resolve) => void link.onNudge(resolve))
    await ask('die')
    await nudged
  })
})

describe('a host that hangs', () => {
  test('is killed after its silence, and the ask answered with "timeout"; the others too, their device is gone', async () => {
    const { ask, children, logged } = host()
    await ask('pid')
    const dead = new Promise((resolve) => children[0]?.on('exit', (_, signal) => resolve(signal)))
    expect(await Promise.all([ask('hang', null, { silence: 50 }), ask('hang')])).toEqual([timeout, timeout])
    expect(await dead).toBe('SIGKILL')
    expect(logged).toEqual(['devices.host-silent {"kind":"scan"}'])
    expect(await ask('pid')).toEqual(ok(children[1]?.pid))
  })
  test('is not one that works slowly but tells of it', async () => {
    const { ask, children } = host()
    await ask('pid')
    // Six beats of 0.3 s each: longer than the allowed silence, but never silent for it.
    expect(await ask('slowly', null, { silence: 1500, progress: () => undefined })).toEqual(ok('done'))
    expect(children).toHaveLength(1)
  })
})

describe('a host that talks nonsense', () => {
  test('is not believed: unknown messages are logged, foreign answers dropped, the true one taken', async () => {
    const { ask, logged } = host()
    expect(await ask('nonsense')).toEqual(ok('after nonsense'))
    expect(logged).toEqual(Array(5).fill('devices.host-malformed {"kind":"scan"}'))
  })
  test('an answer outside the closed list is "malformed"', async () => {
    const { ask } = host()
    expect(await ask('something else')).toEqual(fail({ kind: 'malformed', what: 'answer' }))
  })
})

describe('ending a host', () => {
  test('kill: sessions are gone at once, listeners look again, the next ask starts a new process', async () => {
    const { ask, link, children } = host()
    const first = await ask('pid')
    const heard: string[] = []
    link.onNudge(() => heard.push('look'))
    const waiting = ask('hang')
    link.kill()
    expect(await waiting).toEqual(removed)
    expect(heard).toEqual(['look'])
    expect(await ask('pid')).not.toEqual(first)
    expect(children).toHaveLength(2)
  })
  test('stop: everything is answered and nothing is started any more', async () => {
    const { ask, link, children } = host()
    await ask('pid')
    const waiting = ask('hang')
    link.stop()
    expect(await waiting).toEqual(removed)
    expect(await ask('pid')).toEqual(removed)
    expect(children).toHaveLength(1)
  })
})
