// Promises: what a time-stamp token (RFC 3161) proves: when, by whom, and whether it is of these bytes and its authority trusted.
// Never: the clock of this machine.
import { TSTInfo } from 'pkijs'
import { findPath } from '../pades/certificate-path.ts'
import { examineToken, type ReadCertificate, type TokenFindings } from '../pades/examine-cms.ts'
import { SHA2 } from '../pades/read-cms.ts'
import type { Proofs } from './revocation.ts'

export interface Stamp {
  readonly at: Date
  readonly findings: TokenFindings
  /** Of these bytes, soundly signed, and by a certificate with a path to a trusted root at that time. */
  readonly proves: boolean
  /** The imprint is that of the bytes. */
  readonly imprint: boolean
  /** From the authority's certificate to the root; empty without a trusted path. */
  readonly path: readonly ReadCertificate[]
}

/** Throws when it is no token. `imprintBy`: digest of the stamped bytes. */
export function judgeStamp(
  token: Uint8Array,
  imprintBy: (hash: string) => Uint8Array,
  trust: readonly ReadCertificate[],
  proofs: Pick<Proofs, 'certificates'>,
): Stamp {
  const findings = examineToken(token, proofs.certificates)
  const info = TSTInfo.fromBER(new Uint8Array(findings.content))
  const hash = SHA2.get(info.messageImprint.hashAlgorithm.algorithmId)
  const claimed = info.messageImprint.hashedMessage.valueBlock.valueHexView
  const imprint = hash !== undefined && Buffer.compare(imprintBy(hash), claimed) === 0
  const at = info.genTime
  const path = findPath(findings.signer, 'time-stamps', { others: findings.others, trust, moment: at }) ?? []
  const { notBefore, notAfter } = findings.signer.fields
  const inTime = notBefore.value <= at && at <= notAfter.value
  return { at, findings, imprint, path, proves: imprint && findings.sound && path.length > 0 && inTime }
}
