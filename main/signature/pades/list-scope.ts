// Promises: whether a revocation list covers a certificate fully, by the limits that the list names itself
// (IssuingDistributionPoint, RFC 5280 5.2.5) and by the places that the certificate names (4.2.1.13), as 6.3.3 (b)(2) compares them.
// Never: a list of others' certificates (indirect) or of some reasons only; names are compared octet by octet.
import { extensionOf, POINTS } from './certificate-addresses.ts'
import { isAuthority } from './certificate-path.ts'
import { type Element, encode, readElements, sequence } from './der.ts'
import type { ReadCertificate } from './examine-cms.ts'
import { onlyElement, partsOf, sameBytes } from './read-der.ts'

const [NAME, USERS, AUTHORITIES, REASONS, INDIRECT, ATTRIBUTES] = [0xa0, 0x81, 0x82, 0x83, 0x84, 0x85]
const LIMITS: readonly number[] = [NAME, USERS, AUTHORITIES, REASONS, INDIRECT, ATTRIBUTES]
const MOST_POINTS = 64
const DIRECTORY_NAME = 0xa4

/** `limits`: the value of the list's IssuingDistributionPoint. Throws `broken-der` when it is none. */
export function covers(limits: Uint8Array, certificate: ReadCertificate): boolean {
  const parts = partsOf(onlyElement(limits))
  // What is not named by the standard may narrow the list further; an empty one is forbidden.
  if (parts.length === 0 || parts.some(({ tag }) => !LIMITS.includes(tag))) return false
  const isSet = (tag: number): boolean =>
    parts.some((part) => part.tag === tag && part.content.some((octet) => octet !== 0))
  if (isSet(INDIRECT) || isSet(ATTRIBUTES) || parts.some(({ tag }) => tag === REASONS)) return false
  if (isSet(isAuthority(certificate) ? USERS : AUTHORITIES)) return false
  const points = parts.filter(({ tag }) => tag === NAME)
  if (points.length === 0) return true
  const own = pointsOf(certificate)
  return points.every((point) => namesOf(point, certificate).some((name) => own.some((one) => sameBytes(one, name))))
}

/**
 * GeneralNames of the places where the issuer itself speaks of the certificate for all reasons; the issuer's own name when the
 * certificate names none (the end of 6.3.3).
 */
function pointsOf(certificate: ReadCertificate): readonly Uint8Array[] {
  const extension = extensionOf(certificate.fields, POINTS)
  if (extension === undefined) return [encode(DIRECTORY_NAME, issuerOf(certificate))]
  return partsOf(extension)
    .slice(0, MOST_POINTS)
    .flatMap((point) => {
      const parts = partsOf(point)
      // [1] reasons, [2] cRLIssuer: some reasons, or another's word.
      return parts.every(({ tag }) => tag === 0xa0) ? parts.flatMap((name) => namesOf(name, certificate)) : []
    })
}

/** Of [0] DistributionPointName: the full names [0], or the one below the issuer's [1]. */
function namesOf(wrapped: Element, certificate: ReadCertificate): readonly Uint8Array[] {
  const [choice, ...more] = readElements(wrapped.content)
  if (more.length > 0) return []
  if (choice?.tag === 0xa0) return readElements(choice.content).map(({ whole }) => whole)
  if (choice?.tag !== 0xa1) return []
  const above = partsOf(onlyElement(issuerOf(certificate))).map(({ whole }) => whole)
  return [encode(DIRECTORY_NAME, sequence(...above, encode(0x31, choice.content)))]
}

const issuerOf = ({ fields }: ReadCertificate): Uint8Array => new Uint8Array(fields.issuer.valueBeforeDecode)
