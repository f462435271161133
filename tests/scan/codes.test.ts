import { expect, test } from 'vitest'
import { type BatchEnd, judgeExit, SANE_STATUS, scanFailure } from '../../drivers/scan/codes.ts'
import { Failure } from '../../preload/contract/result.ts'

const judged = (code: number | null, pages: number, status?: number) =>
  judgeExit({ code, pages, wanted: 999, ...(status === undefined ? {} : { status }) })

test('every SANE status has a word of its own in the table, and every word is one the clerk knows', () => {
  expect(Object.entries(SANE_STATUS).map(([code, { what }]) => [Number(code), what])).toEqual([
    [1, 'failed'],
    [2, 'failed'],
    [3, 'busy'],
    [4, 'unsupported'],
    [5, 'failed'],
    [6, 'jammed'],
    [7, 'feeder-empty'],
    [8, 'cover-open'],
    [9, 'failed'],
    [10, 'failed'],
    [11, 'failed'],
  ])
  for (const { what } of Object.values(SANE_STATUS)) {
    expect(Failure.parse(scanFailure(what, 2))).toEqual({ kind: 'device', device: 'scan', what, kept: 2 })
  }
})

test('a feeder that runs empty after a page is the end, before a page it is empty', () => {
  expect([judged(7, 4), judged(7, 0)]).toEqual(['complete', 'feeder-empty'])
})

test('the one page of the glass is the end, no page and no reason is a failure', () => {
  const glass = (pages: number) => judgeExit({ code: 0, pages, wanted: 1 })
  expect([glass(1), glass(0)]).toEqual(['complete', 'failed'])
})

test('a feeder that stops without a reason never passes for complete', () => {
  expect([judged(0, 2), judged(0, 0), judged(null, 2), judged(0, 999)]).toEqual([
    'failed',
    'failed',
    'failed',
    'complete',
  ])
})

test('when the exit code was lost, the status told for the last page counts', () => {
  expect([judged(0, 2, 6), judged(null, 0, 8), judged(0, 2, 7), judged(0, 0, 7), judged(6, 2, 8)]).toEqual([
    'jammed',
    'cover-open',
    'complete',
    'feeder-empty',
    'jammed',
  ])
})

test("a scanner that is busy before a page is another desk's, one that is busy in the middle of a stack has failed", () => {
  expect([judged(3, 0), judged(3, 2), judged(0, 2, 3)]).toEqual(['busy', 'failed', 'failed'])
})

test('a jam is a jam however many pages came before', () => {
  expect([judged(6, 0), judged(6, 7)]).toEqual(['jammed', 'jammed'])
})

test('what we cut ourselves is named after the reason, not after the exit code', () => {
  const cut = (why: BatchEnd['cut']) =>
    judgeExit({ code: 0, pages: 3, wanted: 3, ...(why === undefined ? {} : { cut: why }) })
  expect([cut('silent'), cut('unreadable'), cut('aborted')]).toEqual(['timeout', 'unreadable', 'failed'])
})

test('a program that was killed or ends with an unknown number has failed', () => {
  expect([judged(null, 2), judged(139, 2)]).toEqual(['failed', 'failed'])
})
