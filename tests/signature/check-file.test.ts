// The checker of files: every known forgery is seen and named, and what is right is called right; strangers are asked beside it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkFile } from '../../main/signature/check/check-file.ts'
import type { ValidationReport } from '../../preload/contract/validation.ts'
import { forgeries } from './attacks.ts'
import { rightOnes } from './attacks-by-rule.ts'
import type { Samples, Scene } from './attacks-parts.ts'
import { makePaper } from './pades-paper.ts'
import { makePki } from './pades-pki.ts'
import { signByBoth, signByOfficer, unwrap } from './pades-signing.ts'

const NOW = new Date('2026-11-22T03:00:00Z')
const room = mkdtempSync(join(tmpdir(), 'check-file-'))
let scene: Scene
beforeAll(async () => {
  for (const name of ['own', 'impostor']) mkdirSync(join(room, name))
  scene = {
    paper: await makePaper(),
    pki: makePki(join(room, 'own'), 'rsa'),
    impostor: makePki(join(room, 'impostor'), 'rsa'),
    folder: join(room, 'own'),
  }
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

const check = async (pdf: Uint8Array): Promise<ValidationReport> =>
  unwrap(await checkFile(new Uint8Array(pdf), [scene.pki.root], NOW))

describe('a forger', () => {
  test('is seen every time, and what he did is named', async () => {
    const samples: Samples = await forgeries(scene)
    const wanted: Record<string, string> = {}
    const found: Record<string, string> = {}
    for (const [name, { pdf, verdict, fault }] of Object.entries(samples)) {
      const report = await check(pdf)
      const faults = report.signatures.flatMap((one) => one.faults)
      wanted[name] = `${verdict} ${fault ?? ''}`
      found[name] =
        `${report.verdict} ${fault === undefined || faults.includes(fault) ? (fault ?? '') : faults.join('+')}`
      if (process.env.KEEP) writeFileSync(`${process.env.KEEP}/${name.replace(/[^\p{L}\p{N}]+/gu, '-')}.pdf`, pdf)
    }
    expect(found).toEqual(wanted)
    expect(Object.values(found).filter((one) => one.startsWith('valid'))).toEqual([])
  })
})

describe('what is right', () => {
  test('is found right in every algorithm that counts, and only revocation is not known', async () => {
    for (const [name, { pdf }] of Object.entries(await rightOnes(scene))) {
      const report = await check(pdf)
      const [one] = report.signatures
      expect([name, report.verdict, one?.faults, one?.reservations, one?.algorithm, one?.level]).toEqual([
        name,
        'reserved',
        [],
        ['revocation-unknown'],
        name,
        'B-B',
      ])
    }
  })
  test('a copy signed by officer and agency: the officer’s signature knows of the agency’s and of nothing else', async () => {
    const report = await check(signByBoth(scene.paper, scene.pki))
    expect(report.signatures.map(({ fieldName, verdict, changes }) => [fieldName, verdict, changes])).toEqual([
      ['Officer', 'reserved', ['signature']],
      ['Agency', 'reserved', []],
    ])
    expect(report).toMatchObject({
      verdict: 'reserved',
      pages: 2,
      archival: { claim: '2B', holds: true },
      notes: [],
      certified: null,
    })
  })
  test('a paper without signatures has none, and is not called anything', async () => {
    expect(await check(scene.paper)).toMatchObject({ verdict: 'unsigned', signatures: [], pages: 2 })
  })
  test('after the certificate’s end only the signer’s clock speaks for it, and that is said', async () => {
    const late = unwrap(
      await checkFile(signByOfficer(scene.paper, scene.pki), [scene.pki.root], new Date('2041-06-01T00:00:00Z')),
    )
    expect(late.signatures[0]?.reservations).toContain('time-not-proven')
  })
})
