// Several drivers for scanners as one: every device is listed once, under the way that comes first.
// The failure or the slowness of one way never hides what another one found.
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Device, DeviceId, Driver, ScanSession } from '../contract.ts'
import { scanFailure } from './codes.ts'

/** What a driver knows of how a device is attached, to recognise it when another driver lists it too. */
export interface Attachment {
  /** IP addresses and names under which it answers; empty when unknown. */
  readonly hosts: readonly string[]
  /** False for a device on this computer's own plugs. */
  readonly network: boolean
}

export interface ScannerDriver extends Driver<ScanSession> {
  /** Of a device in the last listing. */
  attachment(device: DeviceId): Attachment
}

export interface WaysOptions {
  /** Milliseconds for which a listing waits for a slow way; after that its last listing counts (6,000). */
  readonly patienceMs?: number
}

type Listing = Result<readonly Device[]>

interface Way {
  readonly driver: ScannerDriver
  running: Promise<Listing> | undefined
  last: Listing | undefined
}

const plain = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** `HP LaserJet M428` and `HP LaserJet M428 (NET)` are called alike; a bare word is not enough. */
function calledAlike(one: string, other: string): boolean {
  const [short = '', long = ''] = [plain(one), plain(other)].sort((a, b) => a.length - b.length)
  return short.length >= 4 && (long === short || long.startsWith(`${short} `))
}

/** Whether a device that two drivers list is one: by address; by name where an address is not known on both sides. */
export function isSameScanner(
  one: { readonly name: string; readonly attachment: Attachment },
  other: { readonly name: string; readonly attachment: Attachment },
): boolean {
  if (!one.attachment.network || !other.attachment.network) return false
  const hosts = new Set(one.attachment.hosts)
  if (hosts.size > 0 && other.attachment.hosts.length > 0) return other.attachment.hosts.some((host) => hosts.has(host))
  return calledAlike(one.name, other.name)
}

/**
 * The drivers in order of preference as one driver. Device names begin with the name of the driver: `eSCL/…`, `sane/…`.
 * When nothing is found and a way failed, that failure is told; a way that this computer does not have is no failure
 * unless it is the only one.
 */
export function manyWays(drivers: readonly ScannerDriver[], options: WaysOptions = {}): Driver<ScanSession> {
  const patience = options.patienceMs ?? 6_000
  const ways: readonly Way[] = drivers.map((driver) => ({ driver, running: undefined, last: undefined }))
  const nudges = new Set<() => void>()

  /** One listing of a way at a time; whoever asks meanwhile waits for the same one, but not for ever. */
  async function list(way: Way, signal: AbortSignal): Promise<Listing> {
    let late = false
    way.running ??= way.driver
      .present(new AbortController().signal)
      .catch((): Listing => fail(scanFailure('failed')))
      .then((listing) => {
        const news = JSON.stringify(listing) !== JSON.stringify(way.last)
        way.last = listing
        way.running = undefined
        if (late && news) for (const nudge of nudges) nudge()
        return listing
      })
    let clock: NodeJS.Timeout | undefined
    let abort = () => {}
    const enough = new Promise<Listing>((done) => {
      const giveUp = () => {
        late = true
        done(way.last ?? fail(scanFailure('timeout')))
      }
      clock = setTimeout(giveUp, patience)
      abort = () => done(fail(scanFailure('failed')))
      signal.addEventListener('abort', abort, { once: true })
      if (signal.aborted) abort()
    })
    try {
      return await Promise.race([way.running, enough])
    } finally {
      clearTimeout(clock)
      signal.removeEventListener('abort', abort)
    }
  }

  async function present(signal: AbortSignal): Promise<Listing> {
    const listings = await Promise.all(ways.map((way) => list(way, signal)))
    const found: { readonly way: number; readonly device: Device; readonly attachment: Attachment }[] = []
    for (const [way, listing] of listings.entries()) {
      const driver = ways[way]?.driver
      if (driver === undefined || !listing.ok) continue
      for (const device of listing.value) {
        const attachment = driver.attachment(device.id)
        const twin = found.some(
          (one) =>
            one.way !== way && isSameScanner({ ...one, name: one.device.name }, { name: device.name, attachment }),
        )
        if (!twin) found.push({ way, device, attachment })
      }
    }
    if (found.length === 0) {
      const failures = listings.filter((listing) => !listing.ok)
      const missing = (listing: Listing) =>
        !listing.ok && listing.failure.kind === 'device' && listing.failure.what === 'unsupported'
      const told =
        failures.find((listing) => !missing(listing)) ?? (failures.length === ways.length ? failures[0] : undefined)
      if (told !== undefined) return told
    }
    return ok(found.map(({ way, device }) => ({ ...device, id: `${ways[way]?.driver.name}/${device.id}` })))
  }

  return {
    name: drivers.map((driver) => driver.name).join(', '),
    present,
    async open(device, signal) {
      const at = device.indexOf('/')
      const way = ways.find(({ driver }) => driver.name === device.slice(0, at))
      return way === undefined ? fail(scanFailure('absent')) : way.driver.open(device.slice(at + 1), signal)
    },
    watch(nudge) {
      nudges.add(nudge)
      const stops = drivers.map((driver) => driver.watch?.(nudge))
      return () => {
        nudges.delete(nudge)
        for (const stop of stops) stop?.()
      }
    },
  }
}
