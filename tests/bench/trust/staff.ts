// Who signs for the services of a certification authority in the tests: its timestamping units and OCSP responders, right and
// wrong ones. They are made when the services begin to serve, under the authority's own key.
import { type KeyObject, X509Certificate } from 'node:crypto'
import { type BaseBlock, BitString, Constructed, fromBER } from 'asn1js'
import { type Issuer, type Purpose, type Services, writeCertificate } from '../token/certificate.ts'
import type { Der } from '../token/der.ts'
import { type Authority, type IssuingPki, makeKeys, validity } from '../token/pki.ts'

export interface Officer {
  readonly der: Buffer
  readonly key: KeyObject
}

export interface TimestampStaff {
  readonly right: Officer
  readonly expired: Officer
  /** Without the extended key usage of a timestamping authority. */
  readonly unentitled: Officer
  /** Under an authority that nobody trusts. */
  readonly foreign: Officer
}

/** An authority, and who answers for it. */
export interface House {
  readonly authority: Authority
  readonly responder: Officer
  readonly unentitled: Officer
  readonly foreign: Officer
}

export interface Staff {
  readonly timestamps: readonly TimestampStaff[]
  /** The issuer of everybody first, then the root where it is another. */
  readonly houses: readonly House[]
  /** Named like the issuer of everybody, with another key. */
  readonly impostor: Issuer & { readonly der: Buffer }
  /** Everybody's issuer, sent along with a timestamp. */
  readonly chain: readonly Uint8Array[]
}

export async function hireStaff(
  pki: IssuingPki,
  count: number,
  services: Services,
  now: Date,
  keys: 'rsa' | 'ec',
): Promise<Staff> {
  const [tsaKeys, ocspKeys, impostorKeys] = await Promise.all([
    makeKeys(keys === 'rsa' ? 'rsa2048' : 'P-256'),
    makeKeys('P-256'),
    makeKeys('P-256'),
  ])
  const { issuing, root } = pki
  const always = validity(now, -20, 1800)
  const hire = (
    issuer: Issuer,
    commonName: string,
    purpose: Purpose,
    own: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
    life = always,
  ): Officer => {
    const subject = { organization: 'Test Root', commonName }
    const { publicKey } = own
    const der = writeCertificate({ subject, publicKey, issuer, authority: false, purpose, services, ...life })
    return { der, key: own.privateKey }
  }
  const { subject } = issuing
  const impostor = { subject, ...impostorKeys }
  const impostorDer = writeCertificate({ ...impostor, issuer: impostor, authority: true, ...always })
  return {
    timestamps: Array.from({ length: count }, (_one, index) => {
      const name = `Dấu thời gian mẫu ${index + 1}`
      return {
        right: hire(issuing, name, 'timestamp', tsaKeys),
        expired: hire(issuing, name, 'timestamp', tsaKeys, validity(now, -700, -1)),
        unentitled: hire(issuing, name, 'person', tsaKeys),
        foreign: hire(impostor, name, 'timestamp', tsaKeys),
      }
    }),
    houses: (issuing === root ? [issuing] : [issuing, root]).map((authority) => ({
      authority,
      responder: hire(authority, 'Test OCSP', 'ocsp', ocspKeys),
      unentitled: hire(authority, 'Test OCSP', 'person', ocspKeys),
      foreign: hire(impostor, 'Test OCSP', 'ocsp', ocspKeys),
    })),
    impostor: { ...impostor, der: impostorDer },
    chain: issuing === root ? [] : [issuing.der],
  }
}

/** Serial number of a certificate, upper-case hex. */
export const serialOf = (der: Uint8Array): string => new X509Certificate(der).serialNumber

export interface CertificateParts {
  readonly serial: Der
  readonly issuer: Der
  readonly subject: Der
  /** The bits of the public key without its algorithm: what key hashes are made of (RFC 6960 §4.1.1). */
  readonly keyBits: Uint8Array
}

const known = new WeakMap<Uint8Array, CertificateParts>()

/** RFC 5280 §4.1, for certificates of version 3. */
export function readCertificate(der: Uint8Array): CertificateParts {
  const before = known.get(der)
  if (before !== undefined) return before
  const [, serial, , issuer, , subject, key] = partsOf(partsOf(fromBER(der).result)[0])
  const bits = partsOf(key)[1]
  if (serial === undefined || issuer === undefined || subject === undefined || !(bits instanceof BitString)) {
    throw new Error('not a certificate')
  }
  const parts: CertificateParts = {
    serial: Buffer.from(serial.toBER()),
    issuer: Buffer.from(issuer.toBER()),
    subject: Buffer.from(subject.toBER()),
    keyBits: Uint8Array.from(bits.valueBlock.valueHexView),
  }
  known.set(der, parts)
  return parts
}

const partsOf = (block: BaseBlock | undefined): readonly BaseBlock[] =>
  block instanceof Constructed ? block.valueBlock.value : []
