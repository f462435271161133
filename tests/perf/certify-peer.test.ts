// The peer beside which certifying is measured really signs: two PAdES B-B signatures a document, which strangers accept.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askStrangers } from '../bench/peers/ask-strangers.ts'
import { makePki, missingTools, type Pki } from '../bench/token/pki.ts'
import { hasSigningPeer, signWithPdfbox } from './certify-peer.ts'
import { makePapers } from './certify-peer-papers.ts'

const isHere = missingTools().length === 0 && hasSigningPeer()
const room = mkdtempSync(join(tmpdir(), 'quay-peer-test-'))
let pki: Pki
beforeAll(async () => {
  if (!isHere) return
  pki = await makePki(join(room, 'pki'))
  await makePapers(join(room, 'papers'), 4, { dpi: 60 })
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

describe.skipIf(!isHere)('the PDFBox peer', () => {
  test.each(['template', 'direct'] as const)('signs every paper twice, and strangers accept it (%s)', async (way) => {
    const out = join(room, way)
    const result = await signWithPdfbox(join(room, 'papers'), pki, 4, out, { way, heapMb: 256, warm: 2 })
    expect(result.documents).toBe(4)
    expect(result.bytesPerSignature).toBeLessThan(40_000)
    expect(Object.values(result).every((figure) => figure > 0)).toBe(true)
    const files = readdirSync(out).map((name) => join(out, name))
    const { verdicts, disagreements } = await askStrangers(files, { trust: [pki.ca.pem] })
    expect(verdicts.map(({ clean, signatures }) => [clean, signatures.length])).toEqual(Array(4).fill([true, 2]))
    expect(disagreements).toEqual([])
  })

  test('a paper folder is filled once, with different papers', async () => {
    const again = await makePapers(join(room, 'papers'), 4, { dpi: 60 })
    expect(again.map((path) => path.slice(-9))).toEqual(['00001.pdf', '00002.pdf', '00003.pdf', '00004.pdf'])
  })
})
