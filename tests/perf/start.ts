// How long until the counter's window can be seen, and what the whole program then holds in memory.
// Beside it, in turn, an empty window of the same runtime: what Electron itself costs on this machine at this moment.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { _electron } from 'playwright'
import { type Stack, startStack } from '../bench/stack.ts'
import { openStore } from '../journeys/story.ts'
import { bringDisplay, endDisplay, openWindow, stage } from '../journeys/window.ts'
import { knownElectron } from '../setup/electron.ts'
import { root, runtime } from '../setup/place.ts'
import { sqliteForStandIn } from '../setup/sqlite.ts'
import type { Measurement } from './run.ts'

const PEER = 'an empty window of the same Electron'
const SETTLE_MS = 3_000

/** An app of one window and nothing else. It writes the moment of its first paint where it is told. */
function makeBareApp(folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'bare', version: '0.0.0', main: 'main.cjs' }))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>bare</title><p>bare</p>')
  writeFileSync(
    join(folder, 'main.cjs'),
    `const { app, BrowserWindow } = require('electron'); const { writeFileSync } = require('node:fs')
app.enableSandbox()
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1366, height: 768, show: false })
  window.once('ready-to-show', () => {
    window.show()
    if (process.env.BARE_PAINTED) writeFileSync(process.env.BARE_PAINTED, String(Date.now()))
  })
  window.loadFile('index.html')
})`,
  )
}

interface Place {
  readonly stack: Stack
  /** The program's folder, readable by the unprivileged user. */
  readonly folder: string
  readonly executable: string
  readonly bare: string
  readonly env: Readonly<Record<string, string>>
}

const asUser = (stack: Stack): readonly string[] =>
  stack.user === null
    ? []
    : ['setpriv', `--reuid=${stack.user.uid}`, `--regid=${stack.user.gid}`, '--clear-groups', '--inh-caps=-all']

function give(stack: Stack, path: string): void {
  if (stack.user !== null) spawnSync('chown', ['-R', `${stack.user.uid}:${stack.user.gid}`, path])
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const patience = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(patience)
}

/** Milliseconds from the start of the process to the moment that `painted` finds written down (a time since 1970). */
async function timeStart(
  place: Place,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  painted: () => number | null,
): Promise<number> {
  const [program = '', ...rest] = [...asUser(place.stack), place.executable, ...args]
  const began = Date.now()
  const child = spawn(program, rest, { cwd: place.stack.home, env: { ...place.env, ...env }, stdio: 'ignore' })
  try {
    while (Date.now() - began < 60_000) {
      const at = painted()
      if (at !== null) return at - began
      if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}`)
      await pause(20)
    }
    throw new Error('no window within a minute')
  } finally {
    await end(child)
  }
}

/** The diary's own word: `app.window` is written when the window is ready to be shown. */
function paintedIn(data: string): number | null {
  const file = join(data, 'log/quay.log')
  if (!existsSync(file)) return null
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((one) => one.includes('"app.window"'))
  return line === undefined ? null : Date.parse((JSON.parse(line) as { at: string }).at)
}

let counter = 0
function timeOurs(place: Place, furnished: string | null): Promise<number> {
  counter += 1
  const data = join(place.stack.home, `data-${counter}`)
  if (furnished === null) mkdirSync(data)
  else cpSync(furnished, data, { recursive: true })
  give(place.stack, data)
  return timeStart(place, [place.folder, `--user-data-dir=${data}`], {}, () => paintedIn(data)).finally(() =>
    rmSync(data, { recursive: true, force: true }),
  )
}

function timeBare(place: Place): Promise<number> {
  counter += 1
  const data = join(place.stack.home, `bare-${counter}`)
  mkdirSync(data)
  give(place.stack, data)
  const painted = join(data, 'painted')
  const read = (): number | null =>
    existsSync(painted) ? Number(readFileSync(painted, 'utf8') || Number.NaN) || null : null
  return timeStart(place, [place.bare, `--user-data-dir=${data}`], { BARE_PAINTED: painted }, read).finally(() =>
    rmSync(data, { recursive: true, force: true }),
  )
}

/** Proportional set size (proc(5), smaps_rollup) of a process and everything below it, in MB. */
function memoryOf(pid: number): number {
  const rows = spawnSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).stdout.trim().split('\n')
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number))
  const family = [pid]
  for (let index = 0; index < family.length; index += 1)
    for (const [child = 0, parent = 0] of pairs) if (parent === family[index]) family.push(child)
  const kilobytes = family.map((one) => {
    try {
      return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return 0
      throw new Error('the memory of a sandboxed process can be read by root only; run this measurement as root')
    }
  })
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024
}

async function memoryOfOurs({ stack }: Place): Promise<number> {
  const window = await openWindow(stack)
  try {
    await openStore(window.page)
    await pause(SETTLE_MS)
    return memoryOf(window.pid)
  } finally {
    await window.close()
  }
}

async function memoryOfBare(place: Place): Promise<number> {
  counter += 1
  const data = join(place.stack.home, `bare-${counter}`)
  mkdirSync(data)
  give(place.stack, data)
  // The same way in as `openWindow`: what the inspector costs is on both sides.
  const wrapper = join(place.stack.home, 'bare.sh')
  writeFileSync(wrapper, `#!/bin/sh\nexec ${[...asUser(place.stack), place.executable].join(' ')} "$@"\n`)
  chmodSync(wrapper, 0o755)
  const app = await _electron.launch({
    executablePath: wrapper,
    args: [place.bare, `--user-data-dir=${data}`],
    cwd: place.stack.home,
    chromiumSandbox: true,
    env: { ...place.env },
  })
  try {
    await (await app.firstWindow()).waitForLoadState('domcontentloaded')
    await pause(SETTLE_MS)
    return memoryOf(app.process().pid ?? 0)
  } finally {
    await app.close()
  }
}

export const measureStart: Measurement = async ({ runs }) => {
  const known = knownElectron()
  if (known === null) throw new Error('no Electron here; run `npm run setup`')
  const stack = await startStack({ offline: true })
  try {
    const folder = stage(stack.user?.uid ?? null)
    const bare = join(stack.home, 'bare')
    makeBareApp(bare)
    const sqlite = sqliteForStandIn.replace(runtime, join(folder, '.runtime'))
    const place: Place = {
      stack,
      folder,
      executable: known.executable.replace(root, folder),
      bare,
      env: {
        PATH: process.env.PATH ?? '',
        LANG: 'C.UTF-8',
        DISPLAY: await bringDisplay(),
        ...(known.official ? {} : { QUAY_SQLITE: sqlite }),
        ...stack.env,
      },
    }
    const furnished = join(stack.home, 'furnished')
    cpSync(stack.data, furnished, { recursive: true })
    const seen = { furnished: [] as number[], fresh: [] as number[], bare: [] as number[] }
    // One round for the disk cache, which is not counted.
    for (let round = 0; round <= (runs ?? 7); round += 1) {
      const [a, b, c] = [await timeBare(place), await timeOurs(place, furnished), await timeOurs(place, null)]
      if (round === 0) continue
      seen.bare.push(a)
      seen.furnished.push(b)
      seen.fresh.push(c)
    }
    const memory = { ours: [] as number[], bare: [] as number[] }
    for (let round = 0; round < Math.min(3, runs ?? 3); round += 1) {
      memory.bare.push(await memoryOfBare(place))
      memory.ours.push(await memoryOfOurs(place))
    }
    const peer = { name: PEER, samples: seen.bare }
    return [
      { measure: 'start.window_ms', unit: 'ms', ours: seen.furnished, peer },
      { measure: 'start.first_window_ms', unit: 'ms', ours: seen.fresh, peer },
      { measure: 'start.memory_mb', unit: 'MB', ours: memory.ours, peer: { name: PEER, samples: memory.bare } },
    ]
  } finally {
    endDisplay()
    await stack.stop()
  }
}
