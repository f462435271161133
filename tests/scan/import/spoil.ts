// Spoils files the way wires, disks and enemies do. Same seed, same spoiled file.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { drawPage, faxTiff, jpegOf, pdfOf, pdfOfPages, tiffOf } from './samples.ts'

/** Numbers 0 to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296
  }
}

/** Small files of every kind, so that many fit a second. */
export async function goodFiles(): Promise<readonly Buffer[]> {
  const size = { width: 48, height: 68 }
  const jpeg = await jpegOf(size)
  const ink = new Uint8Array(size.height * 6).fill(0x5a)
  const page = { box: '0 0 48 68', content: 'q 48 0 0 68 0 0 cm /Im Do Q', jpeg: { bytes: jpeg, ...size } }
  const text = `${page.content} BT /F 9 Tf 5 30 Td (Ban sao) Tj ET 1 0 0 rg 3 3 9 9 re f /Pattern cs q 2 0 0 2 1 1 cm Q`
  const plain = pdfOfPages([page, { ...page, more: '/Rotate 90' }])
  const drawn = pdfOfPages([{ ...page, content: text }])
  const inline = pdfOfPages([
    { box: '0 0 40 40', content: 'q 9 0 0 9 1 1 cm BI /W 4 /H 4 /BPC 8 /CS /G ID 0123456789abcdef EI Q' },
  ])
  const grey = (words: string, data: Uint8Array) =>
    pdfOf([
      { words: '<< /Type /Catalog /Pages 2 0 R >>' },
      { words: '<< /Type /Pages /Count 1 /Kids [3 0 R] >>' },
      {
        words:
          '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 48 68] /Contents 4 0 R /Resources << /XObject << /Im 5 0 R >> >> >>',
      },
      { words: '<< >>', data: Buffer.from(page.content) },
      { words: `<< /Subtype /Image /Width 48 /Height 68 ${words} >>`, data },
    ])
  const tiff = await faxTiff([[48, 68]])
  const fax = tiff.subarray(8, 8 + 200)
  return [
    jpeg,
    await jpegOf({ ...size, progressive: true, orientation: 6, dpi: 300 }),
    await sharp(await drawPage(48, 68))
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer(),
    await drawPage(48, 68),
    await sharp(await drawPage(48, 68))
      .png({ palette: true, colours: 4 })
      .toBuffer(),
    await faxTiff([
      [48, 68],
      [48, 40],
    ]),
    await sharp(await drawPage(48, 68))
      .tiff({ compression: 'jpeg' })
      .toBuffer(),
    await sharp(await drawPage(48, 68))
      .tiff({ compression: 'deflate', tile: true, tileWidth: 32, tileHeight: 32 })
      .toBuffer(),
    tiffOf([{ ...size, data: ink, compression: 1, photometric: 1 }]),
    plain,
    drawn,
    inline,
    grey(
      '/BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 48 /Rows 68 >>',
      fax,
    ),
    grey(
      '/BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 48 >>',
      deflateSync(new Uint8Array(49 * 68)),
    ),
    ...throughQpdf(drawn, [
      ['--linearize'],
      ['--object-streams=generate'],
      ['--encrypt', '', 'owner', '256', '--'],
      ['--allow-weak-crypto', '--encrypt', '', 'owner', '128', '--use-aes=n', '--'],
      ['--qdf', '--object-streams=disable'],
    ]),
  ]
}

function throughQpdf(bytes: Buffer, ways: readonly (readonly string[])[]): readonly Buffer[] {
  const folder = mkdtempSync(join(tmpdir(), 'spoil-'))
  try {
    const [from, to] = [join(folder, 'from.pdf'), join(folder, 'to.pdf')]
    writeFileSync(from, bytes)
    return ways.flatMap((way) =>
      spawnSync(
        'qpdf',
        ['--deterministic-id', ...way, from, to].filter(
          (word) => word !== '--deterministic-id' || !way.includes('--encrypt'),
        ),
      ).status === 0
        ? [readFileSync(to)]
        : [],
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const HUGE = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff]
const WORDS = [
  'endobj',
  'stream\n',
  'endstream',
  '[[[[[[[[',
  '<<<<<<',
  '>>',
  '1 0 R',
  '5 0 R',
  '/Kids',
  '-1',
  '99999999999',
  '/FlateDecode',
  'null',
  '(',
  'Do ',
  'q ',
  'BI ',
  '%%EOF',
  'trailer',
  'xref\n',
  '/Encrypt 4 0 R',
  '/Length 1',
  '/SMask 5 0 R',
  '/Parent 2 0 R',
  '/Subtype /Form',
]

export function spoil(files: readonly Buffer[], seed: number): Buffer {
  const random = seeded(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const pick = <T>(list: readonly T[]): T | undefined => list[below(list.length)]
  let file = Buffer.from(pick(files) ?? Buffer.alloc(0))
  const ways: readonly (() => void)[] = [
    () => {
      file[below(file.length)] = below(256)
    },
    () => {
      const at = below(file.length)
      file[at] = (file[at] ?? 0) ^ (1 << below(8))
    },
    () => {
      const value = pick(HUGE) ?? 0
      const at = below(Math.max(1, file.length - 4))
      if (at + 4 > file.length) return
      if (random() < 0.5) file.writeUInt32LE(value, at)
      else file.writeUInt32BE(value, at)
    },
    () => {
      file = file.subarray(0, below(file.length))
    },
    () => {
      const [from, to] = [below(file.length), below(file.length)]
      file = Buffer.concat([file.subarray(0, Math.min(from, to)), file.subarray(Math.max(from, to))])
    },
    () => {
      const from = below(file.length)
      const piece = file.subarray(from, from + below(200))
      const at = below(file.length)
      file = Buffer.concat([
        file.subarray(0, at),
        ...Array.from({ length: 1 + below(8) }, () => piece),
        file.subarray(at),
      ])
    },
    () => {
      const other = pick(files) ?? file
      const at = below(file.length)
      file = Buffer.concat([file.subarray(0, at), other.subarray(below(other.length))])
    },
    () => {
      const at = below(file.length)
      file = Buffer.concat([file.subarray(0, at), Buffer.from(pick(WORDS) ?? ''), file.subarray(at)])
    },
    () => {
      // A number of the text becomes another.
      const text = file.toString('latin1')
      const places = [...text.matchAll(/\d+/g)]
      const one = pick(places)
      if (one === undefined) return
      const value = String(random() < 0.5 ? (pick(HUGE) ?? 0) : below(12))
      file = Buffer.from(text.slice(0, one.index) + value + text.slice(one.index + one[0].length), 'latin1')
    },
  ]
  const times = 1 + below(random() < 0.3 ? 12 : 3)
  for (let time = 0; time < times && file.length > 0; time += 1) (random() < 0.4 ? ways[8] : pick(ways))?.()
  return file
}
