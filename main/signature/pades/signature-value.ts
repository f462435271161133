// Promises: whether a value is the signature of a certificate's key over some bytes, by the algorithm that foreign DER names:
// RSA (PKCS#1 v1.5, PSS) and ECDSA with SHA-256, SHA-384, SHA-512.
// Never: SHA-1 or MD5, whatever is named.
import { constants, type KeyObject, verify, X509Certificate } from 'node:crypto'
import type { Element } from './der.ts'
import type { ReadCertificate } from './examine-cms.ts'
import { dottedOf, partsOf } from './read-der.ts'

type Hash = 'sha256' | 'sha384' | 'sha512'
export const HASHES: ReadonlyMap<string, Hash> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])
const RSA_PSS = '1.2.840.113549.1.1.10'
/** Null: the hash is named beside it (RSA named by its key, RFC 5754 3.2). */
const ALGORITHMS: ReadonlyMap<string, Hash | null> = new Map<string, Hash | null>([
  ['1.2.840.113549.1.1.1', null],
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
])

const keys = new WeakMap<ReadCertificate, KeyObject>()
function keyOf(holder: ReadCertificate): KeyObject {
  const known = keys.get(holder)
  if (known !== undefined) return known
  const key = new X509Certificate(holder.der).publicKey
  keys.set(holder, key)
  return key
}

/** `algorithm`: AlgorithmIdentifier. `beside`: the hash for an algorithm that names none. */
export function isValueOf(
  holder: ReadCertificate,
  algorithm: Element | undefined,
  beside: Hash | null,
  data: Uint8Array,
  value: Uint8Array,
): boolean {
  const [id, parameters] = partsOf(algorithm)
  const name = dottedOf(id)
  if (name === RSA_PSS) {
    // RSASSA-PSS-params (RFC 4055 3.1): [0] hash algorithm; without it SHA-1.
    const named = partsOf(parameters).find((part) => part.tag === 0xa0)
    const hash = named === undefined ? undefined : HASHES.get(dottedOf(partsOf(partsOf(named, 0xa0)[0])[0]))
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
    return hash !== undefined && verify(hash, data, { key: keyOf(holder), ...padding }, value)
  }
  const hash = ALGORITHMS.get(name) ?? (ALGORITHMS.has(name) ? beside : null)
  return hash !== null && verify(hash, data, keyOf(holder), value)
}

/** Of a certificate, list or answer: the signed body, its algorithm and the BIT STRING with the value. */
export const isSealedBy = (
  holder: ReadCertificate,
  body: Element | undefined,
  algorithm: Element | undefined,
  bits: Element | undefined,
): boolean =>
  body !== undefined && bits?.tag === 0x03 && isValueOf(holder, algorithm, null, body.whole, bits.content.subarray(1))
