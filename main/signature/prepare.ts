// Before the token: numbers are planned for a group, the workshop prepares it, and one transaction takes the numbers.
// A document that cannot be prepared takes no number: those behind it are planned again.
import { fail, type Result } from '../../preload/contract/result.ts'
import { numberText } from '../certification/index.ts'
import type { DocumentRow } from '../document/index.ts'
import { legalDay } from '../dossier/index.ts'
import type { FileHash } from '../storage/index.ts'
import { type EngineParts, failed, type Signing, type Step, stepOf } from './batch.ts'
import { copyLines } from './copy-signing.ts'
import type { Preparation } from './jobs.ts'
import { findItem, linesOf, placeOf, startItem } from './journal.ts'
import { type Prepared, verifyText } from './pades/index.ts'
import { scanLines } from './scan-signing.ts'
import type { Line, Place, PreparedStep } from './steps.ts'

/** Ready for the token. */
export interface Ready {
  readonly documentId: string
  /** The file that was shown. */
  readonly shownFile: FileHash
  readonly prepared: Prepared
  readonly at: Date
  readonly lines: readonly Line[]
  readonly place: Place
  /** What an earlier signature appended to the file that was shown, when this one goes over it. */
  readonly tail?: Uint8Array
}
type Prepares = readonly (readonly [string, Step<Ready>])[]

/** In the order of the ids. `engine.run` hands the answers to the token in this order. */
export async function prepareDocuments(
  parts: EngineParts,
  ids: readonly string[],
  signing: Signing,
): Promise<Prepares> {
  if (signing.role === 'officer') return prepareOfficer(parts, ids, signing)
  const one = { agency: prepareAgency, scanner: prepareScanned, copy: prepareCopy }[signing.role]
  return Promise.all(ids.map(async (id) => [id, await one(parts, id, signing)] as const))
}

/** What the QR beside the attestation says; none when the unit wants none. */
const codeFor = (
  { verifyUrl }: EngineParts,
  taken: { readonly number: number; readonly book: string } | undefined,
  digest: string,
  at: Date,
): string | null =>
  verifyUrl === undefined || taken === undefined
    ? null
    : verifyText({ number: numberText(taken.number), book: taken.book, day: legalDay(at), digest }, verifyUrl)

/** What every role tells the workshop. */
const common = (parts: EngineParts, signing: Signing, at: Date) => ({
  fontFolder: parts.fontFolder,
  signer: signing.signer,
  at,
  name: signing.signerName,
  location: parts.place,
})

async function prepare(
  parts: EngineParts,
  file: FileHash,
  tail: Uint8Array | null,
  what: Preparation,
): Promise<Result<PreparedStep>> {
  const ticket = parts.vault.reading(file)
  return ticket.ok ? parts.work.run('prepareSigning', { file: ticket.value, tail }, what) : ticket
}

async function prepareOfficer(parts: EngineParts, ids: readonly string[], signing: Signing): Promise<Prepares> {
  const { storage, documents, certifications, audit } = parts
  const { authority } = signing
  const all = storage.read((r) => ids.map((id) => documents.find(r, id)))
  const missing = all.indexOf(undefined)
  if (missing >= 0 || authority === null) return [[ids[missing] ?? '', failed({ kind: 'stale' }, true)]]
  const rows = all.filter((row) => row !== undefined)
  const at = parts.now()
  // The delegation may end while the batch runs past midnight.
  if (legalDay(at) > authority.validTo)
    return [[ids[0] ?? '', failed({ kind: 'refused', rule: 'no-authority', detail: authority.validTo }, true)]]
  const planned = certifications.plan(rows, authority, at)
  if (!planned.ok) return [[ids[0] ?? '', failed(planned.failure, true)]]
  const made = await Promise.all(
    rows.map((row, index) =>
      prepare(parts, row.file, null, {
        role: 'officer',
        step: {
          ...common(parts, signing, at),
          lines: planned.value[index]?.lines ?? [],
          signedBefore: row.earlierSignatures !== null,
          picture: signing.images.signatures[authority.personNumber] ?? null,
          code: codeFor(parts, planned.value[index]?.taken, row.file, at),
        },
      }),
    ),
  )
  const bad = made.findIndex((one) => !one.ok)
  const good = bad < 0 ? rows : rows.slice(0, bad)
  const ready: Ready[] = []
  const written = storage.writeSoon((w) => {
    for (const [index, row] of good.entries()) {
      const [plan, step] = [planned.value[index], made[index]]
      if (plan === undefined || step?.ok !== true) return false
      if (!certifications.take(w, row, authority, plan.taken, at)) return false
      const { number, book } = plan.taken
      documents.turn(w, row.id, ['reviewed'], {
        state: 'signing',
        number: `${numberText(number)} · ${book}`,
      })
      const { lines } = plan
      const { place, prepared } = step.value
      const item = { documentId: row.id, shownFile: row.file, lines, place, fingerprint: signing.fingerprint, at }
      startItem(w, item, { state: 'prepared' })
      audit.append(w, {
        actor: signing.caller.operatorId,
        event: 'signature.prepared',
        subject: row.id,
        detail: { book, number, shown: row.file },
      })
      ready.push({ documentId: row.id, shownFile: row.file, prepared, at, lines, place })
    }
    return true
  })
  await written.durable
  // Somebody took a number in between: nothing of this group was prepared.
  if (!written.answer) return [[ids[0] ?? '', failed({ kind: 'stale' }, true)]]
  for (const { documentId } of ready) parts.moved(documentId, 'prepared', null)
  const prepared: Prepares = ready.map((one) => [one.documentId, { ok: true, value: one }])
  const trouble = made[bad]
  if (trouble === undefined || trouble.ok) return prepared
  const step = failed(trouble.failure)
  const rest = step.ok || step.stop ? [] : await prepareOfficer(parts, ids.slice(bad + 1), signing)
  return [...prepared, [ids[bad] ?? '', step], ...rest]
}

async function prepareAgency(parts: EngineParts, documentId: string, signing: Signing): Promise<Step<Ready>> {
  const known = parts.storage.read((r) => findItem(r, documentId))
  if (known === undefined || known.officerTail === null)
    return failed({ kind: 'refused', rule: 'officer-signature-missing' }, false)
  const at = parts.now()
  const made = await prepare(parts, known.shownFile, known.officerTail, {
    role: 'agency',
    step: {
      ...common(parts, signing, at),
      lines: signing.seal,
      attestation: linesOf(known),
      place: placeOf(known),
      picture: signing.images.seal,
      signatureSizes: signing.images.signatureSizes,
    },
    officerFingerprint: known.officerFingerprint,
    trust: parts.trust,
  })
  if (!made.ok) return failed(made.failure)
  const { prepared, place } = made.value
  return {
    ok: true,
    value: {
      documentId,
      shownFile: known.shownFile,
      prepared,
      at,
      lines: signing.seal,
      place,
      tail: known.officerTail,
    },
  }
}

/** A paper that another sitting signed meanwhile is stale. */
const unsigned = (document: DocumentRow | undefined): Result<DocumentRow> =>
  document === undefined || document.scanSignedAt !== null ? fail({ kind: 'stale' }) : { ok: true, value: document }

async function prepareScanned(parts: EngineParts, documentId: string, signing: Signing): Promise<Step<Ready>> {
  const document = unsigned(parts.storage.read((r) => parts.documents.find(r, documentId)))
  if (!document.ok) return failed(document.failure)
  const at = parts.now()
  const lines = scanLines(document.value)
  const shownFile = document.value.file
  const made = stepOf(
    await prepare(parts, shownFile, null, { role: 'scanner', step: { ...common(parts, signing, at), lines } }),
  )
  return made.ok ? { ok: true, value: { documentId, shownFile, ...made.value, at, lines } } : made
}

/** The agency's own copy, over the file that who scanned has signed. A wish taken back meanwhile is stale. */
async function prepareCopy(parts: EngineParts, documentId: string, signing: Signing): Promise<Step<Ready>> {
  const { known, document } = parts.storage.read((r) => ({
    known: findItem(r, documentId),
    document: parts.documents.find(r, documentId),
  }))
  if (document === undefined || document.agencyCopyAskedAt === null || document.agencyCopyFile !== null)
    return failed({ kind: 'stale' })
  const { scanFile: shownFile } = document
  if (known === undefined || shownFile === null) return failed({ kind: 'refused', rule: 'scan-signature-missing' })
  const rule = parts.documents.agencyCopyRule()
  // It holds for every paper of the list.
  if (!rule.ok) return failed(rule.failure, true)
  const at = parts.now()
  const lines = copyLines(rule.value, parts.unit, at)
  const made = await prepare(parts, shownFile, null, {
    role: 'copy',
    step: { ...common(parts, signing, at), lines, scanLines: scanLines(document) },
    scannerFingerprint: known.officerFingerprint,
    trust: parts.trust,
  })
  return made.ok ? { ok: true, value: { documentId, shownFile, ...made.value, at, lines } } : failed(made.failure)
}
