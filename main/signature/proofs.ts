// What the station gives as proof beside the signatures: the check of any file, and the report of every batch.
import type { HandlersOf } from '../../preload/contract/border.ts'
import type { signatureReports as declared } from '../../preload/contract/validation.ts'
import type { Reader } from '../storage/index.ts'
import { type CheckParts, openChecks } from './check/index.ts'
import type { CheckJobs } from './check/jobs.ts'
import { openReports, type ReportParts, type Reports } from './report/index.ts'
import type { ReportJobs } from './report/jobs.ts'

export type ProofJobs = CheckJobs & ReportJobs

export interface Proofs {
  readonly handlers: HandlersOf<typeof declared>
  readonly reports: Pick<Reports, 'begin' | 'rest' | 'finish'>
  /** Vault hashes that rows name. */
  files(r: Reader): readonly string[]
}

export function openProofs(parts: CheckParts & ReportParts): Proofs {
  const reports = openReports(parts)
  return { handlers: { ...openChecks(parts).handlers, ...reports.handlers }, reports, files: reports.files }
}
