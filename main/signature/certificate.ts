// What a certificate says about its holder, and whether it is the right one to sign with. Reading and judging, no device.
import { createHash } from 'node:crypto'
import { fromBER, Integer, ObjectIdentifier, Sequence } from 'asn1js'
import { Certificate as X509 } from 'pkijs'
import { ok, type Result, refuse } from '../../preload/contract/result.ts'
import { legalDay } from '../dossier/index.ts'

export interface CertificateFacts {
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string
  readonly der: Uint8Array
  readonly commonName: string
  /** serialNumber of the subject (2.5.4.5): the person's number. */
  readonly personNumber: string
  readonly organisation: string
  /** organizationIdentifier (2.5.4.97). */
  readonly organisationIdentifier: string
  readonly issuer: string
  readonly validFrom: Date
  readonly validTo: Date
  /** Why nothing is signed with it, whoever it belongs to: `RSA-1024`, `EC-1.2.840.10045.3.1.1`, `SHA-1`; absent when it is fit. */
  readonly unfit?: string
}

const OID = {
  commonName: '2.5.4.3',
  personNumber: '2.5.4.5',
  organisation: '2.5.4.10',
  organisationIdentifier: '2.5.4.97',
} as const

/** What this program signs with, and every checker takes (ETSI TS 119 312 7.2): RSA from 2,048 bits, P-256, P-384. */
const LEAST_BITS = 2048
const CURVES = ['1.2.840.10045.3.1.7', '1.3.132.0.34']
const RSA = ['1.2.840.113549.1.1.1', '1.2.840.113549.1.1.10']
const EC = '1.2.840.10045.2.1'
/** Signed by its issuer over SHA-1 or MD5: nobody would trust it. */
const BROKEN_HASHES = new Map([
  ['1.2.840.113549.1.1.4', 'MD5'],
  ['1.2.840.113549.1.1.5', 'SHA-1'],
  ['1.2.840.10045.4.1', 'SHA-1'],
])

function unfitness({ subjectPublicKeyInfo: key, signatureAlgorithm }: X509): string | undefined {
  const broken = BROKEN_HASHES.get(signatureAlgorithm.algorithmId)
  if (broken !== undefined) return broken
  const { algorithmId: kind, algorithmParams: curve } = key.algorithm
  if (kind === EC) {
    const name = curve instanceof ObjectIdentifier ? curve.valueBlock.toString() : ''
    return CURVES.includes(name) ? undefined : `EC-${name}`
  }
  if (!RSA.includes(kind)) return kind
  const { result } = fromBER(new Uint8Array(key.subjectPublicKey.valueBlock.valueHexView))
  const modulus = result instanceof Sequence ? result.valueBlock.value[0] : undefined
  const bits = modulus instanceof Integer ? modulus.toBigInt().toString(2).length : 0
  return bits < LEAST_BITS ? `RSA-${bits}` : undefined
}

/** Null when the bytes are no X.509 certificate. */
export function readFacts(der: Uint8Array): CertificateFacts | null {
  try {
    const certificate = X509.fromBER(new Uint8Array(der))
    const unfit = unfitness(certificate)
    const part = (name: typeof certificate.subject, oid: string): string =>
      String(name.typesAndValues.find((one) => one.type === oid)?.value.valueBlock.value ?? '').normalize('NFC')
    return {
      fingerprint: createHash('sha256').update(der).digest('hex'),
      der,
      commonName: part(certificate.subject, OID.commonName),
      personNumber: part(certificate.subject, OID.personNumber),
      organisation: part(certificate.subject, OID.organisation),
      organisationIdentifier: part(certificate.subject, OID.organisationIdentifier),
      issuer: part(certificate.issuer, OID.commonName),
      validFrom: certificate.notBefore.value,
      validTo: certificate.notAfter.value,
      ...(unfit === undefined ? {} : { unfit }),
    }
  } catch {
    return null
  }
}

export interface Wanted {
  /** Exactly one of the three is given. */
  readonly personNumber?: string
  /** The name of the account, for the personal signature of who scanned: accounts carry no number. */
  readonly personName?: string
  readonly agency?: { readonly name: string; readonly identifier: string }
}

/** The person's number without the letters that some authorities put before it (ETSI EN 319 412-1 5.1.3). */
export const bareNumber = ({ personNumber }: Pick<CertificateFacts, 'personNumber'>): string =>
  personNumber.replace(/^\D+/, '')

const belongs = (facts: CertificateFacts, wanted: Wanted): boolean => {
  if (wanted.personNumber !== undefined) return wanted.personNumber !== '' && bareNumber(facts) === wanted.personNumber
  if (wanted.personName !== undefined)
    return wanted.personName !== '' && facts.commonName === wanted.personName.normalize('NFC')
  const { agency } = wanted
  if (agency === undefined) return false
  return (
    facts.commonName === agency.name.normalize('NFC') &&
    (agency.identifier === '' || facts.organisationIdentifier === agency.identifier)
  )
}

/** Valid now, the wanted holder's and fit to sign with; else the refusal that names what is wrong. */
export function judge(facts: CertificateFacts, wanted: Wanted, at: Date): Result<void> {
  if (!belongs(facts, wanted)) return refuse('certificate-not-the-signers')
  if (facts.unfit !== undefined) return refuse('certificate-missing', facts.unfit)
  if (at < facts.validFrom) return refuse('certificate-not-yet-valid', legalDay(facts.validFrom))
  if (at > facts.validTo) return refuse('certificate-expired', legalDay(facts.validTo))
  return ok(undefined)
}

/** The certificate to sign with: the wanted holder's, valid, the one that lasts longest; or why there is none. */
export function choose<C extends { readonly facts: CertificateFacts }>(
  all: readonly C[],
  wanted: Wanted,
  at: Date,
): Result<C> {
  if (all.length === 0) return refuse('certificate-missing')
  const judged = all.map((one) => ({ one, verdict: judge(one.facts, wanted, at) }))
  const good = judged
    .filter(({ verdict }) => verdict.ok)
    .sort((a, b) => b.one.facts.validTo.getTime() - a.one.facts.validTo.getTime())[0]
  if (good !== undefined) return ok(good.one)
  const own = judged.find(({ one }) => belongs(one.facts, wanted))
  return own !== undefined && !own.verdict.ok ? own.verdict : refuse('certificate-not-the-signers')
}
