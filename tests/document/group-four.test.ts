// Black-and-white pages: read from PNG, packed as fax group 4, decoded again by a stranger (libtiff) to the same pixels.
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { type BitonalPicture, readBitonalPng } from '../../main/document/bitonal-png.ts'
import { encodeGroupFour } from '../../main/document/group-four.ts'
import { drawPage } from './papers.ts'

/** A TIFF of one strip around group 4 data: the decoder that the tests trust reads nothing else. */
function tiffAround({ width, height }: BitonalPicture, strip: Uint8Array): Buffer {
  const entries = [
    [256, width],
    [257, height],
    [258, 1],
    [259, 4],
    [262, 0],
    [273, 8 + 2 + 9 * 12 + 4],
    [277, 1],
    [278, height],
    [279, strip.length],
  ] as const
  const head = Buffer.alloc(8 + 2 + entries.length * 12 + 4)
  head.write('II*\0', 'latin1')
  head.writeUInt32LE(8, 4)
  head.writeUInt16LE(entries.length, 8)
  for (const [index, [tag, value]] of entries.entries()) {
    head.writeUInt16LE(tag, 10 + index * 12)
    head.writeUInt16LE(4, 12 + index * 12)
    head.writeUInt32LE(1, 14 + index * 12)
    head.writeUInt32LE(value, 18 + index * 12)
  }
  return Buffer.concat([head, strip])
}

/** Rows as text: `#` black, `.` white. */
const rowsOf = ({ width, height, black }: BitonalPicture): readonly string[] =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) =>
      ((black[y * ((width + 7) >> 3) + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) === 0 ? '.' : '#',
    ).join(''),
  )

function pictureOf(rows: readonly string[]): BitonalPicture {
  const width = rows[0]?.length ?? 0
  const row = (width + 7) >> 3
  const black = new Uint8Array(row * rows.length)
  for (const [y, line] of rows.entries())
    for (let x = 0; x < width; x += 1)
      if (line[x] === '#') black[y * row + (x >> 3)] = (black[y * row + (x >> 3)] ?? 0) | (0x80 >> (x & 7))
  return { width, height: rows.length, black }
}

async function greyRows(input: Uint8Array): Promise<readonly string[]> {
  const { data, info } = await sharp(input, { failOn: 'warning' })
    .flatten({ background: '#ffffff' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return Array.from({ length: info.height }, (_, y) =>
    Array.from({ length: info.width }, (_, x) => ((data[y * info.width + x] ?? 255) < 128 ? '#' : '.')).join(''),
  )
}

const decoded = (picture: BitonalPicture): Promise<readonly string[]> =>
  greyRows(tiffAround(picture, encodeGroupFour(picture)))

describe('group 4', () => {
  test('any small picture comes back pixel for pixel', async () => {
    const run = fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 40 }))
    const line = fc.array(run, { minLength: 1, maxLength: 12 })
    const picture = fc.tuple(fc.integer({ min: 1, max: 90 }), fc.array(line, { minLength: 1, maxLength: 8 }))
    await fc.assert(
      fc.asyncProperty(picture, async ([width, lines]) => {
        const rows = lines.map((runs) =>
          runs
            .map(([ink, length]) => (ink ? '#' : '.').repeat(length))
            .join('')
            .padEnd(width, '.')
            .slice(0, width),
        )
        expect(await decoded(pictureOf(rows))).toEqual(rows)
      }),
      { seed: 4, numRuns: 300 },
    )
  })

  test('runs of every length up to 2,700 pixels, white and black', async () => {
    const rows = Array.from({ length: 2700 }, (_, length) => {
      const run = (length % 2 === 0 ? '#' : '.').repeat(length)
      return (length % 2 === 0 ? `.${run}.` : `#${run}#`).padEnd(2710, length % 2 === 0 ? '#' : '.')
    })
    const found = await decoded(pictureOf(rows))
    expect(found.findIndex((row, index) => row !== rows[index])).toBe(-1)
  })

  test('all white, all black, one pixel', async () => {
    for (const rows of [['.'.repeat(5000)], ['#'.repeat(5000), '#'.repeat(5000)], ['#'], ['.']])
      expect(await decoded(pictureOf(rows))).toEqual(rows)
  })
})

describe('a PNG of one bit', () => {
  const shapes = '<circle cx="40" cy="30" r="22"/><text x="4" y="58" font-size="20">Mẫu</text>'

  test.each([
    ['with a palette', { palette: true, colours: 2 }],
    ['with a palette and filtered rows', { palette: true, colours: 2, adaptiveFiltering: true }],
    ['barely packed', { palette: true, colours: 2, compressionLevel: 0 }],
  ])('is read as anybody else reads it: %s', async (_, options) => {
    for (const width of [79, 80, 81]) {
      const png = await sharp(await drawPage(width, 60, shapes))
        .greyscale()
        .threshold(128)
        .png(options)
        .toBuffer()
      const picture = readBitonalPng(png, 20_000)
      expect(picture && rowsOf(picture)).toEqual(await greyRows(png))
    }
  })

  test('is read with every row filter, with the palette either way round, and without one', async () => {
    const { deflateSync } = await import('node:zlib')
    const rows = await greyRows(await drawPage(77, 40, shapes))
    const plain = pictureOf(rows)
    for (const palette of [null, [0, 0, 0, 255, 255, 255], [250, 255, 240, 20, 0, 0]])
      for (const filter of [0, 1, 2, 3, 4]) {
        const darkIsOne = palette !== null && (palette[0] ?? 0) > 128
        const png = makePng(plain, filter, palette, darkIsOne, deflateSync)
        expect(await greyRows(png)).toEqual(rows)
        const picture = readBitonalPng(png, 20_000)
        expect(picture && rowsOf(picture)).toEqual(rows)
      }
  })

  test('other PNGs, broken ones and ones that are too large are not read', async () => {
    const page = await drawPage(80, 60, shapes)
    const png = new Uint8Array(
      await sharp(page).greyscale().threshold(128).png({ palette: true, colours: 2 }).toBuffer(),
    )
    const grey = await sharp(page).greyscale().png().toBuffer()
    const interlaced = await sharp(page).threshold(128).png({ palette: true, colours: 2, progressive: true }).toBuffer()
    for (const bytes of [page, grey, interlaced, png.slice(0, 40), png.slice(0, -12), Buffer.from('xin chào')])
      expect(readBitonalPng(bytes, 20_000)).toBe(null)
    expect(readBitonalPng(png, 79)).toBe(null)
  })

  test('spoiled bytes give a picture or none, and never an error', async () => {
    const page = await drawPage(80, 60, shapes)
    const png = await sharp(page).greyscale().threshold(128).png({ palette: true, colours: 2 }).toBuffer()
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(png.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(20),
        (spots, cut) => {
          const spoiled = new Uint8Array(png)
          for (const [at, byte] of spots) spoiled[at] = byte
          const picture = readBitonalPng(spoiled.subarray(0, spoiled.length - cut), 2000)
          if (picture !== null) encodeGroupFour(picture)
        },
      ),
      { seed: 9, numRuns: 2000 },
    )
  })
})

function makePng(
  { width, height, black }: BitonalPicture,
  filter: number,
  palette: readonly number[] | null,
  darkIsOne: boolean,
  pack: (bytes: Uint8Array) => Uint8Array,
): Uint8Array {
  const row = (width + 7) >> 3
  const value = (x: number, y: number): number => {
    if (x < 0 || y < 0) return 0
    const bits = black[y * row + x] ?? 0
    return darkIsOne ? bits : ~bits & 255
  }
  const body = new Uint8Array((row + 1) * height)
  for (let y = 0; y < height; y += 1) {
    body[y * (row + 1)] = filter
    for (let x = 0; x < row; x += 1) {
      const [left, up, corner] = [value(x - 1, y), value(x, y - 1), x > 0 ? value(x - 1, y - 1) : 0]
      const estimate = left + up - corner
      const nearest = [left, up, corner].reduce((best, each) =>
        Math.abs(estimate - each) < Math.abs(estimate - best) ? each : best,
      )
      const guess = [0, left, up, (left + up) >> 1, nearest][filter] ?? 0
      body[y * (row + 1) + 1 + x] = value(x, y) - guess
    }
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([1, palette === null ? 0 : 3, 0, 0, 0], 8)
  const chunks: readonly (readonly [string, Uint8Array])[] = [
    ['IHDR', head],
    ...(palette === null ? [] : [['PLTE', Uint8Array.from(palette)] as const]),
    ['IDAT', pack(body)],
    ['IEND', new Uint8Array()],
  ]
  const parts: Uint8Array[] = [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)]
  for (const [name, data] of chunks) {
    const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from(name, 'latin1'), data, Buffer.alloc(4)])
    chunk.writeUInt32BE(data.length, 0)
    chunk.writeUInt32BE(crcOf(chunk.subarray(4, -4)), chunk.length - 4)
    parts.push(chunk)
  }
  return new Uint8Array(Buffer.concat(parts))
}

function crcOf(bytes: Uint8Array): number {
  let sum = 0xffffffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1
  }
  return (sum ^ 0xffffffff) >>> 0
}
