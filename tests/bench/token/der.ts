// The few words of DER (X.690) that certificates, timestamps, OCSP answers and CRLs of the tests are written with, and how they
// are signed. For tests only: it writes what it is told, true or not.
import { constants, type KeyObject, sign } from 'node:crypto'

/** One whole DER value: tag, length and contents. */
export type Der = Buffer
export type Padding = 'pkcs1' | 'pss'

function value(tag: number, ...contents: readonly Uint8Array[]): Der {
  const length = contents.reduce((sum, part) => sum + part.length, 0)
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), ...contents])
  const digits = Buffer.alloc(4)
  digits.writeUInt32BE(length)
  const short = digits.subarray(digits.findIndex((byte) => byte !== 0))
  return Buffer.concat([Buffer.of(tag, 0x80 | short.length), short, ...contents])
}

export const sequence = (...parts: readonly Uint8Array[]): Der => value(0x30, ...parts)
export const setOf = (...parts: readonly Uint8Array[]): Der => value(0x31, ...parts)
/** Of a number from 0 to 2³¹ − 1, or of its big-endian two's complement. */
export const integer = (number: number | Uint8Array): Der => value(0x02, digitsOf(number))
export const enumerated = (number: number): Der => value(0x0a, digitsOf(number))
export const truth = (): Der => value(0x01, Buffer.of(0xff))
export const nothing = (): Der => value(0x05)
export const octets = (bytes: Uint8Array): Der => value(0x04, bytes)
export const bits = (bytes: Uint8Array): Der => value(0x03, Buffer.of(0), bytes)
/** A named bit list with one bit set: 0 is the first. */
export function oneBit(number: number): Der {
  const bytes = Buffer.alloc((number >> 3) + 1)
  bytes[number >> 3] = 0x80 >> (number & 7)
  return value(0x03, Buffer.of(7 - (number & 7)), bytes)
}
export const printable = (text: string): Der => value(0x13, Buffer.from(text, 'latin1'))
export const utf8 = (text: string): Der => value(0x0c, Buffer.from(text, 'utf8'))
/** [n] EXPLICIT, or [n] IMPLICIT of something constructed. */
export const tagged = (number: number, ...parts: readonly Uint8Array[]): Der => value(0xa0 | number, ...parts)
/** [n] IMPLICIT of something primitive. */
export const plain = (number: number, bytes: Uint8Array): Der => value(0x80 | number, bytes)

export function oid(text: string): Der {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const digits = [first * 40 + second, ...rest].flatMap((arc) => {
    const sevens = [arc & 0x7f]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) sevens.unshift(0x80 | (left & 0x7f))
    return sevens
  })
  return value(0x06, Buffer.from(digits))
}

/** YYYYMMDDHHMMSSZ */
const stamp = (date: Date): string => date.toISOString().replace(/\.\d+|[-:T]/g, '')
/** GeneralizedTime without fractions of a second. */
export const generalized = (date: Date): Der => value(0x18, Buffer.from(stamp(date)))
/** UTCTime before 2050, GeneralizedTime from then on (RFC 5280 §4.1.2.5). */
export const time = (date: Date): Der =>
  date.getUTCFullYear() < 2050 ? value(0x17, Buffer.from(stamp(date).slice(2))) : generalized(date)

function digitsOf(number: number | Uint8Array): Uint8Array {
  if (typeof number !== 'number') return number
  const digits = Buffer.alloc(5)
  digits.writeUInt32BE(number, 1)
  const first = digits.findIndex((byte, at) => at === 4 || byte !== 0 || (digits[at + 1] ?? 0) >= 0x80)
  return digits.subarray(first)
}

export const SHA256 = '2.16.840.1.101.3.4.2.1'
export const RSA_PSS = '1.2.840.113549.1.1.10'
const SHA256_WITH_RSA = '1.2.840.113549.1.1.11'
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'

/** RSASSA-PSS-params (RFC 4055 §3.1): SHA-256, MGF1 with SHA-256, a salt of 32 bytes. */
export function pssParameters(): Der {
  const sha256 = sequence(oid(SHA256), nothing())
  const mgf1 = sequence(oid('1.2.840.113549.1.1.8'), sha256)
  return sequence(tagged(0, sha256), tagged(1, mgf1), tagged(2, integer(32)))
}

/** AlgorithmIdentifier of what `signBytes` makes. */
export function signatureAlgorithm(key: KeyObject, padding: Padding = 'pkcs1'): Der {
  if (key.asymmetricKeyType === 'ec') return sequence(oid(ECDSA_WITH_SHA256))
  return padding === 'pss' ? sequence(oid(RSA_PSS), pssParameters()) : sequence(oid(SHA256_WITH_RSA), nothing())
}

/** SHA-256 with RSA or ECDSA (as DER). */
export function signBytes(key: KeyObject, bytes: Uint8Array, padding: Padding = 'pkcs1'): Buffer {
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  return sign('sha256', bytes, key.asymmetricKeyType === 'rsa' && padding === 'pss' ? { key, ...pss } : key)
}

/** `body` with its algorithm and signature behind it: a certificate, a CRL, a BasicOCSPResponse. */
export function signed(body: Der, key: KeyObject, padding: Padding = 'pkcs1', ...more: readonly Der[]): Der {
  return sequence(body, signatureAlgorithm(key, padding), bits(signBytes(key, body, padding)), ...more)
}

export function pem(der: Uint8Array, label = 'CERTIFICATE'): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .replace(/(.{64})(?!$)/g, '$1\n')
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`
}
