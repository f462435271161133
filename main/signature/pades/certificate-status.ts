// Promises: the question about one certificate to an OCSP responder (RFC 6960), and its answer judged: whose it is, about which
// certificate, of when; good, revoked or unknown.
// Never: a good word from somebody the issuer did not appoint.
import { createHash } from 'node:crypto'
import { extendedUses, hasIssued } from './certificate-addresses.ts'
import { isValidAt } from './certificate-path.ts'
import { type Element, encode, NULL, objectIdentifier, octetString, sequence } from './der.ts'
import { found, type Judged, judging, wrong } from './evidence-troubles.ts'
import { type ReadCertificate, readCertificate } from './examine-cms.ts'
import { countOf, dottedOf, need, onlyElement, partsOf, sameBytes, timeOf } from './read-der.ts'
import { isSealedBy } from './signature-value.ts'

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

const SHA1 = objectIdentifier('1.3.14.3.2.26')
const BASIC = '1.3.6.1.5.5.7.48.1.1'
const NONCE = '1.3.6.1.5.5.7.48.1.2'
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'

/** CertID with SHA-1, which every responder knows (4.1.1); it identifies and protects nothing. */
function certId(certificate: ReadCertificate, issuer: ReadCertificate): Buffer {
  const sha1 = (bytes: Uint8Array): Buffer => octetString(createHash('sha1').update(bytes).digest())
  const name = new Uint8Array(certificate.fields.issuer.valueBeforeDecode)
  const key = new Uint8Array(issuer.fields.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView)
  const serial = new Uint8Array(certificate.fields.serialNumber.valueBlock.valueHexView)
  return sequence(sequence(SHA1, NULL), sha1(name), sha1(key), encode(0x02, serial))
}

/** DER of OCSPRequest with a nonce (up to 32 bytes), to be sent as `application/ocsp-request`. */
export function writeStatusRequest(certificate: ReadCertificate, issuer: ReadCertificate, nonce: Uint8Array): Buffer {
  const extension = sequence(objectIdentifier(NONCE), octetString(octetString(nonce)))
  const requests = sequence(sequence(certId(certificate, issuer)))
  return sequence(sequence(requests, encode(0xa2, sequence(extension))))
}

export interface StatusQuestion {
  readonly certificate: ReadCertificate
  readonly issuer: ReadCertificate
  /** The nonce asked with; an answer without one is taken, with another one is not. Null: the answer lies in a file. */
  readonly nonce: Uint8Array | null
  readonly now: Date
}

export const judgeStatus = (response: Uint8Array, question: StatusQuestion): Judged<StatusAnswer> =>
  judging(() => {
    const [status, wrapped] = partsOf(onlyElement(response))
    const said = countOf(status, 0x0a)
    if (said === 2 || said === 3) return wrong('busy')
    if (said !== 0) return wrong('refused-by-service')
    const [type, bytes] = partsOf(partsOf(wrapped, 0xa0)[0])
    if (dottedOf(type) !== BASIC) return wrong('malformed')
    const [data, algorithm, value, bag] = partsOf(onlyElement(need(bytes, 0x04).content))
    const parts = partsOf(data)
    const single = findSingle(parts, question)
    if (single === undefined) return wrong('wrong-answer')
    if (!hasNonce(parts, question.nonce)) return wrong('wrong-answer')
    const certificates = bag === undefined ? [] : partsOf(partsOf(bag, 0xa0)[0]).slice(0, 8)
    const responder = [question.issuer, ...certificates.map((one) => readCertificate(one.whole))].find((one) =>
      isSealedBy(one, data, algorithm, value),
    )
    if (responder === undefined) return wrong('wrong-signature')
    if (!isAppointed(responder, question)) return wrong('untrusted')
    return judgeSingle(single, question.now)
  })

/** ResponseData: [0] version, responder [1] or [2], producedAt, responses, [1] extensions. */
function findSingle(parts: readonly Element[], { certificate, issuer }: StatusQuestion): Element | undefined {
  const wanted = partsOf(onlyElement(certId(certificate, issuer)))
  return partsOf(parts.find((part) => part.tag === 0x30)).find((single) => {
    const id = partsOf(partsOf(single)[0])
    return (
      dottedOf(partsOf(id[0])[0]) === dottedOf(partsOf(wanted[0])[0]) &&
      [1, 2, 3].every((at) => sameBytes(id[at]?.content, wanted[at]?.content))
    )
  })
}

function hasNonce(parts: readonly Element[], nonce: Uint8Array | null): boolean {
  const [extensions] = parts.filter((part) => part.tag === 0xa1).slice(-1)
  // responderID byName is [1] too; the extensions stand behind the responses.
  const behind = extensions !== undefined && parts.indexOf(extensions) > parts.findIndex((part) => part.tag === 0x30)
  if (nonce === null || !behind) return true
  const echoed = partsOf(partsOf(extensions, 0xa1)[0])
    .map((one) => partsOf(one))
    .find(([id]) => dottedOf(id) === NONCE)
  return echoed === undefined || sameBytes(echoed.at(-1)?.content, octetString(nonce))
}

/** The issuer itself, or whom it appointed with a certificate for just that (RFC 6960 4.2.2.2). */
function isAppointed(responder: ReadCertificate, { issuer, now }: StatusQuestion): boolean {
  if (responder.fingerprint === issuer.fingerprint) return true
  return (
    hasIssued(issuer, responder) &&
    isValidAt(responder.fields, now) &&
    extendedUses(responder)?.uses.includes(OCSP_SIGNING) === true
  )
}

/** SingleResponse: certID, certStatus [0] [1] [2], thisUpdate, nextUpdate [0]. */
function judgeSingle(single: Element, now: Date): Judged<StatusAnswer> {
  const [, status, from, ...rest] = partsOf(single)
  const thisUpdate = timeOf(from)
  const until = rest.find((part) => part.tag === 0xa0)
  const nextUpdate = until === undefined ? null : timeOf(partsOf(until, 0xa0)[0])
  if (!isOfToday(thisUpdate, nextUpdate, now)) return wrong('stale')
  const standing: Standing | null =
    status?.tag === 0x80
      ? { is: 'good' }
      : status?.tag === 0x82
        ? { is: 'unknown' }
        : status?.tag === 0xa1
          ? { is: 'revoked', at: timeOf(partsOf(status, 0xa1)[0]) }
          : null
  return standing === null ? wrong('malformed') : found({ standing, thisUpdate, nextUpdate })
}

export const isOfToday = (thisUpdate: Date, nextUpdate: Date | null, now: Date): boolean => {
  const end = nextUpdate?.getTime() ?? thisUpdate.getTime() + OLDEST_OPEN
  return thisUpdate.getTime() <= now.getTime() + CLOCKS_DIFFER && now.getTime() <= end + CLOCKS_DIFFER
}
