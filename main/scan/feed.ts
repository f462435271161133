// Taking pages in, from the feeder or from a file: each is durable before the next is asked for, and before it is shown.
// Trouble on the way keeps every page that arrived and says which sheet to put back. Pages are never erased here.
import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import type { Driver, ScannedPage, ScanSession } from '../../drivers/contract.ts'
import type { Caller } from '../../preload/contract/border.ts'
import { type Failure, fail, ok, type Result } from '../../preload/contract/result.ts'
import type { ScanMode, ScanProfile, ScanRun } from '../../preload/contract/scan.ts'
import type { Audit } from '../audit/index.ts'
import type { DeviceWatch } from '../devices/index.ts'
import { findDossier } from '../dossier/index.ts'
import { isFull, type Storage, type Vault, type Writer } from '../storage/index.ts'
import { readPictureFacts } from '../workshop/picture-facts.ts'
import { moved } from './arrange.ts'
import { findPage, type PageRow, rowsIn, rowsOfRun, type View } from './pages.ts'
import { openRuns } from './runs.ts'
import { scanPage } from './table.ts'

/** Pixels; a larger one is no page. */
const LARGEST_SIDE = 20_000

/** A page on its way in. */
export interface Incoming {
  readonly picture: Uint8Array
  readonly dpi: number
  readonly lowResolution: boolean
  readonly mode: ScanMode
  readonly rotation: 0 | 90 | 180 | 270
  readonly sheet: number
  readonly origin: string | null
}

/** Where a page goes: a fresh end, or a place that the clerk pointed at. */
export interface Spot {
  readonly view: View
  readonly run: string
  readonly place: { readonly is: 'after' | 'instead'; readonly pageId: string } | null
}

export interface Feed {
  /** Before anything is fed: what a killed program left half done. */
  recover(): void
  start(view: View, profile: ScanProfile, place: Spot['place'], caller: Caller): Promise<Result<ScanRun>>
  stop(): void
  isRunning(): boolean
  /** One page becomes durable; answers its id, or null when this very page of this very file is already here. */
  keep(spot: Spot, page: Incoming, caller: Caller): Result<string | null>
}

export function openFeed(parts: {
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly driver: Driver<ScanSession>
  readonly devices: DeviceWatch
  readonly now: () => Date
  /** Resolves when the scanner is free for a run. */
  readonly free: () => Promise<unknown>
  readonly kept: (view: View, pageId: string) => void
  readonly told: (view: View) => void
}): Feed {
  const { storage, vault, audit, now } = parts
  let running: AbortController | null = null
  const runs = openRuns(storage)

  /** The new page comes behind `after`, or takes the place of `instead` and its mark. */
  function putInPlace(w: Writer, spot: Spot, id: string): void {
    const anchor = spot.place === null ? undefined : findPage(w, spot.place.pageId)
    if (spot.place === null || anchor === undefined) return
    const rows = rowsIn(w, spot.view)
    const to = rows.findIndex((row) => row.id === anchor.id) + 2
    for (const row of moved(rows, id, to))
      w.update(scanPage).set({ position: row.position }).where(eq(scanPage.id, row.id)).run()
    const instead = spot.place.is === 'instead'
    w.update(scanPage)
      .set({
        dossierId: anchor.dossierId,
        placed: true,
        startsPaper: instead && anchor.startsPaper,
        ...(instead ? { title: anchor.title, titleFrom: anchor.titleFrom } : {}),
      })
      .where(eq(scanPage.id, id))
      .run()
    if (instead) w.update(scanPage).set({ removed: true }).where(eq(scanPage.id, anchor.id)).run()
  }

  function keep(spot: Spot, page: Incoming, caller: Caller): Result<string | null> {
    const facts = readPictureFacts(page.picture)
    if (facts === null || Math.max(facts.width, facts.height) > LARGEST_SIDE)
      return fail({ kind: 'malformed', what: 'file' })
    const stored = vault.put(page.picture)
    if (!stored.ok) return stored
    try {
      return keepRow(spot, page, stored.value, facts, caller)
    } catch (error) {
      // The vault still had room, the database has none: the same trouble, not the scanner's.
      if (isFull(error)) return fail({ kind: 'storage', what: 'full' })
      throw error
    }
  }

  function keepRow(
    spot: Spot,
    page: Incoming,
    file: string,
    facts: { readonly width: number; readonly height: number },
    caller: Caller,
  ): Result<string | null> {
    const id = randomUUID()
    const isNew = storage.write((w) => {
      if (
        page.origin !== null &&
        w.select({ id: scanPage.id }).from(scanPage).where(eq(scanPage.origin, page.origin)).get() !== undefined
      )
        return false
      const last =
        w
          .select({ n: sql<number | null>`max(${scanPage.position})` })
          .from(scanPage)
          .get()?.n ?? 0
      const begins = !rowsOfRun(w, spot.run).some((row) => !row.removed)
      w.insert(scanPage)
        .values({
          id,
          dossierId: spot.view,
          fedInto: spot.view,
          position: last + 1,
          run: spot.run,
          sheet: page.sheet,
          origin: page.origin,
          file,
          bytes: page.picture.length,
          width: facts.width,
          height: facts.height,
          dpi: page.dpi,
          lowResolution: page.lowResolution,
          mode: page.mode,
          work: 'waiting',
          findings: null,
          picture: null,
          pictureWidth: facts.width,
          pictureHeight: facts.height,
          rotation: page.rotation,
          turned: page.rotation !== 0,
          asScanned: false,
          startsPaper: begins,
          title: null,
          titleFrom: 'none',
          separator: false,
          blank: false,
          removed: false,
          doubtful: false,
          checked: false,
          placed: false,
          words: null,
          wordsOf: null,
          unread: false,
          documentId: null,
          closed: false,
          purgedAt: null,
          scannedAt: now().toISOString(),
          scannedBy: caller.operatorId,
          scannedByName: caller.name,
        })
        .run()
      putInPlace(w, spot, id)
      audit.append(w, {
        actor: caller.operatorId,
        event: 'scan.page-kept',
        subject: spot.view ?? 'mixed',
        detail: { page: id, file },
      })
      return true
    })
    if (!isNew) return ok(null)
    parts.kept(spot.view, id)
    return ok(id)
  }

  /**
   * The last page of a run that ended badly, by trouble or (null) by a kill: half a sheet is fed again whole, after a double feed
   * the page is doubtful. True: it was half a sheet.
   */
  function lookBack(run: string, duplex: boolean, trouble: Failure | null): boolean {
    return storage.write((w) => {
      const rows = rowsOfRun(w, run).filter((row) => !row.removed)
      const last = rows.reduce<PageRow | undefined>(
        (latest, row) => (latest === undefined || row.sheet >= latest.sheet ? row : latest),
        undefined,
      )
      if (last === undefined || last.documentId !== null) return false
      const half = duplex && rows.filter((row) => row.sheet === last.sheet).length === 1
      if (half) w.update(scanPage).set({ removed: true }).where(eq(scanPage.id, last.id)).run()
      else if (trouble?.kind === 'device' && trouble.what === 'double-fed')
        w.update(scanPage).set({ doubtful: true }).where(eq(scanPage.id, last.id)).run()
      return half
    })
  }

  function recover(): void {
    for (const { run, duplex, inserting } of runs.killed()) {
      const half = lookBack(run, duplex, null)
      const rows = storage.read((r) => rowsOfRun(r, run))
      const sheets = Math.max(0, ...rows.map((row) => row.sheet)) - (half ? 1 : 0)
      runs.end(run, inserting || sheets === 0 ? null : sheets)
    }
  }

  async function start(
    view: View,
    profile: ScanProfile,
    place: Spot['place'],
    caller: Caller,
  ): Promise<Result<ScanRun>> {
    if (view !== null && storage.read((r) => findDossier(r, view)) === undefined) return fail({ kind: 'stale' })
    if (place !== null && storage.read((r) => findPage(r, place.pageId)?.documentId !== null))
      return fail({ kind: 'stale' })
    if (running !== null) return fail({ kind: 'device', device: 'scan', what: 'busy' })
    recover()
    const goesOn = place === null ? runs.cutShort(view) : undefined
    const control = new AbortController()
    running = control
    const spot = { view, run: goesOn?.run ?? randomUUID(), place }
    const sheetsBefore = goesOn?.sheets ?? 0
    const duplex = profile.source === 'duplex'
    const sheetOf = (received: number): number => sheetsBefore + 1 + (duplex ? Math.floor(received / 2) : received)
    let received = 0
    let after = place
    let paper: Failure | null = null
    try {
      await parts.free()
      const scanner = parts.devices.list('scan').devices[0] ?? (await parts.devices.look('scan')).devices[0]
      if (scanner === undefined) return fail({ kind: 'device', device: 'scan', what: 'absent' })
      const session = await parts.driver.open(scanner.id, control.signal)
      if (!session.ok)
        return control.signal.aborted
          ? ok({ dossierId: view, received: 0, putBack: sheetsBefore + 1, trouble: null })
          : session
      if (!runs.begin({ run: spot.run, sheets: sheetsBefore, view, duplex, inserting: place !== null })) {
        await session.value.close()
        return fail({ kind: 'storage', what: 'full' })
      }
      const take = async (page: ScannedPage): Promise<void> => {
        const incoming: Incoming = {
          picture: page.jpeg,
          dpi: profile.dpi,
          lowResolution: false,
          mode: profile.mode,
          rotation: 0,
          sheet: sheetOf(received),
          origin: null,
        }
        const kept = keep({ ...spot, place: after }, incoming, caller)
        if (!kept.ok) {
          paper = kept.failure
          throw new Error('page not kept')
        }
        received += 1
        // Several sheets in one place follow each other.
        if (after !== null && kept.value !== null) after = { is: 'after', pageId: kept.value }
      }
      const run = await session.value.scan(profile, take).catch((error: unknown) => {
        if (paper === null) throw error
        return fail(paper)
      })
      await session.value.close()
      const cut =
        paper ?? (run.ok ? null : run.failure.kind === 'device' ? { ...run.failure, kept: received } : run.failure)
      // Who stopped it wanted that: no trouble, but the sheets that were not fed are put back all the same.
      const trouble = paper ?? (control.signal.aborted ? null : cut)
      const sheets = sheetsBefore + (duplex ? Math.floor(received / 2) : received)
      if (cut !== null) lookBack(spot.run, duplex, cut)
      runs.end(spot.run, cut !== null && place === null && sheets > 0 ? sheets : null)
      if (cut !== null) parts.told(view)
      return ok({ dossierId: view, received, putBack: cut === null ? null : sheets + 1, trouble })
    } finally {
      running = null
      control.abort()
    }
  }

  return { recover, start, stop: () => running?.abort(), isRunning: () => running !== null, keep }
}
