// After the last signature, in the background: one document timestamp with all proofs, as a new file beside the finished copy.
// A service that is slow or away costs a level, never a signature; what a person must look at is said, and nothing is hidden.
import type { HandlersOf } from '../../../preload/contract/border.ts'
import { ok, type Result } from '../../../preload/contract/result.ts'
import type { Evidence, EvidenceTrouble, signature } from '../../../preload/contract/signature.ts'
import type { Audit } from '../../audit/index.ts'
import type { DocumentRow, Documents } from '../../document/index.ts'
import { type Log, traceOf } from '../../log.ts'
import type { FileHash, Reader, Storage, Vault, Writer } from '../../storage/index.ts'
import type { Workshop } from '../../workshop/index.ts'
import { readCertificate } from '../pades/examine-cms.ts'
import { addEvidence, lookAt, type Outcome, type Stamped } from './add-evidence.ts'
import { openRevocation } from './fetch-revocation.ts'
import type { TimestampService } from './fetch-timestamp.ts'
import type { EvidenceJobs } from './jobs.ts'
import { chooseService, copyWait, MOST_IN_FLIGHT, mayHeal, QUIET, quietAt, servicesFreeAt } from './plan.ts'
import {
  askedSince,
  type EvidenceRow,
  filesOfEvidence,
  findEvidence,
  lastFiled,
  nextMoment,
  readyRows,
  setEvidence,
  startEvidence,
  strangeRows,
  wakeRows,
} from './rows.ts'
import { tellEvidence } from './tell-evidence.ts'
import { openServices, type Turn } from './time-authorities.ts'

export interface EvidenceParts {
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly log: Log
  readonly documents: Pick<Documents, 'find'>
  readonly work: Pick<Workshop<EvidenceJobs>, 'run'>
  /** DER of the roots the unit trusts: of its people and of the time-stamping services. */
  readonly trust: readonly Uint8Array[]
  /** Of unit.json; none: copies wait, and the screen says why. */
  readonly services: readonly TimestampService[]
  readonly now: () => Date
  /** The parcel, inside the transaction that files the new file. */
  readonly added: (w: Writer, document: DocumentRow, added: Stamped & { readonly parent: FileHash }) => void
  /** Milliseconds after the last filed copy before work begins; of a service's or issuer's answer. */
  readonly quiet?: number
  readonly within?: number
}

export interface Evidences {
  readonly handlers: Pick<HandlersOf<typeof signature>, 'evidence' | 'retryEvidence'>
  /** Inside the transaction that files the copy. */
  put(w: Writer, documentId: string, file: FileHash): void
  start(): void
  stop(): Promise<void>
  /** The line is back: waits are forgotten. */
  wake(): void
  files(r: Reader): readonly FileHash[]
}

const WITHIN = 20_000
const LOOK_AGAIN = 60_000
const MINUTE = 60_000

export function openEvidence(parts: EvidenceParts): Evidences {
  const { storage, audit, documents, log, now } = parts
  const control = new AbortController()
  const running = new Map<string, Promise<void>>()
  let opened: ReturnType<typeof openWork> | null = null
  let timer: NodeJS.Timeout | null = null
  let looking: Promise<void> | null = null
  let started = false
  let lastPut = 0

  /** What the work needs, made when it first begins. */
  function openWork() {
    const roots = parts.trust.map(readCertificate)
    const line = { trust: roots, now, signal: control.signal, within: parts.within ?? WITHIN }
    const askedBefore = storage.read((r) => askedSince(r, new Date(now().getTime() - MINUTE)))
    const services = openServices({ services: parts.services, storage, line, log, askedBefore })
    return { ...parts, roots, services, revocation: openRevocation(line) }
  }
  const work = () => {
    opened ??= openWork()
    return opened
  }

  function settle(row: EvidenceRow, outcome: Outcome): void {
    const at = now()
    const { documentId } = row
    storage.write((w) => {
      // Whatever happened meanwhile: a copy gets one file with a timestamp, and one parcel.
      if (findEvidence(w, documentId)?.state !== 'waiting') return
      const validTo = outcome.validTo === null ? {} : { validTo: outcome.validTo.toISOString() }
      if (outcome.is === 'done') {
        const { stamped } = outcome
        const { file, level, service } = stamped
        const stampedAt = stamped.at.toISOString()
        const quiet = { trouble: null, troubleAt: null, notBefore: null }
        const found = { ...validTo, file, level, service, stampedAt, askedAt: stamped.askedAt.toISOString() }
        setEvidence(w, documentId, { ...found, ...quiet, state: 'done' })
        const detail = { file, parent: row.parentFile, level, stampedAt }
        audit.append(w, { actor: 'program', event: 'signature.timestamped', subject: documentId, detail })
        const document = documents.find(w, documentId)
        if (document !== undefined) parts.added(w, document, { ...stamped, parent: row.parentFile })
        return
      }
      const { trouble } = outcome
      const said = { ...validTo, trouble, troubleAt: at.toISOString() }
      if (outcome.is === 'not-yet' && outcome.fault === 'service') return setEvidence(w, documentId, validTo)
      const tries = row.tries + 1
      if (outcome.is === 'not-yet' && mayHeal(trouble, tries)) {
        const notBefore = new Date(at.getTime() + copyWait(tries)).toISOString()
        return setEvidence(w, documentId, { ...said, tries, notBefore })
      }
      setEvidence(w, documentId, { ...said, tries, state: 'refused', notBefore: null })
      const detail = { trouble }
      audit.append(w, { actor: 'program', event: 'signature.evidence-refused', subject: documentId, detail })
    })
    if (outcome.is !== 'done')
      log('evidence.not-yet', { document: documentId, is: outcome.is, trouble: outcome.trouble })
  }

  async function walk(row: EvidenceRow, turn: Turn): Promise<void> {
    const bug = (trouble: EvidenceTrouble): Outcome => ({ is: 'not-yet', fault: 'copy', trouble, validTo: null })
    let outcome: Outcome
    try {
      outcome = await addEvidence(work(), row, turn)
    } catch (error) {
      log('evidence.bug', { document: row.documentId, ...traceOf(error) })
      outcome = bug('failed')
    }
    if (!control.signal.aborted) settle(row, outcome)
  }

  /** When the certificates of copies end, is known even where no time can be had. */
  async function lookAtStrangers(): Promise<number> {
    const rows = storage.read((r) => strangeRows(r, 50)).filter((row) => !running.has(row.documentId))
    for (const row of rows) {
      if (control.signal.aborted || running.has(row.documentId)) return 0
      const looked = await lookAt(parts, row.parentFile).catch((): EvidenceTrouble => 'failed')
      if (control.signal.aborted) return 0
      const at = now().toISOString()
      const set =
        typeof looked === 'string' ? { trouble: looked, troubleAt: at } : { validTo: looked.validTo.toISOString() }
      storage.write((w) => setEvidence(w, row.documentId, set))
    }
    return rows.length
  }

  /** Sets out with as many copies as may go now; answers when to look again, or null: when something ends. */
  function setOut(): number | null {
    const at = now().getTime()
    const { services } = work()
    const rows = storage.read((r) => readyRows(r, now(), MOST_IN_FLIGHT * 2))
    const free = rows.filter((row) => !running.has(row.documentId))
    const [oldest] = rows
    if (oldest === undefined) return storage.read((r) => nextMoment(r, now()))
    const quiet = quietAt(lastPut, Date.parse(oldest.filedAt), parts.quiet)
    if (at < quiet) return quiet
    for (const row of free) {
      if (running.size >= MOST_IN_FLIGHT) return null
      const service = chooseService(services.states(), at)
      const turn = service === null ? null : services.take(service.name)
      if (turn === null) {
        if (running.size === 0)
          looking ??= lookAtStrangers()
            .catch((error: unknown) => {
              log('evidence.bug', traceOf(error))
              return 0
            })
            .then((count) => {
              looking = null
              if (count > 0) run()
            })
        return servicesFreeAt(services.states(), at)
      }
      const task = walk(row, turn)
        .catch((error: unknown) => log('evidence.bug', { document: row.documentId, ...traceOf(error) }))
        .finally(() => {
          services.giveBack(turn)
          running.delete(row.documentId)
          run()
        })
      running.set(row.documentId, task)
    }
    return running.size > 0 ? null : storage.read((r) => nextMoment(r, now()))
  }

  function run(): void {
    if (!started || control.signal.aborted) return
    if (timer !== null) clearTimeout(timer)
    timer = null
    let next: number | null
    try {
      next = setOut()
    } catch (error) {
      log('evidence.bug', traceOf(error))
      next = now().getTime() + LOOK_AGAIN
    }
    if (next !== null) runIn(next - now().getTime())
  }
  /** An hour of the computer's sleep, a clock that was set: it looks once a minute at least. */
  function runIn(wait: number): void {
    timer = setTimeout(run, Math.max(20, Math.min(LOOK_AGAIN, wait)))
    timer.unref()
  }

  /** `actor`: the person who wants it; null: the line is back. */
  function wakeUp(actor: string | null): void {
    work().services.forgive()
    if (actor !== null) work().revocation.forget()
    storage.write((w) => {
      const refused = wakeRows(w, actor !== null)
      if (actor === null) return
      for (const subject of ['all', ...refused])
        audit.append(w, { actor, event: 'signature.evidence-retried', subject })
    })
    run()
  }

  const tell = (): Result<Evidence> =>
    ok(
      tellEvidence({
        storage,
        documents,
        faults: work().services.faults(),
        states: work().services.states(),
        now: now(),
      }),
    )

  return {
    handlers: {
      evidence: tell,
      retryEvidence: (_nothing, caller) => {
        wakeUp(caller.operatorId)
        return tell()
      },
    },
    put: (w, documentId, file) => {
      const at = now()
      startEvidence(w, documentId, file, at)
      lastPut = at.getTime()
      if (started && timer === null) runIn(parts.quiet ?? QUIET)
    },
    start: () => {
      started = true
      lastPut = storage.read(lastFiled)
      run()
    },
    stop: async () => {
      started = false
      control.abort()
      if (timer !== null) clearTimeout(timer)
      await Promise.allSettled([...running.values(), looking])
    },
    wake: () => wakeUp(null),
    files: filesOfEvidence,
  }
}
