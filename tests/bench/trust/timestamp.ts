// A time-stamping authority (RFC 3161) for tests: right answers, and answers with exactly one thing wrong.
// It reads requests with pkijs and writes with its own few ASN.1 words; `openssl ts -verify` is the judge in the tests.
import { createHash, randomBytes } from 'node:crypto'
import { fromBER } from 'asn1js'
import * as pkijs from 'pkijs'
import {
  type Der,
  generalized,
  integer,
  nothing,
  octets,
  oid,
  oneBit,
  SHA256,
  sequence,
  setOf,
  signatureAlgorithm,
  signBytes,
  tagged,
  time,
} from '../token/der.ts'
import type { Asked, Said } from './manners.ts'
import { type Officer, readCertificate, type TimestampStaff } from './staff.ts'

export type WrongTimestamp =
  /** Another nonce; none although one was asked for. */
  | 'nonce'
  | 'no-nonce'
  /** Over another digest; under another policy. */
  | 'digest'
  | 'policy'
  | 'expired-certificate'
  /** The certificate is not meant for timestamps; comes from an authority nobody trusts; is left out. */
  | 'no-usage'
  | 'foreign'
  | 'no-certificate'
  | 'bad-signature'
  /** The time is a day ahead; a year ago. */
  | 'future'
  | 'past'
  /** PKIStatus 2 with systemFailure; 3 (waiting); 1 (granted with modifications), which is a good answer. */
  | 'rejection'
  | 'waiting'
  | 'modified'

/** The one policy of the authority. */
export const POLICY = '1.3.6.1.4.1.99999.1.1'
const OTHER_POLICY = '1.3.6.1.4.1.99999.1.2'
const TYPE = 'application/timestamp-reply'
const TST_INFO = '1.2.840.113549.1.9.16.1.4'
const SIGNED_DATA = '1.2.840.113549.1.7.2'
/** SHA-256, -384, -512: the digests it takes. */
const DIGESTS = [SHA256, '2.16.840.1.101.3.4.2.2', '2.16.840.1.101.3.4.2.3']
const DAY = 86_400_000

/** PKIFailureInfo (RFC 3161 §2.4.2): the number of the bit. */
const FAILURE = { badAlg: 0, badDataFormat: 5, unacceptedPolicy: 15, systemFailure: 25 } as const

export function answerTimestamp(
  { body }: Asked,
  wrong: WrongTimestamp | undefined,
  staff: TimestampStaff,
  chain: readonly Uint8Array[],
  now: Date,
): Said {
  const request = readRequest(body)
  if (request === undefined) return reply(refusal(2, FAILURE.badDataFormat))
  if (wrong === 'rejection') return reply(refusal(2, FAILURE.systemFailure))
  if (wrong === 'waiting') return reply(refusal(3, null))
  if (!DIGESTS.includes(request.messageImprint.hashAlgorithm.algorithmId)) {
    return reply(refusal(2, FAILURE.badAlg))
  }
  if (request.reqPolicy !== undefined && request.reqPolicy !== POLICY) {
    return reply(refusal(2, FAILURE.unacceptedPolicy))
  }
  const info = writeInfo(request, wrong, now)
  const token = signToken(info, officerFor(staff, wrong), {
    certificates: request.certReq === true && wrong !== 'no-certificate',
    chain,
    wrong,
    now,
  })
  return reply(sequence(sequence(integer(wrong === 'modified' ? 1 : 0)), token))
}

const reply = (response: Der): Said => ({ type: TYPE, body: response })

function readRequest(body: Buffer): pkijs.TimeStampReq | undefined {
  try {
    const read = fromBER(body)
    return read.offset === -1 ? undefined : new pkijs.TimeStampReq({ schema: read.result })
  } catch {
    return undefined
  }
}

/** PKIStatusInfo alone. */
const refusal = (status: number, bit: number | null): Der =>
  sequence(sequence(integer(status), ...(bit === null ? [] : [oneBit(bit)])))

function officerFor(staff: TimestampStaff, wrong: WrongTimestamp | undefined): Officer {
  if (wrong === 'expired-certificate') return staff.expired
  if (wrong === 'no-usage') return staff.unentitled
  return wrong === 'foreign' ? staff.foreign : staff.right
}

/** TSTInfo (RFC 3161 §2.4.2). */
function writeInfo(request: pkijs.TimeStampReq, wrong: WrongTimestamp | undefined, now: Date): Der {
  const { messageImprint, nonce } = request
  const shift = wrong === 'future' ? DAY : wrong === 'past' ? -365 * DAY : 0
  const digest = new Uint8Array(messageImprint.hashedMessage.valueBlock.valueHexView)
  if (wrong === 'digest') digest[0] = (digest[0] ?? 0) ^ 1
  const asked = nonce === undefined ? undefined : Buffer.from(nonce.toBER())
  if (asked !== undefined && wrong === 'nonce') asked[asked.length - 1] = (asked.at(-1) ?? 0) ^ 1
  const serial = randomBytes(8)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  return sequence(
    integer(1),
    oid(wrong === 'policy' ? OTHER_POLICY : POLICY),
    sequence(Buffer.from(messageImprint.hashAlgorithm.toSchema().toBER()), octets(digest)),
    integer(serial),
    generalized(new Date(now.getTime() + shift)),
    sequence(integer(1)), // accuracy: one second
    ...(asked === undefined || wrong === 'no-nonce' ? [] : [asked]),
  )
}

interface TokenParts {
  readonly certificates: boolean
  readonly chain: readonly Uint8Array[]
  readonly wrong: WrongTimestamp | undefined
  readonly now: Date
}

/** The TimeStampToken: CMS SignedData (RFC 5652 §5) over the TSTInfo, with signing-certificate-v2 (RFC 5816). */
function signToken(info: Buffer, officer: Officer, parts: TokenParts): Der {
  const attributes = [
    attribute('1.2.840.113549.1.9.3', oid(TST_INFO)),
    attribute('1.2.840.113549.1.9.5', time(parts.now)),
    attribute('1.2.840.113549.1.9.4', octets(sha256(info))),
    attribute('1.2.840.113549.1.9.16.2.47', sequence(sequence(sequence(octets(sha256(officer.der)))))),
  ].sort(Buffer.compare) // DER: the parts of a SET OF stand in order
  const signature = signBytes(officer.key, setOf(...attributes))
  if (parts.wrong === 'bad-signature') signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1
  const { issuer, serial } = readCertificate(officer.der)
  const signer = sequence(
    integer(1),
    sequence(issuer, serial),
    sequence(oid(SHA256), nothing()),
    tagged(0, ...attributes),
    signatureAlgorithm(officer.key),
    octets(signature),
  )
  const signedData = sequence(
    integer(3),
    setOf(sequence(oid(SHA256), nothing())),
    sequence(oid(TST_INFO), tagged(0, octets(info))),
    ...(parts.certificates ? [tagged(0, officer.der, ...parts.chain)] : []),
    setOf(signer),
  )
  return sequence(oid(SIGNED_DATA), tagged(0, signedData))
}

const attribute = (id: string, value: Der): Buffer => sequence(oid(id), setOf(value))
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
