// Promises: the parts of a CMS (RFC 5652) as they stand in its bytes: certificates, signed and unsigned attributes, algorithms.
// Never: a judgement; whether the parts agree is another question (examine-cms.ts).
import { type BaseBlock, Constructed, fromBER, ObjectIdentifier, OctetString } from 'asn1js'
import { readElement, readElements } from './der.ts'

const SIGNED_DATA = '1.2.840.113549.1.7.2'
const RSA_PSS = '1.2.840.113549.1.1.10'
const MASK_MGF1 = '1.2.840.113549.1.1.8'
const MOST_VALUES = 64

/** Hashes that count. */
export const SHA2: ReadonlyMap<string, string> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])

export const members = (block: BaseBlock | undefined): readonly BaseBlock[] =>
  block instanceof Constructed ? block.valueBlock.value : []
export const dotted = (block: BaseBlock | undefined): string =>
  block instanceof ObjectIdentifier ? block.valueBlock.toString() : ''
export const octets = (block: BaseBlock | undefined): Uint8Array =>
  block instanceof OctetString ? new Uint8Array(block.valueBlock.valueHexView) : new Uint8Array()
export const raw = (block: BaseBlock): Uint8Array => new Uint8Array(block.valueBeforeDecodeView)
export const isContext = (block: BaseBlock | undefined, number: number): boolean =>
  block?.idBlock.tagClass === 3 && block.idBlock.tagNumber === number
export const isOctets = (block: BaseBlock | undefined, expected: Uint8Array): boolean =>
  block instanceof OctetString && !block.idBlock.isConstructed && Buffer.compare(octets(block), expected) === 0

export interface ReadCms {
  /** Content type, and the content when it is inside ([0]). */
  readonly encapsulated: readonly BaseBlock[]
  /** DER of certificates and of certificate lists, as they stand there. */
  readonly certificates: readonly Uint8Array[]
  readonly lists: readonly Uint8Array[]
  readonly signers: readonly BaseBlock[]
  /** Nothing but zeros follows it. */
  readonly padded: boolean
}

const partOf = (bytes: Uint8Array): BaseBlock => fromBER(new Uint8Array(bytes)).result
const isUniversal = (tag: number): boolean => tag >> 6 === 0

/** DER: the frame is walked, and only the small parts are parsed; a batch reads thousands of these. */
function readFrame(contents: Uint8Array): ReadCms {
  const info = readElement(contents, 0)
  const [type, content, ...none] = readElements(info.content)
  if (type === undefined || content?.tag !== 0xa0 || none.length > 0) throw new Error('not signed data')
  const data = readElement(content.content, 0)
  const [version, hashes, encapsulated, ...rest] = readElements(data.content)
  const signers = rest.pop()
  const framed = info.tag === 0x30 && data.tag === 0x30 && version?.tag === 0x02 && hashes?.tag === 0x31
  if (!framed || encapsulated?.tag !== 0x30 || signers?.tag !== 0x31 || dotted(partOf(type.whole)) !== SIGNED_DATA)
    throw new Error('not signed data')
  const inside = (tag: number): readonly Uint8Array[] =>
    readElements(rest.find((one) => one.tag === tag)?.content ?? new Uint8Array())
      .filter((one) => isUniversal(one.tag))
      .map((one) => one.whole)
  return {
    encapsulated: members(partOf(encapsulated.whole)),
    certificates: inside(0xa0),
    lists: inside(0xa1),
    signers: members(partOf(signers.whole)),
    padded: contents.subarray(info.end).every((byte) => byte === 0),
  }
}

/** BER with indefinite lengths, as some programs write it: parsed as a whole. */
function readWhole(contents: Uint8Array): ReadCms {
  const parsed = fromBER(new Uint8Array(contents))
  const [type, content] = members(parsed.result)
  const [version, , encapsulated, ...rest] = members(members(content)[0])
  const signers = rest.at(-1)
  if (dotted(type) !== SIGNED_DATA || version === undefined || signers === undefined || isContext(signers, 0))
    throw new Error('not signed data')
  const bag = members(rest.find((block) => isContext(block, 0)))
  const lists = members(rest.find((block) => isContext(block, 1)))
  return {
    encapsulated: members(encapsulated),
    certificates: bag.filter((block) => block.idBlock.tagClass === 1).map(raw),
    lists: lists.filter((block) => block.idBlock.tagClass === 1).map(raw),
    signers: members(signers),
    padded: parsed.offset > 0 && contents.subarray(parsed.offset).every((byte) => byte === 0),
  }
}

/** ContentInfo → [0] → SignedData (5.1). Throws when it is none. */
export function readCms(contents: Uint8Array): ReadCms {
  try {
    return readFrame(contents)
  } catch {
    return readWhole(contents)
  }
}

export interface ReadSigner {
  /** DER of issuer and serial number. */
  readonly issuer: Uint8Array
  readonly serial: Uint8Array
  readonly digestAlgorithm: string
  readonly signatureAlgorithm: string
  readonly parameters: BaseBlock | undefined
  /** The signed attributes as they were signed: with the tag of SET (5.4). */
  readonly attributes: Uint8Array
  /** The value of a signed attribute that stands exactly once with exactly one value. */
  readonly attribute: (type: string) => BaseBlock | undefined
  /** All values of an unsigned attribute. */
  readonly unsigned: (type: string) => readonly BaseBlock[]
  readonly value: Uint8Array
}

export function readSigner(block: BaseBlock): ReadSigner {
  const [, sid, digestAlgorithm, attributes, signatureAlgorithm, value, behind] = members(block)
  const [issuer, serial] = members(sid)
  if (issuer === undefined || serial === undefined || attributes === undefined || !isContext(attributes, 0))
    throw new Error('not a signer with attributes')
  const signed = raw(attributes)
  signed[0] = 0x31
  const valuesOf = (bag: BaseBlock | undefined, type: string): readonly (readonly BaseBlock[])[] =>
    members(bag)
      .filter((attribute) => dotted(members(attribute)[0]) === type)
      .map((attribute) => members(members(attribute)[1]))
  return {
    issuer: raw(issuer),
    serial: raw(serial),
    digestAlgorithm: dotted(members(digestAlgorithm)[0]),
    signatureAlgorithm: dotted(members(signatureAlgorithm)[0]),
    parameters: members(signatureAlgorithm)[1],
    attributes: signed,
    attribute: (type) => {
      const [values, ...more] = valuesOf(attributes, type)
      return more.length === 0 && values?.length === 1 ? values[0] : undefined
    },
    unsigned: (type) => (isContext(behind, 1) ? valuesOf(behind, type).flat().slice(0, MOST_VALUES) : []),
    value: octets(value),
  }
}

/** The one hash of RSASSA-PSS parameters (RFC 4055 3.1), for message and mask alike; undefined for the default SHA-1 and for mixtures. */
export function hashOfPss(parameters: BaseBlock | undefined): string | undefined {
  const tagged = (number: number) => members(members(parameters).find((part) => isContext(part, number)))[0]
  const [hash, mask] = [members(tagged(0)), members(tagged(1))]
  const own = SHA2.get(dotted(hash[0]))
  return dotted(mask[0]) === MASK_MGF1 && SHA2.get(dotted(members(mask[1])[0])) === own ? own : undefined
}
export const isPss = (algorithm: string): boolean => algorithm === RSA_PSS
