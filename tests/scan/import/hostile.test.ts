// Files that are made to do harm, or simply far too large, are refused by name; the program stays small and goes on.
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { lookIntoFile } from '../../../main/scan/import/index.ts'
import { faxTiff, jpegOf, PARTS, pdfOf, pdfOfPages, tiffOf } from './samples.ts'
import { takeAll } from './take-all.ts'

const refusal = (rule: string) => ({ pages: [], trouble: { kind: 'refused', rule } })
const catalogue = { words: '<< /Type /Catalog /Pages 2 0 R >>' }
const onePage = (more = '') => ({
  words: `<< /Type /Pages /Count 1 /Kids [3 0 R] ${more} >>`,
})
const page = (more: string) => ({
  words: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R ${more} >>`,
})

/** A PDF of one page whose content is object 4; further objects follow. */
const pdfWith = (
  content: { words: string; data: Uint8Array },
  ...more: readonly { words: string; data?: Uint8Array }[]
) => pdfOf([catalogue, onePage(), page('/Resources << /XObject << /Im 5 0 R /Fm 6 0 R >> >>'), content, ...more])
const fill = { words: '<< >>', data: Buffer.from('q 595 0 0 842 0 0 cm /Im Do Q') }
const image = (words: string, data: Uint8Array) => ({ words: `<< /Subtype /Image ${words} >>`, data })

/** 512 MB of blanks in half a megabyte. */
const bomb = deflateSync(Buffer.alloc(512 * 1024 * 1024, 32), { level: 9 })

async function refuses(bytes: Uint8Array, rule: string): Promise<void> {
  const before = process.memoryUsage.rss()
  expect(await takeAll(bytes)).toEqual(refusal(rule))
  expect(process.memoryUsage.rss() - before).toBeLessThan(900e6)
}

/** A PNG or JPEG whose header says another size. */
function resized(bytes: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(bytes)
  if (copy[0] === 0x89) {
    copy.writeUInt32BE(width, 16)
    copy.writeUInt32BE(height, 20)
    return copy
  }
  const at = [0xc0, 0xc2].map((kind) => copy.indexOf(Buffer.from([0xff, kind, 0, 17]))).find((place) => place > 0) ?? 0
  copy.writeUInt16BE(height, at + 5)
  copy.writeUInt16BE(width, at + 7)
  return copy
}

describe('pictures', () => {
  test('an image 40,000 pixels wide is too large, in all three kinds', async () => {
    const png = await sharp({ create: { width: 60, height: 80, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    const strip = { width: 40_000, height: 100, data: new Uint8Array(500_000), compression: 1, photometric: 1 }
    await refuses(resized(png, 40_000, 40_000), 'file-too-large')
    await refuses(resized(await jpegOf(), 40_000, 40_000), 'file-too-large')
    await refuses(tiffOf([strip]), 'file-too-large')
    await refuses(resized(png, 15_000, 15_000), 'file-too-large')
  })
  test('a picture that claims more than it holds is damaged, not a gigabyte', async () => {
    const png = await sharp({ create: { width: 60, height: 80, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    await refuses(resized(png, 10_000, 10_000), 'file-damaged')
    await refuses(
      tiffOf([{ width: 10_000, height: 10_000, data: new Uint8Array(64), compression: 1, photometric: 1 }]),
      'file-damaged',
    )
  })
  test('a JPEG that is scanned over and over', async () => {
    const bytes = await jpegOf({ progressive: true })
    const at = bytes.indexOf(Buffer.from([0xff, 0xda]))
    const scan = bytes.subarray(at, bytes.indexOf(Buffer.from([0xff, 0xda]), at + 2))
    await refuses(
      Buffer.concat([bytes.subarray(0, at), ...Array.from({ length: 5000 }, () => scan), bytes.subarray(at)]),
      'file-unsafe',
    )
  })
  test('a TIFF whose pages go in a circle, and one of 1001 pages', async () => {
    const bytes = await faxTiff([[80, 80]])
    const directory = bytes.readUInt32LE(4)
    bytes.writeUInt32LE(directory, directory + 2 + bytes.readUInt16LE(directory) * 12)
    await refuses(bytes, 'file-damaged')
    const small = { width: 8, height: 8, data: new Uint8Array(8), compression: 1, photometric: 1 }
    await refuses(tiffOf(Array.from({ length: 1001 }, () => small)), 'file-too-large')
  })
})

describe('PDF', () => {
  test('a page whose content unfolds to half a gigabyte', async () => {
    await refuses(pdfWith({ words: '<< /Filter /FlateDecode >>', data: bomb }), 'file-unsafe')
  })
  test('a bomb in a bomb, in LZW, in run lengths, in an object stream, in a stream that no index knows', async () => {
    const runs = Buffer.alloc(4 * 1024 * 1024, Buffer.from([129, 32]))
    await refuses(
      pdfWith({ words: '<< /Filter [/FlateDecode /FlateDecode] >>', data: deflateSync(bomb) }),
      'file-unsafe',
    )
    await refuses(pdfWith({ words: '<< /Filter /RunLengthDecode >>', data: runs }), 'file-unsafe')
    await refuses(
      pdfWith(fill, { words: '<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>', data: bomb }),
      'file-unsafe',
    )
    const hidden = Buffer.concat([
      Buffer.from('9 0 obj\n<< /Filter /FlateDecode >>\nstream\n'),
      bomb,
      Buffer.from('\nendstream\nendobj\n'),
    ])
    await refuses(pdfWith(fill, { words: '<< >>', data: hidden }), 'file-unsafe')
  })
  test('a picture of 40,000 pixels, as JPEG, fax, JPEG 2000 or JBIG2', async () => {
    const plain = '/Width 600 /Height 800 /BitsPerComponent 8 /ColorSpace /DeviceGray'
    const jpeg = resized(await jpegOf(), 40_000, 40_000)
    const siz = Buffer.alloc(60)
    siz.set([0xff, 0x4f, 0xff, 0x51, 0, 41])
    siz.writeUInt32BE(40_000, 8)
    siz.writeUInt32BE(40_000, 12)
    const region = Buffer.alloc(60)
    region.writeUInt8(38, 4)
    region.writeUInt8(1, 6)
    region.writeUInt32BE(30, 7)
    region.writeUInt32BE(40_000, 11)
    region.writeUInt32BE(40_000, 15)
    const pictures = [
      image(
        '/Width 40000 /Height 40000 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /FlateDecode',
        deflateSync(Buffer.alloc(99)),
      ),
      image(`${plain} /Filter /DCTDecode`, jpeg),
      image(`${plain} /Filter /JPXDecode`, siz),
      image(`${plain} /Filter /JBIG2Decode`, region),
    ]
    for (const one of pictures) await refuses(pdfWith(fill, one), 'file-too-large')
    const fax = image(
      '/Width 99 /Height 99 /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 900000000 >>',
      Buffer.alloc(99),
    )
    await refuses(pdfWith(fill, fax), 'file-unsafe')
  })
  test('a page of five metres, a page of fifty, a thousand and one pages', async () => {
    await refuses(pdfOfPages([{ box: '0 0 14400 14400' }]), 'file-too-large')
    await refuses(pdfOfPages([{ box: '0 0 144000 144000' }]), 'file-too-large')
    await refuses(pdfOfPages(Array.from({ length: 1001 }, () => ({}))), 'file-too-large')
  })
  test('pages that are their own children, forms that draw themselves', async () => {
    const circle = pdfOf([catalogue, { words: '<< /Type /Pages /Count 1 /Kids [2 0 R] >>' }])
    await refuses(circle, 'file-damaged')
    const form = {
      words: '<< /Subtype /Form /BBox [0 0 600 900] /Resources << /XObject << /Fm 6 0 R >> >> >>',
      data: Buffer.from('/Fm Do /Fm Do'),
    }
    const self = await takeAll(pdfWith({ words: '<< >>', data: Buffer.from('/Fm Do') }, { words: 'null' }, form))
    expect(self.trouble === null || self.trouble.kind === 'refused').toBe(true)
  })
  test('forms that draw forms that draw forms, ten times each', async () => {
    const forms = Array.from({ length: 11 }, (_, level) => ({
      words: `<< /Subtype /Form /BBox [0 0 600 900] /Resources << /XObject << /Im ${level + 6} 0 R >> >> >>`,
      data: Buffer.from(level === 10 ? '0 0 1 1 re f' : '/Im Do '.repeat(10)),
    }))
    await refuses(pdfWith(fill, ...forms), 'file-unsafe')
  })
  test('patterns that draw themselves, tiles a thousandth of a point wide, masks of masks, a path of four million corners', async () => {
    const resources = (words: string) => page(`/Resources << ${words} >>`)
    const tiles = (step: string, more: string, data: string) => ({
      words: `<< /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1000 1000] /XStep ${step} /YStep ${step} ${more} >>`,
      data: Buffer.from(data),
    })
    const paint = { words: '<< >>', data: Buffer.from('/Pattern cs /P scn 0 0 595 842 re f') }
    const pattern = '/Pattern << /P 5 0 R >>'
    const mask = '/ExtGState << /G << /SMask << /S /Luminosity /G 5 0 R >> >> >>'
    const group = {
      words: `<< /Subtype /Form /BBox [0 0 595 842] /Group << /S /Transparency >> /Resources << ${mask} >> >>`,
      data: Buffer.from('/G gs 0 0 9 9 re f'),
    }
    const path = `0 0 m ${'9 9 l 500 700 l '.repeat(2_000_000)} f`
    const files = [
      [catalogue, onePage(), resources(pattern), paint, tiles('0.001', '', '0 0 1 1 re f')],
      [
        catalogue,
        onePage(),
        resources(pattern),
        paint,
        tiles('1000', `/Resources << ${pattern} >>`, '/Pattern cs /P scn 0 0 9 9 re f'),
      ],
      [catalogue, onePage(), resources(mask), { words: '<< >>', data: Buffer.from('/G gs 0 0 9 9 re f') }, group],
      [catalogue, onePage(), page(''), { words: '<< /Filter /FlateDecode >>', data: deflateSync(path) }],
    ]
    for (const file of files) await refuses(pdfOf(file), 'file-unsafe')
  })
  test('brackets without end, names without end, a dictionary of a million keys', async () => {
    const deep = (words: string) => takeAll(pdfOf([catalogue, onePage(words), page(''), fill]))
    for (const words of [
      `/A ${'['.repeat(100_000)}`,
      `/A ${'<</B '.repeat(50_000)}`,
      `/${'n'.repeat(3_000_000)} 1`,
      '/K 1 '.repeat(1_000_000),
    ]) {
      const { trouble } = await deep(words)
      expect(trouble === null || trouble.kind === 'refused').toBe(true)
    }
  })
  test('a look at two hundred megabytes of nothing ends soon', async () => {
    const bytes = Buffer.concat([
      Buffer.from('%PDF-1.7\n'),
      Buffer.alloc(200 * 1024 * 1024, '1 0 obj '),
      Buffer.from('%%EOF'),
    ])
    expect(await lookIntoFile(bytes, PARTS)).toEqual({ ok: false, failure: { kind: 'refused', rule: 'file-unsafe' } })
  })
})
