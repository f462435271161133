// What a sitting is given to sign, as it stands or behind another sitting.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { feedFollowing, feedList } from '../../main/signature/feed.ts'

const all = async (feed: { next(count: number): Promise<readonly string[]> }, count: number): Promise<string[]> => {
  const out: string[] = []
  for (;;) {
    const some = await feed.next(count)
    if (some.length === 0) return out
    out.push(...some)
  }
}

test('a list is given in its order, nothing twice, whatever the portions', () =>
  fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 5 }), async (ids, count) => {
      expect(await all(feedList(ids), count)).toEqual(ids)
    }),
  ))

test('one that follows gives each document once, when it is ready, and ends when the rest is hopeless', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('ready', 'hopeless'), { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (ends, count) => {
        const ids = ends.map((_, index) => String(index))
        const state = new Map<string, string>()
        const feed = feedFollowing(
          ids,
          (id) => state.get(id) === 'ready',
          (id) => state.get(id) === 'hopeless',
        )
        const given = all(feed, count)
        for (const [index, end] of ends.entries()) {
          await Promise.resolve()
          state.set(String(index), end)
          feed.stir()
        }
        expect([...(await given)].sort()).toEqual(ids.filter((_, index) => ends[index] === 'ready').sort())
      },
    ),
  ))
