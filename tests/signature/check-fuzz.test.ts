// Damaged files before the checker: it never crashes, never takes long, and never calls a file valid whose signed part was touched.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkFile } from '../../main/signature/check/check-file.ts'
import { makePaper } from './pades-paper.ts'
import { makePki } from './pades-pki.ts'
import { signByBoth } from './pades-signing.ts'

const NOW = new Date('2026-11-22T03:00:00Z')
const room = mkdtempSync(join(tmpdir(), 'check-fuzz-'))
let pdf: Uint8Array
let root: Uint8Array
beforeAll(async () => {
  mkdirSync(join(room, 'own'))
  const pki = makePki(join(room, 'own'), 'ec')
  root = pki.root
  pdf = signByBoth(await makePaper(), pki)
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

const verdictOf = async (bytes: Uint8Array): Promise<string> => {
  const report = await checkFile(bytes, [root], NOW)
  return report.ok ? report.value.verdict : report.failure.kind
}
/** Neither `valid` nor `reserved`: nobody may take it for right. */
const REFUSED = ['invalid', 'unjudged', 'unsigned', 'malformed']

test('a byte changed anywhere but in the room behind a value is never taken for right', async () => {
  const first = Buffer.from(pdf).indexOf('/Contents <')
  const last = Buffer.from(pdf).lastIndexOf('/Contents <')
  const rooms = [first, last].map((at) => [at, Buffer.from(pdf).indexOf('>', at)] as const)
  await fc.assert(
    fc.asyncProperty(fc.nat(pdf.length - 2), fc.integer({ min: 1, max: 255 }), async (place, other) => {
      fc.pre(rooms.every(([from, to]) => place <= from || place > to))
      const damaged = Uint8Array.from(pdf)
      damaged[place] = (damaged[place] ?? 0) ^ other
      expect(REFUSED).toContain(await verdictOf(damaged))
    }),
    { numRuns: 250, seed: 8 },
  )
})

test('a file cut anywhere, doubled, or with pieces of itself put elsewhere is judged without a crash', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(pdf.length), fc.nat(pdf.length), fc.nat(pdf.length), async (a, b, c) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      const piece = pdf.subarray(from, Math.min(to, from + 3000))
      for (const bytes of [
        pdf.subarray(0, a),
        Buffer.concat([pdf.subarray(0, c), piece, pdf.subarray(c)]),
        Buffer.concat([pdf.subarray(0, from), pdf.subarray(to)]),
      ])
        await verdictOf(new Uint8Array(bytes))
    }),
    { numRuns: 150, seed: 9 },
  )
})

test('noise in the place of the CMS is unreadable and nothing worse', async () => {
  const at = Buffer.from(pdf).indexOf('/Contents <') + 11
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 1500 }), fc.nat(1500), async (noise, start) => {
      const damaged = Buffer.from(pdf)
      damaged.write(Buffer.from(noise).toString('hex'), at + (start - (start % 2)), 'latin1')
      expect(REFUSED).toContain(await verdictOf(new Uint8Array(damaged)))
    }),
    { numRuns: 120, seed: 10 },
  )
})

test('bytes that are no PDF are malformed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 4000 }), async (bytes) => {
      expect(['malformed', 'unsigned']).toContain(await verdictOf(bytes))
    }),
    { numRuns: 200, seed: 11 },
  )
})
