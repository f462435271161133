// Promises: the answer of a time-stamping authority (RFC 3161 2.4.2) judged whole: status, imprint, nonce, policy, signature,
// the signer's certificate and its path to a trusted root, and whether the time can be true.
// Never: trust in the service; a token is used only when every question has its answer.
import type { EvidenceTrouble } from '../../../preload/contract/signature.ts'
import { findPath, isValidAt, mayBeUsedFor } from './certificate-path.ts'
import type { Element } from './der.ts'
import { found, type Judged, judging, wrong } from './evidence-troubles.ts'
import { examineToken, type ReadCertificate, type TokenFindings } from './examine-cms.ts'
import {
  countOf,
  definiteForm,
  dottedOf,
  magnitudeOf,
  need,
  onlyElement,
  partsOf,
  sameBytes,
  timeOf,
} from './read-der.ts'
import { HASHES, type Hash } from './signature-value.ts'

export interface TimestampExpected {
  /** SHA-256, SHA-384 or SHA-512 of what was to be stamped. */
  readonly digestBy: (hash: Hash) => Uint8Array
  /** Certificates beside the token that may be its signer's or lead to the root. */
  readonly known?: readonly ReadCertificate[]
  /** Null: none was asked for, or the token comes from a file. */
  readonly nonce: Uint8Array | null
  /** Dotted; null: any policy. */
  readonly policy: string | null
  readonly trust: readonly ReadCertificate[]
  /** Between asking and answer by our own clock; null: not compared, the token comes from a file. */
  readonly clock: { readonly from: Date; readonly to: Date } | null
}

/** Of a token that comes from a file: nobody here asked for it. */
export const FROM_FILE = { nonce: null, policy: null, clock: null } as const

export interface Timestamp extends TokenFindings {
  /** genTime. */
  readonly at: Date
  /** How far genTime lies outside the time between question and answer, in milliseconds; negative: behind our clock. */
  readonly skew: number
  readonly policy: string
  /** The imprint is that of the bytes. */
  readonly imprint: boolean
  /** From the authority's certificate to the root at that time; empty without a trusted path. */
  readonly path: readonly ReadCertificate[]
  /** Why it proves nothing; null: of these bytes, soundly signed, by a trusted authority, as expected. */
  readonly trouble: EvidenceTrouble | null
}

/** Milliseconds by which clocks may differ. */
export const LARGEST_SKEW = 5 * 60_000

/** PKIFailureInfo: timeNotAvailable (14) and systemFailure (25) pass by themselves. */
const PASSING = [14, 25]

/** The token of a TimeStampResp that was granted (status 0, or 1 with modifications that are looked at as well). */
export const readTimestampResponse = (response: Uint8Array): Judged<Uint8Array> =>
  judging(() => {
    const [info, token] = partsOf(onlyElement(response))
    const [status, ...more] = partsOf(info)
    const said = countOf(status)
    if (said === 3 || (said === 2 && PASSING.some((bit) => hasBit(more.at(-1), bit)))) return wrong('busy')
    if (said > 1) return wrong('refused-by-service')
    const { whole } = need(token, 0x30)
    // What goes into a file must be DER (ISO 32000-2 12.8.3.3).
    return definiteForm(whole).changed ? wrong('malformed') : found(Uint8Array.from(whole))
  })

const hasBit = (bits: Element | undefined, bit: number): boolean =>
  bits?.tag === 0x03 && ((bits.content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0

export const judgeTimestamp = (token: Uint8Array, expected: TimestampExpected): Judged<Timestamp> =>
  judging(() => {
    const stamp = examineTimestamp(token, expected)
    return stamp.trouble === null ? found(stamp) : wrong(stamp.trouble)
  })

/** The same with everything that was found, whatever is wrong with it. Throws when it is no token. */
export function examineTimestamp(token: Uint8Array, expected: TimestampExpected): Timestamp {
  const findings = examineToken(token, expected.known ?? [])
  const { signer, others } = findings
  const stamped = readInfo(findings.content)
  const { at, policy } = stamped
  const { clock, trust } = expected
  const hash = HASHES.get(stamped.hash)
  const imprint = hash !== undefined && sameBytes(stamped.imprint, expected.digestBy(hash))
  const skew = clock === null ? 0 : outside(at, clock)
  const path = findPath(signer, 'time-stamps', { others, trust, moment: at }) ?? []
  const trouble = (): EvidenceTrouble | null => {
    if (!findings.sound) return 'wrong-signature'
    if (!imprint || !answersQuestion(stamped, expected)) return 'wrong-answer'
    if (!mayBeUsedFor(signer.fields, 'time-stamps')) return 'wrong-certificate'
    if (Math.abs(skew) > LARGEST_SKEW + stamped.accuracy) return 'wrong-time'
    if (!isValidAt(signer.fields, at)) return 'wrong-certificate'
    return path.length === 0 ? 'untrusted' : null
  }
  return { ...findings, at, skew, policy, imprint, path, trouble: trouble() }
}

function outside(at: Date, { from, to }: { readonly from: Date; readonly to: Date }): number {
  if (at < from) return Math.min(0, at.getTime() - from.getTime())
  return Math.max(0, at.getTime() - to.getTime())
}

interface Info {
  readonly policy: string
  readonly hash: string
  readonly imprint: Uint8Array
  readonly at: Date
  /** Milliseconds. */
  readonly accuracy: number
  readonly nonce: Uint8Array | null
}

/** TSTInfo (RFC 3161 2.4.2). */
function readInfo(der: Uint8Array): Info {
  const [version, policy, imprint, , time, ...rest] = partsOf(onlyElement(der))
  if (countOf(version) !== 1) throw new Error('unknown version')
  const [algorithm, hashed] = partsOf(imprint)
  const nonce = rest.find((element) => element.tag === 0x02)
  return {
    policy: dottedOf(policy),
    hash: dottedOf(partsOf(algorithm)[0]),
    imprint: need(hashed, 0x04).content,
    at: timeOf(need(time, 0x18)),
    accuracy: accuracyOf(rest.find((element) => element.tag === 0x30)),
    nonce: nonce === undefined ? null : nonce.content,
  }
}

/** Seconds, milliseconds [0], microseconds [1]; a minute at most is believed. */
function accuracyOf(element: Element | undefined): number {
  if (element === undefined) return 0
  const parts = partsOf(element)
  const seconds = parts.find((part) => part.tag === 0x02)
  const milliseconds = parts.find((part) => part.tag === 0x80)
  const sum =
    (seconds === undefined ? 0 : countOf(seconds) * 1000) +
    (milliseconds === undefined ? 0 : countOf(milliseconds, 0x80))
  return Math.min(60_000, sum)
}

const answersQuestion = (info: Info, { nonce, policy }: TimestampExpected): boolean =>
  (nonce === null || (info.nonce !== null && sameBytes(magnitudeOf(info.nonce), magnitudeOf(nonce)))) &&
  (policy === null || policy === info.policy)
