// Scanners through SANE's own program, scanimage: every backend Debian has, network scanners (eSCL, WSD) included.
// Pages are handed over one by one; no vendor is known here, no message text is read, no page outlives its hand-over.
import { performance } from 'node:perf_hooks'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Device, DeviceId, ScannedPage, ScanRequest, ScanSession } from '../contract.ts'
import { runBatch } from './batch.ts'
import { judgeExit, scanFailure } from './codes.ts'
import { isDeviceName, isNetworkName, LIST_FORMAT, type Listed, parseListing } from './listing.ts'
import { abilitiesOf, argumentsFor, type DeviceOptions, parseOptions } from './options.ts'
import { collect, type Environment, type Ran } from './program.ts'
import { openSession } from './session.ts'
import { dropFolder, openSpool, takeFolder } from './spool.ts'
import type { Attachment, ScannerDriver } from './ways.ts'

export interface SaneOptions {
  /** The program, `scanimage` on the path unless told. */
  readonly scanimage?: string
  /** Folder for pages in transit, of this program alone, in memory if possible (/dev/shm, XDG_RUNTIME_DIR). */
  readonly spool: string
  /** Environment for scanimage; SANE_CONFIG_DIR and the like. Ours unless told. */
  readonly environment?: Environment
  /** Milliseconds without a sign of life until a scan is cut (60,000). Covers warming up and one page at the highest resolution. */
  readonly silenceMs?: number
  /** Milliseconds between asking scanimage to stop and ending it (2,000). */
  readonly graceMs?: number
  /** Milliseconds a device list or option list may take (15,000). */
  readonly listingMs?: number
  /** Milliseconds for which a device list is good (3,000). */
  readonly freshMs?: number
  /** Monotonic milliseconds. */
  readonly now?: () => number
}

/** The listing as a result: a program that is not there is `unsupported`, a list that never comes `timeout`. */
function devicesFrom(ran: Ran): Result<readonly Listed[]> {
  if (ran.trouble === 'missing') return fail(scanFailure('unsupported'))
  if (ran.trouble === 'late') return fail(scanFailure('timeout'))
  if (ran.trouble === 'aborted' || ran.code !== 0) return fail(scanFailure('failed'))
  return ok(parseListing(ran.output))
}

/**
 * A driver over scanimage. `present` shares one listing among callers and repeats the last one while a scan runs
 * (listing would ask the very device that is at work). `open` opens the device once and reads its options.
 */
export function saneDriver(options: SaneOptions): ScannerDriver {
  const program = options.scanimage ?? 'scanimage'
  const environment = options.environment ?? process.env
  const limitMs = options.listingMs ?? 15_000
  const now = options.now ?? (() => performance.now())
  const folders = new Set<string>()
  let scans = 0
  let last: { readonly at: number; readonly listed: readonly Listed[] } | undefined
  let listing: Promise<Result<readonly Device[]>> | undefined
  const devices = () => (last?.listed ?? []).map(({ device }) => device)

  const ask = (args: readonly string[], signal: AbortSignal) => collect(program, args, { environment, limitMs, signal })

  /** One listing at a time. It obeys its own time limit, not one caller's signal, since others may wait for it too. */
  function list(): Promise<Result<readonly Device[]>> {
    listing ??= ask([`--formatted-device-list=${LIST_FORMAT}`], new AbortController().signal)
      .then(devicesFrom)
      .then((found) => {
        listing = undefined
        if (!found.ok) return found
        last = { at: now(), listed: found.value }
        return ok(devices())
      })
    return listing
  }

  /** The shared listing, as long as this caller's `signal` lets it wait. */
  async function listFor(signal: AbortSignal): Promise<Result<readonly Device[]>> {
    if (signal.aborted) return fail(scanFailure('failed'))
    let abort = () => {}
    const gone = new Promise<Result<never>>((answer) => {
      abort = () => answer(fail(scanFailure('failed')))
      signal.addEventListener('abort', abort, { once: true })
    })
    try {
      return await Promise.race([list(), gone])
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  async function present(signal: AbortSignal): Promise<Result<readonly Device[]>> {
    const isFresh = last !== undefined && (scans > 0 || now() - last.at < (options.freshMs ?? 3_000))
    return isFresh && !signal.aborted ? ok(devices()) : listFor(signal)
  }

  const isListed = (device: DeviceId) => devices().some(({ id }) => id === device)

  function attachment(device: DeviceId): Attachment {
    const hosts = last?.listed.find((one) => one.device.id === device)?.hosts ?? []
    return { hosts, network: isNetworkName(device) }
  }

  /** Opens the device, reads what it offers, closes it. */
  async function lookInside(device: DeviceId, signal: AbortSignal): Promise<Result<DeviceOptions>> {
    const ran = await ask([`--device-name=${device}`, '--all-options'], signal)
    if (ran.code === 0 && ran.trouble === undefined) return ok(parseOptions(ran.output))
    if (ran.trouble === 'missing') return fail(scanFailure('unsupported'))
    if (ran.trouble === 'late') return fail(scanFailure('timeout'))
    if (ran.trouble === 'aborted') return fail(scanFailure('failed'))
    const listed = await listFor(signal)
    if (!listed.ok) return listed
    // A local device that is listed but cannot be opened is held by somebody else; a network address is listed unasked.
    return fail(scanFailure(isListed(device) && !isNetworkName(device) ? 'busy' : 'absent'))
  }

  async function open(device: DeviceId, signal: AbortSignal): Promise<Result<ScanSession>> {
    if (!isDeviceName(device)) return fail({ kind: 'malformed', what: 'argument' })
    if (!isListed(device)) {
      const listed = await listFor(signal)
      if (!listed.ok) return listed
      if (!isListed(device)) return fail(scanFailure('absent'))
    }
    const inside = await lookInside(device, signal)
    if (!inside.ok) return inside
    if (!(await openSpool(options.spool, folders))) return fail({ kind: 'storage', what: 'locked' })
    return ok(session(device, inside.value, signal))
  }

  async function batch(
    device: DeviceId,
    request: ScanRequest,
    args: readonly string[],
    page: (page: ScannedPage) => Promise<void>,
    closing: AbortSignal,
  ): Promise<Result<{ readonly pages: number }>> {
    const folder = await takeFolder(options.spool)
    folders.add(folder)
    scans++
    try {
      const silenceMs = options.silenceMs ?? 60_000
      const graceMs = options.graceMs ?? 2_000
      const order = { program, environment, device, args, request, folder, silenceMs, graceMs }
      const end = await runBatch(order, page, closing)
      const verdict = judgeExit(end)
      if (verdict === 'complete') return ok({ pages: end.pages })
      // Whether a scan failed or the scanner is no longer there, only another look can tell.
      if (verdict === 'failed' && end.cut === undefined) {
        const again = await lookInside(device, closing)
        if (!again.ok && !closing.aborted) return fail(scanFailure('removed', end.pages))
      }
      return fail(scanFailure(verdict, end.pages))
    } finally {
      scans--
      await dropFolder(folder)
      folders.delete(folder)
    }
  }

  const session = (device: DeviceId, offered: DeviceOptions, signal: AbortSignal): ScanSession =>
    openSession(abilitiesOf(offered), signal, async (request, page, closing) => {
      const args = argumentsFor(offered, request)
      return args === undefined ? fail(scanFailure('unsupported')) : batch(device, request, args, page, closing)
    })

  return { name: 'sane', present, open, attachment }
}
