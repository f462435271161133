// The font of the text layer: a TrueType program whose glyphs have widths and no outlines, cut to the characters that one file
// uses, with the map back to Unicode (ISO 32000-1 §9.7, §9.10.3; ISO 19005-2 §6.2.11). Nothing of it can ever be seen or printed.
// One code a character; marks without a composed form have no width. Same characters, same bytes.
import { type PdfWriter, utf16 } from './write-pdf.ts'

/** Thousandths of the font size above and below the base line that a line of text takes. */
export const ASCENT = 1000
export const DESCENT = -220
export const SPACE = ' '

export interface Alphabet {
  /** The code of a character, taken up when it is new; never 0. Undefined when 65,534 are in use. */
  readonly codeOf: (character: string) => number | undefined
  readonly characters: () => readonly string[]
}

const MOST_CHARACTERS = 65_534

export function openAlphabet(): Alphabet {
  const codes = new Map<string, number>()
  return {
    codeOf: (character) => {
      const known = codes.get(character)
      if (known !== undefined || codes.size >= MOST_CHARACTERS) return known
      codes.set(character, codes.size + 1)
      return codes.size
    },
    characters: () => [...codes.keys()],
  }
}

const NARROW = /^[iıjl!|'’‘`.,:;·•()[\]{}]$/
const SLIM = /^[frt"”“/\\*-]$/
const WIDE = /^[mwMW@%—…]$/

/** Thousandths of the font size; about what a text face has, so that part of a word can be selected where it stands. */
export function widthOf(character: string): number {
  if (/^\p{M}/u.test(character)) return 0
  const base = character.normalize('NFD').charAt(0)
  if (base === SPACE || NARROW.test(base)) return 260
  if (SLIM.test(base)) return 360
  if (WIDE.test(base)) return 860
  return /\p{Lu}/u.test(base) ? 670 : /[\u2e80-\u9fff\uac00-\ud7af\uff00-\uff60]/.test(base) ? 1000 : 550
}

/** Puts the font and gives its number. */
export function putFont(out: PdfWriter, alphabet: Alphabet): number {
  const characters = alphabet.characters()
  const widths = characters.map(widthOf)
  const name = 'AAAAAA+QuayTextLayer'
  const program = makeTrueType(widths)
  const file = out.putPacked(`/Length1 ${program.length}`, program)
  // All codes are in the program: one bit each, the first for code 0 (ISO 19005-1 §6.3.5).
  const present = new Uint8Array((characters.length >> 3) + 1).fill(0xff)
  present[present.length - 1] = (0xff00 >> ((characters.length % 8) + 1)) & 0xff
  const set = out.putPacked('', present)
  const descriptor = out.put(
    `<< /Type /FontDescriptor /FontName /${name} /Flags 4 /FontBBox [0 ${DESCENT} 1000 ${ASCENT}] /ItalicAngle 0 ` +
      `/Ascent ${ASCENT} /Descent ${DESCENT} /CapHeight 700 /StemV 80 /FontFile2 ${file} 0 R /CIDSet ${set} 0 R >>`,
  )
  const descendant = out.put(
    `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /${name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> ` +
      `/FontDescriptor ${descriptor} 0 R /CIDToGIDMap /Identity /DW 500 /W [1 [${widths.join(' ')}]] >>`,
  )
  const unicode = out.putPacked('', Buffer.from(unicodeMap(characters), 'latin1'))
  return out.put(
    `<< /Type /Font /Subtype /Type0 /BaseFont /${name} /Encoding /Identity-H /DescendantFonts [${descendant} 0 R] /ToUnicode ${unicode} 0 R >>`,
  )
}

/** ToUnicode CMap, in groups of a hundred as its language asks. */
function unicodeMap(characters: readonly string[]): string {
  const rows = characters.map((character, index) => `<${code(index + 1)}> <${utf16(character)}>`)
  const groups: string[] = []
  for (let at = 0; at < rows.length; at += 100) {
    const group = rows.slice(at, at + 100)
    groups.push(`${group.length} beginbfchar\n${group.join('\n')}\nendbfchar`)
  }
  return [
    '/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap',
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def',
    '1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange',
    ...groups,
    'endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend',
  ].join('\n')
}

const code = (value: number): string => value.toString(16).padStart(4, '0').toUpperCase()

/** Glyph 0 is a box as every font has it (some readers refuse a table without any outline); the others are empty. */
const BOX = concat(words(1, 0, 0, 500, 700, 3, 0), Uint8Array.of(1, 1, 1, 1), words(0, 500, 0, -500, 0, 0, 700, 0, 0))

function makeTrueType(widths: readonly number[]): Uint8Array {
  const count = widths.length + 1
  return assemble({
    glyf: BOX,
    head: words(1, 0, 1, 0, 0, 0, 0x5f0f, 0x3cf5, 0, 1000, ...zeros(8), 0, 0, 500, 700, 0, 8, 2, 0, 0),
    hhea: words(1, 0, ASCENT, DESCENT, 0, Math.max(500, ...widths), 0, 0, 500, 1, ...zeros(7), count),
    hmtx: words(500, 0, ...widths.flatMap((width) => [width, 0])),
    loca: words(0, ...widths.map(() => BOX.length / 2), BOX.length / 2),
    maxp: words(1, 0, count, 4, 1, 0, 0, 2, ...zeros(8)),
  })
}

function zeros(count: number): readonly number[] {
  return new Array<number>(count).fill(0)
}

function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 2)
  const view = new DataView(bytes.buffer)
  for (const [index, value] of values.entries()) view.setInt16(index * 2, value)
  return bytes
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

const padded = (length: number): number => (length + 3) & ~3

function sumOf(bytes: Uint8Array): number {
  let sum = 0
  for (const [at, byte] of bytes.entries()) sum = (sum + byte * 2 ** (8 * (3 - (at & 3)))) % 2 ** 32
  return sum
}

/** Table directory and tables, each at a multiple of four (ISO/IEC 14496-22 §4.5, §5.2.2). */
function assemble(tables: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const entries = Object.entries(tables)
  const start = 12 + entries.length * 16
  const font = new Uint8Array(entries.reduce((sum, [, table]) => sum + padded(table.length), start))
  const view = new DataView(font.buffer)
  font.set(words(1, 0, entries.length, 64, 2, entries.length * 16 - 64))
  let at = start
  let adjustment = 0
  for (const [index, [name, table]] of entries.entries()) {
    font.set(Buffer.from(name, 'latin1'), 12 + index * 16)
    view.setUint32(16 + index * 16, sumOf(table))
    view.setUint32(20 + index * 16, at)
    view.setUint32(24 + index * 16, table.length)
    font.set(table, at)
    if (name === 'head') adjustment = at + 8
    at += padded(table.length)
  }
  view.setUint32(adjustment, (0xb1b0afba + 2 ** 32 - sumOf(font)) % 2 ** 32)
  return font
}
