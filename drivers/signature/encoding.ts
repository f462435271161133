// The byte shapes of raw signatures: the DigestInfo a token signs with RSA, and ECDSA from PKCS#11's r‖s to DER.
// Pure; it never sees a key, a PIN or a document.

/** DER of DigestInfo { SHA-256 or SHA-384, NULL } up to the digest itself (RFC 8017 §9.2, note 1). */
const DIGEST_INFO = {
  32: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  48: Buffer.from('3041300d060960864801650304020205000430', 'hex'),
} as const

/** What CKM_RSA_PKCS pads and signs: 51 bytes for a SHA-256 digest, 67 for SHA-384. */
export function digestInfo(digest: Uint8Array): Buffer {
  return Buffer.concat([digest.length === 48 ? DIGEST_INFO[48] : DIGEST_INFO[32], digest])
}

/** The same as CKM_RSA_X_509 wants it: EMSA-PKCS1-v1_5 (RFC 8017 §9.2) in `length` bytes, those of the modulus. */
export function paddedDigestInfo(digest: Uint8Array, length: number): Buffer {
  const info = digestInfo(digest)
  return Buffer.concat([Buffer.of(0, 1), Buffer.alloc(length - info.length - 3, 0xff), Buffer.of(0), info])
}

/**
 * ECDSA-Sig-Value (RFC 3279 §2.2.3) from r‖s, two halves of equal length, big-endian, as CKM_ECDSA gives it.
 * Undefined when the length is odd, zero or above 132 bytes (P-521), or a half is zero: that is no signature.
 */
export function ecdsaToDer(raw: Uint8Array): Uint8Array | undefined {
  const half = raw.length / 2
  if (half === 0 || half > 66 || !Number.isInteger(half)) return undefined
  const r = integer(raw.subarray(0, half))
  const s = integer(raw.subarray(half))
  if (r === undefined || s === undefined) return undefined
  const length = r.length + s.length
  const head = length < 0x80 ? [0x30, length] : [0x30, 0x81, length]
  return Uint8Array.of(...head, ...r, ...s)
}

/** A DER INTEGER: no leading zeros, except the one that keeps it positive. Undefined for zero. */
function integer(bigEndian: Uint8Array): readonly number[] | undefined {
  const first = bigEndian.findIndex((byte) => byte !== 0)
  if (first < 0) return undefined
  const digits = [...bigEndian.subarray(first)]
  const positive = (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : digits
  return [0x02, positive.length, ...positive]
}
