// The services of a certification authority on loopback, for the synthetic world of tests/bench/token/pki.ts: timestamps
// (RFC 3161), OCSP (RFC 6960), CRL and issuer certificates (RFC 5280). Each has a port and a manner of its own.
import type { Services } from '../token/certificate.ts'
import type { IssuingPki } from '../token/pki.ts'
import { answerCrl, answerIssuer, type WrongCrl, type WrongIssuer } from './crl.ts'
import { type Answering, openService, type Said, type Service } from './manners.ts'
import { answerOcsp, type Standing, type WrongOcsp } from './ocsp.ts'
import { type House, hireStaff, type Staff, serialOf } from './staff.ts'
import { answerTimestamp, type WrongTimestamp } from './timestamp.ts'

export interface Timestamps extends Service<WrongTimestamp> {
  /** The certificate it signs timestamps with; before `serve` there is none. */
  certificate(): Uint8Array
}

export interface Revocation {
  readonly at: Date
  /** CRLReason (RFC 5280 §5.3.1); 1 is keyCompromise. */
  readonly reason?: number
}

export interface TrustServices {
  readonly tsas: readonly Timestamps[]
  readonly ocsp: Service<WrongOcsp>
  readonly crl: Service<WrongCrl>
  readonly issuers: Service<WrongIssuer>
  /** For `makePki`: what everybody's certificate says. */
  readonly services: Services
  /** The same for the intermediate authority. */
  readonly rootServices: Services
  /** From now on they answer for this world; before, everything is 503. */
  serve(pki: IssuingPki): Promise<void>
  /** For OCSP and CRL alike, at once. */
  revoke(certificate: Uint8Array, revocation: Revocation): void
  /** OCSP answers `unknown`. */
  forget(certificate: Uint8Array): void
  /** From now on every list says where it is to be found, and whether it holds authorities or everybody else (RFC 5280 §5.2.5). */
  limitLists(said: boolean): void
  /** Nobody is revoked or unknown any more. */
  pardon(): void
  close(): Promise<void>
}

export interface TrustOptions {
  /** How many time-stamping authorities; 1 when left out. */
  readonly tsas?: number
  readonly tsaKeys?: 'rsa' | 'ec'
  readonly now?: () => Date
}

const CLOSED = { status: 503 } as const

export async function startTrust(options: TrustOptions = {}): Promise<TrustServices> {
  const { now = () => new Date(), tsaKeys = 'rsa' } = options
  const count = options.tsas ?? 1
  let staff: Staff | null = null
  let limited = false
  const revoked = new Map<string, Revocation>()
  const unknown = new Set<string>()
  const standing: Standing = { revoked, unknown }
  /** `/root.crl` is the root's; everything else that of everybody's issuer. */
  const houseFor = (path: string): House | undefined =>
    path.startsWith('/root') ? staff?.houses.at(-1) : staff?.houses[0]

  const timestamps = (index: number): Answering<WrongTimestamp> => ({
    kindOf: ({ method }) => (method === 'POST' ? 'timestamp' : 'other'),
    answer(asked, wrong) {
      const own = staff?.timestamps[index]
      if (staff === null || own === undefined) return CLOSED
      if (asked.method !== 'POST') return { status: 405 }
      return answerTimestamp(asked, wrong, own, staff.chain, now())
    },
  })
  const tsas = await Promise.all(
    Array.from({ length: count }, async (_one, index) => {
      const service = await openService(timestamps(index))
      return { ...service, certificate: () => staff?.timestamps[index]?.right.der ?? Buffer.alloc(0) }
    }),
  )
  const [ocsp, crl, issuers] = await Promise.all([
    openService<WrongOcsp>({
      kindOf: ({ method }) => (method === 'POST' ? 'ocsp-post' : 'ocsp-get'),
      answer: (asked, wrong) => (staff === null ? CLOSED : answerOcsp(asked, wrong, staff.houses, standing, now())),
    }),
    openService<WrongCrl>({
      kindOf: () => 'crl',
      answer({ path }, wrong): Said {
        const house = houseFor(path)
        if (staff === null || house === undefined) return CLOSED
        const authorities = house !== staff.houses[0]
        return answerCrl(wrong, house, staff, standing, now(), { url: `${crl.url}${path}`, authorities, said: limited })
      },
    }),
    openService<WrongIssuer>({
      kindOf: () => 'issuer',
      answer({ path }, wrong) {
        const house = houseFor(path)
        return staff === null || house === undefined ? CLOSED : answerIssuer(wrong, house, staff)
      },
    }),
  ])
  const services = {
    ocsp: `${ocsp.url}/ocsp/`,
    caIssuers: `${issuers.url}/issuing.cer`,
    crl: `${crl.url}/issuing.crl`,
  }
  return {
    tsas,
    ocsp,
    crl,
    issuers,
    services,
    rootServices: { ...services, caIssuers: `${issuers.url}/root.cer`, crl: `${crl.url}/root.crl` },
    async serve(pki) {
      staff = await hireStaff(pki, count, services, now(), tsaKeys)
    },
    revoke: (certificate, revocation) => void revoked.set(serialOf(certificate), revocation),
    forget: (certificate) => void unknown.add(serialOf(certificate)),
    limitLists(said) {
      limited = said
    },
    pardon() {
      revoked.clear()
      unknown.clear()
    },
    close: async () => void (await Promise.all([...tsas, ocsp, crl, issuers].map((service) => service.close()))),
  }
}
