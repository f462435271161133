// The report of a batch (báo cáo phiên ký): begun with the list that was shown, printed when it ends, signed with the same token
// in the same sitting. A token that is gone leaves the report unsigned, and that is said.
// Never: a signature of another certificate than the batch's; trouble with the report never touches the documents.
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Caller, HandlersOf } from '../../../preload/contract/border.ts'
import type { Authority } from '../../../preload/contract/certification.ts'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import type { Batch } from '../../../preload/contract/signature.ts'
import type { BatchReport, signatureReports as declared } from '../../../preload/contract/validation.ts'
import type { Audit } from '../../audit/index.ts'
import type { SigningSession } from '../../devices/index.ts'
import type { Documents } from '../../document/index.ts'
import { type Log, traceOf } from '../../log.ts'
import type { Unit } from '../../operator/index.ts'
import type { Reader, Storage, Vault } from '../../storage/index.ts'
import type { Workshop } from '../../workshop/index.ts'
import type { Signing } from '../batch.ts'
import type { SigningJobs } from '../jobs.ts'
import { shownFileOf } from '../list.ts'
import { signatureBatch } from './batch-table.ts'
import { findBatch, gatherFacts, type ReportCertificate } from './facts.ts'
import { REPORT_FIELD, type ReportJobs } from './jobs.ts'
import type { PrintedReport } from './print-report.ts'

export interface ReportParts {
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly log: Log
  readonly documents: Pick<Documents, 'find'>
  readonly unit: Pick<Unit, 'name' | 'place' | 'specimen'>
  readonly work: Pick<Workshop<ReportJobs & Pick<SigningJobs, 'closeSigning'>>, 'run'>
  readonly fontFolder: string
  /** DER of the roots the unit trusts. */
  readonly trust: readonly Uint8Array[]
  readonly now: () => Date
}

export interface Reports {
  readonly handlers: Pick<HandlersOf<typeof declared>, 'batchReport'>
  /** The first sitting of a batch; later ones of the same batch change nothing. */
  begin(
    batch: Begun,
    ids: readonly string[],
    certificate: ReportCertificate,
    authority: Authority | null,
    by: Caller,
  ): void
  /** It rests: what is printed before it goes on says so. */
  rest(batchId: string): void
  /** All of it went: prints the report and has it signed while the token is still logged in. Never throws. */
  finish(
    batchId: string,
    signing: Pick<Signing, 'fingerprint' | 'signer' | 'signerName'>,
    session: Token,
  ): Promise<void>
  /** Vault hashes that rows name. */
  files(r: Reader): readonly string[]
}

type Token = Pick<SigningSession, 'sign'>
type Begun = Pick<Batch, 'id' | 'role' | 'listCode' | 'signer' | 'signerTitle'>

/** Number and day of the decision. */
const decisionOf = ({ decision, decidedOn }: Authority): string =>
  decidedOn === undefined ? decision : `${decision}, ${decidedOn.replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$3/$2/$1')}`

export function openReports(parts: ReportParts): Reports {
  const { storage, vault, audit, unit, now, work } = parts
  const set = (batchId: string, change: Partial<typeof signatureBatch.$inferSelect>): void =>
    storage.write((w) => void w.update(signatureBatch).set(change).where(eq(signatureBatch.id, batchId)).run())

  /** Printed and kept, not signed. */
  async function print(batchId: string): Promise<Result<{ readonly file: string; readonly printed: PrintedReport }>> {
    const row = storage.read((r) => findBatch(r, batchId))
    if (row === undefined) return fail({ kind: 'stale' })
    const facts = storage.read((r) => gatherFacts(r, row, parts.documents))
    const printed = await work.run('printBatchReport', { id: randomUUID(), now: now(), unit, facts }, parts.fontFolder)
    const stored = vault.put(printed.pdf)
    return stored.ok ? ok({ file: stored.value, printed }) : stored
  }

  async function sign(
    file: string,
    { page, place }: PrintedReport,
    { fingerprint, signer, signerName }: Pick<Signing, 'fingerprint' | 'signer' | 'signerName'>,
    session: Token,
  ): Promise<Result<string>> {
    const ticket = vault.reading(file)
    if (!ticket.ok) return ticket
    const about = { signer, name: signerName, location: unit.place, at: now(), page, place, specimen: unit.specimen }
    const prepared = await work.run('prepareReport', ticket.value, about, parts.fontFolder)
    if (!prepared.ok) return prepared
    const value = await session.sign(fingerprint, prepared.value.digest)
    if (!value.ok) return value
    const expected = { signers: [{ field: REPORT_FIELD, fingerprint }], trust: parts.trust }
    const base = { file: ticket.value, tail: null }
    const closed = await work.run('closeSigning', base, prepared.value, value.value, signer, expected, vault.writing())
    if (!closed.ok) return closed
    return closed.value.file === null ? fail({ kind: 'bug', ref: 'report' }) : ok(closed.value.file)
  }

  function keep(batchId: string, file: string, signed: boolean, actor: string): BatchReport {
    const at = now().toISOString()
    storage.write((w) => {
      w.update(signatureBatch)
        .set({ reportFile: file, reportSigned: signed, reportAt: at })
        .where(eq(signatureBatch.id, batchId))
        .run()
      audit.append(w, { actor, event: 'signature.batch-reported', subject: batchId, detail: { file, signed } })
    })
    return { file, signed, at }
  }

  return {
    begin: (batch, ids, certificate, authority, by) =>
      storage.write((w) => {
        const { holder, issuer, validFrom, validTo, fingerprint } = certificate
        const shown = ids
          .flatMap((id) => parts.documents.find(w, id) ?? [])
          .map((row) => ({ documentId: row.id, file: shownFileOf(batch.role, row) }))
        const row = {
          id: batch.id,
          role: batch.role,
          listCode: batch.listCode,
          by: by.operatorId,
          signer: batch.signer,
          signerTitle: batch.signerTitle,
          authority: authority === null ? '' : decisionOf(authority),
          certificate: JSON.stringify({ holder, issuer, validFrom, validTo, fingerprint }),
          beganAt: now().toISOString(),
          endedAt: null,
          state: 'running' as const,
          list: JSON.stringify(shown),
          reportFile: null,
          reportSigned: false,
          reportAt: null,
        }
        const again = {
          state: 'running' as const,
          endedAt: null,
          reportFile: null,
          reportSigned: false,
          reportAt: null,
        }
        w.insert(signatureBatch).values(row).onConflictDoUpdate({ target: signatureBatch.id, set: again }).run()
      }),
    rest: (batchId) => set(batchId, { state: 'paused', endedAt: now().toISOString() }),
    finish: async (batchId, signing, session) => {
      try {
        set(batchId, { state: 'finished', endedAt: now().toISOString() })
        const printed = await print(batchId)
        if (!printed.ok) return parts.log('signature.report-failed', { batch: batchId, why: printed.failure.kind })
        const signed = await sign(printed.value.file, printed.value.printed, signing, session)
        if (!signed.ok) parts.log('signature.report-unsigned', { batch: batchId, why: signed.failure.kind })
        keep(batchId, signed.ok ? signed.value : printed.value.file, signed.ok, 'program')
      } catch (error) {
        parts.log('signature.report-bug', { batch: batchId, ...traceOf(error) })
      }
    },
    files: (r) =>
      r
        .select({ file: signatureBatch.reportFile })
        .from(signatureBatch)
        .all()
        .flatMap(({ file }) => file ?? []),
    handlers: {
      batchReport: async ({ batchId }, caller) => {
        const row = storage.read((r) => findBatch(r, batchId))
        if (row === undefined) return fail({ kind: 'stale' })
        if (row.reportFile !== null && row.reportAt !== null)
          return ok({ file: row.reportFile, signed: row.reportSigned, at: row.reportAt })
        const printed = await print(batchId)
        if (!printed.ok) return printed
        // While it rests every print is a new one: what stands in it is of that moment.
        return row.state === 'finished'
          ? ok(keep(batchId, printed.value.file, false, caller.operatorId))
          : ok({ file: printed.value.file, signed: false, at: now().toISOString() })
      },
    },
  }
}
