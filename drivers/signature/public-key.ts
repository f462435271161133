// The public key inside a certificate (RFC 5280 §4.1): what kind it is, and what the token's key objects can be compared with.
// Pure. It reads the few bytes it needs by itself: not every cryptography opens a key that is for PSS alone, and Electron's ends
// the process when a certificate is asked for the key of a curve it does not know (X509Certificate.publicKey).
import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto'

export type Hash = 'sha256' | 'sha384'

export type PublicKey =
  | {
      readonly type: 'rsa'
      readonly modulus: Buffer
      readonly key: KeyObject
      /** id-RSASSA-PSS (RFC 4055 §1.2): the key may sign with PSS alone. */
      readonly pssOnly: boolean
    }
  /** `point` is the uncompressed point 04‖x‖y. */
  | { readonly type: 'ec'; readonly point: Buffer }

/** 1.2.840.113549.1.1.1 and 1.2.840.113549.1.1.10, as DER. */
const RSA = Buffer.from('06092a864886f70d010101', 'hex')
const RSA_PSS = Buffer.from('06092a864886f70d01010a', 'hex')
const NULL = Buffer.of(5, 0)

/** Undefined for a kind or curve that this build of the cryptography does not know. */
export function readPublicKey(certificate: X509Certificate): PublicKey | undefined {
  try {
    const { whole, algorithm, bits } = subjectPublicKey(certificate.raw)
    const pssOnly = algorithm.subarray(0, RSA_PSS.length).equals(RSA_PSS)
    // Under the name that every cryptography knows; the padding is ours to choose.
    const der = pssOnly ? wrap(0x30, wrap(0x30, RSA, NULL), bits) : whole
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    const { kty, n, x, y } = key.export({ format: 'jwk' })
    if (kty === 'RSA' && n !== undefined) return { type: 'rsa', modulus: Buffer.from(n, 'base64url'), key, pssOnly }
    if (kty !== 'EC' || x === undefined || y === undefined) return undefined
    return {
      type: 'ec',
      point: Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]),
    }
  } catch {
    return undefined
  }
}

interface KeyInfo {
  /** SubjectPublicKeyInfo. */
  readonly whole: Buffer
  /** Contents of the AlgorithmIdentifier. */
  readonly algorithm: Buffer
  /** The BIT STRING with its tag. */
  readonly bits: Buffer
}

/** Throws for another shape than that of a certificate. */
function subjectPublicKey(certificate: Buffer): KeyInfo {
  const body = partAt(partAt(certificate, 0).contents, 0).contents
  let at = 0
  if (body[0] === 0xa0) at = partAt(body, at).end
  // serial number, signature, issuer, validity, subject
  for (let skipped = 0; skipped < 5; skipped++) at = partAt(body, at).end
  const { contents: info, end } = partAt(body, at)
  const algorithm = partAt(info, 0)
  return {
    whole: body.subarray(at, end),
    algorithm: algorithm.contents,
    bits: info.subarray(algorithm.end, partAt(info, algorithm.end).end),
  }
}

/** One element of DER with a definite length of at most four octets (X.690 §8.1). */
function partAt(bytes: Buffer, at: number): { readonly contents: Buffer; readonly end: number } {
  const first = bytes.readUInt8(at + 1)
  const octets = first > 0x7f ? first & 0x7f : 0
  const length = octets === 0 ? first : bytes.readUIntBE(at + 2, octets)
  const from = at + 2 + octets
  const end = from + length
  if (end > bytes.length) throw new RangeError('element too long')
  return { contents: bytes.subarray(from, end), end }
}

function wrap(tag: number, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), ...parts])
}
