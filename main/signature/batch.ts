// What a batch is made of: the stations it works with, who signs, and how a step ends.
import type { Caller } from '../../preload/contract/border.ts'
import type { Authority } from '../../preload/contract/certification.ts'
import { formatLegal } from '../../preload/contract/legal-time.ts'
import type { Failure, Result } from '../../preload/contract/result.ts'
import type { ItemState, SigningRole } from '../../preload/contract/signature.ts'
import type { Audit } from '../audit/index.ts'
import { type Certifications, SPECIMEN } from '../certification/index.ts'
import type { DocumentRow, Documents } from '../document/index.ts'
import type { Log } from '../log.ts'
import type { Unit } from '../operator/index.ts'
import type { Storage, Vault, Writer } from '../storage/index.ts'
import type { Workshop } from '../workshop/index.ts'
import type { SigningJobs } from './jobs.ts'
import type { Signer } from './pades/index.ts'
import type { StampImages } from './stamp-images.ts'
import type { Line } from './steps.ts'

export interface EngineParts {
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly log: Log
  readonly documents: Documents
  readonly certifications: Certifications
  readonly work: Pick<Workshop<SigningJobs>, 'run'>
  readonly fontFolder: string
  readonly verifyUrl: string | undefined
  readonly place: string
  /** DER of the roots the unit trusts. */
  readonly trust: readonly Uint8Array[]
  readonly now: () => Date
  /** Register, document, outbox of a finished copy: what the stations agreed on, inside the filing transaction. */
  readonly filed: (w: Writer, document: DocumentRow, copyFile: string, copyBytes: number) => void
  /** A paper signed by who scanned it, inside the same transaction. */
  readonly scanFiled: (w: Writer, document: DocumentRow, file: string, bytes: number) => void
  /** The agency's own copy (sao y), inside the same transaction; `parent`: the file it continues. */
  readonly agencyCopyFiled: (w: Writer, document: DocumentRow, file: string, bytes: number, parent: string) => void
  readonly unit: Pick<Unit, 'agency' | 'specimen'>
  readonly moved: (documentId: string, state: ItemState, failure: Failure | null) => void
}

/** Who signs, in this run. */
export interface Signing {
  readonly role: SigningRole
  readonly caller: Caller
  readonly fingerprint: string
  readonly signer: Signer
  readonly signerName: string
  /** The officer's authority; null for the agency. */
  readonly authority: Authority | null
  readonly images: StampImages
  /** Lines of the agency's seal. */
  readonly seal: readonly Line[]
}

/** A step that failed: `stop` the batch (token, PIN, disk), or set this one document aside. */
export type Step<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure; readonly stop: boolean }

const stops = (failure: Failure): boolean =>
  failure.kind === 'device' || failure.kind === 'pin' || failure.kind === 'storage' || failure.kind === 'bug'
export const failed = (failure: Failure, stop = stops(failure)): Step<never> => ({ ok: false, failure, stop })
export const stepOf = <T>(result: Result<T>): Step<T> => (result.ok ? result : failed(result.failure))

/** Over the officer's signature: the agency's name and the moment (NĐ 30/2020, annex I). */
export const sealLines = (unit: Pick<Unit, 'agency' | 'specimen'>, at: Date): readonly Line[] => [
  { text: unit.agency.name.toUpperCase(), size: 8.5, weight: 'bold' },
  ...(unit.specimen ? [{ text: SPECIMEN, size: 7, weight: 'bold' as const }] : []),
  { text: formatLegal(at, 'iso'), size: 7, weight: 'regular' },
]
