// Files as people bring them, drawn and written here: pictures, PDFs with one picture a page, with text, with everything broken.
// The PDF writer knows just enough to say what a test wants to say; its cross-reference is right unless told otherwise.

import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import type { ImportParts } from '../../../main/scan/import/index.ts'
import { root } from '../../setup/place.ts'

export const PARTS: ImportParts = { lowestDpi: 200, pdfFolder: join(root, 'node_modules/pdfjs-dist') }

/** A page of grey lines and a red stamp, `width` × `height` pixels. */
export function drawPage(width: number, height: number): Promise<Buffer> {
  const lines = Array.from(
    { length: 24 },
    (_, row) => `<rect x="10%" y="${8 + row * 3}%" width="${50 + ((row * 37) % 30)}%" height="1%" fill="#222"/>`,
  ).join('')
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fdfcf8"/>${lines}<circle cx="70%" cy="85%" r="8%" fill="none" stroke="#c8202a" stroke-width="${Math.max(1, width / 150)}"/></svg>`
  return sharp(Buffer.from(svg)).removeAlpha().png().toBuffer()
}

export interface JpegWish {
  readonly width?: number
  readonly height?: number
  readonly dpi?: number
  readonly grey?: boolean
  readonly progressive?: boolean
  readonly orientation?: number
}

export async function jpegOf({ width = 496, height = 702, dpi, grey, progressive, orientation }: JpegWish = {}) {
  let picture = sharp(await drawPage(width, height))
  if (grey === true) picture = picture.toColourspace('b-w')
  if (dpi !== undefined || orientation !== undefined)
    picture = picture.withMetadata({
      ...(dpi === undefined ? {} : { density: dpi }),
      ...(orientation === undefined ? {} : { orientation }),
    })
  return picture.jpeg({ quality: 80, progressive: progressive === true }).toBuffer()
}

/** One sample a pixel: 0 black, 255 white. */
export async function inkOf(width: number, height: number): Promise<Buffer> {
  return sharp(await drawPage(width, height))
    .toColourspace('b-w')
    .threshold(200)
    .extractChannel(0)
    .raw()
    .toBuffer()
}

/** A TIFF of G4 pages. */
export async function faxTiff(sizes: readonly (readonly [number, number])[], dpi = 200): Promise<Buffer> {
  const pages: Buffer[] = []
  for (const [width, height] of sizes)
    pages.push(
      await sharp(await inkOf(width, height), { raw: { width, height, channels: 1 } })
        .toColourspace('b-w')
        .tiff({ compression: 'ccittfax4', bitdepth: 1, xres: dpi / 25.4, yres: dpi / 25.4 })
        .toBuffer(),
    )
  return joinTiffs(pages)
}

/** One TIFF of several little-endian ones: their directories become a chain, their offsets move. */
export function joinTiffs(files: readonly Buffer[]): Buffer {
  const parts: Buffer[] = []
  let base = 0
  let link: { buffer: Buffer; at: number } | null = null
  for (const file of files) {
    const copy = Buffer.concat([file, Buffer.alloc(file.length % 2)])
    const directory = copy.readUInt32LE(4)
    const count = copy.readUInt16LE(directory)
    for (let entry = 0; entry < count; entry += 1) {
      const at = directory + 2 + entry * 12
      const [tag, kind, length] = [copy.readUInt16LE(at), copy.readUInt16LE(at + 2), copy.readUInt32LE(at + 4)]
      const size = length * ({ 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1 }[kind] ?? 4)
      const place = size > 4 ? copy.readUInt32LE(at + 8) : at + 8
      if (size > 4) copy.writeUInt32LE(place + base, at + 8)
      if (tag !== 273 && tag !== 324) continue
      if (kind !== 4) throw new Error('short offsets')
      for (let index = 0; index < length; index += 1)
        copy.writeUInt32LE(copy.readUInt32LE(place + index * 4) + base, place + index * 4)
    }
    link?.buffer.writeUInt32LE(base + directory, link.at)
    link = { buffer: copy, at: directory + 2 + count * 12 }
    parts.push(copy)
    base += copy.length
  }
  return Buffer.concat(parts)
}

export interface TiffPageWish {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
  readonly compression: number
  readonly photometric: number
  readonly dpi?: number
  readonly dpiY?: number
  readonly bits?: number
  readonly orientation?: number
  /** 1: a small preview of the page before it. */
  readonly subfile?: number
}

/** Little-endian TIFF, one strip a page. */
export function tiffOf(pages: readonly TiffPageWish[]): Buffer {
  const parts: Buffer[] = [Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0])]
  let length = 8
  let link: { buffer: Buffer; at: number } = { buffer: parts[0] ?? Buffer.alloc(0), at: 4 }
  for (const page of pages) {
    const padded = Buffer.concat([page.data, Buffer.alloc(page.data.length % 2)])
    const data = length
    parts.push(padded)
    length += padded.length
    const ratio = Buffer.alloc(16)
    ratio.writeUInt32LE(page.dpi ?? 300, 0)
    ratio.writeUInt32LE(1, 4)
    ratio.writeUInt32LE(page.dpiY ?? page.dpi ?? 300, 8)
    ratio.writeUInt32LE(1, 12)
    const ratioAt = length
    parts.push(ratio)
    length += 16
    const entries: readonly (readonly [number, number, number])[] = [
      [254, 4, page.subfile ?? 0],
      [256, 4, page.width],
      [257, 4, page.height],
      [258, 3, page.bits ?? 1],
      [259, 3, page.compression],
      [262, 3, page.photometric],
      [273, 4, data],
      [274, 3, page.orientation ?? 1],
      [277, 3, 1],
      [278, 4, page.height],
      [279, 4, page.data.length],
      [282, 5, ratioAt],
      [283, 5, ratioAt + 8],
      [296, 3, 2],
    ]
    const directory = Buffer.alloc(2 + entries.length * 12 + 4)
    directory.writeUInt16LE(entries.length, 0)
    for (const [index, [tag, kind, value]] of entries.entries()) {
      directory.writeUInt16LE(tag, 2 + index * 12)
      directory.writeUInt16LE(kind, 4 + index * 12)
      directory.writeUInt32LE(1, 6 + index * 12)
      directory.writeUInt32LE(value, 10 + index * 12)
    }
    link.buffer.writeUInt32LE(length, link.at)
    link = { buffer: directory, at: directory.length - 4 }
    parts.push(directory)
    length += directory.length
  }
  return Buffer.concat(parts)
}

/** An object of a PDF: its dictionary or value in PDF words, and the data of a stream. `Length` is added. */
export interface PdfObject {
  readonly words: string
  readonly data?: Uint8Array
}

/** Objects are numbered from 1; object 1 is the catalogue. */
export function pdfOf(objects: readonly PdfObject[], more = ''): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  const places: number[] = []
  let length = parts[0]?.length ?? 0
  for (const [index, { words, data }] of objects.entries()) {
    places.push(length)
    const body =
      data === undefined
        ? Buffer.from(`${index + 1} 0 obj\n${words}\nendobj\n`, 'latin1')
        : Buffer.concat([
            Buffer.from(
              `${index + 1} 0 obj\n${words.replace(/>>\s*$/, `/Length ${data.length} >>`)}\nstream\n`,
              'latin1',
            ),
            data,
            Buffer.from('\nendstream\nendobj\n'),
          ])
    parts.push(body)
    length += body.length
  }
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${more} >>\nstartxref\n${length}\n%%EOF\n`,
      'latin1',
    ),
  )
  return Buffer.concat(parts)
}

export interface PageWish {
  /** What the page paints; `/Im` is the picture. */
  readonly content?: string
  /** Further entries of the page's dictionary. */
  readonly more?: string
  readonly box?: string
  readonly resources?: string
  readonly jpeg?: {
    readonly bytes: Buffer
    readonly width: number
    readonly height: number
    readonly grey?: boolean
    readonly more?: string
  }
}

export const A4_BOX = '0 0 595.28 841.89'
export const FILL_A4 = 'q 595.28 0 0 841.89 0 0 cm /Im Do Q'

/** A PDF of pages, each with at most one JPEG. */
export function pdfOfPages(pages: readonly PageWish[]): Buffer {
  const objects: PdfObject[] = [
    { words: '<< /Type /Catalog /Pages 2 0 R >>' },
    {
      words: `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${3 + index * 3} 0 R`).join(' ')}] >>`,
    },
  ]
  for (const [index, page] of pages.entries()) {
    const at = 3 + index * 3
    objects.push({
      words: `<< /Type /Page /Parent 2 0 R /MediaBox [${page.box ?? A4_BOX}] /Contents ${at + 1} 0 R /Resources << /XObject << /Im ${at + 2} 0 R >> /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> ${page.resources ?? ''} >> ${page.more ?? ''} >>`,
    })
    objects.push({ words: '<< /Filter /FlateDecode >>', data: deflateSync(page.content ?? FILL_A4) })
    const picture = page.jpeg
    if (picture === undefined) objects.push({ words: 'null' })
    else
      objects.push({
        words: `<< /Type /XObject /Subtype /Image /Width ${picture.width} /Height ${picture.height} /BitsPerComponent 8 /ColorSpace ${picture.grey === true ? '/DeviceGray' : '/DeviceRGB'} /Filter /DCTDecode ${picture.more ?? ''} >>`,
        data: picture.bytes,
      })
  }
  return pdfOf(objects)
}
