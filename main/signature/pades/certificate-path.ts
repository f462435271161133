// Promises: whether a signer's certificate leads to a trusted root (RFC 5280 6.1, without revocation and policies).
// Never: the network; a certificate that is missing here makes the path incomplete.
import { BasicConstraints, type Certificate, ExtKeyUsage } from 'pkijs'
import type { ReadCertificate } from './examine-cms.ts'
import { onlyElement, partsOf } from './read-der.ts'
import { isSealedBy } from './signature-value.ts'

export type PathVerdict = 'trusted' | 'untrusted' | 'incomplete'

const LONGEST = 6
/** Certificates of hostile files may point at each other in circles. */
const MOST_STEPS = 400
const KEY_USAGE = '2.5.29.15'
const BASIC_CONSTRAINTS = '2.5.29.19'
/** Critical extensions that are understood or harmless here: the two above, alternative name, policies, extended use. */
const UNDERSTOOD = [KEY_USAGE, BASIC_CONSTRAINTS, '2.5.29.17', '2.5.29.32', '2.5.29.37']
const DIGITAL_SIGNATURE = 0x80
const NON_REPUDIATION = 0x40
const CERTIFICATE_SIGNING = 0x04
const LIST_SIGNING = 0x02
const EXTENDED_USE = '2.5.29.37'
const PURPOSE = { 'time-stamps': '1.3.6.1.5.5.7.3.8', revocation: '1.3.6.1.5.5.7.3.9' } as const

/** What a certificate's key may be used for (4.2.1.3, 4.2.1.12): documents, time stamps (RFC 3161 2.3), answers on revocation (RFC 6960 4.2.2.2). */
export type Use = 'documents' | 'time-stamps' | 'revocation'

/** Judges the path at `moment`: of the signer, through `others`, to one of `trust`. */
export function judgePath(
  signer: ReadCertificate,
  others: readonly ReadCertificate[],
  trust: readonly ReadCertificate[],
  moment: Date,
): PathVerdict {
  if (!mayUseKeyFor(signer.fields, DIGITAL_SIGNATURE | NON_REPUDIATION) || hasUnknownDemand(signer.fields))
    return 'untrusted'
  return climb(signer, 0, { others, trust, moment }, { left: MOST_STEPS }).verdict
}

/** The certificates from the signer to the trusted root at `moment`, both inclusive; undefined without a trusted path. */
export function findPath(
  signer: ReadCertificate,
  use: Use,
  { others, trust, moment }: Ground,
): readonly ReadCertificate[] | undefined {
  if (!mayBeUsedFor(signer.fields, use) || hasUnknownDemand(signer.fields)) return undefined
  const { verdict, path } = climb(signer, 0, { others, trust, moment }, { left: MOST_STEPS })
  return verdict === 'trusted' ? path : undefined
}

export interface Ground {
  readonly others: readonly ReadCertificate[]
  readonly trust: readonly ReadCertificate[]
  readonly moment: Date
}

const isSameCertificate = (a: ReadCertificate, b: ReadCertificate): boolean => Buffer.compare(a.der, b.der) === 0

interface Climbed {
  readonly verdict: PathVerdict
  readonly path: readonly ReadCertificate[]
}

function climb(certificate: ReadCertificate, steps: number, ground: Ground, budget: { left: number }): Climbed {
  budget.left -= 1
  if (ground.trust.some((root) => isSameCertificate(root, certificate)))
    return { verdict: 'trusted', path: [certificate] }
  if (steps >= LONGEST || budget.left < 0 || certificate.fields.issuer.isEqual(certificate.fields.subject))
    return { verdict: 'untrusted', path: [] }
  const named = [...ground.trust, ...ground.others].filter((other) =>
    other.fields.subject.isEqual(certificate.fields.issuer),
  )
  if (named.length === 0) return { verdict: 'incomplete', path: [] }
  const climbed = named
    .slice(0, 8)
    .filter((issuer) => mayHaveIssued(issuer, certificate, steps, ground.moment))
    .map((issuer) => climb(issuer, steps + 1, ground, budget))
  const best = climbed.find(({ verdict }) => verdict === 'trusted') ?? climbed[0]
  return { verdict: best?.verdict ?? 'untrusted', path: [certificate, ...(best?.path ?? [])] }
}

function mayHaveIssued(issuer: ReadCertificate, certificate: ReadCertificate, below: number, moment: Date): boolean {
  if (!isAuthority(issuer)) return false
  const most = constraintsOf(issuer)?.pathLenConstraint
  if (typeof most === 'number' && below > most) return false
  if (
    !mayUseKeyFor(issuer.fields, CERTIFICATE_SIGNING) ||
    hasUnknownDemand(issuer.fields) ||
    !isValidAt(issuer.fields, moment)
  )
    return false
  return bearsSignatureOf(issuer, certificate)
}

function constraintsOf({ fields }: ReadCertificate): BasicConstraints | undefined {
  const value = fields.extensions?.find((extension) => extension.extnID === BASIC_CONSTRAINTS)?.parsedValue
  return value instanceof BasicConstraints ? value : undefined
}

/** Says that it may issue certificates (4.2.1.9). */
export const isAuthority = (certificate: ReadCertificate): boolean => constraintsOf(certificate)?.cA === true

/** What was found once: neither certificate changes, and a batch asks for the same pair again and again. */
const found = new WeakMap<ReadCertificate, Map<string, boolean>>()

function bearsSignatureOf(issuer: ReadCertificate, certificate: ReadCertificate): boolean {
  const known = found.get(certificate) ?? new Map<string, boolean>()
  found.set(certificate, known)
  const before = known.get(issuer.fingerprint)
  if (before !== undefined) return before
  const [body, algorithm, bits] = partsOf(onlyElement(certificate.der))
  const is = isSealedBy(issuer, body, algorithm, bits)
  known.set(issuer.fingerprint, is)
  return is
}

/** Named as the issuer, and the certificate bears its signature. */
export const hasIssued = (issuer: ReadCertificate, certificate: ReadCertificate): boolean =>
  issuer.fields.subject.isEqual(certificate.fields.issuer) && bearsSignatureOf(issuer, certificate)

export const isValidAt = (certificate: Certificate, moment: Date): boolean =>
  certificate.notBefore.value.getTime() <= moment.getTime() && moment.getTime() <= certificate.notAfter.value.getTime()

export const maySignLists = ({ fields }: ReadCertificate): boolean => mayUseKeyFor(fields, LIST_SIGNING)

/** The key's usage and extended usage allow it. */
export function mayBeUsedFor(certificate: Certificate, use: Use): boolean {
  if (!mayUseKeyFor(certificate, DIGITAL_SIGNATURE | NON_REPUDIATION)) return false
  if (use === 'documents') return true
  const extension = certificate.extensions?.find((one) => one.extnID === EXTENDED_USE)
  const purposes = extension?.parsedValue instanceof ExtKeyUsage ? extension.parsedValue.keyPurposes : []
  // Of a time-stamping authority it must be the only purpose, and critical (RFC 3161 2.3).
  return use === 'time-stamps'
    ? purposes.length === 1 && purposes[0] === PURPOSE[use] && extension?.critical === true
    : purposes.includes(PURPOSE[use])
}

/** Without the extension every use is free (4.2.1.3). */
function mayUseKeyFor(certificate: Certificate, anyOf: number): boolean {
  const extension = certificate.extensions?.find((one) => one.extnID === KEY_USAGE)
  if (extension === undefined) return true
  // BIT STRING: tag, length, unused bits, then the bits themselves.
  return ((extension.extnValue.valueBlock.valueHexView[3] ?? 0) & anyOf) !== 0
}

const hasUnknownDemand = (certificate: Certificate): boolean =>
  certificate.extensions?.some((extension) => extension.critical && !UNDERSTOOD.includes(extension.extnID)) ?? false
