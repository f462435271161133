// Starts the real program in a real window and drives it as a person would. As root it drops to an unprivileged user, so
// that the renderer's sandbox is really on; without a display it brings its own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { accessSync, chmodSync, constants, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { _electron, type ElectronApplication, type Page } from 'playwright'
import type { Stack } from '../bench/stack.ts'
import { knownElectron } from '../setup/electron.ts'
import { root, runtime } from '../setup/place.ts'
import { sqliteForStandIn } from '../setup/sqlite.ts'

export interface OpenWindow {
  readonly app: ElectronApplication
  readonly page: Page
  readonly pid: number
  /** The PIN window, when it opens. */
  pinWindow(): Promise<Page>
  /** As if the plug were pulled: the whole process tree at once. */
  kill(): Promise<void>
  close(): Promise<void>
}

let display: { readonly name: string; readonly process: ChildProcess } | null = null

/** A display of our own, unless there is one. Outside Linux the desktop is always there. */
export async function bringDisplay(): Promise<string> {
  if (process.platform !== 'linux') return ''
  if (process.env.QUAY_DISPLAY !== undefined) return process.env.QUAY_DISPLAY
  if (display !== null) return display.name
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1500x900x24', '-ac', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const name = await new Promise<string>((resolve, reject) => {
    server.once('error', reject)
    server.once('exit', () => reject(new Error('Xvfb ended')))
    server.stdio[3]?.once('data', (number: Buffer) => resolve(`:${number.toString().trim()}`))
  })
  server.unref()
  process.once('exit', () => server.kill())
  display = { name, process: server }
  return name
}

export function endDisplay(): void {
  display?.process.kill()
  display = null
}

const readableBy = (uid: number, path: string): boolean =>
  spawnSync('setpriv', [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', 'test', '-r', path]).status === 0

/** The program's folder as the unprivileged user can read it: the checkout itself, or a linked copy of what runs. */
export function stage(uid: number | null): string {
  if (uid === null || readableBy(uid, join(root, '.build/main/app.cjs'))) return root
  const copy = '/var/tmp/quay-staged'
  rmSync(copy, { recursive: true, force: true })
  mkdirSync(copy, { mode: 0o755 })
  for (const part of [
    '.build',
    'package.json',
    'resources',
    'main/storage/migrations',
    'node_modules',
    '.runtime/electron',
    '.runtime/sqlite-napi8.node',
    '.runtime/faulting-pkcs11.so',
    '.runtime/bench-devices.cjs',
  ]) {
    if (!existsSync(join(root, part))) continue
    mkdirSync(join(copy, part, '..'), { recursive: true })
    // Hard links when it is the same disk (instant), else a copy.
    if (spawnSync('cp', ['-al', join(root, part), join(copy, part)]).status !== 0)
      cpSync(join(root, part), join(copy, part), { recursive: true })
  }
  spawnSync('chmod', ['-R', 'a+rX', copy])
  return copy
}

/** A wrapper that becomes the unprivileged user and then Electron, keeping the process id. */
function executableFor(stack: Stack, folder: string): string {
  const known = knownElectron()
  if (known === null) throw new Error('no Electron here; run `npm run setup`')
  const executable = known.executable.replace(root, folder)
  if (stack.user === null) return executable
  const wrapper = join(stack.home, 'as-counter-clerk.sh')
  if (!existsSync(wrapper)) {
    writeFileSync(
      wrapper,
      `#!/bin/sh\nexec setpriv --reuid=${stack.user.uid} --regid=${stack.user.gid} --clear-groups --inh-caps=-all "${executable}" "$@"\n`,
    )
    chmodSync(wrapper, 0o755)
  }
  return wrapper
}

const staged = new Map<number | null, string>()

export async function openWindow(stack: Stack, more: Readonly<Record<string, string>> = {}): Promise<OpenWindow> {
  const uid = stack.user?.uid ?? null
  const folder = staged.get(uid) ?? stage(uid)
  staged.set(uid, folder)
  const official = knownElectron()?.official === true
  const sqlite = sqliteForStandIn.replace(runtime, join(folder, '.runtime'))
  accessSync(join(folder, '.build/main/app.cjs'), constants.R_OK)
  const bench = stack.env.QUAY_BENCH?.replace(pathToFileURL(root).href, pathToFileURL(folder).href)
  const app = await _electron.launch({
    executablePath: executableFor(stack, folder),
    args: [folder, `--user-data-dir=${stack.data}`],
    cwd: stack.home,
    chromiumSandbox: true,
    timeout: 60_000,
    env: {
      // Windows and macOS do not start a program without their own variables.
      ...(process.platform === 'linux' ? {} : (process.env as Record<string, string>)),
      PATH: process.env.PATH ?? '',
      LANG: 'C.UTF-8',
      ...(process.env.TZ === undefined ? {} : { TZ: process.env.TZ }),
      DISPLAY: await bringDisplay(),
      ...(official ? {} : { QUAY_SQLITE: sqlite }),
      ...stack.env,
      ...(bench === undefined ? {} : { QUAY_BENCH: bench }),
      ...more,
    },
  })
  const page = await app.firstWindow()
  await page.waitForLoadState('domcontentloaded')
  const pid = app.process().pid ?? 0
  return {
    app,
    page,
    pid,
    pinWindow: async () =>
      app.windows().find((window) => window.url().includes('pin.html')) ??
      app.waitForEvent('window', { predicate: (window) => window !== page, timeout: 30_000 }),
    kill: async () => {
      const ended = new Promise<void>((resolve) => app.process().once('exit', () => resolve()))
      for (const child of treeOf(pid)) {
        try {
          process.kill(child, 'SIGKILL')
        } catch {
          // It had already ended.
        }
      }
      await ended
    },
    close: async () => {
      await app.close().catch(() => undefined)
    },
  }
}

/** The process and everything it started, the root first. */
export function treeOf(pid: number): readonly number[] {
  const rows = spawnSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).stdout.trim().split('\n')
  const children = new Map<number, number[]>()
  for (const row of rows) {
    const [child = 0, parent = 0] = row.trim().split(/\s+/).map(Number)
    children.set(parent, [...(children.get(parent) ?? []), child])
  }
  const all = [pid]
  for (let index = 0; index < all.length; index += 1) all.push(...(children.get(all[index] ?? -1) ?? []))
  return all
}
