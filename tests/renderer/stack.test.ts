// What the scan screen says about a stack: papers as main will make them, what is worked on, what to look at next.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { papers } from '../../main/scan/arrange.ts'
import type { Page, Pages } from '../../preload/contract/scan.ts'
import {
  countStack,
  firstReason,
  mergePages,
  nextException,
  openPapers,
  sectionsOf,
} from '../../renderer/scan/papers.ts'
import { idOf, pageOf } from './pages.ts'

const anyPages = fc
  .array(
    fc.record({
      dossierId: fc.constantFrom(null, idOf(901), idOf(902)),
      startsPaper: fc.boolean(),
      separator: fc.boolean(),
      blank: fc.boolean(),
      removed: fc.boolean(),
      title: fc.constantFrom(null, 'Giấy khai sinh', 'Sổ hộ khẩu'),
    }),
    { maxLength: 30 },
  )
  .map((parts) => parts.map((part, at) => pageOf(at + 1, part)))

describe('papers', () => {
  test('the screen counts the papers that main makes, whatever lies in the stack', () => {
    fc.assert(
      fc.property(anyPages, (pages) => {
        const made = papers(pages.map((page) => ({ ...page, position: page.number })))
        expect(
          openPapers(pages).map(({ dossierId, title, pages: inside }) => [
            dossierId,
            title,
            inside.map((one) => one.id),
          ]),
        ).toEqual(made.map(({ dossierId, title, pages: inside }) => [dossierId, title, inside.map((one) => one.id)]))
      }),
    )
  })

  test('a page that is in a document already is in no open paper', () => {
    const pages = [pageOf(1, { filed: true, startsPaper: true }), pageOf(2), pageOf(3, { startsPaper: true })]
    expect(openPapers(pages).map((paper) => paper.pages.map((page) => page.number))).toEqual([[2], [3]])
  })

  test('a blank first page passes its beginning on, so that papers never run into each other', () => {
    const pages = [pageOf(1), pageOf(2, { startsPaper: true, blank: true, title: 'Sổ hộ khẩu' }), pageOf(3)]
    expect(openPapers(pages).map((paper) => [paper.title, paper.pages.map((page) => page.number)])).toEqual([
      [null, [1]],
      ['Sổ hộ khẩu', [3]],
    ])
  })
})

const stack: readonly Page[] = [
  pageOf(1, { separator: true }),
  pageOf(2, { reasons: ['skew'] }),
  pageOf(3, { work: 'waiting', findings: null }),
  pageOf(4, { reasons: ['blank', 'upright'] }),
  pageOf(5, { reasons: ['edge'], removed: true }),
  pageOf(6, { reasons: ['edge'], filed: true }),
]

test('taken out and filed pages are not counted, and nobody has to look at them', () => {
  expect(countStack(stack)).toEqual({ all: 4, worked: 3, toCheck: 2 })
  expect(countStack([])).toEqual({ all: 0, worked: 0, toCheck: 0 })
})

test('one key goes from one page to look at to the next, round the end, and stays where there is no other', () => {
  expect(nextException(stack, null)).toBe(idOf(2))
  expect(nextException(stack, idOf(2))).toBe(idOf(4))
  expect(nextException(stack, idOf(4))).toBe(idOf(2))
  expect(nextException(stack.slice(0, 2), idOf(2))).toBeNull()
  expect(nextException([], null)).toBeNull()
})

test('the small tag names the gravest reason', () => {
  expect(stack.map(firstReason)).toEqual([null, 'skew', null, 'upright', 'edge', 'edge'])
})

test('pages of one dossier that lie together have one heading', () => {
  const [a, b] = [idOf(901), idOf(902)]
  const pages = [a, a, b, a, null].map((dossierId, at) => pageOf(at + 1, { dossierId }))
  expect(sectionsOf(pages).map((section) => [section.dossierId, section.pages.length])).toEqual([
    [a, 2],
    [b, 1],
    [a, 1],
    [null, 1],
  ])
})

test('a new snapshot keeps the very same object for each page that did not change', () => {
  const pagesOf = (pages: readonly Page[]): Pages => ({
    dossierId: null,
    pages: [...pages],
    waiting: 0,
    unread: 0,
    canUndo: false,
    dossiers: [],
  })
  const old = pagesOf([pageOf(1), pageOf(2)])
  const next = pagesOf([pageOf(1), pageOf(2, { rotation: 90 }), pageOf(3)])
  const merged = mergePages(old, next)
  expect(merged).toEqual(next)
  expect(merged.pages[0]).toBe(old.pages[0])
  expect(merged.pages[1]).toBe(next.pages[1])
  expect(mergePages(null, next)).toBe(next)
})
