// Promises: what a certificate says of where its issuer answers (RFC 5280 4.2), and whether it is its own.
// Never: an address of another kind than http and https.
import type { Certificate } from 'pkijs'
import { type Element, readElements } from './der.ts'
import type { ReadCertificate } from './examine-cms.ts'
import { dottedOf, onlyElement, partsOf } from './read-der.ts'

const ACCESS = '1.3.6.1.5.5.7.1.1'
const OCSP = '1.3.6.1.5.5.7.48.1'
const ISSUERS = '1.3.6.1.5.5.7.48.2'
/** cRLDistributionPoints. */
export const POINTS = '2.5.29.31'
const LONGEST = 1000

export interface Addresses {
  readonly ocsp: readonly string[]
  readonly issuers: readonly string[]
  readonly crl: readonly string[]
}

/** Of OCSP, issuer certificates and CRL (4.2.2.1, 4.2.1.13). An extension that cannot be read names nothing. */
export function addressesOf({ fields }: ReadCertificate): Addresses {
  const access = (method: string): readonly string[] =>
    attempt(() =>
      partsOf(extensionOf(fields, ACCESS)).flatMap((one) => {
        const [kind, place] = partsOf(one)
        return dottedOf(kind) === method ? urlOf(place) : []
      }),
    )
  const crl = attempt(() =>
    partsOf(extensionOf(fields, POINTS)).flatMap((point) => {
      const name = partsOf(point).find((part) => part.tag === 0xa0)
      const [full] = name === undefined ? [] : readElements(name.content)
      return full?.tag === 0xa0 ? readElements(full.content).flatMap(urlOf) : []
    }),
  )
  return { ocsp: access(OCSP), issuers: access(ISSUERS), crl }
}

function attempt(read: () => readonly string[]): readonly string[] {
  try {
    return read().slice(0, 3)
  } catch {
    return []
  }
}

/** The value of an extension; throws `broken-der`. */
export function extensionOf(fields: Certificate, id: string): Element | undefined {
  const extension = fields.extensions?.find((one) => one.extnID === id)
  return extension && onlyElement(new Uint8Array(extension.extnValue.valueBlock.valueHexView))
}

const urlOf = (name: Element | undefined): readonly string[] => {
  const text = name?.tag === 0x86 ? Buffer.from(name.content).toString('latin1') : ''
  return isWeb(text) ? [text] : []
}

/** http or https, and not too long. */
export function isWeb(address: string): boolean {
  try {
    return address.length <= LONGEST && ['http:', 'https:'].includes(new URL(address).protocol)
  } catch {
    return false
  }
}

export const isSelfIssued = ({ fields }: ReadCertificate): boolean => fields.issuer.isEqual(fields.subject)
