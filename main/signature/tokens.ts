// The tokens in the slots and the certificates on them, looked at without a PIN.
import type { Device, Driver } from '../../drivers/contract.ts'
import type { Certificate, PinState } from '../../preload/contract/signature.ts'
import type { DeviceWatch, SigningSession } from '../devices/index.ts'
import { legalDay } from '../dossier/index.ts'
import type { CertificateFacts } from './certificate.ts'
import { lookIntoTokens, type TokenLook } from './inventory.ts'

export interface SeenCertificate {
  readonly device: Device
  readonly facts: CertificateFacts
  readonly pin: PinState
}

export const certificatesOn = (looks: readonly TokenLook[]): readonly SeenCertificate[] =>
  looks.flatMap(({ device, pin, certificates }) =>
    pin === null ? [] : certificates.map(({ facts }) => ({ device, facts, pin })),
  )

/** Every certificate on every token present. A token that fails to answer is left out here; opening it will say why. */
export async function seeCertificates(
  driver: Driver<SigningSession>,
  devices: DeviceWatch,
): Promise<readonly SeenCertificate[]> {
  return certificatesOn(await lookIntoTokens(driver, devices))
}

const DAY = 86_400_000

export const toCertificate = ({ device, facts, pin }: SeenCertificate, at: Date): Certificate => ({
  fingerprint: facts.fingerprint,
  tokenId: device.id,
  tokenName: device.name,
  holder: facts.commonName,
  organisation: facts.organisation,
  issuer: facts.issuer,
  validFrom: legalDay(facts.validFrom),
  validTo: legalDay(facts.validTo),
  daysLeft: Math.floor((facts.validTo.getTime() - at.getTime()) / DAY),
  pin,
})
