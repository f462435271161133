// Who signs in a role, with which certificate on which token, and with which pictures: found without a PIN, before anything is asked.
import type { Caller } from '../../preload/contract/border.ts'
import type { Authority } from '../../preload/contract/certification.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { SigningRole } from '../../preload/contract/signature.ts'
import type { DocumentRow } from '../document/index.ts'
import { choose, type Wanted } from './certificate.ts'
import type { SignatureParts } from './index.ts'
import { lookIntoTokens } from './inventory.ts'
import { NO_IMAGES, type StampImages } from './stamp-images.ts'
import { certificatesOn, type SeenCertificate } from './tokens.ts'

export interface Choice {
  readonly authority: Authority | null
  readonly seen: SeenCertificate
  readonly images: StampImages
}
/** `authority` also where no token was found: the list names who has to sign. */
export interface Chosen {
  readonly result: Result<Choice>
  readonly authority: Authority | null
}

export function openSigner(
  parts: Pick<SignatureParts, 'unit' | 'certifications' | 'documents' | 'driver' | 'devices' | 'openImages' | 'now'>,
): (role: SigningRole, caller: Caller, documents: readonly DocumentRow[]) => Promise<Chosen> {
  const { unit, certifications, now } = parts
  /** Looked at once; a file that was refused is looked at again when somebody has mended it. */
  let opened: Result<StampImages> | null =
    unit.sealImage === undefined && unit.signatureImages === undefined ? ok(NO_IMAGES) : null
  const imagesFor = async (role: SigningRole): Promise<Result<StampImages>> => {
    // On its own copy the agency shows no seal (NĐ 30/2020, phụ lục I).
    if (role === 'scanner' || role === 'copy') return ok(NO_IMAGES)
    if (opened === null || !opened.ok) opened = await parts.openImages()
    return opened
  }
  const wantedFor = (role: SigningRole, authority: Authority | null, caller: Caller): Wanted =>
    role === 'agency' || role === 'copy'
      ? { agency: unit.agency }
      : role === 'scanner'
        ? { personName: caller.name }
        : { personNumber: authority?.personNumber ?? '' }

  /** The act of this role may be done today, by the unit's entries. */
  const mayDo = (role: SigningRole, documents: readonly DocumentRow[]): Result<unknown> => {
    if (role === 'scanner') return ok(undefined)
    if (role === 'copy') return parts.documents.agencyCopyRule()
    // The legal act is the officer's: what is sealed afterwards was certified while its rule stood.
    return certifications.mayCertify(role === 'officer' ? documents : [])
  }

  return async (role, caller, documents) => {
    const allowed = mayDo(role, documents)
    if (!allowed.ok) return { result: allowed, authority: null }
    const images = await imagesFor(role)
    if (!images.ok) return { result: images, authority: null }
    const may = role === 'officer' ? certifications.authority(caller, now()) : ok(null)
    if (!may.ok) return { result: may, authority: null }
    const authority = may.value
    const looks = await lookIntoTokens(parts.driver, parts.devices)
    if (parts.devices.list('signature').devices.every((device) => !device.loaded))
      return { result: fail({ kind: 'device', device: 'signature', what: 'absent' }), authority }
    const chosen = choose(certificatesOn(looks), wantedFor(role, authority, caller), now())
    // A token that could not be asked may be the one: its trouble is the reason, not the certificates of the others.
    const trouble = looks.find((look) => look.trouble !== null)?.trouble
    if (!chosen.ok && trouble != null) return { result: fail(trouble), authority }
    return { result: chosen.ok ? ok({ authority, seen: chosen.value, images: images.value }) : chosen, authority }
  }
}
