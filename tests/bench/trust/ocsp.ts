// An OCSP responder (RFC 6960) for tests: right answers, and answers with exactly one thing wrong. Delegated: it signs with
// a certificate of its own under each authority. `openssl ocsp` is the judge in the tests.
import { createHash } from 'node:crypto'
import { fromBER } from 'asn1js'
import * as pkijs from 'pkijs'
import { extension } from '../token/certificate.ts'
import { type Der, enumerated, generalized, octets, oid, plain, sequence, signed, tagged } from '../token/der.ts'
import type { Asked, Said } from './manners.ts'
import { type House, type Officer, readCertificate } from './staff.ts'

export type WrongOcsp =
  /** From ten to five days ago; from tomorrow on. */
  | 'stale'
  | 'future'
  | 'bad-signature'
  /** Signed by somebody whom another authority, of the same name, appointed. */
  | 'wrong-issuer'
  /** Signed by somebody without the extended key usage for it. */
  | 'no-usage'
  /** About another certificate; with another nonce. */
  | 'other-certificate'
  | 'nonce'
  /** OCSPResponseStatus 3 and 6. */
  | 'try-later'
  | 'unauthorized'

/** By serial number, upper-case hex. */
export interface Standing {
  readonly revoked: ReadonlyMap<string, { readonly at: Date; readonly reason?: number }>
  readonly unknown: ReadonlySet<string>
}

export const DAY = 86_400_000
const TYPE = 'application/ocsp-response'
const BASIC = '1.3.6.1.5.5.7.48.1.1'
const NONCE = '1.3.6.1.5.5.7.48.1.2'
const STATUS = { malformed: 1, tryLater: 3, unauthorized: 6 } as const
const HASHES: Readonly<Record<string, string>> = { '1.3.14.3.2.26': 'sha1', '2.16.840.1.101.3.4.2.1': 'sha256' }

/** By POST, or by GET with the request in the path (RFC 6960 §A.1). */
export function answerOcsp(
  asked: Asked,
  wrong: WrongOcsp | undefined,
  houses: readonly House[],
  standing: Standing,
  now: Date,
): Said {
  const request = readRequest(asked)
  if (request === undefined) return failure(STATUS.malformed)
  if (wrong === 'try-later') return failure(STATUS.tryLater)
  const ids = request.tbsRequest.requestList.map((one) => one.reqCert)
  const house = houses.find((candidate) => ids.every((id) => isOf(id, candidate)))
  if (house === undefined || wrong === 'unauthorized') return failure(STATUS.unauthorized)
  const period = periodOf(wrong, now)
  const responses = ids.map((id) => single(id, wrong, standing, period))
  const nonce = request.tbsRequest.requestExtensions?.find((one) => one.extnID === NONCE)
  const officer = officerFor(house, wrong)
  const data = sequence(
    tagged(2, octets(createHash('sha1').update(readCertificate(officer.der).keyBits).digest())),
    generalized(now),
    sequence(...responses),
    ...(nonce === undefined ? [] : [tagged(1, sequence(nonceOf(nonce, wrong)))]),
  )
  const certificates = tagged(0, sequence(officer.der))
  const basic = signed(data, officer.key, 'pkcs1', certificates)
  if (wrong === 'bad-signature') spoilSignature(basic, officer.der.length)
  const content = sequence(oid(BASIC), octets(basic))
  return { type: TYPE, body: sequence(enumerated(0), tagged(0, content)) }
}

const failure = (status: number): Said => ({ type: TYPE, body: sequence(enumerated(status)) })

function readRequest({ method, path, body }: Asked): pkijs.OCSPRequest | undefined {
  const inPath = decodeURIComponent(path.replace(/^\/(ocsp\/)?/, ''))
  const der = method === 'GET' ? Buffer.from(inPath, 'base64') : body
  try {
    const read = fromBER(der)
    return read.offset === -1 ? undefined : new pkijs.OCSPRequest({ schema: read.result })
  } catch {
    return undefined
  }
}

/** Whether the request is about a certificate of this authority (CertID, RFC 6960 §4.1.1). */
function isOf(id: pkijs.CertID, { authority }: House): boolean {
  const hash = HASHES[id.hashAlgorithm.algorithmId]
  if (hash === undefined) return false
  const { subject, keyBits } = readCertificate(authority.der)
  const [name, key] = [subject, keyBits].map((bytes) => createHash(hash).update(bytes).digest())
  const same = (digest: Buffer | undefined, value: pkijs.CertID['issuerKeyHash']) =>
    digest?.equals(value.valueBlock.valueHexView) === true
  return same(name, id.issuerNameHash) && same(key, id.issuerKeyHash)
}

interface Period {
  readonly from: Date
  readonly until: Date
}

/** thisUpdate and nextUpdate. */
export function periodOf(wrong: string | undefined, now: Date): Period {
  const [from, until] = wrong === 'stale' ? [-10, -5] : wrong === 'future' ? [1, 2] : [-0.01, 1]
  return { from: new Date(now.getTime() + from * DAY), until: new Date(now.getTime() + until * DAY) }
}

function single(id: pkijs.CertID, wrong: WrongOcsp | undefined, standing: Standing, { from, until }: Period): Der {
  const serial = serialText(id.serialNumber.valueBlock.valueHexView)
  const echoed = Buffer.from(id.toSchema().toBER())
  // The serial number stands last in the CertID.
  if (wrong === 'other-certificate') echoed[echoed.length - 1] = (echoed.at(-1) ?? 0) ^ 1
  return sequence(echoed, statusOf(serial, standing), generalized(from), tagged(0, generalized(until)))
}

/** CertStatus: [0] good, [1] revoked with its time and reason, [2] unknown. */
function statusOf(serial: string, { revoked, unknown }: Standing): Der {
  const revocation = revoked.get(serial)
  if (revocation !== undefined) {
    const { at, reason } = revocation
    return tagged(1, generalized(at), ...(reason === undefined ? [] : [tagged(0, enumerated(reason))]))
  }
  return plain(unknown.has(serial) ? 2 : 0, Buffer.alloc(0))
}

function nonceOf(asked: pkijs.Extension, wrong: WrongOcsp | undefined): Der {
  if (wrong !== 'nonce') return Buffer.from(asked.toSchema().toBER())
  return extension(NONCE, false, octets(Buffer.alloc(16, 0x5a)))
}

function officerFor(house: House, wrong: WrongOcsp | undefined): Officer {
  if (wrong === 'wrong-issuer') return house.foreign
  return wrong === 'no-usage' ? house.unentitled : house.responder
}

/** The signature ends just before the certificates, which stand in two tags with lengths of three bytes each. */
function spoilSignature(basic: Buffer, certificate: number): void {
  const last = basic.length - certificate - 8 - 1
  basic[last] = (basic[last] ?? 0) ^ 1
}

/** As Node writes serial numbers: upper-case hex without leading zeros. */
export const serialText = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('hex').toUpperCase().replace(/^0+/, '')
