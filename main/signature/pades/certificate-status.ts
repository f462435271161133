// Promises: the question about one certificate to an OCSP responder (RFC 6960), and its answer judged: whose it is, about which
// certificate, of when; good, revoked or unknown.
// Never: a good word from somebody the issuer did not appoint.
import { createHash } from 'node:crypto'
import { findPath, isValidAt } from './certificate-path.ts'
import { type Element, encode, NULL, objectIdentifier, octetString, sequence } from './der.ts'
import { found, type Judged, judging, wrong } from './evidence-troubles.ts'
import { type ReadCertificate, readCertificate } from './examine-cms.ts'
import { countOf, dottedOf, need, onlyElement, partsOf, sameBytes, timeOf } from './read-der.ts'
import { HASHES, isSealedBy } from './signature-value.ts'

export type Standing =
  | { readonly is: 'good' }
  | { readonly is: 'unknown' }
  | { readonly is: 'revoked'; readonly at: Date }

/** What a responder or a list says of a certificate, and how long that may be shown. */
export interface StatusAnswer {
  readonly standing: Standing
  readonly thisUpdate: Date
  /** Null: newer information is always there (RFC 6960 2.4). */
  readonly nextUpdate: Date | null
}

/** Milliseconds by which clocks may differ, and how old an answer without an end may be. */
export const CLOCKS_DIFFER = 5 * 60_000
const OLDEST_OPEN = 24 * 3_600_000

const SHA1 = '1.3.14.3.2.26'
const CERT_ID_HASHES: ReadonlyMap<string, string> = new Map([[SHA1, 'sha1'], ...HASHES])
const MOST_CERTIFICATES = 8
const BASIC = '1.3.6.1.5.5.7.48.1.1'
const NONCE = '1.3.6.1.5.5.7.48.1.2'

/** Of a CertID (4.1.1): hash of the issuer's name, of its key, and the number. */
function certId(
  certificate: ReadCertificate,
  issuer: ReadCertificate,
  hash: string,
): readonly [Buffer, Buffer, Buffer] {
  const hashed = (bytes: ArrayBuffer | Uint8Array): Buffer => createHash(hash).update(new Uint8Array(bytes)).digest()
  return [
    hashed(certificate.fields.issuer.valueBeforeDecode),
    hashed(issuer.fields.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView),
    Buffer.from(certificate.fields.serialNumber.valueBlock.valueHexView),
  ]
}

/**
 * DER of OCSPRequest with a nonce (up to 32 bytes), to be sent as `application/ocsp-request`. Its CertID is by SHA-1, which every
 * responder knows; it identifies and protects nothing.
 */
export function writeStatusRequest(certificate: ReadCertificate, issuer: ReadCertificate, nonce: Uint8Array): Buffer {
  const extension = sequence(objectIdentifier(NONCE), octetString(octetString(nonce)))
  const [name, key, serial] = certId(certificate, issuer, 'sha1')
  const id = sequence(sequence(objectIdentifier(SHA1), NULL), octetString(name), octetString(key), encode(0x02, serial))
  return sequence(sequence(sequence(sequence(id)), encode(0xa2, sequence(extension))))
}

export interface StatusQuestion {
  readonly certificate: ReadCertificate
  readonly issuer: ReadCertificate
  /** The nonce asked with; an answer without one is taken, with another one is not. Null: the answer lies in a file. */
  readonly nonce: Uint8Array | null
  readonly now: Date
  /** The time that it must speak of; now when left out. Later answers speak of earlier times too. */
  readonly moment?: Date
}

/** Of several entries for the certificate: the one that says revoked counts. */
export const judgeStatus = (response: Uint8Array, question: StatusQuestion): Judged<StatusAnswer> =>
  judging(() => {
    const [status, wrapped] = partsOf(onlyElement(response))
    const said = countOf(status, 0x0a)
    if (said === 2 || said === 3) return wrong('busy')
    if (said !== 0) return wrong('refused-by-service')
    const [type, bytes] = partsOf(partsOf(wrapped, 0xa0)[0])
    if (dottedOf(type) !== BASIC) return wrong('malformed')
    const [data, algorithm, value, bag] = partsOf(onlyElement(need(bytes, 0x04).content))
    const { producedAt, singles, extensions } = readData(partsOf(data))
    const mine = singles.filter((single) => isAbout(single, question))
    if (mine.length === 0 || !hasNonce(extensions, question.nonce)) return wrong('wrong-answer')
    const certificates = bag === undefined ? [] : partsOf(partsOf(bag, 0xa0)[0]).slice(0, MOST_CERTIFICATES)
    const all = [question.issuer, ...certificates.map((one) => readCertificate(one.whole))]
    const hasSealed = (one: ReadCertificate): boolean => isSealedBy(one, data, algorithm, value)
    if (!all.filter((one) => isAppointed(one, producedAt, question)).some(hasSealed))
      return wrong(all.some(hasSealed) ? 'untrusted' : 'wrong-signature')
    const answers = mine.map((single) => judgeSingle(single, question))
    const isRevoked = (one: Judged<StatusAnswer>): boolean => one.ok && one.value.standing.is === 'revoked'
    return answers.find(isRevoked) ?? answers.find(({ ok }) => ok) ?? answers[0] ?? wrong('wrong-answer')
  })

/** ResponseData: [0] version, responder [1] or [2], producedAt, responses, [1] extensions. */
function readData(parts: readonly Element[]) {
  const at = parts.findIndex((part) => part.tag === 0x30)
  const extensions = parts[at + 1]
  return { producedAt: timeOf(need(parts[at - 1], 0x18)), singles: partsOf(parts[at]), extensions }
}

/** By SHA-1, as it was asked; what lies in a file may name the certificate by a better hash. */
function isAbout(single: Element, { certificate, issuer, nonce }: StatusQuestion): boolean {
  const [algorithm, ...parts] = partsOf(partsOf(single)[0])
  const name = dottedOf(partsOf(algorithm)[0])
  const hash = nonce === null ? CERT_ID_HASHES.get(name) : name === SHA1 ? 'sha1' : undefined
  return (
    hash !== undefined && certId(certificate, issuer, hash).every((wanted, at) => sameBytes(parts[at]?.content, wanted))
  )
}

function hasNonce(extensions: Element | undefined, nonce: Uint8Array | null): boolean {
  if (nonce === null || extensions === undefined) return true
  const echoed = partsOf(partsOf(extensions, 0xa1)[0])
    .map((one) => partsOf(one))
    .find(([id]) => dottedOf(id) === NONCE)
  return echoed === undefined || sameBytes(echoed.at(-1)?.content, octetString(nonce))
}

/** The issuer itself, or whom it appointed with a certificate for just that (RFC 6960 4.2.2.2), when the answer was made. */
function isAppointed(responder: ReadCertificate, producedAt: Date, { issuer, nonce, now }: StatusQuestion): boolean {
  if (responder.fingerprint === issuer.fingerprint) return true
  const path = findPath(responder, 'revocation', { others: [], trust: [issuer], moment: producedAt })
  return (
    path !== undefined &&
    isValidAt(responder.fields, producedAt) &&
    (nonce === null || isValidAt(responder.fields, now))
  )
}

/** SingleResponse: certID, certStatus [0] [1] [2], thisUpdate, nextUpdate [0]. */
function judgeSingle(single: Element, question: StatusQuestion): Judged<StatusAnswer> {
  const [, status, from, ...rest] = partsOf(single)
  const thisUpdate = timeOf(from)
  const until = rest.find((part) => part.tag === 0xa0)
  const nextUpdate = until === undefined ? null : timeOf(partsOf(until, 0xa0)[0])
  if (!speaksOf(thisUpdate, nextUpdate, question)) return wrong('stale')
  if (status?.tag === 0xa1) return found({ standing: { is: 'revoked', at: revokedAt(status) }, thisUpdate, nextUpdate })
  if (status?.tag !== 0x80 && status?.tag !== 0x82) return wrong('malformed')
  return found({ standing: { is: status.tag === 0x80 ? 'good' : 'unknown' }, thisUpdate, nextUpdate })
}

/** A time that cannot be read counts from the beginning. */
function revokedAt(status: Element): Date {
  try {
    return timeOf(partsOf(status, 0xa1)[0])
  } catch {
    return new Date(0)
  }
}

/** Of now or before, and not ended at the moment in question. */
export function speaksOf(
  thisUpdate: Date,
  nextUpdate: Date | null,
  { now, moment = now }: { readonly now: Date; readonly moment?: Date },
): boolean {
  const end = nextUpdate?.getTime() ?? thisUpdate.getTime() + OLDEST_OPEN
  return thisUpdate.getTime() <= now.getTime() + CLOCKS_DIFFER && moment.getTime() <= end + CLOCKS_DIFFER
}
