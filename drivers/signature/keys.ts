// Which certificates lie on a token, and which private key belongs to one: by CKA_ID, then by the public key itself.
// It never signs and never needs the PIN itself; private keys are simply invisible before the login.
import { createHash, X509Certificate } from 'node:crypto'
import type { Handle, PKCS11, Template } from 'pkcs11js'
import pkcs11js from 'pkcs11js'
import type { TokenCertificate } from '../contract.ts'
import { CKR_ATTRIBUTE_SENSITIVE, CKR_ATTRIBUTE_TYPE_INVALID, codeOf } from './codes.ts'
import { type PublicKey, readPublicKey } from './public-key.ts'

export interface StoredCertificate extends TokenCertificate {
  /** CKA_ID: the same on a certificate and its keys. */
  readonly id: Buffer
  readonly authority: boolean
  readonly publicKey: PublicKey | undefined
}

export interface SigningKey {
  readonly handle: Handle
  readonly publicKey: PublicKey
  /** CKA_ALWAYS_AUTHENTICATE: the PIN is asked for before every signature. */
  readonly everySignature: boolean
}

/** A private key that can be seen now. */
export interface PrivateKey {
  readonly id: Buffer
  readonly everySignature: boolean
}

/** Every readable X.509 certificate with a CKA_ID. What is no certificate is left out: it is the vendor's, not ours. */
export function storedCertificates(module: PKCS11, session: Handle): readonly StoredCertificate[] {
  const template: Template = [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_CERTIFICATE },
    { type: pkcs11js.CKA_CERTIFICATE_TYPE, value: pkcs11js.CKC_X_509 },
  ]
  const found: StoredCertificate[] = []
  for (const handle of find(module, session, template)) {
    const der = attribute(module, session, handle, pkcs11js.CKA_VALUE)
    const id = attribute(module, session, handle, pkcs11js.CKA_ID)
    const certificate = der === undefined || id === undefined ? undefined : readCertificate(der, id)
    if (certificate !== undefined) found.push(certificate)
  }
  return found
}

/** Undefined for bytes that are no certificate, or a CKA_ID that is empty. */
export function readCertificate(der: Buffer, id: Buffer): StoredCertificate | undefined {
  if (id.length === 0) return undefined
  try {
    const certificate = new X509Certificate(der)
    // `raw` drops what a token left behind the certificate, so the fingerprint is that of the certificate alone.
    const raw = certificate.raw
    return {
      fingerprint: createHash('sha256').update(raw).digest('hex'),
      der: raw,
      id,
      authority: certificate.ca,
      publicKey: readPublicKey(certificate),
    }
  } catch {
    return undefined
  }
}

/**
 * The certificates a person may choose from. After the login exactly those whose CKA_ID a private key carries. Before it
 * private keys may be invisible (CKA_PRIVATE), so all but the authorities' are listed; `sign` proves the match.
 */
export function signersOf(
  certificates: readonly StoredCertificate[],
  privateKeyIds: readonly Buffer[] | 'not-visible',
): readonly StoredCertificate[] {
  if (privateKeyIds === 'not-visible') return certificates.filter((certificate) => !certificate.authority)
  return certificates.filter((certificate) => privateKeyIds.some((id) => id.equals(certificate.id)))
}

export function privateKeys(module: PKCS11, session: Handle): readonly PrivateKey[] {
  const keys = find(module, session, [{ type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY }])
  return keys.map((key) => ({
    id: attribute(module, session, key, pkcs11js.CKA_ID) ?? Buffer.alloc(0),
    everySignature: asksEveryTime(module, session, key),
  }))
}

const asksEveryTime = (module: PKCS11, session: Handle, key: Handle): boolean =>
  attribute(module, session, key, pkcs11js.CKA_ALWAYS_AUTHENTICATE)?.some((byte) => byte !== 0) === true

/**
 * The private key of `certificate`: same CKA_ID, and not provably another key. RSA keys show their modulus; for EC the
 * public key object beside it is asked. `missing`: no such key. `unsupported`: neither RSA nor EC.
 */
export function signingKey(
  module: PKCS11,
  session: Handle,
  certificate: StoredCertificate,
): SigningKey | 'missing' | 'unsupported' {
  const publicKey = certificate.publicKey
  if (publicKey === undefined) return 'unsupported'
  const ofClass = (keyClass: number) =>
    find(module, session, [
      { type: pkcs11js.CKA_CLASS, value: keyClass },
      { type: pkcs11js.CKA_KEY_TYPE, value: publicKey.type === 'rsa' ? pkcs11js.CKK_RSA : pkcs11js.CKK_EC },
      { type: pkcs11js.CKA_ID, value: certificate.id },
    ])
  const isOther = (handle: Handle) => !agrees(publicKey, shown(module, session, handle, publicKey))
  const beside = ofClass(pkcs11js.CKO_PUBLIC_KEY)
  if (publicKey.type === 'ec' && beside.length > 0 && beside.every(isOther)) return 'missing'
  const handle = ofClass(pkcs11js.CKO_PRIVATE_KEY).find((key) => !isOther(key))
  if (handle === undefined) return 'missing'
  return { handle, publicKey, everySignature: asksEveryTime(module, session, handle) }
}

/** What a key object shows of its public half; undefined when it shows nothing. */
function shown(module: PKCS11, session: Handle, key: Handle, publicKey: PublicKey): Buffer | undefined {
  const type = publicKey.type === 'rsa' ? pkcs11js.CKA_MODULUS : pkcs11js.CKA_EC_POINT
  const value = attribute(module, session, key, type)
  return value === undefined || value.length === 0 ? undefined : value
}

/** Nothing shown proves nothing. A modulus may have leading zeros; a point may be wrapped in an OCTET STRING (or not). */
export function agrees(publicKey: PublicKey, value: Buffer | undefined): boolean {
  if (value === undefined) return true
  if (publicKey.type === 'ec') return value.equals(publicKey.point) || endsWith(value, publicKey.point)
  const first = value.findIndex((byte) => byte !== 0)
  return value.subarray(Math.max(first, 0)).equals(publicKey.modulus)
}

/** DER OCTET STRING around the point: at most three bytes in front. */
function endsWith(value: Buffer, point: Buffer): boolean {
  const front = value.length - point.length
  return value[0] === 0x04 && front >= 2 && front <= 3 && value.subarray(front).equals(point)
}

function find(module: PKCS11, session: Handle, template: Template): readonly Handle[] {
  module.C_FindObjectsInit(session, template)
  try {
    const found: Handle[] = []
    for (;;) {
      const some = module.C_FindObjects(session, 64)
      if (some.length === 0) return found
      found.push(...some)
    }
  } finally {
    module.C_FindObjectsFinal(session)
  }
}

/** Undefined when the object has no such attribute, or keeps it to itself. */
function attribute(module: PKCS11, session: Handle, object: Handle, type: number): Buffer | undefined {
  try {
    const value = module.C_GetAttributeValue(session, object, [{ type }])[0]?.value
    return Buffer.isBuffer(value) ? value : undefined
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === CKR_ATTRIBUTE_TYPE_INVALID || code === CKR_ATTRIBUTE_SENSITIVE) return undefined
    throw thrown
  }
}
