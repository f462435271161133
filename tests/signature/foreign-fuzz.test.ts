// Papers damaged in every way we can think of: the counter always answers, and what it accepts can be signed.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acceptForSigning } from '../../main/signature/pades/acceptance.ts'
import { HAND_MADE } from '../bench/corpus/by-hand.ts'
import { DAMAGES, fuzz } from '../bench/corpus/damage.ts'
import { FIELDS, signForeign } from './foreign-signing.ts'
import { makePaper } from './pades-paper.ts'
import { type BenchPki, makePki } from './pades-pki.ts'
import { signByOfficer } from './pades-signing.ts'

const room = mkdtempSync(join(tmpdir(), 'foreign-fuzz-'))
let pki: BenchPki
let bases: readonly Uint8Array[]
beforeAll(async () => {
  mkdirSync(join(room, 'pki'))
  pki = makePki(join(room, 'pki'), 'rsa')
  const paper = await makePaper()
  const odd = ['hybrid', 'form', 'nested-pages', 'shared-annotations', 'attachment', 'layers'] as const
  bases = [paper, signByOfficer(paper, pki), ...odd.map((kind) => new Uint8Array(HAND_MADE[kind]()))]
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

test('nine hundred damaged papers: none ends in a failure after it was accepted', async () => {
  const outcomes = new Map<string, number>()
  for (let seed = 1; seed <= 900; seed += 1) {
    const base = bases[seed % bases.length] ?? new Uint8Array()
    const kinds = Object.values(DAMAGES)
    // Every third one is damaged twice.
    const once = fuzz(base, seed)
    const bytes = seed % 3 === 0 ? (kinds[seed % kinds.length]?.(once) ?? once) : once
    const { as, ...more } = await signForeign(new Uint8Array(bytes), pki, [pki.root])
    const outcome = as === 'failed' ? `${seed} ${JSON.stringify(more)}` : as
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  expect([...outcomes.keys()].sort()).toEqual(['it-is', 'refused', 'repaired'])
}, 60_000)

test('every shortened paper is answered', () => {
  for (const base of bases)
    for (let cut = 0; cut < base.length; cut += 1 + Math.floor(base.length / 60)) {
      const answer = acceptForSigning(base.subarray(0, cut), FIELDS)
      expect(answer.ok || ['refused', 'malformed'].includes(answer.failure.kind)).toBe(true)
    }
})
