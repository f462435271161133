// Starts and stops the PC/SC service with the virtual reader below it, for tests and the demo. Needs root (or sudo).
// A private service (own socket, own slots, own mount namespace) disturbs nobody and may be killed at will;
// the public one is used by any program on the machine, and one that already runs is used and left alone.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FIRST_SLOT } from './vpcd.ts'

const SERVICE = '/usr/sbin/pcscd'
const VIRTUAL_READER = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so'
const PUBLIC_SOCKET = '/run/pcscd/pcscd.comm'

const isRoot = () => process.getuid?.() === 0
const bySudo = () => spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0
const asRoot = (command: readonly string[]): readonly [string, ...string[]] => {
  const [program = '', ...rest] = isRoot() ? command : ['sudo', '-n', ...command]
  return [program, ...rest]
}

/** The service, the virtual reader and the right to start them are here. */
export const canRunPcscd = (): boolean => existsSync(SERVICE) && existsSync(VIRTUAL_READER) && (isRoot() || bySudo())

/** A private service also needs its own mount namespace. */
export const canRunPrivatePcscd = (): boolean =>
  canRunPcscd() && isRoot() && spawnSync('unshare', ['-m', 'true'], { stdio: 'ignore' }).status === 0

export interface PcscService {
  /** Where programs find it; for PCSCLITE_CSOCK_NAME. */
  readonly socket: string
  /** TCP ports of the two slots of the virtual reader. */
  readonly slots: readonly [number, number]
  start(): Promise<void>
  /** Ends it: politely, or as a crash would. Does nothing to a service that we did not start. */
  stop(how?: 'politely' | 'crash'): Promise<void>
  /** Stops it for good and removes its files. */
  close(): Promise<void>
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })

const listening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    // Only tries to take the port: a probing connection would look like a card to the virtual reader.
    const probe = createServer()
    probe.once('error', () => resolve(true))
    probe.listen(port, '0.0.0.0', () => probe.close(() => resolve(false)))
  })

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '0.0.0.0', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address ? address.port : 0
      probe.close(() => resolve(port))
    })
  })

async function eventually(claim: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await claim()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${what}: not within ten seconds`)
}

function runs(command: readonly [string, ...string[]], socket: string, ports: readonly [number, number]) {
  let process: ChildProcess | null = null
  return {
    async start() {
      if (process) return
      const [program, ...args] = command
      const child = spawn(program, args, { stdio: 'ignore' })
      process = child
      child.once('exit', () => {
        if (process === child) process = null
      })
      await eventually(async () => (await answers(socket)) && (await listening(ports[0])), 'the PC/SC service')
    },
    async stop(how: 'politely' | 'crash' = 'politely') {
      const child = process
      if (!child || child.exitCode !== null) return
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      child.kill(how === 'crash' ? 'SIGKILL' : 'SIGTERM')
      await ended
    },
  }
}

/** A service of one's own: found only by those who are told its socket. `canRunPrivatePcscd` says whether it can be had. */
export async function privatePcscd(): Promise<PcscService> {
  const folder = mkdtempSync(join(tmpdir(), 'pcscd-'))
  const [ipc, readers] = [join(folder, 'ipc'), join(folder, 'readers')]
  mkdirSync(ipc)
  mkdirSync(readers)
  mkdirSync('/run/pcscd', { recursive: true })
  // vpcd serves two slots, on two neighbouring ports.
  let port = await freePort()
  while (port > 65000 || (await listening(port + 1))) port = await freePort()
  const channel = `0x${port.toString(16).toUpperCase()}`
  writeFileSync(
    join(readers, 'virtual'),
    `FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:${channel}\nLIBPATH ${VIRTUAL_READER}\nCHANNELID ${channel}\n`,
  )
  const socket = join(ipc, 'pcscd.comm')
  const script = `mount --bind ${ipc} /run/pcscd && rm -f /run/pcscd/* && exec ${SERVICE} --foreground --config ${readers}`
  const slots = [port, port + 1] as const
  const service = runs(['unshare', '-m', 'sh', '-c', script], socket, slots)
  await service.start()
  return {
    socket,
    slots,
    ...service,
    async close() {
      await service.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The machine's service on its usual socket; one that already runs is used as it is. */
export async function publicPcscd(): Promise<PcscService> {
  const slots = [FIRST_SLOT, FIRST_SLOT + 1] as const
  const service = runs(asRoot([SERVICE, '--foreground']), PUBLIC_SOCKET, slots)
  const foreign = await answers(PUBLIC_SOCKET)
  if (foreign && !(await listening(FIRST_SLOT)))
    throw new Error('a PC/SC service runs here, but without the virtual reader')
  const untouched = { start: async () => {}, stop: async () => {} }
  if (!foreign) await service.start()
  const used = foreign ? untouched : service
  return { socket: PUBLIC_SOCKET, slots, ...used, close: () => used.stop() }
}
