// Promises: what the issuer says of a certificate today: OCSP where there is one, its list (CRL) otherwise; judged, and kept so
// that a batch asks once: one answer a certificate, one list for everybody in it.
// Never: an answer kept past its end, a list too big for a paper in a paper, or two equal questions at the same time.
import { randomBytes } from 'node:crypto'
import { addressesOf } from '../pades/certificate-addresses.ts'
import { hasIssued } from '../pades/certificate-path.ts'
import { judgeStatus, type Standing, type StatusAnswer, writeStatusRequest } from '../pades/certificate-status.ts'
import type { Judged } from '../pades/evidence-troubles.ts'
import { type ReadCertificate, readCertificate } from '../pades/examine-cms.ts'
import { judgeRevocationList } from '../pades/revocation-list.ts'
import { attempt } from '../pades/verify.ts'
import { type Fetched, fetchBounded } from './fetch-bounded.ts'
import type { Line } from './fetch-timestamp.ts'

export interface Proof {
  readonly standing: Standing
  /** What is kept in the paper; null: a list of more than MOST_KEPT bytes. */
  readonly ocsp: Uint8Array | null
  readonly crl: Uint8Array | null
}

export interface Revocation {
  /** Null: the certificate names nobody to ask. `since`: when it was used; a newer answer is better. */
  statusOf(certificate: ReadCertificate, issuer: ReadCertificate, since: number): Promise<Fetched<Proof | null>>
  /** From the address in the certificate (caIssuers); null when it is not there or not the issuer. */
  issuerOf(certificate: ReadCertificate): Promise<ReadCertificate | null>
  /** A person wants to know anew. */
  forget(): void
}

const MOST_ANSWER = 65_536
const MOST_LIST = 32 * 1024 * 1024
/** Bytes of a list that is put into a paper. */
export const MOST_KEPT = 512 * 1024
const HOUR = 3_600_000
/** An answer is good for hours; one older than the signature is asked for again, but not more often than this. */
const LONGEST = 4 * HOUR
const NOT_SOONER = 10 * 60_000
/** Who did not answer is not asked again before, in milliseconds. */
const AFTER_TROUBLE = 20_000

interface Kept<T> {
  readonly value: T
  readonly at: number
  readonly until: number
  /** thisUpdate. */
  readonly from: number
}

export function openRevocation(line: Omit<Line, 'trust'>): Revocation {
  const { now } = line
  const answers = new Map<string, Kept<Proof>>()
  const lists = new Map<string, Kept<Buffer>>()
  const troubles = new Map<string, { readonly until: number; readonly answer: Fetched<never> }>()
  const asking = new Map<string, Promise<Fetched<unknown>>>()

  /** One at a time for the same thing; trouble is remembered for a moment. */
  async function once<T>(key: string, ask: () => Promise<Fetched<T>>): Promise<Fetched<T>> {
    const trouble = troubles.get(key)
    if (trouble !== undefined && now().getTime() < trouble.until) return trouble.answer
    const going = (asking.get(key) as Promise<Fetched<T>> | undefined) ?? ask().finally(() => asking.delete(key))
    asking.set(key, going)
    const answer = await going
    if (!answer.ok) troubles.set(key, { until: now().getTime() + (answer.retryAfter ?? AFTER_TROUBLE), answer })
    else troubles.delete(key)
    return answer
  }

  const isGood = (kept: Kept<unknown> | undefined, since: number): kept is Kept<unknown> =>
    kept !== undefined && now().getTime() < kept.until && (kept.from >= since || now().getTime() - kept.at < NOT_SOONER)
  const keep = <T>(value: T, { thisUpdate, nextUpdate }: StatusAnswer): Kept<T> => {
    const at = now().getTime()
    return { value, at, until: Math.min(nextUpdate?.getTime() ?? at + HOUR, at + LONGEST), from: thisUpdate.getTime() }
  }

  async function askResponder(
    url: string,
    certificate: ReadCertificate,
    issuer: ReadCertificate,
  ): Promise<Fetched<Kept<Proof>>> {
    const nonce = randomBytes(16)
    const body = writeStatusRequest(certificate, issuer, nonce)
    const question = { type: 'application/ocsp-request', body }
    const answer = await fetchBounded({ ...line, url, question, mostBytes: MOST_ANSWER })
    if (!answer.ok) return answer
    const judged = judgeStatus(answer.value, { certificate, issuer, nonce, now: now() })
    if (!judged.ok) return judged
    if (judged.value.standing.is === 'unknown') return { ok: false, trouble: 'status-unknown' }
    const proof = { standing: judged.value.standing, ocsp: Uint8Array.from(answer.value), crl: null }
    return { ok: true, value: keep(proof, judged.value) }
  }

  async function askList(
    url: string,
    certificate: ReadCertificate,
    issuer: ReadCertificate,
    since: number,
  ): Promise<Fetched<Kept<Proof>>> {
    const before = lists.get(url)
    if (isGood(before, since)) return readList(before.value as Buffer, certificate, issuer)
    const fetched = await once(url, () => fetchBounded({ ...line, url, mostBytes: MOST_LIST }))
    if (!fetched.ok) return fetched
    const judged = judgeRevocationList(fetched.value, certificate, issuer, now())
    if (judged.ok) lists.set(url, keep(fetched.value, judged.value))
    return readList(fetched.value, certificate, issuer, judged)
  }
  function readList(
    list: Buffer,
    certificate: ReadCertificate,
    issuer: ReadCertificate,
    judged: Judged<StatusAnswer> = judgeRevocationList(list, certificate, issuer, now()),
  ): Fetched<Kept<Proof>> {
    if (!judged.ok) return judged
    const small = list.length <= MOST_KEPT
    const proof = { standing: judged.value.standing, ocsp: null, crl: small ? Uint8Array.from(list) : null }
    return { ok: true, value: keep(proof, judged.value) }
  }

  async function ask(
    certificate: ReadCertificate,
    issuer: ReadCertificate,
    since: number,
  ): Promise<Fetched<Kept<Proof> | null>> {
    const { ocsp, crl } = addressesOf(certificate)
    let first: Fetched<Kept<Proof>> | null = null
    for (const url of ocsp) {
      const answer = await askResponder(url, certificate, issuer)
      if (answer.ok) return answer
      first ??= answer
    }
    for (const url of crl) {
      const answer = await askList(url, certificate, issuer, since)
      if (answer.ok) return answer
      first ??= answer
    }
    return first ?? { ok: true, value: null }
  }

  return {
    statusOf: async (certificate, issuer, since) => {
      const before = answers.get(certificate.fingerprint)
      if (isGood(before, since)) return { ok: true, value: before.value as Proof }
      const asked = await once(certificate.fingerprint, () => ask(certificate, issuer, since))
      if (!asked.ok || asked.value === null) return asked.ok ? { ok: true, value: null } : asked
      answers.set(certificate.fingerprint, asked.value)
      return { ok: true, value: asked.value.value }
    },
    forget: () => {
      for (const kept of [answers, lists, troubles]) kept.clear()
    },
    issuerOf: async (certificate) => {
      for (const url of addressesOf(certificate).issuers) {
        const answer = await once(url, () => fetchBounded({ ...line, url, mostBytes: MOST_ANSWER }))
        const issuer = answer.ok ? attempt(() => readCertificate(answer.value)) : undefined
        if (issuer !== undefined && hasIssued(issuer, certificate)) return issuer
      }
      return null
    },
  }
}
