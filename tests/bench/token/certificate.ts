// Writes X.509 v3 certificates (RFC 5280) for synthetic people and agencies, with Vietnamese names as UTF8String.
// For tests only: it checks nothing, and will gladly write an expired certificate.
import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto'
import * as asn1 from 'asn1js'

export interface Subject {
  readonly commonName: string
  readonly organization: string
  /** X.520 serialNumber: here a citizen's synthetic 12-digit number. */
  readonly serialNumber?: string
  /** X.520 organizationIdentifier (ETSI EN 319 412-1 §5.1.4). */
  readonly organizationIdentifier?: string
}

export interface Issuer {
  readonly subject: Subject
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export interface CertificateRequest {
  readonly subject: Subject
  readonly publicKey: KeyObject
  readonly issuer: Issuer
  readonly authority: boolean
  readonly notBefore: Date
  readonly notAfter: Date
}

const SHA256_WITH_RSA = '1.2.840.113549.1.1.11'

/** The DER of a certificate signed by `issuer` (RSA, SHA-256). */
export function writeCertificate(request: CertificateRequest): Buffer {
  const algorithm = sequence(oid(SHA256_WITH_RSA), new asn1.Null())
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  const body = sequence(
    tagged(0, new asn1.Integer({ value: 2 })),
    new asn1.Integer({ valueHex: arrayBuffer(serial) }),
    algorithm,
    nameOf(request.issuer.subject),
    sequence(time(request.notBefore), time(request.notAfter)),
    nameOf(request.subject),
    parse(spki(request.publicKey)),
    tagged(3, sequence(...extensionsOf(request))),
  )
  const signature = sign('sha256', Buffer.from(body.toBER()), request.issuer.privateKey)
  const whole = sequence(body, algorithm, new asn1.BitString({ valueHex: arrayBuffer(signature) }))
  return Buffer.from(whole.toBER())
}

function nameOf(subject: Subject): asn1.Sequence {
  const attributes: asn1.Sequence[] = [
    sequence(oid('2.5.4.6'), new asn1.PrintableString({ value: 'VN' })),
    sequence(oid('2.5.4.10'), new asn1.Utf8String({ value: subject.organization })),
    sequence(oid('2.5.4.3'), new asn1.Utf8String({ value: subject.commonName })),
  ]
  const { serialNumber, organizationIdentifier } = subject
  if (serialNumber !== undefined) {
    attributes.push(sequence(oid('2.5.4.5'), new asn1.PrintableString({ value: serialNumber })))
  }
  if (organizationIdentifier !== undefined) {
    attributes.push(sequence(oid('2.5.4.97'), new asn1.Utf8String({ value: organizationIdentifier })))
  }
  return sequence(...attributes.map((attribute) => new asn1.Set({ value: [attribute] })))
}

function extensionsOf(request: CertificateRequest): readonly asn1.Sequence[] {
  const authorityOnly = sequence(...(request.authority ? [new asn1.Boolean({ value: true })] : []))
  // keyCertSign and cRLSign, or digitalSignature and nonRepudiation (RFC 5280 §4.2.1.3)
  const usage = Buffer.of(0x03, 0x02, request.authority ? 0x01 : 0x06, request.authority ? 0x06 : 0xc0)
  const extensions = [
    extension('2.5.29.19', true, authorityOnly),
    extension('2.5.29.15', true, parse(usage)),
    extension('2.5.29.14', false, new asn1.OctetString({ valueHex: keyIdentifier(request.publicKey) })),
    extension('2.5.29.35', false, sequence(authorityKey(request.issuer.publicKey))),
  ]
  // emailProtection: without it NSS does not accept a signer of documents
  if (!request.authority) extensions.push(extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.4'))))
  return extensions
}

function extension(id: string, critical: boolean, value: asn1.BaseBlock): asn1.Sequence {
  const flag = critical ? [new asn1.Boolean({ value: true })] : []
  return sequence(oid(id), ...flag, new asn1.OctetString({ valueHex: value.toBER() }))
}

function authorityKey(publicKey: KeyObject): asn1.Primitive {
  return new asn1.Primitive({ idBlock: { tagClass: 3, tagNumber: 0 }, valueHex: keyIdentifier(publicKey) })
}

function keyIdentifier(publicKey: KeyObject): ArrayBuffer {
  return arrayBuffer(createHash('sha1').update(spki(publicKey)).digest())
}

function time(date: Date): asn1.BaseBlock {
  return date.getUTCFullYear() < 2050
    ? new asn1.UTCTime({ valueDate: date })
    : new asn1.GeneralizedTime({ valueDate: date })
}

const spki = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' })
const sequence = (...value: asn1.BaseBlock[]): asn1.Sequence => new asn1.Sequence({ value })
const oid = (value: string): asn1.ObjectIdentifier => new asn1.ObjectIdentifier({ value })
const tagged = (tagNumber: number, ...value: asn1.BaseBlock[]): asn1.Constructed =>
  new asn1.Constructed({ idBlock: { tagClass: 3, tagNumber }, value })
const arrayBuffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer
const parse = (der: Uint8Array): asn1.BaseBlock => asn1.fromBER(arrayBuffer(der)).result
