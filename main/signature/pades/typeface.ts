// Promises: a TrueType typeface of ours opened for measuring, and cut down to the glyphs a text needs (ISO/IEC 14496-22).
// Never: new glyph numbers (character identifiers in the PDF are glyph numbers of the original), hints, or foreign fonts.

export interface Typeface {
  /** PostScript name, e.g. BeVietnamPro-Bold. */
  readonly name: string
  readonly glyphs: number
  /** Metrics in thousandths of the size; both typefaces of ours have 1000 units an em. */
  readonly ascent: number
  readonly descent: number
  readonly capHeight: number
  readonly box: readonly [number, number, number, number]
  /** 0 when the typeface has no such character. */
  readonly glyphOf: (codePoint: number) => number
  readonly widthOf: (glyph: number) => number
  readonly cut: (glyphs: ReadonlySet<number>) => Buffer
}

type Table = { readonly offset: number; readonly length: number }

/** Opens a TrueType file with 1000 units an em, a format-4 Unicode map and short or long locations; throws for another. */
export function openTypeface(bytes: Uint8Array): Typeface {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const tables = new Map<string, Table>()
  for (let i = 0; i < file.readUInt16BE(4); i++) {
    const row = 12 + 16 * i
    tables.set(file.toString('latin1', row, row + 4), {
      offset: file.readUInt32BE(row + 8),
      length: file.readUInt32BE(row + 12),
    })
  }
  const table = (tag: string): Buffer => {
    const place = tables.get(tag)
    if (place === undefined) throw new Error(`typeface without ${tag}`)
    return file.subarray(place.offset, place.offset + place.length)
  }
  const [head, hhea, hmtx, loca, glyf, maxp] = [
    table('head'),
    table('hhea'),
    table('hmtx'),
    table('loca'),
    table('glyf'),
    table('maxp'),
  ]
  if (head.readUInt16BE(18) !== 1000) throw new Error('typeface without 1000 units an em')
  const glyphs = maxp.readUInt16BE(4)
  const measured = hhea.readUInt16BE(34)
  const map = readUnicodeMap(table('cmap'))
  const long = head.readInt16BE(50) === 1
  const place = (glyph: number): number => (long ? loca.readUInt32BE(glyph * 4) : loca.readUInt16BE(glyph * 2) * 2)
  const outline = (glyph: number): Buffer => glyf.subarray(place(glyph), place(glyph + 1))
  const widthOf = (glyph: number): number => hmtx.readUInt16BE(Math.min(glyph, measured - 1) * 4)
  const bearing = (glyph: number): number => (glyph < measured ? hmtx.readInt16BE(glyph * 4 + 2) : 0)
  return {
    name: readPostScriptName(table('name')),
    glyphs,
    ascent: hhea.readInt16BE(4),
    descent: hhea.readInt16BE(6),
    capHeight: table('OS/2').readInt16BE(88),
    box: [head.readInt16BE(36), head.readInt16BE(38), head.readInt16BE(40), head.readInt16BE(42)],
    glyphOf: (codePoint) => map.get(codePoint) ?? 0,
    widthOf,
    cut: (wanted) => {
      const kept = new Map<number, Buffer>()
      const keep = (glyph: number): void => {
        if (kept.has(glyph)) return
        const bare = withoutHints(outline(glyph))
        kept.set(glyph, bare.outline)
        bare.parts.forEach(keep)
      }
      keep(0)
      wanted.forEach(keep)
      return writeTypeface({ head, hhea, maxp }, glyphs, kept, (glyph) => [widthOf(glyph), bearing(glyph)])
    },
  }
}

/** cmap format 4 of the Windows Unicode BMP platform. */
function readUnicodeMap(cmap: Buffer): ReadonlyMap<number, number> {
  const map = new Map<number, number>()
  for (let i = 0; i < cmap.readUInt16BE(2); i++) {
    const row = 4 + 8 * i
    if (cmap.readUInt16BE(row) !== 3 || cmap.readUInt16BE(row + 2) !== 1) continue
    const at = cmap.readUInt32BE(row + 4)
    if (cmap.readUInt16BE(at) !== 4) continue
    const doubled = cmap.readUInt16BE(at + 6)
    for (let segment = 0; segment < doubled; segment += 2) {
      const last = cmap.readUInt16BE(at + 14 + segment)
      const first = cmap.readUInt16BE(at + 16 + doubled + segment)
      const delta = cmap.readUInt16BE(at + 16 + 2 * doubled + segment)
      const rangeAt = at + 16 + 3 * doubled + segment
      const range = cmap.readUInt16BE(rangeAt)
      for (let code = first; code <= last && code !== 0xffff; code++) {
        const listed = range === 0 ? code : cmap.readUInt16BE(rangeAt + range + 2 * (code - first))
        if (listed !== 0) map.set(code, (listed + delta) & 0xffff)
      }
    }
  }
  return map
}

function readPostScriptName(name: Buffer): string {
  const strings = name.readUInt16BE(4)
  for (let i = 0; i < name.readUInt16BE(2); i++) {
    const row = 6 + 12 * i
    if (name.readUInt16BE(row) !== 3 || name.readUInt16BE(row + 6) !== 6) continue
    const from = strings + name.readUInt16BE(row + 10)
    return name.toString('latin1', from, from + name.readUInt16BE(row + 8)).replaceAll('\0', '')
  }
  throw new Error('typeface without a name')
}

/** A glyph without its instructions, and the glyphs it is composed of. */
function withoutHints(outline: Buffer): { readonly outline: Buffer; readonly parts: readonly number[] } {
  if (outline.length === 0) return { outline, parts: [] }
  const contours = outline.readInt16BE(0)
  if (contours >= 0) {
    const at = 10 + contours * 2
    const instructions = outline.readUInt16BE(at)
    return {
      outline: Buffer.concat([outline.subarray(0, at), Buffer.alloc(2), outline.subarray(at + 2 + instructions)]),
      parts: [],
    }
  }
  const composed = Buffer.from(outline)
  const parts: number[] = []
  let at = 10
  for (let more = true; more; ) {
    const flags = composed.readUInt16BE(at)
    composed.writeUInt16BE(flags & ~0x0100, at)
    parts.push(composed.readUInt16BE(at + 2))
    at +=
      4 +
      ((flags & 1) !== 0 ? 4 : 2) +
      ((flags & 0x80) !== 0 ? 8 : (flags & 0x40) !== 0 ? 4 : (flags & 8) !== 0 ? 2 : 0)
    more = (flags & 0x20) !== 0
  }
  return { outline: composed.subarray(0, at), parts }
}

function writeTypeface(
  original: { readonly head: Buffer; readonly hhea: Buffer; readonly maxp: Buffer },
  glyphs: number,
  kept: ReadonlyMap<number, Buffer>,
  metrics: (glyph: number) => readonly [number, number],
): Buffer {
  const loca = Buffer.alloc((glyphs + 1) * 2)
  const hmtx = Buffer.alloc(glyphs * 4)
  const outlines: Buffer[] = []
  let length = 0
  for (let glyph = 0; glyph < glyphs; glyph++) {
    loca.writeUInt16BE(length / 2, glyph * 2)
    const outline = kept.get(glyph)
    if (outline === undefined) continue
    const [width, bearing] = metrics(glyph)
    hmtx.writeUInt16BE(width, glyph * 4)
    hmtx.writeInt16BE(bearing, glyph * 4 + 2)
    outlines.push(outline, Buffer.alloc((4 - (outline.length % 4)) % 4))
    length += Math.ceil(outline.length / 4) * 4
  }
  loca.writeUInt16BE(length / 2, glyphs * 2)
  const head = Buffer.from(original.head)
  head.writeUInt32BE(0, 8)
  head.writeInt16BE(0, 50)
  const hhea = Buffer.from(original.hhea)
  hhea.writeUInt16BE(glyphs, 34)
  return writeTables([
    ['glyf', Buffer.concat(outlines)],
    ['head', head],
    ['hhea', hhea],
    ['hmtx', hmtx],
    ['loca', loca],
    ['maxp', original.maxp],
  ])
}

function writeTables(tables: readonly (readonly [string, Buffer])[]): Buffer {
  const power = 2 ** Math.floor(Math.log2(tables.length))
  const directory = Buffer.alloc(12 + tables.length * 16)
  directory.writeUInt32BE(0x00010000, 0)
  directory.writeUInt16BE(tables.length, 4)
  directory.writeUInt16BE(power * 16, 6)
  directory.writeUInt16BE(Math.log2(power), 8)
  directory.writeUInt16BE((tables.length - power) * 16, 10)
  const parts: Buffer[] = [directory]
  let offset = directory.length
  tables.forEach(([tag, bytes], i) => {
    const row = 12 + i * 16
    directory.write(tag, row, 'latin1')
    directory.writeUInt32BE(checksum(bytes), row + 4)
    directory.writeUInt32BE(offset, row + 8)
    directory.writeUInt32BE(bytes.length, row + 12)
    parts.push(bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4))
    offset += Math.ceil(bytes.length / 4) * 4
  })
  const file = Buffer.concat(parts)
  const head = tables.findIndex(([tag]) => tag === 'head')
  const headAt = file.readUInt32BE(12 + head * 16 + 8)
  file.writeUInt32BE((0xb1b0afba - checksum(file)) >>> 0, headAt + 8)
  return file
}

function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 4)
    sum =
      (sum +
        (((bytes[at] ?? 0) << 24) |
          ((bytes[at + 1] ?? 0) << 16) |
          ((bytes[at + 2] ?? 0) << 8) |
          (bytes[at + 3] ?? 0))) >>>
      0
  return sum
}
