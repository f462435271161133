// Entry of a device host process: one driver, asked by main over the declared border. The only file here that knows Electron.
// A PIN comes in by a port of its own, is tried once, wiped, and told to nobody.
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

async function open(driver: Driver<Session>, device: unknown, signal: AbortSignal): Promise<Result<string>> {
  const control = new AbortController()
  // A device that does not answer while it is opened is not waited for once nobody wants it any more.
  signal.addEventListener('abort', () => control.abort(), { once: true })
  const opened = await driver.open(String(device), control.signal)
  if (!opened.ok) return opened
  const id = randomUUID()
  sessions.set(id, { session: opened.value, control })
  return ok(id)
}

async function perform(driver: Driver<Session>, ask: Ask, signal: AbortSignal): Promise<Result<unknown>> {
  if (ask.verb === 'present') return driver.present(signal)
  if (ask.verb === 'open') return open(driver, ask.argument, signal)
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

/** One message, one try. The window learns the same result as main; a window closed without a PIN is "withheld". */
function listenForPin(message: Extract<ToHost, { is: 'pin-port' }>, pinPort: MessagePortMain): void {
  let asked = false
  const finish = (result: Result<unknown>): void => tell({ is: 'answer', id: message.id, result })
  pinPort.on('message', async ({ data }) => {
    if (asked) return
    asked = true
    // From now on silence means that the library hangs, or that nobody types at the reader.
    tell({ is: 'event', id: message.id, event: 'progress', value: null })
    const parsed = PinMessage.safeParse(data)
    const held = sessions.get(message.session)
    if (!parsed.success || held === undefined) return finish(fail({ kind: 'pin', what: 'withheld' }))
    const result = await tryPin(held.session as TokenSession, message, parsed.data)
    pinPort.postMessage(result.ok ? ok({}) : result)
    finish(result.ok ? ok(result.value ?? null) : result)
  })
  pinPort.on('close', () => {
    if (!asked) finish(fail({ kind: 'pin', what: 'withheld' }))
    asked = true
  })
  pinPort.start()
}

/** What was typed is wiped, whatever the token says. A login also tells main whether the reader has keys of its own. */
async function tryPin(
  session: TokenSession,
  { task, insist }: Extract<ToHost, { is: 'pin-port' }>,
  { pin, newPin = new Uint8Array(), insist: insisted = false }: PinMessage,
): Promise<Result<unknown>> {
  try {
    if (task === 'change') return await session.changePin(pin, newPin, insisted)
    if (task === 'unblock') return await session.unblock(pin, newPin, insisted)
    const logged = await session.login(pin, insist)
    if (!logged.ok) return logged
    const state = await session.pinState()
    return ok({ pinPad: state.ok && state.value.pinPad })
  } catch (error) {
    note(`host pin ${error instanceof Error ? error.name : 'unknown'}`)
    return fail({ kind: 'device', device: 'signature', what: 'failed' })
  } finally {
    pin.fill(0)
    newPin.fill(0)
  }
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
// Ended by main: what the driver started ends too (drivers/scan/program.ts).
process.once('SIGTERM', () => process.exit(0))
void main()
