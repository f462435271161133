// Scanners of Windows through Windows Image Acquisition, by a PowerShell helper over its COM library, one order a process.
// UNVERIFIED on a real Windows: only the lines between us and the helper are tested, the helper itself has never run.
// Pages are handed over one by one; a page leaves the spool with its hand-over. (Over this library a driver's WIA 2.0
// transfer is not reached; a scanner that speaks eSCL is better driven by escl.ts.)
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Device, DeviceId, ScanAbilities, ScannedPage, ScanRequest, ScanSession } from '../contract.ts'
import { type ScanTrouble, scanFailure } from './codes.ts'
import { withDensity } from './density.ts'
import { openSession } from './session.ts'
import { dropFolder, openSpool, takeFolder } from './spool.ts'
import type { Attachment, ScannerDriver } from './ways.ts'
import { judgeCode, openTrouble } from './wia-codes.ts'
import type { Order, Said } from './wia-lines.ts'
import { type HelperEnd, runHelper } from './wia-process.ts'
import { powershellArguments, WIA_SCRIPT } from './wia-script.ts'

export interface WiaOptions {
  /** Folder for pages in transit, of this program alone. */
  readonly spool: string
  /** The helper and its arguments; Windows PowerShell with our script unless told. */
  readonly program?: string
  readonly args?: readonly string[]
  /** Milliseconds without a word while a page is awaited (60,000). */
  readonly silenceMs?: number
  /** Milliseconds without a word while devices are listed or opened (12,000; PowerShell takes its time to start). */
  readonly listingMs?: number
  readonly graceMs?: number
  /** Milliseconds for which a device list is good (3,000). */
  readonly freshMs?: number
  readonly now?: () => number
}

/** WIA_DPS_DOCUMENT_HANDLING_CAPABILITIES and _SELECT (wiadef.h): the bits mean the same in both. */
const FEEDER = 1
const FLATBED = 2
const DUPLEX = 4
const HANDLING: Readonly<Record<ScanRequest['source'], number>> = {
  feeder: FEEDER,
  duplex: FEEDER | DUPLEX,
  flatbed: FLATBED,
}
/** WIA_IPS_CUR_INTENT. Black and white is fetched in grey. */
const INTENT: Readonly<Record<ScanRequest['mode'], number>> = { colour: 1, grey: 2, bitonal: 2 }

/** What a helper's end means where no page is awaited. */
function troubleOf(end: HelperEnd): ScanTrouble | undefined {
  switch (end.is) {
    case 'end':
      return undefined
    case 'error':
      return openTrouble(end.code)
    case 'missing':
      return 'unsupported'
    case 'silent':
      return 'timeout'
    case 'garbled':
      return 'unreadable'
    default:
      return 'failed'
  }
}

/** What a helper's end means for a scan. */
export function judgeHelper(end: HelperEnd, pages: number): 'complete' | ScanTrouble {
  if (end.is === 'end') return pages > 0 ? 'complete' : 'failed'
  return end.is === 'error' ? judgeCode(end.code, pages) : (troubleOf(end) ?? 'failed')
}

/** What the helper said of a device, as the contract has it. */
export function abilitiesFrom(handling: number, dpi: readonly number[]): ScanAbilities {
  const feeds = (handling & FEEDER) !== 0
  const good = dpi.filter((one) => one >= 75 && one <= 600)
  return {
    sources: [
      ...(feeds ? ['feeder' as const] : []),
      ...(feeds && (handling & DUPLEX) !== 0 ? ['duplex' as const] : []),
      ...((handling & FLATBED) !== 0 ? ['flatbed' as const] : []),
    ],
    modes: ['colour', 'grey', 'bitonal'],
    dpi: [...new Set(good)].sort((one, other) => one - other),
  }
}

type Listed = Device & { readonly port: string }

/** A driver over the WIA helper. */
export function wiaDriver(options: WiaOptions): ScannerDriver {
  const program = options.program ?? 'powershell.exe'
  const args = options.args ?? powershellArguments(WIA_SCRIPT)
  const graceMs = options.graceMs ?? 2_000
  const now = options.now ?? (() => performance.now())
  const folders = new Set<string>()
  let scans = 0
  let last: { readonly at: number; readonly listed: readonly Listed[] } | undefined

  const run = (
    order: Order,
    silenceMs: number,
    hear: (said: Said) => Promise<Order | undefined>,
    signal: AbortSignal,
  ) => runHelper({ program, args, order, silenceMs, graceMs }, hear, signal)
  const listingMs = options.listingMs ?? 12_000
  const devices = () => (last?.listed ?? []).map(({ port: _, ...device }): Device => device)

  async function present(signal: AbortSignal): Promise<Result<readonly Device[]>> {
    const isFresh = last !== undefined && (scans > 0 || now() - last.at < (options.freshMs ?? 3_000))
    if (isFresh) return ok(devices())
    const listed: Listed[] = []
    const hear = async (said: Said) => {
      if (said.say === 'device') {
        listed.push({ id: said.id, kind: 'scan', name: said.name || said.id, loaded: true, port: said.port })
      }
      return undefined
    }
    const trouble = troubleOf(await run({ do: 'list' }, listingMs, hear, signal))
    if (trouble !== undefined) return fail(scanFailure(trouble))
    last = { at: now(), listed }
    return ok(devices())
  }

  async function open(device: DeviceId, signal: AbortSignal): Promise<Result<ScanSession>> {
    let abilities: ScanAbilities | undefined
    const hear = async (said: Said) => {
      if (said.say === 'abilities') abilities = abilitiesFrom(said.handling, said.dpi)
      return undefined
    }
    const trouble = troubleOf(await run({ do: 'look', device }, listingMs, hear, signal))
    if (trouble !== undefined) return fail(scanFailure(trouble))
    if (abilities === undefined) return fail(scanFailure('unreadable'))
    if (!(await openSpool(options.spool, folders))) return fail({ kind: 'storage', what: 'locked' })
    return ok(session(device, abilities, signal))
  }

  /** USB scanners are never taken for a network scanner of the same name. */
  function attachment(device: DeviceId): Attachment {
    const port = last?.listed.find(({ id }) => id === device)?.port ?? ''
    return { hosts: [], network: port !== '' && !/usb|scsi|lpt|com\d/i.test(port) }
  }

  async function batch(
    order: Omit<Extract<Order, { do: 'scan' }>, 'folder'>,
    page: (page: ScannedPage) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Result<{ readonly pages: number }>> {
    const folder = await takeFolder(options.spool)
    folders.add(folder)
    scans++
    let pages = 0
    let isUnreadable = false
    const stopping = new AbortController()
    const stop = () => stopping.abort()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    const hear = async (said: Said): Promise<Order | undefined> => {
      if (said.say !== 'page') return undefined
      const path = join(folder, `${said.number}.jpg`)
      const file = await readFile(path).catch(() => new Uint8Array())
      await rm(path, { force: true })
      const jpeg = said.number === pages + 1 ? withDensity(file, order.dpi) : undefined
      if (jpeg === undefined) {
        isUnreadable = true
        stop()
        return undefined
      }
      await page({ number: pages + 1, jpeg })
      pages++
      return order.handling === FLATBED ? undefined : { do: 'next' }
    }
    try {
      const end = await run({ ...order, folder }, options.silenceMs ?? 60_000, hear, stopping.signal)
      const verdict = isUnreadable ? 'unreadable' : judgeHelper(end, pages)
      return verdict === 'complete' ? ok({ pages }) : fail(scanFailure(verdict, pages))
    } finally {
      signal.removeEventListener('abort', stop)
      scans--
      await dropFolder(folder)
      folders.delete(folder)
    }
  }

  const session = (device: DeviceId, abilities: ScanAbilities, signal: AbortSignal): ScanSession =>
    openSession(abilities, signal, async ({ source, mode, dpi }, page, closing) => {
      if (!abilities.sources.includes(source) || !abilities.dpi.includes(dpi)) return fail(scanFailure('unsupported'))
      const order = { do: 'scan', device, handling: HANDLING[source], intent: INTENT[mode], dpi } as const
      return batch(order, page, closing)
    })

  return { name: 'wia', present, open, attachment }
}
