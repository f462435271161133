// Promises: a CMS of a PDF signature or of a time stamp judged from its bytes by other means than those that write ours.
// Never: trust in a certificate; who issued it is another question (certificate-path.ts).
import { createHash } from 'node:crypto'
import { Certificate } from 'pkijs'
import { broken } from './broken.ts'
import type { Element } from './der.ts'
import { type ReadCms, type ReadSigner, readCms } from './read-cms.ts'
import { dottedOf, partsOf, sameBytes } from './read-der.ts'
import { HASHES, type Hash, isValueOf } from './signature-value.ts'

/** A certificate parsed, with the bytes it came from. */
export interface ReadCertificate {
  readonly der: Uint8Array
  /** SHA-256 of the DER in hexadecimal. */
  readonly fingerprint: string
  readonly fields: Certificate
}

export interface CmsFindings {
  readonly signer: ReadCertificate
  readonly others: readonly ReadCertificate[]
  /** Digest, signed attributes, signature value and signing-certificate attribute all agree. */
  readonly sound: boolean
  /** The digest in the signed attributes is that of the signed bytes. */
  readonly digest: boolean
  /** The signature value over the signed attributes is the certificate's. */
  readonly value: boolean
  /** The signing-certificate attribute (RFC 5035) names this certificate; `missing`: there is none. */
  readonly named: 'matches' | 'differs' | 'missing'
  readonly cms: ReadCms
  readonly info: ReadSigner
}

const DATA = '1.2.840.113549.1.7.1'
const TIME_STAMP_INFO = '1.2.840.113549.1.9.16.1.4'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12'
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47'
/** Why a CMS was not read: the certificate of its signer is nowhere. */
export const UNKNOWN_SIGNER = 'unknown-signer'

const MOST_KEPT = 64
const kept = new Map<string, ReadCertificate>()

/** Parses a certificate, or takes the parsed one of the same bytes: a batch shows the same few again and again. */
export function readCertificate(der: Uint8Array): ReadCertificate {
  const fingerprint = createHash('sha256').update(der).digest('hex')
  const known = kept.get(fingerprint)
  if (known !== undefined) return known
  const own = new Uint8Array(der)
  const read = { der: own, fingerprint, fields: Certificate.fromBER(own) }
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(fingerprint, read)
  return read
}

/**
 * Judges a detached CMS against the signed bytes; throws when it is not a CMS with exactly one signer whose certificate
 * is inside. `needsCertificateAttribute`: PAdES demands signing-certificate-v2, older profiles do not.
 */
export function examineCms(
  contents: Uint8Array,
  digestBy: (hash: Hash) => Uint8Array,
  needsCertificateAttribute: boolean,
): CmsFindings {
  const cms = readCms(contents)
  const found = examineSigner(cms, [], DATA, digestBy)
  const named = found.named === 'matches' || (found.named === 'missing' && !needsCertificateAttribute)
  return { ...found, sound: cms.padded && cms.detached && cms.contentType === DATA && found.sound && named }
}

export interface TokenFindings extends CmsFindings {
  /** DER of the TSTInfo. */
  readonly content: Uint8Array
}

/** Judges a time-stamp token (RFC 3161 2.4.2) by itself; of what it is a stamp, `content` says. `known`: certificates that may be its signer's. */
export function examineToken(token: Uint8Array, known: readonly ReadCertificate[]): TokenFindings {
  const cms = readCms(token)
  const content = cms.content ?? broken('broken-der')
  if (cms.contentType !== TIME_STAMP_INFO) broken('broken-der')
  const digestBy = (hash: Hash): Uint8Array => createHash(hash).update(content).digest()
  const found = examineSigner(cms, known, TIME_STAMP_INFO, digestBy)
  return { ...found, content, sound: cms.padded && found.sound && (found.named === 'matches' || elderNames(found)) }
}

function examineSigner(
  cms: ReadCms,
  known: readonly ReadCertificate[],
  type: string,
  digestBy: (hash: Hash) => Uint8Array,
): CmsFindings {
  const certificates = [...cms.certificates.map(readCertificate), ...known]
  const info = cms.signer
  const signer = certificates.find((certificate) => isNamedBy(info, certificate)) ?? broken(UNKNOWN_SIGNER)
  const hash = HASHES.get(info.digestAlgorithm)
  const digest = hash !== undefined && isOctets(info.attribute(MESSAGE_DIGEST), digestBy(hash))
  const value = hash !== undefined && isValueOf(signer, info.algorithm, hash, info.attributes, info.value)
  return {
    signer,
    others: certificates.filter((certificate) => certificate !== signer),
    sound: digest && value && isType(info.attribute(CONTENT_TYPE), type),
    digest,
    value,
    named: namesCertificate(info, signer),
    cms,
    info,
  }
}

const isOctets = (element: Element | undefined, expected: Uint8Array): boolean =>
  element?.tag === 0x04 && sameBytes(element.content, expected)
const isType = (element: Element | undefined, type: string): boolean =>
  element?.tag === 0x06 && dottedOf(element) === type

/** Issuer and serial number are those of the certificate, byte for byte. */
const isNamedBy = ({ issuer, serial }: ReadSigner, { fields }: ReadCertificate): boolean =>
  sameBytes(new Uint8Array(fields.issuer.valueBeforeDecode), issuer) &&
  sameBytes(new Uint8Array(fields.serialNumber.valueBlock.valueHexView), serial)

/** SigningCertificateV2 (RFC 5035 3): the first entry's hash is that of the signer's certificate. */
function namesCertificate(info: ReadSigner, signer: ReadCertificate): CmsFindings['named'] {
  const attribute = info.attribute(SIGNING_CERTIFICATE_V2)
  if (attribute === undefined) return 'missing'
  const [first, second] = firstEntry(attribute)
  const own = first?.tag === 0x30
  const hash = own ? HASHES.get(dottedOf(partsOf(first)[0])) : 'sha256'
  const same = hash !== undefined && isOctets(own ? second : first, createHash(hash).update(signer.der).digest())
  return same ? 'matches' : 'differs'
}

/** SigningCertificate (RFC 2634 5.4): older authorities of time stamps write only this; it names, the signature value proves. */
function elderNames({ named, info, signer }: CmsFindings): boolean {
  const attribute = info.attribute(SIGNING_CERTIFICATE)
  if (named !== 'missing' || attribute === undefined) return false
  return isOctets(firstEntry(attribute)[0], createHash('sha1').update(signer.der).digest())
}

const firstEntry = (attribute: Element): readonly Element[] => partsOf(partsOf(partsOf(attribute)[0])[0])
