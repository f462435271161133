// What an eSCL scanner says of itself, translated once by table into what a clerk can do; and how a job ended, judged.
// Pure. A word or number that is not here is `failed`; nothing unclear ever passes for complete.
import type { ScanRequest } from '../contract.ts'
import type { ScanTrouble } from './codes.ts'
import type { ScannerStatus } from './escl-xml.ts'

/** AdfState (Mopria eSCL 2.97 §9.1): states in which paper has to be looked after. The others say nothing is wrong. */
export const ADF_TROUBLE: Readonly<Record<string, ScanTrouble>> = {
  ScannerAdfJam: 'jammed',
  ScannerAdfMispick: 'jammed',
  ScannerAdfMultipickDetected: 'double-fed',
  ScannerAdfHatchOpen: 'cover-open',
  // Not in the specification, but said by real devices.
  ScannerAdfDoorOpen: 'cover-open',
  ScannerAdfDuplexPageTooShort: 'unsupported',
  ScannerAdfDuplexPageTooLong: 'unsupported',
  ScannerAdfInputTrayFailed: 'failed',
  ScannerAdfInputTrayOverloaded: 'failed',
}

/** Refusals of a job by HTTP status (RFC 9110 §15), when the scanner's own state says nothing better. */
const REFUSAL: Readonly<Record<number, ScanTrouble>> = {
  400: 'unsupported',
  409: 'busy',
  415: 'unsupported',
  429: 'busy',
  503: 'busy',
}

/** Trouble that lies in the paper's way, or undefined. An empty feeder is none. */
export function paperTrouble(status: ScannerStatus | undefined): ScanTrouble | undefined {
  const state = status?.feeder ?? ''
  return Object.hasOwn(ADF_TROUBLE, state) ? ADF_TROUBLE[state] : undefined
}

/** A job that was refused: `code` is the HTTP status of the answer, `status` how the scanner stands just after. */
export function judgeRefusal(
  code: number,
  source: ScanRequest['source'],
  status: ScannerStatus | undefined,
): ScanTrouble {
  if (source !== 'flatbed') {
    const trouble = paperTrouble(status)
    if (trouble !== undefined) return trouble
    if (status?.feeder === 'ScannerAdfEmpty' && code !== 503) return 'feeder-empty'
  }
  return REFUSAL[code] ?? 'failed'
}

/** How a job stopped giving pages. */
export interface JobEnd {
  /** 404 and 410: no more pages. 409 and others: something stopped it. */
  readonly code: number
  readonly source: ScanRequest['source']
  /** Pages handed over and accepted. */
  readonly pages: number
  /** Undefined when the scanner did not say. */
  readonly status: ScannerStatus | undefined
  /** Path of the job on the scanner. */
  readonly job: string
}

const lastPart = (path: string) => path.replace(/\/+$/, '').split('/').pop() ?? ''

/** What the scanner says became of this job; undefined when it does not speak of it. */
function jobState({ status, job }: JobEnd): string | undefined {
  const id = lastPart(job)
  return id === '' ? undefined : status?.jobs.find(({ uri }) => lastPart(uri) === id)?.state
}

/** What a job that gives no more pages means. */
export function judgeEnd(end: JobEnd): 'complete' | ScanTrouble {
  const { code, source, pages, status } = end
  const ended = code === 404 || code === 410
  const state = jobState(end)
  if (source === 'flatbed') return ended && pages > 0 ? 'complete' : 'failed'
  if (status === undefined) return 'removed'
  const trouble = paperTrouble(status)
  // A cover that is opened once everything was told to be fed is nobody's trouble.
  const afterwards = ended && pages > 0 && state === 'Completed' && trouble === 'cover-open'
  if (trouble !== undefined && !afterwards) return trouble
  if (state === 'Aborted' || state === 'Canceled') return 'failed'
  const empty = status.feeder === 'ScannerAdfEmpty'
  if (pages > 0) return ended || empty ? 'complete' : 'failed'
  return empty || (ended && status.feeder === '') ? 'feeder-empty' : 'failed'
}
