// Writes X.509 v3 certificates (RFC 5280) for synthetic people and agencies, with Vietnamese names as UTF8String.
// For tests only: it checks nothing, and will gladly write an expired certificate.
import { createHash, type KeyObject, randomBytes } from 'node:crypto'
import {
  bits,
  type Der,
  integer,
  nothing,
  octets,
  oid,
  type Padding,
  plain,
  printable,
  pssParameters,
  RSA_PSS,
  sequence,
  setOf,
  signatureAlgorithm,
  signed,
  tagged,
  time,
  truth,
  utf8,
} from './der.ts'

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

/** Where a certificate says that its issuer answers (RFC 5280 §4.2.1.13, §4.2.2.1). */
export interface Services {
  readonly ocsp?: string
  readonly caIssuers?: string
  readonly crl?: string
}

/** What the extended key usage says; `none`: the extension is missing. */
export type Purpose = 'person' | 'timestamp' | 'ocsp' | 'none'

export interface CertificateRequest {
  readonly subject: Subject
  readonly publicKey: KeyObject
  readonly issuer: Issuer
  readonly authority: boolean
  readonly notBefore: Date
  readonly notAfter: Date
  /** Of what is no authority; `person` when left out. */
  readonly purpose?: Purpose
  readonly services?: Services
  /** cRLDistributionPoints as they are, instead of the one of `services` (§4.2.1.13). */
  readonly points?: Der
  /** How an RSA issuer signs. */
  readonly padding?: Padding
  /** The RSA key is named id-RSASSA-PSS, for PSS alone (RFC 4055 §1.2). */
  readonly pssOnly?: boolean
}

/** emailProtection: without it NSS does not accept a signer of documents. */
const PURPOSES: Readonly<Record<Exclude<Purpose, 'none'>, string>> = {
  person: '1.3.6.1.5.5.7.3.4',
  timestamp: '1.3.6.1.5.5.7.3.8',
  ocsp: '1.3.6.1.5.5.7.3.9',
}

/** The DER of a certificate signed by `issuer` (RSA or EC, SHA-256). */
export function writeCertificate(request: CertificateRequest): Buffer {
  const { issuer, padding } = request
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  const body = sequence(
    tagged(0, integer(2)),
    integer(serial),
    signatureAlgorithm(issuer.privateKey, padding),
    nameOf(issuer.subject),
    sequence(time(request.notBefore), time(request.notAfter)),
    nameOf(request.subject),
    request.pssOnly === true ? pssOnly(request.publicKey) : spki(request.publicKey),
    tagged(3, sequence(...extensionsOf(request))),
  )
  return signed(body, issuer.privateKey, padding)
}

export function nameOf(subject: Subject): Der {
  const attributes = [
    sequence(oid('2.5.4.6'), printable('VN')),
    sequence(oid('2.5.4.10'), utf8(subject.organization)),
    sequence(oid('2.5.4.3'), utf8(subject.commonName)),
  ]
  const { serialNumber, organizationIdentifier } = subject
  if (serialNumber !== undefined) attributes.push(sequence(oid('2.5.4.5'), printable(serialNumber)))
  if (organizationIdentifier !== undefined) {
    attributes.push(sequence(oid('2.5.4.97'), utf8(organizationIdentifier)))
  }
  return sequence(...attributes.map((attribute) => setOf(attribute)))
}

function extensionsOf(request: CertificateRequest): readonly Der[] {
  const { authority, purpose = 'person', services = {} } = request
  const authorityOnly = sequence(...(authority ? [truth()] : []))
  // keyCertSign and cRLSign, or digitalSignature and nonRepudiation (RFC 5280 §4.2.1.3)
  const usage = Buffer.of(0x03, 0x02, authority ? 0x01 : 0x06, authority ? 0x06 : 0xc0)
  const extensions = [
    extension('2.5.29.19', true, authorityOnly),
    extension('2.5.29.15', true, usage),
    extension('2.5.29.14', false, octets(keyIdentifier(request.publicKey))),
    extension('2.5.29.35', false, sequence(plain(0, keyIdentifier(request.issuer.publicKey)))),
  ]
  if (!authority && purpose !== 'none') {
    // critical for a time-stamping authority (RFC 3161 §2.3)
    extensions.push(extension('2.5.29.37', purpose === 'timestamp', sequence(oid(PURPOSES[purpose]))))
  }
  // id-pkix-ocsp-nocheck (RFC 6960 §4.2.2.2.1)
  if (purpose === 'ocsp') extensions.push(extension('1.3.6.1.5.5.7.48.1.5', false, nothing()))
  const access = [
    ...(services.ocsp === undefined ? [] : [sequence(oid('1.3.6.1.5.5.7.48.1'), address(services.ocsp))]),
    ...(services.caIssuers === undefined ? [] : [sequence(oid('1.3.6.1.5.5.7.48.2'), address(services.caIssuers))]),
  ]
  if (access.length > 0) extensions.push(extension('1.3.6.1.5.5.7.1.1', false, sequence(...access)))
  const { crl } = services
  const points =
    request.points ?? (crl === undefined ? undefined : sequence(sequence(tagged(0, tagged(0, address(crl))))))
  if (points !== undefined) extensions.push(extension('2.5.29.31', false, points))
  return extensions
}

/** uniformResourceIdentifier of GeneralName. */
export const address = (url: string): Der => plain(6, Buffer.from(url, 'latin1'))

export function extension(id: string, critical: boolean, value: Der): Der {
  return sequence(oid(id), ...(critical ? [truth()] : []), octets(value))
}

/** SHA-1 over the whole public key: the key identifier of these tests. */
export const keyIdentifier = (publicKey: KeyObject): Buffer => createHash('sha1').update(spki(publicKey)).digest()

function pssOnly(publicKey: KeyObject): Der {
  return sequence(sequence(oid(RSA_PSS), pssParameters()), bits(publicKey.export({ format: 'der', type: 'pkcs1' })))
}

const spki = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' })
