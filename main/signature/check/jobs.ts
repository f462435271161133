// What the workshop does for checks: it judges foreign bytes, or a file of the vault by a ticket, and prints the report.
// Never: a hostile file in main; a bench that takes too long or too much memory is ended, and the check fails by name.
import type { Result } from '../../../preload/contract/result.ts'
import type { ValidationReport } from '../../../preload/contract/validation.ts'
import { type ReadTicket, readSealed } from '../../storage/index.ts'
import { checkFile as check } from './check-file.ts'
import { printValidation as print, type ValidationInput } from './print-validation.ts'

/** `file`: its bytes, or a ticket for one of the vault. */
export async function checkFile(
  file: Uint8Array | ReadTicket,
  trust: readonly Uint8Array[],
  now: Date,
): Promise<Result<ValidationReport>> {
  if (file instanceof Uint8Array) return check(file, trust, now)
  const read = readSealed(file)
  return read.ok ? check(read.value, trust, now) : read
}

export const printValidation = (input: ValidationInput, fontFolder: string): Promise<Uint8Array> =>
  print(input, { fontFolder })

export type CheckJobs = {
  readonly checkFile: typeof checkFile
  readonly printValidation: typeof printValidation
}
