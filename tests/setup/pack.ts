// `npm run pack`: packs the built program with electron-builder into .packed, and proves what it can: the fuses as they lie in the
// executable. Skipped while nothing that goes in has changed. With the stand-in Electron it makes a folder for tests, never a release.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { type ElectronRuntime, knownElectron } from './electron.ts'
import { root, runtime, say } from './place.ts'
import { sqliteForStandIn } from './sqlite.ts'

export interface Packed {
  /** The unpacked program, ready to start. */
  readonly folder: string
  readonly executable: string
  readonly asar: string
  /** False when it carries the stand-in runtime: for tests only. */
  readonly release: boolean
  readonly electron: string
}

const output = join(root, '.packed')
const marker = join(output, 'quay-packed.json')
/** Everything that decides what lies in the package. Modules are pinned by the lock. */
const INPUTS = [
  '.build/**/*',
  'resources/{fonts,catalogue,templates,help,trust}/**/*',
  'resources/build/icon.png',
  'main/storage/migrations/**/*',
  'electron-builder.yml',
  'tests/setup/pack.ts',
  'package.json',
  'package-lock.json',
  'LICENSE',
]

function fingerprint(electron: ElectronRuntime): string {
  const hash = createHash('sha256').update(`${electron.version} ${electron.official}`)
  for (const file of globSync(INPUTS, { cwd: root }).sort()) {
    const path = join(root, file)
    if (statSync(path).isFile()) hash.update(`\0${file}\0`).update(readFileSync(path))
  }
  if (!electron.official) hash.update(readFileSync(sqliteForStandIn))
  return hash.digest('hex')
}

/** The packed program as it would be packed now, or null when there is none or it is older than its source. */
function current(stamp: string): Packed | null {
  if (!existsSync(marker)) return null
  const kept = JSON.parse(readFileSync(marker, 'utf8')) as { stamp: string; packed: Packed }
  return kept.stamp === stamp && existsSync(kept.packed.executable) && existsSync(kept.packed.asar) ? kept.packed : null
}

/** What the shipped executable must carry; a fuse that this runtime does not know yet is left out. */
const FUSES: readonly (readonly [FuseV1Options, boolean])[] = [
  [FuseV1Options.RunAsNode, false],
  [FuseV1Options.EnableCookieEncryption, true],
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable, false],
  [FuseV1Options.EnableNodeCliInspectArguments, false],
  [FuseV1Options.OnlyLoadAppFromAsar, true],
  [FuseV1Options.GrantFileProtocolExtraPrivileges, false],
]

/** Reads the fuses back from the executable; answers those that are not as they must be. */
export async function wrongFuses(executable: string): Promise<readonly string[]> {
  const wire = (await getCurrentFuseWire(executable)) as unknown as Readonly<Record<number, number>>
  return FUSES.filter(([fuse, on]) => {
    const state = wire[fuse]
    return state !== undefined && state !== (on ? '1' : '0').charCodeAt(0)
  }).map(([fuse]) => FuseV1Options[fuse])
}

async function knowsFuse(executable: string, fuse: FuseV1Options): Promise<boolean> {
  return fuse in (await getCurrentFuseWire(executable))
}

/** Before anything is made of the folder: what our own runtime folder left in it goes out, the stand-in gets its driver. */
function finish(folder: string, electron: ElectronRuntime): void {
  for (const left of ['quay-runtime.json', 'resources/default_app.asar']) rmSync(join(folder, left), { force: true })
  if (electron.official) return
  const prebuild = 'resources/app.asar.unpacked/node_modules/better-sqlite3/prebuilds/linux-x64.node'
  copyFileSync(sqliteForStandIn, join(folder, prebuild))
  say('stand-in only: the SQLite driver was replaced by the one built for Electron 25; this is no release')
}

async function build(electron: ElectronRuntime, targets: readonly string[]): Promise<void> {
  const { build: pack, Platform } = await import('electron-builder')
  const platform = Platform.current()
  const known = await knowsFuse(electron.executable, FuseV1Options.GrantFileProtocolExtraPrivileges)
  await pack({
    projectDir: root,
    publish: 'never',
    targets: platform.createTarget([...targets]),
    config: {
      afterPack: ({ appOutDir }) => finish(appOutDir, electron),
      electronDist: electron.folder,
      electronVersion: electron.version,
      // Our pages come by quay://. An older runtime has no such fuse, and setting it there is an error.
      ...(known ? { electronFuses: { grantFileProtocolExtraPrivileges: false } } : {}),
    },
  })
}

/** The packed program, made anew only when something that goes in has changed. */
export async function packProgram(targets: readonly string[] = ['dir']): Promise<Packed> {
  const electron = knownElectron()
  if (electron === null) throw new Error('no Electron here; run `npm run setup`')
  if (!electron.official && targets.some((target) => target !== 'dir'))
    throw new Error('the stand-in Electron must not be shipped: only `dir` is packed with it')
  if (!existsSync(join(root, '.build/main/app.cjs'))) throw new Error('nothing is built; run `npm run build`')
  const stamp = fingerprint(electron)
  const kept = targets.join() === 'dir' ? current(stamp) : null
  if (kept !== null) return kept
  say(`packing with Electron ${electron.version}${electron.official ? '' : ' (stand-in)'} …`)
  rmSync(output, { recursive: true, force: true })
  mkdirSync(output, { recursive: true })
  await build(electron, targets)
  const folder = globSync('*unpacked', { cwd: output }).map((name) => join(output, name))[0]
  if (folder === undefined) throw new Error('electron-builder made no unpacked folder')
  const packed: Packed = {
    folder,
    executable: join(folder, process.platform === 'win32' ? 'Quầy.exe' : 'quay'),
    asar: join(folder, 'resources/app.asar'),
    release: electron.official,
    electron: electron.version,
  }
  const wrong = await wrongFuses(packed.executable)
  if (wrong.length > 0) throw new Error(`fuses are not as declared: ${wrong.join(', ')}`)
  if (process.platform !== 'win32') spawnSync('chmod', ['-R', 'a+rX', output])
  writeFileSync(marker, JSON.stringify({ stamp, packed }, null, 2))
  return packed
}

/** The same runtime before its fuses were flipped: lets tests look into the package with its own loader. */
export const openRuntime = (): string => knownElectron()?.executable ?? join(runtime, 'electron/electron')

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const began = Date.now()
  const targets = process.argv.slice(2)
  const packed = await packProgram(targets.length === 0 ? ['dir'] : targets)
  const size = spawnSync('du', ['-sm', packed.folder], { encoding: 'utf8' }).stdout.split('\t')[0]
  say(
    `packed: ${packed.folder} (${size} MB, Electron ${packed.electron}) in ${((Date.now() - began) / 1000).toFixed(1)} s`,
  )
}
