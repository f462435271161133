// Text, tables, seals, photos, woven lines: nobody reads a code into them, and plain pages cost next to nothing.
import { describe, expect, test } from 'vitest'
import { openCodeReader } from '../../../main/scan/codes/read-codes.ts'
import { type Draw, text, WITHOUT_CODES } from './drawn-pages.ts'
import { type Fed, scan } from './scanned.ts'
import { feeding, WASM } from './sheets.ts'

const read = openCodeReader(WASM)

async function codesOn(draw: Draw, fed: Partial<Fed> = {}) {
  const page = await scan(draw, { dpi: 200, seed: 3, blur: 0.6, ...fed })
  return read(page.small, page.closer)
}

describe('papers without a code', () => {
  test.each(Object.entries(WITHOUT_CODES))('%s: nothing is read into it', async (_, draw) => {
    for (let number = 0; number < 5; number += 1)
      expect(await codesOn(draw, { ...feeding(number, [200, 150]), seed: 70 + number })).toEqual([])
  })
  test('a page of text is never looked at closer: that is what makes it cheap', async () => {
    for (const seed of [1, 2, 3]) {
      const { small } = await scan(text, { dpi: 300, seed, skew: 1 })
      const codes = await read(small, () => {
        throw new Error('looked closer')
      })
      expect(codes).toEqual([])
    }
  })
})
