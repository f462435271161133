// Fetches packages of Debian into a folder of ours, once, without installing anything. The system's own apt configuration is
// neither read nor changed; what cannot be had is answered with null, and the caller says so.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Wanted {
  /** Name of a binary package, or of a source package whose upstream archive is wanted. */
  readonly name: string
  readonly kind: 'binary' | 'source'
  /** Only these paths of an upstream archive are unpacked (shell pattern of tar); all when left out. */
  readonly only?: string
}

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'
const SUITE = 'bookworm'

function apt(home: string, folder: string, ...command: readonly string[]) {
  const options = {
    'Dir::Etc::sourcelist': join(home, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': join(home, 'lists'),
    'Dir::Cache': join(home, 'cache'),
    'APT::Sandbox::User': 'root',
    'Acquire::Retries': '1',
    'Acquire::http::Timeout': '20',
  }
  const set = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  return spawnSync('apt-get', [...set, '-qq', ...command], { cwd: folder, encoding: 'utf8', timeout: 300_000 })
}

/** Brings the lists of the suite into `home` the first time. False when there is no apt-get or no archive. */
function openLists(home: string): boolean {
  for (const folder of ['lists/partial', 'cache/archives/partial', 'fetched', 'unpacked'])
    mkdirSync(join(home, folder), { recursive: true })
  if (readdirSync(join(home, 'lists')).some((name) => name.includes('_Packages'))) return true
  const kinds = ['deb', 'deb-src'].map(
    (kind) => `${kind} [signed-by=${KEYRING}] http://deb.debian.org/debian ${SUITE} main\n`,
  )
  writeFileSync(join(home, 'sources.list'), kinds.join(''))
  return apt(home, home, 'update').error === undefined
}

/** The folder below `home` in which the package lies unpacked, or null when it cannot be had now. */
export function fetchPackage(home: string, { name, kind, only }: Wanted): string | null {
  const place = join(home, 'unpacked', `${name}.${kind}`)
  if (existsSync(place)) return place
  if (!openLists(home)) return null
  const fetched = join(home, 'fetched')
  const archive = (): string | undefined =>
    readdirSync(fetched).find((file) =>
      kind === 'binary'
        ? file.startsWith(`${name}_`) && file.endsWith('.deb')
        : file.startsWith(`${name}_`) && file.includes('.orig.tar.') && !file.endsWith('.asc'),
    )
  if (archive() === undefined)
    apt(home, fetched, ...(kind === 'binary' ? ['download', name] : ['source', '--download-only', name]))
  const found = archive()
  if (found === undefined) return null
  const fresh = `${place}.${process.pid}`
  mkdirSync(fresh, { recursive: true })
  const packed = join(fetched, found)
  const pattern = only === undefined ? [] : ['--wildcards', only]
  const { status } =
    kind === 'binary'
      ? spawnSync('dpkg-deb', ['-x', packed, fresh])
      : spawnSync('tar', ['-xf', packed, '-C', fresh, '--strip-components=1', ...pattern])
  if (status !== 0) return null
  if (!existsSync(place)) renameSync(fresh, place)
  return place
}
