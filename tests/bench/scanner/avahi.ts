// A real avahi-daemon of this test alone, on loopback, over a private D-Bus: an independent voice for DNS-SD.
// It never touches the system's bus, and does not start where another avahi-daemon already runs (it allows only one).
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** The programs are there, this user may write where the daemon leaves its number, and none runs yet. */
export const canRunAvahi = (): boolean =>
  process.platform === 'linux' &&
  ['avahi-daemon', 'avahi-publish-service', 'dbus-daemon'].every(has) &&
  mayWrite(existsSync('/run/avahi-daemon') ? '/run/avahi-daemon' : '/run') &&
  spawnSync('avahi-daemon', ['--check']).status !== 0

export interface Avahi {
  /** Announces a service until the returned function is called. */
  publish(name: string, type: string, port: number, text: readonly string[]): Promise<() => Promise<void>>
  close(): Promise<void>
}

const BUS = (socket: string) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=${socket}</listen><auth>EXTERNAL</auth><policy context="default">
<allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_type="signal"/><allow send_destination="*"/><allow receive_sender="*"/>
</policy></busconfig>`

const DAEMON = `[server]
host-name=quay-bench
use-ipv4=yes
use-ipv6=no
allow-interfaces=lo
[publish]
publish-hinfo=no
publish-workstation=no
`

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((done) => child.once('exit', done))
  child.kill('SIGTERM')
  await gone
}

export async function startAvahi(): Promise<Avahi> {
  const home = mkdtempSync(join(tmpdir(), 'quay-avahi-'))
  const socket = join(home, 'bus')
  writeFileSync(join(home, 'bus.conf'), BUS(socket))
  writeFileSync(join(home, 'avahi.conf'), DAEMON)
  const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${socket}` }
  const children: ChildProcess[] = []
  const start = (program: string, args: readonly string[]) => {
    const child = spawn(program, [...args], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    children.push(child)
    return child
  }
  /** Until the child says so on stderr. */
  const said = (child: ChildProcess, words: string) =>
    Promise.race([
      new Promise<boolean>((done) => {
        let heard = ''
        child.stderr?.on('data', (part: Buffer) => {
          heard += part
          if (heard.includes(words)) done(true)
        })
      }),
      wait(5_000, false),
    ])
  start('dbus-daemon', [`--config-file=${join(home, 'bus.conf')}`, '--nofork'])
  for (let turn = 0; turn < 50 && !existsSync(socket); turn++) await wait(50)
  const daemon = start('avahi-daemon', [
    '-f',
    join(home, 'avahi.conf'),
    '--no-drop-root',
    '--no-chroot',
    '--no-rlimits',
  ])
  const close = async () => {
    for (const child of [...children].reverse()) await end(child)
    rmSync(home, { recursive: true, force: true })
  }
  if (!(await said(daemon, 'Server startup complete'))) {
    await close()
    throw new Error('avahi-daemon did not start')
  }
  return {
    async publish(name, type, port, text) {
      const child = start('avahi-publish-service', [name, type, String(port), ...text])
      if (!(await said(child, 'Established under name'))) throw new Error('avahi did not announce the service')
      return () => end(child)
    },
    close,
  }
}
