// Promises: whether a value is the signature of a certificate's key over some bytes, by the algorithm that foreign DER names:
// RSA (PKCS#1 v1.5, PSS) and ECDSA with SHA-256, SHA-384, SHA-512.
// Never: SHA-1 or MD5, whatever is named.
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { type Element, NULL, objectIdentifier, sequence } from './der.ts'
import type { ReadCertificate } from './examine-cms.ts'
import { dottedOf, need, onlyElement, partsOf } from './read-der.ts'

export type Hash = 'sha256' | 'sha384' | 'sha512'
/** Hashes that count. */
export const HASHES: ReadonlyMap<string, Hash> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])
const RSA_PSS = '1.2.840.113549.1.1.10'
const RSA = sequence(objectIdentifier('1.2.840.113549.1.1.1'), NULL)
const MASK_MGF1 = '1.2.840.113549.1.1.8'
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

/** AlgorithmIdentifier (RFC 5280 4.1.1.2), the identifier dotted. */
export interface Algorithm {
  readonly id: string
  readonly parameters: Element | undefined
}

export function readAlgorithm(element: Element | undefined): Algorithm {
  const [id, parameters] = partsOf(element)
  return { id: dottedOf(id), parameters }
}

export const isPss = ({ id }: Algorithm): boolean => id === RSA_PSS

/** The one hash of RSASSA-PSS parameters (RFC 4055 3.1), for message and mask alike; undefined for the default SHA-1 and for mixtures. */
export function hashOfPss({ parameters }: Algorithm): Hash | undefined {
  const tagged = (tag: number): Algorithm =>
    readAlgorithm(
      partsOf(
        partsOf(parameters).find((part) => part.tag === tag),
        tag,
      )[0],
    )
  try {
    const [own, mask] = [HASHES.get(tagged(0xa0).id), tagged(0xa1)]
    return mask.id === MASK_MGF1 && HASHES.get(readAlgorithm(mask.parameters).id) === own ? own : undefined
  } catch {
    return undefined
  }
}

interface Key {
  readonly key: KeyObject
  /** Of an RSA key that its certificate names for PSS alone. */
  readonly only: Algorithm | null
}

const keys = new WeakMap<ReadCertificate, Key>()
/** SubjectPublicKeyInfo (RFC 5280 4.1.2.7); one for PSS alone under the name of RSA, the only one that every cryptography knows. */
function keyOf(holder: ReadCertificate): Key {
  const known = keys.get(holder)
  if (known !== undefined) return known
  const fields = partsOf(partsOf(onlyElement(holder.der))[0])
  const info = need(fields[fields[0]?.tag === 0xa0 ? 6 : 5], 0x30)
  const [algorithm, bits] = partsOf(info)
  const named = readAlgorithm(algorithm)
  const only = isPss(named) ? named : null
  const spki = only === null ? Buffer.from(info.whole) : sequence(RSA, need(bits, 0x03).whole)
  const read = { key: createPublicKey({ key: spki, format: 'der', type: 'spki' }), only }
  keys.set(holder, read)
  return read
}

/** The certificate's public key; read once for as long as the certificate is kept. */
export const publicKeyOf = (holder: ReadCertificate): KeyObject => keyOf(holder).key

/** `beside`: the hash for an algorithm that names none. */
export function isValueOf(
  holder: ReadCertificate,
  algorithm: Algorithm,
  beside: Hash | null,
  data: Uint8Array,
  value: Uint8Array,
): boolean {
  const pss = isPss(algorithm)
  const hash = pss ? hashOfPss(algorithm) : (ALGORITHMS.get(algorithm.id) ?? (ALGORITHMS.has(algorithm.id) && beside))
  if (!hash) return false
  const { key, only } = keyOf(holder)
  // A key that comes with parameters is for these alone (RFC 4055 3.1).
  if (only !== null && (!pss || (only.parameters !== undefined && hashOfPss(only) !== hash))) return false
  if (!pss) return verify(hash, data, key, value)
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
  return key.asymmetricKeyType === 'rsa' && verify(hash, data, { key, ...padding }, value)
}

/** Of a certificate, list or answer: the signed body, its algorithm and the BIT STRING with the value. */
export const isSealedBy = (
  holder: ReadCertificate,
  body: Element | undefined,
  algorithm: Element | undefined,
  bits: Element | undefined,
): boolean =>
  body !== undefined &&
  bits?.tag === 0x03 &&
  isValueOf(holder, readAlgorithm(algorithm), null, body.whole, bits.content.subarray(1))
