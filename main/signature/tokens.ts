// The tokens in the slots and the certificates on them, looked at without a PIN.
import type { Device, Driver, PinState } from '../../drivers/contract.ts'
import { ok, type Result } from '../../preload/contract/result.ts'
import type { Certificate } from '../../preload/contract/signature.ts'
import type { DeviceWatch, SigningSession } from '../devices/index.ts'
import { legalDay } from '../dossier/index.ts'
import { type CertificateFacts, readFacts } from './certificate.ts'

export interface SeenCertificate {
  readonly device: Device
  readonly facts: CertificateFacts
  readonly pin: PinState
}

/** Every certificate on every token present. A token that fails to answer is left out here; opening it will say why. */
export async function seeCertificates(
  driver: Driver<SigningSession>,
  devices: DeviceWatch,
): Promise<Result<readonly SeenCertificate[]>> {
  const seen: SeenCertificate[] = []
  for (const device of (await devices.look('signature')).devices.filter((one) => one.loaded)) {
    const control = new AbortController()
    try {
      const session = await driver.open(device.id, control.signal)
      if (!session.ok) continue
      const [pin, certificates] = [await session.value.pinState(), await session.value.certificates()]
      await session.value.close()
      if (!pin.ok || !certificates.ok) continue
      for (const { der } of certificates.value) {
        const facts = readFacts(der)
        if (facts !== null) seen.push({ device, facts, pin: pin.value })
      }
    } finally {
      control.abort()
    }
  }
  return ok(seen)
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
