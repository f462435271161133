// The order of pages and where papers begin: whatever the clerk does, no page is lost, doubled or filed under nothing.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Arranged, counted, inOrder, isLeftOut, moved, papers } from '../../main/scan/arrange.ts'

const page = (id: string, position: number, more: Partial<Arranged> = {}): Arranged => ({
  id,
  position,
  dossierId: 'A',
  startsPaper: false,
  title: null,
  removed: false,
  blank: false,
  separator: false,
  ...more,
})
const STARTS = { startsPaper: true }
const OUT = { removed: true }
const ids = (pages: readonly Arranged[]) => pages.map((one) => one.id)
const paperIds = (pages: readonly Arranged[]) => papers(pages).map((paper) => ids(paper.pages))

/** Pages as the database may give them: positions in any order, with holes, of two dossiers and of nobody yet. */
const stack = fc
  .uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 12 })
  .chain((positions) =>
    fc.tuple(
      ...positions.map((position) =>
        fc.record({
          position: fc.constant(position),
          dossierId: fc.constantFrom('A', 'B', null),
          startsPaper: fc.boolean(),
          title: fc.constantFrom(null, 'Giấy khai sinh'),
          removed: fc.boolean(),
          blank: fc.boolean(),
          separator: fc.boolean(),
        }),
      ),
    ),
  )
  .map((rows) => rows.map((row, index) => page(`p${index}`, row.position, row)))
const someOf = (pages: readonly Arranged[]) => fc.constantFrom(...ids(pages), 'nobody')

describe('moving a page', () => {
  test('page 3 before page 1, and a place beyond the end is the end', () => {
    const three = [page('a', 3), page('b', 5), page('c', 9)]
    expect(moved(three, 'c', 1)).toEqual([page('c', 3), page('a', 5), page('b', 9)])
    expect(ids(moved(three, 'a', 99))).toEqual(['b', 'c', 'a'])
    expect(ids(moved(three, 'b', 0))).toEqual(['b', 'a', 'c'])
    expect(moved(three, 'nobody', 1)).toEqual(three)
  })

  test('a permutation stays a permutation of the same places, and the others keep their order', () => {
    fc.assert(
      fc.property(
        stack.chain((pages) => fc.tuple(fc.constant(pages), someOf(pages), fc.integer({ min: -3, max: 20 }))),
        ([pages, id, to]) => {
          const after = moved(pages, id, to)
          expect([...ids(after)].sort()).toEqual([...ids(pages)].sort())
          expect(after.map((one) => one.position)).toEqual(inOrder(pages).map((one) => one.position))
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
          const from = ids(inOrder(pages)).indexOf(id) + 1
          const there = moved(pages, id, to)
          expect(ids(there).indexOf(id) + 1).toBe(to)
          expect(moved(there, id, from)).toEqual(inOrder(pages))
        },
      ),
    )
  })
})

describe('papers', () => {
  test('a mark begins a paper; taking its first page out does not glue it to the paper before', () => {
    const pages = [
      page('a', 1, STARTS),
      page('b', 2),
      page('c', 3, { ...STARTS, ...OUT, title: 'Bằng tốt nghiệp' }),
      page('d', 4),
      page('e', 5, STARTS),
    ]
    expect(paperIds(pages)).toEqual([['a', 'b'], ['d'], ['e']])
    expect(papers(pages)[1]?.title).toBe('Bằng tốt nghiệp')
  })

  test('the first kept page begins a paper even when nobody marked it', () => {
    expect(paperIds([page('a', 1, { ...STARTS, ...OUT }), page('b', 2), page('c', 3)])).toEqual([['b', 'c']])
    expect(paperIds([page('a', 1, { ...STARTS, ...OUT })])).toEqual([])
    expect(paperIds([])).toEqual([])
  })

  test('blank pages and separator sheets are in no paper, and pages of two dossiers never share one', () => {
    const pages = [
      page('a', 1, STARTS),
      page('white', 2, { blank: true }),
      page('b', 3),
      page('sheet', 4, { separator: true, dossierId: 'B', startsPaper: true }),
      page('c', 5, { dossierId: 'B', startsPaper: true, title: 'Học bạ' }),
      page('d', 6),
    ]
    expect(papers(pages).map((paper) => [paper.dossierId, paper.title, ids(paper.pages)])).toEqual([
      ['A', null, ['a', 'b', 'd']],
      ['B', 'Học bạ', ['c']],
    ])
  })

  test('every kept page is in exactly one paper of its own dossier, in order; no paper is empty', () => {
    fc.assert(
      fc.property(stack, (pages) => {
        const groups = papers(pages)
        const kept = inOrder(pages).filter((one) => !isLeftOut(one))
        expect(groups.flatMap((group) => ids(group.pages)).sort()).toEqual([...ids(kept)].sort())
        expect(groups.every((group) => group.pages.length > 0)).toBe(true)
        for (const group of groups) {
          expect(group.pages.every((one) => one.dossierId === group.dossierId)).toBe(true)
          expect(inOrder(group.pages)).toEqual(group.pages)
          expect(group.pages.slice(1).some((one) => one.startsPaper)).toBe(false)
        }
      }),
    )
  })

  test('taking a page out and putting it back changes nothing', () => {
    fc.assert(
      fc.property(stack, (pages) => {
        const flip = (all: readonly Arranged[]) =>
          all.map((one, index) => (index === 0 ? { ...one, removed: !one.removed } : one))
        expect(papers(flip(flip(pages)))).toEqual(papers(pages))
      }),
    )
  })
})

describe('typed page counts', () => {
  const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((id, index) => page(id, index + 1))
  test('3 and 2 make two papers, and what lies behind begins the next', () => {
    expect(paperIds(counted(six, [3, 2]))).toEqual([['a', 'b', 'c'], ['d', 'e'], ['f']])
  })
  test('earlier marks inside are wiped, blank pages are not counted', () => {
    const marked = six.map((one) =>
      one.id === 'b' ? { ...one, ...STARTS } : one.id === 'c' ? { ...one, blank: true } : one,
    )
    expect(paperIds(counted(marked, [2, 3]))).toEqual([
      ['a', 'b'],
      ['d', 'e', 'f'],
    ])
  })
  test('more than there is counts what is there', () => {
    expect(paperIds(counted(six, [4, 40, 4]))).toEqual([
      ['a', 'b', 'c', 'd'],
      ['e', 'f'],
    ])
  })
  test('as many papers of one dossier as counted, whatever was marked before', () => {
    fc.assert(
      fc.property(stack, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }), (pages, counts) => {
        const one = pages.map((each) => ({ ...each, dossierId: 'A' }))
        const kept = one.filter((each) => !isLeftOut(each)).length
        const wanted: number[] = []
        for (let left = kept, at = 0; left > 0 && at < counts.length; at += 1) {
          wanted.push(Math.min(left, counts[at] ?? 0))
          left -= counts[at] ?? 0
        }
        expect(
          papers(counted(one, counts))
            .map((paper) => paper.pages.length)
            .slice(0, wanted.length),
        ).toEqual(wanted)
      }),
    )
  })
})
