// Opens an empty PDF/A-2b to draw on (pdfkit) and closes it to bytes. Everything that pdfkit does not do by itself is here:
// escaped XMP in step with Info, legal time +07:00, a file identifier made of the caller's id. Same input, same bytes.
// Never reads a clock, never draws anything, never uses a font that is not embedded.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import PDFDocument, * as pdfkit from 'pdfkit'
import { formatLegal } from '../../preload/contract/legal-time.ts'

// pdfkit reads its colour profile by a file: address, which a packed program (asar) cannot; so it is handed over.
const profile = join(dirname(createRequire(import.meta.url).resolve('pdfkit')), 'data/sRGB_IEC61966_2_1.icc')
const { registerFile } = pdfkit as unknown as { registerFile(url: string, data: Uint8Array): void }
registerFile(pathToFileURL(profile).href, readFileSync(profile))

export type Drawing = InstanceType<typeof PDFDocument>

export interface PaperFacts {
  /** Identifier of this file (UUID); with `now` it gives the trailer /ID (ISO 32000-1 §14.4). */
  readonly id: string
  readonly now: Date
  readonly title: string
  /** Person or unit that made it. */
  readonly creator: string
  readonly fontFolder: string
  /** Further `rdf:Description` elements, already valid XML. */
  readonly moreXmp?: string
}

export interface Paper {
  readonly draw: Drawing
  /** A new page, width and height in points. */
  readonly page: (size: readonly [number, number]) => void
  /** Text as it can be printed: see `plainText`; characters that the fonts lack become a question mark (PDF/A §6.2.11.8). */
  readonly words: (text: string) => string
  readonly close: () => Promise<Uint8Array>
}

interface GlyphCover {
  hasGlyphForCodePoint(code: number): boolean
}

const TOOL = 'Quầy'
const PRODUCER = 'Quầy, pdfkit'

export const FONTS = {
  regular: 'BeVietnamPro_400Regular.ttf',
  semibold: 'BeVietnamPro_600SemiBold.ttf',
  bold: 'BeVietnamPro_700Bold.ttf',
} as const

/** Composed characters (NFC), no control characters, no halves of surrogate pairs: what XML and our font can carry. */
export function plainText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}\ufffe\uffff]+/gu, ' ')
    .trim()
}

export const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

export function openPaper(facts: PaperFacts): Paper {
  const title = plainText(facts.title)
  const creator = plainText(facts.creator)
  const draw = new PDFDocument({
    autoFirstPage: false,
    // No default font: pdfkit would open Helvetica, which PDF/A forbids unless embedded.
    font: '',
    pdfVersion: '1.7',
    subset: 'PDF/A-2b',
    lang: 'vi-VN',
    displayTitle: true,
    margin: 0,
    bufferPages: true,
    info: { Title: title, Author: creator, Creator: TOOL, Producer: PRODUCER, CreationDate: facts.now },
  })
  for (const [name, file] of Object.entries(FONTS)) draw.registerFont(name, join(facts.fontFolder, file))

  // Three inner fields of pdfkit 0.20: it writes Info dates in UTC, XMP without escaping, and an /ID from the Info alone.
  // The tests compare the result whole, so an update that renames them is noticed.
  const date = `D:${formatLegal(facts.now, 'yyyyMMddHHmmss')}+07'00'`
  Object.assign(draw.info, { CreationDate: date, ModDate: date })
  Object.assign(draw, {
    _id: new Uint8Array(
      createHash('sha256').update(`${facts.id}\n${facts.now.toISOString()}`).digest().subarray(0, 16),
    ),
    _addInfo: () => {
      draw.appendXML(describe(title, creator, facts))
      if (facts.moreXmp !== undefined) draw.appendXML(facts.moreXmp)
    },
  })

  let cover: GlyphCover | null = null
  const chunks: Uint8Array[] = []
  const finished = new Promise<Uint8Array>((resolve, reject) => {
    draw.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    draw.on('error', reject)
    draw.on('end', () => resolve(join8(chunks)))
  })
  return {
    draw,
    page: ([width, height]) => {
      draw.addPage({ size: [width, height], margin: 0 })
    },
    words: (text) => {
      cover ??= coverOf(draw)
      const font = cover
      return Array.from(plainText(text), (sign) =>
        font.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0) ? sign : '?',
      ).join('')
    },
    close: () => {
      draw.end()
      return finished
    },
  }
}

/** pdfkit keeps the font program in an inner field; the current font is put back. The three weights cover the same characters. */
function coverOf(draw: Drawing): GlyphCover {
  const before = Reflect.get(draw, '_font')
  const font: { readonly font: GlyphCover } = Reflect.get(draw.font('regular'), '_font')
  if (before !== null) Reflect.set(draw, '_font', before)
  return font.font
}

function join8(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/** XMP properties that mirror Info one to one (dc, xmp, pdf, xmpMM: all predefined schemas of ISO 19005-2 §6.6.2.3). */
function describe(title: string, creator: string, { id, now }: PaperFacts): string {
  const at = formatLegal(now, 'iso')
  return `<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(title)}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>${escapeXml(creator)}</rdf:li></rdf:Seq></dc:creator>
<xmp:CreateDate>${at}</xmp:CreateDate>
<xmp:ModifyDate>${at}</xmp:ModifyDate>
<xmp:MetadataDate>${at}</xmp:MetadataDate>
<xmp:CreatorTool>${escapeXml(TOOL)}</xmp:CreatorTool>
<pdf:Producer>${escapeXml(PRODUCER)}</pdf:Producer>
<xmpMM:DocumentID>${escapeXml(`uuid:${plainText(id)}`)}</xmpMM:DocumentID>
</rdf:Description>`
}
