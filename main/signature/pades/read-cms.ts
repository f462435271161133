// Promises: a CMS SignedData (RFC 5652 5.1) with exactly one signer, taken apart as it stands in its bytes: content, certificates,
// lists, signed and unsigned attributes. DER is walked in place; BER of other programs is put into definite lengths first.
// Never: a judgement; whether the parts agree is another question (examine-cms.ts).
import { broken } from './broken.ts'
import { type Element, readElement, readElements } from './der.ts'
import { definiteForm, dottedOf, need, partsOf } from './read-der.ts'
import { type Algorithm, readAlgorithm } from './signature-value.ts'

export interface ReadCms {
  /** Content type of what is signed, dotted. */
  readonly contentType: string
  /** Nothing of the content is inside. */
  readonly detached: boolean
  /** The content, when it is inside as OCTET STRING. */
  readonly content: Uint8Array | undefined
  /** DER of certificates and of certificate lists, as they stand there. */
  readonly certificates: readonly Uint8Array[]
  readonly lists: readonly Uint8Array[]
  readonly signer: ReadSigner
  /** Nothing but zeros follows it. */
  readonly padded: boolean
}

export interface ReadSigner {
  /** DER of the issuer's name; the serial number without tag and length. */
  readonly issuer: Uint8Array
  readonly serial: Uint8Array
  readonly digestAlgorithm: string
  readonly algorithm: Algorithm
  /** The signed attributes as they were signed: with the tag of SET (5.4). */
  readonly attributes: Uint8Array
  /** The value of a signed attribute that stands exactly once with exactly one value. */
  readonly attribute: (type: string) => Element | undefined
  /** All values of an unsigned attribute; none when the unsigned attributes cannot be read. */
  readonly unsigned: (type: string) => readonly Element[]
  readonly value: Uint8Array
}

const SIGNED_DATA = '1.2.840.113549.1.7.2'
const MOST_CERTIFICATES = 24
const MOST_VALUES = 64
/** Octets in pieces: BER. */
const PIECES = 0x24

/** ContentInfo → [0] → SignedData. Throws `broken-der` when it is none. Behind it, the place kept in a PDF may follow. */
export function readCms(contents: Uint8Array): ReadCms {
  try {
    return readFrame(contents)
  } catch {
    const { whole, end } = definiteForm(contents)
    return { ...readFrame(whole), padded: isZero(contents.subarray(end)) }
  }
}

function isZero(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0) return false
  return true
}

function readFrame(contents: Uint8Array): ReadCms {
  const info = readElement(contents, 0)
  const [type, wrapped, ...none] = partsOf(info)
  const [data, ...noMore] = partsOf(wrapped, 0xa0)
  const [version, hashes, encapsulated, ...rest] = partsOf(data)
  const signers = rest.pop()
  const framed = version?.tag === 0x02 && hashes?.tag === 0x31 && none.length + noMore.length === 0
  if (!framed || dottedOf(type) !== SIGNED_DATA) broken('broken-der')
  const [contentType, inside] = partsOf(encapsulated)
  const content = inside === undefined ? undefined : partsOf(inside, 0xa0)[0]
  const [signer, second] = partsOf(signers, 0x31)
  const certificates = bytesIn(rest, 0xa0)
  if (second !== undefined || content?.tag === PIECES || certificates.length > MOST_CERTIFICATES) broken('broken-der')
  return {
    contentType: dottedOf(contentType),
    detached: inside === undefined,
    content: content?.tag === 0x04 ? content.content : undefined,
    certificates,
    lists: bytesIn(rest, 0xa1),
    signer: readSigner(signer),
    padded: isZero(contents.subarray(info.end)),
  }
}

/** Of a CHOICE the plain ones: no attribute certificates, no other formats. */
const bytesIn = (rest: readonly Element[], tag: number): readonly Uint8Array[] =>
  readElements(rest.find((one) => one.tag === tag)?.content ?? new Uint8Array())
    .filter((one) => one.tag >> 6 === 0)
    .map((one) => one.whole)

function readSigner(element: Element | undefined): ReadSigner {
  const [, sid, digestAlgorithm, attributes, algorithm, value, behind] = partsOf(element)
  const [issuer, serial] = partsOf(sid)
  const signed = Uint8Array.from(need(attributes, 0xa0).whole)
  signed[0] = 0x31
  const own = readAttributes(attributes, 0xa0)
  return {
    issuer: need(issuer, 0x30).whole,
    serial: need(serial, 0x02).content,
    digestAlgorithm: readAlgorithm(digestAlgorithm).id,
    algorithm: readAlgorithm(algorithm),
    attributes: signed,
    attribute: (wanted) => {
      const [same, ...more] = own.filter(({ type }) => type === wanted)
      return more.length === 0 && same?.values.length === 1 ? same.values[0] : undefined
    },
    unsigned: (wanted) => {
      try {
        const all = behind === undefined ? [] : readAttributes(behind, 0xa1)
        return all.flatMap(({ type, values }) => (type === wanted ? values : [])).slice(0, MOST_VALUES)
      } catch {
        return []
      }
    },
    value: need(value, 0x04).content,
  }
}

const readAttributes = (bag: Element | undefined, tag: number) =>
  partsOf(bag, tag).map((attribute) => {
    const [type, values] = partsOf(attribute)
    return { type: dottedOf(type), values: partsOf(values, 0x31) }
  })
