// One copy from waiting to a finished file with its timestamp: look, gather proofs, prepare, ask for the time, close.
// It writes no row: what became of the copy is its answer, and the caller files it in one transaction.
import type { Failure } from '../../../preload/contract/result.ts'
import type { EvidenceLevel, EvidenceTrouble } from '../../../preload/contract/signature.ts'
import type { Vault } from '../../storage/index.ts'
import type { Workshop } from '../../workshop/index.ts'
import { type ReadCertificate, readCertificate } from '../pades/examine-cms.ts'
import type { Proofs } from '../pades/security-store.ts'
import type { Revocation } from './fetch-revocation.ts'
import { type Gathered, gatherProofs, type InUse } from './gather-proofs.ts'
import type { EvidenceJobs, MadeSignature } from './jobs.ts'
import { decide } from './plan.ts'
import type { EvidenceRow } from './rows.ts'
import type { Acquaintance, Services, Turn } from './time-authorities.ts'

export interface AddParts {
  readonly vault: Vault
  readonly work: Pick<Workshop<EvidenceJobs>, 'run'>
  readonly trust: readonly Uint8Array[]
  readonly roots: readonly ReadCertificate[]
  readonly services: Services
  readonly revocation: Revocation
  readonly now: () => Date
}

export interface Stamped {
  readonly file: string
  readonly bytes: number
  readonly level: EvidenceLevel
  /** genTime. */
  readonly at: Date
  readonly service: string
  readonly askedAt: Date
}

export type Outcome =
  | { readonly is: 'done'; readonly stamped: Stamped; readonly validTo: Date }
  /** `fault`: of the service, which then waits by itself; of the copy or its certificates; or nobody's, to be done again. */
  | {
      readonly is: 'not-yet'
      readonly fault: 'service' | 'copy'
      readonly trouble: EvidenceTrouble
      readonly validTo: Date | null
    }
  | { readonly is: 'refused'; readonly trouble: EvidenceTrouble; readonly validTo: Date | null }

const HOUR = 3_600_000
/** Kept for a token: what the service's longest took, and some more for a longer serial number or time. */
const roomFor = (longest: number): number => Math.max(4096, Math.ceil((longest + 512) / 256) * 256)

export interface Looked {
  readonly signatures: readonly MadeSignature[]
  readonly used: readonly InUse[]
  /** End of the certificate that ends first. */
  readonly validTo: Date
}

/** Who signed the copy. */
export async function lookAt(
  parts: Pick<AddParts, 'vault' | 'work' | 'trust'>,
  file: string,
): Promise<Looked | EvidenceTrouble> {
  const ticket = parts.vault.reading(file)
  if (!ticket.ok) return troubleOf(ticket.failure)
  const looked = await parts.work.run('lookAtSigned', ticket.value, parts.trust)
  if (!looked.ok) return troubleOf(looked.failure)
  const used = looked.value.map((one) => ({
    certificate: readCertificate(one.certificate),
    others: one.others.map(readCertificate),
    at: one.at,
  }))
  const ends = used.map(({ certificate }) => certificate.fields.notAfter.value.getTime())
  return { signatures: looked.value, used, validTo: new Date(Math.min(...ends)) }
}

/** What the workshop or the vault said no with. */
export const troubleOf = (failure: Failure): EvidenceTrouble =>
  failure.kind === 'storage'
    ? failure.what === 'full'
      ? 'storage'
      : 'file'
    : failure.kind === 'bug'
      ? 'failed'
      : 'file'

export async function addEvidence(parts: AddParts, row: EvidenceRow, turn: Turn): Promise<Outcome> {
  const { vault, work, services, revocation, roots, now } = parts
  const looked = await lookAt(parts, row.parentFile)
  if (typeof looked === 'string') return { is: 'not-yet', fault: 'copy', trouble: looked, validTo: null }
  const { signatures, used, validTo } = looked
  const known = await services.know(turn)
  if (!known.ok) return { is: 'not-yet', fault: 'service', trouble: known.trouble, validTo }
  const own = await Promise.all(used.map((one) => gatherProofs(one, roots, revocation)))
  const theirs = await gatherTheirs(parts, known.value)
  const decision = decide([...own, ...theirs.map(({ gathered }) => gathered)], {
    now: now().getTime(),
    filedAt: Date.parse(row.filedAt),
    validTo: validTo.getTime(),
  })
  if (decision.is === 'refuse') return { is: 'refused', trouble: decision.trouble, validTo }
  if (decision.is === 'later') return { is: 'not-yet', fault: 'copy', trouble: decision.trouble, validTo }

  const ticket = vault.reading(row.parentFile)
  if (!ticket.ok) return { is: 'not-yet', fault: 'copy', trouble: troubleOf(ticket.failure), validTo }
  const store = {
    signatures: signatures.map(({ field }, index) => ({ field, proofs: own[index]?.proofs ?? NOTHING })),
    more: joined(theirs),
  }
  const place = { store, room: roomFor(known.value.longest), at: now() }
  const awaiting = await work.run('prepareEvidence', ticket.value, place)
  if (!awaiting.ok) return { is: 'not-yet', fault: 'copy', trouble: troubleOf(awaiting.failure), validTo }
  const stamp = await services.ask(turn, awaiting.value.digest)
  if (!stamp.ok) return { is: 'not-yet', fault: 'service', trouble: stamp.trouble, validTo }
  // A time after the end of the signer's certificate proves nothing of its signature.
  if (stamp.value.at > validTo) return { is: 'refused', trouble: 'certificate-expired', validTo }
  const signers = used.map(({ certificate }, index) => ({
    field: signatures[index]?.field ?? '',
    fingerprint: certificate.fingerprint,
  }))
  const expected = { signers, trust: parts.trust }
  const closed = await work.run(
    'closeEvidence',
    ticket.value,
    awaiting.value,
    stamp.value.token,
    expected,
    vault.writing(),
  )
  if (!closed.ok) {
    // A token longer than those before: the next try keeps more room.
    const grew = closed.failure.kind === 'refused' && closed.failure.detail === 'token-too-long'
    return { is: 'not-yet', fault: 'copy', trouble: grew ? 'failed' : troubleOf(closed.failure), validTo }
  }
  // A unit of the service that was not known before has no proofs in this file.
  const proven = theirs.some(({ fingerprint }) => fingerprint === stamp.value.signer.fingerprint)
  const level = proven ? decision.level : 'B-T'
  const stamped = { ...closed.value, level, at: stamp.value.at, service: turn.service.name, askedAt: new Date(turn.at) }
  return { is: 'done', stamped, validTo }
}

const NOTHING: Proofs = { certificates: [], ocsps: [], crls: [] }

interface Theirs {
  readonly fingerprint: string
  readonly certificate: Uint8Array
  readonly gathered: Gathered
}

/** Proofs of those that sign for the service; its trouble is none of the copy's: the time comes all the same. */
async function gatherTheirs(
  { roots, revocation, now }: AddParts,
  { stamps }: Acquaintance,
): Promise<readonly Theirs[]> {
  const at = now().getTime() - HOUR
  return Promise.all(
    stamps.map(async ({ signer, others }) => {
      const gathered = await gatherProofs({ certificate: signer, others, at }, roots, revocation)
      const quiet = { ...gathered, trouble: null, complete: gathered.complete && !gathered.revoked, revoked: false }
      return { fingerprint: signer.fingerprint, certificate: signer.der, gathered: quiet }
    }),
  )
}

const joined = (theirs: readonly Theirs[]): Proofs => ({
  certificates: theirs.flatMap(({ gathered }) => gathered.proofs.certificates),
  ocsps: theirs.flatMap(({ gathered }) => gathered.proofs.ocsps),
  crls: theirs.flatMap(({ gathered }) => gathered.proofs.crls),
})
