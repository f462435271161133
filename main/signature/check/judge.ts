// Promises: the verdict on one signature from what was read of it: faults, reservations, level, and what changed since. Pure.
// Never: a signature called valid while something about it is not known.
import { createHash } from 'node:crypto'
import type {
  CheckChange,
  CheckedSignature,
  CheckFault,
  CheckReservation,
} from '../../../preload/contract/validation.ts'
import { certificationLevel } from '../../workshop/pdf/form.ts'
import { findPath, judgePath } from '../pades/certificate-path.ts'
import type { Standing } from '../pades/certificate-status.ts'
import type { ReadCertificate } from '../pades/examine-cms.ts'
import type { Pdf } from '../pades/file.ts'
import { examineTimestamp, FROM_FILE, type Timestamp } from '../pades/timestamp-token.ts'
import { attempt } from '../pades/verify.ts'
import { type Changes, describeChanges } from './changes.ts'
import { describeAlgorithm, describePerson, instant, isWeakKey, nameOf, strengthOf } from './names.ts'
import { joined, NO_PROOFS, proofsOfCms, proofsOfStore, type ReadSignature } from './read.ts'
import { issuerOf, type Proofs, standingOf, UNKNOWN } from './revocation.ts'

export interface Case {
  readonly file: Pdf
  readonly signatures: readonly ReadSignature[]
  readonly trust: readonly ReadCertificate[]
  /** Of the file, and those that somebody fetched. */
  readonly kept: Proofs
  readonly fetched: Proofs
  readonly now: Date
}

const hashOver =
  (bytes: Uint8Array) =>
  (hash: string): Uint8Array =>
    createHash(hash).update(bytes).digest()
const SIGNATURE_STAMP = '1.2.840.113549.1.9.16.2.14'
const MOST_STAMPS = 8
const MOST_PAGES = 50
const DETACHED = ['ETSI.CAdES.detached', 'adbe.pkcs7.detached', 'ETSI.RFC3161']

export function judgeSignature(one: ReadSignature, all: Case): CheckedSignature {
  const faults = new Set<CheckFault>()
  const reservations = new Set<CheckReservation>()
  const { findings } = one
  const stamps = stampsOn(one, all)
  const proven = earliest(stamps)
  if (one.kind === 'signature' && proven === undefined && stamps.length > 0) reservations.add('stamp-unsound')
  for (const fault of integrityFaults(one)) faults.add(fault)

  const moment = momentOf(one, proven, all.now)
  const trusted =
    findings === undefined ? undefined : judgeTrust(one, findings.signer, moment, proven !== undefined, all)
  for (const fault of trusted?.faults ?? []) {
    // A time stamp of an unknown authority proves nothing, and harms nothing.
    if (one.kind === 'timestamp' && fault !== 'revoked') reservations.add('stamp-unsound')
    else faults.add(fault)
  }
  for (const reservation of trusted?.reservations ?? []) reservations.add(reservation)

  const changes: Changes =
    one.revision === undefined ? { kinds: [], pages: [], fields: [] } : describeChanges(one.revision, all.file)
  const allowed = judgeChanges(one, changes)
  for (const fault of allowed.faults) faults.add(fault)
  for (const reservation of allowed.reservations) reservations.add(reservation)

  const integrity = findings?.sound === true && one.range !== undefined && (one.stamp?.imprint ?? true)
  return {
    kind: one.kind,
    fieldName: one.field.name,
    verdict: faults.size > 0 ? 'invalid' : reservations.size > 0 ? 'reserved' : 'valid',
    faults: [...faults],
    reservations: [...reservations],
    signer: findings === undefined ? null : describePerson(findings.signer),
    claimedAt: one.claimedAt === null ? null : instant(one.claimedAt),
    provenAt: proven === undefined ? null : instant(proven.at),
    provenBy: proven === undefined ? '' : nameOf(proven.signer),
    algorithm: findings === undefined ? '' : (attempt(() => describeAlgorithm(findings)) ?? ''),
    level: integrity ? levelOf(one, proven, trusted?.kept ?? false, all) : 'none',
    integrity,
    path: trusted?.path ?? 'incomplete',
    revocation: trusted?.standing.is ?? 'unknown',
    revokedAt: trusted?.standing.is === 'revoked' ? instant(trusted.standing.at) : null,
    coversWholeFile: one.end === all.file.bytes.length,
    changes: [...changes.kinds],
    changedPages: changes.pages.slice(0, MOST_PAGES),
  }
}

/** Whether the covered bytes are the signed ones, and the value the certificate's. */
function integrityFaults({
  findings,
  range,
  revision,
  claimedTwice,
  stamp,
  subFilter,
}: ReadSignature): readonly CheckFault[] {
  const faults: CheckFault[] = []
  if (claimedTwice) faults.push('same-field')
  if (range === undefined || revision === undefined) faults.push('coverage')
  if (findings === undefined) return [...faults, 'unreadable']
  const strength = strengthOf(findings)
  if (strength !== 'fine') return [...faults, strength === 'weak' ? 'weak-algorithm' : 'unknown-algorithm']
  if (!DETACHED.includes(subFilter)) return [...faults, 'unknown-algorithm']
  if (attempt(() => isWeakKey(findings.signer)) !== false) faults.push('weak-key')
  if (range !== undefined && (!findings.digest || stamp?.imprint === false)) faults.push('digest')
  if (!findings.value) faults.push('value')
  const attribute =
    findings.named === 'differs' || (findings.named === 'missing' && subFilter === 'ETSI.CAdES.detached')
  if (attribute) faults.push('other-certificate')
  const explained = faults.some((fault) => ['coverage', 'digest', 'value', 'other-certificate'].includes(fault))
  if (!findings.sound && !explained) faults.push('unreadable')
  return faults
}

/** Time stamps inside the CMS, and sound ones of the document that came later. */
function stampsOn(one: ReadSignature, { signatures, trust, kept }: Case): readonly Timestamp[] {
  const { findings } = one
  if (one.kind === 'timestamp') return one.stamp === undefined ? [] : [one.stamp]
  if (findings === undefined) return []
  const known = joined(kept, proofsOfCms(findings)).certificates
  const expected = { ...FROM_FILE, digestBy: hashOver(findings.info.value), known, trust }
  const inside = findings.info
    .unsigned(SIGNATURE_STAMP)
    .slice(0, MOST_STAMPS)
    .flatMap((block) => attempt(() => examineTimestamp(block.whole, expected)) ?? [])
  const later = signatures.filter(({ kind, end, revision }) => kind === 'timestamp' && revision && end > one.end)
  return [...inside, ...later.flatMap(({ stamp }) => stamp ?? [])]
}

const earliest = (stamps: readonly Timestamp[]): Timestamp | undefined =>
  stamps.filter(({ trouble }) => trouble === null).sort((a, b) => a.at.getTime() - b.at.getTime())[0]

/** The moment at which certificates are judged: proven, else claimed, else now. A clock that runs ahead does not count. */
const momentOf = ({ claimedAt }: ReadSignature, proven: Timestamp | undefined, now: Date): Date =>
  proven?.at ?? (claimedAt !== null && claimedAt <= now ? claimedAt : now)

interface Trust {
  readonly path: CheckedSignature['path']
  readonly faults: readonly CheckFault[]
  readonly reservations: readonly CheckReservation[]
  readonly standing: Standing
  /** The file itself keeps the proof that the certificate was not revoked. */
  readonly kept: boolean
}

function judgeTrust(one: ReadSignature, signer: ReadCertificate, moment: Date, proven: boolean, all: Case): Trust {
  const own = one.findings === undefined ? NO_PROOFS : proofsOfCms(one.findings)
  const inFile = joined(own, all.kept)
  const proofs = joined(inFile, all.fetched)
  const use = one.kind === 'timestamp' ? 'time-stamps' : 'documents'
  const ground = (at: Date) => ({ others: proofs.certificates, trust: all.trust, moment: at })
  const path = attempt(() => findPath(signer, use, ground(moment)))
  const { notBefore, notAfter } = { notBefore: signer.fields.notBefore.value, notAfter: signer.fields.notAfter.value }
  const faults: CheckFault[] = []
  const reservations: CheckReservation[] = []
  if (moment < notBefore) faults.push('not-yet-valid')
  if (moment > notAfter) faults.push('expired')
  const verdict = path === undefined ? whyNot(one, signer, proofs, moment, all) : 'trusted'
  if (verdict === 'once' && faults.length === 0) faults.push('expired')
  if (verdict === 'untrusted' || verdict === 'incomplete') faults.push(verdict)
  if (!proven && one.kind === 'signature' && all.now > notAfter) reservations.push('time-not-proven')

  const chain = path ?? [signer]
  const issuer = issuerOf(signer, chain, proofs.certificates)
  const times = { moment, now: all.now }
  const standing = issuer === undefined ? UNKNOWN : standingOf(signer, issuer, times, proofs)
  const above = chain.slice(1).flatMap((certificate, index) => {
    const next = chain[index + 2]
    return next === undefined ? [] : [standingOf(certificate, next, times, proofs)]
  })
  for (const one of [standing, ...above])
    if (one.is === 'revoked') {
      if (proven && one.at > moment) reservations.push('revoked-later')
      else faults.push('revoked')
    }
  if (standing.is === 'unknown' && chain.length > 1 && one.kind === 'signature') reservations.push('revocation-unknown')
  return {
    path: verdict === 'once' ? 'trusted' : verdict,
    faults,
    reservations,
    standing,
    kept: issuer !== undefined && standingOf(signer, issuer, times, inFile).is !== 'unknown',
  }
}

/** `once`: there was a path at another time of the certificate's life. */
function whyNot(one: ReadSignature, signer: ReadCertificate, proofs: Proofs, moment: Date, { trust }: Case) {
  const use = one.kind === 'timestamp' ? 'time-stamps' : 'documents'
  const others = proofs.certificates
  const life = [signer.fields.notBefore.value, signer.fields.notAfter.value]
  if (life.some((at) => attempt(() => findPath(signer, use, { others, trust, moment: at })) !== undefined))
    return 'once'
  const verdict = attempt(() => judgePath(signer, others, trust, moment))
  return verdict === 'incomplete' ? 'incomplete' : 'untrusted'
}

/** Levels of ETSI EN 319 142-1 6.1, by what is really there. */
function levelOf(
  one: ReadSignature,
  proven: Timestamp | undefined,
  kept: boolean,
  { signatures }: Case,
): CheckedSignature['level'] {
  if (one.kind === 'timestamp') return 'none'
  if (one.subFilter !== 'ETSI.CAdES.detached') return 'CMS'
  if (proven === undefined) return 'B-B'
  if (!kept) return 'B-T'
  const archived = signatures.some(({ kind, stamp, revision, end }) => {
    if (kind !== 'timestamp' || stamp?.trouble !== null || revision === undefined || end <= one.end) return false
    const { ocsps, lists } = proofsOfStore(revision)
    return ocsps.length + lists.length > 0
  })
  return archived ? 'B-LTA' : 'B-LT'
}

const QUIET: readonly CheckChange[] = ['timestamp', 'validation-data']

/** What may change after a certification (ISO 32000-2 12.8.2.2: 1 nothing, 2 forms and signatures, 3 notes too), after a lock, and otherwise. */
export function judgeChanges(
  one: Pick<ReadSignature, 'revision' | 'lock'>,
  { kinds, fields }: Changes,
): { readonly faults: readonly CheckFault[]; readonly reservations: readonly CheckReservation[] } {
  const { revision, lock } = one
  const certified = revision === undefined ? undefined : attempt(() => certificationLevel(revision))
  const level = [certified, lock?.level].filter((value) => value !== undefined).sort()[0]
  const faults = new Set<CheckFault>()
  const reservations = new Set<CheckReservation>()
  const broken: CheckFault = level === undefined ? 'changed' : 'certified-changed'
  for (const kind of kinds) {
    if (QUIET.includes(kind)) continue
    if (level === 1) faults.add('certified-changed')
    else if (kind === 'signature') continue
    else if (kind === 'metadata') reservations.add('metadata-changed')
    else if (kind === 'bytes-after-end') reservations.add('bytes-added')
    else if (kind === 'form-values' && level !== undefined && level >= 2) reservations.add('form-filled')
    else if (kind === 'annotations' && level !== undefined && level >= 3) reservations.add('annotated')
    else faults.add(broken)
  }
  if (lock !== undefined && fields.some((name) => isLocked(lock.action, lock.fields, name)))
    faults.add('locked-changed')
  return { faults: [...faults], reservations: [...reservations] }
}

function isLocked(action: string, names: readonly string[], field: string): boolean {
  const listed = names.some((name) => field === name || field.startsWith(`${name}.`))
  return action === 'All' || (action === 'Include' && listed) || (action === 'Exclude' && !listed)
}
