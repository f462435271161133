// Promises: the answer of a time-stamping authority (RFC 3161 2.4.2) judged whole: status, imprint, nonce, policy, signature,
// the signer's certificate and its path to a trusted root, and whether the time can be true.
// Never: trust in the service; a token is used only when every question has its answer.
import { createHash } from 'node:crypto'
import { extendedUses } from './certificate-addresses.ts'
import { isValidAt, judgePath } from './certificate-path.ts'
import { type Element, readElement } from './der.ts'
import { found, type Judged, judging, wrong } from './evidence-troubles.ts'
import type { ReadCertificate } from './examine-cms.ts'
import { countOf, dottedOf, magnitudeOf, need, onlyElement, partsOf, sameBytes, timeOf } from './read-der.ts'
import { readSignedData, type SignedData } from './read-signed-data.ts'
import { HASHES, isValueOf } from './signature-value.ts'

export interface TimestampExpected {
  /** SHA-256, SHA-384 or SHA-512 of what was to be stamped. */
  readonly digestBy: (hash: 'sha256' | 'sha384' | 'sha512') => Uint8Array
  /** Null: none was asked for, or the token comes from a file. */
  readonly nonce: Uint8Array | null
  /** Dotted; null: any policy. */
  readonly policy: string | null
  readonly trust: readonly ReadCertificate[]
  /** Between asking and answer by our own clock; null: not compared, the token comes from a file. */
  readonly clock: { readonly from: Date; readonly to: Date } | null
}

export interface Timestamp {
  /** genTime. */
  readonly at: Date
  /** How far genTime lies outside the time between question and answer, in milliseconds; negative: behind our clock. */
  readonly skew: number
  readonly policy: string
  readonly signer: ReadCertificate
  readonly others: readonly ReadCertificate[]
}

/** Milliseconds by which clocks may differ. */
export const LARGEST_SKEW = 5 * 60_000

const TST_INFO = '1.2.840.113549.1.9.16.1.4'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12'
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47'
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'
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
    return found(Uint8Array.from(need(token, 0x30).whole))
  })

const hasBit = (bits: Element | undefined, bit: number): boolean =>
  bits?.tag === 0x03 && ((bits.content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0

/** The token as it lies in a PDF, without the zeros behind it. */
export const tokenIn = (contents: Uint8Array): Uint8Array => Uint8Array.from(readElement(contents, 0).whole)

export const judgeTimestamp = (token: Uint8Array, expected: TimestampExpected): Judged<Timestamp> =>
  judging(() => {
    const signed = readSignedData(token)
    const { content, certificates, signer: info } = signed
    if (signed.contentType !== TST_INFO || content === undefined) return wrong('malformed')
    const stamped = readInfo(content)
    const signer = certificates.find(info.isOf)
    if (signer === undefined) return wrong('wrong-certificate')
    if (!isSound(signed, content, signer)) return wrong('wrong-signature')
    if (!answersQuestion(stamped, expected)) return wrong('wrong-answer')
    const uses = extendedUses(signer)
    if (uses === null || !uses.critical || uses.uses.join() !== TIME_STAMPING) return wrong('wrong-certificate')
    const { clock, trust } = expected
    const skew = clock === null ? 0 : outside(stamped.at, clock)
    if (Math.abs(skew) > LARGEST_SKEW + stamped.accuracy) return wrong('wrong-time')
    if (!isValidAt(signer.fields, stamped.at)) return wrong('wrong-certificate')
    const others = certificates.filter((one) => one !== signer)
    if (judgePath(signer, others, trust, stamped.at) !== 'trusted') return wrong('untrusted')
    return found({ at: stamped.at, skew, policy: stamped.policy, signer, others })
  })

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

function answersQuestion(info: Info, { digestBy, nonce, policy }: TimestampExpected): boolean {
  const hash = HASHES.get(info.hash)
  return (
    hash !== undefined &&
    sameBytes(info.imprint, digestBy(hash)) &&
    (nonce === null || (info.nonce !== null && sameBytes(magnitudeOf(info.nonce), magnitudeOf(nonce)))) &&
    (policy === null || policy === info.policy)
  )
}

/** CMS signature over TSTInfo with the mandatory attributes, and the attribute that names the signer's certificate (RFC 5816). */
function isSound({ signer: info }: SignedData, content: Uint8Array, signer: ReadCertificate): boolean {
  const hash = HASHES.get(info.digestAlgorithm)
  const type = info.attribute(CONTENT_TYPE)
  const digest = info.attribute(MESSAGE_DIGEST)
  return (
    hash !== undefined &&
    type !== undefined &&
    dottedOf(type) === TST_INFO &&
    digest?.tag === 0x04 &&
    sameBytes(digest.content, createHash(hash).update(content).digest()) &&
    namesSigner(info.attribute(SIGNING_CERTIFICATE), info.attribute(SIGNING_CERTIFICATE_V2), signer) &&
    isValueOf(signer, info.signatureAlgorithm, hash, info.attributes, info.value)
  )
}

/** ESSCertIDv2, or ESSCertID with its SHA-1 as older authorities write it: the first entry is the signer's certificate. */
function namesSigner(v1: Element | undefined, v2: Element | undefined, signer: ReadCertificate): boolean {
  const entry = partsOf(partsOf(partsOf(v2 ?? v1)[0])[0])
  const own = v2 !== undefined && entry[0]?.tag === 0x30
  const hash = v2 === undefined ? 'sha1' : own ? HASHES.get(dottedOf(partsOf(entry[0])[0])) : 'sha256'
  const value = own ? entry[1] : entry[0]
  return hash !== undefined && sameBytes(value?.content, createHash(hash).update(signer.der).digest())
}
