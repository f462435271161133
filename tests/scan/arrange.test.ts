// The order of pages and where papers begin: whatever the clerk does, no page is lost, doubled or filed under nothing.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Arranged, inOrder, moved, papers } from '../../main/scan/arrange.ts'

const page = (id: string, position: number, startsPaper = false, removed = false): Arranged => ({
  id,
  position,
  startsPaper,
  removed,
})
const ids = (pages: readonly Arranged[]) => pages.map((one) => one.id)

/** Pages as the database may give them: positions in any order, with holes. */
const stack = fc
  .uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 12 })
  .chain((positions) =>
    fc.tuple(...positions.map((position) => fc.tuple(fc.constant(position), fc.boolean(), fc.boolean()))),
  )
  .map((rows) => rows.map(([position, starts, removed], index) => page(`p${index}`, position, starts, removed)))
const someOf = (pages: readonly Arranged[]) => fc.constantFrom(...ids(pages), 'nobody')

describe('moving a page', () => {
  test('page 3 before page 1, and a place beyond the end is the end', () => {
    const three = [page('a', 1), page('b', 2), page('c', 3)]
    expect(moved(three, 'c', 1)).toEqual([page('c', 1), page('a', 2), page('b', 3)])
    expect(ids(moved(three, 'a', 99))).toEqual(['b', 'c', 'a'])
    expect(ids(moved(three, 'b', 0))).toEqual(['b', 'a', 'c'])
    expect(moved(three, 'nobody', 1)).toEqual(three)
  })

  test('a permutation stays a permutation, numbered from 1 without holes', () => {
    fc.assert(
      fc.property(
        stack.chain((pages) => fc.tuple(fc.constant(pages), someOf(pages), fc.integer({ min: -3, max: 20 }))),
        ([pages, id, to]) => {
          const after = moved(pages, id, to)
          expect([...ids(after)].sort()).toEqual([...ids(pages)].sort())
          expect(after.map((one) => one.position)).toEqual(pages.map((_, index) => index + 1))
          const untouched = (all: readonly Arranged[]) => ids(inOrder(all)).filter((one) => one !== id)
          expect(untouched(after)).toEqual(untouched(pages))
          for (const one of after) {
            const before = pages.find((other) => other.id === one.id)
            expect({ ...one, position: 0 }).toEqual({ ...before, position: 0 })
          }
        },
      ),
    )
  })

  test('a moved page lies where it was wanted, and can be moved back', () => {
    fc.assert(
      fc.property(
        stack
          .filter((pages) => pages.length > 0)
          .chain((pages) =>
            fc.tuple(
              fc.constant(pages),
              fc.constantFrom(...ids(pages)),
              fc.integer({ min: 1, max: Math.max(1, pages.length) }),
            ),
          ),
        ([pages, id, to]) => {
          const from = inOrder(pages).find((one) => one.id === id)?.position ?? 0
          const there = moved(pages, id, to)
          expect(there.find((one) => one.id === id)?.position).toBe(to)
          expect(moved(there, id, from)).toEqual(inOrder(pages))
        },
      ),
    )
  })
})

describe('papers', () => {
  test('a mark begins a paper; a page taken out takes its mark with it', () => {
    const pages = [page('a', 1, true), page('b', 2), page('c', 3, true, true), page('d', 4), page('e', 5, true)]
    expect(papers(pages).map(ids)).toEqual([['a', 'b', 'd'], ['e']])
  })

  test('the first kept page begins a paper even when nobody marked it', () => {
    expect(papers([page('a', 1, true, true), page('b', 2), page('c', 3)]).map(ids)).toEqual([['b', 'c']])
    expect(papers([page('a', 1, true, true)])).toEqual([])
    expect(papers([])).toEqual([])
  })

  test('every kept page is in exactly one paper, in order; no paper is empty; only a first page carries a mark', () => {
    fc.assert(
      fc.property(stack, (pages) => {
        const groups = papers(pages)
        const kept = inOrder(pages).filter((one) => !one.removed)
        expect(groups.flat()).toEqual(kept)
        expect(groups.every((group) => group.length > 0)).toBe(true)
        expect(groups.flatMap((group) => group.slice(1)).some((one) => one.startsPaper)).toBe(false)
        expect(groups.slice(1).every((group) => group[0]?.startsPaper)).toBe(true)
      }),
    )
  })

  test('taking a page out and putting it back changes nothing', () => {
    fc.assert(
      fc.property(stack, (pages) => {
        const gone = pages.map((one, index) => (index === 0 ? { ...one, removed: !one.removed } : one))
        const back = gone.map((one, index) => (index === 0 ? { ...one, removed: !one.removed } : one))
        expect(papers(back)).toEqual(papers(pages))
      }),
    )
  })
})
