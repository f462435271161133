// Check a file (kiểm tra tệp): any clerk, any PDF; the verdict and who looked are recorded, the file is not kept.
// Never: a report that a window made up; what is printed is what was judged here.
import { randomUUID } from 'node:crypto'
import type { Caller, HandlersOf } from '../../../preload/contract/border.ts'
import { fail, ok, type Result, refuse } from '../../../preload/contract/result.ts'
import type {
  CheckedFile,
  signatureReports as declared,
  ValidationReport,
} from '../../../preload/contract/validation.ts'
import type { Audit } from '../../audit/index.ts'
import type { Documents } from '../../document/index.ts'
import type { Unit } from '../../operator/index.ts'
import type { Storage, Vault } from '../../storage/index.ts'
import type { Workshop } from '../../workshop/index.ts'
import type { CheckJobs } from './jobs.ts'

export interface CheckParts {
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly documents: Pick<Documents, 'find'>
  readonly unit: Pick<Unit, 'name' | 'place' | 'specimen'>
  readonly work: Pick<Workshop<CheckJobs>, 'run'>
  readonly fontFolder: string
  /** DER of the roots. */
  readonly trust: readonly Uint8Array[]
  readonly now: () => Date
}

export interface Checks {
  readonly handlers: Pick<HandlersOf<typeof declared>, 'checkFile' | 'printValidation'>
}

/** Reports kept for printing; the oldest goes first. */
const MOST_KEPT = 50

export function openChecks(parts: CheckParts): Checks {
  const { storage, vault, audit, documents, unit, work, trust, now } = parts
  const kept = new Map<string, { readonly report: ValidationReport; readonly by: string }>()

  function keep(report: ValidationReport, file: string | null, caller: Caller): CheckedFile {
    const checkId = randomUUID()
    kept.set(checkId, { report, by: caller.operatorId })
    for (const oldest of [...kept.keys()].slice(0, kept.size - MOST_KEPT)) kept.delete(oldest)
    const { hash, bytes, verdict, signatures } = report
    const detail = { verdict, signatures: signatures.length, bytes, brought: file === null }
    storage.write((w) =>
      audit.append(w, { actor: caller.operatorId, event: 'signature.file-checked', subject: hash, detail }),
    )
    return { checkId, report, file }
  }

  async function judge(asked: Promise<Result<ValidationReport>>): Promise<Result<ValidationReport>> {
    try {
      const report = await asked
      return !report.ok && report.failure.kind === 'malformed' ? refuse('file-damaged') : report
    } catch {
      // The bench was ended: too long, too much memory, or taken down by the file.
      return refuse('file-unsafe')
    }
  }

  async function checkCopy(documentId: string, caller: Caller): Promise<Result<CheckedFile>> {
    const document = storage.read((r) => documents.find(r, documentId))
    const file = document?.copyFile ?? document?.agencyCopyFile ?? document?.scanFile ?? document?.file
    if (file === undefined) return fail({ kind: 'stale' })
    const ticket = vault.reading(file)
    if (!ticket.ok) return ticket
    const report = await judge(work.run('checkFile', ticket.value, trust, now()))
    return report.ok ? ok(keep(report.value, file, caller)) : report
  }

  return {
    handlers: {
      checkFile: async (ask, caller) => {
        if ('documentId' in ask) return checkCopy(ask.documentId, caller)
        const report = await judge(work.run('checkFile', ask.bytes, trust, now()))
        return report.ok ? ok(keep(report.value, null, caller)) : report
      },
      printValidation: async ({ checkId, name }, caller) => {
        const found = kept.get(checkId)
        if (found === undefined || found.by !== caller.operatorId) return fail({ kind: 'stale' })
        const printed = await work.run(
          'printValidation',
          { id: randomUUID(), now: now(), unit, name, by: caller.name, report: found.report },
          parts.fontFolder,
        )
        const stored = vault.put(printed)
        if (!stored.ok) return stored
        storage.write((w) =>
          audit.append(w, {
            actor: caller.operatorId,
            event: 'signature.validation-printed',
            subject: found.report.hash,
            detail: { file: stored.value },
          }),
        )
        return ok({ file: stored.value })
      },
    },
  }
}
