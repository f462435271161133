// Writes the objects of a new PDF one after another, with a cross-reference table (ISO 32000-1 §7.5): nothing packed, nothing
// encrypted, line ends as ISO 19005 wants them. Streams are kept by reference and copied once, at the end.
// Knows no pages, fonts or pictures. Same calls, same bytes.
import { deflateSync } from 'node:zlib'

export interface PdfWriter {
  /** A number for an object that is put later. */
  readonly reserve: () => number
  /** Body of an object, its number if reserved; gives the number. */
  readonly put: (body: string, number?: number) => number
  /** A stream: entries of its dictionary without /Length. */
  readonly putStream: (entries: string, data: Uint8Array) => number
  /** A stream packed with Flate. */
  readonly putPacked: (entries: string, data: Uint8Array) => number
  readonly close: (trailer: string) => Uint8Array
}

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')

export function openPdfWriter(version: '1.4' | '1.7'): PdfWriter {
  const parts: Uint8Array[] = []
  const offsets: number[] = []
  let length = 0
  const push = (part: Uint8Array): void => {
    parts.push(part)
    length += part.length
  }
  const reserve = (): number => offsets.push(-1)
  const begin = (number: number): string => {
    offsets[number - 1] = length
    return `${number} 0 obj\n`
  }
  const putStream = (entries: string, data: Uint8Array): number => {
    const number = reserve()
    push(latin1(`${begin(number)}<< ${entries} /Length ${data.length} >>\nstream\n`))
    push(data)
    push(latin1('\nendstream\nendobj\n'))
    return number
  }
  push(latin1(`%PDF-${version}\n%\xe2\xe3\xcf\xd3\n`))
  return {
    reserve,
    put: (body, number = reserve()) => {
      push(latin1(`${begin(number)}${body}\nendobj\n`))
      return number
    },
    putStream,
    putPacked: (entries, data) => putStream(`${entries} /Filter /FlateDecode`, deflateSync(data, { level: 9 })),
    close: (trailer) => {
      const start = length
      const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
      push(latin1(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${rows.join('')}`))
      push(latin1(`trailer\n<< /Size ${offsets.length + 1} ${trailer} >>\nstartxref\n${start}\n%%EOF\n`))
      const whole = new Uint8Array(length)
      let at = 0
      for (const part of parts) {
        whole.set(part, at)
        at += part.length
      }
      return whole
    },
  }
}

/** A text string (§7.9.2.2): UTF-16BE with its mark, in hexadecimal. */
export const textString = (text: string): string => `<FEFF${utf16(text)}>`

/** UTF-16BE in hexadecimal digits. */
export const utf16 = (text: string): string =>
  Array.from({ length: text.length }, (_, index) => text.charCodeAt(index).toString(16).padStart(4, '0'))
    .join('')
    .toUpperCase()

export const hexString = (bytes: Uint8Array): string => `<${Buffer.from(bytes).toString('hex').toUpperCase()}>`

/** At most four decimals, never in the form 1e-7. */
export const decimal = (value: number): string => {
  const rounded = Math.round(value * 10_000) / 10_000
  return Object.is(rounded, -0) ? '0' : String(rounded)
}
