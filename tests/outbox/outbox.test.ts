// The outbox on the real store: what was promised is sent in order until the province answers with its id, and never lost.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { operatorSetting } from '../../main/operator/table.ts'
import type { Delivered } from '../../main/outbox/index.ts'
import { outboxParcel } from '../../main/outbox/table.ts'
import { type Failure, fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import { storeIn } from '../storage/store.ts'
import { aParcel, type Deliver, FILE, newFolder, office, province, runSender, tidy, UNREACHABLE } from './scene.ts'

afterEach(tidy)

describe('a promise', () => {
  test('is made in the transaction of the fact, kept whole, and delivered with its id', async () => {
    const { put, list, outbox, quiet, storage, told, audit } = office()
    const { sent, deliver } = province()
    const [id = ''] = put({ ...aParcel('A'), kind: 'returned' })
    const waiting = {
      id,
      lane: 'A',
      laneName: 'TAM-A',
      kind: 'returned',
      state: 'waiting',
      tries: 0,
      createdAt: '2026-11-21T03:00:00.000Z',
      notBefore: null,
      failure: null,
      provinceId: null,
      deliveredAt: null,
    }
    expect(list()).toMatchObject([waiting])
    const row = storage.read((r) => r.select().from(outboxParcel).get())
    expect([row?.body, row?.bodyHash, row?.files]).toEqual([
      '{"title":"Bằng tốt nghiệp"}',
      createHash('sha256').update('{"title":"Bằng tốt nghiệp"}').digest('hex'),
      `["${FILE}"]`,
    ])
    outbox.start(deliver)
    await quiet()
    expect(sent).toMatchObject([{ id, lane: 'A', kind: 'returned', body: { title: 'Bằng tốt nghiệp' }, files: [FILE] }])
    expect(list()).toMatchObject([
      { ...waiting, state: 'delivered', tries: 1, provinceId: 'H55-1', deliveredAt: '2026-11-21T03:00:00.000Z' },
    ])
    expect(told.at(-1)).toEqual({
      waiting: 0,
      sending: 0,
      needsPerson: 0,
      delivered: 1,
      lastDeliveredAt: '2026-11-21T03:00:00.000Z',
    })
    expect(audit()).toEqual(['outbox.delivered A'])
  })

  test('of a transaction that was taken back was never made', async () => {
    const { storage, outbox, list, quiet } = office()
    const { sent, deliver } = province()
    outbox.start(deliver)
    expect(() =>
      storage.write((w) => {
        outbox.put(w, aParcel('A'))
        throw new Error('no')
      }),
    ).toThrow('no')
    await quiet()
    expect([list(), sent]).toEqual([[], []])
  })

  test('is not sent before sending was started: handlers first, then resume', async () => {
    const { put, outbox, quiet, states } = office()
    put(aParcel('A'))
    await quiet()
    outbox.wake()
    await quiet()
    expect(states()).toEqual(['waiting'])
  })

  test('what the next station remembers is written together with the delivery', async () => {
    const { put, outbox, quiet, storage } = office()
    put(aParcel('A'))
    const remember: Delivered['remember'] = (w) =>
      void w.insert(operatorSetting).values({ key: 'dossier', value: 'H55-9' }).run()
    outbox.start(async () => ok({ provinceId: 'H55-9', remember }))
    await quiet()
    expect(storage.read((r) => r.select().from(operatorSetting).all())).toEqual([{ key: 'dossier', value: 'H55-9' }])
  })

  test('its size counts the bytes of its body, not its letters', () => {
    const { put, list } = office()
    put(aParcel('A', 'Giấy khai sinh'))
    expect(list()[0]?.bytes).toBe(Buffer.byteLength('{"title":"Giấy khai sinh"}') + 1000)
  })
})

describe('a failure', () => {
  test('that time heals: tried again with the same id, later each time, and the reason is kept in sight', async () => {
    const { put, list, outbox, clock, quiet } = office()
    const { ids, deliver } = province(UNREACHABLE, UNREACHABLE, UNREACHABLE)
    const [id] = put(aParcel('A'))
    outbox.start((parcel) => (parcel.lane === 'A' ? deliver(parcel) : Promise.resolve(ok({ provinceId: 'H55-0' }))))
    for (const [tries, seconds] of [
      [1, 2],
      [2, 4],
      [3, 8],
    ] as const) {
      await quiet()
      const due = new Date(clock.at + seconds * 1000).toISOString()
      expect(list()[0]).toMatchObject({
        id,
        state: 'waiting',
        tries,
        notBefore: due,
        failure: { kind: 'unreachable', system: 'province' },
      })
      clock.at += seconds * 1000 - 1
      put(aParcel('another lane makes it look again, too early'))
      await quiet()
      expect(ids()).toHaveLength(tries)
      clock.at += 1
      put(aParcel('and again, in time'))
    }
    await quiet()
    expect(list()[0]).toMatchObject({ id, state: 'delivered', tries: 4, failure: null, notBefore: null })
    expect(ids()).toEqual([id, id, id, id])
  })

  test('the network is back: nobody waits for the end of a wait', async () => {
    const { put, states, outbox, quiet } = office()
    const { ids, deliver } = province(UNREACHABLE, UNREACHABLE)
    put(aParcel('A'), aParcel('B'))
    outbox.start(deliver)
    await quiet()
    expect(states()).toEqual(['waiting', 'waiting'])
    outbox.wake()
    await quiet()
    expect(states()).toEqual(['delivered', 'delivered'])
    expect(ids()).toHaveLength(4)
  })

  test('the wait ends by itself too', async () => {
    const { put, states, outbox, clock, quiet } = office()
    const { deliver } = province(UNREACHABLE)
    put(aParcel('A'))
    outbox.start(deliver)
    await quiet()
    // The timer set for two seconds from "now" finds the clock two minutes on.
    clock.at += 120_000
    put(aParcel('B'))
    await quiet()
    expect(states()).toEqual(['delivered', 'delivered'])
  })

  test('that says no: waits for a person, holds only its own lane, goes on in order when a person says again', async () => {
    const { put, states, outbox, quiet, audit, list } = office()
    const { ids, deliver } = province(refuse('province-refused'))
    const [a1 = '', a2, b1, b2] = put(aParcel('A'), aParcel('A'), aParcel('B'), aParcel('B'))
    outbox.start(deliver)
    await quiet()
    outbox.wake()
    await quiet()
    expect(states()).toEqual(['needs-a-person', 'waiting', 'delivered', 'delivered'])
    expect(list()[0]?.failure).toEqual({ kind: 'refused', rule: 'province-refused' })
    outbox.retry(a1, 'operator-lan')
    await quiet()
    expect(ids()).toEqual([a1, b1, b2, a1, a2])
    expect(states()).toEqual(Array(4).fill('delivered'))
    expect(audit().filter((row) => row.startsWith('outbox.retried'))).toEqual([`outbox.retried ${a1}`])
  })

  test('to say again what was delivered changes nothing', async () => {
    const { put, outbox, quiet, list } = office()
    const { ids, deliver } = province()
    const [id = ''] = put(aParcel('A'))
    outbox.start(deliver)
    await quiet()
    const before = list()
    outbox.retry(id, 'operator-lan')
    await quiet()
    expect([list(), ids()]).toEqual([before, [id]])
  })

  test('an answer without an id is no success', async () => {
    const { put, outbox, quiet, list, audit } = office()
    const [id] = put(aParcel('A'))
    outbox.start(province(ok({ provinceId: '' })).deliver)
    await quiet()
    expect(list()).toMatchObject([
      {
        id,
        state: 'needs-a-person',
        tries: 1,
        provinceId: null,
        deliveredAt: null,
        failure: { kind: 'malformed', what: 'answer' },
      },
    ])
    expect(audit()).toEqual([])
  })

  test('a thrown bug keeps the parcel, and its text stays out of the log', async () => {
    const { put, outbox, quiet, list, logged, clock } = office()
    const [id] = put(aParcel('A'))
    let calls = 0
    outbox.start(async () => {
      calls += 1
      if (calls === 1) throw new TypeError('Nguyễn Thị Mẫu is not a function')
      return ok({ provinceId: 'H55-1' })
    })
    await quiet()
    expect(list()).toMatchObject([{ id, state: 'waiting', tries: 1, failure: { kind: 'bug' } }])
    expect(logged.join('\n')).toContain('TypeError')
    expect(logged.join('\n')).not.toContain('Mẫu')
    clock.at += 2_000
    outbox.wake()
    await quiet()
    expect(list()).toMatchObject([{ id, state: 'delivered' }])
  })

  test('a bug in what is remembered keeps the parcel moving, and no error is left uncaught', async () => {
    const lines = await runSender('forget', storeIn(newFolder()), join(newFolder(), 'province.txt'))
    expect(lines).toEqual(['delivered delivered delivered'])
  })

  test('after the network came back the waits begin again at two seconds', async () => {
    const { put, list, outbox, clock, quiet } = office()
    put(aParcel('A'))
    outbox.start(async () => UNREACHABLE)
    for (let count = 0; count < 8; count += 1) {
      await quiet()
      outbox.wake()
    }
    await quiet()
    expect(list()[0]?.notBefore).toBe(new Date(clock.at + 2000).toISOString())
  })

  test('to be woken in the moment of falling asleep is not missed', async () => {
    const first = office()
    first.put(aParcel('A'))
    first.outbox.start(async () => UNREACHABLE)
    await first.quiet()
    await first.end()
    const next = office(first.store)
    next.outbox.start(province().deliver)
    next.outbox.wake()
    await next.quiet()
    expect(next.states()).toEqual(['delivered'])
  })
})

describe('a restart', () => {
  test('an interrupted upload goes on where it was', async () => {
    const first = office()
    const [id] = first.put(aParcel('A'))
    first.outbox.start(async (parcel) => {
      expect(parcel.upload(FILE).get()).toBe(null)
      parcel.upload(FILE).set('https://tinh.vi-du.vn/files/17')
      expect(parcel.upload(FILE).get()).toBe('https://tinh.vi-du.vn/files/17')
      return UNREACHABLE
    })
    await first.quiet()
    await first.end()
    const next = office(first.store)
    const seen: unknown[] = []
    next.outbox.start(async (parcel) => {
      seen.push([parcel.id, parcel.upload(FILE).get()])
      return ok({ provinceId: 'H55-1' })
    })
    await next.quiet()
    next.outbox.wake()
    await next.quiet()
    expect(seen).toEqual([[id, 'https://tinh.vi-du.vn/files/17']])
  })

  test('what was being sent when the program was killed is sent again with the same id, and arrives once', async () => {
    const store = storeIn(newFolder())
    const book = join(newFolder(), 'province.txt')
    expect(await runSender('hang', store, book)).toEqual(['hanging'])
    const before = readFileSync(book, 'utf8').trim().split('\n')
    expect(before).toHaveLength(2)

    const next = office(store)
    expect(next.states()).toEqual(['delivered', 'sending', 'waiting'])
    const known = new Set(before)
    const { ids, deliver } = province()
    next.outbox.start(async (parcel) => {
      known.add(parcel.id)
      return deliver(parcel)
    })
    await next.quiet()
    expect(next.states()).toEqual(['delivered', 'delivered', 'delivered'])
    expect(ids()).toEqual([before[1], next.list()[2]?.id])
    expect([...known]).toEqual(next.list().map((one) => one.id))
    expect(next.audit().filter((row) => row.startsWith('outbox.delivered'))).toHaveLength(3)
  })

  test('an answer that came after the end of the day is asked for again in the morning', async () => {
    const first = office()
    const [id] = first.put(aParcel('A'))
    let answer: (result: Result<Delivered>) => void = () => undefined
    first.outbox.start(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    await turn()
    const stopping = first.outbox.stop()
    answer(ok({ provinceId: 'H55-1' }))
    await stopping
    expect(first.list()).toMatchObject([{ id, state: 'sending', provinceId: null }])
    await first.end()
    const next = office(first.store)
    next.outbox.start(province().deliver)
    await next.quiet()
    expect(next.list()).toMatchObject([{ id, state: 'delivered', provinceId: 'H55-1' }])
  })
})

test('any queue, any failures, restarts in between: nothing disappears, lanes keep their order, each arrives once', async () => {
  const failures: readonly Failure[] = [
    { kind: 'unreachable', system: 'province' },
    { kind: 'bug', ref: 'x' },
    { kind: 'refused', rule: 'province-conflict' },
    { kind: 'malformed', what: 'answer' },
    { kind: 'storage', what: 'full' },
  ]
  const promise = fc.record({
    lane: fc.constantFrom('A', 'B', 'C'),
    failures: fc.array(fc.constantFrom(...failures), { maxLength: 3 }),
    after: fc.constantFrom('nothing', 'restart', 'wake'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(promise, { minLength: 1, maxLength: 7 }), async (promises) => {
      const store = storeIn(newFolder())
      const left = new Map<string, Failure[]>()
      const arrived: string[] = []
      const deliver: Deliver = async ({ id }) => {
        await turn()
        const failure = left.get(id)?.shift()
        if (failure !== undefined) return fail(failure)
        arrived.push(id)
        return ok({ provinceId: `H55-${arrived.length}` })
      }
      let run = office(store)
      run.outbox.start(deliver)
      const ids: string[] = []
      for (const { lane, failures: planned, after } of promises) {
        const [id = ''] = run.put(aParcel(lane))
        ids.push(id)
        left.set(id, [...planned])
        if (after === 'wake') run.outbox.wake()
        if (after === 'restart') {
          await turn()
          await run.end()
          run = office(store)
          run.outbox.start(deliver)
        }
        expect(run.list().map((one) => one.id)).toEqual(ids)
      }
      for (let round = 0; round < 40 && run.states().some((state) => state !== 'delivered'); round += 1) {
        run.outbox.wake()
        for (const one of run.list().filter((held) => held.state === 'needs-a-person'))
          run.outbox.retry(one.id, 'operator-lan')
        await run.quiet()
      }
      expect(run.list().map((one) => [one.id, one.state])).toEqual(ids.map((id) => [id, 'delivered']))
      // A parcel may reach the province twice when the end of the day came before its answer; under one id it is one.
      const first = [...new Set(arrived)]
      for (const lane of ['A', 'B', 'C']) {
        const inLane = new Set(
          run
            .list()
            .filter((one) => one.lane === lane)
            .map((one) => one.id),
        )
        expect(first.filter((id) => inLane.has(id))).toEqual(ids.filter((id) => inLane.has(id)))
      }
      await run.end()
    }),
    { numRuns: 12 },
  )
})
