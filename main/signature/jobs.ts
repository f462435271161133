// What the workshop does for this station: it reads the file itself by a ticket, prepares or closes, and keeps what is finished.
// Main moves tickets, digests and updates of some 20 KB, never whole files; the pure steps are in steps.ts.
import { ok, type Result } from '../../preload/contract/result.ts'
import {
  type FileHash,
  openMemory,
  type ReadTicket,
  readSealed,
  type WriteTicket,
  writeSealed,
} from '../storage/index.ts'
import type { openStampImages } from './appearance-images.ts'
import { type CopyStep, prepareAgencyCopy } from './copy-step.ts'
import type { Prepared, Signer } from './pades/index.ts'
import {
  type AgencyStep,
  closeAndVerify,
  type Expected,
  letteringIn,
  type OfficerStep,
  type PreparedStep,
  prepareAgency,
  prepareOfficer,
  prepareScanner,
} from './steps.ts'

/** The file to sign: one of the vault, and what earlier signatures appended to it. */
export interface Base {
  readonly file: ReadTicket
  readonly tail: Uint8Array | null
}
export type Preparation =
  | { readonly role: 'officer' | 'scanner'; readonly step: Omit<OfficerStep, 'pdf'> }
  | {
      readonly role: 'agency'
      readonly step: Omit<AgencyStep, 'pdf'>
      readonly officerFingerprint: string
      readonly trust: readonly Uint8Array[]
    }
  | {
      readonly role: 'copy'
      readonly step: Omit<CopyStep, 'pdf'>
      readonly scannerFingerprint: string
      readonly trust: readonly Uint8Array[]
    }

/** A bench does one job at a time: the file of the last one makes room for the next. */
const memory = openMemory()
const SPARE = 128 * 1024

/** With room behind it for what is appended. */
function wholeOf({ file, tail }: Base): Result<Uint8Array> {
  const spare = (tail?.length ?? 0) + SPARE
  const read = readSealed(file, memory, spare)
  if (!read.ok || tail === null) return read
  const whole = behind(read.value, tail.length)
  whole.set(tail, read.value.length)
  return ok(whole)
}

/** The file and what lies behind it in its memory. */
const behind = ({ buffer, byteOffset, length }: Uint8Array, more: number): Uint8Array =>
  new Uint8Array(buffer, byteOffset, length + more)

export async function prepareSigning(base: Base, what: Preparation): Promise<Result<PreparedStep>> {
  const pdf = wholeOf(base)
  if (!pdf.ok) return pdf
  if (what.role === 'agency')
    return prepareAgency({ ...what.step, pdf: pdf.value }, what.officerFingerprint, what.trust)
  if (what.role === 'copy')
    return prepareAgencyCopy({ ...what.step, pdf: pdf.value }, what.scannerFingerprint, what.trust)
  const step = { ...what.step, pdf: pdf.value }
  return what.role === 'officer' ? prepareOfficer(step) : prepareScanner(step)
}

/** Closed and found right by a stranger's eyes; only then it is kept. */
export interface Closed {
  /** What all signatures appended to the file of the vault. */
  readonly tail: Uint8Array
  /** Of the whole file. */
  readonly bytes: number
  /** Where it is kept now, when it was to be. */
  readonly file: FileHash | null
}

/** `keep`: null while another signature is still to come. */
export async function closeSigning(
  base: Base,
  prepared: Prepared,
  value: Uint8Array,
  signer: Signer,
  expected: Expected,
  keep: WriteTicket | null,
): Promise<Result<Closed>> {
  const pdf = wholeOf(base)
  if (!pdf.ok) return pdf
  const grow = prepared.update.length <= SPARE ? behind : undefined
  const closed = await closeAndVerify(pdf.value, prepared, value, signer, expected, grow)
  if (!closed.ok) return closed
  const { whole, hash } = closed.value
  const tail = whole.slice(pdf.value.length - (base.tail?.length ?? 0))
  if (keep === null) return ok({ tail, bytes: whole.length, file: null })
  const stored = writeSealed(keep, whole, hash)
  return stored.ok ? ok({ tail, bytes: whole.length, file: stored.value }) : stored
}

/** While the PIN is typed a bench starts and opens its fonts: the token does not wait for it. */
export const readyToSign = (fontFolder: string): boolean => letteringIn(fontFolder) !== null

export type SigningJobs = {
  readonly readyToSign: typeof readyToSign
  readonly openStampImages: typeof openStampImages
  readonly prepareSigning: typeof prepareSigning
  readonly closeSigning: typeof closeSigning
}
