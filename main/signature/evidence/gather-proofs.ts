// Promises: for each signature of a copy, and for the timestamp to come, the path to a root and what its issuers say today.
// Never: a decision what a missing proof means; it is told as it is.
import type { EvidenceTrouble } from '../../../preload/contract/signature.ts'
import { isSelfIssued } from '../pades/certificate-addresses.ts'
import { hasIssued } from '../pades/certificate-path.ts'
import type { ReadCertificate } from '../pades/examine-cms.ts'
import type { Proofs } from '../pades/security-store.ts'
import type { Revocation } from './fetch-revocation.ts'

/** A certificate in use, and those that came with it. */
export interface InUse {
  readonly certificate: ReadCertificate
  readonly others: readonly ReadCertificate[]
  /** When it signed, milliseconds since the epoch. */
  readonly at: number
}

export interface Gathered {
  readonly proofs: Proofs
  /** Every certificate below the root has its proof in the paper. */
  readonly complete: boolean
  /** What keeps a proof from being there, and might pass. */
  readonly trouble: EvidenceTrouble | null
  /** Revoked: an issuer says so, whenever that was. */
  readonly revoked: boolean
}

const LONGEST = 6

/** From the certificate to the root, or as far as it is known. */
export async function findPath(
  used: InUse,
  trust: readonly ReadCertificate[],
  revocation: Pick<Revocation, 'issuerOf'>,
): Promise<readonly ReadCertificate[]> {
  const path = [used.certificate]
  for (let last = used.certificate; path.length < LONGEST && !isSelfIssued(last); ) {
    const pool = [...trust, ...used.others]
    const anchored = trust.some((root) => root.fingerprint === last.fingerprint)
    const issuer = pool.find((one) => hasIssued(one, last)) ?? (anchored ? null : await revocation.issuerOf(last))
    if (issuer === null) break
    path.push(issuer)
    last = issuer
  }
  return path
}

export async function gatherProofs(
  used: InUse,
  trust: readonly ReadCertificate[],
  revocation: Revocation,
): Promise<Gathered> {
  const path = await findPath(used, trust, revocation)
  const proofs = { certificates: [] as Uint8Array[], ocsps: [] as Uint8Array[], crls: [] as Uint8Array[] }
  let complete = true
  let revoked = false
  let trouble: EvidenceTrouble | null = null
  for (const [index, certificate] of path.entries()) {
    if (isSelfIssued(certificate)) continue
    if (index > 0) proofs.certificates.push(certificate.der)
    const issuer = path[index + 1]
    // A root of the unit's choice that is no root: nobody above it is known, and nobody needs to be asked.
    if (issuer === undefined) {
      complete &&= trust.some((root) => root.fingerprint === certificate.fingerprint)
      continue
    }
    const status = await revocation.statusOf(certificate, issuer, used.at)
    if (!status.ok) {
      trouble ??= status.trouble
      complete = false
      continue
    }
    revoked ||= status.value?.standing.is === 'revoked'
    if (status.value?.ocsp != null) proofs.ocsps.push(status.value.ocsp)
    else if (status.value?.crl != null) proofs.crls.push(status.value.crl)
    else complete = false
  }
  return { proofs, complete, trouble, revoked }
}
