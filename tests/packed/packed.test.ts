// The program as it is handed out: packed, fuses flipped, started as an ordinary user with the sandbox on.
// It cannot be driven from outside (that is the point), so what it does is read from its own diary and from the kernel.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { connect } from 'node:net'
import { join } from 'node:path'
import { listPackage } from '@electron/asar'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { furnish, SPECIMEN_UNIT } from '../bench/office.ts'
import { bringDisplay, endDisplay, stage } from '../journeys/window.ts'
import { knownElectron } from '../setup/electron.ts'
import { openRuntime, type Packed, packProgram, wrongFuses } from '../setup/pack.ts'
import { root, runtime } from '../setup/place.ts'
import { sqliteForStandIn } from '../setup/sqlite.ts'

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const possible = process.platform === 'linux' && knownElectron() !== null && has('Xvfb') && has('setpriv')
/** nobody / nogroup, when the tests are root. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : null
const asUser =
  user === null ? [] : ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--inh-caps=-all']

let packed: Packed
let home: string
let display: string
/** The packed folder, where the ordinary user can read it. */
let folder: string
const running: ChildProcess[] = []

interface Started {
  readonly process: ChildProcess
  readonly data: string
  readonly said: () => string
  readonly ended: Promise<number | null>
}

function startAs(command: readonly string[], data: string, env: Readonly<Record<string, string>> = {}): Started {
  const [program = '', ...args] = [...asUser, ...command]
  const child = spawn(program, args, {
    cwd: home,
    env: { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8', DISPLAY: display, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.push(child)
  let said = ''
  const hear = (bytes: Buffer): void => {
    said += bytes.toString()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  return {
    process: child,
    data,
    said: () => said,
    ended: new Promise((resolve) => child.once('close', (code) => resolve(code))),
  }
}

const startPacked = (
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  data = newFolder(),
): Started => startAs([join(folder, 'quay'), `--user-data-dir=${data}`, ...args], data, env)

let counter = 0
/** A name for user data that does not exist yet. */
function newFolder(): string {
  counter += 1
  return join(home, `data-${counter}`)
}

function giveToUser(path: string): void {
  if (user !== null && spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, path]).status !== 0)
    throw new Error('chown failed')
}

const diary = (data: string): readonly Record<string, unknown>[] => {
  const file = join(data, 'log/quay.log')
  if (!existsSync(file)) return []
  // Whole lines only: the last one may be in the writing.
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

/** Waits for a line of the program's diary. */
async function untilSaid(started: Started, event: string): Promise<Record<string, unknown>> {
  for (let tries = 0; tries < 400; tries += 1) {
    const line = diary(started.data).find((one) => one.event === event)
    if (line !== undefined) return line
    if (started.process.exitCode !== null) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`no ${event}: ${started.said().slice(-2000)}`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const patience = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(patience)
}

/** The kernel's word on the renderer of this program. */
function rendererOf(main: number): Readonly<Record<string, string>> {
  const rows = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).stdout.split('\n')
  const family = new Set([main])
  const parsed = rows.flatMap((row) => {
    const [, pid = '', parent = '', args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? []
    return pid === '' ? [] : [{ pid: Number(pid), parent: Number(parent), args }]
  })
  for (let round = 0; round < 4; round += 1) for (const one of parsed) if (family.has(one.parent)) family.add(one.pid)
  const renderer = parsed.find((one) => family.has(one.pid) && one.args.includes('--type=renderer'))
  const status = readFileSync(`/proc/${renderer?.pid}/status`, 'utf8')
  const value = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '?'
  return {
    uid: value('Uid'),
    seccomp: value('Seccomp'),
    noNewPrivileges: value('NoNewPrivs'),
    capabilities: value('CapEff'),
  }
}

const answersOn = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

/** What the package holds, with `/` in front. */
const contents = (): readonly string[] =>
  listPackage(packed.asar, { isPack: false }).map((name) => name.replaceAll('\\', '/'))

describe.skipIf(!possible)('the packed program', () => {
  beforeAll(async () => {
    packed = await packProgram()
    mkdirSync('/var/tmp', { recursive: true })
    home = mkdtempSync('/var/tmp/quay-packed-')
    giveToUser(home)
    display = await bringDisplay()
    folder = packed.folder
    const [program = '', ...args] = [...asUser, 'test', '-x', packed.executable]
    if (spawnSync(program, args).status !== 0) {
      folder = join(home, 'program')
      if (spawnSync('cp', ['-a', packed.folder, folder]).status !== 0) throw new Error('cannot stage the package')
    }
  }, 120_000)
  afterEach(async () => {
    await Promise.all(running.splice(0).map(stop))
  })
  afterAll(() => {
    endDisplay()
    if (home !== undefined) rmSync(home, { recursive: true, force: true })
  })

  test('opens its window as an ordinary user, with the sandbox really on', async () => {
    const started = startPacked()
    await untilSaid(started, 'app.window')
    expect(await untilSaid(started, 'app.started')).toMatchObject({ sandboxed: true, electron: packed.electron })
    expect(rendererOf(started.process.pid ?? 0)).toEqual({
      uid: String(user?.uid ?? process.getuid?.()),
      seccomp: '2',
      noNewPrivileges: '1',
      capabilities: '0000000000000000',
    })
  })

  test('comes up in an office that is already furnished, and leaves its store as it was', async () => {
    const data = newFolder()
    await furnish(data, SPECIMEN_UNIT)
    giveToUser(data)
    const before = readFileSync(join(data, 'store/quay.db'))
    const started = startPacked([], {}, data)
    await untilSaid(started, 'app.window')
    await stop(started.process)
    expect(diary(data).filter((line) => /uncaught|unhandled|bug|gone/.test(String(line.event)))).toEqual([])
    expect(readFileSync(join(data, 'store/quay.db')).equals(before)).toBe(true)
  })

  test.each([
    ['--no-sandbox', 'no-sandbox'],
    ['-no-sandbox', 'no-sandbox'],
    ['--remote-debugging-port=9222', 'remote-debugging-port'],
    ['--remote-debugging-port=0', 'remote-debugging-port'],
    ['--remote-debugging-pipe', 'remote-debugging-pipe'],
    ['--inspect', 'inspect'],
    ['--inspect=127.0.0.1:9229', 'inspect'],
    ['--inspect-brk', 'inspect-brk'],
    ['--disable-web-security', 'disable-web-security'],
  ])('refuses to start with %s, says so, and has touched nothing', async (word, name) => {
    const started = startPacked([word])
    expect(await started.ended).toBe(78)
    expect(started.said()).toContain(`Quầy does not start with: ${name}\n`)
    // The runtime itself makes the folder of the user's data; nothing of ours is in it.
    expect(globSync('**/*', { cwd: started.data })).toEqual([])
  })

  test('opens no debugging port even for a moment', async () => {
    const started = startPacked(['--remote-debugging-port=9222', '--inspect=9229'])
    const seen: boolean[] = []
    while (started.process.exitCode === null && started.process.signalCode === null) {
      seen.push((await answersOn(9222)) || (await answersOn(9229)))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(new Set(seen)).toEqual(new Set([false]))
  })

  test('cannot be turned into a bare Node, nor be given code by NODE_OPTIONS', async () => {
    const trace = join(home, 'was-loaded')
    const evil = join(home, 'evil.cjs')
    writeFileSync(evil, `require('node:fs').writeFileSync(${JSON.stringify(trace)}, 'yes')`)
    const data = newFolder()
    const env = { ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: `--require ${evil}` }
    const started = startAs([join(folder, 'quay'), evil, `--user-data-dir=${data}`], data, env)
    await untilSaid(started, 'app.window')
    expect(existsSync(trace)).toBe(false)
  })

  test('takes no simulated device from its environment; only an unpacked program does', async () => {
    const trace = (name: string): string => join(home, `bench-${name}`)
    const bench = join(home, 'bench.cjs')
    writeFileSync(
      bench,
      `require('node:fs').writeFileSync(process.env.BENCH_TRACE, 'loaded')
       exports.driverFor = () => ({ name: 'simulated', present: async () => ({ ok: true, value: [] }), open: async () => { throw new Error('none') } })`,
    )
    giveToUser(bench)
    const shipped = startPacked([], { QUAY_BENCH: bench, BENCH_TRACE: trace('packed') })
    await untilSaid(shipped, 'app.window')
    const known = knownElectron()
    const place = stage(user?.uid ?? null)
    const data = newFolder()
    const unpacked = startAs([(known?.executable ?? '').replace(root, place), place, `--user-data-dir=${data}`], data, {
      QUAY_BENCH: bench,
      BENCH_TRACE: trace('unpacked'),
      ...(known?.official === true ? {} : { QUAY_SQLITE: sqliteForStandIn.replace(runtime, join(place, '.runtime')) }),
    })
    await untilSaid(unpacked, 'app.window')
    for (let tries = 0; tries < 100 && !existsSync(trace('unpacked')); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50))
    // By now the packed program, which was started first, has had the same time and more.
    expect({ packed: existsSync(trace('packed')), unpacked: existsSync(trace('unpacked')) }).toEqual({
      packed: false,
      unpacked: true,
    })
  })

  test('carries the fuses as declared', async () => {
    expect(await wrongFuses(packed.executable)).toEqual([])
  })

  test('holds what runs and nothing else: no tests, no sources, no foreign platforms', () => {
    const files = contents()
    const tops = [...new Set(files.map((name) => name.split('/')[1] ?? ''))].sort()
    expect(tops).toEqual(['.build', 'node_modules', 'package.json'])
    const ours = files.filter((name) => !name.startsWith('/node_modules/'))
    expect(
      ours.filter((name) => /(^|\/)(tests?|bench|journeys|fixtures?)(\/|$)|\.test\.|\.tsx?$|\.map$/.test(name)),
    ).toEqual([])
    const natives = files.filter((name) => name.endsWith('.node'))
    expect(natives.length).toBeGreaterThan(4)
    expect(natives.filter((name) => /win32|darwin|musl|arm64/.test(name))).toEqual([])
    for (const name of natives) expect(existsSync(`${packed.asar}.unpacked${name}`)).toBe(true)
    const beside = globSync('*', { cwd: join(packed.folder, 'resources') }).sort()
    expect(beside.filter((name) => name !== 'trust')).toEqual(
      ['app.asar', 'app.asar.unpacked', 'catalogue', 'fonts', 'help', 'migrations', 'templates'].sort(),
    )
  })

  test('has every module that its code asks for', () => {
    const files = new Set(contents())
    expect(modulesOf([...files]).filter((name) => !files.has(`/node_modules/${name}`))).toEqual([])
  })

  test('its native modules work out of the package, and its workshop makes a document, in this very runtime', () => {
    // The shipped executable is no Node any more, so the same runtime before its fuses were flipped loads the package.
    const script = join(home, 'load.cjs')
    writeFileSync(script, LOAD)
    const ran = spawnSync(openRuntime(), [script, packed.asar], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', ELECTRON_RUN_AS_NODE: '1' },
      timeout: 30_000,
    })
    expect(ran.stderr.split('\n').filter((line) => line.includes('Error'))).toEqual([])
    expect(JSON.parse(ran.stdout)).toEqual({
      'better-sqlite3': 'chacha20 row',
      sharp: 'jpeg 8×8',
      'pcsc-mini': 'function',
      pkcs11js: 'function',
      usb: 'object',
      document: '%PDF-',
    })
  })
})

/** The packages that the built program loads. */
function modulesOf(files: readonly string[]): readonly string[] {
  const code = files.filter((name) => /^\/\.build\/(main|drivers|preload)\/.*\.cjs$/.test(name))
  const asked = code.flatMap((name) =>
    [...readFileSync(join(root, name), 'utf8').matchAll(/\b(?:require|import)\("([^"./][^"]*)"\)/g)].map(
      (found) => found[1] ?? '',
    ),
  )
  const foreign = asked.filter(
    // pdf.js keeps an address as a template in a text of its own; no module has such a name.
    (name) =>
      !name.startsWith('${') && !name.startsWith('node:') && !builtinModules.includes(name) && name !== 'electron',
  )
  return [...new Set(foreign)].sort()
}

const LOAD = `
const { join } = require('node:path'); const { tmpdir } = require('node:os'); const { mkdtempSync, rmSync } = require('node:fs')
const { fork } = require('node:child_process')
const asar = process.argv[2]; const load = require('node:module').createRequire(join(asar, '.build/main/app.cjs'))
async function main() {
  const seen = {}
  const folder = mkdtempSync(join(tmpdir(), 'quay-load-'))
  const Database = load('better-sqlite3'); const db = new Database(join(folder, 'a.db'))
  db.pragma("cipher='chacha20'"); db.pragma("key='k'"); db.exec('create table t(a)'); db.prepare('insert into t values (?)').run('row')
  seen['better-sqlite3'] = db.pragma('cipher', { simple: true }) + ' ' + db.prepare('select a from t').pluck().get(); db.close()
  rmSync(folder, { recursive: true })
  const sharp = load('sharp')
  const page = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } }).jpeg().toBuffer()
  const facts = await sharp(page).metadata(); seen.sharp = facts.format + ' ' + facts.width + '×' + facts.height
  seen['pcsc-mini'] = typeof load('pcsc-mini').Client
  seen.pkcs11js = typeof load('pkcs11js').PKCS11
  seen.usb = typeof load('usb').usb
  const sheet = await sharp({ create: { width: 420, height: 594, channels: 3, background: '#fff' } }).jpeg().toBuffer()
  const worker = fork(join(asar, '.build/main/work.cjs'), [join(asar, '.build/main/files')], { serialization: 'advanced' })
  const metadata = { id: '5b2c1d1e-7a55-4c3e-9d5e-2f4f5c3b2a10', now: new Date(1.79e12), title: 'Giấy khai sinh', creator: 'Đơn vị mẫu' }
  const pages = [{ picture: new Uint8Array(sheet), rotation: 0, dpi: 50, words: null }]
  worker.send({ id: 1, name: 'makePdf', input: [{ pages, metadata, certified: true }] })
  const answer = await new Promise((resolve, reject) => { worker.once('message', resolve); worker.once('error', reject) })
  seen.document = answer.value && answer.value.ok ? Buffer.from(answer.value.value.pdf.subarray(0, 5)).toString() : answer
  worker.kill()
  process.stdout.write(JSON.stringify(seen)); process.exit(0)
}
main().catch((error) => { process.stderr.write(String(error.stack)); process.exit(1) })
`
