// Promises: an incremental update (ISO 32000-1 7.5.6) of the same kind as the file's newest cross-reference section.
// Never: a changed byte of the original, and never an update behind a cross-reference that does not hold.
import { createHash } from 'node:crypto'
import { findMisplaced } from '../../workshop/pdf/cross-reference.ts'
import { isWhite, spansOfEntries } from '../../workshop/pdf/tokens.ts'
import {
  asCount,
  asList,
  asString,
  at,
  type Dictionary,
  latin1,
  spanOf,
  type Value,
} from '../../workshop/pdf/values.ts'
import { broken } from './broken.ts'
import type { Pdf } from './file.ts'

export interface UpdatedObject {
  readonly number: number
  readonly generation: number
  readonly body: Uint8Array
}
export interface Update {
  readonly bytes: Buffer
  /** Absolute offset of the body of each object, by number. */
  readonly bodies: ReadonlyMap<number, number>
}

/** Throws `broken` unless every object stands where the newest entries say and the file ends as it should. */
export function requireSoundStructure(pdf: Pdf): void {
  const { bytes } = pdf
  if (at(pdf.trailer, 'Encrypt') !== undefined) broken('encrypted')
  if (pdf.end < 0 || isWhite(bytes[pdf.start])) broken('broken-xref')
  for (let i = pdf.end; i < bytes.length; i++) if (!isWhite(bytes[i])) broken('bytes-after-end')
  if (findMisplaced(bytes, pdf.entries).length > 0) broken('broken-xref')
}

/** A number that no section of the file uses. */
export function firstFreeNumber(pdf: Pdf): number {
  let highest = (asCount(at(pdf.trailer, 'Size')) ?? 1) - 1
  for (const number of pdf.entries.keys()) if (number > highest) highest = number
  return highest + 1
}

/** The dictionary as it was written, with these entries replaced or added. */
export function withEntries(dictionary: Dictionary, changes: Readonly<Record<string, string>>): Buffer {
  const { source, start, end } = spanOf(dictionary) ?? broken('broken-object')
  const spans = spansOfEntries(dictionary)
  const edits = Object.entries(changes)
    .map(([key, text]) => {
      const entry = spans.get(key)
      return entry === undefined
        ? { from: end - 2, to: end - 2, text: `\n/${key} ${text}\n` }
        : { from: entry.start, to: entry.end, text: ` ${text} ` }
    })
    .sort((a, b) => a.from - b.from)
  let from = start
  let written = ''
  for (const edit of edits) {
    written += latin1(source, from, edit.from) + edit.text
    from = edit.to
  }
  return Buffer.from(written + latin1(source, from, end), 'latin1')
}

/** The array as it was written, with one more item. */
export function withItem(list: readonly Value[] | undefined, item: string): string {
  if (list === undefined) return `[${item}]`
  const span = spanOf(list) ?? broken('broken-object')
  return `${latin1(span.source, span.start, span.end - 1)}\n${item}]`
}

/** Objects and their cross-reference section, to be appended. `seed` makes the second file identifier (14.4). */
export function writeUpdate(pdf: Pdf, objects: readonly UpdatedObject[], seed: string): Update {
  const base = pdf.bytes.length
  const parts: Uint8Array[] = [Buffer.from('\n')]
  const bodies = new Map<number, number>()
  const places = new Map<number, { readonly offset: number; readonly generation: number }>()
  let offset = base + 1
  const add = (part: Uint8Array): void => {
    parts.push(part)
    offset += part.length
  }
  for (const object of objects) {
    if (places.has(object.number)) broken('shared-object')
    places.set(object.number, { offset, generation: object.generation })
    add(Buffer.from(`${object.number} ${object.generation} obj\n`, 'latin1'))
    bodies.set(object.number, offset)
    add(object.body)
    add(Buffer.from('\nendobj\n', 'latin1'))
  }
  const start = offset
  const next = Math.max(firstFreeNumber(pdf), ...[...places.keys()].map((number) => number + 1))
  if (pdf.sections[0]?.kind === 'stream') {
    places.set(next, { offset: start, generation: 0 })
    add(crossStream(places, next, trailerEntries(pdf, next + 1, seed)))
  } else add(Buffer.from(crossTable(places, trailerEntries(pdf, next, seed)), 'latin1'))
  add(Buffer.from(`startxref\n${start}\n%%EOF\n`, 'latin1'))
  return { bytes: Buffer.concat(parts), bodies }
}

type Places = ReadonlyMap<number, { readonly offset: number; readonly generation: number }>

/** Numbers in ascending order, cut into runs of neighbours. */
function runsOf(places: Places): readonly (readonly number[])[] {
  const runs: number[][] = []
  for (const number of [...places.keys()].sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run !== undefined && run.at(-1) === number - 1) run.push(number)
    else runs.push([number])
  }
  return runs
}

function crossTable(places: Places, entries: string): string {
  let table = 'xref\n'
  for (const run of runsOf(places)) {
    table += `${run[0]} ${run.length}\n`
    for (const number of run) {
      const place = places.get(number)
      table += `${String(place?.offset).padStart(10, '0')} ${String(place?.generation).padStart(5, '0')} n \n`
    }
  }
  return `${table}trailer\n<< ${entries} >>\n`
}

function crossStream(places: Places, number: number, entries: string): Buffer {
  const runs = runsOf(places)
  const rows = Buffer.alloc(places.size * 8)
  runs.flat().forEach((object, i) => {
    const place = places.get(object)
    rows.writeUInt8(1, i * 8)
    rows.writeUIntBE(place?.offset ?? 0, i * 8 + 1, 5)
    rows.writeUInt16BE(place?.generation ?? 0, i * 8 + 6)
  })
  const index = runs.map((run) => `${run[0]} ${run.length}`).join(' ')
  const head = `${number} 0 obj\n<< /Type /XRef /W [1 5 2] /Index [${index}] ${entries} /Length ${rows.length} >>\nstream\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), rows, Buffer.from('\nendstream\nendobj\n', 'latin1')])
}

function trailerEntries(pdf: Pdf, size: number, seed: string): string {
  const spans = spansOfEntries(pdf.trailer)
  const kept = ['Root', 'Info'].flatMap((key) => {
    const span = spans.get(key)
    return span === undefined ? [] : [`/${key} ${latin1(span.source, span.start, span.end)}`]
  })
  return `/Size ${size} /Prev ${pdf.start} ${kept.join(' ')} /ID ${identifiers(pdf.look(at(pdf.trailer, 'ID')), seed)}`
}

/** The first identifier stays for ever, the second changes with each update (14.4). */
function identifiers(value: Value, seed: string): string {
  const first = asString(asList(value)?.[0])
  const second = createHash('sha256')
    .update(first ?? new Uint8Array())
    .update(seed)
    .digest()
    .subarray(0, 16)
  const hex = (bytes: Uint8Array): string => `<${Buffer.from(bytes).toString('hex')}>`
  return `[${hex(first ?? second)} ${hex(second)}]`
}
