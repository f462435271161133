// Promises: whether a certificate was revoked, by all OCSP answers and revocation lists at hand together.
// Never: the network; what cannot be verified says nothing.
import { hasIssued } from '../pades/certificate-path.ts'
import { judgeStatus, type Standing } from '../pades/certificate-status.ts'
import type { ReadCertificate } from '../pades/examine-cms.ts'
import { judgeRevocationList } from '../pades/revocation-list.ts'

/** DER of what somebody kept or fetched: certificates, OCSP answers (RFC 6960), lists (RFC 5280 5). */
export interface Proofs {
  readonly certificates: readonly ReadCertificate[]
  readonly ocsps: readonly Uint8Array[]
  readonly lists: readonly Uint8Array[]
}

export const UNKNOWN: Standing = { is: 'unknown' }
const MOST_PROOFS = 200

/** How `certificate`, issued by `issuer`, stood at `moment`: an answer of that time or later counts, a stale one does not. */
export function standingOf(
  certificate: ReadCertificate,
  issuer: ReadCertificate,
  { moment, now }: { readonly moment: Date; readonly now: Date },
  { ocsps, lists }: Proofs,
): Standing {
  const question = { certificate, issuer, nonce: null, moment, now }
  const standings = [
    ...ocsps.slice(0, MOST_PROOFS).map((der) => judgeStatus(der, question)),
    ...lists.slice(0, MOST_PROOFS).map((der) => judgeRevocationList(der, certificate, issuer, now, moment)),
  ].flatMap((judged) => (judged.ok ? [judged.value.standing] : []))
  const revoked = standings.flatMap((one) => (one.is === 'revoked' ? [one] : []))
  const [first] = revoked.sort((a, b) => a.at.getTime() - b.at.getTime())
  return first ?? standings.find(({ is }) => is === 'good') ?? UNKNOWN
}

/** The issuer of a certificate among those given: by name and by its signature. */
export const issuerOf = (
  certificate: ReadCertificate,
  path: readonly ReadCertificate[],
  others: readonly ReadCertificate[],
): ReadCertificate | undefined => path[1] ?? others.find((one) => hasIssued(one, certificate))
