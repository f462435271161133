// Makes the PDF/A-2 of one paper: one page a picture, in order, upright without /Rotate; level 2u with the words that were read
// on every page as an invisible text layer, else 2b. Promises the same bytes for the same input (id and time are arguments).
// Never re-encodes a JPEG, never reads a clock or a store.
import { ok, type Result, refuse } from '../../preload/contract/result.ts'
import { describePaper, identifierOf, pdfDateOf, plainText, readColourProfile, TOOL } from '../workshop/paper-facts.ts'
import { type Alphabet, openAlphabet, putFont } from './invisible-font.ts'
import { type DocumentMetadata, describeMetadata } from './metadata.ts'
import { type PictureOfPage, type Placed, placePicture } from './place-picture.ts'
import { fitPage, layWords } from './text-layer.ts'
import { decimal, hexString, openPdfWriter, type PdfWriter, textString } from './write-pdf.ts'

export type Level = '2b' | '2u'

export interface BuildInput {
  readonly pages: readonly PictureOfPage[]
  readonly metadata: DocumentMetadata
  /** `added-page`: a blank white page of the size of the last one follows, for the attestation (lời chứng). */
  readonly attestationSpace?: 'on-last-page' | 'added-page'
  /** 1: the same paper as PDF/A-1b, so that validators which know only part 1 can judge it. No product file is made so. */
  readonly part?: 1 | 2
}

export interface BuiltPdf {
  readonly pdf: Uint8Array
  readonly pages: number
  readonly level: Level
}

const MOST_PAGES = 1000
const FONT = 'T'
const PICTURE = 'I'

/**
 * Failures: `refused no-pages`, `refused no-title`, `refused not-an-image` (detail: page number and why: `jpeg` is no whole
 * JPEG, `png` no whole PNG of one bit a pixel, `colours` is not grey or RGB, `coding` is no 8-bit Huffman coding, `size` is
 * too large or too small, `dpi`, `rotation`).
 */
export function buildPdf(input: BuildInput): Result<BuiltPdf> {
  if (input.pages.length === 0) return refuse('no-pages')
  if (plainText(input.metadata.title) === '') return refuse('no-title')
  if (input.pages.length > MOST_PAGES) return refuse('not-an-image', `page ${MOST_PAGES + 1}: size`)
  const placed: Placed[] = []
  for (const [index, page] of input.pages.entries()) {
    const result = placePicture(page)
    if (typeof result === 'string') return refuse('not-an-image', `page ${index + 1}: ${result}`)
    placed.push(result)
  }

  const text = layText(placed)
  const level: Level = text === null ? '2b' : '2u'
  const out = openPdfWriter(input.part === 1 ? '1.4' : '1.7')
  const [catalog, tree] = [out.reserve(), out.reserve()]
  const font = text === null ? null : putFont(out, text.alphabet)
  const kids = placed.map((page, index) => putPage(out, tree, page, font, text?.operators[index]))
  const last = input.attestationSpace === 'added-page' ? placed.at(-1) : undefined
  if (last !== undefined) kids.push(out.put(`<< /Type /Page /Parent ${tree} 0 R ${boxOf(last)} /Resources << >> >>`))
  out.put(`<< /Type /Pages /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] /Count ${kids.length} >>`, tree)
  const info = putDescription(out, catalog, tree, input, level)
  const identifier = hexString(identifierOf(input.metadata))
  const pdf = out.close(`/Root ${catalog} 0 R /Info ${info} 0 R /ID [${identifier} ${identifier}]`)
  return ok({ pdf, pages: kids.length, level })
}

/** Null unless every page was read, the words fit their pictures, and there is at least one word. */
function layText(
  placed: readonly Placed[],
): { readonly alphabet: Alphabet; readonly operators: readonly Uint8Array[] } | null {
  const alphabet = openAlphabet()
  const operators: Uint8Array[] = []
  for (const { words, size } of placed) {
    if (words === null || !fitPage(words, size)) return null
    operators.push(layWords(words, size, alphabet, FONT))
  }
  return operators.some((each) => each.length > 0) ? { alphabet, operators } : null
}

const boxOf = ({ size: [width, height] }: Placed): string => `/MediaBox [0 0 ${decimal(width)} ${decimal(height)}]`

function putPage(
  out: PdfWriter,
  tree: number,
  page: Placed,
  font: number | null,
  text: Uint8Array = new Uint8Array(),
): number {
  const picture = out.putStream(page.entries, page.data)
  const drawing = Buffer.from(`q ${page.matrix} cm /${PICTURE} Do Q\n`)
  const content = text.length === 0 ? out.putStream('', drawing) : out.putPacked('', Buffer.concat([drawing, text]))
  const fonts = text.length === 0 ? '' : ` /Font << /${FONT} ${font} 0 R >>`
  return out.put(
    `<< /Type /Page /Parent ${tree} 0 R ${boxOf(page)} /Contents ${content} 0 R ` +
      `/Resources << /XObject << /${PICTURE} ${picture} 0 R >>${fonts} >> >>`,
  )
}

/** Catalog, XMP, colour profile and Info; gives the number of Info. */
function putDescription(
  out: PdfWriter,
  catalog: number,
  tree: number,
  { metadata, part = 2 }: BuildInput,
  level: Level,
): number {
  const conformance = part === 2 && level === '2u' ? 'U' : 'B'
  const xmp = `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>${part}</pdfaid:part>
<pdfaid:conformance>${conformance}</pdfaid:conformance>
</rdf:Description>
${describePaper(metadata, TOOL)}
${describeMetadata(metadata)}
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`
  const packet = out.putStream('/Type /Metadata /Subtype /XML', Buffer.from(xmp))
  const profile = out.putPacked('/N 3', readColourProfile())
  const intent = out.put(
    '<< /Type /OutputIntent /S /GTS_PDFA1 /Info (sRGB IEC61966-2.1) /OutputConditionIdentifier (sRGB IEC61966-2.1) ' +
      `/DestOutputProfile ${profile} 0 R >>`,
  )
  out.put(
    `<< /Type /Catalog /Pages ${tree} 0 R /Metadata ${packet} 0 R /OutputIntents [${intent} 0 R] ` +
      '/Lang (vi-VN) /ViewerPreferences << /DisplayDocTitle true >> >>',
    catalog,
  )
  const moment = pdfDateOf(metadata.now)
  return out.put(
    `<< /Title ${textString(plainText(metadata.title))} /Author ${textString(plainText(metadata.creator))} ` +
      `/Creator ${textString(TOOL)} /Producer ${textString(TOOL)} /CreationDate (${moment}) /ModDate (${moment}) >>`,
  )
}
