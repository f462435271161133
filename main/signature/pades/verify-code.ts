// Promises: the QR (ISO/IEC 18004) on an attestation, by which anybody finds the certification in its book: number, book, day
// and the beginning of the paper's SHA-256, or the unit's address with these filled in. An image of one bit a module.
// Never: a person's data, the network, or a claim that the code proves anything: the signature does.
import { create } from 'qrcode'
import { broken } from './broken.ts'
import { streamObject } from './lettering.ts'

export interface Certified {
  readonly number: string
  readonly book: string
  /** YYYY-MM-DD, legal day. */
  readonly day: string
  /** SHA-256 of the paper as it was shown to the officer, hexadecimal. */
  readonly digest: string
}

/** Of the digest: 64 bits, enough to tell papers apart and short enough for a small code. */
const DIGITS = 16
/** Light modules around a code. */
const QUIET = 4
/** Version 8 has 49 modules an edge: denser ones do not survive a print of this size. */
const MOST_MODULES = 49

/** `template`: an address with `{number}`, `{book}`, `{day}`, `{digest}`; without one the bare facts, in the code's short letters. */
export function verifyText(certified: Certified, template?: string): string {
  const facts = { ...certified, digest: certified.digest.slice(0, DIGITS).toUpperCase() }
  if (template === undefined || template === '')
    return `${facts.number} ${facts.book} ${facts.day} SHA256:${facts.digest}`
  return template.replaceAll(/\{(number|book|day|digest)\}/g, (_, key: keyof Certified) =>
    encodeURIComponent(facts[key]),
  )
}

/**
 * The code as an image of one bit a module, its light margin included. Throws `broken code-too-long` when the text needs more
 * than 49 modules an edge.
 */
export function codeObject(text: string): Buffer {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  if (modules.size > MOST_MODULES) return broken('code-too-long')
  const edge = modules.size + 2 * QUIET
  const stride = Math.ceil(edge / 8)
  // White is 1.
  const rows = Buffer.alloc(stride * edge, 0xff)
  for (let row = 0; row < modules.size; row++)
    for (let column = 0; column < modules.size; column++) {
      if (modules.get(row, column) === 0) continue
      const at = (row + QUIET) * stride + ((column + QUIET) >> 3)
      rows[at] = (rows[at] ?? 0) & ~(0x80 >> ((column + QUIET) & 7))
    }
  const size = `/Width ${edge} /Height ${edge}`
  return streamObject(`/Type /XObject /Subtype /Image ${size} /ColorSpace /DeviceGray /BitsPerComponent 1 `, rows)
}
