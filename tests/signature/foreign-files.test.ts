// The short way through `npm run torture -- foreign`: files made here, no network, each signed and judged by strangers or refused.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { HAND_MADE } from '../bench/corpus/by-hand.ts'
import { DAMAGES, fuzz } from '../bench/corpus/damage.ts'
import { signForeignFiles } from './foreign-files.ts'
import { makePaper, officerRequest } from './pades-paper.ts'
import { makePki } from './pades-pki.ts'
import { signOnce } from './pades-signing.ts'

const room = mkdtempSync(join(tmpdir(), 'foreign-files-'))
afterAll(() => rmSync(room, { recursive: true, force: true }))
const TOOLS = ['qpdf', 'pdfsig', 'pdftoppm', 'pdfinfo', 'certutil', 'openssl']
const hasTools = TOOLS.every((tool) => spawnSync('which', [tool]).status === 0)

async function makeFiles(): Promise<readonly string[]> {
  const paper = await makePaper()
  const pki = makePki(room, 'rsa')
  const company = { ...officerRequest(pki), fieldName: 'CongTy', appearance: { kind: 'none' as const, lines: [] } }
  const signed = signOnce(paper, company, pki.officer)
  const files: Record<string, Uint8Array> = { paper, signed }
  for (const [kind, write] of Object.entries(HAND_MADE)) files[kind] = write()
  for (const [kind, spoil] of Object.entries(DAMAGES)) {
    files[`paper-${kind}`] = spoil(paper)
    files[`signed-${kind}`] = spoil(signed)
  }
  for (let seed = 1; seed <= 12; seed += 1) files[`fuzzed-${seed}`] = fuzz(paper, seed)
  const paths = Object.entries(files).map(([name, bytes]) => {
    const path = join(room, `${name}.pdf`)
    writeFileSync(path, bytes)
    return path
  })
  const locked = join(room, 'locked.pdf')
  const { status } = spawnSync('qpdf', ['--encrypt', '', 'owner', '256', '--', join(room, 'paper.pdf'), locked])
  return status === 0 ? [...paths, locked] : paths
}

test.skipIf(!hasTools)(
  'sixty papers of all kinds: signed and valid, or refused before a number is taken',
  async () => {
    const paths = await makeFiles()
    const seen = await signForeignFiles(paths, { trust: [join(room, 'root.pem')] })
    const { files, signed, repaired, refused, corrupt, crashed, signedBefore, troubles } = seen
    expect({ files, sum: signed + repaired + refused, corrupt, crashed, signedBefore, troubles }).toEqual({
      files: paths.length,
      sum: paths.length,
      corrupt: 0,
      crashed: 0,
      signedBefore: 1,
      troubles: [],
    })
    expect([files <= 60, signed >= 10, repaired >= 8, refused >= 12]).toEqual([true, true, true, true])
  },
  60_000,
)
