// Files from outside, handed in at the window or found in the watched folder: read page by page in the workshop, each page
// durable before the next. The file as it came is not kept; every page of it is.
import { createHash, randomUUID } from 'node:crypto'
import type { Caller } from '../../preload/contract/border.ts'
import { type Failure, fail, ok, type Result } from '../../preload/contract/result.ts'
import type { HotFolder } from '../../preload/contract/scan.ts'
import { type Log, traceOf } from '../log.ts'
import type { Feed, Spot } from './feed.ts'
import { type FolderWatch, watchFolder } from './hot-folder.ts'
import type { Batch, LookedInto } from './import/index.ts'

/** What the workshop does with foreign bytes. */
export interface ImportWork {
  lookIntoFile(bytes: Uint8Array): Promise<Result<LookedInto>>
  takePages(bytes: Uint8Array, looked: LookedInto, from: number): Promise<Result<Batch>>
}

export interface Imports {
  /** `origin` names the file for ever, so that taking it twice by accident gives its pages once; null: taken as often as asked. */
  takeIn(
    spot: Spot,
    bytes: Uint8Array,
    origin: string | null,
    caller: Caller,
  ): Promise<Result<{ readonly pages: number; readonly trouble: Failure | null }>>
  state(): HotFolder
  start(): void
  stop(): Promise<void>
}

/** The program itself takes in what lies in the watched folder. */
const PROGRAM: Caller = { operatorId: 'program', name: '', roles: [] }
/** Milliseconds: a file is whole when nothing changed for so long; how often the folder is looked at. */
const SETTLE = 2_000
const EVERY = 1_000

export function openImports(parts: {
  readonly work: ImportWork
  readonly keep: Feed['keep']
  readonly folder: string | null
  readonly now: () => Date
  readonly log: Log
  readonly changed: (state: HotFolder) => void
}): Imports {
  let watch: FolderWatch | null = null

  async function takeIn(
    spot: Spot,
    bytes: Uint8Array,
    origin: string | null,
    caller: Caller,
  ): Promise<Result<{ pages: number; trouble: Failure | null }>> {
    let kept = 0
    try {
      const looked = await parts.work.lookIntoFile(bytes)
      if (!looked.ok) return looked
      for (let from: number | null = 0; from !== null; ) {
        const batch: Result<Batch> = await parts.work.takePages(bytes, looked.value, from)
        if (!batch.ok) return kept === 0 ? batch : ok({ pages: kept, trouble: batch.failure })
        for (const page of batch.value.pages) {
          const incoming = {
            picture: page.picture,
            dpi: page.dpi,
            lowResolution: page.lowResolution,
            mode: page.bitonal ? ('bitonal' as const) : ('colour' as const),
            rotation: page.rotation,
            sheet: kept + 1,
            origin: origin === null ? null : `${origin}#${kept + 1}`,
          }
          const done = parts.keep(spot, incoming, caller)
          if (!done.ok) return kept === 0 ? done : ok({ pages: kept, trouble: done.failure })
          kept += 1
        }
        from = batch.value.next
      }
      return ok({ pages: kept, trouble: null })
    } catch (error) {
      // The bench that opened the file died or took too long: such a file is not opened a second time.
      parts.log('scan.import-failed', traceOf(error))
      const failure: Failure = { kind: 'refused', rule: 'file-unsafe' }
      return kept === 0 ? fail(failure) : ok({ pages: kept, trouble: failure })
    }
  }

  /** One file of the watched folder goes into the mixed stack; a repeated one is recognised by name, time and content. */
  async function takeFromFolder(file: {
    readonly name: string
    readonly bytes: Uint8Array
    readonly sha256: string
    readonly modified: number
  }): Promise<Result<void>> {
    const origin = createHash('sha256').update(`${file.name}\n${file.modified}\n${file.sha256}`).digest('hex')
    const taken = await takeIn({ view: null, run: randomUUID(), place: null }, file.bytes, origin, PROGRAM)
    if (!taken.ok) return taken
    return taken.value.trouble === null ? ok(undefined) : fail(taken.value.trouble)
  }

  return {
    takeIn,
    state: () => watch?.state() ?? { state: 'off', folder: '', settling: 0, refused: [] },
    start: () => {
      if (parts.folder === null) return
      watch = watchFolder({
        folder: parts.folder,
        settleMs: SETTLE,
        every: EVERY,
        now: parts.now,
        log: parts.log,
        take: takeFromFolder,
        changed: parts.changed,
      })
    },
    stop: async () => {
      await watch?.stop()
    },
  }
}
