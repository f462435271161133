// The short one of `npm run torture -- feed`: the plug is pulled three times while 60 pages are fed, once of them on both sides.
// And the judge of the long one is judged: each thing that could go wrong is seen for what it is.
import { expect, test } from 'vitest'
import { killWhileFeeding, NOTHING_YET } from './feeding.ts'
import { type FoundPage, judgeFeed, STACK } from './feeding-sheets.ts'

test('a page that was shown is never lost, whenever the plug is pulled, and the stack is fed on to its end', {
  timeout: 240_000,
}, async () => {
  const moments = [0.05, 0.5, 0.9, 0.5, 0.5, 0.5]
  const { acknowledged, back, ...faults } = await killWhileFeeding(3, () => moments.shift() ?? 0.5, undefined, 60)
  const { acknowledged: _, back: __, ...none } = NOTHING_YET
  expect({ ...faults, back: back.length }).toEqual({ ...none, kills: 3, back: 3 })
  expect(acknowledged).toBeGreaterThanOrEqual(3)
})

const whole: readonly FoundPage[] = Array.from({ length: STACK }, (_, number) => ({
  id: `id ${number}`,
  file: `file ${number}`,
  removed: false,
  number,
  startsPaper: number === 0,
}))
const safe = whole.slice(0, 50)
const changed = (at: number, change: Partial<FoundPage>): readonly FoundPage[] =>
  whole.map((page, index) => (index === at ? { ...page, ...change } : page))
const none = { lost: 0, doubled: 0, missing: 0, disordered: 0, split: 0 }

test.each([
  ['a whole stack', safe, whole, none],
  [
    'half a sheet that was fed again',
    safe,
    [...whole.slice(0, 50), { ...whole[50], id: 'half', removed: true } as FoundPage, ...whole.slice(50)],
    none,
  ],
  ['a shown page that was gone when the program was back', safe.slice(1), whole, { ...none, lost: 1 }],
  ['a shown page whose bytes changed', safe, changed(3, { number: null }), { ...none, lost: 1, missing: 1 }],
  ['a shown page under another name', safe, changed(3, { id: 'other' }), { ...none, lost: 1 }],
  [
    'a page twice',
    safe,
    [...whole.slice(0, 51), { ...whole[50], id: 'again' } as FoundPage, ...whole.slice(51)],
    { ...none, doubled: 1 },
  ],
  ['a page that never came', safe, whole.filter((page) => page.number !== 120), { ...none, missing: 1 }],
  [
    'a page at the wrong place',
    safe,
    [...whole.slice(0, 60), ...whole.slice(61), ...whole.slice(60, 61)],
    { ...none, disordered: 1 },
  ],
  ['a paper that begins at the kill', safe, changed(50, { startsPaper: true }), { ...none, split: 1 }],
] as const)('the judge sees %s', (_, there, end, verdict) => {
  expect(judgeFeed(safe, there, end)).toEqual(verdict)
})
