// Which parcel goes next and how long it waits: decided purely, so checked on thousands of queues.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { healsWithTime, nextLook, nextParcel, type Waiting, waitAfter } from '../../main/outbox/next.ts'
import type { Failure } from '../../preload/contract/result.ts'

const NOW = Date.parse('2026-11-21T03:00:00Z')
const LONGEST = 3 * 60_000

const parcel = fc.record({
  lane: fc.constantFrom('A', 'B', 'C'),
  state: fc.constantFrom('waiting', 'waiting', 'waiting', 'sending', 'delivered', 'needs-a-person'),
  tries: fc.nat(12),
  wait: fc.option(fc.integer({ min: -LONGEST, max: LONGEST }), { nil: null }),
}) satisfies fc.Arbitrary<{ lane: string; state: Waiting['state']; tries: number; wait: number | null }>

/** Any queue, handed over in any order. */
const queue: fc.Arbitrary<readonly Waiting[]> = fc.array(parcel, { maxLength: 12 }).chain((all) =>
  fc.shuffledSubarray(
    all.map(
      (one, seq): Waiting => ({ ...one, id: `p${seq}`, seq, notBefore: one.wait === null ? null : NOW + one.wait }),
    ),
    { minLength: all.length },
  ),
)

const headOf = (parcels: readonly Waiting[], lane: string): Waiting | undefined =>
  [...parcels].sort((one, other) => one.seq - other.seq).find((one) => one.lane === lane && one.state !== 'delivered')
const isReady = (one: Waiting): boolean => one.state === 'waiting' && (one.notBefore === null || one.notBefore <= NOW)
const heads = (parcels: readonly Waiting[]): readonly Waiting[] =>
  ['A', 'B', 'C'].flatMap((lane) => headOf(parcels, lane) ?? [])

describe('the next parcel', () => {
  test('is the oldest of the lane heads that may go now; there is none only when no head may', () => {
    fc.assert(
      fc.property(queue, (parcels) => {
        const oldest = heads(parcels)
          .filter(isReady)
          .sort((one, other) => one.seq - other.seq)[0]
        expect(nextParcel(parcels, NOW)).toEqual(oldest ?? null)
      }),
    )
  })
  test('never overtakes an older one of its own lane', () => {
    fc.assert(
      fc.property(queue, (parcels) => {
        const next = nextParcel(parcels, NOW)
        if (next === null) return
        expect(
          parcels.filter((one) => one.lane === next.lane && one.seq < next.seq && one.state !== 'delivered'),
        ).toEqual([])
      }),
    )
  })
  test('of one lane is the same whatever happens in the others', () => {
    fc.assert(
      fc.property(queue, fc.constantFrom('A', 'B', 'C'), (parcels, lane) => {
        const alone = nextParcel(
          parcels.filter((one) => one.lane === lane),
          NOW,
        )
        const head = headOf(parcels, lane)
        expect(alone).toEqual(head !== undefined && isReady(head) ? head : null)
        // Taking what may go, lane after lane, reaches it in any case.
        let left = parcels
        for (let turn = 0; turn < 3; turn += 1) {
          const next = nextParcel(left, NOW)
          if (next?.lane === lane) expect(next).toEqual(alone)
          if (next !== null) left = left.filter((one) => one.lane !== next.lane)
        }
        expect(nextParcel(left, NOW)).toBe(null)
      }),
    )
  })
  test('a head that needs a person, or is being sent, holds its own lane and no other', () => {
    const held = (state: Waiting['state']): readonly Waiting[] => [
      { id: 'a1', seq: 1, lane: 'A', state, tries: 3, notBefore: null },
      { id: 'a2', seq: 2, lane: 'A', state: 'waiting', tries: 0, notBefore: null },
      { id: 'b1', seq: 3, lane: 'B', state: 'waiting', tries: 0, notBefore: null },
    ]
    expect(nextParcel(held('needs-a-person'), NOW)?.id).toBe('b1')
    expect(nextParcel(held('sending'), NOW)?.id).toBe('b1')
    expect(nextParcel(held('delivered'), NOW)?.id).toBe('a2')
    expect(nextParcel(held('waiting'), NOW)?.id).toBe('a1')
    expect(nextParcel([], NOW)).toBe(null)
  })
})

describe('the wait after a failure', () => {
  test('is two seconds, doubles, and is never more than three minutes', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9].map(waitAfter)).toEqual([
      2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 180_000, 180_000,
    ])
    fc.assert(
      fc.property(fc.nat(), (tries) => {
        expect(waitAfter(tries)).toBeGreaterThanOrEqual(2_000)
        expect(waitAfter(tries)).toBeLessThanOrEqual(LONGEST)
        expect(waitAfter(tries + 1)).toBeGreaterThanOrEqual(waitAfter(tries))
      }),
    )
  })
})

describe('the next look', () => {
  /** As they come about: only the first of a lane was ever tried, so only it can have a time. */
  const asGrown = (parcels: readonly Waiting[]): readonly Waiting[] =>
    parcels.map((one) => (headOf(parcels, one.lane) === one ? one : { ...one, notBefore: null }))

  test('is when the first head may go; then something really can be sent', () => {
    fc.assert(
      fc.property(queue.map(asGrown), (parcels) => {
        fc.pre(nextParcel(parcels, NOW) === null)
        const wait = nextLook(parcels, NOW)
        const times = heads(parcels).flatMap((one) =>
          one.state === 'waiting' && one.notBefore !== null ? [one.notBefore - NOW] : [],
        )
        expect(wait).toBe(times.length === 0 ? null : Math.max(50, Math.min(...times)))
        if (wait !== null) expect(nextParcel(parcels, NOW + wait)).not.toBe(null)
      }),
    )
  })
  test('is nothing to wait for when only a person or a new parcel can change anything', () => {
    expect(nextLook([], NOW)).toBe(null)
    expect(nextLook([{ id: 'a', seq: 1, lane: 'A', state: 'needs-a-person', tries: 1, notBefore: null }], NOW)).toBe(
      null,
    )
  })
})

describe('what a failure means for a parcel', () => {
  const failures: readonly (readonly [Failure, boolean])[] = [
    [{ kind: 'unreachable', system: 'province' }, true],
    [{ kind: 'bug', ref: 'x' }, true],
    [{ kind: 'storage', what: 'full' }, true],
    [{ kind: 'refused', rule: 'province-refused' }, false],
    [{ kind: 'refused', rule: 'province-conflict' }, false],
    [{ kind: 'malformed', what: 'answer' }, false],
    [{ kind: 'stale' }, false],
  ]
  test.each(failures)('%j heals with time: %s', (failure, heals) => {
    expect(healsWithTime(failure)).toBe(heals)
  })
})

test('a whole queue, played through with any failures: each parcel arrives once, each lane in order', () => {
  const promise = fc.record({
    lane: fc.constantFrom('A', 'B', 'C'),
    failures: fc.array(fc.boolean(), { maxLength: 4 }),
  })
  fc.assert(
    fc.property(fc.array(promise, { minLength: 1, maxLength: 10 }), (promises) => {
      let now = NOW
      let parcels: readonly Waiting[] = promises.map(({ lane }, seq) => ({
        id: `p${seq}`,
        seq,
        lane,
        state: 'waiting',
        tries: 0,
        notBefore: null,
      }))
      const left = promises.map(({ failures }) => [...failures])
      const arrived: Waiting[] = []
      const set = (id: string, part: Partial<Waiting>): void => {
        parcels = parcels.map((one) => (one.id === id ? { ...one, ...part } : one))
      }
      for (let step = 0; step < 200 && parcels.some((one) => one.state !== 'delivered'); step += 1) {
        const next = nextParcel(parcels, now)
        if (next === null) {
          const wait = nextLook(parcels, now)
          if (wait !== null) now += wait
          // A person presses "again" on what waits for one.
          else
            for (const one of parcels.filter((held) => held.state === 'needs-a-person'))
              set(one.id, { state: 'waiting' })
          continue
        }
        const heals = left[next.seq]?.shift()
        if (heals === undefined) {
          arrived.push(next)
          set(next.id, { state: 'delivered' })
        } else
          set(
            next.id,
            heals
              ? { tries: next.tries + 1, notBefore: now + waitAfter(next.tries + 1) }
              : { tries: next.tries + 1, state: 'needs-a-person' },
          )
      }
      expect(arrived.map((one) => one.id).sort()).toEqual(promises.map((_, seq) => `p${seq}`).sort())
      for (const lane of ['A', 'B', 'C']) {
        const order = arrived.filter((one) => one.lane === lane).map((one) => one.seq)
        expect(order).toEqual([...order].sort((one, other) => one - other))
      }
      expect(parcels).toHaveLength(promises.length)
    }),
  )
})
