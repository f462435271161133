// Promises: a CMS of a PDF signature or of a time stamp judged from its bytes by other means than those that write ours (pkijs, asn1js).
// Never: trust in a certificate; who issued it is another question (certificate-path.ts).
import { constants, createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { type BaseBlock, OctetString } from 'asn1js'
import { Certificate } from 'pkijs'
import {
  dotted,
  hashOfPss,
  isContext,
  isOctets,
  isPss,
  members,
  octets,
  type ReadCms,
  type ReadSigner,
  raw,
  readCms,
  readSigner,
  SHA2,
} from './read-cms.ts'

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

/** Signature algorithms by number: the hash they name (null: that of the digest algorithm). */
const ALGORITHMS: ReadonlyMap<string, string | null> = new Map([
  ['1.2.840.113549.1.1.1', null],
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
])
const DATA = '1.2.840.113549.1.7.1'
const TIME_STAMP_INFO = '1.2.840.113549.1.9.16.1.4'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12'
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47'

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

const keys = new WeakMap<ReadCertificate, KeyObject>()
/** The certificate's public key; read once for as long as the certificate is kept. */
export function publicKeyOf(holder: ReadCertificate): KeyObject {
  const known = keys.get(holder)
  if (known !== undefined) return known
  const spki = Buffer.from(holder.fields.subjectPublicKeyInfo.toSchema().toBER(false))
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  keys.set(holder, key)
  return key
}

/** Who signed with which algorithm. `fallback`: the hash where the algorithm names none. `parameters`: of RSASSA-PSS. */
export interface Signed {
  readonly algorithm: string
  readonly fallback: string
  readonly parameters?: BaseBlock | undefined
}

/** True when `value` is the holder's signature over `data`. SHA-1 and MD5 are never accepted. */
export function isSignedBy(
  holder: ReadCertificate,
  { algorithm, fallback, parameters }: Signed,
  data: Uint8Array,
  value: Uint8Array,
): boolean {
  const pss = isPss(algorithm)
  const named = pss ? hashOfPss(parameters) : ALGORITHMS.get(algorithm)
  if (named === undefined) return false
  const padding = pss ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO } : {}
  return verify(named ?? fallback, data, { key: publicKeyOf(holder), ...padding }, value)
}

/**
 * Judges a detached CMS against the signed bytes; throws when it is not a CMS with exactly one signer whose certificate
 * is inside. `needsCertificateAttribute`: PAdES demands signing-certificate-v2, older profiles do not.
 */
export function examineCms(
  contents: Uint8Array,
  digestBy: (hash: string) => Uint8Array,
  needsCertificateAttribute: boolean,
): CmsFindings {
  const cms = readCms(contents)
  const found = examineSigner(cms, [], DATA, digestBy)
  const detached = cms.encapsulated.length === 1 && dotted(cms.encapsulated[0]) === DATA
  const named = found.named === 'matches' || (found.named === 'missing' && !needsCertificateAttribute)
  return { ...found, sound: cms.padded && detached && found.sound && named }
}

export interface TokenFindings extends CmsFindings {
  /** DER of the TSTInfo. */
  readonly content: Uint8Array
}

/** Judges a time-stamp token (RFC 3161 2.4.2) by itself; of what it is a stamp, `content` says. `known`: certificates that may be its signer's. */
export function examineToken(token: Uint8Array, known: readonly ReadCertificate[]): TokenFindings {
  const cms = readCms(token)
  const [type, inside] = cms.encapsulated
  const content = octets(members(inside)[0])
  if (dotted(type) !== TIME_STAMP_INFO || !isContext(inside, 0) || content.length === 0)
    throw new Error('not a time stamp')
  const digestBy = (hash: string): Uint8Array => createHash(hash).update(content).digest()
  const found = examineSigner(cms, known, TIME_STAMP_INFO, digestBy)
  return { ...found, content, sound: cms.padded && found.sound && (found.named === 'matches' || elderNames(found)) }
}

function examineSigner(
  cms: ReadCms,
  known: readonly ReadCertificate[],
  type: string,
  digestBy: (hash: string) => Uint8Array,
): CmsFindings {
  const certificates = [...cms.certificates.map(readCertificate), ...known]
  const [info, ...more] = cms.signers.map(readSigner)
  const signer = certificates.find((certificate) => info !== undefined && isNamedBy(info, certificate))
  if (info === undefined || more.length > 0 || signer === undefined) throw new Error('not one known signer')
  const hash = SHA2.get(info.digestAlgorithm)
  const signed = { algorithm: info.signatureAlgorithm, fallback: hash ?? '', parameters: info.parameters }
  const digest = hash !== undefined && isOctets(info.attribute(MESSAGE_DIGEST), digestBy(hash))
  const value = hash !== undefined && isSignedBy(signer, signed, info.attributes, info.value)
  return {
    signer,
    others: certificates.filter((certificate) => certificate !== signer),
    sound: digest && value && dotted(info.attribute(CONTENT_TYPE)) === type,
    digest,
    value,
    named: namesCertificate(info, signer),
    cms,
    info,
  }
}

/** Issuer and serial number are those of the certificate, byte for byte. */
function isNamedBy(info: ReadSigner, certificate: ReadCertificate): boolean {
  const { issuer, serialNumber } = certificate.fields
  const sameIssuer = Buffer.compare(new Uint8Array(issuer.valueBeforeDecode), info.issuer) === 0
  return sameIssuer && Buffer.compare(raw(serialNumber), info.serial) === 0
}

/** SigningCertificateV2 (RFC 5035 3): the first entry's hash is that of the signer's certificate. */
function namesCertificate(info: ReadSigner, signer: ReadCertificate): CmsFindings['named'] {
  const block = info.attribute(SIGNING_CERTIFICATE_V2)
  if (block === undefined) return 'missing'
  const entry = members(members(members(block)[0])[0])
  const algorithm = entry[0] instanceof OctetString ? undefined : members(entry[0])[0]
  const hash = algorithm === undefined ? 'sha256' : SHA2.get(dotted(algorithm))
  const value = algorithm === undefined ? entry[0] : entry[1]
  const same = hash !== undefined && isOctets(value, createHash(hash).update(signer.der).digest())
  return same ? 'matches' : 'differs'
}

/** SigningCertificate (RFC 2634 5.4): older authorities of time stamps write only this; it names, the signature value proves. */
function elderNames({ named, info, signer }: CmsFindings): boolean {
  const entry = members(members(members(info.attribute(SIGNING_CERTIFICATE))[0])[0])
  return named === 'missing' && isOctets(entry[0], createHash('sha1').update(signer.der).digest())
}
