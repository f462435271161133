// Promises: what a batch came to, document by document: every input is signed, set aside with its reason, or still waiting.
// Never: a count of its own; all of it comes from the list that was shown and from the journal's rows.
import { eq } from 'drizzle-orm'
import type { ReviewMode } from '../../../preload/contract/certification.ts'
import type { Failure } from '../../../preload/contract/result.ts'
import type { SigningRole } from '../../../preload/contract/signature.ts'
import type { DocumentRow, Documents } from '../../document/index.ts'
import type { Reader, Writer } from '../../storage/index.ts'
import { findItem, type ItemRow } from '../journal.ts'
import { signatureBatch } from './batch-table.ts'

export type BatchRow = typeof signatureBatch.$inferSelect

/** The certificate as the report names it. */
export interface ReportCertificate {
  readonly holder: string
  readonly issuer: string
  readonly validFrom: string
  readonly validTo: string
  readonly fingerprint: string
}
/** A document as it was shown. */
export interface Shown {
  readonly documentId: string
  /** SHA-256 of the file. */
  readonly file: string
}

export interface ReportLine {
  readonly title: string
  /** Number of certification; empty while there is none. */
  readonly number: string
  readonly shown: string
  /** SHA-256 of the finished file; empty until it is finished. */
  readonly filed: string
  readonly end: 'signed' | 'set-aside' | 'waiting'
  /** Closed and found right by a stranger's eyes before anything was kept. */
  readonly verified: boolean
  /** Why it was set aside: a code, perhaps with a detail. */
  readonly reason: string
}

export interface BatchFacts {
  readonly role: SigningRole
  readonly listCode: string
  readonly signer: string
  readonly signerTitle: string
  readonly authority: string
  readonly certificate: ReportCertificate
  readonly beganAt: Date
  readonly endedAt: Date | null
  readonly finished: boolean
  readonly lines: readonly ReportLine[]
  /** How many of them were reviewed in which way. */
  readonly reviewed: Readonly<Record<ReviewMode, number>>
  /** `inputs` is the sum of the other three. */
  readonly totals: {
    readonly inputs: number
    readonly signed: number
    readonly setAside: number
    readonly waiting: number
  }
}

export const findBatch = (r: Reader | Writer, id: string): BatchRow | undefined =>
  r.select().from(signatureBatch).where(eq(signatureBatch.id, id)).get()

export const shownIn = (row: BatchRow): readonly Shown[] => JSON.parse(row.list) as Shown[]

export function gatherFacts(r: Reader, row: BatchRow, documents: Pick<Documents, 'find'>): BatchFacts {
  const all = shownIn(row).map((shown) => ({ shown, document: documents.find(r, shown.documentId) }))
  const lines = all.map(({ shown, document }) => lineOf(row.role, shown, document, findItem(r, shown.documentId)))
  const reviewedBy = (mode: ReviewMode): number => all.filter(({ document }) => document?.reviewMode === mode).length
  const count = (end: ReportLine['end']): number => lines.filter((line) => line.end === end).length
  return {
    role: row.role,
    listCode: row.listCode,
    signer: row.signer,
    signerTitle: row.signerTitle,
    authority: row.authority,
    certificate: JSON.parse(row.certificate) as ReportCertificate,
    beganAt: new Date(row.beganAt),
    endedAt: row.endedAt === null ? null : new Date(row.endedAt),
    finished: row.state === 'finished',
    lines,
    reviewed: { each: reviewedBy('each'), sample: reviewedBy('sample'), all: reviewedBy('all') },
    totals: {
      inputs: lines.length,
      signed: count('signed'),
      setAside: count('set-aside'),
      waiting: count('waiting'),
    },
  }
}

/** States of the journal in which this role has finished with a document. */
const DONE: Readonly<Record<SigningRole, readonly ItemRow['state'][]>> = {
  officer: ['officer-closed', 'agency-signed', 'filed'],
  agency: ['filed'],
  scanner: ['filed'],
  copy: ['filed'],
}

/** Where one document stands, for the role of the batch. Pure. */
export function lineOf(
  role: SigningRole,
  shown: Shown,
  document:
    | (Pick<DocumentRow, 'title' | 'number' | 'state' | 'heldFor'> & Partial<Pick<DocumentRow, 'file' | 'scanFile'>>)
    | undefined,
  item: Pick<ItemRow, 'state' | 'shownFile' | 'file' | 'failure'> | undefined,
): ReportLine {
  // A row about another file than the one shown is another paper's story.
  const own = item !== undefined && item.shownFile === shown.file ? item : undefined
  // The row of a scan goes on when the agency signs its own copy of it; the document remembers the scan.
  const scan = role === 'scanner' && document?.file === shown.file ? (document.scanFile ?? null) : null
  const signed = scan !== null || (own !== undefined && DONE[role].includes(own.state))
  const aside = !signed && (own?.state === 'set-aside' || document?.state === 'held')
  return {
    title: document?.title ?? '',
    number: document?.number ?? '',
    shown: shown.file,
    filed: signed ? (scan ?? own?.file ?? '') : '',
    end: signed ? 'signed' : aside ? 'set-aside' : 'waiting',
    verified: signed,
    reason: aside ? (document?.heldFor ?? reasonIn(own?.failure ?? null)) : '',
  }
}

function reasonIn(failure: string | null): string {
  if (failure === null) return ''
  const read = JSON.parse(failure) as Failure
  return read.kind === 'refused' ? [read.rule, read.detail].filter(Boolean).join(' ') : read.kind
}
