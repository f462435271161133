// Network scanners over eSCL (AirScan, Mopria eSCL 2.97), spoken by ourselves: found by DNS-SD or by an address given.
// Only a scanner that answered and offers JPEG is listed. TLS certificates are self-signed: the first one seen is held to
// while this process lives (in memory only). No vendor is known here; a device is never trusted with our time or memory.
import { performance } from 'node:perf_hooks'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Device, DeviceId, ScanSession } from '../contract.ts'
import { scanFailure } from './codes.ts'
import { type Address, readAddress, writeAddress } from './escl-address.ts'
import type { Discovery } from './escl-discovery.ts'
import { ask, type LineTrouble, type Pins, type Question } from './escl-http.ts'
import { ESCL_LIMITS, type EsclLimits, LINE_TROUBLE, runJob } from './escl-job.ts'
import { abilitiesOf, ticketFor } from './escl-ticket.ts'
import { type Capabilities, readCapabilities, XML_LIMIT } from './escl-xml.ts'
import { openSession } from './session.ts'
import type { Attachment, ScannerDriver } from './ways.ts'

export interface EsclOptions {
  /** Scanners that are not announced: `http://10.0.0.5/eSCL`, `https://scanner.office/eSCL`. What is no address is passed over. */
  readonly addresses?: readonly string[]
  /** Finds the others; none unless given. The driver does not close it. */
  readonly discovery?: Discovery
  readonly limits?: Partial<EsclLimits>
  /** Milliseconds for which an answer (or the lack of one) is good (10,000). An announced scanner that answered is asked again only when opened. */
  readonly freshMs?: number
  /** Milliseconds a scanner may take to be listed, on each of its ways, twice that on all of them (2,000). */
  readonly lookMs?: number
  /** Milliseconds a listing waits for a scanner that was known before (300); what it says later is told by a nudge. */
  readonly patienceMs?: number
  /** Monotonic milliseconds. */
  readonly now?: () => number
}

/** A scanner that may be there: what is known of it before it has answered. */
interface Target {
  readonly id: DeviceId
  /** What it was announced as; empty for a given address. */
  readonly name: string
  readonly ways: readonly Address[]
  readonly announced: boolean
}

/** How a target answered. */
interface Seen {
  readonly at: number
  readonly target: Target
  readonly answer: Answered | undefined
}
interface Answered {
  readonly address: Address
  readonly from: string | undefined
  readonly capabilities: Capabilities
}

const MOST_TARGETS = 64

/** Driver over HTTP; `present` asks every scanner once and leaves those at work in peace. */
export function esclDriver(options: EsclOptions = {}): ScannerDriver {
  const limits: EsclLimits = { ...ESCL_LIMITS, ...options.limits }
  const now = options.now ?? (() => performance.now())
  const freshMs = options.freshMs ?? 10_000
  const lookMs = options.lookMs ?? 2_000
  const patienceMs = options.patienceMs ?? 300
  const pins: Pins = new Map()
  const seen = new Map<DeviceId, Seen>()
  const looking = new Map<DeviceId, Promise<Seen>>()
  const atWork = new Set<DeviceId>()
  const nudges = new Set<() => void>()
  const given = (options.addresses ?? [])
    .map(readAddress)
    .filter((address) => address !== undefined)
    .map((address): Target => ({ id: writeAddress(address), name: '', ways: [address], announced: false }))

  function targets(): readonly Target[] {
    const announced = (options.discovery?.found() ?? []).map(({ name, ways }): Target => {
      const [first] = ways
      return { id: first === undefined ? '' : writeAddress(first), name, ways, announced: true }
    })
    const all = new Map<DeviceId, Target>()
    for (const one of [...given, ...announced]) if (one.ways.length > 0 && !all.has(one.id)) all.set(one.id, one)
    return [...all.values()].slice(0, MOST_TARGETS)
  }

  async function capabilitiesAt(
    address: Address,
    wholeMs: number,
    signal: AbortSignal,
  ): Promise<Answered | LineTrouble> {
    const path = `${address.path}/ScannerCapabilities`
    const asked = await ask(
      address,
      { method: 'GET', path, most: XML_LIMIT, silenceMs: wholeMs, wholeMs },
      pins,
      signal,
    )
    if (!asked.ok) return asked.trouble
    const capabilities = asked.answer.code === 200 ? readCapabilities(asked.answer.body) : undefined
    return capabilities === undefined ? 'garbled' : { address, from: asked.answer.from, capabilities }
  }

  /** The first way that answers; the trouble of the last one otherwise. A changed certificate is never gone around. */
  async function lookAt(target: Target, wholeMs: number, signal: AbortSignal): Promise<Answered | LineTrouble> {
    let trouble: LineTrouble = 'unreachable'
    const until = now() + 2 * wholeMs
    for (const address of target.ways) {
      if (now() >= until) break
      const found = await capabilitiesAt(address, wholeMs, signal)
      if (typeof found !== 'string') return found
      trouble = found
      if (trouble === 'stranger' || trouble === 'aborted') break
    }
    return trouble
  }

  /** Asks a target anew; shared by all who want to know meanwhile, and under a limit of its own. */
  function lookAgain(target: Target, before: Seen | undefined): Promise<Seen> {
    const already = looking.get(target.id)
    if (already !== undefined) return already
    const look = lookAt(target, lookMs, new AbortController().signal).then((found): Seen => {
      const fresh = { at: now(), target, answer: typeof found === 'string' ? undefined : found }
      seen.set(target.id, fresh)
      looking.delete(target.id)
      if (before !== undefined && isUsable(before) !== isUsable(fresh)) for (const nudge of nudges) nudge()
      return fresh
    })
    looking.set(target.id, look)
    return look
  }

  /** What is known of a target, asked anew when that is too old. One that was known before does not hold up the others. */
  async function lookFor(target: Target): Promise<Seen> {
    const before = seen.get(target.id)
    const lasting = before?.answer !== undefined && target.announced
    if (before !== undefined && (lasting || atWork.has(target.id) || now() - before.at < freshMs)) return before
    const look = lookAgain(target, before)
    if (before === undefined) return look
    let clock: NodeJS.Timeout | undefined
    const enough = new Promise<Seen>((done) => {
      clock = setTimeout(() => done(before), patienceMs)
    })
    return Promise.race([look, enough]).finally(() => clearTimeout(clock))
  }

  const isUsable = ({ answer }: Seen) => answer !== undefined && abilitiesOf(answer.capabilities).sources.length > 0

  function deviceOf({ target, answer }: Seen): Device {
    const name = target.name || answer?.capabilities.name || (answer?.address.host ?? target.id)
    return { id: target.id, kind: 'scan', name, loaded: true }
  }

  function attachment(device: DeviceId): Attachment {
    const answer = seen.get(device)?.answer
    const ways = seen.get(device)?.target.ways.map(({ host }) => host) ?? []
    return { hosts: [...new Set([...ways, ...(answer?.from === undefined ? [] : [answer.from])])], network: true }
  }

  /** One scanner that is both given and announced, or announced by two names, is listed once. */
  function once(found: readonly Seen[]): readonly Seen[] {
    const known = new Set<string>()
    return found.filter(({ answer }) => {
      if (answer === undefined || answer.capabilities.uuid === '') return true
      const key = `${answer.from ?? answer.address.host} ${answer.capabilities.uuid}`
      return known.has(key) ? false : known.add(key)
    })
  }

  async function present(signal: AbortSignal): Promise<Result<readonly Device[]>> {
    if (signal.aborted) return fail(scanFailure('failed'))
    await options.discovery?.settled()
    const wanted = targets()
    const found = await Promise.all(wanted.map(lookFor))
    for (const id of seen.keys()) if (!atWork.has(id) && !wanted.some((one) => one.id === id)) seen.delete(id)
    return signal.aborted ? fail(scanFailure('failed')) : ok(once(found.filter(isUsable)).map(deviceOf))
  }

  async function open(device: DeviceId, signal: AbortSignal): Promise<Result<ScanSession>> {
    if (!targets().some(({ id }) => id === device)) await options.discovery?.settled()
    const target = targets().find(({ id }) => id === device) ?? seen.get(device)?.target
    if (target === undefined) return fail(scanFailure('absent'))
    const found = await lookAt(target, limits.askMs, signal)
    if (typeof found === 'string') return fail(scanFailure(LINE_TROUBLE[found]))
    seen.set(device, { at: now(), target, answer: found })
    if (abilitiesOf(found.capabilities).sources.length === 0) return fail(scanFailure('unsupported'))
    return ok(session(device, found, signal))
  }

  const session = (device: DeviceId, { address, capabilities }: Answered, signal: AbortSignal): ScanSession =>
    openSession(abilitiesOf(capabilities), signal, async (request, page, closing) => {
      const ticket = ticketFor(capabilities, request)
      if (ticket === undefined) return fail(scanFailure('unsupported'))
      const asking = (question: Question, until: AbortSignal) => ask(address, question, pins, until)
      atWork.add(device)
      try {
        const order = { ask: asking, root: address.path, ticket, request, limits }
        const { verdict, pages } = await runJob(order, page, closing, now)
        if (verdict === 'removed' || verdict === 'absent') seen.delete(device)
        return verdict === 'complete' ? ok({ pages }) : fail(scanFailure(verdict, pages))
      } finally {
        atWork.delete(device)
      }
    })

  return {
    name: 'escl',
    present,
    open,
    attachment,
    watch(nudge) {
      nudges.add(nudge)
      const stop = options.discovery?.watch(nudge)
      return () => {
        nudges.delete(nudge)
        stop?.()
      }
    },
  }
}
