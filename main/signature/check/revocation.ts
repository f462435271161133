// Promises: whether a certificate was revoked, by the OCSP answers and revocation lists at hand, each verified by itself.
// Never: the network, or an answer that its issuer did not sign; what cannot be verified says nothing.
import { createHash } from 'node:crypto'
import type { BaseBlock } from 'asn1js'
import { BasicOCSPResponse, CertificateRevocationList, OCSPResponse } from 'pkijs'
import { bearsSignatureOf, findPath, isValidAt } from '../pades/certificate-path.ts'
import { isSignedBy, type ReadCertificate, readCertificate } from '../pades/examine-cms.ts'

/** DER of what somebody kept or fetched: certificates, OCSP answers (RFC 6960), lists (RFC 5280 5). */
export interface Proofs {
  readonly certificates: readonly ReadCertificate[]
  readonly ocsps: readonly Uint8Array[]
  readonly lists: readonly Uint8Array[]
}

export interface Standing {
  readonly state: 'good' | 'revoked' | 'unknown'
  /** When it was revoked. */
  readonly at: Date | null
}

interface Answer {
  readonly from: Date
  readonly until: Date | null
  readonly revokedAt: Date | null
}

const UNKNOWN: Standing = { state: 'unknown', at: null }
/** Clocks of authorities differ. */
const LENIENCE = 5 * 60_000
/** Without an own end an answer speaks of so much time. */
const LONGEST_WITHOUT_END = 7 * 86_400_000
const MOST_PROOFS = 200
const BASIC = '1.3.6.1.5.5.7.48.1.1'
const HASHES: ReadonlyMap<string, string> = new Map([
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])
/** Of lists that speak of some certificates or changes only. */
const PARTIAL = ['2.5.29.27', '2.5.29.28']

/** How `subject`, issued by `issuer`, stood at `moment`: an answer of that time or later counts, a stale one does not. */
export function standingOf(
  subject: ReadCertificate,
  issuer: ReadCertificate,
  { moment, now }: { readonly moment: Date; readonly now: Date },
  proofs: Proofs,
): Standing {
  const answers = [
    ...proofs.ocsps.slice(0, MOST_PROOFS).flatMap((der) => quietly(() => answersIn(der, subject, issuer)) ?? []),
    ...proofs.lists.slice(0, MOST_PROOFS).flatMap((der) => quietly(() => entryIn(der, subject, issuer)) ?? []),
  ].filter(({ from, until }) => {
    const end = until?.getTime() ?? from.getTime() + LONGEST_WITHOUT_END
    return end + LENIENCE >= moment.getTime() && from.getTime() <= now.getTime() + LENIENCE
  })
  const revoked = answers.flatMap(({ revokedAt }) => revokedAt ?? [])
  const first = [...revoked].sort((a, b) => a.getTime() - b.getTime())[0]
  if (first !== undefined) return { state: 'revoked', at: first }
  return answers.length > 0 ? { state: 'good', at: null } : UNKNOWN
}

function quietly<T>(what: () => T): T | undefined {
  try {
    return what()
  } catch {
    return undefined
  }
}

const hashed = (hash: string, bytes: ArrayBuffer | Uint8Array): Buffer =>
  createHash(hash).update(new Uint8Array(bytes)).digest()
const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && Buffer.compare(a, b) === 0

function answersIn(der: Uint8Array, subject: ReadCertificate, issuer: ReadCertificate): readonly Answer[] {
  const response = quietly(() => OCSPResponse.fromBER(new Uint8Array(der)))
  const inside = response?.responseBytes?.responseType === BASIC ? response.responseBytes.response : undefined
  // The security store may hold the answer alone, without its envelope.
  const basic = BasicOCSPResponse.fromBER(new Uint8Array(inside === undefined ? der : inside.valueBlock.valueHexView))
  const data = basic.tbsResponseData
  const certificates = (basic.certs ?? [])
    .slice(0, 8)
    .map((one) => readCertificate(new Uint8Array(one.toSchema().toBER())))
  const signed = {
    algorithm: basic.signatureAlgorithm.algorithmId,
    fallback: '',
    parameters: basic.signatureAlgorithm.algorithmParams as BaseBlock | undefined,
  }
  const value = new Uint8Array(basic.signature.valueBlock.valueHexView)
  const mine = [issuer, ...certificates].find(
    (responder) =>
      speaksFor(responder, issuer, data.producedAt) &&
      isSignedBy(responder, signed, new Uint8Array(data.tbsView), value),
  )
  if (mine === undefined) return []
  return data.responses.flatMap((single) => {
    const { certID } = single
    const hash = HASHES.get(certID.hashAlgorithm.algorithmId)
    if (hash === undefined) return []
    const key = issuer.fields.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView
    const isMeant =
      same(hashed(hash, issuer.fields.subject.toSchema().toBER()), certID.issuerNameHash.valueBlock.valueHexView) &&
      same(hashed(hash, key), certID.issuerKeyHash.valueBlock.valueHexView) &&
      isSerialOf(subject, certID.serialNumber.valueBlock.valueHexView)
    if (!isMeant) return []
    const status: BaseBlock = single.certStatus
    const kind = status.idBlock.tagNumber
    if (kind !== 0 && kind !== 1) return []
    const revokedAt = kind === 0 ? null : timeIn(status)
    return [{ from: single.thisUpdate, until: single.nextUpdate ?? null, revokedAt }]
  })
}

/** RevokedInfo: its first member is the time. One that cannot be read counts from the beginning. */
function timeIn(status: BaseBlock): Date {
  const block: unknown = status.valueBlock
  const [first]: unknown[] =
    typeof block === 'object' && block !== null && 'value' in block && Array.isArray(block.value) ? block.value : []
  const read = (first as { toDate?: () => Date } | undefined)?.toDate?.()
  return read ?? new Date(0)
}

/** The issuer itself, or whom it appointed for answers (RFC 6960 4.2.2.2). */
function speaksFor(responder: ReadCertificate, issuer: ReadCertificate, moment: Date): boolean {
  if (same(responder.der, issuer.der)) return true
  if (!responder.fields.issuer.isEqual(issuer.fields.subject) || !isValidAt(responder.fields, moment)) return false
  return findPath(responder, 'revocation', { others: [], trust: [issuer], moment }) !== undefined
}

const isSerialOf = (subject: ReadCertificate, serial: Uint8Array): boolean =>
  same(subject.fields.serialNumber.valueBlock.valueHexView, serial)

function entryIn(der: Uint8Array, subject: ReadCertificate, issuer: ReadCertificate): readonly Answer[] {
  const list = CertificateRevocationList.fromBER(new Uint8Array(der))
  if (!list.issuer.isEqual(issuer.fields.subject)) return []
  const extensions = list.crlExtensions?.extensions ?? []
  if (extensions.some((one) => PARTIAL.includes(one.extnID) || (one.critical && one.extnID !== '2.5.29.20'))) return []
  const signed = {
    algorithm: list.signatureAlgorithm.algorithmId,
    fallback: '',
    parameters: list.signatureAlgorithm.algorithmParams as BaseBlock | undefined,
  }
  const value = new Uint8Array(list.signatureValue.valueBlock.valueHexView)
  if (!isSignedBy(issuer, signed, new Uint8Array(list.tbsView), value)) return []
  const revoked = list.revokedCertificates?.find((one) =>
    isSerialOf(subject, one.userCertificate.valueBlock.valueHexView),
  )
  const from = list.thisUpdate.value
  return [{ from, until: list.nextUpdate?.value ?? null, revokedAt: revoked?.revocationDate.value ?? null }]
}

/** The issuer of a certificate among those given: by name and by its signature. */
export const issuerOf = (
  subject: ReadCertificate,
  path: readonly ReadCertificate[],
  others: readonly ReadCertificate[],
): ReadCertificate | undefined =>
  path[1] ?? others.find((one) => one.fields.subject.isEqual(subject.fields.issuer) && bearsSignatureOf(one, subject))
