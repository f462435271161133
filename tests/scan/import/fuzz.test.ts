// Thousands of spoiled files of every kind: each is refused by name or gives whole pages, none crashes or stops the program.
// 2,000 here; FUZZ_LONG=1 makes it 24,000 (about four minutes).
import { expect, test } from 'vitest'
import { fuzz } from './fuzz.ts'

const INPUTS = process.env.FUZZ_LONG === undefined ? 2_000 : 24_000

test(`${INPUTS} spoiled files: no crash, no hang, no wrong answer`, { timeout: 1_800_000 }, async () => {
  const book = await fuzz(1, 1 + INPUTS)
  if (process.env.FUZZ_LONG !== undefined) process.stdout.write(`${JSON.stringify(book)}\n`)
  expect(book.troubles).toEqual([])
  expect(book.inputs).toBe(INPUTS)
  // Spoiled, but not so badly that nothing is left to read.
  expect(book.outcomes.pages ?? 0).toBeGreaterThan(INPUTS / 20)
  expect(book.outcomes['file-damaged'] ?? 0).toBeGreaterThan(INPUTS / 20)
})
