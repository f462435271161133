// Variants of sound PDF files, the same every time: rewritten by qpdf, encrypted, damaged, signed by a stranger, huge, written
// by hand, fuzzed. What a tool is missing for is left out and said.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { makePaper } from '../../signature/pades-paper.ts'
import { HAND_MADE, type HandMadeKind } from './by-hand.ts'
import { DAMAGES, type Damage, fuzz } from './damage.ts'
import type { CorpusFile } from './index.ts'
import { type SignedKind, signVariants } from './signed.ts'

const QPDF = {
  linearised: ['--linearize'],
  'object-streams': ['--object-streams=generate'],
  'linearised-object-streams': ['--linearize', '--object-streams=generate'],
  'no-object-streams': ['--object-streams=disable'],
  'unpacked-streams': ['--stream-data=uncompress', '--object-streams=disable'],
  'pdf-2.0': ['--force-version=2.0'],
  'pdf-2.0-object-streams': ['--force-version=2.0', '--object-streams=generate'],
  'encrypted-rc4-40': ['--allow-weak-crypto', '--encrypt', '', 'owner', '40', '--'],
  'encrypted-rc4-128': ['--allow-weak-crypto', '--encrypt', '', 'owner', '128', '--use-aes=n', '--'],
  'encrypted-aes-128': ['--allow-weak-crypto', '--encrypt', '', 'owner', '128', '--use-aes=y', '--'],
  'encrypted-aes-256': ['--encrypt', '', 'owner', '256', '--'],
  'encrypted-password': ['--encrypt', 'bi-mat', 'owner', '256', '--'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type VariantKind =
  | keyof typeof QPDF
  | Damage
  | HandMadeKind
  | SignedKind
  | 'paper'
  | 'huge-pages'
  | 'huge-bytes'
  | 'fuzzed'

const BASES = 6
/** Bytes; small ones keep the corpus small, and a fuzzed byte is more likely to matter. */
const LARGEST_BASE = 120_000
const SMALLEST_BASE = 1500
const FUZZED_PER_BASE = 40
const FUZZ_SEED = 20_261_121
const MANY_PAGES = 3000
const MANY_BYTES = 60 << 20

const qpdf = (...words: readonly string[]): Promise<boolean> =>
  new Promise((resolve) => {
    execFile('qpdf', words, { timeout: 120_000, maxBuffer: 1 << 26 }, (error) => {
      // 3: done, with warnings
      resolve(error === null || error.code === 3)
    })
  })

/** Sound files of different makers, small, the same ones as long as the published part is the same. */
function chooseBases(published: readonly CorpusFile[]): readonly string[] {
  const sound = published
    .filter(
      ({ kind }) => kind === 'published-plain' || kind === 'published-object-streams' || kind === 'published-form',
    )
    .filter(({ path }) => {
      const { size } = statSync(path)
      return size >= SMALLEST_BASE && size <= LARGEST_BASE
    })
    .sort((one, other) => basename(one.path).localeCompare(basename(other.path)))
  const firstOf = new Map<string, string>()
  for (const { origin, path } of sound) if (!firstOf.has(origin)) firstOf.set(origin, path)
  return [...firstOf.values()].slice(0, BASES - 1)
}

export async function makeVariants(
  folder: string,
  published: readonly CorpusFile[],
  missing: string[],
): Promise<readonly CorpusFile[]> {
  const place = join(folder, 'variants')
  mkdirSync(place, { recursive: true })
  const files: CorpusFile[] = []
  const add = (kind: VariantKind, origin: string, bytes?: Uint8Array): string => {
    const name = `${kind}-${createHash('sha256').update(origin).digest('hex').slice(0, 8)}.pdf`
    const path = join(place, name)
    if (bytes !== undefined) writeFileSync(path, bytes)
    files.push({ path, origin, kind })
    return path
  }
  const paper = add('paper', 'a paper as the counter makes it', await makePaper())
  for (const [kind, write] of Object.entries(HAND_MADE)) add(kind as HandMadeKind, 'written by hand', write())
  const bases = [paper, ...chooseBases(published)]
  for (const base of bases) {
    const bytes = readFileSync(base)
    for (const [kind, words] of Object.entries(QPDF)) {
      const path = add(kind as keyof typeof QPDF, `qpdf ${kind} of ${basename(base)}`)
      const seed = kind.startsWith('encrypted') ? ['--static-id', '--static-aes-iv'] : ['--deterministic-id']
      if (!(await qpdf(...seed, ...words, base, path)) || !existsSync(path)) files.pop()
    }
    for (const [kind, spoil] of Object.entries(DAMAGES))
      add(kind as Damage, `${kind} of ${basename(base)}`, spoil(bytes))
    for (let number = 0; number < FUZZED_PER_BASE; number += 1) {
      const seed = FUZZ_SEED + number
      add('fuzzed', `seed ${seed} of ${basename(base)}`, fuzz(bytes, seed))
    }
  }
  const many = join(place, `huge-pages.pdf`)
  const times = Array.from({ length: MANY_PAGES / 2 }, () => [paper, '1-2']).flat()
  if (await qpdf('--deterministic-id', '--empty', '--pages', ...times, '--', many))
    files.push({ path: many, origin: `${MANY_PAGES} pages of one paper`, kind: 'huge-pages' })
  add('huge-bytes', `a paper with ${MANY_BYTES} bytes of picture`, await makePaper(MANY_BYTES))
  files.push(...(await signVariants(folder, bases, missing)))
  return files
}
