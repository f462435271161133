// The first step of every command: brings a fresh machine to the point where Node 24 can run the rest.
// Plain Node 20, nothing installed. Every step is skipped when it has been done; it says what it does and what to install.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const runtime = join(root, '.runtime')
mkdirSync(runtime, { recursive: true })

/** Debian 12 packages, each with what it is for. */
const packages = {
  xvfb: 'a display for the window when there is none',
  'libgtk-3-0': 'Electron',
  libnss3: 'Electron',
  libasound2: 'Electron',
  libgbm1: 'Electron',
  libxss1: 'Electron',
  pcscd: 'the PC/SC stack of the card readers',
  'vsmartcard-vpcd': 'a card reader made of software under the real PC/SC stack',
  libpcsclite1: 'PC/SC',
  softhsm2: 'PKCS#11 tokens for tests',
  opensc: 'pkcs11-tool, to fill the test tokens',
  'libp11-kit-dev': 'pkcs11.h for the faulting PKCS#11 module',
  'sane-utils': 'scanimage, the SANE stack of the scanners',
  'sane-airscan': 'network scanners (eSCL) under SANE',
  'avahi-daemon': 'an independent responder for the search for network scanners (DNS-SD)',
  'avahi-utils': 'avahi-publish, to announce a scanner to it',
  dbus: 'the private bus of that responder',
  img2pdf: 'PDF files as other programs make them, to be taken in',
  'libpdfbox2-java': 'Preflight, an independent PDF/A-1 check',
  'openjdk-17-jdk-headless': 'Preflight',
  'tesseract-ocr': 'an independent reading of a page',
  'tesseract-ocr-vie': 'Vietnamese for it',
  qpdf: 'independent PDF check',
  'poppler-utils': 'pdfsig, an independent signature check',
  'libnss3-tools': 'certutil, the trust store of pdfsig',
  openssl: 'test certificates',
  gcc: 'native builds',
  'g++': 'native builds',
  make: 'native builds',
  python3: 'node-gyp',
}

/** Where Node's headers are, for the native builds; without them node-gyp would fetch them from nodejs.org. */
const nodeHeaders = () =>
  ['/usr', '/usr/local', join(dirname(process.execPath), '..')].find((prefix) =>
    existsSync(join(prefix, 'include/node/node_api.h')),
  )
if (nodeHeaders() === undefined) packages['libnode-dev'] = "Node's headers, for the native builds"

const say = (line) => process.stdout.write(`quay · ${line}\n`)
const stop = (line) => {
  process.stderr.write(`quay · ${line}\n`)
  process.exit(1)
}
const run = (command, args, options = {}) =>
  spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options, env: { ...process.env, ...options.env } })

function step(name, stamp, work) {
  const mark = join(runtime, `${name}.done`)
  if (existsSync(mark) && readFileSync(mark, 'utf8') === stamp) return
  const began = Date.now()
  say(`${name} …`)
  work()
  writeFileSync(mark, stamp)
  say(`${name} done in ${((Date.now() - began) / 1000).toFixed(1)} s`)
}

function installSystemPackages() {
  if (process.platform !== 'linux') {
    say('not Linux: the real device stacks under test are Linux ones; the demo will use the bench devices')
    return
  }
  const known = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...Object.keys(packages)], {
    encoding: 'utf8',
  })
  if (known.error) return say('no dpkg here: install the packages named in tests/setup/bootstrap.mjs by hand')
  const installed = new Set(
    known.stdout
      .split('\n')
      .filter((row) => row.endsWith(' installed'))
      .map((row) => row.split(' ')[0]?.split(':')[0]),
  )
  const missing = Object.keys(packages).filter((name) => !installed.has(name))
  // A compiler that is there without its Debian package is as good.
  const wanted = missing.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0)
  if (wanted.length === 0) return
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const line = `${asRoot.length > 0 ? 'sudo ' : ''}apt-get install -y --no-install-recommends ${wanted.join(' ')}`
  for (const name of wanted) say(`  ${name}: ${packages[name]}`)
  if (asRoot.length > 0 && spawnSync('sudo', ['-n', 'true']).status !== 0)
    stop(`system packages are missing and there is no password-less sudo. Please run:\n\n  ${line}\n\nand start again.`)
  const apt = (...args) => {
    const [command, ...rest] = [...asRoot, 'apt-get', ...args]
    return run(command, rest, { env: { DEBIAN_FRONTEND: 'noninteractive' }, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  apt('update', '-qq')
  if (apt('install', '-y', '-qq', '--no-install-recommends', ...wanted).status !== 0)
    stop(`could not install system packages. Please run:\n\n  ${line}\n\nand start again.`)
}

const hashOf = (...files) =>
  files.reduce((hash, file) => hash.update(readFileSync(join(root, file))), createHash('sha256')).digest('hex')

// Looked at each time (50 ms): a package may have been removed since.
installSystemPackages()

step('node modules', hashOf('package-lock.json'), () => {
  const headers = nodeHeaders()
  const env = { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1', ...(headers ? { npm_config_nodedir: headers } : {}) }
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  // `npm ci` insists on optional packages of other systems too; a registry that lacks one of them must not stop us.
  // The second way keeps to the same lock file and does not write it.
  const strict = run('npm', ['ci', ...quiet], { env, stdio: 'ignore' })
  const done = strict.status === 0 ? strict : run('npm', ['install', '--no-save', ...quiet], { env })
  if (done.status !== 0) stop('npm could not install the node modules; is the npm registry reachable?')
})

const node24 = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
if (!existsSync(node24))
  stop('the newer Node (npm package "node") is missing from node_modules; delete .runtime and start again')

const [command = 'setup', ...rest] = process.argv.slice(2)
const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`
const child = run(
  node24,
  ['--disable-warning=ExperimentalWarning', join(root, 'tests', 'setup', 'run.ts'), command, ...rest],
  {
    env: { PATH: path, ...(nodeHeaders() ? { QUAY_NODE_HEADERS: nodeHeaders() } : {}) },
  },
)
process.exit(child.status ?? 1)
