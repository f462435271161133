// Station 3, scan: pages stream from the device into the vault; a page is shown only when it is durable.
// Trouble on the way keeps every page that arrived. Pages are never erased here, only taken out.
import { randomUUID } from 'node:crypto'
import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Driver, ScannedPage, ScanSession } from '../../drivers/contract.ts'
import type { Caller, HandlersOf } from '../../preload/contract/border.ts'
import { type Failure, fail, ok, type Result } from '../../preload/contract/result.ts'
import type { scan as declared, Page, Pages, ScanProfile, ScanRun } from '../../preload/contract/scan.ts'
import type { Audit } from '../audit/index.ts'
import type { DeviceWatch } from '../devices/index.ts'
import { findDossier } from '../dossier/index.ts'
import type { Reader, Storage, Vault, Writer } from '../storage/index.ts'
import { readJpegFacts } from '../workshop/jpeg-facts.ts'
import { inOrder, moved, papers } from './arrange.ts'
import { scanPage } from './table.ts'

export type PageRow = typeof scanPage.$inferSelect

export interface Scans {
  readonly handlers: HandlersOf<typeof declared>
  /** Kept pages not yet part of a document, grouped into papers. */
  openPapers(r: Reader | Writer, dossierId: string): readonly (readonly PageRow[])[]
  file(w: Writer, pageIds: readonly string[], documentId: string): void
  countPages(r: Reader, dossierId: string): number
  tell(dossierId: string): void
  /** Vault hashes of pages, for the sweep and for who may see what. */
  files(r: Reader): readonly string[]
}

const toPage = (row: PageRow): Page => ({
  id: row.id,
  dossierId: row.dossierId,
  number: row.position,
  file: row.file,
  width: row.width,
  height: row.height,
  dpi: row.dpi,
  rotation: row.rotation as Page['rotation'],
  startsPaper: row.startsPaper,
  removed: row.removed,
  filed: row.documentId !== null,
})

type Abilities = z.input<(typeof declared)['abilities']['answer']>

/** Pixels; a larger one is no page. */
const LARGEST_SIDE = 20_000

export function openScans(parts: {
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly driver: Driver<ScanSession>
  readonly devices: DeviceWatch
  readonly now: () => Date
  readonly changed: (pages: Pages) => void
}): Scans {
  const { storage, vault, audit, now } = parts
  let running: AbortController | null = null
  /** Dossiers whose last run was cut short: the next page goes on with the same paper. */
  const interrupted = new Set<string>()
  /** The scanner is being asked what it can do; a scan waits for that instead of being told "busy". */
  let asking: Promise<unknown> | null = null

  const rowsOf = (r: Reader | Writer, dossierId: string): readonly PageRow[] =>
    r.select().from(scanPage).where(eq(scanPage.dossierId, dossierId)).orderBy(asc(scanPage.position)).all()
  const show = (dossierId: string): Pages => ({
    dossierId,
    pages: storage.read((r) => rowsOf(r, dossierId)).map(toPage),
  })
  const tell = (dossierId: string): Pages => {
    const pages = show(dossierId)
    parts.changed(pages)
    return pages
  }

  function keepPage(dossierId: string, jpeg: Uint8Array, dpi: number, first: boolean, caller: Caller): Result<void> {
    const facts = readJpegFacts(jpeg)
    if (facts === null || Math.max(facts.width, facts.height) > LARGEST_SIDE)
      return fail({ kind: 'malformed', what: 'file' })
    const stored = vault.put(jpeg)
    if (!stored.ok) return stored
    storage.write((w) => {
      const last =
        w
          .select({ n: sql<number | null>`max(${scanPage.position})` })
          .from(scanPage)
          .where(eq(scanPage.dossierId, dossierId))
          .get()?.n ?? 0
      const id = randomUUID()
      w.insert(scanPage)
        .values({
          id,
          dossierId,
          position: last + 1,
          file: stored.value,
          bytes: jpeg.length,
          width: facts.width,
          height: facts.height,
          dpi,
          rotation: 0,
          startsPaper: first,
          removed: false,
          documentId: null,
          scannedAt: now().toISOString(),
          scannedBy: caller.operatorId,
        })
        .run()
      audit.append(w, {
        actor: caller.operatorId,
        event: 'scan.page-kept',
        subject: dossierId,
        detail: { page: id, file: stored.value },
      })
    })
    tell(dossierId)
    return ok(undefined)
  }

  async function askAbilities(): Promise<Result<Abilities>> {
    const scanner = (await parts.devices.look('scan')).devices[0]
    if (scanner === undefined) return fail({ kind: 'device', device: 'scan', what: 'absent' })
    const control = new AbortController()
    try {
      const session = await parts.driver.open(scanner.id, control.signal)
      if (!session.ok) return session
      const found = await session.value.abilities()
      await session.value.close()
      if (!found.ok) return found
      const { sources, modes, dpi } = found.value
      return ok({ name: scanner.name, sources: [...sources], modes: [...modes], dpi: [...dpi] })
    } finally {
      control.abort()
    }
  }

  async function start(dossierId: string, profile: ScanProfile, caller: Caller): Promise<Result<ScanRun>> {
    if (storage.read((r) => findDossier(r, dossierId)) === undefined) return fail({ kind: 'stale' })
    if (running !== null) return fail({ kind: 'device', device: 'scan', what: 'busy' })
    const control = new AbortController()
    running = control
    let received = 0
    let paper: Failure | null = null
    try {
      await asking
      const scanner = parts.devices.list('scan').devices[0] ?? (await parts.devices.look('scan')).devices[0]
      if (scanner === undefined) return fail({ kind: 'device', device: 'scan', what: 'absent' })
      const session = await parts.driver.open(scanner.id, control.signal)
      if (!session.ok) return session
      const keep = async (page: ScannedPage): Promise<void> => {
        const starts = received === 0 && !interrupted.has(dossierId)
        const kept = keepPage(dossierId, page.jpeg, profile.dpi, starts, caller)
        if (kept.ok) received += 1
        else {
          paper = kept.failure
          throw new Error('page not kept')
        }
      }
      const run = await session.value.scan(profile, keep).catch((error: unknown) => {
        if (paper === null) throw error
        return fail(paper)
      })
      await session.value.close()
      const trouble =
        paper ?? (run.ok ? null : run.failure.kind === 'device' ? { ...run.failure, kept: received } : run.failure)
      if (trouble === null) interrupted.delete(dossierId)
      else if (received > 0) interrupted.add(dossierId)
      return ok({ dossierId, received, trouble })
    } finally {
      running = null
      control.abort()
    }
  }

  /** Changes one page that is not part of a document yet. */
  function change(
    pageId: string,
    decide: (page: PageRow, all: readonly PageRow[]) => readonly PageRow[],
    event: string,
    caller: Caller,
  ): Result<Pages> {
    const dossierId = storage.write((w) => {
      const page = w.select().from(scanPage).where(eq(scanPage.id, pageId)).get()
      if (page === undefined || page.documentId !== null) return null
      const before = rowsOf(w, page.dossierId)
      for (const row of decide(page, before)) {
        const old = before.find((one) => one.id === row.id)
        if (old === undefined || JSON.stringify(old) === JSON.stringify(row)) continue
        w.update(scanPage)
          .set({ position: row.position, rotation: row.rotation, removed: row.removed, startsPaper: row.startsPaper })
          .where(eq(scanPage.id, row.id))
          .run()
      }
      audit.append(w, {
        actor: caller.operatorId,
        event: `scan.${event}`,
        subject: page.dossierId,
        detail: { page: pageId },
      })
      return page.dossierId
    })
    return dossierId === null ? fail({ kind: 'stale' }) : ok(tell(dossierId))
  }

  return {
    handlers: {
      abilities: async () => {
        // One question at a time, and none while a scan runs: the device can only do one thing.
        while (asking !== null) await asking
        if (running !== null) return fail({ kind: 'device', device: 'scan', what: 'busy' })
        const question = askAbilities()
        asking = question
          .catch(() => undefined)
          .finally(() => {
            asking = null
          })
        return question
      },
      start: ({ dossierId, profile }, caller) => start(dossierId, profile, caller),
      stop: () => {
        running?.abort()
        return ok({})
      },
      pages: ({ dossierId }) => ok(show(dossierId)),
      rotate: ({ pageId, by }, caller) =>
        change(pageId, (page) => [{ ...page, rotation: (page.rotation + by + 360) % 360 }], 'page-rotated', caller),
      move: ({ pageId, to }, caller) => change(pageId, (page, all) => moved(all, page.id, to), 'page-moved', caller),
      remove: ({ pageId, removed }, caller) =>
        change(pageId, (page) => [{ ...page, removed }], removed ? 'page-taken-out' : 'page-put-back', caller),
      startPaper: ({ pageId, starts }, caller) =>
        change(pageId, (page) => [{ ...page, startsPaper: starts }], 'paper-marked', caller),
    },
    openPapers: (r, dossierId) =>
      papers(
        inOrder(
          r
            .select()
            .from(scanPage)
            .where(and(eq(scanPage.dossierId, dossierId), isNull(scanPage.documentId)))
            .all(),
        ),
      ),
    file: (w, pageIds, documentId) => {
      for (const id of pageIds) w.update(scanPage).set({ documentId }).where(eq(scanPage.id, id)).run()
    },
    countPages: (r, dossierId) => rowsOf(r, dossierId).filter((row) => !row.removed).length,
    tell: (dossierId) => void tell(dossierId),
    files: (r) =>
      r
        .select({ file: scanPage.file })
        .from(scanPage)
        .all()
        .map((row) => row.file),
  }
}
