// What a forger's hand does to a signed PDF: further revisions, another CMS in the place of the first. Works on the text of
// files with classic tables; none of our own readers or writers is used.
import { createHash } from 'node:crypto'
import * as asn1 from 'asn1js'
import * as pkijs from 'pkijs'

const textOf = (pdf: Uint8Array): string => Buffer.from(pdf).toString('latin1')
const lastOf = (text: string, pattern: RegExp): string => {
  const found = [...text.matchAll(pattern)].at(-1)?.[1]
  if (found === undefined) throw new Error(`not in the file: ${pattern}`)
  return found
}

/** The newest body of an object. */
export const bodyOf = (pdf: Uint8Array, number: number): string =>
  lastOf(textOf(pdf), new RegExp(`(?:^|[\\r\\n])${number} 0 obj\\s([\\s\\S]*?)\\sendobj`, 'g'))

export const catalogOf = (pdf: Uint8Array): number => Number(lastOf(textOf(pdf), /\/Root (\d+) 0 R/g))
/** First number that no object has. */
export const sizeOf = (pdf: Uint8Array): number => Number(lastOf(textOf(pdf), /\/Size (\d+)/g))

export interface Body {
  /** Entries of the dictionary of a stream, or the whole object when there is no `data`. */
  readonly text: string
  readonly data?: Uint8Array
}

/** A further revision with these objects, as an editor appends it (ISO 32000-1 7.5.6). */
export function appendRevision(pdf: Uint8Array, objects: Readonly<Record<number, Body>>): Buffer {
  const text = textOf(pdf)
  const previous = lastOf(text, /startxref\s+(\d+)/g)
  const parts: Buffer[] = [Buffer.from(pdf), Buffer.from('\n')]
  let at = pdf.length + 1
  const rows: string[] = []
  for (const [number, { text: words, data }] of Object.entries(objects)) {
    const body =
      data === undefined
        ? Buffer.from(`${number} 0 obj\n${words}\nendobj\n`, 'latin1')
        : Buffer.concat([
            Buffer.from(`${number} 0 obj\n<< /Length ${data.length} ${words} >>\nstream\n`, 'latin1'),
            data,
            Buffer.from('\nendstream\nendobj\n'),
          ])
    rows.push(`${number} 1\n${String(at).padStart(10, '0')} 00000 n \n`)
    parts.push(body)
    at += body.length
  }
  const size = Math.max(sizeOf(pdf), ...Object.keys(objects).map((number) => Number(number) + 1))
  const trailer = `trailer\n<< /Size ${size} /Root ${catalogOf(pdf)} 0 R /Prev ${previous} >>\nstartxref\n${at}\n%%EOF\n`
  return Buffer.concat([...parts, Buffer.from(`xref\n${rows.join('')}${trailer}`, 'latin1')])
}

export interface Gap {
  /** First hexadecimal digit of /Contents. */
  readonly offset: number
  /** Number of digits. */
  readonly length: number
  readonly range: readonly [number, number, number, number]
}

/** Every place of a signature value, in the order of the file. */
export const gapsOf = (pdf: Uint8Array): readonly Gap[] =>
  [...textOf(pdf).matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)].map((found) => {
    const [, start = 0, first = 0, second = 0, rest = 0] = found.map(Number)
    return { offset: first + 1, length: second - first - 2, range: [start, first, second, rest] }
  })

/** The bytes that a signature is of. */
export const signedBytes = (pdf: Uint8Array, { range: [start, first, second, rest] }: Gap): Buffer =>
  Buffer.concat([pdf.subarray(start, start + first), pdf.subarray(second, second + rest)])

/** The same file with another value (DER) in the place of the first, zeros behind it. */
export function putValue(pdf: Uint8Array, { offset, length }: Gap, der: Uint8Array): Buffer {
  const digits = Buffer.from(der).toString('hex')
  if (digits.length > length) throw new Error(`${digits.length} digits do not fit into ${length}`)
  const changed = Buffer.from(pdf)
  changed.write(digits.padEnd(length, '0'), offset, 'latin1')
  return changed
}

/** The CMS in its place, opened, changed and put back. */
export function changeCms(pdf: Uint8Array, gap: Gap, change: (signed: pkijs.SignedData) => void): Buffer {
  const value = Buffer.from(textOf(pdf.subarray(gap.offset, gap.offset + gap.length)), 'hex')
  const info = new pkijs.ContentInfo({ schema: asn1.fromBER(Uint8Array.from(value)).result })
  const signed = new pkijs.SignedData({ schema: info.content })
  change(signed)
  info.content = signed.toSchema()
  return putValue(pdf, gap, new Uint8Array(info.toSchema().toBER()))
}

/** Puts another certificate in the place of the signer's and names it as the signer's; the signature value stays. */
export const swapCertificate = (pdf: Uint8Array, gap: Gap, der: Uint8Array): Buffer =>
  changeCms(pdf, gap, (signed) => {
    const other = pkijs.Certificate.fromBER(Uint8Array.from(der))
    signed.certificates = [other, ...(signed.certificates ?? []).slice(1)]
    const signer = signed.signerInfos[0]
    if (signer !== undefined)
      signer.sid = new pkijs.IssuerAndSerialNumber({ issuer: other.issuer, serialNumber: other.serialNumber })
  })

/** The signature value of the first signer, for a time stamp on it. */
export function signatureValue(pdf: Uint8Array, gap: Gap): Buffer {
  let value = Buffer.alloc(0)
  changeCms(pdf, gap, (signed) => {
    value = Buffer.from(signed.signerInfos[0]?.signature.valueBlock.valueHexView ?? [])
  })
  return value
}

const SIGNATURE_TIMESTAMP = '1.2.840.113549.1.9.16.2.14'

/** Puts a time-stamp token among the unsigned attributes (RFC 3161 appendix A). */
export const addTimestamp = (pdf: Uint8Array, gap: Gap, token: Uint8Array): Buffer =>
  changeCms(pdf, gap, (signed) => {
    const values = [asn1.fromBER(Uint8Array.from(token)).result]
    const attributes = [new pkijs.Attribute({ type: SIGNATURE_TIMESTAMP, values })]
    const signer = signed.signerInfos[0]
    if (signer !== undefined) signer.unsignedAttrs = new pkijs.SignedAndUnsignedAttributes({ type: 1, attributes })
  })

/** Key of a signature in /VRI: SHA-1 of /Contents. */
export const vriKey = (pdf: Uint8Array, { offset, length }: Gap): string =>
  createHash('sha1')
    .update(Buffer.from(textOf(pdf.subarray(offset, offset + length)), 'hex'))
    .digest('hex')
    .toUpperCase()
