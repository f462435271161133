// Promises: a detached CMS SignedData (RFC 5652) as PAdES B-B wants it (EN 319 142-1 6.3): content type, message
// digest, signing-certificate-v2 (RFC 5035), the certificates; the time stays in the PDF's /M.
// Never: a signing-time attribute, a private key, a signature made here.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { broken } from './broken.ts'
import {
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

export interface SigningKey {
  readonly kind: 'rsa' | 'ec'
  /** DER of the issuer's name and of the serial number. */
  readonly issuer: Uint8Array
  readonly serial: Uint8Array
  /** SubjectPublicKeyInfo. No signature of this key is longer than this. */
  readonly publicKey: Uint8Array
}

const OID = {
  data: objectIdentifier('1.2.840.113549.1.7.1'),
  signedData: objectIdentifier('1.2.840.113549.1.7.2'),
  contentType: objectIdentifier('1.2.840.113549.1.9.3'),
  messageDigest: objectIdentifier('1.2.840.113549.1.9.4'),
  signingCertificate: objectIdentifier('1.2.840.113549.1.9.16.2.47'),
  sha256: objectIdentifier('2.16.840.1.101.3.4.2.1'),
  rsa: objectIdentifier('1.2.840.113549.1.1.1'),
  ecKey: objectIdentifier('1.2.840.10045.2.1'),
  ecdsaSha256: objectIdentifier('1.2.840.10045.4.3.2'),
} as const

/** RSA is named by its key (RFC 5754 3.2): the form that every PDF reader accepts. */
const SIGNATURE_ALGORITHM = { rsa: sequence(OID.rsa, NULL), ec: sequence(OID.ecdsaSha256) } as const
const DIGEST_ALGORITHM = sequence(OID.sha256)

/** What the CMS needs to know of the signer's certificate (RFC 5280 4.1). RSA (PKCS#1 v1.5) and EC keys only. */
export function readSigningKey(certificate: Uint8Array): SigningKey {
  const outer = readElement(certificate, 0)
  const [body] = readElements(outer.content)
  const fields = readElements(body?.content ?? new Uint8Array())
  const [serial, , issuer, , , publicKey] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields
  if (outer.end !== certificate.length || serial?.tag !== 0x02 || issuer?.tag !== 0x30 || publicKey?.tag !== 0x30)
    return broken('broken-certificate')
  const [algorithm] = readElements(publicKey.content)
  const name = readElement(algorithm?.content ?? new Uint8Array(), 0).whole
  const kind = OID.rsa.equals(name) ? 'rsa' : OID.ecKey.equals(name) ? 'ec' : broken('key-kind')
  return { kind, issuer: issuer.whole, serial: serial.whole, publicKey: publicKey.whole }
}

/** DER SET OF the signed attributes; the token signs its SHA-256. `digest` is the SHA-256 of the signed bytes. */
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

/** ContentInfo with SignedData version 1 around a finished signature value. */
export function assembleCms(signer: Signer, key: SigningKey, attributes: Uint8Array, signature: Uint8Array): Buffer {
  const certificates = [
    signer.certificate,
    ...signer.chain.filter((other) => Buffer.compare(other, signer.certificate) !== 0),
  ]
  const signerInfo = sequence(
    smallInteger(1),
    sequence(key.issuer, key.serial),
    DIGEST_ALGORITHM,
    encode(0xa0, readElement(attributes, 0).content),
    SIGNATURE_ALGORITHM[key.kind],
    octetString(signature),
  )
  const signedData = sequence(
    smallInteger(1),
    setOf([DIGEST_ALGORITHM]),
    sequence(OID.data),
    setOf(certificates, 0xa0),
    setOf([signerInfo]),
  )
  return sequence(OID.signedData, encode(0xa0, signedData))
}

/**
 * The signature value as CMS carries it, or undefined when it is not this certificate's signature over the attributes.
 * Tokens give ECDSA as r‖s of equal halves (PKCS#11); CMS wants the DER pair (RFC 5753 2.1.1). Both are taken.
 */
export function acceptSignature(
  key: SigningKey,
  attributes: Uint8Array,
  signature: Uint8Array,
): Uint8Array | undefined {
  const publicKey = createPublicKey({ key: Buffer.from(key.publicKey), format: 'der', type: 'spki' })
  const holds = (value: Uint8Array): boolean => verify('sha256', attributes, publicKey, value)
  if (holds(signature)) return signature
  const half = signature.length / 2
  if (key.kind !== 'ec' || half < 1 || half % 1 !== 0) return undefined
  const pair = sequence(unsignedInteger(signature.subarray(0, half)), unsignedInteger(signature.subarray(half)))
  return holds(pair) ? pair : undefined
}
