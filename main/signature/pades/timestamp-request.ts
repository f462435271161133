// Promises: the question to a time-stamping authority (RFC 3161 2.4.1) over a SHA-256, with a nonce, its certificate wanted.
// Never: randomness of its own; the nonce is given.
import { encode, NULL, objectIdentifier, octetString, sequence, smallInteger, unsignedInteger } from './der.ts'

export interface TimestampQuestion {
  /** SHA-256 of what is stamped, 32 bytes. */
  readonly digest: Uint8Array
  /** Unsigned, big-endian, up to 16 random bytes. */
  readonly nonce: Uint8Array
  /** Dotted policy to ask for; the authority's own when left out. */
  readonly policy?: string
}

const SHA256 = objectIdentifier('2.16.840.1.101.3.4.2.1')

/** DER of TimeStampReq, version 1, certReq TRUE. Sent as `application/timestamp-query` (3.4). */
export const writeTimestampRequest = ({ digest, nonce, policy }: TimestampQuestion): Buffer =>
  sequence(
    smallInteger(1),
    sequence(sequence(SHA256, NULL), octetString(digest)),
    ...(policy === undefined ? [] : [objectIdentifier(policy)]),
    unsignedInteger(nonce),
    encode(0x01, Uint8Array.of(0xff)),
  )
