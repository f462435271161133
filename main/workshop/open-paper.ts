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
  /** For thousands of short lines: each character is looked up once and set beside the last, without kerning. */
  readonly typist: (weight: keyof typeof FONTS, size: number) => Typist
  readonly close: () => Promise<Uint8Array>
}

export interface Typist {
  /** Points. */
  readonly widthOf: (text: string) => number
  /** Operators that write these lines in black; `x` and `y` of the left upper corner, points from the left upper corner of the page. */
  readonly type: (lines: readonly { readonly text: string; readonly x: number; readonly y: number }[]) => string
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
    typist: (weight, size) => openTypist(draw, weight, size),
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

interface FontProgram {
  readonly id: string
  readonly ascender: number
  encode(text: string): readonly [readonly string[], readonly { readonly xAdvance: number }[]]
  ref(): unknown
}

/** pdfkit lays out each word and keeps the layout for ever: 10,000 hashes take 400 MB. */
function openTypist(draw: Drawing, weight: keyof typeof FONTS, size: number): Typist {
  const before = Reflect.get(draw, '_font')
  const font: FontProgram = Reflect.get(draw.font(weight), '_font')
  if (before !== null) Reflect.set(draw, '_font', before)
  const known = new Map<string, { readonly hex: string; readonly advance: number }>()
  const look = (sign: string) => {
    const before = known.get(sign)
    if (before !== undefined) return before
    const [glyphs, places] = font.encode(sign)
    const found = { hex: glyphs.join(''), advance: places.reduce((sum, { xAdvance }) => sum + xAdvance, 0) }
    known.set(sign, found)
    return found
  }
  return {
    widthOf: (text) => (Array.from(text).reduce((sum, sign) => sum + look(sign).advance, 0) * size) / 1000,
    type: (lines) => {
      const { page } = draw
      page.fonts[font.id] ??= font.ref()
      const base = page.height - (font.ascender * size) / 1000
      const words = lines.map(
        ({ text, x, y }) =>
          `1 0 0 1 ${x.toFixed(2)} ${(base - y).toFixed(2)} Tm <${Array.from(text, (sign) => look(sign).hex).join('')}> Tj`,
      )
      // pdfkit counts from the top of the page: text would stand on its head.
      return `q 0 g 1 0 0 -1 0 ${page.height.toFixed(2)} cm BT /${font.id} ${size} Tf ${words.join(' ')} ET Q`
    },
  }
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
