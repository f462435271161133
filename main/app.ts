// The composition root: starts the processes, opens the window, answers its calls. Built by hand, read from top to bottom.
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { app, type BrowserWindow, type MessagePortMain, powerMonitor, safeStorage, utilityProcess } from 'electron'
import type { DeviceKind } from '../drivers/contract.ts'
import type { Handlers } from '../preload/contract/index.ts'
import { fail, ok, type Result } from '../preload/contract/result.ts'
import type { PinQuestion } from '../preload/contract/signature.ts'
import type { About, Language } from '../preload/contract/support.ts'
import { type Counter, openCounter, WORK } from './counter.ts'
import {
  type HostProcess,
  linkHost,
  manyDrivers,
  passPort,
  remoteCard,
  remoteScan,
  remoteToken,
  type SigningSession,
  watchDevices,
} from './devices/index.ts'
import { keepHeapSmall } from './heap.ts'
import { answerCalls, tellWindow } from './ipc.ts'
import { openLog, traceOf } from './log.ts'
import { openDesk, readUnit, type Unit } from './operator/index.ts'
import type { Keychain, Keys } from './storage/index.ts'
import { lightFor } from './support/index.ts'
import { declareProtocol, openCounterWindow, openPinWindow } from './window.ts'
import type { WorkshopJobs } from './work.ts'
import { BENCH_FLAGS, type BenchProcess, openWorkshop } from './workshop/index.ts'

/** Switches that switch the sandbox off, wholly or in part. */
const UNSANDBOXED = [
  'no-sandbox',
  'disable-seccomp-filter-sandbox',
  'disable-gpu-sandbox',
  'disable-setuid-sandbox',
  'single-process',
] as const
/** Switches that would take the walls down; a packed program does not start with them. */
const FORBIDDEN = [
  ...UNSANDBOXED,
  'renderer-cmd-prefix',
  'utility-cmd-prefix',
  'gpu-launcher',
  'disable-web-security',
  'disable-site-isolation-trials',
  'ignore-certificate-errors',
  'host-resolver-rules',
  'remote-debugging-port',
  'remote-debugging-pipe',
  'inspect',
  'inspect-brk',
  'js-flags',
  'load-extension',
]
const LOCK_AFTER = 10 * 60_000

const refused = app.isPackaged
  ? FORBIDDEN.filter(
      (name) =>
        app.commandLine.hasSwitch(name) ||
        process.argv.some((word) => word === `--${name}` || word.startsWith(`--${name}=`)),
    )
  : []
if (refused.length > 0) {
  process.stderr.write(`Quầy does not start with: ${refused.join(', ')}\n`)
  app.exit(78)
} else if (!app.requestSingleInstanceLock()) app.exit(0)
else {
  declareProtocol()
  app.enableSandbox()
  void app.whenReady().then(run)
}

function run(): void {
  keepHeapSmall()
  const started = performance.timeOrigin
  const now = (): Date => new Date()
  const data = app.getPath('userData')
  const folder = join(data, 'store')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const root = app.getAppPath()
  const build = join(root, '.build')
  const resources = app.isPackaged ? process.resourcesPath : join(root, 'resources')
  // Only an unpacked program (tests, demo) takes these from its environment.
  const development = app.isPackaged ? {} : { nativeBinding: process.env.QUAY_SQLITE, bench: process.env.QUAY_BENCH }
  const bench = development.bench ?? ''
  const log = openLog(join(data, 'log'), now)
  process.on('uncaughtException', (error) => log('app.uncaught', traceOf(error)))
  process.on('unhandledRejection', (error) => log('app.unhandled', traceOf(error)))

  const unitFile = join(data, 'unit.json')
  const unit: Unit = readUnit(unitFile) ?? NO_UNIT
  let window: BrowserWindow | null = null
  let counter: Counter | null = null
  let language: Language = 'vi'
  let lastCall = now().getTime()
  const contents = () => window?.webContents ?? null
  const tell = tellWindow(contents, log)

  const host = (kind: DeviceKind, option: string) => (): HostProcess => {
    const child = utilityProcess.fork(join(build, 'drivers/host.cjs'), [kind, option, bench], {
      serviceName: `quay-${kind}`,
      stdio: 'ignore',
    })
    return {
      send: (message, ports) => child.postMessage(message, (ports ?? []) as MessagePortMain[]),
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void child.on('exit', listener),
      kill: () => void child.kill(),
    }
  }
  // In memory, and the same at every start: pages left by a killed program are swept when the next one opens it.
  const spool = join(
    process.platform === 'linux' ? '/dev/shm' : app.getPath('temp'),
    `quay-scan-${createHash('sha256').update(data).digest('hex').slice(0, 12)}`,
  )
  const links = {
    card: linkHost('card', host('card', ''), log),
    scan: linkHost('scan', host('scan', JSON.stringify({ spool, scanners: unit.scanners ?? [] })), log),
    signature: unit.tokenModules.map((module) => linkHost('signature', host('signature', module), log)),
  }
  const drivers = {
    card: remoteCard(links.card),
    scan: remoteScan(links.scan),
    signature: manyDrivers('signature', links.signature.map(remoteToken)),
  }
  const devices = watchDevices(
    [
      { kind: 'card', ...drivers.card, beat: 2_000 },
      { kind: 'scan', ...drivers.scan, beat: 1_500 },
      { kind: 'signature', ...drivers.signature, beat: 1_500 },
    ],
    (listing) => {
      log('devices.changed', { kind: listing.kind, count: listing.devices.length, answered: listing.answered })
      tell.support.devicesChanged(devices.all().map(lightFor))
    },
  )
  // In processes of their own: a hostile picture or PDF takes a bench down, never the counter. One more than there may be
  // background work, so that who waits is served at once.
  const workbench = (): BenchProcess => {
    const child = utilityProcess.fork(join(build, 'main/work.cjs'), [join(build, 'main/files')], {
      serviceName: 'quay-workshop',
      stdio: 'ignore',
      execArgv: ['--max-old-space-size=1024', ...BENCH_FLAGS],
    })
    return {
      send: (job) => child.postMessage(job),
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void child.on('exit', () => listener()),
      kill: () => void child.kill(),
      memory: () => {
        const metric = app.getAppMetrics().find(({ pid }) => pid === child.pid)
        return metric === undefined ? null : metric.memory.workingSetSize * 1024
      },
    }
  }
  const workshop = openWorkshop<WorkshopJobs>(workbench, Math.max(2, Math.min(4, cpus().length)), WORK)

  async function askPin(
    question: Omit<PinQuestion, 'language'>,
    session: SigningSession,
    insist: boolean,
  ): Promise<Result<unknown>> {
    if (window === null) return fail({ kind: 'pin', what: 'withheld' })
    let answer: Promise<Result<unknown>> | null = null
    const asked = openPinWindow({ build }, window, { ...question, language }, (port) => {
      answer = passPort(session, question.task, insist, port)
    })
    const result = await (answer ?? Promise.resolve(fail({ kind: 'pin', what: 'withheld' })))
    // A refused PIN stays readable until the person closes the window.
    if (result.ok) asked.close()
    return result
  }

  const desk = openDesk({
    folder,
    keychain: keychainOf(),
    unit,
    open: (keys: Keys) => {
      counter = openCounter({
        folder,
        keys,
        unit,
        unitFile,
        resources,
        migrations: app.isPackaged ? join(resources, 'migrations') : join(root, 'main/storage/migrations'),
        ...(development.nativeBinding === undefined ? {} : { nativeBinding: development.nativeBinding }),
        workshop,
        drivers,
        devices,
        now,
        log,
        tell,
        askPin,
      })
      void counter.start().catch((error: unknown) => log('app.start-bug', traceOf(error)))
      return counter
    },
    signedOut: () => counter?.cards.forget(),
    changed: tell.operator.changed,
  })

  const about: About = {
    version: app.getVersion(),
    electron: process.versions.electron ?? '',
    chrome: process.versions.chrome ?? '',
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    sandboxed: !UNSANDBOXED.some((name) => app.commandLine.hasSwitch(name)),
    bench: bench !== '',
  }
  const support: Handlers['support'] = {
    devices: () => ok(devices.all().map(lightFor)),
    about: () => ok(about),
    language: ({ set }) => {
      language = set ?? language
      return ok(language)
    },
  }
  answerCalls({
    window: contents,
    caller: () => {
      lastCall = now().getTime()
      return counter?.operators.caller() ?? null
    },
    handlers: () => ({ operator: desk.handlers, support, ...counter?.handlers }),
    log,
  })

  window = openCounterWindow({ build }, (hash) => {
    if (counter === null || counter.operators.caller() === null) return null
    const file = counter.vault.get(hash)
    return file.ok ? file.value : null
  })
  window.once('ready-to-show', () => log('app.window', { ms: Math.round(Date.now() - started) }))
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    log('app.renderer-gone', { reason })
    window?.reload()
  })
  window.on('closed', () => {
    window = null
  })
  const idle = setInterval(() => {
    const away = now().getTime() - lastCall > LOCK_AFTER
    if (away && desk.state().at === 'signed-in') desk.lock()
  }, 15_000)
  powerMonitor.on('lock-screen', () => desk.lock())
  powerMonitor.on('suspend', () => desk.lock())
  app.on('second-instance', () => window?.focus())

  let leaving = false
  app.on('window-all-closed', () => app.quit())
  app.on('before-quit', (event) => {
    if (leaving) return
    event.preventDefault()
    leaving = true
    clearInterval(idle)
    devices.stop()
    for (const link of [links.card, links.scan, ...links.signature]) link.stop()
    void Promise.allSettled([counter?.stop(), workshop.close()]).finally(() => app.exit(0))
  })
  log('app.started', { version: about.version, electron: about.electron, sandboxed: about.sandboxed })
  desk.start()
}

/** The OS keychain, only where it really protects: Linux without a keyring would store the key in plain sight. */
function keychainOf(): Keychain | null {
  const backend = process.platform === 'linux' ? (safeStorage.getSelectedStorageBackend?.() ?? 'basic_text') : 'os'
  if (!safeStorage.isEncryptionAvailable() || backend === 'basic_text' || backend === 'unknown') return null
  return {
    wrap: (secret) => safeStorage.encryptString(Buffer.from(secret).toString('base64')),
    unwrap: (box) => Buffer.from(safeStorage.decryptString(Buffer.from(box)), 'base64'),
  }
}

/** Before IT has rolled out unit.json: everything works, nothing has value, nothing is sent. */
const NO_UNIT: Unit = {
  name: 'Chưa cài đặt đơn vị',
  code: 'MAU',
  place: '',
  address: '',
  phone: '',
  station: '01',
  specimen: true,
  closesAt: { hour: 17, minute: 0 },
  agency: { name: '', identifier: '' },
  trust: [],
  tokenModules: [],
  province: null,
}
