// Promises: a CMS SignedData (RFC 5652 5.1) with exactly one signer, taken apart from its DER; certificates as they stand there.
// Never: a judgement; who signed and what is for the caller.
import { broken } from './broken.ts'
import type { Element } from './der.ts'
import { type ReadCertificate, readCertificate } from './examine-cms.ts'
import { dottedOf, need, onlyElement, partsOf, sameBytes } from './read-der.ts'

export interface SignedData {
  /** Content type of what is signed, and its content when it is inside. */
  readonly contentType: string
  readonly content: Uint8Array | undefined
  readonly certificates: readonly ReadCertificate[]
  readonly signer: SignerInfo
}
export interface SignerInfo {
  readonly digestAlgorithm: string
  /** AlgorithmIdentifier. */
  readonly signatureAlgorithm: Element
  /** With the tag of SET, as they were signed (5.4). */
  readonly attributes: Uint8Array
  /** The value of a signed attribute that stands exactly once with one value. */
  readonly attribute: (type: string) => Element | undefined
  readonly value: Uint8Array
  readonly isOf: (certificate: ReadCertificate) => boolean
}

const SIGNED_DATA = '1.2.840.113549.1.7.2'
const KEY_IDENTIFIER = '2.5.29.14'
const MOST_CERTIFICATES = 24

/** Throws `broken-der` when it is not one. Zeros behind it (the place kept in a PDF) are the caller's to cut. */
export function readSignedData(der: Uint8Array): SignedData {
  const [type, wrapped] = partsOf(onlyElement(der))
  if (dottedOf(type) !== SIGNED_DATA) broken('broken-der')
  const [, , encapsulated, ...rest] = partsOf(partsOf(wrapped, 0xa0)[0])
  const [contentType, inside] = partsOf(encapsulated)
  const bag = rest.find((element) => element.tag === 0xa0)
  const [signer, second] = partsOf(rest.at(-1), 0x31)
  if (second !== undefined) broken('broken-der')
  const certificates = bag === undefined ? [] : partsOf(bag, 0xa0).filter((element) => element.tag === 0x30)
  if (certificates.length > MOST_CERTIFICATES) broken('broken-der')
  return {
    contentType: dottedOf(contentType),
    content: inside === undefined ? undefined : need(partsOf(inside, 0xa0)[0], 0x04).content,
    certificates: certificates.map((element) => readCertificate(element.whole)),
    signer: readSigner(signer),
  }
}

function readSigner(element: Element | undefined): SignerInfo {
  const [, sid, digestAlgorithm, attributes, signatureAlgorithm, value] = partsOf(element)
  const signed = Buffer.from(need(attributes, 0xa0).whole)
  signed[0] = 0x31
  const all = partsOf(attributes, 0xa0).map((attribute) => partsOf(attribute))
  return {
    digestAlgorithm: dottedOf(partsOf(digestAlgorithm)[0]),
    signatureAlgorithm: need(signatureAlgorithm, 0x30),
    attributes: new Uint8Array(signed),
    attribute: (type) => {
      const same = all.filter(([name]) => dottedOf(name) === type)
      const values = same.length === 1 ? partsOf(same[0]?.[1], 0x31) : []
      return values.length === 1 ? values[0] : undefined
    },
    value: need(value, 0x04).content,
    isOf: (certificate) => isNamed(sid, certificate),
  }
}

/** By issuer and serial number, or by the key identifier (5.3). */
function isNamed(sid: Element | undefined, { fields }: ReadCertificate): boolean {
  if (sid?.tag === 0x80) {
    const extension = fields.extensions?.find((one) => one.extnID === KEY_IDENTIFIER)
    return extension !== undefined && sameBytes(onlyElement(insideOf(extension)).content, sid.content)
  }
  const [issuer, serial] = partsOf(sid)
  return (
    sameBytes(issuer?.whole, new Uint8Array(fields.issuer.valueBeforeDecode)) &&
    sameBytes(serial?.content, new Uint8Array(fields.serialNumber.valueBlock.valueHexView))
  )
}

/** The DER inside an extension. */
export const insideOf = (extension: {
  readonly extnValue: { readonly valueBlock: { readonly valueHexView: Uint8Array } }
}): Uint8Array => new Uint8Array(extension.extnValue.valueBlock.valueHexView)
