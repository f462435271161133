// Entry of a device host process: one driver, asked by main over the declared border. The only file here that knows Electron.
// A PIN comes in by a port of its own, goes into one login, is wiped, and is told to nobody.
import { randomUUID } from 'node:crypto'
import type { MessagePortMain } from 'electron'
import { type FromHost, ToHost } from '../preload/contract/host.ts'
import { fail, ok, type Result } from '../preload/contract/result.ts'
import { PinMessage } from '../preload/contract/signature.ts'
import { pcscDriver } from './card/pcsc.ts'
import type { AccessKey, CardSession, Driver, ScanRequest, ScanSession, TokenSession } from './contract.ts'
import { allScanners } from './scan/scanners.ts'
import { pkcs11Driver } from './signature/pkcs11.ts'
import { watchUsb } from './usb/nudge.ts'

type Session = CardSession | ScanSession | TokenSession
type Ask = Extract<ToHost, { is: 'ask' }>

const [kind = '', option = '', bench = ''] = process.argv.slice(2)
const port = process.parentPort
const tell = (message: FromHost): void => port.postMessage(message)
const note = (code: string): void => tell({ is: 'note', code: code.slice(0, 200) })

async function driverFor(): Promise<Driver<Session>> {
  // The simulated devices of the demo on systems without these stacks; main never passes this in a packed program.
  if (bench !== '') return ((await import(bench)) as { driverFor(kind: string): Driver<Session> }).driverFor(kind)
  switch (kind) {
    case 'card':
      return pcscDriver()
    case 'scan':
      return allScanners(option)
    default:
      return pkcs11Driver(option, (code) => note(`pkcs11 ${String(code)}`))
  }
}

const sessions = new Map<string, { readonly session: Session; readonly control: AbortController }>()
const aborts = new Map<number, AbortController>()
const pages = new Map<string, () => void>()

async function open(driver: Driver<Session>, device: unknown): Promise<Result<string>> {
  const control = new AbortController()
  const opened = await driver.open(String(device), control.signal)
  if (!opened.ok) return opened
  const id = randomUUID()
  sessions.set(id, { session: opened.value, control })
  return ok(id)
}

async function perform(driver: Driver<Session>, ask: Ask, signal: AbortSignal): Promise<Result<unknown>> {
  if (ask.verb === 'present') return driver.present(signal)
  if (ask.verb === 'open') return open(driver, ask.argument)
  const held = sessions.get(ask.session ?? '')
  if (held === undefined)
    return ask.verb === 'close' ? ok(null) : fail({ kind: 'device', device: kind as 'card', what: 'removed' })
  signal.addEventListener('abort', () => held.control.abort(), { once: true })
  switch (ask.verb) {
    case 'close':
      sessions.delete(ask.session ?? '')
      await held.session.close()
      held.control.abort()
      return ok(null)
    case 'card.read':
      return (held.session as CardSession).read(ask.argument as AccessKey, (step, percent) =>
        tell({ is: 'event', id: ask.id, event: 'progress', value: { step, percent } }),
      )
    case 'scan.abilities':
      return (held.session as ScanSession).abilities()
    case 'scan.scan':
      return (held.session as ScanSession).scan(
        ask.argument as ScanRequest,
        (page) =>
          new Promise((taken, refused) => {
            pages.set(`${ask.id}:${page.number}`, taken)
            signal.addEventListener('abort', () => refused(new Error('page not taken')), { once: true })
            tell({ is: 'event', id: ask.id, event: 'page', value: page })
          }),
      )
    case 'signature.pinState':
      return (held.session as TokenSession).pinState()
    case 'signature.certificates':
      return (held.session as TokenSession).certificates()
    case 'signature.sign': {
      const { fingerprint, digest } = ask.argument as { fingerprint: string; digest: Uint8Array }
      return (held.session as TokenSession).sign(fingerprint, digest)
    }
    case 'signature.logout':
      await (held.session as TokenSession).logout()
      return ok(null)
  }
}

/** One PIN, one login. The window learns the same result as main; a window closed without a PIN is "withheld". */
function listenForPin(message: Extract<ToHost, { is: 'pin-port' }>, pinPort: MessagePortMain): void {
  let done = false
  const finish = (result: Result<unknown>): void => {
    if (done) return
    done = true
    tell({ is: 'answer', id: message.id, result })
  }
  pinPort.on('message', async ({ data }) => {
    const parsed = PinMessage.safeParse(data)
    const held = sessions.get(message.session)
    if (done || !parsed.success || held === undefined) return finish(fail({ kind: 'pin', what: 'withheld' }))
    const pin = Buffer.from(parsed.data.pin, 'utf8')
    const result = await (held.session as TokenSession).login(pin, message.insist)
    pin.fill(0)
    pinPort.postMessage(result.ok ? ok({}) : result)
    finish(result.ok ? ok(null) : result)
  })
  pinPort.on('close', () => finish(fail({ kind: 'pin', what: 'withheld' })))
  pinPort.start()
}

async function main(): Promise<void> {
  const driver = await driverFor()
  const nudge = (): void => tell({ is: 'nudge' })
  driver.watch?.(nudge)
  if (bench === '' && kind !== 'card') watchUsb(nudge)
  port.on('message', async ({ data, ports }) => {
    const parsed = ToHost.safeParse(data)
    if (!parsed.success) return
    const message = parsed.data
    switch (message.is) {
      case 'abort':
        return aborts.get(message.id)?.abort()
      case 'taken': {
        const taken = pages.get(`${message.id}:${message.page}`)
        pages.delete(`${message.id}:${message.page}`)
        return taken?.()
      }
      case 'pin-port': {
        const pinPort = ports[0]
        if (pinPort !== undefined) listenForPin(message, pinPort)
        return
      }
      case 'ask': {
        const control = new AbortController()
        aborts.set(message.id, control)
        const result = await perform(driver, message, control.signal).catch((error: unknown): Result<unknown> => {
          note(`host ${message.verb} ${error instanceof Error ? error.name : 'unknown'}`)
          return fail({ kind: 'device', device: kind as 'card', what: 'failed' })
        })
        aborts.delete(message.id)
        tell({ is: 'answer', id: message.id, result })
      }
    }
  })
}

// A library's stray rejection (a plug event that could not be read) is noted; it must not end a running scan.
process.on('unhandledRejection', (reason) =>
  note(`host unhandled ${reason instanceof Error ? reason.name : 'unknown'}`),
)
void main()
