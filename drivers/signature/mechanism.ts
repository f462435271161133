// How a token is asked for one raw signature: which mechanism (PKCS#11 v2.40 §2) goes with a key and with what the token
// offers, what it is given, and what comes back. Pure: it chooses, the session asks. Never SHA-1 or MD5, never a hash made by
// the token: what is signed is a digest that was shown.
import { constants, publicDecrypt } from 'node:crypto'
import type { Mechanism } from 'pkcs11js'
import pkcs11js from 'pkcs11js'
import { digestInfo, ecdsaToDer, paddedDigestInfo } from './encoding.ts'
import type { Hash, PublicKey } from './public-key.ts'

/** One way to sign a digest with one key. */
export interface Way {
  readonly mechanism: Mechanism
  /** What C_Sign gets. */
  readonly input: (digest: Buffer) => Buffer
  /** PKCS#1 v1.5, PSS, or ECDSA as DER, from what C_Sign gave; undefined for what is no signature of this key. */
  readonly output: (raw: Uint8Array, digest: Buffer) => Uint8Array | undefined
}

/** Which digest it is, by its length in bytes. */
export const hashOfLength = (length: number): Hash | undefined =>
  length === 32 ? 'sha256' : length === 48 ? 'sha384' : undefined

const MASKS = {
  sha256: { hashAlg: pkcs11js.CKM_SHA256, mgf: pkcs11js.CKG_MGF1_SHA256, saltLen: 32 },
  sha384: { hashAlg: pkcs11js.CKM_SHA384, mgf: pkcs11js.CKG_MGF1_SHA384, saltLen: 48 },
} as const

/**
 * The way for this key: PKCS#1 v1.5 for RSA unless the certificate names the key for PSS alone or the token offers nothing
 * else; ECDSA over the digest for curves. `offered`: C_GetMechanismList, undefined when the token would not say. Undefined:
 * this token has no way, e.g. one that only signs what it has hashed with SHA-1 itself.
 */
export function wayFor(key: PublicKey, offered: readonly number[] | undefined, hash: Hash): Way | undefined {
  const offers = (mechanism: number): boolean => offered === undefined || offered.includes(mechanism)
  if (key.type === 'ec') return offers(pkcs11js.CKM_ECDSA) ? overCurve : undefined
  if (!key.pssOnly && offers(pkcs11js.CKM_RSA_PKCS)) return pkcs1(key, { mechanism: pkcs11js.CKM_RSA_PKCS }, digestInfo)
  if (!key.pssOnly && offers(pkcs11js.CKM_RSA_X_509))
    return pkcs1(key, { mechanism: pkcs11js.CKM_RSA_X_509 }, (digest) => paddedDigestInfo(digest, key.modulus.length))
  if (!offers(pkcs11js.CKM_RSA_PKCS_PSS)) return undefined
  return {
    mechanism: {
      mechanism: pkcs11js.CKM_RSA_PKCS_PSS,
      parameter: { type: pkcs11js.CK_PARAMS_RSA_PSS, ...MASKS[hash] } as Mechanism['parameter'],
    },
    input: (digest) => digest,
    // Salted: only who has the whole message can check it, and does (closeSignature).
    output: (raw) => (raw.length === key.modulus.length ? Uint8Array.from(raw) : undefined),
  }
}

const overCurve: Way = {
  mechanism: { mechanism: pkcs11js.CKM_ECDSA },
  input: (digest) => digest,
  output: ecdsaToDer,
}

function pkcs1(key: Extract<PublicKey, { type: 'rsa' }>, mechanism: Mechanism, input: (digest: Buffer) => Buffer): Way {
  return {
    mechanism,
    input,
    output: (raw, digest) => {
      const signature = Uint8Array.from(raw)
      return opens(key, signature, digestInfo(digest)) ? signature : undefined
    },
  }
}

/** RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2), about 0.03 ms: a token's bad signature is found before it is built in. */
function opens({ key }: Extract<PublicKey, { type: 'rsa' }>, signature: Uint8Array, content: Buffer): boolean {
  try {
    return publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature).equals(content)
  } catch {
    return false
  }
}
