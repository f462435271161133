// Writes a whole PDF anew from its objects as the reader sees them (ISO 32000-1 §7.5): one revision, a classic table, nothing
// encrypted. Deterministic; streams are copied in their filters. Every object that is reached is written, nothing is drawn anew.
// Never judges whether something is missing: it says which references lead nowhere and what was odd in the page tree.
import { createHash } from 'node:crypto'
import { factsOf } from './facts.ts'
import type { Pdf } from './file.ts'
import { filtersOf } from './filters.ts'
import type { PageOddity } from './pages.ts'
import { findPages, SYNTHETIC } from './rebuild-pages.ts'
import { spend } from './tokens.ts'
import {
  asBuffer,
  asList,
  asReference,
  asString,
  at,
  type Dictionary,
  isArray,
  isDictionary,
  isName,
  isReference,
  isStream,
  isString,
  latin1,
  type Stream,
  type Value,
} from './values.ts'

export interface Rewritten {
  readonly bytes: Buffer
  readonly pages: number
  /** What made a new page tree necessary; empty when the old one was kept. */
  readonly oddities: readonly PageOddity[]
  /** Numbers that something refers to and that the file does not have. */
  readonly missing: readonly number[]
}

/** `pdf` may be searched or encrypted with the empty password. Throws what its reader throws. */
export function rewritePdf(pdf: Pdf): Rewritten {
  const { pages, oddities, replaced, root } = findPages(pdf)
  const missing = new Set<number>()
  const numbers = new Map<number, number>()
  const waiting: number[] = []
  const numberOf = (object: number): number => {
    const known = numbers.get(object)
    if (known !== undefined) return known
    numbers.set(object, numbers.size + 1)
    waiting.push(object)
    return numbers.size
  }
  const contentOf = (object: number): Value => {
    const other = replaced.get(object)
    if (other !== undefined) return other
    const entry = pdf.entries.get(object)
    if (entry === undefined || (entry.kind === 'free' && object !== 0)) missing.add(object)
    return pdf.look({ object, generation: entry?.kind === 'here' ? entry.generation : 0 })
  }
  const pen: Pen = { pdf, numberOf }
  const parts: Uint8Array[] = []
  const offsets: number[] = []
  let length = 0
  const add = (part: Uint8Array): void => {
    parts.push(part)
    length += part.length
  }
  const { version } = factsOf(pdf)
  add(Buffer.from(`%PDF-${version.counts === '' ? '1.7' : version.counts}\n%\xe2\xe3\xcf\xd3\n`, 'latin1'))
  const rootNumber = numberOf(root)
  const facts = asReference(at(pdf.trailer, 'Info'))
  const information = facts !== undefined && isDictionary(pdf.look(facts)) ? numberOf(facts.object) : undefined
  for (let next = 0; next < waiting.length; next += 1) {
    const value = contentOf(waiting[next] ?? 0)
    spend(pdf.budget, 64)
    offsets.push(length)
    add(Buffer.from(`${next + 1} 0 obj\n`, 'latin1'))
    for (const part of writeObject(pen, value)) add(part)
    add(Buffer.from('\nendobj\n', 'latin1'))
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const info = information === undefined ? '' : ` /Info ${information} 0 R`
  const trailer = `trailer\n<< /Size ${offsets.length + 1} /Root ${rootNumber} 0 R${info} /ID ${identifiers(pdf)} >>\n`
  const table = `xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${rows}${trailer}startxref\n${length}\n%%EOF\n`
  parts.push(Buffer.from(table, 'latin1'))
  return { bytes: Buffer.concat(parts), pages, oddities, missing: [...missing].filter((one) => one < SYNTHETIC) }
}

interface Pen {
  readonly pdf: Pdf
  readonly numberOf: (object: number) => number
}

function writeObject(pen: Pen, value: Value): readonly Uint8Array[] {
  if (!isStream(value)) return [Buffer.from(writeValue(pen, value), 'latin1')]
  const raw = pen.pdf.unseal(value)
  const head = writeValue(pen, describeStream(pen.pdf, value, raw.length))
  return [Buffer.from(`${head}\nstream\n`, 'latin1'), raw, Buffer.from('\nendstream', 'latin1')]
}

/** The dictionary with its length told directly, and without the filter that only an encrypted file has (§7.4.10). */
function describeStream({ look }: Pdf, stream: Stream, length: number): Dictionary {
  const { dictionary } = stream
  const entries = new Map(dictionary)
  entries.set('Length', length)
  const names = filtersOf(dictionary, look).map(({ name }) => name)
  if (!names.includes('Crypt')) return entries
  const kept = (key: string, otherwise: Value): Value => {
    const value = look(dictionary.get(key))
    const all = isArray(value) ? value : names.length === 1 ? [value] : names.map(() => otherwise)
    return all.filter((_one, index) => names[index] !== 'Crypt')
  }
  const [filters, parameters] = [kept('Filter', null), kept('DecodeParms', null)]
  for (const key of ['Filter', 'DecodeParms']) entries.delete(key)
  if (isArray(filters) && filters.length > 0) entries.set('Filter', filters).set('DecodeParms', parameters)
  return entries
}

/** Text of one character a byte. What refers to nothing in a dictionary is left out, which means the same (§7.3.7). */
function writeValue(pen: Pen, value: Value): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return writeNumber(value)
  if (isString(value)) return writeString(value)
  if (isName(value)) return writeName(value.name)
  if (isReference(value)) return value.object === 0 ? 'null' : `${pen.numberOf(value.object)} 0 R`
  if (isArray(value)) return `[${value.map((item) => writeValue(pen, item)).join(' ')}]`
  const dictionary = isStream(value) ? value.dictionary : (value as Dictionary)
  let text = '<<'
  for (const [key, item] of dictionary) if (item !== null) text += `\n${writeName(key)} ${writeValue(pen, item)}`
  return `${text}\n>>`
}

/** No exponent in PDF (§7.3.3). */
function writeNumber(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString()
  const text = String(value)
  return text.includes('e') ? value.toFixed(20).replace(/0+$/, '').replace(/\.$/, '.0') : text
}

function writeString(bytes: Uint8Array): string {
  const text = latin1(bytes).replace(/[\\()\r]/g, (one) => (one === '\r' ? '\\r' : `\\${one}`))
  return `(${text})`
}

const writeName = (name: string): string =>
  `/${name.replace(/[^!-~]|[#()<>[\]{}/%]/g, (one) => `#${one.charCodeAt(0).toString(16).padStart(2, '0')}`)}`

/** The first identifier stays (§14.4), the second is made of the bytes before. */
function identifiers(pdf: Pdf): string {
  const hex = (bytes: Uint8Array): string => `<${asBuffer(bytes).toString('hex')}>`
  const second = createHash('sha256').update('rewritten').update(pdf.bytes).digest().subarray(0, 16)
  const first = asString(asList(pdf.look(at(pdf.trailer, 'ID')))?.[0])
  return `[${hex(first === undefined || first.length === 0 ? second : first)} ${hex(second)}]`
}
