// Promises: the shapes of the samples of forgeries, and the small things that a forger puts into a paper before it is signed.
// Never: one of our own writers.
import type { CheckFault, CheckVerdict } from '../../preload/contract/validation.ts'
import { appendRevision, type Body, bodyOf, catalogOf, sizeOf } from '../bench/peers/rewrite.ts'
import type { BenchPki } from './pades-pki.ts'
import { pageNumbers, withEntry, withItem } from './sign-by-hand.ts'

export interface Sample {
  readonly pdf: Uint8Array
  readonly verdict: CheckVerdict
  /** One of these must be named by some signature; none: the file as a whole is refused. */
  readonly fault?: CheckFault
}
export type Samples = Readonly<Record<string, Sample>>

export interface Scene {
  readonly paper: Uint8Array
  readonly pki: BenchPki
  /** The same names under a root of its own. */
  readonly impostor: BenchPki
  /** Where `pki` was made. */
  readonly folder: string
}

export const textOf = (pdf: Uint8Array): string => Buffer.from(pdf).toString('latin1')
export const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1')
export const invalid = (pdf: Uint8Array, fault: CheckFault): Sample => ({ pdf, verdict: 'invalid', fault })
export const form = (data: string): Body => ({
  text: '/Type /XObject /Subtype /Form /BBox [0 0 595 842]',
  data: bytesOf(data),
})

/** The page shows one more thing, put before or after what it shows already. */
export function withForm(
  pdf: Uint8Array,
  name: string,
  number: number,
  at: 'under' | 'over',
  objects: Record<number, Body>,
): Buffer {
  const [page = 0] = pageNumbers(pdf)
  const text = bodyOf(pdf, page)
  const [, contents = ''] = /\/Contents (\d+ 0 R)/.exec(text) ?? []
  const drawn = sizeOf(pdf) + 50 + number
  const stream = { text: '', data: bytesOf(`q /${name} Do Q`) }
  const list = at === 'over' ? `[${contents} ${drawn} 0 R]` : `[${drawn} 0 R ${contents}]`
  const resources = /\/Resources (\d+) 0 R/.exec(text)?.[1]
  const entry = `/XObject << /${name} ${number} 0 R >>`
  const shown = text.replace(/\/Contents \d+ 0 R/, `/Contents ${list}`)
  if (resources === undefined) throw new Error('resources of their own number are wanted')
  return appendRevision(pdf, {
    ...objects,
    [drawn]: stream,
    [page]: { text: shown },
    [Number(resources)]: { text: withEntry(bodyOf(pdf, Number(resources)), entry) },
  })
}

/** A text field with a look of its own on the first page. */
export function withTextField(pdf: Uint8Array, name: string, value: string): Buffer {
  const first = sizeOf(pdf)
  const [page = 0] = pageNumbers(pdf)
  return appendRevision(pdf, {
    [first]: { text: textField(name, value, first + 1) },
    [first + 1]: form(`BT /F1 12 Tf (${value}) Tj ET`),
    [first + 2]: { text: `<< /Fields [${first} 0 R] /DR << /Font << /F1 ${first + 3} 0 R >> >> /DA (/F1 12 Tf) >>` },
    [first + 3]: { text: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>' },
    [page]: { text: withItem(bodyOf(pdf, page), 'Annots', `${first} 0 R`) },
    [catalogOf(pdf)]: { text: withEntry(bodyOf(pdf, catalogOf(pdf)), `/AcroForm ${first + 2} 0 R`) },
  })
}
export const textField = (name: string, value: string, face: number): string =>
  `<< /Type /Annot /Subtype /Widget /FT /Tx /T (${name}) /V (${value}) /Rect [60 60 260 90] /F 4 /AP << /N ${face} 0 R >> >>`
