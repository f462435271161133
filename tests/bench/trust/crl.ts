// The list of revoked certificates (CRL, RFC 5280 §5) of an authority in the tests, right or with exactly one thing wrong.
// `openssl verify -crl_check` is the judge in the tests.
import { address, extension, keyIdentifier, nameOf } from '../token/certificate.ts'
import {
  type Der,
  enumerated,
  integer,
  plain,
  sequence,
  signatureAlgorithm,
  signed,
  tagged,
  time,
} from '../token/der.ts'
import type { Said } from './manners.ts'
import { periodOf, type Standing } from './ocsp.ts'
import type { House, Staff } from './staff.ts'

export type WrongCrl =
  | 'stale'
  | 'future'
  | 'bad-signature'
  /** Signed by an authority of the same name with another key. */
  | 'wrong-issuer'
  /** The list of another name. */
  | 'other-name'
  /** Whole and well signed, but it says of itself that it does not tell everything of this certificate (RFC 5280 §5.2.4, §5.2.5). */
  | WrongLimits

type WrongLimits = 'other-point' | 'other-kind' | 'attributes' | 'some-reasons' | 'indirect' | 'changes'

/** What a list may say of its own limits. */
export interface Limits {
  /** Where it is to be found. */
  readonly url: string
  /** It holds authorities, or everybody else. */
  readonly authorities: boolean
  /** False: it says nothing of its limits, unless that is what is wrong. */
  readonly said: boolean
}

/** What is served instead of the issuer's certificate: one of the same name with another key. */
export type WrongIssuer = 'other-certificate'

export function answerCrl(
  wrong: WrongCrl | undefined,
  { authority }: House,
  staff: Staff,
  standing: Standing,
  now: Date,
  limits: Limits,
): Said {
  const signer = wrong === 'wrong-issuer' ? staff.impostor : authority
  const padding = signer === authority ? authority.padding : 'pkcs1'
  const name = wrong === 'other-name' ? { ...authority.subject, commonName: 'Other CA' } : authority.subject
  const { from, until } = periodOf(wrong, now)
  const entries = [...standing.revoked].map(([serial, { at, reason }]) =>
    sequence(integer(serialBytes(serial)), time(at), ...reasonOf(reason)),
  )
  const list = sequence(
    integer(1),
    signatureAlgorithm(signer.privateKey, padding),
    nameOf(name),
    time(from),
    time(until),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    tagged(
      0,
      sequence(
        extension('2.5.29.35', false, sequence(plain(0, keyIdentifier(signer.publicKey)))),
        extension('2.5.29.20', false, integer(Math.floor(now.getTime() / 1000) % 1_000_000_000)),
        ...limitsOf(wrong, limits),
      ),
    ),
  )
  const body = signed(list, signer.privateKey, padding)
  if (wrong === 'bad-signature') body[body.length - 1] = (body.at(-1) ?? 0) ^ 1
  return { type: 'application/pkix-crl', body }
}

export function answerIssuer(wrong: WrongIssuer | undefined, { authority }: House, staff: Staff): Said {
  return { type: 'application/pkix-cert', body: Buffer.from(wrong === undefined ? authority.der : staff.impostor.der) }
}

const TRUE = Buffer.of(0xff)
/** Of IssuingDistributionPoint behind its name; `some-reasons`: keyCompromise alone. */
const NARROWING = {
  attributes: plain(5, TRUE),
  'some-reasons': plain(3, Buffer.of(6, 0x40)),
  indirect: plain(4, TRUE),
} as const
const isNarrowing = (wrong: string): wrong is keyof typeof NARROWING => Object.hasOwn(NARROWING, wrong)

/** IssuingDistributionPoint (§5.2.5) with its name and kind, or the mark of a list of changes (§5.2.4); both critical. */
function limitsOf(wrong: WrongCrl | undefined, { url, authorities, said }: Limits): readonly Der[] {
  if (wrong === 'changes') return [extension('2.5.29.27', true, integer(1))]
  const narrowing = wrong !== undefined && isNarrowing(wrong) ? NARROWING[wrong] : undefined
  if (!said && narrowing === undefined && wrong !== 'other-point' && wrong !== 'other-kind') return []
  const name = wrong === 'other-point' ? 'http://localhost/other.crl' : url
  const point = tagged(0, tagged(0, address(name)))
  // [1] users only, [2] authorities only.
  const kind = plain(authorities === (wrong === 'other-kind') ? 1 : 2, TRUE)
  return [extension('2.5.29.28', true, sequence(point, narrowing ?? kind))]
}

const reasonOf = (reason: number | undefined): readonly Der[] =>
  reason === undefined ? [] : [sequence(extension('2.5.29.21', false, enumerated(reason)))]

/** A positive INTEGER. */
function serialBytes(serial: string): Buffer {
  const bytes = Buffer.from(serial.padStart(serial.length + (serial.length % 2), '0'), 'hex')
  return (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes])
}
