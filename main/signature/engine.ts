// The batch: prepare ahead, sign, close behind; every rest is a row. Token trouble stops it and keeps its place,
// paper trouble sets one document aside. A killed program goes on from the rows: nothing is lost, nothing is filed twice.
import type { Caller } from '../../preload/contract/border.ts'
import type { Authority } from '../../preload/contract/certification.ts'
import type { Failure } from '../../preload/contract/result.ts'
import type { SigningRole } from '../../preload/contract/signature.ts'
import type { Audit } from '../audit/index.ts'
import type { Certifications } from '../certification/index.ts'
import type { SigningSession } from '../devices/index.ts'
import type { DocumentRow, Documents } from '../document/index.ts'
import { legalDay } from '../dossier/index.ts'
import { type Log, traceOf } from '../log.ts'
import type { Storage, Vault, Writer } from '../storage/index.ts'
import type { Workshop } from '../workshop/index.ts'
import {
  findItem,
  type ItemRow,
  itemsIn,
  linesOf,
  pack,
  placeOf,
  preparedOf,
  setItem,
  signerOf,
  startItem,
} from './journal.ts'
import type { Prepared, Signer } from './pades/index.ts'
import { fileScan, prepareScan } from './scan-signing.ts'
import { AGENCY_FIELD, type Line, OFFICER_FIELD, SCANNER_FIELD, type SigningJobs } from './steps.ts'

export interface EngineParts {
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly log: Log
  readonly documents: Documents
  readonly certifications: Certifications
  readonly work: Pick<Workshop<SigningJobs>, 'run'>
  readonly fontFolder: string
  readonly place: string
  /** DER of the roots the unit trusts. */
  readonly trust: readonly Uint8Array[]
  readonly now: () => Date
  /** Register, document, outbox of a finished copy: what the stations agreed on, inside the filing transaction. */
  readonly filed: (w: Writer, document: DocumentRow, copyFile: string, copyBytes: number) => void
  /** A paper signed by who scanned it, inside the same transaction. */
  readonly scanFiled: (w: Writer, document: DocumentRow, file: string, bytes: number) => void
  readonly moved: (documentId: string) => void
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
  /** Lines of the agency's seal. */
  readonly seal: readonly Line[]
}

/** A step that failed: `stop` the batch (token, PIN, disk), or set this one document aside. */
type Step<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure; readonly stop: boolean }

interface Ready {
  readonly documentId: string
  readonly prepared: Prepared
}

const CLOSING_AT_ONCE = 4
const SIGNED: readonly ItemRow['state'][] = ['officer-signed', 'agency-signed', 'scanner-signed']
const stops = (failure: Failure): boolean =>
  failure.kind === 'device' || failure.kind === 'pin' || failure.kind === 'storage' || failure.kind === 'bug'
const failed = (failure: Failure, stop = stops(failure)): Step<never> => ({ ok: false, failure, stop })

export interface Engine {
  /** Signs in order; answers null when all went, or why it stopped. */
  run(documentIds: readonly string[], signing: Signing, session: Pick<SigningSession, 'sign'>): Promise<Failure | null>
  /** Finishes what was signed but not closed when the program died. Needs no token. */
  recover(): Promise<void>
}

export function openEngine(parts: EngineParts): Engine {
  const { storage, vault, audit, documents, certifications, work, now } = parts
  const item = (id: string): ItemRow | undefined => storage.read((r) => findItem(r, id))

  async function prepareOfficer(documentId: string, signing: Signing): Promise<Step<Ready>> {
    const authority = signing.authority
    const document = storage.read((r) => documents.find(r, documentId))
    if (document === undefined || authority === null) return failed({ kind: 'stale' }, false)
    const known = item(documentId)
    const at = now()
    const kept = known === undefined ? null : preparedOf(known)
    if (
      known?.state === 'prepared' &&
      kept !== null &&
      known.officerFingerprint === signing.fingerprint &&
      legalDay(new Date(known.signingAt)) === legalDay(at)
    )
      return { ok: true, value: { documentId, prepared: kept } }
    const planned =
      known?.state === 'prepared'
        ? certifications.planAgain(document, authority, at)
        : certifications.plan(document, authority, at)
    if (!planned.ok) return failed(planned.failure, true)
    const pdf = vault.get(document.file)
    if (!pdf.ok) return failed(pdf.failure)
    const made = await work.run('prepareOfficer', {
      pdf: pdf.value,
      fontFolder: parts.fontFolder,
      signer: signing.signer,
      at,
      lines: planned.value.lines,
      name: signing.signerName,
      location: parts.place,
    })
    if (!made.ok) return failed(made.failure)
    const { taken, lines } = planned.value
    const written = storage.write((w) => {
      if (known?.state === 'prepared') certifications.signsInstead(w, documentId, authority)
      else {
        if (!certifications.take(w, document, authority, taken, at)) return false
        documents.turn(w, documentId, ['reviewed'], {
          state: 'signing',
          number: `${String(taken.number).padStart(2, '0')} · ${taken.book}`,
        })
      }
      startItem(w, {
        state: 'prepared',
        documentId,
        shownFile: document.file,
        lines,
        place: made.value.place,
        fingerprint: signing.fingerprint,
        signer: signing.signer,
        at,
        prepared: made.value.prepared,
      })
      audit.append(w, {
        actor: signing.caller.operatorId,
        event: 'signature.prepared',
        subject: documentId,
        detail: { book: taken.book, number: taken.number, shown: document.file },
      })
      return true
    })
    if (!written) return failed({ kind: 'stale' }, true)
    parts.moved(documentId)
    return { ok: true, value: { documentId, prepared: made.value.prepared } }
  }

  async function prepareAgency(documentId: string, signing: Signing): Promise<Step<Ready>> {
    const known = item(documentId)
    if (known === undefined || known.officerFile === null)
      return failed({ kind: 'refused', rule: 'officer-signature-missing' }, false)
    const kept = preparedOf(known)
    const at = now()
    if (known.state === 'agency-prepared' && kept !== null && known.agencyFingerprint === signing.fingerprint)
      return { ok: true, value: { documentId, prepared: kept } }
    const pdf = vault.get(known.officerFile)
    if (!pdf.ok) return failed(pdf.failure)
    const made = await work.run(
      'prepareAgency',
      {
        pdf: pdf.value,
        fontFolder: parts.fontFolder,
        signer: signing.signer,
        at,
        lines: signing.seal,
        attestation: linesOf(known),
        place: placeOf(known),
        name: signing.signerName,
        location: parts.place,
      },
      known.officerFingerprint,
      parts.trust,
    )
    if (!made.ok) return failed(made.failure)
    storage.write((w) =>
      setItem(w, documentId, {
        state: 'agency-prepared',
        agencyFingerprint: signing.fingerprint,
        signingAt: at.toISOString(),
        prepared: pack(made.value.prepared),
        signer: pack(signing.signer),
        value: null,
      }),
    )
    parts.moved(documentId)
    return { ok: true, value: { documentId, prepared: made.value.prepared } }
  }

  const prepareScanned = async (documentId: string, signing: Signing): Promise<Step<Ready>> => {
    const made = await prepareScan(parts, documentId, signing)
    if (!made.ok) return failed(made.failure)
    parts.moved(documentId)
    return { ok: true, value: { documentId, prepared: made.value } }
  }

  /** From signed to closed (officer) or filed (agency, or who scanned). */
  async function close(documentId: string): Promise<Step<void>> {
    const known = item(documentId)
    // Somebody else closed it meanwhile: nothing is left to do.
    if (known !== undefined && !SIGNED.includes(known.state)) return { ok: true, value: undefined }
    const document = storage.read((r) => documents.find(r, documentId))
    const [prepared, signer] = known === undefined ? [null, null] : [preparedOf(known), signerOf(known)]
    if (known === undefined || document === undefined || prepared === null || signer === null || known.value === null)
      return failed({ kind: 'stale' }, false)
    const agency = known.state === 'agency-signed'
    const input = vault.get(agency ? (known.officerFile ?? '') : known.shownFile)
    if (!input.ok) return failed(input.failure)
    const scanned = known.state === 'scanner-signed'
    const officer = { field: scanned ? SCANNER_FIELD : OFFICER_FIELD, fingerprint: known.officerFingerprint }
    const signers = agency ? [officer, { field: AGENCY_FIELD, fingerprint: known.agencyFingerprint ?? '' }] : [officer]
    const closed = await work.run('closeAndVerify', input.value, prepared, known.value, signer, {
      signers,
      trust: parts.trust,
    })
    if (!closed.ok) return failed(closed.failure)
    const stored = vault.put(closed.value)
    if (!stored.ok) return failed(stored.failure)
    storage.write((w) => {
      if (findItem(w, documentId)?.state !== known.state) return
      const done = { prepared: null, value: null, signer: null, failure: null }
      if (scanned) {
        setItem(w, documentId, { ...done, state: 'filed', officerFile: stored.value })
        fileScan(parts, w, document, known, stored.value, closed.value.length)
        return
      }
      if (!agency) {
        setItem(w, documentId, { ...done, state: 'officer-closed', officerFile: stored.value })
        audit.append(w, {
          actor: 'program',
          event: 'signature.officer-closed',
          subject: documentId,
          detail: { file: stored.value },
        })
        return
      }
      setItem(w, documentId, { ...done, state: 'filed', agencyFile: stored.value })
      certifications.certified(w, documentId, new Date(known.attestedAt))
      documents.turn(w, documentId, ['signing'], { state: 'certified', copyFile: stored.value })
      audit.append(w, {
        actor: 'program',
        event: 'signature.filed',
        subject: documentId,
        detail: { file: stored.value },
      })
      parts.filed(w, document, stored.value, closed.value.length)
    })
    parts.moved(documentId)
    return { ok: true, value: undefined }
  }

  /** Paper trouble: this one waits for a person; its number is freed while unsigned, cancelled once a signature was made. */
  function setAside(documentId: string, failure: Failure): void {
    storage.write((w) => {
      const known = findItem(w, documentId)
      const signed = known !== undefined && known.state !== 'prepared'
      const reason =
        failure.kind === 'refused' ? [failure.rule, failure.detail].filter(Boolean).join(' ') : failure.kind
      if (known !== undefined) {
        setItem(w, documentId, {
          state: 'set-aside',
          failure: JSON.stringify(failure),
          prepared: null,
          value: null,
          signer: null,
        })
        // A paper that who scanned it was to sign has no number to give back.
        if (!known.state.startsWith('scanner-')) {
          if (signed) certifications.cancelled(w, documentId, `Không hoàn thành: ${reason}`)
          else certifications.freed(w, documentId)
        }
      }
      documents.turn(w, documentId, ['reviewed', 'signing'], { state: 'held', heldFor: reason, number: null })
      audit.append(w, {
        actor: 'program',
        event: 'signature.set-aside',
        subject: documentId,
        detail: { reason, signed },
      })
    })
    parts.moved(documentId)
  }

  async function run(
    documentIds: readonly string[],
    signing: Signing,
    session: Pick<SigningSession, 'sign'>,
  ): Promise<Failure | null> {
    const prepare = { officer: prepareOfficer, agency: prepareAgency, scanner: prepareScanned }[signing.role]
    const signedState = `${signing.role}-signed` as const
    const closing = new Set<Promise<void>>()
    let stop: Failure | null = null
    const settle = (documentId: string, step: Step<unknown>): void => {
      if (step.ok) return
      if (step.stop) stop ??= step.failure
      else setAside(documentId, step.failure)
    }
    const closeBehind = (documentId: string): void => {
      const task: Promise<void> = close(documentId)
        .then((step) => settle(documentId, step))
        .catch((error: unknown) => {
          parts.log('signature.close-bug', { document: documentId, ...traceOf(error) })
          stop ??= { kind: 'bug', ref: documentId }
        })
        .finally(() => closing.delete(task))
      closing.add(task)
    }
    const startAt = (index: number): Promise<Step<Ready>> | null => {
      const id = documentIds[index]
      if (id === undefined) return null
      return prepare(id, signing).catch((error: unknown): Step<Ready> => {
        parts.log('signature.prepare-bug', { document: id, ...traceOf(error) })
        return failed({ kind: 'bug', ref: id })
      })
    }
    let upcoming = startAt(0)
    for (let index = 0; index < documentIds.length && stop === null; index += 1) {
      const id = documentIds[index] ?? ''
      const ready = await upcoming
      upcoming = null
      if (ready === null || !ready.ok) {
        if (ready !== null) settle(id, ready)
        if (stop === null) upcoming = startAt(index + 1)
        continue
      }
      // The next one is prepared while the token works on this one.
      upcoming = startAt(index + 1)
      const value = await session.sign(signing.fingerprint, ready.value.prepared.digest)
      if (!value.ok) {
        if (stops(value.failure)) stop = value.failure
        else settle(id, failed(value.failure))
        continue
      }
      storage.write((w) => {
        setItem(w, id, { state: signedState, value: Buffer.from(value.value) })
        audit.append(w, { actor: signing.caller.operatorId, event: `signature.${signing.role}-signed`, subject: id })
      })
      parts.moved(id)
      closeBehind(id)
      if (closing.size >= CLOSING_AT_ONCE) await Promise.race(closing)
    }
    // One that was being prepared when the batch stopped rests where it is.
    await upcoming
    await Promise.all(closing)
    return stop
  }

  /** Closing needs no token: what the program's death or a sick disk left signed is finished first. */
  async function finishSigned(): Promise<void> {
    for (const row of storage.read((r) => itemsIn(r, SIGNED))) {
      const step = await close(row.documentId)
      parts.log('signature.recovered', { document: row.documentId, ok: step.ok })
      if (!step.ok && !step.stop) setAside(row.documentId, step.failure)
    }
  }
  let finishing: Promise<void> | null = null

  return {
    run,
    recover: () => {
      finishing ??= finishSigned().finally(() => {
        finishing = null
      })
      return finishing
    },
  }
}
