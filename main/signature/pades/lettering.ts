// Promises: our two typefaces ready for appearances, each cut to the characters of a text and embedded as PDF/A wants
// (ISO 19005-2 6.2.11): Type 0, Identity-H, widths and ToUnicode. A cut is kept, since a batch repeats its texts.
// Never: a character that the typeface does not have.
import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { openTypeface, type Typeface } from './typeface.ts'

export type Weight = 'regular' | 'bold'

export interface EmbeddedFont {
  /** Objects of the font, the first is the font itself, numbered from `first`. */
  readonly objects: (first: number) => readonly Buffer[]
}

export interface Lettering {
  readonly typefaces: Readonly<Record<Weight, Typeface>>
  readonly embed: (weight: Weight, text: ReadonlySet<string>) => EmbeddedFont
}

/** Five objects stand for one font. */
export const OBJECTS_PER_FONT = 5
/** Cut together when any of them is there: what differs between two documents of a batch are numbers and dates. */
const NUMBERS = '0123456789/:+-. '
const DIGIT = /\d/
const MOST_KEPT = 32

/** Opens the TrueType files of the two weights. Lives as long as the worker that signs. */
export function openLettering(fonts: Readonly<Record<Weight, Uint8Array>>): Lettering {
  const typefaces = { regular: openTypeface(fonts.regular), bold: openTypeface(fonts.bold) }
  const kept = new Map<string, EmbeddedFont>()
  return {
    typefaces,
    embed: (weight, text) => {
      const numbers = [...text].some((character) => DIGIT.test(character)) ? NUMBERS : ''
      const characters = [...new Set([...text, ...numbers])].sort()
      const key = `${weight} ${characters.join('')}`
      const font = kept.get(key) ?? embedCharacters(typefaces[weight], characters)
      kept.delete(key)
      kept.set(key, font)
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST_KEPT) break
        kept.delete(oldest)
      }
      return font
    },
  }
}

export const hexadecimal = (glyph: number): string => glyph.toString(16).padStart(4, '0')

export const streamObject = (entries: string, data: Uint8Array): Buffer => {
  const packed = deflateSync(data, { level: 9 })
  return Buffer.concat([
    Buffer.from(`<< ${entries}/Filter /FlateDecode /Length ${packed.length} >>\nstream\n`, 'latin1'),
    packed,
    Buffer.from('\nendstream', 'latin1'),
  ])
}

function embedCharacters(typeface: Typeface, characters: readonly string[]): EmbeddedFont {
  const used = new Map<number, string>()
  for (const character of characters) used.set(typeface.glyphOf(character.codePointAt(0) ?? 0), character)
  used.delete(0)
  const glyphs = [...used.keys()].sort((a, b) => a - b)
  const program = typeface.cut(new Set(glyphs))
  const name = `${cutTag(characters)}+${typeface.name}`
  const file = streamObject(`/Length1 ${program.length} `, program)
  const unicode = streamObject('', Buffer.from(unicodeMap(glyphs, used), 'latin1'))
  const widths = glyphs.map((glyph) => `${glyph} [${typeface.widthOf(glyph)}]`).join(' ')
  const text = (body: string): Buffer => Buffer.from(body, 'latin1')
  return {
    objects: (first) => [
      text(
        `<< /Type /Font /Subtype /Type0 /BaseFont /${name} /Encoding /Identity-H /DescendantFonts [${first + 1} 0 R] /ToUnicode ${first + 4} 0 R >>`,
      ),
      text(
        `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /${name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> ` +
          `/FontDescriptor ${first + 2} 0 R /CIDToGIDMap /Identity /DW 1000 /W [${widths}] >>`,
      ),
      text(
        `<< /Type /FontDescriptor /FontName /${name} /Flags 4 /FontBBox [${typeface.box.join(' ')}] /ItalicAngle 0 ` +
          `/Ascent ${typeface.ascent} /Descent ${typeface.descent} /CapHeight ${typeface.capHeight} /StemV 80 /FontFile2 ${first + 3} 0 R >>`,
      ),
      file,
      unicode,
    ],
  }
}

/** Six capitals that name the cut (ISO 32000-1 9.6.4). */
function cutTag(characters: readonly string[]): string {
  const hash = createHash('sha256').update(characters.join('')).digest()
  return String.fromCharCode(...[...hash.subarray(0, 6)].map((byte) => 65 + (byte % 26)))
}

/** ToUnicode CMap (9.10.3), in groups of a hundred as its language asks. */
function unicodeMap(glyphs: readonly number[], used: ReadonlyMap<number, string>): string {
  const groups: string[] = []
  for (let i = 0; i < glyphs.length; i += 100) {
    const group = glyphs.slice(i, i + 100)
    const rows = group.map((glyph) => `<${hexadecimal(glyph)}> <${hexadecimal(used.get(glyph)?.codePointAt(0) ?? 0)}>`)
    groups.push(`${group.length} beginbfchar\n${rows.join('\n')}\nendbfchar`)
  }
  return [
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap',
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def /CMapType 2 def',
    '1 begincodespacerange <0000> <ffff> endcodespacerange',
    ...groups,
    'endcmap CMapName currentdict /CMap defineresource pop end end',
  ].join('\n')
}
