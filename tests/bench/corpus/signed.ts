// Papers that were signed before they reach the counter, by another program (PDFBox): approved, certified with DocMDP 1 to 3,
// encrypted and signed, signed and then damaged. The signer's root is in the folder, see `corpusTrust`.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { makePki } from '../../signature/pades-pki.ts'
import { javaClassPath } from '../peers/java.ts'
import { DAMAGES } from './damage.ts'
import type { CorpusFile } from './index.ts'

export type SignedKind =
  | 'signed'
  | 'signed-docmdp-1'
  | 'signed-docmdp-2'
  | 'signed-docmdp-3'
  | 'signed-encrypted'
  | 'signed-broken'
  | 'signed-incomplete-table'

/** PEM of the root of those who signed papers of this corpus. */
export const corpusTrust = (folder: string): string => join(folder, 'signers', 'root.pem')

const LEVELS = { signed: 0, 'signed-docmdp-1': 1, 'signed-docmdp-2': 2, 'signed-docmdp-3': 3 } as const

interface Job extends CorpusFile {
  readonly from: string
  readonly level: number
}

export async function signVariants(
  folder: string,
  bases: readonly string[],
  missing: string[],
): Promise<readonly CorpusFile[]> {
  const classPath = javaClassPath()
  if (classPath === null) {
    missing.push('There is no JDK with PDFBox and BouncyCastle: papers signed by strangers are missing.')
    return []
  }
  const signers = join(folder, 'signers')
  if (!existsSync(corpusTrust(folder))) {
    mkdirSync(signers, { recursive: true })
    makePki(signers, 'rsa')
  }
  const place = join(folder, 'variants')
  const jobs: Job[] = bases.flatMap((base, index) => [
    ...Object.entries(LEVELS).map(([kind, level]) => ({
      path: join(place, `${kind}-${index}.pdf`),
      origin: `signed by PDFBox: ${basename(base)}`,
      kind: kind as SignedKind,
      from: base,
      level,
    })),
    ...encryptedOf(base, index, place),
  ])
  const done = sign(classPath, signers, jobs)
  const files: CorpusFile[] = jobs
    .filter(({ path }) => done.has(path))
    .map(({ path, origin, kind }) => ({ path, origin, kind }))
  for (const { path } of files.filter(({ kind }) => kind === 'signed')) {
    const bytes = readFileSync(path)
    for (const [kind, damage] of [
      ['signed-broken', 'broken-startxref'],
      ['signed-incomplete-table', 'broken-table'],
    ] as const) {
      const spoilt = join(place, `${kind}-${basename(path)}`)
      writeFileSync(spoilt, DAMAGES[damage](bytes))
      files.push({ path: spoilt, origin: `${damage} of ${basename(path)}`, kind })
    }
  }
  return files
}

function encryptedOf(base: string, index: number, place: string): readonly Job[] {
  const locked = join(place, `.encrypted-${index}.pdf`)
  const words = ['--static-id', '--static-aes-iv', '--encrypt', '', 'owner', '256', '--', base, locked]
  const { status } = spawnSync('qpdf', words)
  if (status !== 0 && status !== 3) return []
  const path = join(place, `signed-encrypted-${index}.pdf`)
  const origin = `encrypted by qpdf, then signed by PDFBox: ${basename(base)}`
  return [{ path, origin, kind: 'signed-encrypted', from: locked, level: 0 }]
}

/** Paths that were signed. */
function sign(classPath: string, signers: string, jobs: readonly Job[]): ReadonlySet<string> {
  const key = join(signers, 'officer.der')
  execFileSync('openssl', [
    'pkcs8',
    '-topk8',
    '-nocrypt',
    '-in',
    join(signers, 'officer.key'),
    '-outform',
    'DER',
    '-out',
    key,
  ])
  const certificate = join(signers, 'officer.pem')
  const { stdout } = spawnSync(
    'java',
    ['-cp', classPath, 'SoftwareSigner', `key=${key}`, `certificate=${certificate}`],
    {
      encoding: 'utf8',
      input: jobs.map(({ from, path, level }) => `${from}\t${path}\t${level}\n`).join(''),
      maxBuffer: 1 << 24,
    },
  )
  const answers = stdout.split('\n').map((line) => line.split('\t'))
  return new Set(answers.filter(([, answer]) => answer === 'ok').map(([path = '']) => path))
}
