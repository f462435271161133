// Promises: a detached CMS SignedData (RFC 5652) as PAdES B-B wants it (EN 319 142-1 6.3): content type, message
// digest, signing-certificate-v2 (RFC 5035), the certificates; the time stays in the PDF's /M. RSA with PKCS#1 v1.5 or PSS
// over SHA-256, ECDSA over the hash of the curve's strength.
// Never: a signing-time attribute, a private key, a signature made here.
import { constants, createHash, createPublicKey, verify } from 'node:crypto'
import { broken } from './broken.ts'
import {
  type Element,
  encode,
  NULL,
  objectIdentifier,
  octetString,
  readElement,
  readElements,
  sequence,
  setOf,
  smallInteger,
  unsignedInteger,
} from './der.ts'

/** The certificate of the signer and those that lead to the root, as DER. */
export interface Signer {
  readonly certificate: Uint8Array
  readonly chain: readonly Uint8Array[]
}

export type Hash = 'sha256' | 'sha384'

export interface SigningKey {
  /** `pss`: an RSA key that its certificate names for PSS alone. */
  readonly kind: 'rsa' | 'pss' | 'ec'
  /** Of the signed bytes and of the signed attributes: SHA-384 for P-384 (RFC 5480 4) and what a PSS key demands, else SHA-256. */
  readonly hash: Hash
  /** DER of the issuer's name and of the serial number. */
  readonly issuer: Uint8Array
  readonly serial: Uint8Array
  /** SubjectPublicKeyInfo, under the name that every cryptography knows. No signature of this key is longer than this. */
  readonly publicKey: Uint8Array
}

const OID = {
  data: objectIdentifier('1.2.840.113549.1.7.1'),
  signedData: objectIdentifier('1.2.840.113549.1.7.2'),
  contentType: objectIdentifier('1.2.840.113549.1.9.3'),
  messageDigest: objectIdentifier('1.2.840.113549.1.9.4'),
  signingCertificate: objectIdentifier('1.2.840.113549.1.9.16.2.47'),
  sha256: objectIdentifier('2.16.840.1.101.3.4.2.1'),
  sha384: objectIdentifier('2.16.840.1.101.3.4.2.2'),
  rsa: objectIdentifier('1.2.840.113549.1.1.1'),
  pss: objectIdentifier('1.2.840.113549.1.1.10'),
  mask: objectIdentifier('1.2.840.113549.1.1.8'),
  ecKey: objectIdentifier('1.2.840.10045.2.1'),
  p384: objectIdentifier('1.3.132.0.34'),
  ecdsaSha256: objectIdentifier('1.2.840.10045.4.3.2'),
  ecdsaSha384: objectIdentifier('1.2.840.10045.4.3.3'),
} as const

const SALT = { sha256: 32, sha384: 48 } as const
/** RSASSA-PSS-params (RFC 4055 3.1): one hash for the message and for MGF1, a salt of its length. */
function pssParameters(hash: Hash): Buffer {
  const digest = sequence(OID[hash], NULL)
  const salt = encode(0xa2, smallInteger(SALT[hash]))
  return sequence(encode(0xa0, digest), encode(0xa1, sequence(OID.mask, digest)), salt)
}
const PSS = {
  sha256: sequence(OID.pss, pssParameters('sha256')),
  sha384: sequence(OID.pss, pssParameters('sha384')),
} as const
const ECDSA = { sha256: sequence(OID.ecdsaSha256), sha384: sequence(OID.ecdsaSha384) } as const
/** PKCS#1 v1.5 is named by its key (RFC 5754 3.2): the form that every PDF reader accepts. */
const PKCS1 = sequence(OID.rsa, NULL)
const DIGEST_ALGORITHM = { sha256: sequence(OID.sha256), sha384: sequence(OID.sha384) } as const

/** What the CMS needs to know of the signer's certificate (RFC 5280 4.1). RSA and EC keys only. */
export function readSigningKey(certificate: Uint8Array): SigningKey {
  const outer = readElement(certificate, 0)
  const [body] = readElements(outer.content)
  const fields = readElements(body?.content ?? new Uint8Array())
  const [serial, , issuer, , , publicKey] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields
  if (outer.end !== certificate.length || serial?.tag !== 0x02 || issuer?.tag !== 0x30 || publicKey?.tag !== 0x30)
    return broken('broken-certificate')
  return { issuer: issuer.whole, serial: serial.whole, ...readPublicKey(publicKey) }
}

function readPublicKey(info: Element): Pick<SigningKey, 'kind' | 'hash' | 'publicKey'> {
  const [algorithm, bits] = readElements(info.content)
  const [name, parameters] = readElements(algorithm?.content ?? new Uint8Array())
  if (name === undefined || bits === undefined) return broken('broken-certificate')
  if (OID.ecKey.equals(name.whole)) {
    const hash = parameters !== undefined && OID.p384.equals(parameters.whole) ? 'sha384' : 'sha256'
    return { kind: 'ec', hash, publicKey: info.whole }
  }
  if (OID.rsa.equals(name.whole)) return { kind: 'rsa', hash: 'sha256', publicKey: info.whole }
  if (!OID.pss.equals(name.whole)) return broken('key-kind')
  const publicKey = sequence(sequence(OID.rsa, NULL), bits.whole)
  return { kind: 'pss', hash: hashOfPss(parameters), publicKey }
}

/** A key that comes with parameters is for these alone (RFC 4055 3.1); without any the choice is free. */
function hashOfPss(parameters: Element | undefined): Hash {
  if (parameters === undefined) return 'sha256'
  for (const hash of ['sha256', 'sha384'] as const) {
    const bare = encode(0xa0, sequence(OID[hash]))
    const full = encode(0xa0, sequence(OID[hash], NULL))
    const [digest] = readElements(parameters.content)
    if (digest !== undefined && (bare.equals(digest.whole) || full.equals(digest.whole))) return hash
  }
  return broken('key-kind')
}

/** DER SET OF the signed attributes; the token signs its digest. `digest` is that of the signed bytes; both by the key's hash. */
export function signedAttributes(digest: Uint8Array, certificate: Uint8Array): Buffer {
  const attribute = (type: Uint8Array, value: Uint8Array): Buffer => sequence(type, setOf([value]))
  const certificateHash = createHash('sha256').update(certificate).digest()
  return setOf([
    attribute(OID.contentType, OID.data),
    attribute(OID.messageDigest, octetString(digest)),
    // ESSCertIDv2 with the default hash algorithm left out, as DER demands.
    attribute(OID.signingCertificate, sequence(sequence(sequence(octetString(certificateHash))))),
  ])
}

/** A signature value as CMS carries it, with its AlgorithmIdentifier. */
export interface Accepted {
  readonly value: Uint8Array
  readonly algorithm: Uint8Array
}

/** The usual algorithm of a key: what a value is taken for when nobody has looked at it. */
const usualAlgorithm = ({ kind, hash }: SigningKey): Uint8Array =>
  ({ rsa: PKCS1, pss: PSS[hash], ec: ECDSA[hash] })[kind]

/** ContentInfo with SignedData version 1 around a finished signature value. */
export function assembleCms(
  signer: Signer,
  key: SigningKey,
  attributes: Uint8Array,
  value: Uint8Array,
  algorithm = usualAlgorithm(key),
): Buffer {
  const certificates = [
    signer.certificate,
    ...signer.chain.filter((other) => Buffer.compare(other, signer.certificate) !== 0),
  ]
  const signerInfo = sequence(
    smallInteger(1),
    sequence(key.issuer, key.serial),
    DIGEST_ALGORITHM[key.hash],
    encode(0xa0, readElement(attributes, 0).content),
    algorithm,
    octetString(value),
  )
  const signedData = sequence(
    smallInteger(1),
    setOf([DIGEST_ALGORITHM[key.hash]]),
    sequence(OID.data),
    setOf(certificates, 0xa0),
    setOf([signerInfo]),
  )
  return sequence(OID.signedData, encode(0xa0, signedData))
}

/**
 * The signature value as CMS carries it, or undefined when it is not this certificate's signature over the attributes.
 * Which padding an RSA token chose is seen from the value. Tokens give ECDSA as r‖s of equal halves (PKCS#11); CMS wants the
 * DER pair (RFC 5753 2.1.1). Both are taken.
 */
export function acceptSignature(key: SigningKey, attributes: Uint8Array, signature: Uint8Array): Accepted | undefined {
  const publicKey = createPublicKey({ key: Buffer.from(key.publicKey), format: 'der', type: 'spki' })
  if (key.kind === 'ec') {
    const holds = (value: Uint8Array): boolean => verify(key.hash, attributes, publicKey, value)
    const value = [signature, pairOf(signature)].find((one) => one !== undefined && holds(one))
    return value === undefined ? undefined : { value, algorithm: ECDSA[key.hash] }
  }
  if (key.kind === 'rsa' && verify(key.hash, attributes, publicKey, signature))
    return { value: signature, algorithm: PKCS1 }
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: SALT[key.hash] }
  const salted = verify(key.hash, attributes, { key: publicKey, ...padding }, signature)
  return salted ? { value: signature, algorithm: PSS[key.hash] } : undefined
}

function pairOf(signature: Uint8Array): Uint8Array | undefined {
  const half = signature.length / 2
  if (half < 1 || half % 1 !== 0) return undefined
  return sequence(unsignedInteger(signature.subarray(0, half)), unsignedInteger(signature.subarray(half)))
}
