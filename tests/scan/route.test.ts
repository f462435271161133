// A mixed stack is told apart by its separator sheets: every page goes where the sheet before it says, and nowhere else.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Routed, type RunPage, route, type Signs } from '../../main/scan/route.ts'

const PLAIN: Signs = { separator: null, patch: null, dossierId: null }
const sheetOf = (dossierId: string | null, title: string | null = null): Signs => ({
  ...PLAIN,
  separator: { dossierId, title },
})
/** A simplex run: each entry is a plain page ('.'), or what its codes say. */
const run = (...entries: readonly (Signs | '.' | 'blank' | 'waiting' | 'placed')[]): readonly RunPage[] =>
  entries.map((entry, index) => ({
    id: `p${index + 1}`,
    sheet: index + 1,
    looked: entry !== 'waiting',
    blank: entry === 'blank',
    placed: entry === 'placed',
    signs: typeof entry === 'string' ? PLAIN : entry,
  }))
const told = (routed: readonly Routed[]) =>
  routed.map((one) =>
    [
      one.id.slice(1),
      one.separator ? 'sheet' : (one.dossierId ?? '?'),
      one.startsPaper ? `begins ${one.title ?? ''}` : '',
    ]
      .join(' ')
      .trim(),
  )

describe('one dossier, no sheets', () => {
  test('all pages are its, and the first begins a paper', () => {
    expect(told(route(run('.', '.', '.'), 'A'))).toEqual(['1 A begins', '2 A', '3 A'])
  })
  test('a blank first page does not begin a paper; the next one does', () => {
    expect(told(route(run('blank', '.', '.'), 'A'))).toEqual(['1 A', '2 A begins', '3 A'])
  })
})

describe('separator sheets', () => {
  test('name the dossier and the kind of paper for what follows, until the next one', () => {
    const stack = run(sheetOf('A', 'Giấy khai sinh'), '.', '.', sheetOf('B', 'Học bạ'), '.', sheetOf('B'), '.')
    expect(told(route(stack, null))).toEqual([
      '1 sheet',
      '2 A begins Giấy khai sinh',
      '3 A',
      '4 sheet',
      '5 B begins Học bạ',
      '6 sheet',
      '7 B begins',
    ])
  })
  test('of a dossier that is not here leave the pages undecided: they never go to the dossier before', () => {
    expect(told(route(run(sheetOf('A'), '.', sheetOf(null), '.', '.'), null))).toEqual([
      '1 sheet',
      '2 A begins',
      '3 sheet',
      '4 ? begins',
      '5 ?',
    ])
  })
  test('pages before the first sheet of a mixed stack belong to nobody yet', () => {
    expect(told(route(run('.', sheetOf('A'), '.'), null))).toEqual(['1 ? begins', '2 sheet', '3 A begins'])
  })
  test('fed with the mark on the back are one sheet with both sides', () => {
    const duplex = run('.', '.', '.', sheetOf('B'), '.', '.').map((page, index) => ({
      ...page,
      sheet: Math.floor(index / 2) + 1,
    }))
    expect(told(route(duplex, 'A'))).toEqual(['1 A begins', '2 A', '3 sheet', '4 sheet', '5 B begins', '6 B'])
  })
})

describe('patch codes', () => {
  test('3 and T begin a paper of the same dossier, 2 a dossier that nobody has named', () => {
    const patch = (kind: '2' | '3' | 'T'): Signs => ({ ...PLAIN, patch: kind })
    expect(
      told(route(run(sheetOf('A', 'Học bạ'), '.', patch('T'), '.', patch('3'), '.', patch('2'), '.'), null)),
    ).toEqual([
      '1 sheet',
      '2 A begins Học bạ',
      '3 sheet',
      '4 A begins',
      '5 sheet',
      '6 A begins',
      '7 sheet',
      '8 ? begins',
    ])
  })
})

test('a receipt on top routes what follows and is kept as a page', () => {
  expect(told(route(run({ ...PLAIN, dossierId: 'B' }, '.'), null))).toEqual(['1 B begins', '2 B'])
})

test('what was put in its place by hand stays there', () => {
  expect(told(route(run(sheetOf('B'), 'placed', '.'), 'A'))).toEqual(['1 sheet', '3 B'])
})

test('nothing behind a page that has not been looked at is decided', () => {
  expect(told(route(run(sheetOf('A'), '.', 'waiting', '.', '.'), 'B'))).toEqual(['1 sheet', '2 A begins'])
})

describe('whatever the stack', () => {
  const entry = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('.' as const, 'blank' as const) },
    fc.constantFrom(sheetOf('A'), sheetOf('B', 'Học bạ'), sheetOf(null), { ...PLAIN, patch: '2' as const }),
  )
  const stack = fc.array(entry, { maxLength: 30 })
  test('a page has the dossier of the last sheet before it, and no other', () => {
    fc.assert(
      fc.property(stack, (entries) => {
        const pages = run(...entries)
        let dossier: string | null = 'home'
        for (const [index, one] of route(pages, 'home').entries()) {
          const signs = pages[index]?.signs
          if (signs?.separator) dossier = signs.separator.dossierId
          else if (signs?.patch === '2') dossier = null
          expect(one.dossierId).toBe(dossier)
        }
      }),
    )
  })
  test('is decided the same in whatever order its pages were looked at', () => {
    fc.assert(
      fc.property(stack, fc.integer({ min: 0, max: 30 }), (entries, hole) => {
        const pages = run(...entries)
        const whole = route(pages, 'home')
        const early = route(
          pages.map((page, index) => (index === hole ? { ...page, looked: false } : page)),
          'home',
        )
        expect(early).toEqual(whole.slice(0, early.length))
      }),
    )
  })
})
