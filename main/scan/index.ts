// Station 3, scan: pages stream from the device into the vault; a page is shown only when it is durable, and made right behind
// the feeder. Whatever the program or the clerk does to a page can be undone; the page as scanned never changes.
import { randomUUID } from 'node:crypto'
import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import type { Driver, ScanSession } from '../../drivers/contract.ts'
import type { Caller, HandlersOf } from '../../preload/contract/border.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { scan as declared, HotFolder, Pages, Rotation, ScanRun } from '../../preload/contract/scan.ts'
import type { Audit } from '../audit/index.ts'
import type { DeviceWatch } from '../devices/index.ts'
import { findDossier } from '../dossier/index.ts'
import type { Log } from '../log.ts'
import type { Reader, Storage, Vault, Writer } from '../storage/index.ts'
import { isLeftOut, type Paper, papers } from './arrange.ts'
import { openBehind, type PageWork, wordsKey } from './behind.ts'
import { movedTo, named, openEdits, sentTo, startingPaper, turnedBy } from './edit.ts'
import { openFeed } from './feed.ts'
import {
  findPage,
  type PageRow,
  pageFiles,
  rowsIn,
  showPages,
  showUnfinished,
  unfilePages,
  type View,
  viewOf,
} from './pages.ts'
import type { SeparatorsInput } from './print-separators.ts'
import { openProfiles } from './profiles.ts'
import { purgedPageFiles, purgePages } from './purge.ts'
import type { Words } from './reading/words.ts'
import type { PaperTitles } from './separator.ts'
import { scanPage } from './table.ts'
import { type ImportWork, openImports } from './take-in.ts'

export type { Paper } from './arrange.ts'
export type { PageWork } from './behind.ts'
export type { PageRow, View } from './pages.ts'
export type { SeparatorsInput } from './print-separators.ts'
export type { Word, Words } from './reading/words.ts'
export { PaperTitles } from './separator.ts'
export type { ImportWork } from './take-in.ts'

/** Everything the document station needs of a page to file it. */
export interface ReadyPage {
  readonly row: PageRow
  readonly picture: string
  readonly rotation: Rotation
  /** Vault hash of the words, when they were read in this picture and rotation. */
  readonly words: string | null
}

export interface Scans {
  readonly handlers: HandlersOf<typeof declared>
  /** Kept pages not yet part of a document, grouped into papers; of a dossier, or of the mixed stack. */
  openPapers(r: Reader | Writer, view: View): readonly Paper<PageRow>[]
  ready(row: PageRow): ReadyPage
  wordsOf(r: Reader, pageIds: readonly string[]): readonly (Words | null)[]
  isReading(r: Reader, pageIds: readonly string[]): boolean
  isWaiting(view: View): boolean
  /** Resolves when every open page of the view has been worked on. */
  settled(view: View): Promise<void>
  file(w: Writer, pageIds: readonly string[], documentId: string): void
  pagesOf(r: Reader | Writer, documentId: string): readonly PageRow[]
  countPages(r: Reader, dossierId: string): number
  tell(view: View): void
  /** In the caller's transaction: nothing of these pages is shown or named any more. Answers how many there were. */
  purge(w: Writer, pageIds: readonly string[]): number
  /** In the caller's transaction: the pages of a document that was given up are open again, under its title. */
  unfile(w: Writer, documentId: string, title: string): void
  /** Vault hashes of pages, for the sweep and for who may see what. */
  files(r: Reader): readonly string[]
  /** Vault hashes that pages of secret papers had. */
  purgedFiles(r: Reader): readonly string[]
  start(): void
  stop(): Promise<void>
}

type Abilities = z.input<(typeof declared)['abilities']['answer']>

/** Milliseconds between two snapshots of a stack that changes behind the feeder. */
const NEWS_EVERY = 150

export function openScans(parts: {
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly log: Log
  readonly driver: Driver<ScanSession>
  readonly devices: DeviceWatch
  readonly work: PageWork & ImportWork
  readonly reads: boolean
  readonly titles: PaperTitles
  /** The watched folder (unit.json), if any. */
  readonly hotFolder: string | null
  readonly printSeparators: (input: SeparatorsInput) => Promise<Uint8Array>
  readonly fontFolder: string
  readonly unitName: string
  readonly now: () => Date
  readonly changed: (pages: Pages) => void
  readonly hotFolderChanged: (state: HotFolder) => void
  /** Pages changed in a way that the dossier shows: their number. */
  readonly counted: (dossierId: string) => void
  readonly read: (row: PageRow) => void
  /** Removes the files of secret papers, when the transaction is over. */
  readonly erase: () => void
}): Scans {
  const { storage, vault, audit, now } = parts
  /** The scanner is being asked what it can do; a scan waits for that instead of being told "busy". */
  let asking: Promise<unknown> | null = null

  const edits = openEdits({ storage, audit })
  const show = (view: View): Pages => storage.read((r) => showPages(r, view, edits.canUndo(view), behind.unread))
  const later = new Map<View, NodeJS.Timeout>()
  const tell = (view: View): Pages => {
    const clock = later.get(view)
    if (clock !== undefined) clearTimeout(clock)
    later.delete(view)
    const pages = show(view)
    parts.changed(pages)
    if (view !== null) parts.counted(view)
    return pages
  }
  /** The work behind the feeder tells a few times a second, however many pages it does. */
  const tellSoon = (views: readonly View[]): void => {
    for (const view of new Set(views))
      if (!later.has(view))
        later.set(
          view,
          setTimeout(() => tell(view), NEWS_EVERY),
        )
  }

  const behind = openBehind({
    storage,
    vault,
    log: parts.log,
    work: parts.work,
    titles: parts.titles,
    reads: parts.reads,
    moved: tellSoon,
    read: (row) => {
      // An open paper may have its name now.
      if (row.documentId === null) tellSoon([viewOf(row)])
      parts.read(row)
    },
  })
  const feed = openFeed({
    storage,
    vault,
    audit,
    driver: parts.driver,
    devices: parts.devices,
    now,
    free: async () => asking,
    kept: (view, pageId) => {
      tell(view)
      behind.push([pageId])
    },
    told: (view) => void tell(view),
  })
  const profiles = openProfiles({ storage, audit })
  const imports = openImports({
    work: parts.work,
    keep: feed.keep,
    folder: parts.hotFolder,
    now,
    log: parts.log,
    changed: parts.hotFolderChanged,
  })

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

  /** Tells every view that changed; answers the one the clerk looks at. */
  const answer = (view: View, result: Result<readonly View[]>): Result<Pages> => {
    if (!result.ok) return result
    for (const other of result.value) if (other !== view) tell(other)
    return ok(tell(view))
  }
  const edit = (
    pageId: string,
    decide: Parameters<typeof edits.page>[1],
    event: string,
    caller: Caller,
  ): Result<Pages> => {
    const done = edits.page(pageId, decide, event, caller)
    if (!done.ok) return done
    const [view = null] = done.value
    behind.push([])
    return answer(view, done)
  }

  const openRows = (r: Reader | Writer, view: View): readonly PageRow[] =>
    rowsIn(r, view).filter((row) => row.documentId === null && !row.closed)

  const waitingIn = (view: View): readonly string[] =>
    storage.read((r) =>
      openRows(r, view)
        .filter((row) => row.work === 'waiting')
        .map((row) => row.id),
    )

  /** The whole paper of the page, with every page of it that was fed again or left out. */
  function secret(pageId: string, caller: Caller): Result<Pages> {
    const view = storage.write((w): View | undefined => {
      const page = findPage(w, pageId)
      if (page === undefined || page.documentId !== null || page.closed) return undefined
      if (page.separator || page.purgedAt !== null) return undefined
      const shown = page.fedInto === null ? null : viewOf(page)
      const paper = papers(openRows(w, shown)).find((one) => one.pages.some((row) => row.id === pageId))
      const gone = purgePages(w, paper?.pages.map((row) => row.id) ?? [pageId], now())
      audit.append(w, {
        actor: caller.operatorId,
        event: 'scan.images-removed',
        subject: page.dossierId ?? 'mixed',
        detail: { page: pageId, pages: gone.length },
      })
      return shown
    })
    if (view === undefined) return fail({ kind: 'stale' })
    parts.erase()
    return ok(tell(view))
  }

  async function importFile(view: View, bytes: Uint8Array, caller: Caller): Promise<Result<ScanRun>> {
    if (view !== null && storage.read((r) => findDossier(r, view)) === undefined) return fail({ kind: 'stale' })
    const taken = await imports.takeIn({ view, run: randomUUID(), place: null }, bytes, null, caller)
    return taken.ok
      ? ok({ dossierId: view, received: taken.value.pages, putBack: null, trouble: taken.value.trouble })
      : taken
  }

  async function separators(dossierId: string, titles: readonly string[]): Promise<Result<{ file: string }>> {
    const dossier = storage.read((r) => findDossier(r, dossierId))
    if (dossier === undefined) return fail({ kind: 'stale' })
    const pdf = await parts.printSeparators({
      id: randomUUID(),
      now: now(),
      unitName: parts.unitName,
      fontFolder: parts.fontFolder,
      dossierCode: dossier.provisionalCode,
      citizenName: dossier.citizenName,
      procedure: dossier.procedureCode,
      titles: parts.titles,
      sheets: titles.map((title) => ({ title })),
    })
    const stored = vault.put(pdf)
    return stored.ok ? ok({ file: stored.value }) : stored
  }

  return {
    handlers: {
      abilities: async () => {
        // One question at a time, and none while a scan runs: the device can only do one thing.
        while (asking !== null) await asking
        if (feed.isRunning()) return fail({ kind: 'device', device: 'scan', what: 'busy' })
        const question = askAbilities()
        asking = question
          .catch(() => undefined)
          .finally(() => {
            asking = null
          })
        return question
      },
      profiles: () => ok(profiles.show()),
      saveProfile: (profile, caller) => profiles.save(profile, caller),
      lockProfiles: ({ locked }, caller) => profiles.lock(locked, caller),
      start: ({ dossierId, profile, place }, caller) => feed.start(dossierId, profile, place, caller),
      stop: () => {
        feed.stop()
        return ok({})
      },
      importFile: ({ dossierId, bytes }, caller) => importFile(dossierId, bytes, caller),
      pages: ({ dossierId }) => ok(show(dossierId)),
      unfinished: () => ok([...storage.read(showUnfinished)]),
      rotate: ({ pageId, by }, caller) => edit(pageId, turnedBy(by), 'page-rotated', caller),
      move: ({ pageId, to }, caller) => edit(pageId, movedTo(to), 'page-moved', caller),
      remove: ({ pageId, removed }, caller) =>
        edit(pageId, (page) => [{ ...page, removed }], removed ? 'page-taken-out' : 'page-put-back', caller),
      startPaper: ({ pageId, starts }, caller) => edit(pageId, startingPaper(starts), 'paper-marked', caller),
      check: ({ pageId }, caller) => edit(pageId, (page) => [{ ...page, checked: true }], 'page-checked', caller),
      asScanned: ({ pageId, asScanned }, caller) =>
        edit(pageId, (page) => [{ ...page, asScanned, checked: true }], 'page-as-scanned', caller),
      blank: ({ pageId, blank }, caller) =>
        edit(pageId, (page) => [{ ...page, blank, checked: true }], blank ? 'page-blank' : 'page-not-blank', caller),
      send: ({ pageId, dossierId }, caller) =>
        storage.read((r) => findDossier(r, dossierId)) === undefined
          ? fail({ kind: 'stale' })
          : edit(pageId, sentTo(dossierId), 'paper-sent', caller),
      name: ({ pageId, title }, caller) => edit(pageId, named(title), 'paper-named', caller),
      counts: ({ dossierId, counts }, caller) => answer(dossierId, edits.counts(dossierId, counts, caller)),
      undo: ({ dossierId }, caller) => answer(dossierId, edits.undo(dossierId, caller)),
      secret: ({ pageId }, caller) => secret(pageId, caller),
      separators: ({ dossierId, titles }) => separators(dossierId, titles),
      hotFolder: () => ok(imports.state()),
    },
    openPapers: (r, view) => papers(openRows(r, view)),
    ready: (row) => ({
      row,
      picture: row.asScanned ? row.file : (row.picture ?? row.file),
      rotation: row.rotation as Rotation,
      words: row.wordsOf === wordsKey(row) ? row.words : null,
    }),
    wordsOf: (r, pageIds) =>
      pageIds.map((id) => {
        const row = r.select().from(scanPage).where(eq(scanPage.id, id)).get()
        const file = row === undefined || row.words === null ? null : vault.get(row.words)
        return file === null || !file.ok ? null : (JSON.parse(file.value.toString('utf8')) as Words)
      }),
    isReading: behind.isReading,
    isWaiting: (view) => waitingIn(view).length > 0,
    settled: (view) => behind.settled(waitingIn(view)),
    file: (w, pageIds, documentId) => {
      const these = inArray(scanPage.id, [...pageIds])
      behind.filed(w, w.select().from(scanPage).where(these).all())
      w.update(scanPage).set({ documentId }).where(these).run()
      // A run of which every kept page is filed is finished: its separator sheets and blanks no longer lie about.
      const runs = w.selectDistinct({ run: scanPage.run }).from(scanPage).where(these).all()
      for (const { run } of runs) {
        const rows = w
          .select()
          .from(scanPage)
          .where(and(eq(scanPage.run, run), isNull(scanPage.documentId)))
          .all()
        if (rows.every(isLeftOut)) w.update(scanPage).set({ closed: true }).where(eq(scanPage.run, run)).run()
      }
    },
    pagesOf: (r, documentId) =>
      r.select().from(scanPage).where(eq(scanPage.documentId, documentId)).orderBy(scanPage.position).all(),
    countPages: (r, dossierId) => rowsIn(r, dossierId).filter((row) => !isLeftOut(row)).length,
    purge: (w, pageIds) => purgePages(w, pageIds, now()).length,
    unfile: (w, documentId, title) => unfilePages(w, documentId, title),
    tell: (view) => void tell(view),
    files: pageFiles,
    purgedFiles: purgedPageFiles,
    start: () => {
      feed.recover()
      behind.start()
      imports.start()
    },
    stop: async () => {
      for (const clock of later.values()) clearTimeout(clock)
      later.clear()
      behind.stop()
      await imports.stop()
    },
  }
}
