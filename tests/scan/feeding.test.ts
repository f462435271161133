// The short one of `npm run torture -- feed`: the plug is pulled three times while 200 pages are fed.
import { expect, test } from 'vitest'
import { killWhileFeeding } from './feeding.ts'

test('a page that was shown is never lost, whenever the plug is pulled', { timeout: 180_000 }, async () => {
  const moments = [0.02, 0.5, 0.13, 0.5, 0.3, 0.5]
  const verdict = await killWhileFeeding(3, () => moments.shift() ?? 0.5)
  expect(verdict).toMatchObject({ kills: 3, lost: 0, doubled: 0 })
  expect(verdict.acknowledged).toBeGreaterThanOrEqual(3)
})
