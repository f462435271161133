// Promises: a CMS of a PDF signature judged from its bytes by other means than those that write ours (pkijs, asn1js).
// Never: trust in a certificate; who issued it is another question (certificate-path.ts).
import { constants, createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { type BaseBlock, Constructed, fromBER, ObjectIdentifier, OctetString } from 'asn1js'
import { Certificate } from 'pkijs'
import { readElement } from './der.ts'

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
}

const SHA2 = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])
/** Signature algorithms by number: the hash they name (null: that of the digest algorithm) and the padding. */
const ALGORITHMS = new Map<string, { readonly hash: string | null; readonly pss: boolean }>([
  ['1.2.840.113549.1.1.1', { hash: null, pss: false }],
  ['1.2.840.113549.1.1.10', { hash: null, pss: true }],
  ['1.2.840.113549.1.1.11', { hash: 'sha256', pss: false }],
  ['1.2.840.113549.1.1.12', { hash: 'sha384', pss: false }],
  ['1.2.840.113549.1.1.13', { hash: 'sha512', pss: false }],
  ['1.2.840.10045.4.3.2', { hash: 'sha256', pss: false }],
  ['1.2.840.10045.4.3.3', { hash: 'sha384', pss: false }],
  ['1.2.840.10045.4.3.4', { hash: 'sha512', pss: false }],
])
const DATA = '1.2.840.113549.1.7.1'
const SIGNED_DATA = '1.2.840.113549.1.7.2'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
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
function publicKeyOf(holder: ReadCertificate): KeyObject {
  const known = keys.get(holder)
  if (known !== undefined) return known
  const spki = Buffer.from(holder.fields.subjectPublicKeyInfo.toSchema().toBER(false))
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  keys.set(holder, key)
  return key
}

/** True when `value` is the holder's signature over `data`. SHA-1 and MD5 are never accepted. */
export function isSignedBy(
  holder: ReadCertificate,
  algorithm: string,
  fallback: string,
  data: Uint8Array,
  value: Uint8Array,
): boolean {
  const known = ALGORITHMS.get(algorithm)
  if (known === undefined) return false
  const key = publicKeyOf(holder)
  const padding = known.pss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
    : {}
  return verify(known.hash ?? fallback, data, { key, ...padding }, value)
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
  const element = readElement(contents, 0)
  const padded = contents.subarray(element.end).every((byte) => byte === 0)
  const { encapsulated, certificates: found, signers } = readSignedData(new Uint8Array(element.whole))
  const certificates = found.map(readCertificate)
  const [info, ...more] = signers.map(readSignerInfo)
  const signer = certificates.find((certificate) => info !== undefined && isNamedBy(info, certificate))
  if (info === undefined || more.length > 0 || signer === undefined) throw new Error('not one known signer')
  const detached = encapsulated.length === 1 && dotted(encapsulated[0]) === DATA
  const hash = SHA2.get(info.digestAlgorithm)
  const sound =
    padded &&
    detached &&
    hash !== undefined &&
    dotted(info.attribute(CONTENT_TYPE)) === DATA &&
    isOctets(info.attribute(MESSAGE_DIGEST), digestBy(hash)) &&
    namesCertificate(info.attribute(SIGNING_CERTIFICATE_V2), signer, needsCertificateAttribute) &&
    isSignedBy(signer, info.signatureAlgorithm, hash, info.attributes, info.value)
  return { signer, others: certificates.filter((certificate) => certificate !== signer), sound }
}

const members = (block: BaseBlock | undefined): readonly BaseBlock[] =>
  block instanceof Constructed ? block.valueBlock.value : []
const dotted = (block: BaseBlock | undefined): string =>
  block instanceof ObjectIdentifier ? block.valueBlock.toString() : ''
const octets = (block: BaseBlock | undefined): Uint8Array =>
  block instanceof OctetString ? new Uint8Array(block.valueBlock.valueHexView) : new Uint8Array()
const raw = (block: BaseBlock): Uint8Array => new Uint8Array(block.valueBeforeDecodeView)
const isContext = (block: BaseBlock, number: number): boolean =>
  block.idBlock.tagClass === 3 && block.idBlock.tagNumber === number
const isOctets = (block: BaseBlock | undefined, expected: Uint8Array): boolean =>
  block instanceof OctetString && !block.idBlock.isConstructed && Buffer.compare(octets(block), expected) === 0

/** ContentInfo → [0] → SignedData (RFC 5652 5.1): the certificates as they stand there, not written anew. */
function readSignedData(der: Uint8Array): {
  readonly encapsulated: readonly BaseBlock[]
  readonly certificates: readonly Uint8Array[]
  readonly signers: readonly BaseBlock[]
} {
  const [type, content] = members(fromBER(der).result)
  const [version, , encapsulated, ...rest] = members(members(content)[0])
  const signers = rest.at(-1)
  if (dotted(type) !== SIGNED_DATA || version === undefined || signers === undefined || isContext(signers, 0))
    throw new Error('not signed data')
  const bag = members(rest.find((block) => isContext(block, 0)))
  return {
    encapsulated: members(encapsulated),
    certificates: bag.filter((block) => block.idBlock.tagClass === 1).map(raw),
    signers: members(signers),
  }
}

interface ReadSignerInfo {
  /** DER of issuer and serial number. */
  readonly issuer: Uint8Array
  readonly serial: Uint8Array
  readonly digestAlgorithm: string
  readonly signatureAlgorithm: string
  /** The signed attributes as they were signed: with the tag of SET (5.4). */
  readonly attributes: Uint8Array
  /** The value of a signed attribute that stands exactly once with exactly one value. */
  readonly attribute: (type: string) => BaseBlock | undefined
  readonly value: Uint8Array
}

function readSignerInfo(block: BaseBlock): ReadSignerInfo {
  const [, sid, digestAlgorithm, attributes, signatureAlgorithm, value] = members(block)
  const [issuer, serial] = members(sid)
  if (issuer === undefined || serial === undefined || attributes === undefined || !isContext(attributes, 0))
    throw new Error('not a signer with attributes')
  const signed = raw(attributes)
  signed[0] = 0x31
  return {
    issuer: raw(issuer),
    serial: raw(serial),
    digestAlgorithm: dotted(members(digestAlgorithm)[0]),
    signatureAlgorithm: dotted(members(signatureAlgorithm)[0]),
    attributes: signed,
    attribute: (type) => {
      const same = members(attributes).filter((attribute) => dotted(members(attribute)[0]) === type)
      const values = members(members(same[0])[1])
      return same.length === 1 && values.length === 1 ? values[0] : undefined
    },
    value: octets(value),
  }
}

/** Issuer and serial number are those of the certificate, byte for byte. */
function isNamedBy(info: ReadSignerInfo, certificate: ReadCertificate): boolean {
  const { issuer, serialNumber } = certificate.fields
  const sameIssuer = Buffer.compare(new Uint8Array(issuer.valueBeforeDecode), info.issuer) === 0
  return sameIssuer && Buffer.compare(raw(serialNumber), info.serial) === 0
}

/** SigningCertificateV2 (RFC 5035 3): the first entry's hash is that of the signer's certificate. */
function namesCertificate(block: BaseBlock | undefined, signer: ReadCertificate, needed: boolean): boolean {
  if (block === undefined) return !needed
  const entry = members(members(members(block)[0])[0])
  const algorithm = entry[0] instanceof OctetString ? undefined : members(entry[0])[0]
  const hash = algorithm === undefined ? 'sha256' : SHA2.get(dotted(algorithm))
  const value = algorithm === undefined ? entry[0] : entry[1]
  return hash !== undefined && isOctets(value, createHash(hash).update(signer.der).digest())
}
