// SANE status numbers, translated once. scanimage ends with the status of the last call as its exit code.
// Never reads message text; a number that is not here is `failed`.
import type { Failure } from '../../preload/contract/result.ts'

export type ScanTrouble = Extract<Failure, { kind: 'device' }>['what']

/** SANE standard 1.06 §4.2.7, by number. Number 7 after a page is no trouble; see `judgeExit`. */
export const SANE_STATUS: Readonly<Record<number, { readonly status: string; readonly what: ScanTrouble }>> = {
  // Also scanimage's own "could not open the device or set an option": hence no more than failed.
  1: { status: 'SANE_STATUS_UNSUPPORTED', what: 'failed' },
  // Cancelled on the scanner itself; our own cancelling is known before the exit code is read.
  2: { status: 'SANE_STATUS_CANCELLED', what: 'failed' },
  3: { status: 'SANE_STATUS_DEVICE_BUSY', what: 'busy' },
  4: { status: 'SANE_STATUS_INVAL', what: 'unsupported' },
  5: { status: 'SANE_STATUS_EOF', what: 'failed' },
  6: { status: 'SANE_STATUS_JAMMED', what: 'jammed' },
  7: { status: 'SANE_STATUS_NO_DOCS', what: 'feeder-empty' },
  8: { status: 'SANE_STATUS_COVER_OPEN', what: 'cover-open' },
  9: { status: 'SANE_STATUS_IO_ERROR', what: 'failed' },
  10: { status: 'SANE_STATUS_NO_MEM', what: 'failed' },
  11: { status: 'SANE_STATUS_ACCESS_DENIED', what: 'failed' },
}

/** How a scanimage batch ended, as facts. `code` is null when a signal ended it. */
export interface BatchEnd {
  readonly code: number | null
  /** Pages handed over and accepted. */
  readonly pages: number
  /** The page count scanimage was given: 1 for a glass, more than any feeder holds for a feeder. */
  readonly wanted: number
  /** The last SANE status scanimage told for a page, other than good (0) and end of page (5). */
  readonly status?: number
  /** Why we ended it ourselves, if we did. */
  readonly cut?: 'silent' | 'aborted' | 'unreadable'
}

/**
 * What a finished batch means. With a page count scanimage ends with NO_DOCS when the feeder is empty, which after a
 * page is the normal end; 0 is the end of the count (the one page of a glass). Any other 0 hides something: when a
 * backend's own pipe breaks while it cancels after an error, scanimage takes the SIGPIPE for a wish to stop and ends
 * with 0. Then the status told before counts, and without one the scan failed; it never passes for complete.
 */
export function judgeExit(end: BatchEnd): 'complete' | ScanTrouble {
  if (end.cut === 'silent') return 'timeout'
  if (end.cut === 'unreadable') return 'unreadable'
  if (end.cut === 'aborted') return 'failed'
  if (end.code === 0 && end.pages === end.wanted) return 'complete'
  const status = end.code === 0 || end.code === null ? end.status : end.code
  if (status === undefined) return 'failed'
  if (status === 7 && end.pages > 0) return 'complete'
  // Nobody else takes a scanner in the middle of a stack: sane-airscan calls a state busy that it does not know (two
  // sheets at once, for one), and waiting would not help.
  if (status === 3 && end.pages > 0) return 'failed'
  return SANE_STATUS[status]?.what ?? 'failed'
}

/** A scan failure in the words of the contract; `kept` is named only when there is something to keep. */
export function scanFailure(what: ScanTrouble, kept = 0): Failure {
  return kept > 0 ? { kind: 'device', device: 'scan', what, kept } : { kind: 'device', device: 'scan', what }
}
