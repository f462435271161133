// Promises: after the last signature, one update with the proofs of all signatures (DSS) and the place of a document timestamp
// (ETSI EN 319 142-1 5.4.3, ISO 32000-2 12.8.5) that covers them; then the token in its place.
// Never: a change to a byte that is signed already, a whole-file copy before the end, or an update that a certification forbids.
import { createHash } from 'node:crypto'
import { fail, ok, type Result, refuse } from '../../../preload/contract/result.ts'
import { certificationLevel, findCatalog, hasUsageRights, listSignatureFields } from '../../workshop/pdf/form.ts'
import { asCount, asDictionary, asList, asReference, at, textOf } from '../../workshop/pdf/values.ts'
import { broken, writingForeign } from './broken.ts'
import { openPdf, type Pdf } from './file.ts'
import { type Store, writeStore } from './security-store.ts'
import { listPages } from './tree.ts'
import {
  firstFreeNumber,
  requireSoundStructure,
  type UpdatedObject,
  withEntries,
  withItem,
  writeUpdate,
} from './update.ts'

export interface TimestampPlace {
  readonly store: Store
  /** Bytes kept for the token. */
  readonly room: number
  /** Makes the second file identifier. */
  readonly at: Date
}

/** All that is needed to finish later. Structured clone keeps it whole. */
export interface AwaitingTimestamp {
  /** Length in bytes of the file that the update belongs to. */
  readonly original: number
  /** Bytes to append, the place for the token still zeros. */
  readonly update: Uint8Array
  /** The hexadecimal digits between `<` and `>`: absolute offset, number of digits. */
  readonly contents: { readonly offset: number; readonly length: number }
  readonly byteRange: readonly [number, number, number, number]
  /** SHA-256 of the bytes that the timestamp covers. */
  readonly digest: Uint8Array
  readonly fieldName: string
}

export const TIMESTAMP_FIELD = 'DauThoiGian'
const BYTE_RANGE_ROOM = 48
const LEAST_ROOM = 2048
const MOST_ROOM = 65_536

/** Refuses with `pdf-unsupported` and the reason. */
export function prepareTimestamp(
  pdf: Uint8Array,
  { store, room, at: moment }: TimestampPlace,
): Result<AwaitingTimestamp> {
  if (!(room >= LEAST_ROOM && room <= MOST_ROOM)) return fail({ kind: 'malformed', what: 'argument' })
  return writingForeign(() => {
    const file = openPdf(pdf)
    requireSoundStructure(file)
    requirePermission(file)
    const [page] = listPages(file)
    if (page === undefined) return broken('no-pages')
    const fieldName = freeName(file)
    const first = firstFreeNumber(file)
    const [stampNumber, widgetNumber, storeNumber] = [first, first + 1, first + 2]
    const head = '<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 /ByteRange '
    const middle = ' /Contents <'
    const digits = room * 2
    // Field and widget in one, printed and locked, without an area: PDF/A wants no appearance of it (ISO 19005-2 6.3.3).
    const widget =
      `<< /Type /Annot /Subtype /Widget /FT /Sig /T (${fieldName}) /V ${stampNumber} 0 R /F 132 /Rect [0 0 0 0] ` +
      `/P ${page.reference.object} ${page.reference.generation} R >>`
    const form = withField(file, widgetNumber)
    const catalog = findCatalog(file)
    const objects: UpdatedObject[] = [
      {
        number: stampNumber,
        generation: 0,
        body: Buffer.from(`${head}${' '.repeat(BYTE_RANGE_ROOM)}${middle}${'0'.repeat(digits)}> >>`, 'latin1'),
      },
      { number: widgetNumber, generation: 0, body: Buffer.from(widget, 'latin1') },
      ...writeStore(file, store, storeNumber),
      ...form.objects,
      {
        number: catalog.reference.object,
        generation: catalog.reference.generation,
        body: withEntries(catalog.dictionary, { DSS: `${storeNumber} 0 R`, ...form.inCatalog }),
      },
      withWidget(file, page, widgetNumber),
    ]
    const { bytes, bodies } = writeUpdate(file, objects, `${fieldName} ${moment.toISOString()}`)
    const dictionaryAt = bodies.get(stampNumber) ?? broken('unreadable')
    const offset = dictionaryAt + head.length + BYTE_RANGE_ROOM + middle.length
    const after = offset + digits + 1
    const byteRange = [0, offset - 1, after, pdf.length + bytes.length - after] as const
    const written = `[${byteRange.join(' ')}]`
    bytes.write(written.padEnd(BYTE_RANGE_ROOM), dictionaryAt + head.length - pdf.length, 'latin1')
    const digest = createHash('sha256')
      .update(pdf)
      .update(bytes.subarray(0, byteRange[1] - pdf.length))
      .update(bytes.subarray(after - pdf.length))
      .digest()
    return ok({
      original: pdf.length,
      update: new Uint8Array(bytes),
      contents: { offset, length: digits },
      byteRange,
      digest: new Uint8Array(digest),
      fieldName,
    })
  })
}

/** The whole file. `document-changed` for another file; `pdf-unsupported token-too-long` when the token has no room. */
export function closeTimestamp(pdf: Uint8Array, awaiting: AwaitingTimestamp, token: Uint8Array): Result<Uint8Array> {
  const { original, update, contents } = awaiting
  if (pdf.length !== original) return refuse('document-changed')
  if (token.length * 2 > contents.length) return refuse('pdf-unsupported', 'token-too-long')
  const whole = new Uint8Array(original + update.length)
  whole.set(pdf)
  whole.set(update, original)
  whole.set(Buffer.from(Buffer.from(token).toString('hex'), 'latin1'), contents.offset)
  return ok(whole)
}

/** A certification without any change, usage rights and XFA forbid it, as they forbid a signature. */
function requirePermission(file: Pdf): void {
  if (certificationLevel(file) === 1) broken('docmdp-p1')
  if (hasUsageRights(file)) broken('usage-rights')
  const form = asDictionary(file.look(at(findCatalog(file).dictionary, 'AcroForm')))
  if (at(form, 'XFA') !== undefined) broken('xfa')
  for (const { signature, lock } of listSignatureFields(file))
    if (signature !== undefined && lock?.level === 1) broken('docmdp-p1')
}

function freeName(file: Pdf): string {
  const form = asDictionary(file.look(at(findCatalog(file).dictionary, 'AcroForm')))
  const taken = new Set(
    (asList(file.look(at(form, 'Fields'))) ?? []).map((field) =>
      textOf(file.look(at(asDictionary(file.look(field)), 'T'))),
    ),
  )
  for (let count = 1; count < 1000; count++) {
    const name = `${TIMESTAMP_FIELD}${count}`
    if (!taken.has(name)) return name
  }
  return broken('field-name-taken')
}

interface FormChange {
  readonly objects: readonly UpdatedObject[]
  /** What the catalogue says anew of its form. */
  readonly inCatalog: Readonly<Record<string, string>>
}

/** A file with signatures has a form already; its list of fields grows by one. */
function withField(file: Pdf, widget: number): FormChange {
  const standing = at(findCatalog(file).dictionary, 'AcroForm')
  const form = asDictionary(file.look(standing)) ?? broken('no-signature')
  const fields = at(form, 'Fields')
  const grown = withItem(asList(file.look(fields)) ?? broken('broken-form'), `${widget} 0 R`)
  const flags = String((asCount(file.look(at(form, 'SigFlags'))) ?? 0) | 3)
  const list = asReference(fields)
  const body = withEntries(form, list === undefined ? { SigFlags: flags, Fields: grown } : { SigFlags: flags })
  const own = asReference(standing)
  const apart = (place: { readonly object: number; readonly generation: number }, text: Uint8Array): UpdatedObject => ({
    number: place.object,
    generation: place.generation,
    body: text,
  })
  return {
    objects: [
      ...(list === undefined ? [] : [apart(list, Buffer.from(grown, 'latin1'))]),
      ...(own === undefined ? [] : [apart(own, body)]),
    ],
    inCatalog: own === undefined ? { AcroForm: body.toString('latin1') } : {},
  }
}

function withWidget(file: Pdf, page: ReturnType<typeof listPages>[number], widget: number): UpdatedObject {
  const standing = at(page.dictionary, 'Annots')
  const list = asList(file.look(standing))
  if (file.look(standing) !== null && list === undefined) broken('broken-annotations')
  const grown = withItem(list, `${widget} 0 R`)
  const apart = list === undefined ? undefined : asReference(standing)
  if (apart !== undefined)
    return { number: apart.object, generation: apart.generation, body: Buffer.from(grown, 'latin1') }
  return {
    number: page.reference.object,
    generation: page.reference.generation,
    body: withEntries(page.dictionary, { Annots: grown }),
  }
}
