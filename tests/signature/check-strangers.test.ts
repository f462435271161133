// Strangers look at the forgeries too: where our checker and one of them answer differently, the reason is written down here.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkFile } from '../../main/signature/check/check-file.ts'
import { askStrangers, type OurReport } from '../bench/peers/ask-strangers.ts'
import { missingTools } from '../bench/peers/command-line.ts'
import { hasJavaPeers } from '../bench/peers/java.ts'
import { forgeries, sampleFile } from './attacks.ts'
import { rightOnes } from './attacks-by-rule.ts'
import type { Samples } from './attacks-parts.ts'
import { makePaper } from './pades-paper.ts'
import { makePki } from './pades-pki.ts'

const everybodyIsHere = missingTools().length === 0 && hasJavaPeers()
const room = mkdtempSync(join(tmpdir(), 'check-strangers-'))
const NOW = new Date('2026-11-22T03:00:00Z')
afterAll(() => rmSync(room, { recursive: true, force: true }))

/** Every sample on whose integrity or coverage somebody answers differently, and why. Ours is never the one that lets it pass. */
const EXPLAINED: Readonly<Record<string, string>> = {
  'an attribute that names another certificate':
    'sound: the strangers answer that in a question of its own; ours counts it as broken',
  'no attribute that names the certificate': 'sound: PAdES demands the attribute, plain CMS does not',
  'shadow: a cover freed':
    'unchanged: the Java validator compares what is drawn by name, a freed picture is no difference to it',
  'shadow: the catalogue replaced by another one':
    'unchanged: the same content under another number; ours wants the same root',
  'the same with the signature copied behind it':
    'sound: the value is right, its place is not the one it was signed in',
  'an object that nothing uses': 'unchanged: nothing shows; a later revision could use it, so ours objects',
  'the agency’s signature taken out of the form': 'unchanged: the Java validator allows a form to lose what came later',
  'a second field that claims the officer’s name': 'unchanged: to the Java validator it is a further signature',
  'wrapping: a second range in the gap':
    'sound: pdfsig and OpenSSL take the first range, PDFBox the last; ours refuses to choose',
  'wrapping: the value shorter than its gap': 'sound: bytes beside the value in the gap matter to us and to PDFBox',
  'wrapping: the range begins later': 'whole: pdfsig looks at the end alone',
  'forgery: no value': 'whole: pdfsig looks at the range alone; nobody finds it sound',
  'forgery: a value of zeros':
    'whole, unchanged: strangers that cannot read the value answer no to all; ours calls it unreadable',
  'certified 1, and signed again': 'unchanged: the Java validator knows no certification levels',
  MD5: 'sound: the arithmetic is right; a hash that can be forged proves nothing',
  'SHA-1': 'sound: as MD5',
  'SHA-1 of the old form': 'sound: as MD5',
}
const ABOUT: readonly string[] = ['sound', 'whole', 'unchanged']

describe.skipIf(!everybodyIsHere)('strangers beside our checker', () => {
  test('nobody disagrees about integrity or coverage without a reason', async () => {
    for (const name of ['own', 'impostor']) mkdirSync(join(room, name))
    const pki = makePki(join(room, 'own'), 'rsa')
    const scene = {
      paper: await makePaper(),
      pki,
      impostor: makePki(join(room, 'impostor'), 'rsa'),
      folder: join(room, 'own'),
    }
    const samples: Samples = { ...(await forgeries(scene)), ...(await rightOnes(scene)) }
    const files = new Map<string, string>()
    for (const [name, { pdf }] of Object.entries(samples)) {
      const file = sampleFile(room, name)
      files.set(file, name)
      writeFileSync(file, pdf)
    }
    const ours = async (file: string): Promise<readonly OurReport[] | null> => {
      const report = await checkFile(new Uint8Array(readFileSync(file)), [pki.root], NOW)
      if (!report.ok || report.value.verdict === 'unjudged') return null
      return report.value.signatures.map((one) => ({
        fieldName: one.fieldName,
        integrity: one.integrity,
        chain: one.path,
        coversWholeFile: one.coversWholeFile,
        laterChanges:
          one.faults.some((fault) => /changed|coverage/.test(fault)) ||
          one.reservations.some((it) => /form|annotated|bytes|metadata/.test(it))
            ? 'other'
            : 'none',
      }))
    }
    const { disagreements } = await askStrangers([...files.keys()], { trust: [pki.rootPem], ours })
    const about = disagreements.filter(({ question }) => ABOUT.includes(question))
    const names = new Set(about.map(({ file }) => files.get(file) ?? file))
    expect([...names].sort()).toEqual(Object.keys(EXPLAINED).sort())
    // Where somebody says that bytes or values are wrong, ours never says they are right.
    const lenient = about.filter(({ question, answers }) => question === 'sound' && answers.ours === true)
    expect(lenient).toEqual([])
  }, 120_000)
})
