// What the station works with; handed in by counter.ts. Needs to look right are functions.
import { createHash } from 'node:crypto'
import type { BookRule, Queue } from '../../preload/contract/certification.ts'
import { ok, type Result } from '../../preload/contract/result.ts'
import type { Audit } from '../audit/index.ts'
import type { DocumentRow, Documents } from '../document/index.ts'
import { hashOfEntry, type Law } from '../dossier/index.ts'
import type { Unit } from '../operator/index.ts'
import type { Storage, Vault, Writer } from '../storage/index.ts'
import type { AttestationInput } from './print-attestation.ts'
import type { LetterInput } from './print-letter.ts'
import type { RegisterInput } from './print-register.ts'

export interface GrantedRun {
  readonly book: string
  readonly first: number
  readonly last: number
}

/** `day`: the legal day on which the server gave them, whenever its answer arrives. */
export interface GrantedNumbers {
  readonly day: string
  readonly runs: readonly GrantedRun[]
}

/** The server that keeps the shared register. The same key gives the same numbers of the same day, however often it is asked. */
export type AskNumbers = (ask: {
  readonly key: string
  readonly year: number
  readonly symbol: string
  readonly count: number
}) => Promise<Result<GrantedNumbers>>

/** What the province is told of a cancelled certification. */
export interface Annulled {
  readonly document: DocumentRow
  /** `07 · 03/2026-SCT/BS` */
  readonly number: string
  readonly decision: string
  readonly decidedOn: string
  readonly reason: string
  readonly at: string
}

export interface CertificationParts {
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly chainKey: Buffer
  readonly law: Law
  readonly documents: Documents
  readonly unit: Unit
  /** Where numbers come from, from which day on; none: one book a station. */
  readonly books?: readonly BookRule[] | undefined
  /** Absent: unit.json names no server, or the unit asks none. */
  readonly askNumbers?: AskNumbers | undefined
  /** The machine that is asked. */
  readonly numberHost?: string | undefined
  readonly now: () => Date
  readonly printRegister: (template: unknown, input: RegisterInput) => Promise<Uint8Array>
  readonly printAttestation: (input: AttestationInput) => Promise<Uint8Array>
  readonly printLetter: (template: unknown, input: LetterInput) => Promise<Uint8Array>
  readonly changed: (queue: Queue) => void
  /** Removes the files of secret papers, when the transaction is over. */
  readonly erase: () => void
  /** A copy was certified on paper: inside the transaction that finishes its row. */
  readonly certifiedOnPaper: (w: Writer, document: DocumentRow) => void
  /** Inside the transaction that records it: the promise to tell the province belongs there. */
  readonly annulled: (w: Writer, annulled: Annulled) => void
}

/** Which version of an entry was used: key, first day, and the hash its adoption names. */
export function versionOf(law: Law, key: string): Result<string> {
  const entry = law.entry(key)
  return entry.ok ? ok(`${entry.value.key}@${entry.value.validFrom} sha256:${hashOfEntry(entry.value)}`) : entry
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
