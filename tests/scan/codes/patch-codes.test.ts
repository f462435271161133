// Kodak's patch codes, along each edge of the sheet; nothing that only resembles them.
import { describe, expect, test } from 'vitest'
import { PATCH_BARS } from '../../../main/scan/codes/patch-codes.ts'
import { openCodeReader } from '../../../main/scan/codes/read-codes.ts'
import { type Draw, patchSheet } from './drawn-pages.ts'
import { type Fed, scan } from './scanned.ts'
import { feeding, WASM } from './sheets.ts'

const read = openCodeReader(WASM)

async function codesOn(draw: Draw, fed: Partial<Fed> = {}) {
  const page = await scan(draw, { dpi: 200, seed: 3, blur: 0.6, ...fed })
  return read(page.small, page.closer)
}

describe('patch codes', () => {
  test('2, 3 and T are read along each edge, askew, at each resolution', async () => {
    for (const patch of ['2', '3', 'T'] as const)
      for (const side of [0, 1, 2, 3] as const) {
        const fed = { ...feeding(4 * side + patch.charCodeAt(0)), turn: 0 as const }
        expect([fed, await codesOn(patchSheet(PATCH_BARS[patch], side), fed)]).toEqual([
          fed,
          [{ format: 'Patch', text: patch }],
        ])
      }
  })
  test('1, 4, 6 and other rows of bars mean nothing', async () => {
    for (const bars of ['WWNN', 'NWWN', 'NNWW', 'NNNN', 'WNW', 'NWNWN', 'WNWNW'])
      expect([bars, await codesOn(patchSheet(bars, 0), { dpi: 200 })]).toEqual([bars, []])
  })
})
