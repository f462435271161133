// The certificates of this counter: on the tokens that are in, and on those seen before; when they end, and who cannot sign.
// Looked at without a PIN. Names and days only; it never decides who may sign, only who would have nothing to sign with.
import { eq } from 'drizzle-orm'
import type { Device, Driver, TokenCertificate } from '../../drivers/contract.ts'
import type { Authority } from '../../preload/contract/certification.ts'
import { type Failure, ok, type Result } from '../../preload/contract/result.ts'
import type {
  Certificate,
  Expiry,
  Inventory,
  KnownCertificate,
  PinState,
  Shortfall,
} from '../../preload/contract/signature.ts'
import { type DeviceWatch, openSoon, type SigningSession } from '../devices/index.ts'
import { legalDay } from '../dossier/index.ts'
import type { Reader, Storage, Writer } from '../storage/index.ts'
import { type CertificateFacts, judge, readFacts, type Wanted } from './certificate.ts'
import { signatureCertificate } from './table.ts'

const DAY = 86_400_000
/** Seen again within the hour is not worth a write. */
const SEEN_LATELY = DAY / 24
/** Another screen of ours may be looking at the token just now. */
const LOOKED_AT = 1_000
/** Long over and not here: nobody needs to be told any more. */
const FORGOTTEN_AFTER = 400 * DAY

type Row = typeof signatureCertificate.$inferSelect

/** One token as it stands: what it says of its PIN and shows of its certificates, or why it could not be asked. */
export interface TokenLook {
  readonly device: Device
  readonly pin: PinState | null
  readonly trouble: Failure | null
  readonly certificates: readonly { readonly facts: CertificateFacts; readonly everySignature: boolean | null }[]
}

export async function lookIntoTokens(
  driver: Driver<SigningSession>,
  devices: DeviceWatch,
): Promise<readonly TokenLook[]> {
  const looks: TokenLook[] = []
  for (const device of (await devices.look('signature')).devices.filter((one) => one.loaded))
    looks.push(await lookInto(driver, device))
  return looks
}

async function lookInto(driver: Driver<SigningSession>, device: Device): Promise<TokenLook> {
  const troubled = (trouble: Failure): TokenLook => ({ device, pin: null, trouble, certificates: [] })
  const control = new AbortController()
  try {
    const opened = await openSoon(driver, device.id, control.signal, LOOKED_AT)
    if (!opened.ok) return troubled(opened.failure)
    const [pin, certificates] = [await opened.value.pinState(), await opened.value.certificates()]
    await opened.value.close()
    if (!pin.ok) return troubled(pin.failure)
    if (!certificates.ok) return { ...troubled(certificates.failure), pin: pin.value }
    const known = certificates.value.flatMap(({ der, everySignature }) => {
      const facts = readFacts(der)
      return facts === null ? [] : [{ facts, everySignature: everySignature ?? null }]
    })
    return { device, pin: pin.value, trouble: null, certificates: known }
  } finally {
    control.abort()
  }
}

/** Whole days left; 0 on its last day. */
export const daysLeft = (validTo: Date, at: Date): number => Math.floor((validTo.getTime() - at.getTime()) / DAY)

/** Warnings at 30, 7 and 0 days. */
export function expiryOf(validFrom: Date, validTo: Date, at: Date): Expiry {
  if (at > validTo) return 'expired'
  if (at < validFrom) return 'not-yet'
  const left = daysLeft(validTo, at)
  return left === 0 ? 'today' : left <= 7 ? 'week' : left <= 30 ? 'month' : 'fine'
}

/**
 * Who may certify today by one of `authorities`, and the agency's seal, for whom no certificate seen here is valid now. Seen
 * at another counter counts as not seen: the list is a reason to ask, not to forbid.
 */
export function cannotSign(
  authorities: readonly Authority[],
  agency: { readonly name: string; readonly identifier: string },
  known: readonly CertificateFacts[],
  at: Date,
): readonly Shortfall[] {
  const today = legalDay(at)
  const people = new Map(
    authorities
      .filter((one) => one.validFrom <= today && today <= one.validTo)
      .map((one) => [one.personNumber, one] as const),
  )
  const officers = [...people.values()].map((one) => ({
    role: 'officer' as const,
    who: one.personName,
    title: one.titleLine,
    wanted: { personNumber: one.personNumber },
  }))
  const seal = agency.name === '' ? [] : [{ role: 'agency' as const, who: agency.name, title: '', wanted: { agency } }]
  return [...officers, ...seal].flatMap(({ wanted, ...person }) => {
    const lacks = whatLacks(wanted, known, at)
    return lacks === null ? [] : [{ ...person, ...lacks }]
  })
}

function whatLacks(
  wanted: Wanted,
  known: readonly CertificateFacts[],
  at: Date,
): Pick<Shortfall, 'why' | 'day'> | null {
  const verdicts = known.map((facts) => judge(facts, wanted, at))
  if (verdicts.some((verdict) => verdict.ok)) return null
  const days = (rule: string): string[] =>
    verdicts
      .flatMap(({ ok, ...rest }) => (!ok && 'failure' in rest ? [rest.failure] : []))
      .flatMap((failure) => (failure.kind === 'refused' && failure.rule === rule ? [failure.detail ?? ''] : []))
      .sort()
  const [next] = days('certificate-not-yet-valid')
  if (next !== undefined) return { why: 'not-yet', day: next }
  const last = days('certificate-expired').at(-1)
  return last === undefined ? { why: 'not-seen', day: null } : { why: 'expired', day: last }
}

export interface Certificates {
  /** Looks at the tokens; who may certify today is the caller's to say. */
  answer(
    authorities: Result<readonly Authority[]> | Promise<Result<readonly Authority[]>>,
    agency: { readonly name: string; readonly identifier: string },
  ): Promise<Result<Inventory>>
  /** After a login, when the keys are visible: which of them ask for their PIN every time. */
  learn(certificates: Result<readonly TokenCertificate[]>): void
  /** What an earlier login has shown; undefined when there was none. */
  asksEveryTime(fingerprint: string): boolean | undefined
  /** The certificate with that. */
  show(certificate: Certificate): Certificate
}

export function openCertificates(parts: {
  readonly storage: Storage
  readonly driver: Driver<SigningSession>
  readonly devices: DeviceWatch
  readonly now: () => Date
}): Certificates {
  const { storage, now } = parts

  function remember(looks: readonly TokenLook[], at: Date): void {
    const before = new Map(storage.read(allRows).map((row) => [row.fingerprint, row]))
    const fresh = looks
      .flatMap(({ device, certificates }) => certificates.map((one) => rowOf(one, device, at)))
      .map((row) => ({
        ...row,
        everySignature: row.everySignature ?? before.get(row.fingerprint)?.everySignature ?? null,
      }))
      .filter((row) => isNews(row, before.get(row.fingerprint)))
    if (fresh.length === 0) return
    storage.write((w) => {
      for (const row of fresh)
        w.insert(signatureCertificate)
          .values(row)
          .onConflictDoUpdate({ target: signatureCertificate.fingerprint, set: row })
          .run()
    })
  }

  const asksEveryTime = (fingerprint: string): boolean | undefined =>
    storage.read(
      (r) =>
        r.select().from(signatureCertificate).where(eq(signatureCertificate.fingerprint, fingerprint)).get()
          ?.everySignature ?? undefined,
    )

  return {
    async answer(given, agency) {
      const authorities = await given
      if (!authorities.ok) return authorities
      const looks = await lookIntoTokens(parts.driver, parts.devices)
      const at = now()
      remember(looks, at)
      const here = new Set(looks.map((look) => look.device.id))
      const rows = storage
        .read(allRows)
        .filter((row) => here.has(row.tokenId) || at.getTime() - Date.parse(row.validTo) < FORGOTTEN_AFTER)
      return ok({
        tokens: looks.map(({ device, pin, trouble }) => ({ id: device.id, name: device.name, pin, trouble })),
        certificates: rows
          .sort(
            (one, other) => one.validTo.localeCompare(other.validTo) || one.holder.localeCompare(other.holder, 'vi'),
          )
          .map((row) => toKnown(row, here, at)),
        cannotSign: [...cannotSign(authorities.value, agency, rows.map(factsOf), at)],
      })
    },
    learn: (certificates) => {
      if (!certificates.ok) return
      storage.write((w) => {
        for (const { fingerprint, everySignature } of certificates.value)
          if (everySignature !== undefined) setEverySignature(w, fingerprint, everySignature)
      })
    },
    asksEveryTime,
    show: (certificate) => ({ ...certificate, everySignature: asksEveryTime(certificate.fingerprint) }),
  }
}

const allRows = (r: Reader): readonly Row[] => r.select().from(signatureCertificate).all()

const setEverySignature = (w: Writer, fingerprint: string, everySignature: boolean): void =>
  void w
    .update(signatureCertificate)
    .set({ everySignature })
    .where(eq(signatureCertificate.fingerprint, fingerprint))
    .run()

function rowOf({ facts, everySignature }: TokenLook['certificates'][number], device: Device, at: Date): Row {
  return {
    fingerprint: facts.fingerprint,
    holder: facts.commonName,
    personNumber: facts.personNumber,
    organisation: facts.organisation,
    organisationIdentifier: facts.organisationIdentifier,
    issuer: facts.issuer,
    validFrom: facts.validFrom.toISOString(),
    validTo: facts.validTo.toISOString(),
    tokenId: device.id,
    everySignature,
    lastSeen: at.toISOString(),
  }
}

const isNews = (row: Row, before: Row | undefined): boolean =>
  before === undefined ||
  before.tokenId !== row.tokenId ||
  before.everySignature !== row.everySignature ||
  Date.parse(row.lastSeen) - Date.parse(before.lastSeen) > SEEN_LATELY

const factsOf = (row: Row): CertificateFacts => ({
  fingerprint: row.fingerprint,
  der: new Uint8Array(),
  commonName: row.holder,
  personNumber: row.personNumber,
  organisation: row.organisation,
  organisationIdentifier: row.organisationIdentifier,
  issuer: row.issuer,
  validFrom: new Date(row.validFrom),
  validTo: new Date(row.validTo),
})

function toKnown(row: Row, here: ReadonlySet<string>, at: Date): KnownCertificate {
  const { validFrom, validTo } = factsOf(row)
  return {
    fingerprint: row.fingerprint,
    holder: row.holder,
    organisation: row.organisation,
    issuer: row.issuer,
    validFrom: legalDay(validFrom),
    validTo: legalDay(validTo),
    daysLeft: daysLeft(validTo, at),
    expiry: expiryOf(validFrom, validTo, at),
    lastSeen: row.lastSeen,
    everySignature: row.everySignature,
    tokenId: here.has(row.tokenId) ? row.tokenId : null,
  }
}
