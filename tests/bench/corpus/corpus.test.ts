// The parts of the corpus that need no network: damage and fuzz are the same every time, and what was written by hand is what
// it says it is.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { HAND_MADE } from './by-hand.ts'
import { sortPdf } from './classify.ts'
import { DAMAGES, fuzz } from './damage.ts'
import { CORPUS_PACKAGES } from './packages.ts'

const room = mkdtempSync(join(tmpdir(), 'quay-corpus-'))
afterAll(() => rmSync(room, { recursive: true, force: true }))
const hasQpdf = spawnSync('which', ['qpdf']).status === 0
const plain = HAND_MADE['old-version']()
const store = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(room, name), bytes)
  return join(room, name)
}

describe('damage', () => {
  test('every damage changes the file, and always in the same way', () => {
    for (const [kind, spoil] of Object.entries(DAMAGES)) {
      const [first, again] = [spoil(plain), spoil(plain)]
      expect([kind, first.equals(again), first.equals(plain)]).toEqual([kind, true, false])
    }
  })

  test('fuzz is the same for the same seed, and never grows a file beyond reason', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1 << 30 }), (seed) => {
        const spoilt = fuzz(plain, seed)
        expect(spoilt.equals(fuzz(plain, seed))).toBe(true)
        expect(spoilt.length).toBeLessThan(plain.length + 8 * 300)
      }),
      { numRuns: 200 },
    )
  })
})

describe.skipIf(!hasQpdf)('files written by hand', () => {
  test.each(Object.keys(HAND_MADE).filter((kind) => kind !== 'no-pages'))('%s is sound to qpdf', (kind) => {
    const path = store(`${kind}.pdf`, HAND_MADE[kind as keyof typeof HAND_MADE]())
    const { status, stdout, stderr } = spawnSync('qpdf', ['--check', path], { encoding: 'utf8' })
    expect({ status, said: stderr || stdout.includes('No syntax or stream encoding errors found') }).toEqual({
      status: 0,
      said: true,
    })
  })

  test('they are sorted as what they are', async () => {
    const kinds = ['hybrid', 'form', 'old-version'] as const
    const sorted = await Promise.all(kinds.map((kind) => sortPdf(store(`sort-${kind}.pdf`, HAND_MADE[kind]()))))
    expect(sorted).toEqual(['published-hybrid', 'published-form', 'published-plain'])
    expect(await sortPdf(store('broken.pdf', DAMAGES['broken-startxref'](plain)))).toBe('published-damaged')
    expect(await sortPdf(store('text.pdf', Buffer.from('xin chào')))).toBe('published-no-pdf')
  })
})

test('the list of packages names each once', () => {
  const names = CORPUS_PACKAGES.map(({ name, kind }) => `${name} ${kind}`)
  expect(new Set(names).size).toBe(names.length)
})
