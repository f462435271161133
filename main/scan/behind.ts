// The work behind the feeder: every safe page is made right in the workshop, routed by the separator sheets of its run,
// and read when nothing else is to do. A killed program goes on from the rows; a page that cannot be worked on stays as scanned.
import { and, eq, inArray, isNull, type SQL } from 'drizzle-orm'
import type { Result } from '../../preload/contract/result.ts'
import type { Findings, Rotation } from '../../preload/contract/scan.ts'
import { CERTIFIED_COPY, findDossier, findDossierByCode } from '../dossier/index.ts'
import { type Log, traceOf } from '../log.ts'
import { isFull, type Reader, type Storage, type Vault, type Writer } from '../storage/index.ts'
import { isLeftOut } from './arrange.ts'
import { findingsOf, findPage, type PageRow, rowsOfRun, type View, viewOf } from './pages.ts'
import type { MadeRight, MakeRightInput } from './picture/shapes.ts'
import { SURE } from './picture/sure.ts'
import type { Words } from './reading/words.ts'
import { route, type Signs } from './route.ts'
import { interpretCodes, nameOfTitle, type PaperTitles } from './separator.ts'
import { scanPage } from './table.ts'

/** What the workshop does for this station. */
export interface PageWork {
  makeRight(input: MakeRightInput): Promise<Result<MadeRight>>
  readWords(picture: Uint8Array, rotation: Rotation, dpi: number): Promise<Result<Words>>
  readUpright(
    picture: Uint8Array,
    guess: Rotation,
    dpi: number,
  ): Promise<{ readonly turn: Rotation; readonly confidence: number }>
}

export interface Behind {
  /** Pages that became safe, or whose picture or rotation changed. */
  push(pageIds: readonly string[]): void
  /** Goes on with what waits in the rows. */
  start(): void
  /** Resolves when none of these pages waits for us any more; what the disk had no room for is tried once more before. */
  settled(pageIds: readonly string[]): Promise<void>
  /** Routes a run again, e.g. after a page was put back. Inside the caller's transaction. */
  routeRun(w: Writer, run: string): readonly View[]
  /** These pages are being filed. Inside the caller's transaction, before they are. */
  filed(w: Writer, rows: readonly PageRow[]): void
  /** Pages of which the words are still to be read. */
  isReading(r: Reader, pageIds: readonly string[]): boolean
  /** How many of these pages will still be read before they are filed. */
  unread(rows: readonly PageRow[]): number
  stop(): void
}

const AT_ONCE = 2
const shownOf = (row: PageRow): string => (row.asScanned ? row.file : (row.picture ?? row.file))
/** Words belong to one picture in one rotation. */
export const wordsKey = (row: PageRow): string => `${shownOf(row)} ${row.rotation}`

/** With less to go by than this nobody turns a page: it stays as it came, and the clerk is asked. */
const EVIDENCE = 0.3
const standing = (upright: Findings['upright']): Findings['upright'] =>
  upright.confidence < EVIDENCE ? { ...upright, turn: 0 } : upright

const hadNoRoom = (result: Result<unknown> | null): boolean =>
  result !== null && !result.ok && result.failure.kind === 'storage' && result.failure.what === 'full'

const NO_SIGNS: Signs = { separator: null, patch: null, dossierId: null }

export function openBehind(parts: {
  readonly storage: Storage
  readonly vault: Vault
  readonly log: Log
  readonly work: PageWork
  readonly titles: PaperTitles
  /** False: this PC reads no text (unit.json). */
  readonly reads: boolean
  readonly moved: (views: readonly View[]) => void
  /** The words of a page are there. */
  readonly read: (row: PageRow) => void
}): Behind {
  const { storage, vault, work } = parts
  const queue: string[] = []
  const busy = new Set<string>()
  let waiters: { ids: Set<string>; done: () => void }[] = []
  let stopped = false
  let readingNow = false
  const unreadable = new Set<string>()
  /** What the disk had no room for: pages, and words by their key. Tried again with the next page, wish or start. */
  const noRoom = { pages: new Set<string>(), words: new Set<string>() }

  function tryAgain(): void {
    queue.push(...noRoom.pages)
    noRoom.pages.clear()
    for (const key of noRoom.words) unreadable.delete(key)
    noRoom.words.clear()
  }
  function parkPage(page: string): void {
    noRoom.pages.add(page)
    parts.log('scan.no-room', { page })
  }

  const signsOf = (r: Reader | Writer, findings: Findings | null): Signs => {
    if (findings === null) return NO_SIGNS
    const { separator, patch, dossierCodes } = interpretCodes(findings.codes)
    return {
      separator:
        separator === null
          ? null
          : {
              dossierId: findDossierByCode(r, separator.dossierCode)?.id ?? null,
              title: nameOfTitle(separator.title, parts.titles),
            },
      patch,
      dossierId: dossierCodes.map((code) => findDossierByCode(r, code)?.id).find((id) => id !== undefined) ?? null,
    }
  }

  function routeRun(w: Writer, run: string): readonly View[] {
    const rows = rowsOfRun(w, run)
    const views = new Set<View>()
    const inRun = rows.map((row) => ({
      id: row.id,
      sheet: row.sheet,
      looked: row.work !== 'waiting',
      blank: row.blank,
      placed: row.placed || row.documentId !== null,
      signs: signsOf(w, findingsOf(row)),
    }))
    for (const decided of route(inRun, rows[0]?.fedInto ?? null)) {
      const row = rows.find((one) => one.id === decided.id)
      if (row === undefined || row.documentId !== null) continue
      const { dossierId, startsPaper, separator } = decided
      const typed = row.titleFrom === 'typed' && startsPaper
      const title = typed ? row.title : decided.title
      const titleFrom = typed ? 'typed' : title === null ? 'none' : 'separator'
      if (
        row.dossierId === dossierId &&
        row.startsPaper === startsPaper &&
        row.separator === separator &&
        row.title === title
      )
        continue
      views.add(viewOf(row))
      views.add(dossierId)
      w.update(scanPage)
        .set({ dossierId, startsPaper, separator, title, titleFrom })
        .where(eq(scanPage.id, row.id))
        .run()
    }
    return [...views]
  }

  /** Turned out to be secret while it was in the workshop: what comes back is not kept. Asked in the same breath as `put`. */
  const isPurged = (pageId: string): boolean => storage.read((r) => findPage(r, pageId)?.purgedAt ?? null) !== null

  async function makeOne(pageId: string): Promise<void> {
    const row = storage.read((r) => findPage(r, pageId))
    if (row === undefined || row.work !== 'waiting' || row.documentId !== null) return
    const file = vault.get(row.file)
    const outcome: Result<MadeRight> = file.ok
      ? await work.makeRight({ picture: file.value, dpi: row.dpi, mode: row.mode, clean: true })
      : file
    if (stopped || isPurged(pageId)) return
    const stored = outcome.ok && outcome.value.made !== null ? vault.put(outcome.value.made.picture) : null
    if (hadNoRoom(outcome) || hadNoRoom(stored)) return parkPage(pageId)
    const made = outcome.ok && (stored === null || stored.ok) ? outcome.value : null
    const upright = made === null ? null : standing(made.findings.upright)
    const picture = stored?.ok === true ? stored.value : null
    const views = storage.write((w) => {
      const now = findPage(w, pageId)
      if (now === undefined || now.documentId !== null) return []
      if (made === null || upright === null)
        w.update(scanPage).set({ work: 'failed' }).where(eq(scanPage.id, pageId)).run()
      else
        w.update(scanPage)
          .set({
            work: 'done',
            findings: JSON.stringify({ ...made.findings, upright }),
            picture,
            pictureWidth: made.made?.width ?? now.width,
            pictureHeight: made.made?.height ?? now.height,
            rotation: now.turned ? now.rotation : upright.turn,
            blank: made.findings.blank.is,
          })
          .where(eq(scanPage.id, pageId))
          .run()
      return [viewOf(now), ...routeRun(w, now.run)]
    })
    parts.moved(views)
  }

  /** The workshop lost this page's bench, or we have a bug: the page stays as scanned, and is shown as such. False: not even that. */
  function giveUp(id: string, error: unknown): boolean {
    parts.log('scan.make-right-failed', { page: id, ...traceOf(error) })
    try {
      const views = storage.write((w) => {
        const row = findPage(w, id)
        if (row === undefined || row.purgedAt !== null) return []
        w.update(scanPage).set({ work: 'failed' }).where(eq(scanPage.id, id)).run()
        return [viewOf(row), ...routeRun(w, row.run)]
      })
      parts.moved(views)
      return true
    } catch (trouble) {
      if (isFull(trouble)) return false
      throw trouble
    }
  }

  function next(): void {
    while (!stopped && busy.size < AT_ONCE) {
      const id = queue.shift()
      if (id === undefined) break
      if (busy.has(id)) continue
      busy.add(id)
      makeOne(id)
        .catch((error: unknown) => {
          if (stopped) return
          if (isFull(error) || !giveUp(id, error)) parkPage(id)
        })
        .finally(() => {
          busy.delete(id)
          settle()
          next()
        })
    }
    if (!stopped && queue.length === 0 && busy.size === 0) void readNext()
  }

  function settle(): void {
    const waiting = new Set([...queue, ...busy])
    const done = waiters.filter((one) => [...one.ids].every((id) => !waiting.has(id)))
    waiters = waiters.filter((one) => !done.includes(one))
    for (const one of done) one.done()
  }

  // --- reading: one page at a time, when nobody waits for anything else ------------------------------------------------

  const wantsReading = (row: PageRow): boolean => {
    if (!parts.reads || row.work !== 'done' || row.purgedAt !== null || isLeftOut(row) || unreadable.has(wordsKey(row)))
      return false
    return row.wordsOf !== wordsKey(row) && (row.documentId === null ? !row.closed : row.unread)
  }
  const nextUnread = (r: Reader): PageRow | undefined => {
    const of = (which: SQL | undefined): PageRow | undefined =>
      r.select().from(scanPage).where(which).orderBy(scanPage.position).all().find(wantsReading)
    const open = and(isNull(scanPage.documentId), eq(scanPage.closed, false), eq(scanPage.work, 'done'))
    return of(open) ?? of(eq(scanPage.unread, true))
  }

  /** In the transaction that files the pages: what is not read by then is still read for the form of a paper that has one. */
  function filed(w: Writer, rows: readonly PageRow[]): void {
    const wanted = rows.filter((row) => {
      const dossier = row.dossierId === null ? undefined : findDossier(w, row.dossierId)
      return wantsReading(row) && dossier !== undefined && dossier.procedureCode !== CERTIFIED_COPY
    })
    const ids = wanted.map((row) => row.id)
    w.update(scanPage).set({ unread: true }).where(inArray(scanPage.id, ids)).run()
  }

  async function readOne(row: PageRow): Promise<void> {
    const picture = vault.get(shownOf(row))
    if (!picture.ok) return void unreadable.add(wordsKey(row))
    const findings = findingsOf(row)
    if (findings !== null && !row.turned && row.documentId === null && findings.upright.confidence < SURE.upright) {
      const seen = standing(await work.readUpright(picture.value, row.rotation as Rotation, row.dpi))
      if (stopped) return
      // Whatever came out is the last word: a page is not asked twice, and what is still unsure is shown to the clerk.
      const upright = seen.confidence > findings.upright.confidence ? seen : { ...findings.upright }
      const settledFindings = { ...findings, upright: { ...upright, confidence: upright.confidence } }
      const changed = storage.write(
        (w) =>
          w
            .update(scanPage)
            .set({ findings: JSON.stringify(settledFindings), rotation: upright.turn })
            .where(and(eq(scanPage.id, row.id), isNull(scanPage.documentId), eq(scanPage.turned, false)))
            .run().changes > 0,
      )
      if (changed) parts.moved([viewOf(row)])
      const again = storage.read((r) => findPage(r, row.id))
      if (again === undefined || wordsKey(again) !== wordsKey(row)) return
    }
    const words = await work.readWords(picture.value, row.rotation as Rotation, row.dpi)
    if (stopped || isPurged(row.id)) return
    if (!words.ok) return void unreadable.add(wordsKey(row))
    const stored = vault.put(Buffer.from(JSON.stringify(words.value)))
    if (hadNoRoom(stored)) noRoom.words.add(wordsKey(row))
    if (!stored.ok) return void unreadable.add(wordsKey(row))
    storage.write((w) =>
      w
        .update(scanPage)
        .set({ words: stored.value, wordsOf: wordsKey(row), unread: false })
        .where(eq(scanPage.id, row.id))
        .run(),
    )
    const after = storage.read((r) => findPage(r, row.id))
    if (after !== undefined) parts.read(after)
  }

  async function readNext(): Promise<void> {
    if (readingNow || stopped) return
    readingNow = true
    try {
      while (!stopped && queue.length === 0 && busy.size === 0) {
        const row = storage.read(nextUnread)
        if (row === undefined) break
        await readOne(row).catch((error: unknown) => {
          unreadable.add(wordsKey(row))
          if (isFull(error)) noRoom.words.add(wordsKey(row))
          if (!stopped) parts.log('scan.reading-failed', { page: row.id, ...traceOf(error) })
        })
      }
    } finally {
      readingNow = false
    }
  }

  return {
    push: (pageIds) => {
      tryAgain()
      queue.push(...pageIds)
      next()
    },
    start: () => {
      tryAgain()
      const waiting = storage.read((r) =>
        r
          .select({ id: scanPage.id })
          .from(scanPage)
          .where(eq(scanPage.work, 'waiting'))
          .orderBy(scanPage.position)
          .all(),
      )
      queue.push(...waiting.map((row) => row.id).filter((id) => !queue.includes(id)))
      next()
    },
    settled: (pageIds) =>
      new Promise((done) => {
        waiters.push({ ids: new Set(pageIds), done })
        if (pageIds.some((id) => noRoom.pages.has(id))) {
          tryAgain()
          next()
        }
        settle()
      }),
    routeRun,
    filed,
    unread: (rows) =>
      rows.filter(
        (row) =>
          parts.reads &&
          row.documentId === null &&
          !isLeftOut(row) &&
          (row.work === 'waiting' ? !row.closed : wantsReading(row)),
      ).length,
    isReading: (r, pageIds) =>
      pageIds.length > 0 &&
      r
        .select()
        .from(scanPage)
        .where(inArray(scanPage.id, [...pageIds]))
        .all()
        .some(wantsReading),
    stop: () => {
      stopped = true
      for (const one of waiters) one.done()
      waiters = []
    },
  }
}
