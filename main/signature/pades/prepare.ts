// Promises: everything of a PAdES B-B signature but the signature value: the incremental update with field, widget,
// appearance and an empty place for the CMS, and the digest that the token signs.
// Never: a token, a clock, a whole-file copy; a file that cannot be updated safely is refused with the reason.
import { createHash } from 'node:crypto'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { findCatalog, listSignatureFields } from '../../workshop/pdf/form.ts'
import {
  asCount,
  asDictionary,
  asList,
  asReference,
  at,
  type Dictionary,
  type Value,
} from '../../workshop/pdf/values.ts'
import { requirePermission } from './acceptance-permission.ts'
import { type Appearance, drawAppearance } from './appearance.ts'
import { type Begin, fromScratch } from './beginnings.ts'
import { broken, writingForeign } from './broken.ts'
import { assembleCms, type Hash, readSigningKey, type Signer, type SigningKey, signedAttributes } from './cms.ts'
import { openPdf, type Pdf } from './file.ts'
import { type Lettering, streamObject } from './lettering.ts'
import { listPages, type Page, placeOnPage, shownSize } from './tree.ts'
import {
  firstFreeNumber,
  requireSoundStructure,
  type UpdatedObject,
  withEntries,
  withItem,
  writeUpdate,
} from './update.ts'

export interface SignRequest {
  /** Name of the new field, no dot in it, e.g. `Officer` or `Agency`. */
  readonly fieldName: string
  /** Page, counted from 0. */
  readonly page: number
  /** Left, bottom, right, top in points from the lower left corner of the page as it is shown, turned; not used for `none`. */
  readonly rect: readonly [number, number, number, number]
  readonly appearance: Appearance
  readonly signer: Signer
  /** Claimed time; goes to /M in the legal time of Việt Nam (UTC+7). */
  readonly at: Date
  readonly reason?: string
  readonly location?: string
  readonly name?: string
}

/** All that is needed to finish later, also after a crash. Structured clone and plain serialisation keep it whole. */
export interface Prepared {
  /** Length in bytes of the file that the update belongs to. */
  readonly original: number
  /** Bytes to append, the place for the CMS still zeros. */
  readonly update: Uint8Array
  /** The hexadecimal digits between `<` and `>`: absolute offset, number of digits. */
  readonly contents: { readonly offset: number; readonly length: number }
  readonly byteRange: readonly [number, number, number, number]
  /** DER SET OF: content type, message digest, signing-certificate-v2. */
  readonly signedAttributes: Uint8Array
  /** SHA-256 of the signed attributes (SHA-384 where the key asks for it, cms.ts): what the token signs. */
  readonly digest: Uint8Array
}

const LEAST_CMS = 4096
const MOST_CMS = 16_384
const BYTE_RANGE_ROOM = 48

/** Refuses with `pdf-unsupported` and the reason; a request that no file could satisfy is `malformed argument`. */
export function prepareSignature(
  pdf: Uint8Array,
  request: SignRequest,
  lettering: Lettering,
  begin: Begin = fromScratch,
): Result<Prepared> {
  if (!isPossible(request)) return fail({ kind: 'malformed', what: 'argument' })
  return writingForeign(() => {
    const file = openPdf(pdf)
    requireSoundStructure(file)
    requirePermission(file, [request.fieldName])
    const page = listPages(file)[request.page]
    if (page === undefined) return broken('no-such-page')
    const key = readSigningKey(request.signer.certificate)
    return ok(finish(pdf, build(file, page, request, key, lettering), request.signer, key.hash, begin))
  })
}

function isPossible(request: SignRequest): boolean {
  const [left, bottom, right, top] = request.rect
  const measured =
    request.appearance.kind === 'none' ||
    (Number.isFinite(left + bottom + right + top) && right - left >= 20 && top - bottom >= 10)
  const sizes = request.appearance.lines.every((line) => line.size > 0 && line.size < 200 && line.text.length < 500)
  const year = request.at.getTime() + 7 * 3_600_000
  const dated = year >= Date.UTC(2000, 0, 1) && year < Date.UTC(2200, 0, 1)
  const named = /^[A-Za-z0-9 _-]{1,64}$/.test(request.fieldName)
  return measured && sizes && dated && named && Number.isSafeInteger(request.page) && request.page >= 0
}

/** Whether the objects that a signature on any of these pages changes can be changed; throws `broken` otherwise. Nothing is written. */
export function requireChangeable(file: Pdf, pages: readonly Page[]): void {
  changesToForm(file, 1, 1)
  for (const page of pages) changeToPage(file, page, 1)
}

interface Built {
  readonly update: Buffer
  /** Absolute offset of the signature dictionary, and of its two places relative to it. */
  readonly dictionaryAt: number
  readonly byteRangeAt: number
  readonly contentsAt: number
  readonly digits: number
}

function build(file: Pdf, page: Page, request: SignRequest, key: SigningKey, lettering: Lettering): Built {
  const first = firstFreeNumber(file)
  const [signatureNumber, widgetNumber, formNumber] = [first, first + 1, first + 2]
  const dictionary = signatureDictionary(request, cmsRoom(request.signer, key))
  const faces = drawFace(page, request, lettering, first + 3)
  const objects: UpdatedObject[] = [
    { number: signatureNumber, generation: 0, body: Buffer.from(dictionary.text, 'latin1') },
    {
      number: widgetNumber,
      generation: 0,
      body: Buffer.from(widgetOf(request, page, signatureNumber, faces, first + 3), 'latin1'),
    },
    ...faces.map((body, i) => ({ number: first + 3 + i, generation: 0, body })),
    ...changesToForm(file, widgetNumber, formNumber),
    changeToPage(file, page, widgetNumber),
  ]
  const update = writeUpdate(file, objects, `${request.fieldName} ${request.at.toISOString()}`)
  const dictionaryAt = update.bodies.get(signatureNumber) ?? broken('unreadable')
  return { update: update.bytes, dictionaryAt, ...dictionary }
}

function signatureDictionary(
  request: SignRequest,
  room: number,
): { text: string; byteRangeAt: number; contentsAt: number; digits: number } {
  const head = '<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange '
  const middle = ' /Contents <'
  const words = (
    [
      ['Name', request.name],
      ['Reason', request.reason],
      ['Location', request.location],
    ] as const
  ).map(([key, text]) => (text === undefined ? '' : ` /${key} ${textString(text)}`))
  const text = `${head}${' '.repeat(BYTE_RANGE_ROOM)}${middle}${'0'.repeat(room * 2)}> /M (${legalTime(request.at)})${words.join('')} >>`
  return { text, byteRangeAt: head.length, contentsAt: head.length + BYTE_RANGE_ROOM + middle.length, digits: room * 2 }
}

/** Bytes to keep for the CMS: its real length with the longest signature value the key can give, and a little more. */
function cmsRoom(signer: Signer, key: SigningKey): number {
  const attributes = signedAttributes(new Uint8Array(32), signer.certificate)
  const longest = assembleCms(signer, key, attributes, new Uint8Array(key.publicKey.length)).length
  if (longest > MOST_CMS) broken('chain-too-long')
  return Math.max(LEAST_CMS, Math.ceil((longest + 64) / 128) * 128)
}

/** By the clockwise turn of the page: what turns the face back upright (12.5.5; the viewer fits it into Rect). */
const UPRIGHT: { readonly [rotate: number]: string } = { 90: '0 1 -1 0 0 0', 180: '-1 0 0 -1 0 0', 270: '0 -1 1 0 0 0' }

function drawFace(page: Page, request: SignRequest, lettering: Lettering, first: number): readonly Buffer[] {
  if (request.appearance.kind === 'none') return []
  const [left, bottom, right, top] = request.rect
  const { width, height } = shownSize(page)
  if (left < 0 || bottom < 0 || right > width || top > height) broken('outside-page')
  const turn = UPRIGHT[page.rotate]
  const [across, up] = [right - left, top - bottom]
  if (turn === undefined) return drawAppearance(request.appearance, across, up, lettering, first)
  const entries =
    `/Type /XObject /Subtype /Form /BBox [0 0 ${across.toFixed(2)} ${up.toFixed(2)}] /Matrix [${turn}] ` +
    `/Resources << /XObject << /Face ${first + 1} 0 R >> >> `
  const turned = streamObject(entries, Buffer.from('/Face Do\n', 'latin1'))
  return [turned, ...drawAppearance(request.appearance, across, up, lettering, first + 1)]
}

/** Field and widget in one (12.5.6.19): printed and locked; an invisible one has no area and needs no appearance. */
function widgetOf(request: SignRequest, page: Page, signature: number, faces: readonly Buffer[], face: number): string {
  const rect =
    faces.length === 0 ? [0, 0, 0, 0] : placeOnPage(page, request.rect).map((value) => Number(value.toFixed(3)))
  const shown = faces.length === 0 ? '' : ` /AP << /N ${face} 0 R >>`
  return (
    `<< /Type /Annot /Subtype /Widget /FT /Sig /T ${textString(request.fieldName)} /V ${signature} 0 R /F 132 ` +
    `/Rect [${rect.join(' ')}] /P ${page.reference.object} ${page.reference.generation} R${shown} >>`
  )
}

/** Viewers that draw all fields anew (12.7.2) leave out the face of a signature; what earlier signers saw is not touched. */
const withoutRedrawing = (file: Pdf, form: Dictionary): { readonly NeedAppearances?: string } =>
  file.look(at(form, 'NeedAppearances')) === true &&
  listSignatureFields(file).every(({ signature }) => signature === undefined)
    ? { NeedAppearances: 'false' }
    : {}

function changesToForm(file: Pdf, widget: number, formNumber: number): readonly UpdatedObject[] {
  const catalog = findCatalog(file)
  const standing = at(catalog.dictionary, 'AcroForm')
  const form = asDictionary(file.look(standing))
  const change = (reference: Value | undefined, body: Buffer): UpdatedObject => {
    const { object, generation } = asReference(reference) ?? broken('broken-form')
    return { number: object, generation, body }
  }
  if (form === undefined)
    return [
      { number: formNumber, generation: 0, body: Buffer.from(`<< /Fields [${widget} 0 R] /SigFlags 3 >>`) },
      change(catalog.reference, withEntries(catalog.dictionary, { AcroForm: `${formNumber} 0 R` })),
    ]
  const fields = at(form, 'Fields')
  const grown = withItem(asList(file.look(fields)), `${widget} 0 R`)
  const apart = asReference(fields) !== undefined && asList(file.look(fields)) !== undefined
  const flags = String((asCount(file.look(at(form, 'SigFlags'))) ?? 0) | 3)
  const changed = { SigFlags: flags, ...(apart ? {} : { Fields: grown }), ...withoutRedrawing(file, form) }
  const body = withEntries(form, changed)
  const changes = apart ? [change(fields, Buffer.from(grown, 'latin1'))] : []
  if (asReference(standing) !== undefined) return [...changes, change(standing, body)]
  return [...changes, change(catalog.reference, withEntries(catalog.dictionary, { AcroForm: body.toString('latin1') }))]
}

function changeToPage(file: Pdf, page: Page, widget: number): UpdatedObject {
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

/** Fills in the byte range, hashes the file once, and derives what the token signs. */
function finish(pdf: Uint8Array, built: Built, signer: Signer, hash: Hash, begin: Begin): Prepared {
  const offset = built.dictionaryAt + built.contentsAt
  const after = offset + built.digits + 1
  const byteRange = [0, offset - 1, after, pdf.length + built.update.length - after] as const
  const written = `[${byteRange.join(' ')}]`
  built.update.write(written.padEnd(BYTE_RANGE_ROOM), built.dictionaryAt + built.byteRangeAt - pdf.length, 'latin1')
  const attributes = signedAttributes(digestOf(pdf, built.update, byteRange, hash, begin), signer.certificate)
  return {
    original: pdf.length,
    update: new Uint8Array(built.update),
    contents: { offset, length: built.digits },
    byteRange,
    signedAttributes: new Uint8Array(attributes),
    digest: new Uint8Array(createHash(hash).update(attributes).digest()),
  }
}

/** The hash over the signed bytes of the file with its update, without joining the two. */
export function digestOf(
  pdf: Uint8Array,
  update: Uint8Array,
  byteRange: readonly [number, number, number, number],
  hash: Hash = 'sha256',
  begin: Begin = fromScratch,
): Buffer {
  return begin(hash, pdf, pdf.length)
    .update(update.subarray(0, byteRange[1] - pdf.length))
    .update(update.subarray(byteRange[2] - pdf.length))
    .digest()
}

/** D:YYYYMMDDHHmmSS+07'00' (ISO 32000-1 7.9.4), legal time of Việt Nam. */
function legalTime(at: Date): string {
  const digits = new Date(at.getTime() + 7 * 3_600_000).toISOString().replaceAll(/\D/g, '')
  return `D:${digits.slice(0, 14)}+07'00'`
}

/** A text string: plain ASCII as it is, anything else as UTF-16BE (7.9.2.2). */
function textString(text: string): string {
  if (/^[A-Za-z0-9 ,.:;_/-]*$/.test(text)) return `(${text})`
  return `<feff${Buffer.from(text.normalize('NFC'), 'utf16le').swap16().toString('hex')}>`
}
