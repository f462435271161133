// Promises: one question to one time-stamping service over HTTP (RFC 3161 3.4), and a token only when it answers exactly that.
// Never: a second question by itself; waiting and choosing another service is the plan's.
import { randomBytes } from 'node:crypto'
import type { ReadCertificate } from '../pades/examine-cms.ts'
import { writeTimestampRequest } from '../pades/timestamp-request.ts'
import { judgeTimestamp, readTimestampResponse, type Timestamp } from '../pades/timestamp-token.ts'
import { type Fetched, fetchBounded } from './fetch-bounded.ts'

/** A time-stamping authority as unit.json names it. */
export interface TimestampService {
  readonly name: string
  readonly url: string
  readonly perMinute?: number | undefined
  readonly policy?: string | undefined
}

export interface Stamp extends Timestamp {
  /** DER of the TimeStampToken. */
  readonly token: Uint8Array
}

export interface Line {
  readonly trust: readonly ReadCertificate[]
  readonly now: () => Date
  readonly signal: AbortSignal
  /** Milliseconds for one answer. */
  readonly within: number
}

const MOST_BYTES = 65_536

/** `digest`: SHA-256 of what is stamped. */
export async function fetchTimestamp(
  service: TimestampService,
  digest: Uint8Array,
  line: Line,
): Promise<Fetched<Stamp>> {
  const nonce = randomBytes(16)
  const { policy } = service
  const question = writeTimestampRequest({ digest, nonce, ...(policy === undefined ? {} : { policy }) })
  const from = line.now()
  const answer = await fetchBounded({
    ...line,
    url: service.url,
    question: { type: 'application/timestamp-query', body: question },
    mostBytes: MOST_BYTES,
  })
  if (!answer.ok) return answer
  const token = readTimestampResponse(answer.value)
  if (!token.ok) return token
  const judged = judgeTimestamp(token.value, {
    digestBy: (hash) => (hash === 'sha256' ? digest : new Uint8Array()),
    nonce,
    policy: policy ?? null,
    trust: line.trust,
    clock: { from, to: line.now() },
  })
  return judged.ok ? { ok: true, value: { ...judged.value, token: token.value } } : judged
}
