// Runs of the feeder that have not come to their end: written before the first page, gone when the feeder was emptied.
// What is fed next goes on with a run that was cut short, by trouble or by a killed program; never with one that was filed.
import { eq, isNull, ne } from 'drizzle-orm'
import { isFull, type Reader, type Storage, type Writer } from '../storage/index.ts'
import { rowsOfRun, type View } from './pages.ts'
import { scanRun } from './table.ts'

export interface CutShort {
  readonly run: string
  /** Sheets of it that lie whole in the stack. */
  readonly sheets: number
}

export interface Runs {
  /** The run that the next pages of this view go on with, and with its paper. */
  cutShort(view: View): CutShort | undefined
  /** The run is at work. `inserting`: into a place pointed at; nothing ever goes on with it. False: the disk has no room for even that. */
  begin(run: CutShort & { readonly view: View; readonly duplex: boolean; readonly inserting: boolean }): boolean
  /** The run is over; with `sheets` it was cut short behind so many. On a full disk that is left for the next beginning to find out. */
  end(run: string, sheets: number | null): void
  /** Runs that never came to an end: the program was killed, or could not write it down. */
  killed(): readonly { readonly run: string; readonly duplex: boolean; readonly inserting: boolean }[]
}

const within = (view: View) => (view === null ? isNull(scanRun.fedInto) : eq(scanRun.fedInto, view))

/** A page of it is in a document, or its stack is finished: what is fed now is another stack. */
const isFiled = (r: Reader | Writer, run: string): boolean =>
  rowsOfRun(r, run).some((row) => row.documentId !== null || row.closed)

/** False: the disk is full. */
function written(write: () => void): boolean {
  try {
    write()
    return true
  } catch (error) {
    if (isFull(error)) return false
    throw error
  }
}

export const openRuns = (storage: Storage): Runs => ({
  cutShort: (view) =>
    storage.read((r) => {
      const one = r
        .select()
        .from(scanRun)
        .where(within(view))
        .all()
        .find((row) => row.is === 'cut-short')
      return one === undefined || isFiled(r, one.run) ? undefined : { run: one.run, sheets: one.sheets }
    }),
  begin: ({ run, sheets, view, duplex, inserting }) => {
    const row = { run, fedInto: view, duplex, sheets, is: inserting ? 'inserting' : 'feeding' } as const
    return written(() =>
      storage.write((w) => {
        // Nobody went on with an older one.
        if (!inserting) w.delete(scanRun).where(within(view)).run()
        w.insert(scanRun).values(row).run()
      }),
    )
  },
  end: (run, sheets) =>
    void written(() =>
      storage.write((w) => {
        if (sheets === null) w.delete(scanRun).where(eq(scanRun.run, run)).run()
        else w.update(scanRun).set({ is: 'cut-short', sheets }).where(eq(scanRun.run, run)).run()
      }),
    ),
  killed: () =>
    storage.read((r) =>
      r
        .select()
        .from(scanRun)
        .where(ne(scanRun.is, 'cut-short'))
        .all()
        .map(({ run, duplex, is }) => ({ run, duplex, inserting: is === 'inserting' })),
    ),
})
