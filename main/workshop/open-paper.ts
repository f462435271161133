// Opens an empty PDF/A-2b to draw on (pdfkit) and closes it to bytes. Everything that pdfkit does not do by itself is here:
// XMP in step with Info (paper-facts.ts), an identifier of our own. Same input, same bytes.
// Never reads a clock, never draws anything, never uses a font that is not embedded.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import PDFDocument, * as pdfkit from 'pdfkit'
import {
  describePaper,
  type PaperFacts as Facts,
  identifierOf,
  PROFILE_FILE,
  pdfDateOf,
  plainText,
  readColourProfile,
  TOOL,
} from './paper-facts.ts'

// pdfkit reads its colour profile by a file: address, which a packed program (asar) cannot; so it is handed over.
const { registerFile } = pdfkit as unknown as { registerFile(url: string, data: Uint8Array): void }
registerFile(pathToFileURL(PROFILE_FILE).href, readColourProfile())

export type Drawing = InstanceType<typeof PDFDocument>

export interface PaperFacts extends Facts {
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

const PRODUCER = 'Quầy, pdfkit'

export const FONTS = {
  regular: 'BeVietnamPro_400Regular.ttf',
  semibold: 'BeVietnamPro_600SemiBold.ttf',
  bold: 'BeVietnamPro_700Bold.ttf',
} as const

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
  const date = pdfDateOf(facts.now)
  Object.assign(draw.info, { CreationDate: date, ModDate: date })
  Object.assign(draw, {
    _id: identifierOf(facts),
    _addInfo: () => {
      draw.appendXML(describePaper(facts, PRODUCER))
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
