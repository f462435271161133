// Promises: what certificates and algorithms say of themselves, in words a person can compare.
// Never: a personal number in full, or a judgement.
import type { CheckedSignature } from '../../../preload/contract/validation.ts'
import type { CmsFindings, ReadCertificate } from '../pades/examine-cms.ts'
import { HASHES, hashOfPss, isPss, publicKeyOf } from '../pades/signature-value.ts'

const NAMES = { common: '2.5.4.3', number: '2.5.4.5', organisation: '2.5.4.10' } as const
const WEAK_HASHES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.5', 'MD5'],
  ['1.3.14.3.2.26', 'SHA-1'],
  ['1.2.840.113549.2.2', 'MD2'],
])
const WEAK_SIGNATURES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.4', 'MD5'],
  ['1.2.840.113549.1.1.5', 'SHA-1'],
  ['1.2.840.10045.4.1', 'SHA-1'],
])
const FEWEST_RSA_BITS = 2048

type Name = ReadCertificate['fields']['subject']
const part = (name: Name, type: string): string => {
  const value: unknown = name.typesAndValues.filter((one) => one.type === type).at(-1)?.value.valueBlock.value
  return typeof value === 'string' ? clean(value) : ''
}
/** One line, whatever a certificate holds. */
const clean = (text: string): string =>
  text
    .normalize('NFC')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is taken out
    .replace(/[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .slice(0, 300)

/** `CCCD:001190123456` → `CCCD:001190•••456`: first six and last three digits, as on receipts. */
const masked = (text: string): string =>
  text.replace(/\d{10,}/g, (number) => `${number.slice(0, 6)}${'•'.repeat(number.length - 9)}${number.slice(-3)}`)

export const describePerson = ({ fields, fingerprint }: ReadCertificate): CheckedSignature['signer'] => ({
  name: part(fields.subject, NAMES.common),
  organisation: part(fields.subject, NAMES.organisation),
  personNumber: masked(part(fields.subject, NAMES.number)),
  issuer: part(fields.issuer, NAMES.common) || part(fields.issuer, NAMES.organisation),
  validFrom: instant(fields.notBefore.value),
  validTo: instant(fields.notAfter.value),
  fingerprint,
})
export const nameOf = ({ fields }: ReadCertificate): string => part(fields.subject, NAMES.common)
export const instant = (date: Date): string => {
  const [first, last] = [Date.UTC(1900, 0), Date.UTC(9999, 11, 31)]
  return new Date(Math.min(last, Math.max(first, date.getTime() || 0))).toISOString()
}

const sizeOf = (holder: ReadCertificate): { readonly kind: string; readonly bits: number } => {
  const key = publicKeyOf(holder)
  const details = key.asymmetricKeyDetails
  return { kind: key.asymmetricKeyType ?? '', bits: details?.modulusLength ?? 0 }
}

/** RSA below 2048 bits. */
export function isWeakKey(holder: ReadCertificate): boolean {
  const { kind, bits } = sizeOf(holder)
  return kind.startsWith('rsa') && bits < FEWEST_RSA_BITS
}

/** `weak`: a hash that can be forged; `unknown`: not judged here. */
export function strengthOf({ info }: CmsFindings): 'fine' | 'weak' | 'unknown' {
  if (WEAK_HASHES.has(info.digestAlgorithm) || WEAK_SIGNATURES.has(info.algorithm.id)) return 'weak'
  if (isPss(info.algorithm)) return hashOfPss(info.algorithm) === undefined ? 'weak' : 'fine'
  return HASHES.has(info.digestAlgorithm) ? 'fine' : 'unknown'
}

export function describeAlgorithm({ info, signer }: CmsFindings): string {
  const { kind, bits } = sizeOf(signer)
  const curve = publicKeyOf(signer).asymmetricKeyDetails?.namedCurve
  const key =
    kind === 'ec'
      ? `ECDSA ${curve === 'prime256v1' ? 'P-256' : curve === 'secp384r1' ? 'P-384' : (curve ?? '?')}`
      : kind.startsWith('rsa')
        ? `RSA-${bits} ${isPss(info.algorithm) ? 'PSS' : 'PKCS#1 v1.5'}`
        : kind
  const hash = HASHES.get(info.digestAlgorithm)
  const named = hash === undefined ? WEAK_HASHES.get(info.digestAlgorithm) : `SHA-${hash.slice(3)}`
  return `${key}, ${named ?? '?'}`
}
